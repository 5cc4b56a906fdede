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

static const struct test tests[] = {
	TEST(a_report_is_written_byte_for_byte, ""),
	TEST(a_report_of_leaving_changes_to_include_nothing, ""),
};

int main(void)
{
	inet_pton(AF_INET6, "fe80::1", &router);
	inet_pton(AF_INET6, "ff02::1:ff12:3456", &group);
	return TESTS_RUN("tests/unit/proto/mld", tests);
}
