/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication (RFC 1334, 1994, 3748): questions, verdicts, and what gets lost on the way. */
#include "ppp_world.h"
#include "core/ar_internal.h"

static const struct bytes nothing = { NULL, 0 };

static void start(struct world *w, struct dial *d, enum auth_method method)
{
	world_ppp_init(w);
	w->config.pppoe.auth = method;
	world_start(w);
	*d = dial_new(w, 1);
	dial_discover(d);
	dial_lcp(d);
}

static int phase(struct dial *d)
{
	struct ar_session_info i;

	return dial_info(d, &i) ? (int)i.phase : -1;
}

/* Nothing of the network layer is heard or said. */
static void no_network_yet(struct dial *d)
{
	const uint64_t before = world_drops(d->w, DROP_PPP_EARLY);

	world_quiet(d->w);
	dial_ask(d, 0);
	dial_send(d, PPP_PROTOCOL_IPV6, packet_rs(1));
	dial_control(d, 0x8021, 1, 1, nothing);
	world_quiet(d->w);
	assert_int_equal(world_drops(d->w, DROP_PPP_EARLY), before + 3);
}

/* CHAP */

static void a_challenge_is_answered_and_judged(void **state)
{
	const struct action *a;
	struct ppp_packet p;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_CHAP_MD5);
	p = dial_next(&d, PPP_PROTOCOL_CHAP, 1);
	assert_int_equal(p.data.p[0], 16);
	assert_memory_equal(p.data.p + 17, "router", 6);
	no_network_yet(&d);
	dial_control(&d, PPP_PROTOCOL_CHAP, 2, p.id,
		     BYTES("\x10"
			   "0123456789abcdefalice",
			   22));
	a = world_next(&w, ACTION_AUTHENTICATE);
	assert_int_equal(a->question.method, AUTH_CHAP_MD5);
	assert_int_equal(a->question.identifier, p.id);
	assert_true(bytes_equal(a->question.name, bytes_of("alice")));
	assert_true(bytes_equal(a->question.challenge, BYTES(p.data.p + 1, 16)));
	assert_true(bytes_equal(a->question.secret, bytes_of("0123456789abcdef")));
	no_network_yet(&d);
	dial_verdict(&d, a->id, AUTH_ACCEPTED, "alice");
	assert_int_equal(dial_next(&d, PPP_PROTOCOL_CHAP, 3).id, p.id);
	assert_int_equal(phase(&d), AR_SESSION_NETWORK);
	dial_ask(&d, 0);
	assert_true(bytes_equal(world_request(&w).m.nai, bytes_of("alice@example.net")));
	world_done(&w);
}

static void a_wrong_secret_has_no_network(void **state)
{
	struct ar_session_info i;
	const struct action *a;
	uint32_t cursor = 0;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_CHAP_MD5);
	a = dial_chap(&d);
	dial_verdict(&d, a->id, AUTH_REJECTED, "");
	dial_next(&d, PPP_PROTOCOL_CHAP, 4);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	dial_ask(&d, 0);
	world_pass(&w, 6);
	assert_int_equal(world_hosts(&w), 0);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	dial_heard(&d, PPPOE_PADT);
	world_quiet(&w);
	assert_true(ar_session_next(w.ar, &cursor, w.now, &i));
	assert_int_equal(i.end, AR_END_REJECTED);
	assert_true(bytes_equal(i.nai, bytes_of("alice")));
	world_done(&w);
}

static void challenges_are_new_each_time_and_end(void **state)
{
	struct bytes seen[12];
	struct ppp_packet p;
	struct world w;
	struct dial d;
	size_t n = 0;

	start(&w, &d, AUTH_CHAP_MD5);
	for (int i = 0; i < 5; i++, world_pass(&w, 3)) {
		p = dial_next(&d, PPP_PROTOCOL_CHAP, 1);
		seen[n++] = BYTES(p.data.p + 1, 16);
		world_quiet(&w);
	}
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	d.n = 2; /* another host */
	dial_discover(&d);
	dial_lcp(&d);
	p = dial_next(&d, PPP_PROTOCOL_CHAP, 1);
	seen[n++] = BYTES(p.data.p + 1, 16);
	for (size_t i = 0; i < n; i++) {
		assert_memory_not_equal(seen[i].p, seen[i].p + 8, 8);
		for (size_t j = 0; j < i; j++)
			assert_false(bytes_equal(seen[i], seen[j]));
	}
	world_done(&w);
}

static void only_an_answer_to_the_last_challenge_counts_and_once(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;
	const struct bytes response = BYTES("\x10"
					    "0123456789abcdefalice",
					    22);
	uint32_t id;

	start(&w, &d, AUTH_CHAP_MD5);
	p = dial_next(&d, PPP_PROTOCOL_CHAP, 1);
	dial_control(&d, PPP_PROTOCOL_CHAP, 2, (uint8_t)(p.id + 1), response);
	world_quiet(&w);
	dial_control(&d, PPP_PROTOCOL_CHAP, 2, p.id, response);
	id = world_next(&w, ACTION_AUTHENTICATE)->id;
	dial_control(&d, PPP_PROTOCOL_CHAP, 2, p.id, response); /* again: it is being judged */
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPP_UNEXPECTED), 2);
	dial_verdict(&d, id, AUTH_ACCEPTED, "alice");
	dial_next(&d, PPP_PROTOCOL_CHAP, 3);
	dial_control(&d, PPP_PROTOCOL_CHAP, 2, p.id, response); /* Success was lost */
	assert_int_equal(dial_next(&d, PPP_PROTOCOL_CHAP, 3).id, p.id);
	dial_verdict(&d, id, AUTH_REJECTED, ""); /* a second opinion is none */
	world_quiet(&w);
	assert_int_equal(phase(&d), AR_SESSION_NETWORK);
	world_done(&w);
}

static void who_judges_may_be_silent_but_nobody_waits_for_ever(void **state)
{
	struct world w;
	struct dial d;
	uint32_t id;

	start(&w, &d, AUTH_CHAP_MD5);
	id = dial_chap(&d)->id;
	world_pass(&w, 59);
	world_quiet(&w);
	assert_int_equal(phase(&d), AR_SESSION_AUTHENTICATE);
	world_pass(&w, 2);
	assert_int_equal(last_end(&w), AR_END_TIME);
	world_skip(&w);
	dial_verdict(&d, id, AUTH_ACCEPTED, "alice"); /* too late */
	world_quiet(&w);
	world_pass(&w, 10);
	assert_int_equal(phase(&d), -1);
	world_done(&w);
}

/* Its Ack of LCP was lost, so it asks again: who it is has to be said again. */
static void lcp_anew_asks_anew(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;
	uint32_t id;

	start(&w, &d, AUTH_CHAP_MD5);
	id = dial_chap(&d)->id;
	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, d.id,
		     option_u32(PPP_LCP_MAGIC, d.magic));
	p = dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK);
	dial_verdict(&d, id, AUTH_ACCEPTED, "alice"); /* of what is no more */
	world_quiet(&w);
	assert_int_equal(phase(&d), AR_SESSION_ESTABLISH);
	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	dial_verdict(&d, dial_chap(&d)->id, AUTH_ACCEPTED, "alice");
	dial_next(&d, PPP_PROTOCOL_CHAP, 3);
	world_done(&w);
}

static void names_that_cannot_be_nais_are_not_taken(void **state)
{
	char longest[NAI_MAX + 2];
	const char *names[] = { "", "a b", "a\tb", longest };

	memset(longest, 'x', sizeof(longest));
	longest[NAI_MAX - 3] = '\0'; /* with @ and the realm it is too long */
	for (size_t i = 0; i < 4; i++) {
		struct world w;
		struct dial d;

		start(&w, &d, AUTH_CHAP_MD5);
		dial_verdict(&d, dial_chap(&d)->id, AUTH_ACCEPTED, names[i]);
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
		assert_int_equal(last_end(&w), AR_END_NAME);
		world_done(&w);
	}
}

/* PAP */

static void a_password_is_judged(void **state)
{
	const struct action *a;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_PAP);
	no_network_yet(&d);
	dial_control(&d, PPP_PROTOCOL_PAP, 1, 3, BYTES("\5alice\6secret", 13));
	a = world_next(&w, ACTION_AUTHENTICATE);
	assert_int_equal(a->question.method, AUTH_PAP);
	assert_true(bytes_equal(a->question.name, bytes_of("alice")));
	assert_true(bytes_equal(a->question.secret, bytes_of("secret")));
	no_network_yet(&d);
	dial_control(&d, PPP_PROTOCOL_PAP, 1, 4, BYTES("\5alice\6secret", 13)); /* impatient */
	world_quiet(&w);
	dial_verdict(&d, a->id, AUTH_ACCEPTED, "alice");
	assert_int_equal(dial_next(&d, PPP_PROTOCOL_PAP, 2).id, 4);             /* the latest */
	dial_control(&d, PPP_PROTOCOL_PAP, 1, 5, BYTES("\5alice\6secret", 13)); /* Ack was lost */
	assert_int_equal(dial_next(&d, PPP_PROTOCOL_PAP, 2).id, 5);
	assert_int_equal(phase(&d), AR_SESSION_NETWORK);
	world_done(&w);
}

static void a_wrong_password_has_no_network(void **state)
{
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_PAP);
	dial_control(&d, PPP_PROTOCOL_PAP, 1, 3, BYTES("\5alice\6sesame", 13));
	dial_verdict(&d, world_next(&w, ACTION_AUTHENTICATE)->id, AUTH_REJECTED, "");
	assert_int_equal(dial_next(&d, PPP_PROTOCOL_PAP, 3).id, 3);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	dial_ask(&d, 0);
	world_quiet(&w);
	assert_int_equal(last_end(&w), AR_END_REJECTED);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* EAP */

static void verdict_eap(struct dial *d, uint32_t id, enum auth_result r, struct bytes eap,
			const char *state)
{
	const struct auth_verdict v = {
		.result = r, .name = bytes_of("alice"), .eap = eap, .state = bytes_of(state)
	};

	world_verdict(d->w, id, &v);
}

static void eap_passes_through(void **state)
{
	const struct bytes request = BYTES("\1\x42\0\x9\x04"
					   "ABCD",
					   9);
	const struct bytes response = BYTES("\2\x42\0\x9\x04"
					    "WXYZ",
					    9);
	const struct action *a;
	struct ppp_packet p;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_EAP);
	p = dial_next(&d, PPP_PROTOCOL_EAP, 1);
	assert_int_equal(p.data.n, 1);
	assert_int_equal(p.data.p[0], 1); /* Identity */
	no_network_yet(&d);
	dial_control(&d, PPP_PROTOCOL_EAP, 2, p.id, BYTES("\3\4", 2)); /* a Nak of Identity: no */
	world_quiet(&w);
	dial_control(&d, PPP_PROTOCOL_EAP, 2, p.id, bytes_of("\1alice@home"));
	a = world_next(&w, ACTION_AUTHENTICATE);
	assert_int_equal(a->question.method, AUTH_EAP);
	assert_true(bytes_equal(a->question.name, bytes_of("alice@home")));
	assert_int_equal(a->question.secret.n, 15);
	assert_int_equal(a->question.state.n, 0);
	verdict_eap(&d, a->id, AUTH_GOES_ON, request, "state 1");
	assert_true(bytes_equal(dial_packet(&d, PPP_PROTOCOL_EAP), request));
	no_network_yet(&d);
	dial_send(&d, PPP_PROTOCOL_EAP,
		  BYTES("\2\x41\0\x9\x04"
			"WXYZ",
			9)); /* to another */
	world_quiet(&w);
	dial_send(&d, PPP_PROTOCOL_EAP, response);
	a = world_next(&w, ACTION_AUTHENTICATE);
	assert_true(bytes_equal(a->question.name, bytes_of("alice@home")));
	assert_true(bytes_equal(a->question.secret, response));
	assert_true(bytes_equal(a->question.state, bytes_of("state 1")));
	verdict_eap(&d, a->id, AUTH_ACCEPTED, BYTES("\3\x42\0\4", 4), "");
	dial_next(&d, PPP_PROTOCOL_EAP, 3);
	assert_int_equal(phase(&d), AR_SESSION_NETWORK);
	world_quiet(&w);
	world_done(&w);
}

static void eap_requests_come_again_and_end(void **state)
{
	const struct bytes request = BYTES("\1\x42\0\x9\x04"
					   "ABCD",
					   9);
	struct ppp_packet p;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_EAP);
	p = dial_next(&d, PPP_PROTOCOL_EAP, 1);
	world_pass(&w, 3);
	assert_int_equal(dial_next(&d, PPP_PROTOCOL_EAP, 1).id, p.id);
	dial_control(&d, PPP_PROTOCOL_EAP, 2, p.id, bytes_of("\1alice"));
	verdict_eap(&d, world_next(&w, ACTION_AUTHENTICATE)->id, AUTH_GOES_ON, request, "");
	for (int i = 0; i < 5; i++, world_pass(&w, 3))
		assert_true(bytes_equal(dial_packet(&d, PPP_PROTOCOL_EAP), request));
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_TIME);
	world_done(&w);
}

static void an_eap_request_may_fill_a_packet_and_ends_with_its_session(void **state)
{
	static const uint8_t longest[AUTH_EAP_MAX] = { 1, 0x42, AUTH_EAP_MAX >> 8,
						       AUTH_EAP_MAX & 0xff, 4 };
	const struct bytes request = { longest, sizeof(longest) };
	struct ppp_packet p;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_EAP);
	p = dial_next(&d, PPP_PROTOCOL_EAP, 1);
	dial_control(&d, PPP_PROTOCOL_EAP, 2, p.id, bytes_of("\1alice"));
	verdict_eap(&d, world_next(&w, ACTION_AUTHENTICATE)->id, AUTH_GOES_ON, request, "");
	assert_true(bytes_equal(dial_packet(&d, PPP_PROTOCOL_EAP), request));
	dial_say(&d, PPPOE_PADT, d.session, BYTES(NULL, 0));
	assert_int_equal(w.ar->access.hold.blocks.next, w.ar->access.hold.blocks.n_free);
	world_done(&w);
}

static void a_failure_of_eap_is_told_and_ends(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;

	start(&w, &d, AUTH_EAP);
	p = dial_next(&d, PPP_PROTOCOL_EAP, 1);
	dial_control(&d, PPP_PROTOCOL_EAP, 2, p.id, bytes_of("\1alice"));
	verdict_eap(&d, world_next(&w, ACTION_AUTHENTICATE)->id, AUTH_REJECTED,
		    BYTES("\4\1\0\4", 4), "");
	dial_next(&d, PPP_PROTOCOL_EAP, 4);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	world_done(&w);
}

/* all */

static void broken_and_foreign_packets_are_dropped(void **state)
{
	static const uint16_t protocols[] = { PPP_PROTOCOL_PAP, PPP_PROTOCOL_CHAP,
					      PPP_PROTOCOL_EAP };

	for (int method = AUTH_PAP; method <= AUTH_EAP; method++) {
		struct world w;
		struct dial d;

		start(&w, &d, (enum auth_method)method);
		world_skip(&w);
		dial_send(&d, protocols[method], BYTES("\1\1\0", 3));
		dial_control(&d, protocols[method], 2, 1, nothing);
		dial_control(&d, protocols[method], method == AUTH_PAP ? 1 : 2, 1,
			     method == AUTH_EAP ? nothing : BYTES("\x20xy", 3));
		dial_control(&d, protocols[method], 9, 1, BYTES("\1\1\1\1", 4));
		assert_int_equal(world_drops(&w, DROP_PPP_MALFORMED) +
					 world_drops(&w, DROP_PPP_UNEXPECTED),
				 4);
		for (int other = 0; other < 3; other++)
			if (other != method)
				dial_control(&d, protocols[other], 1, 1, BYTES("\1x\1y", 4));
		assert_int_equal(world_drops(&w, DROP_PPP_MALFORMED) +
					 world_drops(&w, DROP_PPP_UNEXPECTED),
				 6);
		world_quiet(&w);
		world_done(&w);
	}
}

static void authentication_does_not_come_before_lcp(void **state)
{
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_discover(&d);
	world_skip(&w);
	dial_control(&d, PPP_PROTOCOL_CHAP, 2, 0,
		     BYTES("\x10"
			   "0123456789abcdefalice",
			   22));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPP_EARLY), 1);
	world_done(&w);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_challenge_is_answered_and_judged, "AR-33"),
		TEST(a_wrong_secret_has_no_network, "AR-33"),
		TEST(challenges_are_new_each_time_and_end, "AR-33"),
		TEST(only_an_answer_to_the_last_challenge_counts_and_once, "AR-33"),
		TEST(who_judges_may_be_silent_but_nobody_waits_for_ever, ""),
		TEST(lcp_anew_asks_anew, ""),
		TEST(names_that_cannot_be_nais_are_not_taken, ""),
		TEST(a_password_is_judged, "AR-33"),
		TEST(a_wrong_password_has_no_network, "AR-33"),
		TEST(eap_passes_through, "AR-33"),
		TEST(eap_requests_come_again_and_end, ""),
		TEST(an_eap_request_may_fill_a_packet_and_ends_with_its_session, ""),
		TEST(a_failure_of_eap_is_told_and_ends, "AR-33"),
		TEST(broken_and_foreign_packets_are_dropped, ""),
		TEST(authentication_does_not_come_before_lcp, "AR-33"),
	};

	return TESTS_RUN("core/ppp_auth", tests);
}
