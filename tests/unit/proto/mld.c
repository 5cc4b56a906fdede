/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>

#include "proto/nd.h"
#include "test.h"
#include "vector.h"

static struct in6_addr router, group;

static void a_report_is_written_byte_for_byte(void **state)
{
	struct vector v = vector_read("ip6/mld2-report.hex");
	uint8_t buf[200];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(mld_write_report(&w, &router, &group, 1, false), 0);
	assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
	for (size_t n = 0; n < v.n; n++) {
		w = writer_new(buf, n);
		assert_int_equal(mld_write_report(&w, &router, &group, 1, false), -ENOBUFS);
	}
}

static void a_report_of_leaving_changes_to_include_nothing(void **state)
{
	struct in6_addr groups[2] = { group, group };
	uint8_t buf[200];
	struct writer w = writer_new(buf, sizeof(buf));
	struct ip6 p;

	assert_int_equal(mld_write_report(&w, &router, groups, 2, true), 0);
	assert_int_equal(ip6_decode(writer_bytes(&w), &p), 0);
	assert_true(ip6_is_mld(&p));
	assert_int_equal(in6_checksum(&p.src, &p.dst, 58, p.payload), 0);
	assert_int_equal(p.payload.n, 8 + 2 * 20);
	assert_int_equal(p.payload.p[7], 2);
	assert_int_equal(p.payload.p[8], 3); /* CHANGE_TO_INCLUDE_MODE */
	assert_int_equal(p.payload.p[28], 3);
}

static struct ip6 report(const char *src, bool leave, struct in6_addr *groups, size_t n)
{
	static uint8_t buf[300];
	struct writer w = writer_new(buf, sizeof(buf));
	struct in6_addr from;
	struct ip6 p;

	inet_pton(AF_INET6, src, &from);
	assert_int_equal(mld_write_report(&w, &from, groups, n, leave), 0);
	assert_int_equal(ip6_decode(writer_bytes(&w), &p), 0);
	return p;
}

static void solicited_node_groups_that_are_joined_are_read(void **state)
{
	struct in6_addr groups[3] = { group, in6_all_nodes, group }, found[2];
	struct ip6 p;

	groups[2].s6_addr[15]++;
	p = report("fe80::2", false, groups, 3);
	assert_int_equal(mld_read_solicited(&p, found, 2), 2);
	assert_memory_equal(&found[0], &groups[0], 16);
	assert_memory_equal(&found[1], &groups[2], 16);
	assert_int_equal(mld_read_solicited(&p, found, 1), 1);
	p = report("fe80::2", true, groups, 3); /* left */
	assert_int_equal(mld_read_solicited(&p, found, 2), 0);
}

static void a_report_of_version_1_names_one_group(void **state)
{
	/* RFC 2710 3 */
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start = ip6_begin(&w, &router, &group, IP6_ICMP, 1), icmp = writer_length(&w);
	struct in6_addr found;
	struct ip6 p;

	write_u8(&w, 131);
	write_zero(&w, 7);
	write_in6(&w, &group);
	icmp6_end(&w, start, icmp);
	assert_int_equal(ip6_decode(writer_bytes(&w), &p), 0);
	assert_int_equal(mld_read_solicited(&p, &found, 1), 1);
	assert_memory_equal(&found, &group, 16);
}

static void broken_reports_name_nothing(void **state)
{
	struct in6_addr found[2];
	struct ip6 p = report("fe80::2", false, &group, 1);
	uint8_t copy[100];

	for (size_t i = 0; i < p.payload.n; i++) { /* the checksum is wrong */
		struct ip6 bad = p;

		memcpy(copy, p.payload.p, p.payload.n);
		copy[i] ^= 0x40;
		bad.payload = BYTES(copy, p.payload.n);
		assert_int_equal(mld_read_solicited(&bad, found, 2), 0);
	}
	for (size_t n = 0; n < p.payload.n; n++) { /* right, but short */
		struct ip6 bad = p;
		uint16_t sum;

		memcpy(copy, p.payload.p, n);
		bad.payload = BYTES(copy, n);
		if (n >= 4) {
			copy[2] = copy[3] = 0;
			sum = in6_checksum(&p.src, &p.dst, IP6_ICMP, bad.payload);
			copy[2] = (uint8_t)(sum >> 8);
			copy[3] = (uint8_t)sum;
		}
		assert_int_equal(mld_read_solicited(&bad, found, 2), 0);
	}
}

static const struct test tests[] = {
	TEST(a_report_is_written_byte_for_byte, ""),
	TEST(a_report_of_leaving_changes_to_include_nothing, ""),
	TEST(solicited_node_groups_that_are_joined_are_read, ""),
	TEST(a_report_of_version_1_names_one_group, ""),
	TEST(broken_reports_name_nothing, ""),
};

int main(void)
{
	inet_pton(AF_INET6, "fe80::1", &router);
	inet_pton(AF_INET6, "ff02::1:ff12:3456", &group);
	return TESTS_RUN("tests/unit/proto/mld", tests);
}
