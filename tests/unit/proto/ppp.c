/* SPDX-License-Identifier: Apache-2.0 */
/* Control packets of PPP: golden ones both ways, options that come back as they were, rejects. */
#include "proto/ppp.h"

#include <errno.h>
#include <string.h>

#include "../../fuzz/ppp_roundtrip.h"
#include "test.h"
#include "vector.h"

/* With the PPP protocol before them. */
static const char *const packets[] = {
	"ppp/chap-challenge.hex",
	"ppp/chap-response.hex",
	"ppp/chap-response-pppd.hex",
	"ppp/chap-success.hex",
	"ppp/eap-identity.hex",
	"ppp/eap-md5.hex",
	"ppp/eap-md5-pppd.hex",
	"ppp/eap-nak.hex",
	"ppp/eap-notification.hex",
	"ppp/eap-success.hex",
	"ppp/eap-tls.hex",
	"ppp/ipv6cp-configure-nak.hex",
	"ppp/ipv6cp-configure-request.hex",
	"ppp/ipv6cp-configure-request-pppd.hex",
	"ppp/lcp-code-reject.hex",
	"ppp/lcp-configure-nak.hex",
	"ppp/lcp-configure-reject.hex",
	"ppp/lcp-configure-request.hex",
	"ppp/lcp-configure-request-all.hex",
	"ppp/lcp-configure-request-pppd.hex",
	"ppp/lcp-echo-request.hex",
	"ppp/lcp-protocol-reject.hex",
	"ppp/lcp-terminate-request.hex",
	"ppp/lcp-terminate-request-pppd.hex",
	"ppp/pap-nak.hex",
	"ppp/pap-request.hex",
	"ppp/pap-request-pppd.hex",
};
#define PACKETS (sizeof(packets) / sizeof(packets[0]))

static struct vector v;
static struct ppp_packet p;
static struct ppp_option o;

static uint16_t golden(const char *name)
{
	struct reader r;
	uint16_t protocol;

	v = vector_read(name);
	r = reader_new(vector_bytes(&v));
	protocol = read_u16(&r);
	assert_int_equal(ppp_packet_read(read_bytes(&r, reader_left(&r)), &p), 0);
	return protocol;
}

static int read_octets(const char *octets, size_t n)
{
	return ppp_packet_read(BYTES(octets, n), &p);
}

/* The i-th option of p. */
static void take(size_t i)
{
	struct reader r = reader_new(p.data);

	do
		assert_true(ppp_option_next(&r, &o));
	while (i-- > 0);
}

static struct ppp_option option(uint8_t type, const char *octets, size_t n)
{
	return (struct ppp_option){ type, BYTES(octets, n) };
}

/* --- packets --- */

static void packets_are_read_and_written_byte_for_byte(void **state)
{
	for (size_t i = 0; i < PACKETS; i++) {
		uint8_t buf[VECTOR_MAX];
		struct writer w = writer_new(buf, sizeof(buf));

		golden(packets[i]);
		assert_int_equal(ppp_packet_write(&w, &p), 0);
		assert_memory_equal(buf, v.b + 2, writer_length(&w));
		assert_true(bytes_equal(writer_bytes(&w), p.whole));
		for (size_t n = 0; n < p.whole.n; n++) {
			w = writer_new(buf, n);
			assert_int_equal(ppp_packet_write(&w, &p), -ENOBUFS);
		}
		ppp_roundtrip(&p);
	}
}

static void a_packet_that_ends_early_is_refused_at_every_octet(void **state)
{
	for (size_t i = 0; i < PACKETS; i++) {
		size_t whole;

		golden(packets[i]);
		whole = p.whole.n;
		for (size_t n = 0; n < whole; n++) {
			uint8_t buf[VECTOR_MAX];
			uint8_t *at = buf + sizeof(buf) - n;

			memcpy(at, v.b + 2, n);
			assert_int_equal(ppp_packet_read(BYTES(at, n), &p), -EBADMSG);
		}
	}
}

static void a_length_that_cannot_be_is_refused(void **state)
{
	p.code = 77;
	for (char n = 0; n < PPP_PACKET_HEADER; n++) {
		const char octets[] = { 5, 1, 0, n };

		assert_int_equal(read_octets(octets, sizeof(octets)), -EBADMSG);
	}
	assert_int_equal(read_octets("\5\1\xff\xff", 4), -EBADMSG);
	assert_int_equal(p.code, 77);
	assert_int_equal(read_octets("\5\1\0\4", 4), 0);
	assert_int_equal(p.code, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(p.id, 1);
	assert_int_equal(p.data.n, 0);
}

static void padding_is_not_data(void **state)
{
	assert_int_equal(read_octets("\5\1\0\5x\0\0\0", 8), 0);
	assert_int_equal(p.data.n, 1);
	assert_int_equal(p.whole.n, 5);
}

static void a_packet_is_written_in_pieces_behind_others(void **state)
{
	uint8_t buf[16];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start;

	write_u16(&w, PPP_PROTOCOL_LCP);
	start = ppp_packet_begin(&w, PPP_CODE_CONFIGURE_REQUEST, 9);
	ppp_option_write_u32(&w, PPP_LCP_MAGIC, 0x01020304);
	ppp_packet_end(&w, start);
	assert_int_equal(writer_length(&w), 12);
	assert_memory_equal(buf, "\xc0\x21\1\x09\0\x0a\5\6\1\2\3\4", 12);
}

/* --- options --- */

static void a_request_has_its_options(void **state)
{
	uint16_t mru;
	uint32_t magic;

	assert_int_equal(golden("ppp/lcp-configure-request.hex"), PPP_PROTOCOL_LCP);
	assert_int_equal(p.code, PPP_CODE_CONFIGURE_REQUEST);
	take(0);
	assert_int_equal(o.type, PPP_LCP_MRU);
	assert_true(ppp_option_u16(&o, &mru) && mru == 1492);
	take(1);
	assert_int_equal(o.type, PPP_LCP_AUTH);
	assert_int_equal(ppp_option_auth(&o), PPP_AUTH_CHAP_MD5);
	take(2);
	assert_int_equal(o.type, PPP_LCP_MAGIC);
	assert_true(ppp_option_u32(&o, &magic) && magic == 0x1a2b3c4d);
}

static void pppd_asks_for_an_mru_and_an_identifier(void **state)
{
	uint16_t mru;
	uint32_t magic;
	uint64_t iid = 0;

	golden("ppp/lcp-configure-request-pppd.hex");
	take(0);
	assert_true(o.type == PPP_LCP_MRU && ppp_option_u16(&o, &mru) && mru == 1492);
	take(1);
	assert_true(o.type == PPP_LCP_MAGIC && ppp_option_u32(&o, &magic) && magic == 0xd4466063);
	golden("ppp/ipv6cp-configure-request-pppd.hex");
	take(0);
	assert_true(o.type == PPP_IPV6CP_IDENTIFIER && ppp_option_u64(&o, &iid));
	assert_true(iid == 0x4c68b7968e41f9fb);
}

static void an_identifier_is_64_bits(void **state)
{
	uint64_t iid = 1;

	assert_int_equal(golden("ppp/ipv6cp-configure-request.hex"), PPP_PROTOCOL_IPV6CP);
	take(0);
	assert_int_equal(o.type, PPP_IPV6CP_IDENTIFIER);
	assert_true(ppp_option_u64(&o, &iid) && iid == 0);
	take(1);
	assert_int_equal(o.type, 2);
	golden("ppp/ipv6cp-configure-nak.hex");
	take(0);
	assert_true(ppp_option_u64(&o, &iid) && iid == 0x11);
}

/* What is not known, or not wanted, goes back octet for octet (RFC 1661 5.4). */
static void options_are_rejected_as_they_were(void **state)
{
	uint8_t buf[VECTOR_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	struct reader r;
	size_t start;

	golden("ppp/lcp-configure-request-all.hex");
	r = reader_new(p.data);
	start = ppp_packet_begin(&w, PPP_CODE_CONFIGURE_REJECT, p.id);
	while (ppp_option_next(&r, &o))
		if (o.type != PPP_LCP_MRU && o.type != PPP_LCP_AUTH && o.type != PPP_LCP_MAGIC)
			ppp_option_write(&w, o.type, o.value);
	assert_false(r.failed);
	ppp_packet_end(&w, start);
	golden("ppp/lcp-configure-reject.hex");
	assert_true(bytes_equal(writer_bytes(&w), p.whole));
}

/* Whether `octets` are options to their end. */
static bool are_options(const char *octets, size_t n)
{
	struct reader r = reader_new(BYTES(octets, n));

	while (ppp_option_next(&r, &o))
		;
	return !r.failed;
}

static void options_that_do_not_fill_the_data_are_malformed(void **state)
{
	assert_true(are_options("", 0));
	assert_true(are_options("\7\2", 2));
	assert_true(are_options("\7\2\5\6\0\0\0\1", 8));
	assert_false(are_options("\7", 1));
	assert_false(are_options("\7\0", 2));
	assert_false(are_options("\7\1", 2));
	assert_false(are_options("\7\3", 2));
	assert_false(are_options("\7\2\5\6\0\0\0", 7));
}

static void a_number_has_its_length(void **state)
{
	const struct ppp_option empty = option(1, "", 0), two = option(1, "\1\2", 2),
				three = option(1, "\1\2\3", 3), four = option(1, "\1\2\3\4", 4),
				eight = option(1, "\1\2\3\4\5\6\7\x08", 8),
				nine = option(1, "123456789", 9);
	uint16_t a = 1;
	uint32_t b = 2;
	uint64_t c = 3;

	assert_false(ppp_option_u16(&empty, &a) || ppp_option_u16(&three, &a));
	assert_false(ppp_option_u32(&three, &b) || ppp_option_u32(&eight, &b));
	assert_false(ppp_option_u64(&four, &c) || ppp_option_u64(&nine, &c));
	assert_true(a == 1 && b == 2 && c == 3);
	assert_true(ppp_option_u16(&two, &a) && a == 0x0102);
	assert_true(ppp_option_u32(&four, &b) && b == 0x01020304);
	assert_true(ppp_option_u64(&eight, &c) && c == 0x0102030405060708);
}

static void authentication_protocols_are_told_apart(void **state)
{
	static const struct {
		const char *octets;
		size_t n;
		enum ppp_method auth;
	} of[] = {
		{ "\xc0\x23", 2, PPP_AUTH_PAP },
		{ "\xc2\x23\5", 3, PPP_AUTH_CHAP_MD5 },
		{ "\xc2\x27", 2, PPP_AUTH_EAP },
		{ "\xc0\x23\0", 3, PPP_AUTH_OTHER },
		{ "\xc2\x23", 2, PPP_AUTH_OTHER },
		{ "\xc2\x23\x80", 3, PPP_AUTH_OTHER }, /* MS-CHAP */
		{ "\xc2\x23\5\0", 4, PPP_AUTH_OTHER },
		{ "\xc2\x27\0", 3, PPP_AUTH_OTHER },
		{ "\xc0\x25", 2, PPP_AUTH_OTHER },
		{ "\xc0", 1, PPP_AUTH_OTHER },
		{ "", 0, PPP_AUTH_OTHER },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		uint8_t buf[8];
		struct writer w = writer_new(buf, sizeof(buf));

		o = option(PPP_LCP_AUTH, of[i].octets, of[i].n);
		assert_int_equal(ppp_option_auth(&o), of[i].auth);
		if (of[i].auth == PPP_AUTH_OTHER)
			continue;
		ppp_option_write_auth(&w, of[i].auth);
		assert_int_equal(writer_length(&w), 2 + of[i].n);
		assert_int_equal(buf[0], PPP_LCP_AUTH);
		assert_int_equal(buf[1], 2 + of[i].n);
		assert_memory_equal(buf + 2, of[i].octets, of[i].n);
	}
}

static void an_option_can_be_as_long_as_its_length_can_say(void **state)
{
	static uint8_t value[253], buf[255];
	struct writer w = writer_new(buf, sizeof(buf));
	struct reader r;

	ppp_option_write(&w, 200, BYTES(value, sizeof(value)));
	r = reader_new(writer_bytes(&w));
	assert_true(ppp_option_next(&r, &o));
	assert_int_equal(o.value.n, 253);
	assert_false(ppp_option_next(&r, &o));
	assert_false(r.failed);
}

/* --- LCP --- */

static void an_echo_has_a_magic_number(void **state)
{
	struct ppp_echo e = { .magic = 7 };

	golden("ppp/lcp-echo-request.hex");
	assert_int_equal(p.code, PPP_CODE_ECHO_REQUEST);
	assert_int_equal(ppp_echo_read(p.data, &e), 0);
	assert_int_equal(e.magic, 0x1a2b3c4d);
	assert_true(bytes_equal(e.data, BYTES("ping", 4)));
	assert_int_equal(ppp_echo_read(BYTES(p.data.p, 3), &e), -EBADMSG);
	assert_int_equal(e.magic, 0x1a2b3c4d);
	assert_int_equal(ppp_echo_read(BYTES(p.data.p, 4), &e), 0);
	assert_int_equal(e.data.n, 0);
}

static void a_protocol_is_rejected(void **state)
{
	struct ppp_protocol_reject reject;
	uint8_t buf[VECTOR_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	golden("ppp/lcp-protocol-reject.hex");
	assert_int_equal(p.code, PPP_CODE_PROTOCOL_REJECT);
	assert_int_equal(ppp_protocol_reject_read(p.data, &reject), 0);
	assert_int_equal(reject.protocol, 0x8021);
	assert_int_equal(reject.information.n, 10);
	ppp_protocol_reject_write(&w, p.id, &reject, 1492);
	assert_true(bytes_equal(writer_bytes(&w), p.whole));
	assert_int_equal(ppp_protocol_reject_read(BYTES(p.data.p, 1), &reject), -EBADMSG);
}

static void a_code_is_rejected(void **state)
{
	uint8_t buf[VECTOR_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	golden("ppp/lcp-code-reject.hex");
	assert_int_equal(p.code, PPP_CODE_CODE_REJECT);
	ppp_code_reject_write(&w, p.id, p.data, 1492);
	assert_true(bytes_equal(writer_bytes(&w), p.whole));
}

static void a_reject_is_as_long_as_the_peer_can_receive(void **state)
{
	static uint8_t buf[1492], rejected[1492];
	const struct ppp_protocol_reject reject = { 0x8021, BYTES(rejected, sizeof(rejected)) };
	static const uint16_t mrus[] = { 6, 7, 128, 1492 };

	for (size_t i = 0; i < sizeof(mrus) / sizeof(mrus[0]); i++) {
		struct writer w = writer_new(buf, sizeof(buf));

		ppp_protocol_reject_write(&w, 1, &reject, mrus[i]);
		assert_int_equal(writer_length(&w), mrus[i]);
		assert_int_equal(read_octets((char *)buf, mrus[i]), 0);
		assert_int_equal(p.data.n, mrus[i] - 4);
		w = writer_new(buf, sizeof(buf));
		ppp_code_reject_write(&w, 1, BYTES(rejected, sizeof(rejected)), mrus[i]);
		assert_int_equal(writer_length(&w), mrus[i]);
		assert_int_equal(read_octets((char *)buf, mrus[i]), 0);
	}
}

static const struct test tests[] = {
	TEST(packets_are_read_and_written_byte_for_byte, ""),
	TEST(a_packet_that_ends_early_is_refused_at_every_octet, ""),
	TEST(a_length_that_cannot_be_is_refused, ""),
	TEST(padding_is_not_data, ""),
	TEST(a_packet_is_written_in_pieces_behind_others, ""),
	TEST(a_request_has_its_options, ""),
	TEST(pppd_asks_for_an_mru_and_an_identifier, ""),
	TEST(an_identifier_is_64_bits, ""),
	TEST(options_are_rejected_as_they_were, ""),
	TEST(options_that_do_not_fill_the_data_are_malformed, ""),
	TEST(a_number_has_its_length, ""),
	TEST(authentication_protocols_are_told_apart, ""),
	TEST(an_option_can_be_as_long_as_its_length_can_say, ""),
	TEST(an_echo_has_a_magic_number, ""),
	TEST(a_protocol_is_rejected, ""),
	TEST(a_code_is_rejected, ""),
	TEST(a_reject_is_as_long_as_the_peer_can_receive, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/ppp", tests);
}
