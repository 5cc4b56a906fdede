/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/udp.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>

/* RFC 8200 8.1: made by hand, the checksum too. */
static const uint8_t packet[] = {
	0x60, 0,    0,    0,    0, 12, 17,   64, /* 12 octets of UDP, hop limit 64 */
	0xfe, 0x80, 0,    0,    0, 0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 1, /* fe80::1 */
	0xfe, 0x80, 0,    0,    0, 0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 2, /* fe80::2 */
	0x02, 0x23, 0x02, 0x22, 0, 12, 0x25, 0xca, /* 547 > 546, length 12, checksum */
	'd',  'a',  't',  'a',
};

static void a_packet_is_written_byte_for_byte(void **state)
{
	struct in6_addr src, dst;
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start;

	inet_pton(AF_INET6, "fe80::1", &src);
	inet_pton(AF_INET6, "fe80::2", &dst);
	start = udp_begin(&w, &src, &dst, 547, 546);
	write_bytes(&w, BYTES("data", 4));
	udp_end(&w, start);
	assert_int_equal(writer_length(&w), sizeof(packet));
	assert_memory_equal(buf, packet, sizeof(packet));
}

static int decode(const uint8_t *octets, size_t n, struct udp *ret)
{
	struct ip6 ip;

	assert_int_equal(ip6_decode(BYTES(octets, n), &ip), 0);
	return udp_decode(&ip, ret);
}

static void a_packet_is_read(void **state)
{
	struct udp u;

	assert_int_equal(decode(packet, sizeof(packet), &u), 0);
	assert_int_equal(u.source, 547);
	assert_int_equal(u.destination, 546);
	assert_true(bytes_equal(u.payload, BYTES("data", 4)));
}

static void what_is_broken_or_no_udp_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		int err;
	} changes[] = {
		{ 6, 58, -ENOMSG },    /* ICMPv6 */
		{ 6, 44, -ENOMSG },    /* a fragment */
		{ 45, 13, -EBADMSG },  /* longer than the packet */
		{ 45, 7, -EBADMSG },   /* shorter than its header */
		{ 45, 11, -EBADMSG },  /* the checksum covers more */
		{ 51, 'b', -EBADMSG }, /* not what was sent */
		{ 9, 0x81, -EBADMSG }, /* by somebody else */
	};
	uint8_t bad[sizeof(packet)];
	struct udp u;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		memcpy(bad, packet, sizeof(packet));
		bad[changes[i].at] = changes[i].value;
		assert_int_equal(decode(bad, sizeof(bad), &u), changes[i].err);
	}
	memcpy(bad, packet, sizeof(packet));
	bad[46] = bad[47] = 0; /* none */
	assert_int_equal(decode(bad, sizeof(bad), &u), -EBADMSG);
	bad[5] = 7; /* not even a header */
	assert_int_equal(decode(bad, 47, &u), -EBADMSG);
}

static void a_checksum_of_zero_is_written_as_ones(void **state)
{
	struct in6_addr any = { 0 };
	uint8_t buf[60];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start = udp_begin(&w, &any, &any, 0, 0);
	struct udp u;

	/* 17 + twice the length are all else that is summed up */
	write_u16(&w, (uint16_t)(0xffff - 17 - 2 * 10));
	udp_end(&w, start);
	assert_int_equal(buf[46], 0xff);
	assert_int_equal(buf[47], 0xff);
	assert_int_equal(decode(buf, writer_length(&w), &u), 0);
}

static const struct test tests[] = {
	TEST(a_packet_is_written_byte_for_byte, ""),
	TEST(a_packet_is_read, ""),
	TEST(what_is_broken_or_no_udp_is_refused, ""),
	TEST(a_checksum_of_zero_is_written_as_ones, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/udp", tests);
}
