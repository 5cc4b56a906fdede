/* SPDX-License-Identifier: Apache-2.0 */
/* LCP of a session (RFC 1661 5, 6; RFC 2516 7): options, loops, keep-alive, rejects. */
#include "ppp_world.h"
#include "core/ar_internal.h"
#include "core/ppp_automaton.h"

static const struct bytes nothing = { NULL, 0 };

static struct ppp_packet heard(struct dial *d, uint8_t code)
{
	return dial_next(d, PPP_PROTOCOL_LCP, code);
}

static void say(struct dial *d, uint8_t code, uint8_t id, struct bytes data)
{
	dial_control(d, PPP_PROTOCOL_LCP, code, id, data);
}

static uint32_t magic_in(const struct ppp_packet *p)
{
	struct reader r = reader_new(p->data);
	struct ppp_option o;
	uint32_t magic = 0;

	while (ppp_option_next(&r, &o))
		if (o.type == PPP_LCP_MAGIC)
			ppp_option_u32(&o, &magic);
	return magic;
}

/* Our request is out, unanswered. */
static struct ppp_packet start(struct world *w, struct dial *d)
{
	world_ppp(w);
	*d = dial_new(w, 1);
	dial_discover(d);
	return heard(d, PPP_CODE_CONFIGURE_REQUEST);
}

static void we_ask_for_mru_authentication_and_magic_number(void **state)
{
	static const struct {
		enum auth_method method;
		const char *option;
		size_t n;
	} ways[] = {
		{ AUTH_PAP, "\3\4\xc0\x23", 4 },
		{ AUTH_CHAP_MD5, "\3\5\xc2\x23\5", 5 },
		{ AUTH_EAP, "\3\4\xc2\x27", 4 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct ppp_packet p;
		struct world w;
		struct dial d;

		world_ppp_init(&w);
		w.config.pppoe.auth = ways[i].method;
		world_start(&w);
		d = dial_new(&w, 1);
		dial_discover(&d);
		p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
		assert_int_equal(p.data.n, 4 + ways[i].n + 6);
		assert_memory_equal(p.data.p, "\1\4\x05\xd4", 4); /* 1492 */
		assert_memory_equal(p.data.p + 4, ways[i].option, ways[i].n);
		assert_memory_equal(p.data.p + 4 + ways[i].n, "\5\6", 2);
		assert_memory_not_equal(p.data.p + 6 + ways[i].n, "\0\0\0\0", 4);
		world_done(&w);
	}
}

/* Its PADS may have come before its kernel was ready for what came next. */
static void a_host_may_begin_and_is_asked_at_once(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_request(&d);
	world_quiet(&w);
	say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, option_u32(PPP_LCP_MAGIC, d.magic));
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	world_pass(&w, 2.9);
	world_quiet(&w); /* once */
	say(&d, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	dial_next(&d, PPP_PROTOCOL_CHAP, 1);
	world_done(&w);
}

static void options_of_the_host_are_judged(void **state)
{
	static const struct {
		const char *asked;
		uint8_t n, code;
		const char *answer;
		uint8_t answer_n;
	} rows[] = {
		{ "\1\4\x05\xd4", 4, PPP_CODE_CONFIGURE_ACK, "\1\4\x05\xd4", 4 },
		{ "\1\4\x05\xc8", 4, PPP_CODE_CONFIGURE_ACK, "\1\4\x05\xc8", 4 }, /* 1480 */
		{ "\1\4\x05\xdc", 4, PPP_CODE_CONFIGURE_NAK, "\1\4\x05\xd4", 4 }, /* 1500 */
		{ "\1\4\x05\xd5", 4, PPP_CODE_CONFIGURE_NAK, "\1\4\x05\xd4", 4 }, /* 1493 */
		{ "\1\4\x05\xc7", 4, PPP_CODE_CONFIGURE_NAK, "\1\4\x05\xd4", 4 }, /* below ours */
		{ "\1\3\x05", 3, PPP_CODE_CONFIGURE_REJECT, "\1\3\x05", 3 },
		{ "\5\6\1\2\3\4", 6, PPP_CODE_CONFIGURE_ACK, "\5\6\1\2\3\4", 6 },
		{ "\3\4\xc0\x23", 4, PPP_CODE_CONFIGURE_REJECT, "\3\4\xc0\x23", 4 },
		{ "\2\6\0\0\0\0", 6, PPP_CODE_CONFIGURE_REJECT, "\2\6\0\0\0\0", 6 },
		{ "\7\2\x08\2", 4, PPP_CODE_CONFIGURE_REJECT, "\7\2\x08\2", 4 },
		{ "\x42\2\5\6\1\2\3\4\1\4\x05\xdc", 12, PPP_CODE_CONFIGURE_REJECT, "\x42\2", 2 },
		{ "", 0, PPP_CODE_CONFIGURE_ACK, "", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ppp_packet p;
		struct world w;
		struct dial d;

		start(&w, &d);
		say(&d, PPP_CODE_CONFIGURE_REQUEST, 7, BYTES(rows[i].asked, rows[i].n));
		p = heard(&d, rows[i].code);
		assert_int_equal(p.id, 7);
		assert_int_equal(p.data.n, rows[i].answer_n);
		assert_memory_equal(p.data.p, rows[i].answer, rows[i].answer_n);
		world_done(&w);
	}
}

static void naks_that_come_to_nothing_become_rejects(void **state)
{
	struct world w;
	struct dial d;

	start(&w, &d);
	for (uint8_t i = 0; i < PPP_MAX_FAILURE; i++) {
		say(&d, PPP_CODE_CONFIGURE_REQUEST, i, BYTES("\1\4\x05\xdc", 4));
		heard(&d, PPP_CODE_CONFIGURE_NAK);
	}
	say(&d, PPP_CODE_CONFIGURE_REQUEST, 9, BYTES("\1\4\x05\xdc", 4));
	heard(&d, PPP_CODE_CONFIGURE_REJECT);
	world_done(&w);
}

static void what_the_host_says_of_our_options_is_heeded(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	p = start(&w, &d);
	say(&d, PPP_CODE_CONFIGURE_NAK, p.id, BYTES("\1\4\x05\xd0\5\6\1\1\1\1", 10));
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_memory_equal(p.data.p, "\1\4\x05\xd0", 4);
	say(&d, PPP_CODE_CONFIGURE_NAK, p.id, BYTES("\1\4\x01\x00", 4)); /* too small */
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_memory_equal(p.data.p, "\1\4\x05\xd0", 4);
	say(&d, PPP_CODE_CONFIGURE_REJECT, p.id, BYTES("\1\4\x05\xd0", 4));
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_memory_equal(p.data.p, "\3\5\xc2\x23\5\5\6", 7);
	say(&d, PPP_CODE_CONFIGURE_REJECT, p.id, BYTES(p.data.p + 5, 6));
	p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_int_equal(p.data.n, 5);
	world_quiet(&w);
	world_done(&w);
}

static void without_authentication_there_is_no_session(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	p = start(&w, &d); /* it will not hear of it */
	say(&d, PPP_CODE_CONFIGURE_REJECT, p.id, BYTES("\3\5\xc2\x23\5", 5));
	dial_ended(&d);
	world_done(&w);
	p = start(&w, &d); /* it would rather have PAP */
	for (int i = 0; i < PPP_MAX_CONFIGURE - 1; i++) {
		say(&d, PPP_CODE_CONFIGURE_NAK, p.id, BYTES("\3\4\xc0\x23", 4));
		p = heard(&d, PPP_CODE_CONFIGURE_REQUEST);
		assert_memory_equal(p.data.p + 4, "\3\5\xc2\x23\5", 5);
	}
	say(&d, PPP_CODE_CONFIGURE_NAK, p.id, BYTES("\3\4\xc0\x23", 4));
	dial_ended(&d);
	world_done(&w);
}

/* Everything comes back as it went. */
static void a_loop_is_seen_by_the_magic_number(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	p = start(&w, &d);
	for (int i = 0; i < 4; i++) {
		say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, BYTES(p.data.p + p.data.n - 6, 6));
		heard(&d, PPP_CODE_CONFIGURE_NAK);
	}
	say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, BYTES(p.data.p + p.data.n - 6, 6));
	heard(&d, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(world_drops(&w, DROP_PPP_LOOPED), 1);
	world_done(&w);
}

static void a_new_magic_number_ends_the_suspicion(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	p = start(&w, &d);
	for (int i = 0; i < 20; i++) {
		say(&d, PPP_CODE_CONFIGURE_REQUEST, 1,
		    i % 2 ? option_u32(PPP_LCP_MAGIC, 5) : BYTES(p.data.p + p.data.n - 6, 6));
		world_next(&w, ACTION_LINK_SEND);
		world_quiet(&w);
	}
	world_done(&w);
}

static void an_ack_must_be_of_our_last_request(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	p = start(&w, &d);
	say(&d, PPP_CODE_CONFIGURE_ACK, (uint8_t)(p.id + 1), p.data);
	say(&d, PPP_CODE_CONFIGURE_ACK, p.id, BYTES(p.data.p, p.data.n - 6));
	say(&d, PPP_CODE_CONFIGURE_NAK, (uint8_t)(p.id - 1), p.data);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPP_UNEXPECTED), 3);
	world_done(&w);
}

static void a_silent_host_is_given_up(void **state)
{
	struct ar_session_info i;
	struct world w;
	struct dial d;
	int n = 1;

	start(&w, &d);
	world_pass(&w, 29);
	for (; w.read < w.out.n; n++)
		heard(&d, PPP_CODE_CONFIGURE_REQUEST);
	assert_int_equal(n, PPP_MAX_CONFIGURE);
	world_pass(&w, 2);
	assert_int_equal(dial_heard(&d, PPPOE_PADT)->session, d.session);
	assert_false(dial_info(&d, &i));
	world_quiet(&w);
	world_done(&w);
}

/* It never agrees, but never stops talking. */
static void nobody_negotiates_for_ever(void **state)
{
	struct ar_session_info i;
	struct world w;
	struct dial d;

	start(&w, &d);
	for (int t = 0; t < 30; t++) {
		say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, BYTES("\1\4\x05\xdc", 4));
		say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, nothing);
		world_pass(&w, 2);
	}
	world_pass(&w, 10);
	assert_false(dial_info(&d, &i));
	assert_int_equal(w.ar->pppoe.ended[AR_END_NEGOTIATION], 1);
	world_done(&w);
}

static void a_host_that_says_nothing_is_gone_after_ten_requests(void **state)
{
	struct ar_session_info i;
	struct world w;
	struct dial d;

	start(&w, &d);
	world_pass(&w, 35);
	assert_false(dial_info(&d, &i));
	assert_int_equal(w.ar->pppoe.ended[AR_END_NEGOTIATION], 1);
	world_done(&w);
}

/* RFC 1661 6.4: unique, and not 0. */
static void magic_numbers_are_each_sessions_own(void **state)
{
	uint32_t ours, others, offered;
	struct ppp_packet p;
	struct world w;
	struct dial d, e;

	p = start(&w, &d);
	ours = magic_in(&p);
	e = dial_new(&w, 2);
	dial_discover(&e);
	p = dial_next(&e, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);
	others = magic_in(&p);
	say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, option_u32(PPP_LCP_MAGIC, 0));
	p = heard(&d, PPP_CODE_CONFIGURE_NAK);
	offered = magic_in(&p);
	assert_true(ours && others && offered);
	assert_true(ours != others && ours != offered);
	world_done(&w);
}

static void echo_requests_are_answered_with_our_magic_number(void **state)
{
	struct ppp_packet p, request;
	struct world w;
	struct dial d;

	request = start(&w, &d);
	say(&d, PPP_CODE_ECHO_REQUEST, 5,
	    BYTES("\1\2\3\4ping", 8)); /* before LCP is open: silence */
	world_quiet(&w);
	say(&d, PPP_CODE_CONFIGURE_ACK, request.id, request.data);
	say(&d, PPP_CODE_CONFIGURE_REQUEST, 1, nothing);
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	world_skip(&w);
	say(&d, PPP_CODE_ECHO_REQUEST, 5, BYTES("\1\2\3\4ping", 8));
	p = heard(&d, PPP_CODE_ECHO_REPLY);
	assert_int_equal(p.id, 5);
	assert_memory_equal(p.data.p, request.data.p + request.data.n - 4, 4);
	assert_memory_equal(p.data.p + 4, "ping", 4);
	say(&d, PPP_CODE_ECHO_REQUEST, 5, BYTES(p.data.p, 4)); /* our own: a loop */
	say(&d, PPP_CODE_ECHO_REQUEST, 5, BYTES("\1\2\3", 3));
	say(&d, PPP_CODE_DISCARD_REQUEST, 5, BYTES("\1\2\3\4", 4));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPP_LOOPED), 1);
	assert_int_equal(world_drops(&w, DROP_PPP_MALFORMED), 1);
	world_done(&w);
}

static void codes_and_protocols_that_are_not_known_are_rejected(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	say(&d, 42, 9, BYTES("abc", 3));
	p = heard(&d, PPP_CODE_CODE_REJECT);
	assert_int_equal(p.data.n, 7);
	assert_memory_equal(p.data.p,
			    "\x2a\x09\x00\x07"
			    "abc",
			    7);
	dial_control(&d, 0x8021, 1, 1, nothing); /* IPCP */
	p = heard(&d, PPP_CODE_PROTOCOL_REJECT);
	assert_memory_equal(p.data.p, "\x80\x21\1\1\0\4", 6);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPP_PROTOCOL), 1);
	world_done(&w);
}

/* Such as the Identification (RFC 1570 2.1) of hosts that say first what they are. */
static void our_request_can_be_answered_after_a_reject(void **state)
{
	struct world w;
	struct dial d;
	const struct ppp_packet p = start(&w, &d);

	say(&d, 12, 1, BYTES("\0\0\0\0MSRASV5.20", 14));
	heard(&d, PPP_CODE_CODE_REJECT);
	say(&d, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	assert_int_equal(world_drops(&w, DROP_PPP_UNEXPECTED), 0);
	say(&d, PPP_CODE_CONFIGURE_REQUEST, ++d.id, option_u32(PPP_LCP_MAGIC, d.magic));
	heard(&d, PPP_CODE_CONFIGURE_ACK);
	dial_chap(&d);
	world_done(&w);
}

static void a_host_that_does_not_know_ipv6cp_has_no_session(void **state)
{
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	say(&d, PPP_CODE_PROTOCOL_REJECT, 1, BYTES("\x00\x57", 2)); /* not needed yet */
	say(&d, PPP_CODE_PROTOCOL_REJECT, 1, BYTES("\x12\x34", 2)); /* not ours */
	say(&d, PPP_CODE_CODE_REJECT, 1, BYTES("\x09", 1));         /* Echo-Request */
	world_quiet(&w);
	say(&d, PPP_CODE_PROTOCOL_REJECT, 1, BYTES("\x80\x57", 2));
	heard(&d, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_NEGOTIATION);
	world_done(&w);
	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_up(&d);
	say(&d, PPP_CODE_PROTOCOL_REJECT, 1, BYTES("\x00\x57", 2)); /* needed now */
	assert_int_equal(last_end(&w), AR_END_NEGOTIATION);
	w.read = w.out.n;
	world_done(&w);
	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	say(&d, PPP_CODE_CODE_REJECT, 1, BYTES("\x01", 1)); /* Configure-Request */
	heard(&d, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_NEGOTIATION);
	world_done(&w);
}

static void broken_packets_are_dropped(void **state)
{
	static const struct {
		const char *p;
		size_t n;
	} broken[] = {
		{ "", 0 },
		{ "\1", 1 },
		{ "\1\1\0", 3 },
		{ "\1\1\0\3", 4 },
		{ "\1\1\0\5", 4 },
		{ "\1\1\0\6\1\1", 6 },
		{ "\1\1\0\6\1\3", 6 },
		{ "\7\1\0\4", 4 },
		{ "\x08\1\0\5\1", 5 },
	};
	struct world w;
	struct dial d;

	start(&w, &d);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		dial_send(&d, PPP_PROTOCOL_LCP, BYTES(broken[i].p, broken[i].n));
	assert_int_equal(world_drops(&w, DROP_PPP_MALFORMED), 9);
	world_quiet(&w);
	world_done(&w);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(we_ask_for_mru_authentication_and_magic_number, "AR-33"),
		TEST(a_host_may_begin_and_is_asked_at_once, ""),
		TEST(options_of_the_host_are_judged, ""),
		TEST(naks_that_come_to_nothing_become_rejects, ""),
		TEST(what_the_host_says_of_our_options_is_heeded, ""),
		TEST(without_authentication_there_is_no_session, "AR-33"),
		TEST(a_loop_is_seen_by_the_magic_number, ""),
		TEST(a_new_magic_number_ends_the_suspicion, ""),
		TEST(an_ack_must_be_of_our_last_request, ""),
		TEST(a_silent_host_is_given_up, ""),
		TEST(nobody_negotiates_for_ever, ""),
		TEST(a_host_that_says_nothing_is_gone_after_ten_requests, ""),
		TEST(magic_numbers_are_each_sessions_own, ""),
		TEST(echo_requests_are_answered_with_our_magic_number, ""),
		TEST(codes_and_protocols_that_are_not_known_are_rejected, ""),
		TEST(our_request_can_be_answered_after_a_reject, ""),
		TEST(a_host_that_does_not_know_ipv6cp_has_no_session, ""),
		TEST(broken_packets_are_dropped, ""),
	};

	return TESTS_RUN("core/ppp_lcp", tests);
}
