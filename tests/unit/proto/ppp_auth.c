/* SPDX-License-Identifier: Apache-2.0 */
/* PAP, CHAP and EAP: what golden packets hold, and what is refused. */
#include "proto/ppp_auth.h"

#include <errno.h>
#include <string.h>

#include "test.h"
#include "vector.h"

#define NAME "user@a.exampl"

static struct vector v;
static struct ppp_packet p;
static struct ppp_eap e;

static void golden(const char *name, uint16_t protocol)
{
	struct reader r;

	v = vector_read(name);
	r = reader_new(vector_bytes(&v));
	assert_int_equal(read_u16(&r), protocol);
	assert_int_equal(ppp_packet_read(read_bytes(&r, reader_left(&r)), &p), 0);
}

static bool is(struct bytes a, const char *text)
{
	return a.p && bytes_equal(a, BYTES(text, strlen(text)));
}

/* --- all --- */

static void pppd_says_who_it_is(void **state)
{
	struct ppp_pap_request q;
	struct ppp_chap_value c;

	golden("ppp/pap-request-pppd.hex", PPP_PROTOCOL_PAP);
	assert_int_equal(ppp_pap_request_read(p.data, &q), 0);
	assert_true(is(q.peer_id, "host@lab.example") && is(q.password, "not-secret-at-all"));
	golden("ppp/chap-response-pppd.hex", PPP_PROTOCOL_CHAP);
	assert_int_equal(ppp_chap_value_read(p.data, &c), 0);
	assert_true(c.value.n == 16 && is(c.name, "host@lab.example"));
	golden("ppp/eap-md5-pppd.hex", PPP_PROTOCOL_EAP);
	assert_int_equal(ppp_eap_read(&p, &e), 0);
	assert_int_equal(ppp_chap_value_read(e.data, &c), 0);
	assert_true(c.value.n == 16 && is(c.name, "host@lab.example"));
}

/* --- PAP --- */

static void a_host_says_name_and_password(void **state)
{
	struct ppp_pap_request q;

	golden("ppp/pap-request.hex", PPP_PROTOCOL_PAP);
	assert_int_equal(p.code, PPP_PAP_REQUEST);
	assert_int_equal(ppp_pap_request_read(p.data, &q), 0);
	assert_true(is(q.peer_id, NAME) && is(q.password, "secret"));
}

static void a_name_or_password_may_be_empty_and_as_long_as_can_be(void **state)
{
	static uint8_t long_one[255], buf[512];
	struct ppp_pap_request q = { BYTES(long_one, 255), BYTES(long_one, 255) };
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_pap_request_write(&w, &q);
	assert_int_equal(writer_length(&w), 512);
	assert_int_equal(ppp_pap_request_read(writer_bytes(&w), &q), 0);
	assert_true(q.peer_id.n == 255 && q.password.n == 255);
	assert_int_equal(ppp_pap_request_read(BYTES("\0\0", 2), &q), 0);
	assert_true(is(q.peer_id, "") && is(q.password, ""));
}

static void lengths_in_pap_that_do_not_fit_are_refused(void **state)
{
	struct ppp_pap_request q = { .password = BYTES("x", 1) };
	struct bytes message = BYTES("x", 1);

	golden("ppp/pap-request.hex", PPP_PROTOCOL_PAP);
	for (size_t n = 0; n < p.data.n; n++) {
		uint8_t buf[VECTOR_MAX];
		uint8_t *at = buf + sizeof(buf) - n;

		memcpy(at, p.data.p, n);
		assert_int_equal(ppp_pap_request_read(BYTES(at, n), &q), -EBADMSG);
	}
	assert_int_equal(ppp_pap_request_read(BYTES("\1a\1bc", 5), &q), -EBADMSG);
	assert_int_equal(ppp_pap_message_read(BYTES("\3ab", 3), &message), -EBADMSG);
	assert_int_equal(ppp_pap_message_read(BYTES("\1ab", 3), &message), -EBADMSG);
	assert_true(is(q.password, "x") && is(message, "x"));
}

static void a_verdict_may_have_a_message_or_not_even_its_length(void **state)
{
	struct bytes message;
	uint8_t buf[8];
	struct writer w = writer_new(buf, sizeof(buf));

	golden("ppp/pap-nak.hex", PPP_PROTOCOL_PAP);
	assert_int_equal(p.code, PPP_PAP_NAK);
	assert_int_equal(ppp_pap_message_read(p.data, &message), 0);
	assert_true(is(message, "wrong"));
	assert_int_equal(ppp_pap_message_read(BYTES("\0", 1), &message), 0);
	assert_int_equal(message.n, 0);
	assert_int_equal(ppp_pap_message_read(BYTES("", 0), &message), 0);
	assert_int_equal(message.n, 0);
	ppp_pap_message_write(&w, BYTES("wrong", 5));
	assert_true(bytes_equal(writer_bytes(&w), p.data));
}

/* --- CHAP --- */

static void a_challenge_has_its_response(void **state)
{
	struct ppp_chap_value c;
	uint8_t buf[64];
	struct writer w = writer_new(buf, sizeof(buf));

	golden("ppp/chap-challenge.hex", PPP_PROTOCOL_CHAP);
	assert_int_equal(p.code, PPP_CHAP_CHALLENGE);
	assert_int_equal(ppp_chap_value_read(p.data, &c), 0);
	assert_int_equal(c.value.n, 16);
	assert_int_equal(c.value.p[0], 0x10);
	assert_true(is(c.name, "router"));
	ppp_chap_value_write(&w, &c);
	assert_true(bytes_equal(writer_bytes(&w), p.data));

	golden("ppp/chap-response.hex", PPP_PROTOCOL_CHAP);
	assert_int_equal(p.code, PPP_CHAP_RESPONSE);
	assert_int_equal(ppp_chap_value_read(p.data, &c), 0);
	assert_int_equal(c.value.n, 16);
	assert_true(is(c.name, NAME));

	golden("ppp/chap-success.hex", PPP_PROTOCOL_CHAP);
	assert_int_equal(p.code, PPP_CHAP_SUCCESS);
	assert_true(is(p.data, "welcome"));
}

static void a_value_that_is_not_there_is_refused(void **state)
{
	struct ppp_chap_value c = { .name = BYTES("x", 1) };

	assert_int_equal(ppp_chap_value_read(BYTES("", 0), &c), -EBADMSG);
	assert_int_equal(ppp_chap_value_read(BYTES("\0name", 5), &c), -EBADMSG);
	assert_int_equal(ppp_chap_value_read(BYTES("\3ab", 3), &c), -EBADMSG);
	assert_true(is(c.name, "x"));
	assert_int_equal(ppp_chap_value_read(BYTES("\1a", 2), &c), 0);
	assert_true(is(c.value, "a") && is(c.name, ""));
}

/* --- EAP --- */

static void eap(const char *name)
{
	golden(name, PPP_PROTOCOL_EAP);
	assert_int_equal(ppp_eap_read(&p, &e), 0);
}

static void types_are_read(void **state)
{
	struct ppp_chap_value c;

	eap("ppp/eap-identity.hex");
	assert_true(p.code == PPP_EAP_RESPONSE && e.type == PPP_EAP_IDENTITY && is(e.data, NAME));
	eap("ppp/eap-notification.hex");
	assert_true(p.code == PPP_EAP_REQUEST && e.type == PPP_EAP_NOTIFICATION);
	assert_true(is(e.data, "hello.."));
	eap("ppp/eap-nak.hex");
	assert_true(e.type == PPP_EAP_NAK && is(e.data, "\x0d\x15"));
	eap("ppp/eap-md5.hex");
	assert_int_equal(e.type, PPP_EAP_MD5);
	assert_int_equal(ppp_chap_value_read(e.data, &c), 0);
	assert_true(c.value.n == 16 && is(c.name, "router"));
	eap("ppp/eap-tls.hex");
	assert_true(e.type == 13 && is(e.data, "\x20"));
	eap("ppp/eap-success.hex");
	assert_true(p.code == PPP_EAP_SUCCESS && e.type == 0 && e.data.n == 0);
}

static void types_are_written_byte_for_byte(void **state)
{
	static const char *const names[] = { "ppp/eap-identity.hex", "ppp/eap-md5.hex",
					     "ppp/eap-nak.hex", "ppp/eap-success.hex" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint8_t buf[64];
		struct writer w = writer_new(buf, sizeof(buf));
		size_t start;

		eap(names[i]);
		start = ppp_packet_begin(&w, p.code, p.id);
		ppp_eap_write(&w, &e);
		ppp_packet_end(&w, start);
		assert_true(bytes_equal(writer_bytes(&w), p.whole));
	}
}

static int read_eap(uint8_t code, const char *octets, size_t n)
{
	const struct ppp_packet packet = { .code = code, .data = BYTES(octets, n) };

	return ppp_eap_read(&packet, &e);
}

static void what_is_no_eap_is_refused(void **state)
{
	e.type = 77;
	assert_int_equal(read_eap(PPP_EAP_REQUEST, "", 0), -EBADMSG);
	assert_int_equal(read_eap(PPP_EAP_RESPONSE, "", 0), -EBADMSG);
	assert_int_equal(read_eap(PPP_EAP_RESPONSE, "\0x", 2), -EBADMSG);
	assert_int_equal(read_eap(PPP_EAP_REQUEST, "\3\4", 2), -EBADMSG); /* Nak */
	assert_int_equal(read_eap(PPP_EAP_SUCCESS, "x", 1), -EBADMSG);
	assert_int_equal(read_eap(PPP_EAP_FAILURE, "x", 1), -EBADMSG);
	assert_int_equal(read_eap(0, "\1", 1), -ENOMSG);
	assert_int_equal(read_eap(5, "\1", 1), -ENOMSG);
	assert_int_equal(e.type, 77);
	assert_int_equal(read_eap(PPP_EAP_RESPONSE, "\3\0", 2), 0); /* Nak: no alternative */
	assert_int_equal(read_eap(PPP_EAP_FAILURE, "", 0), 0);
}

static const struct test tests[] = {
	TEST(pppd_says_who_it_is, ""),
	TEST(a_host_says_name_and_password, ""),
	TEST(a_name_or_password_may_be_empty_and_as_long_as_can_be, ""),
	TEST(lengths_in_pap_that_do_not_fit_are_refused, ""),
	TEST(a_verdict_may_have_a_message_or_not_even_its_length, ""),
	TEST(a_challenge_has_its_response, ""),
	TEST(a_value_that_is_not_there_is_refused, ""),
	TEST(types_are_read, ""),
	TEST(types_are_written_byte_for_byte, ""),
	TEST(what_is_no_eap_is_refused, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/ppp_auth", tests);
}
