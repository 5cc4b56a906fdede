/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbour Discovery: vectors both ways, and each receive check of RFC 4861 6.1 and 7.1. */
#include "proto/nd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "test.h"
#include "vector.h"

#define RS  "ip6/router-solicitation.hex"
#define RA  "ip6/router-advertisement.hex"
#define NS  "ip6/neighbor-solicitation.hex"
#define NA  "ip6/neighbor-advertisement.hex"
#define DAD "ip6/neighbor-solicitation-dad.hex"

static const char *const all[] = { RS, RA, NS, NA, DAD };

/* Offsets in a packet without extension headers. */
enum at {
	HOP_LIMIT = 7,
	SRC = 8,
	DST = 24,
	CODE = 41,
	CHECKSUM = 42,
	NA_FLAGS = 44,
	TARGET = 48,
	RS_OPTIONS = 48,
	RA_OPTIONS = 56,
	NS_OPTIONS = 64,
};

static struct in6_addr in6(const char *text)
{
	struct in6_addr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

static void set_address(struct vector *v, size_t at, const char *text)
{
	struct in6_addr a = in6(text);

	memcpy(v->b + at, &a, sizeof(a));
}

static int decode(const struct vector *v, struct nd *ret)
{
	struct ip6 p;

	assert_int_equal(ip6_decode(vector_bytes(v), &p), 0);
	return nd_decode(&p, ret);
}

/* After a change elsewhere: only what a test is about shall be wrong. */
static int decode_repaired(struct vector *v, struct nd *ret)
{
	size_t n = v->n - IP6_HEADER;
	struct ip6 p;
	uint16_t sum;

	v->b[4] = (uint8_t)(n >> 8);
	v->b[5] = (uint8_t)n;
	v->b[CHECKSUM] = v->b[CHECKSUM + 1] = 0;
	assert_int_equal(ip6_decode(vector_bytes(v), &p), 0);
	sum = in6_checksum(&p.src, &p.dst, 58, p.payload);
	v->b[CHECKSUM] = (uint8_t)(sum >> 8);
	v->b[CHECKSUM + 1] = (uint8_t)sum;
	return nd_decode(&p, ret);
}

static void append(struct vector *v, const uint8_t *option, size_t n)
{
	memcpy(v->b + v->n, option, n);
	v->n += n;
}

/* --- both ways --- */

static void messages_are_read_and_written_byte_for_byte(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]);
		uint8_t buf[1500];
		struct writer w = writer_new(buf, sizeof(buf));
		struct nd m;

		assert_int_equal(decode(&v, &m), 0);
		assert_int_equal(nd_write(&w, &m), 0);
		assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
		for (size_t n = 0; n < v.n; n++) {
			w = writer_new(buf, n);
			assert_int_equal(nd_write(&w, &m), -ENOBUFS);
		}
	}
}

static void a_router_advertisement_has_its_fields(void **state)
{
	struct vector v = vector_read(RA);
	struct in6_addr prefix = in6("2001:db8:1:a::"), dns = in6("2001:db8:1:a::53");
	struct nd m;

	assert_int_equal(decode(&v, &m), 0);
	assert_int_equal(m.type, ND_RA);
	assert_int_equal(m.hop_limit, 64);
	assert_true(!m.managed && m.other);
	assert_int_equal(m.lifetime, 1800);
	assert_int_equal(m.reachable, 30000);
	assert_int_equal(m.retransmit, 1000);
	assert_true(m.has_lla && mac_equal(m.lla, (struct mac_addr){ { 2, 0, 0x5e, 0, 0, 1 } }));
	assert_int_equal(m.mtu, 1480);
	assert_int_equal(m.n_prefixes, 1);
	assert_true(in6_equal(&m.prefixes[0].prefix, &prefix));
	assert_int_equal(m.prefixes[0].length, 64);
	assert_true(m.prefixes[0].autonomous && !m.prefixes[0].on_link);
	assert_int_equal(m.prefixes[0].valid, 2592000);
	assert_int_equal(m.prefixes[0].preferred, 604800);
	assert_int_equal(m.n_rdnss, 1);
	assert_true(in6_equal(&m.rdnss[0], &dns));
	assert_int_equal(m.rdnss_lifetime, 1800);
}

static void neighbour_messages_have_their_fields(void **state)
{
	struct vector ns = vector_read(NS), na = vector_read(NA), dad = vector_read(DAD);
	struct in6_addr host = in6("2001:db8:1:a:5054:ff:fe12:3456");
	struct nd m;

	assert_int_equal(decode(&ns, &m), 0);
	assert_true(m.type == ND_NS && m.has_lla && !m.has_nonce && !nd_is_dad(&m));
	assert_int_equal(decode(&na, &m), 0);
	assert_true(m.type == ND_NA && m.has_lla && !m.router && !m.solicited && m.override);
	assert_true(in6_equal(&m.target, &host));
	assert_int_equal(decode(&dad, &m), 0);
	assert_true(nd_is_dad(&m) && m.has_nonce && !m.has_lla);
	assert_true(in6_equal(&m.target, &host));
}

static void what_is_no_neighbour_discovery_is_told_apart(void **state)
{
	static const char *const others[] = { "ip6/echo-request.hex", "ip6/mld2-report.hex",
					      "ip6/packet-too-big.hex" };
	struct vector v = vector_read(RS);
	struct nd m;

	v.b[40] = 137; /* redirect */
	assert_int_equal(decode_repaired(&v, &m), -ENOMSG);
	for (size_t i = 0; i < 3; i++) {
		v = vector_read(others[i]);
		assert_int_equal(decode(&v, &m), -ENOMSG);
	}
}

/* --- checks that all four have in common (RFC 4861 6.1.1, 6.1.2, 7.1.1, 7.1.2) --- */

static void a_hop_limit_other_than_255_is_refused(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]);
		struct nd m;

		v.b[HOP_LIMIT] = 254;
		assert_int_equal(decode(&v, &m), -EBADMSG);
	}
}

static void a_wrong_checksum_is_refused(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]);
		struct nd m;

		v.b[CHECKSUM] ^= 1;
		assert_int_equal(decode(&v, &m), -EBADMSG);
	}
}

static void a_code_other_than_zero_is_refused(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]);
		struct nd m;

		v.b[CODE] = 1;
		assert_int_equal(decode_repaired(&v, &m), -EBADMSG);
	}
}

static void what_is_shorter_than_its_fixed_part_is_refused(void **state)
{
	static const size_t least[] = { 8, 16, 24, 24, 24 };

	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]);
		struct nd m;

		v.n = IP6_HEADER + least[i];
		assert_int_equal(decode_repaired(&v, &m), 0);
		for (v.n--; v.n >= IP6_HEADER + 4; v.n--)
			assert_int_equal(decode_repaired(&v, &m), -EBADMSG);
	}
}

static void an_option_of_length_zero_is_refused(void **state)
{
	static const uint8_t types[] = { 1, 2, 3, 5, 25, 253 };

	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; k < sizeof(types); k++) {
			struct vector v = vector_read(all[i]);
			struct nd m;

			append(&v, (uint8_t[8]){ types[k], 0 }, 8);
			assert_int_equal(decode_repaired(&v, &m), -EBADMSG);
		}
	}
}

static void an_option_that_ends_after_the_message_is_refused(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]);
		struct nd m;

		append(&v, (uint8_t[8]){ 253, 2 }, 8);
		assert_int_equal(decode_repaired(&v, &m), -EBADMSG);
		v.n -= 7;
		assert_int_equal(decode_repaired(&v, &m), -EBADMSG);
	}
}

static void a_fragmented_message_is_refused(void **state)
{
	struct vector v = vector_read("ip6/neighbor-solicitation-fragment.hex");
	struct ip6 p;
	struct nd m;
	uint16_t sum;

	/* nothing else may refuse it: read as a message from the fragment header on, its end is an
	 * option and the Identification makes its checksum right */
	v.b[64] = 253;
	v.b[65] = 1;
	assert_int_equal(ip6_decode(vector_bytes(&v), &p), 0);
	v.b[46] = v.b[47] = 0;
	sum = in6_checksum(&p.src, &p.dst, 58, p.payload);
	v.b[46] = (uint8_t)(sum >> 8);
	v.b[47] = (uint8_t)sum;
	assert_int_equal(decode(&v, &m), -EBADMSG); /* RFC 6980 5 */
}

static void unknown_options_are_passed_over(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct vector v = vector_read(all[i]), with = v;
		uint8_t buf[200];
		struct writer w = writer_new(buf, sizeof(buf));
		struct nd m;

		append(&with, (uint8_t[16]){ 253, 2 }, 16);
		assert_int_equal(decode_repaired(&with, &m), 0);
		assert_int_equal(nd_write(&w, &m), 0);
		assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
	}
}

/* --- checks of one message --- */

static void a_solicitation_without_source_address_has_no_link_layer_address(void **state)
{
	struct vector rs = vector_read(RS), dad = vector_read(DAD);
	struct nd m;

	set_address(&rs, SRC, "::");
	assert_int_equal(decode_repaired(&rs, &m), -EBADMSG); /* 6.1.1 */
	rs.b[RS_OPTIONS] = 253;
	assert_int_equal(decode_repaired(&rs, &m), 0);

	append(&dad, (uint8_t[8]){ 1, 1 }, 8);
	assert_int_equal(decode_repaired(&dad, &m), -EBADMSG); /* 7.1.1 */
}

static void an_advertisement_of_a_router_comes_from_its_link_local_address(void **state)
{
	struct vector v = vector_read(RA);
	struct nd m;

	set_address(&v, SRC, "2001:db8::1");
	assert_int_equal(decode_repaired(&v, &m), -EBADMSG); /* 6.1.2 */
	set_address(&v, SRC, "::");
	assert_int_equal(decode_repaired(&v, &m), -EBADMSG);
}

static void a_target_is_no_group(void **state)
{
	struct vector ns = vector_read(NS), na = vector_read(NA);
	struct nd m;

	set_address(&ns, TARGET, "ff02::1");
	assert_int_equal(decode_repaired(&ns, &m), -EBADMSG); /* 7.1.1 */
	set_address(&na, TARGET, "ff02::1");
	assert_int_equal(decode_repaired(&na, &m), -EBADMSG); /* 7.1.2 */
}

static void a_dad_solicitation_goes_to_a_solicited_node_group(void **state)
{
	static const char *const wrong[] = { "ff02::1", "fe80::1", "ff02::1:fe12:3456",
					     "ff05::1:ff12:3456" };
	struct vector v = vector_read(DAD);
	struct nd m;

	for (size_t i = 0; i < 4; i++) {
		set_address(&v, DST, wrong[i]);
		assert_int_equal(decode_repaired(&v, &m), -EBADMSG); /* 7.1.1 */
	}
}

static void an_advertisement_to_a_group_is_not_solicited(void **state)
{
	struct vector v = vector_read(NA);
	struct nd m;

	v.b[NA_FLAGS] = 0x40;
	assert_int_equal(decode_repaired(&v, &m), -EBADMSG); /* 7.1.2 */
	set_address(&v, DST, "fe80::2");
	assert_int_equal(decode_repaired(&v, &m), 0);
	assert_true(m.solicited);
}

/* --- options that are not as expected --- */

static void options_of_another_length_are_passed_over(void **state)
{
	static const uint8_t types[] = { 1, 3, 5, 25 };
	struct nd m;

	for (size_t i = 0; i < sizeof(types); i++) {
		struct vector v = vector_read(RA);

		v.n = RA_OPTIONS;
		append(&v, (uint8_t[16]){ types[i], 2, 64 }, 16);
		assert_int_equal(decode_repaired(&v, &m), 0);
		assert_true(!m.has_lla && m.n_prefixes == 0 && m.mtu == 0 && m.n_rdnss == 0);
	}
}

static void an_option_of_another_message_is_passed_over(void **state)
{
	struct vector v = vector_read(NS);
	struct nd m;

	v.b[NS_OPTIONS] = 2; /* TLLA in a solicitation */
	append(&v, (uint8_t[8]){ 5, 1, 0, 0, 0, 0, 5, 0 }, 8);
	assert_int_equal(decode_repaired(&v, &m), 0);
	assert_true(!m.has_lla && m.mtu == 0);
}

static void prefixes_and_servers_beyond_the_room_are_left_out(void **state)
{
	struct vector v = vector_read(RA);
	struct nd m;

	v.n = RA_OPTIONS;
	for (uint8_t i = 0; i < ND_PREFIXES_MAX + 2; i++)
		append(&v, (uint8_t[32]){ 3, 4, i == 0 ? 129 : 64, [16] = 0x20, [23] = i }, 32);
	append(&v, (uint8_t[72]){ 25, 9 }, 72);
	assert_int_equal(decode_repaired(&v, &m), 0);
	assert_int_equal(m.n_prefixes, ND_PREFIXES_MAX);
	assert_int_equal(m.prefixes[0].prefix.s6_addr[7], 1); /* that of length 129 is none */
	assert_int_equal(m.n_rdnss, ND_RDNSS_MAX);
}

static void a_frame_has_an_ethernet_header(void **state)
{
	uint8_t buf[14];
	struct writer w = writer_new(buf, sizeof(buf));

	ether_write(&w, (struct mac_addr){ { 1, 2, 3, 4, 5, 6 } },
		    (struct mac_addr){ { 7, 8, 9, 10, 11, 12 } }, 0x8864);
	assert_memory_equal(buf, ((uint8_t[]){ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x88, 0x64 }),
			    14);
}

static void a_message_behind_an_ethernet_header_has_the_same_octets(void **state)
{
	struct vector v = vector_read(RA);
	uint8_t buf[200];
	struct writer w = writer_new(buf, sizeof(buf));
	struct nd m;

	assert_int_equal(decode(&v, &m), 0);
	ether_write(&w, (struct mac_addr){ { 0 } }, (struct mac_addr){ { 0 } }, ETHER_IPV6);
	assert_int_equal(nd_write(&w, &m), 0);
	assert_memory_equal(buf + 14, v.b, v.n);
}

static const struct test tests[] = {
	TEST(messages_are_read_and_written_byte_for_byte, ""),
	TEST(a_router_advertisement_has_its_fields, ""),
	TEST(neighbour_messages_have_their_fields, ""),
	TEST(what_is_no_neighbour_discovery_is_told_apart, ""),
	TEST(a_hop_limit_other_than_255_is_refused, ""),
	TEST(a_wrong_checksum_is_refused, ""),
	TEST(a_code_other_than_zero_is_refused, ""),
	TEST(what_is_shorter_than_its_fixed_part_is_refused, ""),
	TEST(an_option_of_length_zero_is_refused, ""),
	TEST(an_option_that_ends_after_the_message_is_refused, ""),
	TEST(a_fragmented_message_is_refused, ""),
	TEST(unknown_options_are_passed_over, ""),
	TEST(a_solicitation_without_source_address_has_no_link_layer_address, ""),
	TEST(an_advertisement_of_a_router_comes_from_its_link_local_address, ""),
	TEST(a_target_is_no_group, ""),
	TEST(a_dad_solicitation_goes_to_a_solicited_node_group, ""),
	TEST(an_advertisement_to_a_group_is_not_solicited, ""),
	TEST(options_of_another_length_are_passed_over, ""),
	TEST(an_option_of_another_message_is_passed_over, ""),
	TEST(prefixes_and_servers_beyond_the_room_are_left_out, ""),
	TEST(a_frame_has_an_ethernet_header, ""),
	TEST(a_message_behind_an_ethernet_header_has_the_same_octets, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/nd", tests);
}
