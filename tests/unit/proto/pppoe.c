/* SPDX-License-Identifier: Apache-2.0 */
/* PPPoE: golden packets both ways, those of real programs among them, and what is refused. */
#include "proto/pppoe.h"

#include <errno.h>
#include <string.h>

#include "../../fuzz/pppoe_roundtrip.h"
#include "test.h"
#include "vector.h"

#define ALL     "pppoe/all-tags.hex"
#define SESSION "pppoe/session-ipv6.hex"

static const char *const discovery[] = {
	"pppoe/padi-rp-pppoe.hex",
	"pppoe/pado-rp-pppoe.hex",
	"pppoe/padr-rp-pppoe.hex",
	"pppoe/pads-rp-pppoe.hex",
	"pppoe/pads-refused.hex",
	"pppoe/padt-rp-pppoe.hex",
	ALL,
};
#define DISCOVERY (sizeof(discovery) / sizeof(discovery[0]))

static struct vector v;
static struct pppoe_discovery d;

static void decode(const char *name)
{
	v = vector_read(name);
	assert_int_equal(pppoe_decode(vector_bytes(&v), &d), 0);
}

static bool is(struct bytes a, const char *text)
{
	return a.p && bytes_equal(a, BYTES(text, strlen(text)));
}

/* A packet out of its octets. */
static int decode_octets(const char *octets, size_t n)
{
	return pppoe_decode(BYTES(octets, n), &d);
}
#define DECODE(octets) decode_octets(octets, sizeof(octets) - 1)

/* --- both ways --- */

static void an_offer_is_written_byte_for_byte(void **state)
{
	uint8_t buf[PPPOE_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	decode(ALL);
	assert_int_equal(pppoe_encode(&d, &w), 0);
	assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
	for (size_t n = 0; n < v.n; n++) {
		w = writer_new(buf, n);
		assert_int_equal(pppoe_encode(&d, &w), -ENOBUFS);
	}
}

static void every_packet_is_the_same_after_writing_and_reading(void **state)
{
	for (size_t i = 0; i < DISCOVERY; i++) {
		decode(discovery[i]);
		pppoe_roundtrip(&d, v.n);
	}
}

static void a_packet_is_written_behind_others(void **state)
{
	uint8_t buf[PPPOE_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	decode(ALL);
	write_zero(&w, 14);
	assert_int_equal(pppoe_encode(&d, &w), 0);
	assert_memory_equal(buf + 14, v.b, v.n);
}

static void a_packet_that_ends_early_is_refused_at_every_octet(void **state)
{
	for (size_t i = 0; i < DISCOVERY; i++) {
		uint8_t buf[VECTOR_MAX];
		size_t whole;

		decode(discovery[i]);
		whole = PPPOE_HEADER + (size_t)(v.b[4] << 8 | v.b[5]);
		for (size_t n = 0; n <= v.n; n++) {
			/* at the end, so that a sanitizer sees what is read after it */
			uint8_t *p = buf + sizeof(buf) - n;

			memcpy(p, v.b, n);
			assert_int_equal(pppoe_decode(BYTES(p, n), &d), n < whole ? -EBADMSG : 0);
		}
	}
}

static void a_tag_that_ends_after_the_packet_is_refused(void **state)
{
	for (size_t i = 0; i < DISCOVERY; i++) {
		if (strcmp(discovery[i], "pppoe/pads-refused.hex") == 0)
			continue; /* ends before its end */
		decode(discovery[i]);
		for (int cut = 1; cut <= 3; cut++) {
			v.b[5]--;
			assert_int_equal(pppoe_decode(vector_bytes(&v), &d), -EBADMSG);
		}
	}
}

/* --- fields --- */

static void rp_pppoe_discovers(void **state)
{
	decode("pppoe/padi-rp-pppoe.hex");
	assert_int_equal(d.code, PPPOE_PADI);
	assert_int_equal(d.n_services, 1);
	assert_true(is(d.services[0], ""));
	assert_true(bytes_equal(d.host_uniq, BYTES("\xf2\x43\0\0", 4)));
	assert_null(d.ac_cookie.p);
	assert_null(d.ac_name.p);

	decode("pppoe/pado-rp-pppoe.hex");
	assert_int_equal(d.code, PPPOE_PADO);
	assert_true(is(d.ac_name, "ac.example.net"));
	assert_int_equal(d.n_services, 2);
	assert_true(is(d.services[0], "internet") && is(d.services[1], "voice"));
	assert_int_equal(d.ac_cookie.n, 20);
	assert_true(bytes_equal(d.host_uniq, BYTES("\xf2\x43\0\0", 4)));

	decode("pppoe/padr-rp-pppoe.hex");
	assert_int_equal(d.code, PPPOE_PADR);
	assert_true(is(d.services[0], "internet") && is(d.host_uniq, "7623"));
	assert_int_equal(d.ac_cookie.n, 20);

	decode("pppoe/pads-rp-pppoe.hex");
	assert_int_equal(d.code, PPPOE_PADS);
	assert_int_equal(d.session, 1);

	decode("pppoe/padt-rp-pppoe.hex");
	assert_int_equal(d.code, PPPOE_PADT);
	assert_int_equal(d.session, 1);
	assert_true(is(d.generic_error, "RP-PPPoE: EOF in asyncReadFromPPP"));
}

static void a_refusal_has_its_reason_and_ends_where_it_says(void **state)
{
	decode("pppoe/pads-refused.hex");
	assert_int_equal(d.session, 0);
	assert_true(is(d.services[0], "nonesuch"));
	assert_true(is(d.service_name_error, "no such service"));
	assert_true(bytes_equal(d.relay_session_id, BYTES("\x02\0\x5e\0\0\x02", 6)));
}

static void every_tag_has_its_field(void **state)
{
	decode(ALL);
	assert_true(is(d.services[0], "") && is(d.services[1], "internet"));
	assert_true(is(d.ac_name, "router"));
	assert_true(is(d.host_uniq, "\1\2\3\4"));
	assert_true(is(d.ac_cookie, "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8"));
	assert_true(bytes_equal(d.vendor, BYTES("\0\0\x0d\xe9\1\1", 6)));
	assert_int_equal(d.relay_session_id.n, 12);
	assert_true(is(d.service_name_error, "") && is(d.ac_system_error, "full") &&
		    is(d.generic_error, "other"));
}

/* --- refused, or passed over --- */

static void lengths_and_duplicates_are_refused(void **state)
{
	/* a tag of which there is half a header; that is longer than the packet */
	assert_int_equal(DECODE("\x11\x09\0\0\0\7\1\1\0\0\1\3\0"), -EBADMSG);
	assert_int_equal(DECODE("\x11\x09\0\0\0\x09\1\1\0\0\1\3\0\2\7"), -EBADMSG);
	/* Host-Uniq, AC-Cookie twice; Vendor-Specific without a vendor */
	assert_int_equal(DECODE("\x11\x09\0\0\0\x0e\1\1\0\0\1\3\0\1\7\1\3\0\1\7"), -EBADMSG);
	assert_int_equal(DECODE("\x11\x19\0\0\0\x0c\1\1\0\0\1\4\0\0\1\4\0\0"), -EBADMSG);
	assert_int_equal(DECODE("\x11\x09\0\0\0\x0b\1\1\0\0\1\5\0\3\0\0\1"), -EBADMSG);
	/* twice, but the second is behind the end */
	assert_int_equal(DECODE("\x11\x09\0\0\0\x10\1\1\0\0\1\3\0\0\0\0\0\0\1\3\0\0"), 0);
}

static void a_tag_may_be_known_or_not(void **state)
{
	/* 0x0120, of RFC 4638; then two of vendors */
	assert_int_equal(DECODE("\x11\x09\0\0\0\x1a\1\1\0\0\1\x20\0\2\5\xdc"
				"\1\5\0\4\0\0\0\1\1\5\0\4\0\0\0\2"),
			 0);
	assert_true(bytes_equal(d.vendor, BYTES("\0\0\0\1", 4)));
}

static void an_offer_has_as_many_services_as_there_is_room_for(void **state)
{
	uint8_t buf[PPPOE_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	decode("pppoe/pado-rp-pppoe.hex");
	d.n_services = PPPOE_SERVICES_MAX;
	for (size_t i = 0; i < PPPOE_SERVICES_MAX; i++)
		d.services[i] = BYTES(&"12345678"[i], 1);
	assert_int_equal(pppoe_encode(&d, &w), 0);
	write_u16(&w, 0x0101);
	write_u16(&w, 1);
	write_u8(&w, '9');
	write_u16_at(&w, 4, (uint16_t)(writer_length(&w) - PPPOE_HEADER));
	assert_int_equal(pppoe_decode(writer_bytes(&w), &d), 0);
	assert_int_equal(d.n_services, PPPOE_SERVICES_MAX);
	assert_true(is(d.services[PPPOE_SERVICES_MAX - 1], "8"));
}

static void versions_and_codes_that_are_not_known_are_told_apart(void **state)
{
	assert_int_equal(DECODE("\x21\x09\0\0\0\4\1\1\0\0"), -ENOMSG);
	assert_int_equal(DECODE("\x12\x09\0\0\0\4\1\1\0\0"), -ENOMSG);
	assert_int_equal(DECODE("\x11\x0a\0\0\0\4\1\1\0\0"), -ENOMSG);
	assert_int_equal(DECODE("\x11\0\0\1\0\2\0\x57"), -ENOMSG); /* a session's */
	assert_int_equal(DECODE("\x11\x09\0\0\0\4\1\1\0\0"), 0);
}

static void a_packet_has_what_its_code_must_have(void **state)
{
	/* PADI: no service, two, a session */
	assert_int_equal(DECODE("\x11\x09\0\0\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x09\0\0\0\x08\1\1\0\0\1\1\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x09\0\1\0\4\1\1\0\0"), -EPROTO);
	/* PADO: no name, no service, a session */
	assert_int_equal(DECODE("\x11\x07\0\0\0\4\1\1\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x07\0\0\0\4\1\2\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x07\0\1\0\x08\1\1\0\0\1\2\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x07\0\0\0\x08\1\1\0\0\1\2\0\0"), 0);
	/* PADR: no service, a session */
	assert_int_equal(DECODE("\x11\x19\0\0\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x19\0\1\0\4\1\1\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x19\0\0\0\4\1\1\0\0"), 0);
	/* PADS: no service, the reserved number, neither session nor reason */
	assert_int_equal(DECODE("\x11\x65\0\1\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x65\xff\xff\0\4\1\1\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x65\0\0\0\4\1\1\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\x65\0\0\0\4\2\2\0\0"), 0);
	/* PADT: of no session */
	assert_int_equal(DECODE("\x11\xa7\0\0\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\xa7\xff\xff\0\0"), -EPROTO);
	assert_int_equal(DECODE("\x11\xa7\0\1\0\0"), 0);
}

static void what_is_refused_leaves_the_result_alone(void **state)
{
	decode("pppoe/padi-rp-pppoe.hex");
	DECODE("\x11\x19\0\0\0\0");
	DECODE("\x11\x19\0\0\0\4\1\1\0");
	assert_int_equal(d.code, PPPOE_PADI);
	assert_int_equal(d.n_services, 1);
}

static void a_packet_fits_a_frame(void **state)
{
	static uint8_t buf[PPPOE_PACKET_MAX + 1];
	struct writer w = writer_new(buf, sizeof(buf));

	decode("pppoe/padi-rp-pppoe.hex");
	write_bytes(&w, vector_bytes(&v));
	assert_int_equal(pppoe_decode(BYTES(buf, PPPOE_PACKET_MAX), &d), 0);
	assert_int_equal(pppoe_decode(BYTES(buf, PPPOE_PACKET_MAX + 1), &d), -EBADMSG);
}

/* --- sessions --- */

static void a_frame_of_a_session_is_read_and_written(void **state)
{
	uint8_t buf[PPPOE_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	struct pppoe_session s;

	v = vector_read(SESSION);
	assert_int_equal(pppoe_session_decode(vector_bytes(&v), &s), 0);
	assert_int_equal(s.session, 0x1234);
	assert_int_equal(s.protocol, 0x0057);
	assert_int_equal(s.payload.n, 40);
	assert_ptr_equal(s.payload.p, v.b + PPPOE_SESSION_HEADER);
	pppoe_session_write(&w, s.session, s.protocol, s.payload.n);
	assert_int_equal(writer_length(&w), PPPOE_SESSION_HEADER);
	write_bytes(&w, s.payload);
	assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
}

static void a_frame_has_no_room_for_more_than_the_mru(void **state)
{
	uint8_t buf[PPPOE_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	pppoe_session_write(&w, 1, 0x0057, PPPOE_MRU_MAX);
	write_zero(&w, PPPOE_MRU_MAX);
	assert_false(w.failed);
	assert_int_equal(writer_length(&w), PPPOE_PACKET_MAX);
	assert_memory_equal(buf + 4, "\x05\xd6", 2);
	w = writer_new(buf, sizeof(buf));
	pppoe_session_write(&w, 1, 0x0057, PPPOE_MRU_MAX + 1);
	assert_true(w.failed);
}

static void padding_of_a_frame_is_not_payload(void **state)
{
	struct pppoe_session s;

	assert_int_equal(pppoe_session_decode(BYTES("\x11\0\0\1\0\3\0\x57\x60\0\0\0", 12), &s), 0);
	assert_int_equal(s.payload.n, 1);
	/* nothing but the protocol is a payload of nothing */
	assert_int_equal(pppoe_session_decode(BYTES("\x11\0\0\1\0\2\0\x57", 8), &s), 0);
	assert_int_equal(s.payload.n, 0);
}

static void frames_of_no_session_are_refused(void **state)
{
	struct pppoe_session s = { .session = 7 };

	v = vector_read(SESSION);
	for (size_t n = 0; n < v.n; n++) {
		uint8_t buf[VECTOR_MAX];
		uint8_t *p = buf + sizeof(buf) - n;

		memcpy(p, v.b, n);
		assert_int_equal(pppoe_session_decode(BYTES(p, n), &s), -EBADMSG);
	}
	/* no room for a protocol */
	assert_int_equal(pppoe_session_decode(BYTES("\x11\0\0\1\0\1\0\x57", 8), &s), -EBADMSG);
	assert_int_equal(pppoe_session_decode(BYTES("\x11\0\0\1\0\0\0\x57", 8), &s), -EBADMSG);
	/* numbers that cannot be */
	assert_int_equal(pppoe_session_decode(BYTES("\x11\0\0\0\0\2\0\x57", 8), &s), -EBADMSG);
	assert_int_equal(pppoe_session_decode(BYTES("\x11\0\xff\xff\0\2\0\x57", 8), &s), -EBADMSG);
	/* version, code */
	assert_int_equal(pppoe_session_decode(BYTES("\x10\0\0\1\0\2\0\x57", 8), &s), -ENOMSG);
	assert_int_equal(pppoe_session_decode(BYTES("\x11\x09\0\1\0\2\0\x57", 8), &s), -ENOMSG);
	assert_int_equal(s.session, 7);
}

static const struct test tests[] = {
	TEST(an_offer_is_written_byte_for_byte, ""),
	TEST(every_packet_is_the_same_after_writing_and_reading, ""),
	TEST(a_packet_is_written_behind_others, ""),
	TEST(a_packet_that_ends_early_is_refused_at_every_octet, ""),
	TEST(a_tag_that_ends_after_the_packet_is_refused, ""),
	TEST(rp_pppoe_discovers, ""),
	TEST(a_refusal_has_its_reason_and_ends_where_it_says, ""),
	TEST(every_tag_has_its_field, ""),
	TEST(lengths_and_duplicates_are_refused, ""),
	TEST(a_tag_may_be_known_or_not, ""),
	TEST(an_offer_has_as_many_services_as_there_is_room_for, ""),
	TEST(versions_and_codes_that_are_not_known_are_told_apart, ""),
	TEST(a_packet_has_what_its_code_must_have, ""),
	TEST(what_is_refused_leaves_the_result_alone, ""),
	TEST(a_packet_fits_a_frame, ""),
	TEST(a_frame_of_a_session_is_read_and_written, ""),
	TEST(a_frame_has_no_room_for_more_than_the_mru, ""),
	TEST(padding_of_a_frame_is_not_payload, ""),
	TEST(frames_of_no_session_are_refused, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/pppoe", tests);
}
