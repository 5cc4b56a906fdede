/* SPDX-License-Identifier: Apache-2.0 */
#include "io/mac.h"

#include <assert.h>
#include <nettle/hmac.h>
#include <string.h>

/*
 * Of an HMAC key only the hash states after its inner and outer padding are kept (RFC 2104 4): the
 * key is never hashed again, and the keys of many hosts take a cache line or two each. A nettle
 * context is made of them when one is used: one block has gone through it.
 */
struct md5_states {
	uint32_t inner[MD5_DIGEST_SIZE / 4], outer[MD5_DIGEST_SIZE / 4];
};
struct sha256_states {
	uint32_t inner[SHA256_DIGEST_SIZE / 4], outer[SHA256_DIGEST_SIZE / 4];
};
static_assert(sizeof(struct md5_states) <= MAC_STATE_MAX, "HMAC-MD5 state");
static_assert(sizeof(struct sha256_states) <= MAC_STATE_MAX, "HMAC-SHA-256 state");
static_assert(SHA256_DIGEST_SIZE <= MAC_LENGTH_MAX, "HMAC-SHA-256 length");

static void md5_set_key(void *state, struct bytes key)
{
	struct md5_states *s = state;
	struct hmac_md5_ctx c;

	hmac_md5_set_key(&c, key.n, key.p);
	memcpy(s->inner, c.inner.state, sizeof(s->inner));
	memcpy(s->outer, c.outer.state, sizeof(s->outer));
	bytes_wipe(&c, sizeof(c));
}

static struct md5_ctx md5_after(const uint32_t state[MD5_DIGEST_SIZE / 4])
{
	struct md5_ctx c;

	memcpy(c.state, state, sizeof(c.state));
	c.count = 1;
	c.index = 0;
	return c;
}

static void md5_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	const struct md5_states *s = state;
	struct md5_ctx c = md5_after(s->inner);
	uint8_t inner[MD5_DIGEST_SIZE];

	md5_update(&c, a.n, a.p);
	md5_update(&c, b.n, b.p);
	md5_digest(&c, sizeof(inner), inner);
	c = md5_after(s->outer);
	md5_update(&c, sizeof(inner), inner);
	md5_digest(&c, MD5_DIGEST_SIZE, ret);
}

static void sha256_set_key(void *state, struct bytes key)
{
	struct sha256_states *s = state;
	struct hmac_sha256_ctx c;

	hmac_sha256_set_key(&c, key.n, key.p);
	memcpy(s->inner, c.inner.state, sizeof(s->inner));
	memcpy(s->outer, c.outer.state, sizeof(s->outer));
	bytes_wipe(&c, sizeof(c));
}

static struct sha256_ctx sha256_after(const uint32_t state[SHA256_DIGEST_SIZE / 4])
{
	struct sha256_ctx c;

	memcpy(c.state, state, sizeof(c.state));
	c.count = 1;
	c.index = 0;
	return c;
}

static void sha256_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	const struct sha256_states *s = state;
	struct sha256_ctx c = sha256_after(s->inner);
	uint8_t inner[SHA256_DIGEST_SIZE];

	sha256_update(&c, a.n, a.p);
	sha256_update(&c, b.n, b.p);
	sha256_digest(&c, sizeof(inner), inner);
	c = sha256_after(s->outer);
	sha256_update(&c, sizeof(inner), inner);
	sha256_digest(&c, SHA256_DIGEST_SIZE, ret);
}

struct keyed_md5 {
	size_t n;
	uint8_t key[MAC_KEY_MAX];
};
static_assert(sizeof(struct keyed_md5) <= MAC_STATE_MAX, "keyed MD5 state");

static void keyed_md5_set_key(void *state, struct bytes key)
{
	struct keyed_md5 *s = state;

	assert(key.n <= sizeof(s->key));
	memcpy(s->key, key.p, key.n);
	s->n = key.n;
}

static void keyed_md5_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	const struct keyed_md5 *s = state;
	struct md5_ctx c;

	md5_init(&c);
	md5_update(&c, s->n, s->key);
	md5_update(&c, a.n, a.p);
	md5_update(&c, b.n, b.p);
	md5_update(&c, s->n, s->key);
	md5_digest(&c, MD5_DIGEST_SIZE, ret);
}

const struct mac_algorithm mac_hmac_md5 = { "hmac-md5", MD5_DIGEST_SIZE, md5_set_key, md5_sign,
					    false };
const struct mac_algorithm mac_hmac_sha256 = { "hmac-sha256", SHA256_DIGEST_SIZE, sha256_set_key,
					       sha256_sign, false };
const struct mac_algorithm mac_md5 = { "md5", MD5_DIGEST_SIZE, keyed_md5_set_key, keyed_md5_sign,
				       false };
const struct mac_algorithm mac_md5_legacy = { "md5-legacy", MD5_DIGEST_SIZE, keyed_md5_set_key,
					      keyed_md5_sign, true };

const struct mac_algorithm *const mac_algorithms[] = { &mac_hmac_sha256, &mac_hmac_md5, &mac_md5,
						       &mac_md5_legacy, NULL };
