/* SPDX-License-Identifier: Apache-2.0 */
/* DUIDs of every type and domain names, up to their limits. */
#include "proto/dhcp6.h"

#include <errno.h>
#include <string.h>

#include "test.h"

static uint8_t buf[DHCP6_NAME_MAX + 1];

static const struct {
	const char *octets;
	size_t n;
	struct dhcp6_duid has;
} duids[] = {
	{ "\0\1\0\1\x32\x99\x0c\xc2\2\0\x5e\x10\0\x0a", /* LLT, Ethernet, time, address */
	  14,
	  { DHCP6_DUID_LLT, 1, 0x32990cc2, 0, { NULL, 6 } } },
	{ "\0\2\0\0\x9f\x08router", /* EN, enterprise 40712, identifier */
	  12,
	  { DHCP6_DUID_EN, 0, 0, 40712, { NULL, 6 } } },
	{ "\0\3\0\1\2\0\x5e\x10\0\x0a", /* LL, Ethernet, address */
	  10,
	  { DHCP6_DUID_LL, 1, 0, 0, { NULL, 6 } } },
	{ "\0\4"
	  "0123456789abcdef", /* UUID */
	  18,
	  { DHCP6_DUID_UUID, 0, 0, 0, { NULL, 16 } } },
	{ "\xff\xff"
	  "any", /* of a type to come */
	  5,
	  { 0xffff, 0, 0, 0, { NULL, 3 } } },
};
#define DUIDS (sizeof(duids) / sizeof(duids[0]))

static void duids_of_every_type_are_written(void **state)
{
	for (size_t i = 0; i < DUIDS; i++) {
		struct bytes octets = BYTES(duids[i].octets, duids[i].n);
		struct dhcp6_duid d = duids[i].has;
		struct writer w = writer_new(buf, sizeof(buf));

		d.id = BYTES(octets.p + octets.n - d.id.n, d.id.n);
		assert_int_equal(dhcp6_duid_write(&w, &d), 0);
		assert_true(bytes_equal(writer_bytes(&w), octets));
		for (size_t n = 0; n < octets.n; n++) {
			w = writer_new(buf, n);
			assert_int_equal(dhcp6_duid_write(&w, &d), -ENOBUFS);
		}
	}
}

static int write_name(const char *name, struct writer *w)
{
	*w = writer_new(buf, sizeof(buf));
	return dhcp6_write_name(w, name);
}

static void names_are_written_as_labels(void **state)
{
	struct writer w;

	assert_int_equal(write_name("lab.example.net", &w), 0);
	assert_true(bytes_equal(writer_bytes(&w), BYTES("\3lab\7example\3net\0", 17)));
	assert_int_equal(write_name("lab.example.net.", &w), 0);
	assert_true(bytes_equal(writer_bytes(&w), BYTES("\3lab\7example\3net\0", 17)));
	assert_int_equal(write_name("net", &w), 0);
	assert_true(bytes_equal(writer_bytes(&w), BYTES("\3net\0", 5)));
	for (size_t n = 0; n < 5; n++) {
		w = writer_new(buf, n);
		assert_int_equal(dhcp6_write_name(&w, "net"), -ENOBUFS);
	}
}

static void what_is_no_name_is_refused(void **state)
{
	static const char *const wrong[] = { "", ".", "..", ".net", "a..b", "net.." };
	struct writer w;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(write_name(wrong[i], &w), -EINVAL);
}

static void labels_and_names_have_their_longest(void **state)
{
	char name[300];
	struct writer w;

	memset(name, 'a', sizeof(name));
	name[63] = '\0';
	assert_int_equal(write_name(name, &w), 0);
	name[63] = 'a';
	name[64] = '\0';
	assert_int_equal(write_name(name, &w), -EINVAL);
	/* three labels of 63 and one of 61, with their lengths and the end: 255 */
	name[63] = name[127] = name[191] = '.';
	name[64] = 'a';
	name[253] = '\0';
	assert_int_equal(write_name(name, &w), 0);
	assert_int_equal(writer_length(&w), DHCP6_NAME_MAX);
	name[253] = 'a';
	name[254] = '\0';
	assert_int_equal(write_name(name, &w), -EINVAL);
}

static const struct test tests[] = {
	TEST(duids_of_every_type_are_written, ""),
	TEST(names_are_written_as_labels, ""),
	TEST(what_is_no_name_is_refused, ""),
	TEST(labels_and_names_have_their_longest, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/dhcp6_name", tests);
}
