/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for io/mac.c where there is no crypto library. The authenticators of the golden
 * messages are data, out of tests/vectors (the native run of the same tests compares them with the
 * library); of whatever else, "authenticators" are a hash that no golden one equals.
 */
#include "io/mac.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "vector.h"

#define KEY 16 /* octets of a golden message's keys, which count up from the first */

static struct golden {
	const char *name;
	const struct mac_algorithm *algorithm;
	struct vector v;
} goldens[] = {
	{ "mip4/1-request-ar.hex", &mac_hmac_md5 },
	{ "mip4/2-reply-ar.hex", &mac_hmac_md5 },
	{ "mip4/3-request-an.hex", &mac_hmac_md5 },
	{ "mip4/4-reply-an.hex", &mac_hmac_md5 },
	{ "mip4/5-revocation.hex", &mac_hmac_md5 },
	{ "mip4/6-revocation-ack.hex", &mac_hmac_md5 },
	{ "mip4/7-request-ar-gre-sha256.hex", &mac_hmac_sha256 },
	{ "mip4/8-reply-133.hex", &mac_hmac_md5 },
	{ "mip4/9-request-md5.hex", &mac_md5 },
	{ "mip4/10-request-md5-legacy.hex", &mac_md5_legacy },
};

struct key {
	size_t n;
	uint8_t b[MAC_KEY_MAX];
};
static_assert(sizeof(struct key) <= MAC_STATE_MAX, "key");

static void set_key(void *state, struct bytes key)
{
	struct key *k = state;

	assert(key.n <= sizeof(k->b));
	*k = (struct key){ .n = key.n };
	memcpy(k->b, key.p, key.n);
}

/* The key of the Mobile-Home (32) or the Foreign-Home Authentication Extension (34). */
static bool is_golden_key(const struct key *k, uint8_t extension)
{
	uint8_t octets[KEY];

	for (uint8_t i = 0; i < KEY; i++)
		octets[i] = (extension == 32 ? 0x10 : 0x20) + i;
	return bytes_equal(BYTES(k->b, k->n), BYTES(octets, KEY));
}

/* The authenticator that the golden message has after `message`, or NULL. */
static const uint8_t *look_up(struct golden *g, const struct key *k, struct bytes message)
{
	size_t at = message.n + (g->algorithm->without_spi ? 4 : 0);

	if (!g->v.n)
		g->v = vector_read(g->name);
	if (at < 6 || at + g->algorithm->length > g->v.n ||
	    memcmp(g->v.b, message.p, message.n) != 0)
		return NULL;
	return is_golden_key(k, g->v.b[at - 6]) ? g->v.b + at : NULL;
}

static void hash_of(const struct mac_algorithm *algorithm, const struct key *k,
		    struct bytes message, uint8_t *ret)
{
	uint64_t seed[2] = { 0 }, v;

	seed[0] = siphash24(seed, algorithm->name, strlen(algorithm->name));
	seed[0] = siphash24(seed, k->b, k->n);
	for (size_t i = 0; i < algorithm->length; i += sizeof(v)) {
		seed[1] = i;
		v = siphash24(seed, message.p, message.n);
		memcpy(ret + i, &v, sizeof(v));
	}
}

static void sign(const struct mac_algorithm *algorithm, const struct key *k, struct bytes a,
		 struct bytes b, uint8_t *ret)
{
	uint8_t buf[VECTOR_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	const uint8_t *golden = NULL;

	write_bytes(&w, a);
	write_bytes(&w, b);
	assert(!w.failed);
	for (size_t i = 0; i < sizeof(goldens) / sizeof(goldens[0]) && !golden; i++)
		if (goldens[i].algorithm == algorithm)
			golden = look_up(&goldens[i], k, writer_bytes(&w));
	if (golden) {
		memcpy(ret, golden, algorithm->length);
		return;
	}
	hash_of(algorithm, k, writer_bytes(&w), ret);
}

#define ALGORITHM(variable, word, octets, legacy)                                                  \
	static void variable##_sign(const void *state, struct bytes a, struct bytes b,             \
				    uint8_t *ret)                                                  \
	{                                                                                          \
		sign(&variable, state, a, b, ret);                                                 \
	}                                                                                          \
	const struct mac_algorithm variable = { word, octets, set_key, variable##_sign, legacy };

ALGORITHM(mac_hmac_md5, "hmac-md5", 16, false)
ALGORITHM(mac_hmac_sha256, "hmac-sha256", 32, false)
ALGORITHM(mac_md5, "md5", 16, false)
ALGORITHM(mac_md5_legacy, "md5-legacy", 16, true)
