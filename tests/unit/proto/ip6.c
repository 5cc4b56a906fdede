/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/ip6.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "test.h"
#include "vector.h"

static struct in6_addr in6(const char *text)
{
	struct in6_addr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

static struct ip6 decoded(const struct vector *v)
{
	struct ip6 p;

	assert_int_equal(ip6_decode(vector_bytes(v), &p), 0);
	return p;
}

static void set_length(struct vector *v, size_t n)
{
	v->n = IP6_HEADER + n;
	v->b[4] = (uint8_t)(n >> 8);
	v->b[5] = (uint8_t)n;
}

static void a_packet_is_its_header_and_payload(void **state)
{
	struct vector v = vector_read("ip6/echo-request.hex");
	struct in6_addr src = in6("2001:db8:1:a::2"), dst = in6("2001:db8:1:a::1");
	struct ip6 p = decoded(&v);

	assert_true(in6_equal(&p.src, &src) && in6_equal(&p.dst, &dst));
	assert_int_equal(p.hop_limit, 64);
	assert_int_equal(p.next_header, 58);
	assert_true(bytes_equal(p.payload, BYTES(v.b + 40, 15)));
	assert_true(bytes_equal(p.packet, vector_bytes(&v)));
}

static void padding_after_the_packet_is_left_out(void **state)
{
	struct vector v = vector_read("ip6/echo-request.hex");
	struct ip6 p;

	v.n += 5;
	p = decoded(&v);
	assert_int_equal(p.packet.n, v.n - 5);
	assert_int_equal(p.payload.n, 15);
}

static void what_is_shorter_than_it_says_is_refused(void **state)
{
	struct vector v = vector_read("ip6/mld2-report.hex");
	struct ip6 p;

	for (size_t n = 0; n < v.n; n++)
		assert_int_equal(ip6_decode(BYTES(v.b, n), &p), -EBADMSG);
	v.b[41] = 4; /* hop-by-hop options longer than the packet */
	assert_int_equal(ip6_decode(vector_bytes(&v), &p), -EBADMSG);
}

static void another_version_is_refused(void **state)
{
	struct vector v = vector_read("ip6/echo-request.hex");
	struct ip6 p;

	v.b[0] = 0x45;
	assert_int_equal(ip6_decode(vector_bytes(&v), &p), -EBADMSG);
}

static void options_are_passed_over(void **state)
{
	struct vector v = vector_read("ip6/mld2-report.hex");
	struct ip6 p = decoded(&v);

	assert_int_equal(p.next_header, 58);
	assert_int_equal(p.payload.n, 28);
	assert_int_equal(ip6_icmp_type(&p), 143);
	v.b[6] = 60; /* the same as destination options */
	p = decoded(&v);
	assert_int_equal(p.next_header, 58);
	v.b[6] = 43; /* a routing header is not looked behind */
	p = decoded(&v);
	assert_int_equal(p.next_header, 43);
	assert_int_equal(ip6_icmp_type(&p), -1);
}

static void only_a_first_fragment_shows_its_type(void **state)
{
	struct vector v = vector_read("ip6/neighbor-solicitation-fragment.hex");
	struct ip6 p = decoded(&v);

	assert_int_equal(p.next_header, 44);
	assert_int_equal(ip6_icmp_type(&p), 135);
	v.b[43] = 0x08; /* offset 8 octets */
	p = decoded(&v);
	assert_int_equal(ip6_icmp_type(&p), -1);
	set_length(&v, 3);
	v.b[43] = 0;
	p = decoded(&v);
	assert_int_equal(ip6_icmp_type(&p), -1);
}

static void mld_is_known_by_type(void **state)
{
	struct vector v = vector_read("ip6/mld2-report.hex");
	struct ip6 p = decoded(&v);

	assert_true(ip6_is_mld(&p));
	v = vector_read("ip6/router-solicitation.hex");
	p = decoded(&v);
	assert_false(ip6_is_mld(&p));
}

/* --- ICMPv6 errors (RFC 4443 2.4) --- */

static struct in6_addr router;
static uint8_t buf[2000];

static int error_about(uint8_t type, struct bytes about, struct writer *w)
{
	router = in6("fe80::1");
	*w = writer_new(buf, sizeof(buf));
	return icmp6_write_error(w, type, 0, 1480, &router, about);
}

static void a_packet_too_big_is_written_byte_for_byte(void **state)
{
	struct vector v = vector_read("ip6/packet-too-big.hex");
	struct writer w;

	assert_int_equal(error_about(2, BYTES(v.b + 48, v.n - 48), &w), 0);
	assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
}

static void an_error_quotes_no_more_than_1280_octets_hold(void **state)
{
	struct vector v = vector_read("ip6/packet-too-big.hex"), big = { 0 };
	struct writer w;
	struct ip6 p;

	memcpy(big.b, v.b + 48, IP6_HEADER);
	set_length(&big, 1460);
	assert_int_equal(error_about(2, vector_bytes(&big), &w), 0);
	assert_int_equal(writer_length(&w), 1280);
	assert_int_equal(ip6_decode(writer_bytes(&w), &p), 0);
	assert_int_equal(in6_checksum(&p.src, &p.dst, 58, p.payload), 0);
	/* of a packet that was cut on its way here */
	assert_int_equal(error_about(2, BYTES(big.b, 600), &w), 0);
	assert_int_equal(writer_length(&w), 648);
	assert_int_equal(error_about(2, BYTES(big.b, 39), &w), -EINVAL);
}

static void errors_about_errors_redirects_and_groups_are_forbidden(void **state)
{
	struct vector error = vector_read("ip6/packet-too-big.hex"),
		      echo = vector_read("ip6/echo-request.hex"), v;
	struct writer w;

	assert_int_equal(error_about(1, vector_bytes(&error), &w), -EINVAL);
	assert_int_equal(error_about(1, vector_bytes(&echo), &w), 0);
	v = echo;
	v.b[40] = 137;
	assert_int_equal(error_about(1, vector_bytes(&v), &w), -EINVAL);
	v = echo;
	v.b[24] = 0xff;
	assert_int_equal(error_about(1, vector_bytes(&v), &w), -EINVAL);
	assert_int_equal(error_about(2, vector_bytes(&v), &w), 0);
	v = echo;
	v.b[8] = 0xff;
	assert_int_equal(error_about(2, vector_bytes(&v), &w), -EINVAL);
	v = echo;
	memset(v.b + 8, 0, 16);
	assert_int_equal(error_about(2, vector_bytes(&v), &w), -EINVAL);
}

static void an_error_that_does_not_fit_is_told(void **state)
{
	struct vector v = vector_read("ip6/echo-request.hex");
	struct in6_addr src = in6("fe80::1");
	struct writer w;

	for (size_t n = 0; n < 48 + v.n; n++) {
		w = writer_new(buf, n);
		assert_int_equal(icmp6_write_error(&w, 1, 5, 0, &src, vector_bytes(&v)), -ENOBUFS);
	}
}

/* --- echo --- */

static void an_echo_request_is_answered_with_its_data(void **state)
{
	struct vector v = vector_read("ip6/echo-request.hex");
	struct ip6 p = decoded(&v), reply;
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(icmp6_write_echo_reply(&w, &p), 0);
	assert_int_equal(ip6_decode(writer_bytes(&w), &reply), 0);
	assert_true(in6_equal(&reply.src, &p.dst) && in6_equal(&reply.dst, &p.src));
	assert_int_equal(in6_checksum(&reply.src, &reply.dst, 58, reply.payload), 0);
	assert_int_equal(ip6_icmp_type(&reply), 129);
	assert_true(bytes_equal(BYTES(reply.payload.p + 4, reply.payload.n - 4),
				BYTES(p.payload.p + 4, p.payload.n - 4)));
}

static void what_is_no_sound_echo_request_is_not_answered(void **state)
{
	/* octet, value: type, code, checksum, source, destination */
	static const uint8_t changes[][2] = {
		{ 40, 129 }, { 41, 1 }, { 42, 0 }, { 8, 0xff }, { 24, 0xff },
	};
	struct vector v = vector_read("ip6/echo-request.hex"), bad;
	struct writer w = writer_new(buf, sizeof(buf));
	struct ip6 p;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		bad = v;
		bad.b[changes[i][0]] = changes[i][1];
		p = decoded(&bad);
		if (changes[i][0] < 40) { /* the address alone is to blame */
			uint16_t sum;

			bad.b[42] = bad.b[43] = 0;
			sum = in6_checksum(&p.src, &p.dst, 58, p.payload);
			bad.b[42] = (uint8_t)(sum >> 8);
			bad.b[43] = (uint8_t)sum;
		}
		assert_int_equal(icmp6_write_echo_reply(&w, &p), -EINVAL);
	}
	bad = v;
	set_length(&bad, 7);
	p = decoded(&bad);
	assert_int_equal(icmp6_write_echo_reply(&w, &p), -EINVAL);
	assert_int_equal(writer_length(&w), 0);
}

static void a_router_takes_one_hop_and_never_the_last(void **state)
{
	uint8_t packet[IP6_HEADER] = { 0x60, [7] = 2 };

	assert_true(ip6_take_hop(packet));
	assert_int_equal(packet[7], 1);
	assert_false(ip6_take_hop(packet));
	assert_int_equal(packet[7], 1);
	packet[7] = 0;
	assert_false(ip6_take_hop(packet));
	assert_int_equal(packet[7], 0);
}

static const struct test tests[] = {
	TEST(a_packet_is_its_header_and_payload, ""),
	TEST(padding_after_the_packet_is_left_out, ""),
	TEST(what_is_shorter_than_it_says_is_refused, ""),
	TEST(another_version_is_refused, ""),
	TEST(options_are_passed_over, ""),
	TEST(only_a_first_fragment_shows_its_type, ""),
	TEST(mld_is_known_by_type, ""),
	TEST(a_packet_too_big_is_written_byte_for_byte, ""),
	TEST(an_error_quotes_no_more_than_1280_octets_hold, ""),
	TEST(errors_about_errors_redirects_and_groups_are_forbidden, ""),
	TEST(an_error_that_does_not_fit_is_told, ""),
	TEST(an_echo_request_is_answered_with_its_data, ""),
	TEST(what_is_no_sound_echo_request_is_not_answered, ""),
	TEST(a_router_takes_one_hop_and_never_the_last, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/ip6", tests);
}
