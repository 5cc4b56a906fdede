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

const struct mac_algorithm mac_hmac_md5 = { "hmac-md5", MD5_DIGEST_SIZE, md5_set_key, md5_sign };
const struct mac_algorithm mac_hmac_sha256 = { "hmac-sha256", SHA256_DIGEST_SIZE, sha256_set_key,
					       sha256_sign };

const struct mac_algorithm *mac_by_name(const char *name)
{
	static const struct mac_algorithm *const all[] = { &mac_hmac_md5, &mac_hmac_sha256 };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
