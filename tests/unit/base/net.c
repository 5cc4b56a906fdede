/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net.h"

#include <arpa/inet.h>

#include "test.h"

static struct in6_addr in6(const char *text)
{
	struct in6_addr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

#define assert_in6(a, text) assert_true(in6_equal(&(a), &(struct in6_addr[]){ in6(text) }[0]))

static void a_prefix_holds_addresses_to_the_bit(void **state)
{
	static const struct {
		const char *address, *prefix;
		uint8_t length;
		bool inside;
	} rows[] = {
		{ "2001:db8::1", "::", 0, true },
		{ "2001:db8:1:a::1", "2001:db8:1:a::", 64, true },
		{ "2001:db8:1:b::1", "2001:db8:1:a::", 64, false },
		{ "2001:db8:1:b::1", "2001:db8:1:a::", 63, true },
		{ "2001:db8::1", "2001:db8::1", 128, true },
		{ "2001:db8::1", "2001:db8::", 128, false },
		{ "2001:db8::1", "2001:db8::", 127, true },
		{ "2001:db8::2", "2001:db8::", 127, false },
		{ "ff02::1:ff12:3456", "ff02::1:ff00:0", 104, true },
		{ "ff02::1:fe12:3456", "ff02::1:ff00:0", 104, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct in6_addr a = in6(rows[i].address), p = in6(rows[i].prefix);
		assert_int_equal(in6_in_prefix(&a, &p, rows[i].length), rows[i].inside);
	}
}

static void scopes_are_told_apart(void **state)
{
	struct in6_addr low = in6("fe80::1"), high = in6("febf::1"), site = in6("fec0::1"),
			group = in6("ff02::1"), none = in6("::"), loopback = in6("::1");

	assert_true(in6_is_link_local(&low) && in6_is_link_local(&high));
	assert_false(in6_is_link_local(&site) || in6_is_link_local(&group));
	assert_true(in6_is_multicast(&group));
	assert_false(in6_is_multicast(&low));
	assert_true(in6_is_unspecified(&none));
	assert_false(in6_is_unspecified(&loopback));
	assert_in6(in6_all_nodes, "ff02::1");
	assert_in6(in6_all_routers, "ff02::2");
}

static void derived_addresses_are_those_of_the_rfcs(void **state)
{
	struct in6_addr a = in6("4037::01:800:200e:8c6c");                /* RFC 4291 2.7.1 */
	struct mac_addr mac = { { 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde } }; /* RFC 2464 4 */
	struct in6_addr group = in6_solicited_node(&a), link_local = in6_link_local_of(mac);
	struct mac_addr group_mac = mac_of_group(&group);

	assert_in6(group, "ff02::1:ff0e:8c6c");
	assert_in6(link_local, "fe80::3656:78ff:fe9a:bcde");
	assert_true(
		mac_equal(group_mac, (struct mac_addr){ { 0x33, 0x33, 0xff, 0x0e, 0x8c, 0x6c } }));
	assert_true(mac_is_zero((struct mac_addr){ { 0 } }));
	assert_false(mac_is_zero(mac));
}

static void a_checksum_over_its_own_value_is_zero(void **state)
{
	/* the header of RFC 1071's descendants: 20 octets whose sum is known to be b861 */
	uint8_t header[] = { 0x45, 0, 0,    0x73, 0, 0, 0x40, 0,    0x40, 0x11,
			     0,    0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0,    0xc7 };

	assert_int_equal(in4_checksum(BYTES(header, sizeof(header))), 0xb861);
	header[10] = 0xb8;
	header[11] = 0x61;
	assert_int_equal(in4_checksum(BYTES(header, sizeof(header))), 0);
}

static void an_odd_octet_counts_as_the_high_one(void **state)
{
	struct in6_addr src = in6("2001:db8:1:a::2"), dst = in6("2001:db8:1:a::1");
	/* Echo Request of tests/vectors/ip6/echo-request.hex */
	uint8_t icmp[] = {
		0x80, 0, 0x91, 0xb2, 0x12, 0x34, 0, 1, 'n', 'e', 't', 'm', 'i', 'p', '4'
	};

	assert_int_equal(in6_checksum(&src, &dst, 58, BYTES(icmp, sizeof(icmp))), 0);
	icmp[2] = icmp[3] = 0;
	assert_int_equal(in6_checksum(&src, &dst, 58, BYTES(icmp, sizeof(icmp))), 0x91b2);
	assert_int_not_equal(in6_checksum(&src, &dst, 17, BYTES(icmp, sizeof(icmp))), 0x91b2);
}

static const struct test tests[] = {
	TEST(a_prefix_holds_addresses_to_the_bit, ""),
	TEST(scopes_are_told_apart, ""),
	TEST(derived_addresses_are_those_of_the_rfcs, ""),
	TEST(a_checksum_over_its_own_value_is_zero, ""),
	TEST(an_odd_octet_counts_as_the_high_one, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/net", tests);
}
