/* SPDX-License-Identifier: Apache-2.0 */
#include "io/mac.h"

#include <assert.h>
#include <nettle/hmac.h>
#include <string.h>

/* A nettle context holds the hash states after the padded key, inner and outer: signing starts from
 * a copy of them, and the key is never hashed again. */
static_assert(sizeof(struct hmac_md5_ctx) <= MAC_STATE_MAX, "HMAC-MD5 state");
static_assert(sizeof(struct hmac_sha256_ctx) <= MAC_STATE_MAX, "HMAC-SHA-256 state");
static_assert(SHA256_DIGEST_SIZE <= MAC_LENGTH_MAX, "HMAC-SHA-256 length");

static void md5_set_key(void *state, struct bytes key)
{
	hmac_md5_set_key(state, key.n, key.p);
}

static void md5_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	struct hmac_md5_ctx c = *(const struct hmac_md5_ctx *)state;

	hmac_md5_update(&c, a.n, a.p);
	hmac_md5_update(&c, b.n, b.p);
	hmac_md5_digest(&c, MD5_DIGEST_SIZE, ret);
}

static void sha256_set_key(void *state, struct bytes key)
{
	hmac_sha256_set_key(state, key.n, key.p);
}

static void sha256_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	struct hmac_sha256_ctx c = *(const struct hmac_sha256_ctx *)state;

	hmac_sha256_update(&c, a.n, a.p);
	hmac_sha256_update(&c, b.n, b.p);
	hmac_sha256_digest(&c, SHA256_DIGEST_SIZE, ret);
}

struct keyed_md5 {
	struct md5_ctx prefix; /* after the key */
	uint8_t key[MAC_KEY_MAX];
	size_t n;
};
static_assert(sizeof(struct keyed_md5) <= MAC_STATE_MAX, "keyed MD5 state");

static void keyed_md5_set_key(void *state, struct bytes key)
{
	struct keyed_md5 *s = state;

	assert(key.n <= sizeof(s->key));
	md5_init(&s->prefix);
	md5_update(&s->prefix, key.n, key.p);
	memcpy(s->key, key.p, key.n);
	s->n = key.n;
}

static void keyed_md5_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	const struct keyed_md5 *s = state;
	struct md5_ctx c = s->prefix;

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
