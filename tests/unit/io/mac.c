/* SPDX-License-Identifier: Apache-2.0 */
#include "io/mac.h"

#include <string.h>

#include "test.h"

static const char text[] = "what do ya want for nothing?"; /* RFC 2202 2, RFC 4231 4.3 */

static void check(const struct mac_algorithm *a, struct bytes key, struct bytes in,
		  const uint8_t *right)
{
	_Alignas(16) uint8_t state[MAC_STATE_MAX];
	uint8_t ret[MAC_LENGTH_MAX];

	a->set_key(state, key);
	for (size_t split = 0; split <= in.n; split++) {
		a->sign(state, BYTES(in.p, split), BYTES(in.p + split, in.n - split), ret);
		assert_memory_equal(ret, right, a->length);
	}
}

static void hmac_md5_is_that_of_rfc_2202(void **state)
{
	static const uint8_t right[] = { 0x75, 0x0c, 0x78, 0x3e, 0x6a, 0xb0, 0xb5, 0x03,
					 0xea, 0xa8, 0x6e, 0x31, 0x0a, 0x5d, 0xb7, 0x38 };

	assert_int_equal(mac_hmac_md5.length, 16);
	check(&mac_hmac_md5, BYTES("Jefe", 4), BYTES(text, strlen(text)), right);
}

static void hmac_sha256_is_that_of_rfc_4231(void **state)
{
	static const uint8_t right[] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
					 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
					 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
					 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 };

	assert_int_equal(mac_hmac_sha256.length, 32);
	check(&mac_hmac_sha256, BYTES("Jefe", 4), BYTES(text, strlen(text)), right);
}

static void keyed_md5_is_md5_of_key_text_key(void **state)
{
	/* MD5("JefeabcJefe") */
	static const uint8_t right[] = { 0x22, 0xd3, 0xe4, 0x2e, 0x6b, 0x45, 0xec, 0xd8,
					 0x4e, 0xa6, 0x1b, 0xb7, 0xc2, 0x2e, 0x8c, 0x08 };

	check(&mac_md5, BYTES("Jefe", 4), BYTES("abc", 3), right);
	check(&mac_md5_legacy, BYTES("Jefe", 4), BYTES("abc", 3), right);
}

static void every_algorithm_fits_its_association_and_has_its_own_name(void **state)
{
	size_t n = 0;

	for (; mac_algorithms[n]; n++) {
		assert_true(mac_algorithms[n]->length <= MAC_LENGTH_MAX);
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(mac_algorithms[i]->name, mac_algorithms[n]->name);
	}
	assert_int_equal(n, 4);
}

static const struct test tests[] = {
	TEST(hmac_md5_is_that_of_rfc_2202, ""),
	TEST(hmac_sha256_is_that_of_rfc_4231, ""),
	TEST(keyed_md5_is_md5_of_key_text_key, ""),
	TEST(every_algorithm_fits_its_association_and_has_its_own_name, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/io/mac", tests);
}
