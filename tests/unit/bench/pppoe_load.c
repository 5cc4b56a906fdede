/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that dial in, against an access concentrator that is a fake (pppoe_fake.h). */
#include "pppoe_fake.h"

#include "test.h"

#include <getopt.h>
#include <stdlib.h>

#define HOSTS 3

static struct options options;
static struct dialler d;

/* --- the hosts --- */

static void begin(enum ppp_method method)
{
	options = (struct options){ .sessions = HOSTS,
				    .window = HOSTS,
				    .user = "user%u@r",
				    .secret = "secret",
				    .mac = { { 2, 0x50, 0x50, 0, 0, 0xfe } },
				    .timeout = 60 * NSEC_PER_SEC };
	assert_int_equal(dialler_new(&options, 1, &d), 0);
	fake_begin(&d, method);
	d.now = 1000 * NSEC_PER_SEC;
	d.explained = EXPLANATIONS_MAX; /* quietly */
}

static void dial(uint32_t host)
{
	dial_begin(&d, host);
	fake_answer_all();
}

static const struct host *host(uint32_t i)
{
	return &d.hosts[i];
}

/* Until that time has passed, or nobody waits for anything. */
static void pass(nsec_t time)
{
	const nsec_t end = d.now + time;

	while (dial_due(&d) <= end) {
		d.now = dial_due(&d);
		dial_time(&d);
		fake_answer_all();
	}
	d.now = end;
}

static int end(void **state)
{
	dialler_done(&d);
	return 0;
}

static void assert_up(uint32_t i)
{
	assert_int_equal(host(i)->phase, UP);
	assert_false(in6_is_unspecified(&host(i)->address));
	assert_int_equal(d.n_dialling, 0);
	assert_int_equal(d.counts.wrong, 0);
}

/* --- tests --- */

static void hosts_come_up_and_hang_up(enum ppp_method method)
{
	begin(method);
	dial(0);
	assert_up(0);
	assert_int_equal(host(0)->auth, method);
	assert_int_equal(host(0)->identifier, 0x1fe);
	assert_int_equal(host(0)->address.s6_addr[7], 0xfe);
	assert_int_equal(host(0)->address.s6_addr[15], 0xfe);
	assert_int_equal(host(0)->peer_identifier, FAKE_IDENTIFIER);
	assert_int_equal(d.counts.up, 1);
	assert_int_equal(d.counts.repeated, 0);
	assert_int_equal(d.setup.n, 1);
	dial_hang_up(&d, 0);
	fake_answer_all();
	assert_int_equal(host(0)->phase, GONE);
	assert_int_equal(ac.padts, 1);
	assert_int_equal(d.counts.hung_up, 1);
	assert_int_equal(d.n_dialling, 0);
	assert_int_equal(d.counts.ended, 0);
	end(NULL);
}

static void hosts_come_up_with_pap(void **state)
{
	hosts_come_up_and_hang_up(PPP_AUTH_PAP);
}

static void hosts_come_up_with_chap(void **state)
{
	hosts_come_up_and_hang_up(PPP_AUTH_CHAP_MD5);
}

static void hosts_come_up_with_eap(void **state)
{
	hosts_come_up_and_hang_up(PPP_AUTH_EAP);
}

static void hosts_may_ask_for_identifiers_and_need_no_name(void **state)
{
	begin(PPP_AUTH_OTHER);
	options.identifiers = true;
	ac.auth = PPP_AUTH_OTHER;
	dial_begin(&d, 0);
	fake_answer_all();
	/* the fake begins with authentication, of which there is none */
	assert_up(0);
	assert_int_not_equal(host(0)->identifier, 0);
	assert_int_not_equal(host(0)->identifier, 0x1fe);
	end(NULL);
}

static void each_host_has_its_mac_address_name_and_session(void **state)
{
	char user[TEXT_MAX + 1];

	begin(PPP_AUTH_CHAP_MD5);
	for (uint32_t i = 0; i < HOSTS; i++)
		dial(i);
	for (uint32_t i = 0; i < HOSTS; i++)
		assert_up(i);
	assert_memory_equal(host_mac(&d, host(0)).b, "\2\x50\x50\0\0\xfe", 6);
	assert_memory_equal(host_mac(&d, host(2)).b, "\2\x50\x50\0\1\0", 6);
	assert_int_equal(host(1)->session, 0x101);
	assert_int_equal(host_user(&d, host(2), user), 7);
	assert_string_equal(user, "user2@r");
	assert_false(in6_equal(&host(0)->address, &host(1)->address));
	end(NULL);
}

static void hosts_of_one_mac_address_are_told_apart(void **state)
{
	begin(PPP_AUTH_CHAP_MD5);
	options.one_mac = true;
	options.identifiers = true;
	for (uint32_t i = 0; i < HOSTS; i++)
		dial(i);
	for (uint32_t i = 0; i < HOSTS; i++) {
		assert_up(i);
		assert_int_equal(host(i)->session, 0x100 + i);
		assert_true(mac_equal(host_mac(&d, host(i)), options.mac));
	}
	dial_hang_up(&d, 1);
	fake_answer_all();
	assert_int_equal(host(1)->phase, GONE);
	assert_int_equal(host(2)->phase, UP);
	end(NULL);
}

/* Whichever packet of the host is lost, it comes up: it says it again. */
static void a_lost_packet_is_said_again(void **state)
{
	static const enum ppp_method methods[] = { PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5 };

	for (size_t m = 0; m < 2; m++)
		for (size_t lost = 1; lost <= 6; lost++) {
			if (lost == 4 && methods[m] == PPP_AUTH_PAP)
				continue; /* the fake does without an Ack */
			begin(methods[m]);
			ac.drop = lost;
			dial(0);
			assert_int_not_equal(host(0)->phase, UP);
			if (lost == 4) /* the host's Ack: the router says its request again */
				fake_lcp_request();
			pass(10 * NSEC_PER_SEC);
			assert_up(0);
			end(NULL);
		}
}

static void a_host_that_nobody_answers_gives_up(void **state)
{
	begin(PPP_AUTH_PAP);
	ac.mute = true;
	dial(0);
	pass(30 * NSEC_PER_SEC); /* 1 + 2 + 4 + 8, and 16 to go */
	assert_int_equal(host(0)->phase, OFFER);
	assert_int_equal(ac.heard, 5);
	pass(NSEC_PER_SEC);
	assert_int_equal(host(0)->phase, GONE);
	assert_int_equal(d.counts.lost[OFFER], 1);
	assert_int_equal(d.counts.repeated, 4);
	assert_int_equal(d.n_dialling, 0);
	end(NULL);
}

static void a_dial_ends_in_time(void **state)
{
	begin(PPP_AUTH_PAP);
	options.timeout = 2 * NSEC_PER_SEC;
	ac.mute = true;
	dial(0);
	pass(3 * NSEC_PER_SEC);
	assert_int_equal(d.counts.lost[OFFER], 1);
	end(NULL);
}

static void an_advertisement_is_asked_for(void **state)
{
	begin(PPP_AUTH_PAP);
	ac.no_ra = true;
	dial(0);
	assert_int_equal(host(0)->phase, ADVERTISEMENT);
	pass(NSEC_PER_SEC);
	assert_int_equal(ac.solicitations, 1);
	pass(4 * NSEC_PER_SEC);
	assert_int_equal(ac.solicitations, 2);
	assert_up(0);
	end(NULL);
}

static void what_the_router_refuses_is_counted(void **state)
{
	static const enum ppp_method methods[] = { PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5, PPP_AUTH_EAP };

	for (size_t m = 0; m < 3; m++) {
		begin(methods[m]);
		strcpy(options.secret, "wrong");
		dial(0);
		assert_int_equal(d.counts.refused[AUTHENTICATION], 1);
		assert_int_equal(host(0)->phase, GONE);
		assert_int_equal(ac.padts, 1);
		end(NULL);
	}
	begin(PPP_AUTH_PAP);
	ac.refuses = true;
	dial(0);
	assert_int_equal(d.counts.refused[SESSION], 1);
	assert_int_equal(ac.padts, 0); /* there is no session */
	end(NULL);
}

static void only_the_method_that_is_wanted_is_agreed_to(void **state)
{
	begin(PPP_AUTH_PAP);
	options.auth = PPP_AUTH_EAP;
	dial(0);
	assert_int_equal(host(0)->phase, LCP);
	assert_int_equal(ac.answer_code, PPP_CODE_CONFIGURE_NAK);
	assert_memory_equal(ac.answer, "\3\4\xc2\x27", 4);
	end(NULL);
}

static void what_cannot_be_right_is_wrong(void **state)
{
	/* one address twice */
	begin(PPP_AUTH_PAP);
	ac.same_address = true;
	dial(0);
	assert_up(0);
	dial(1);
	assert_int_equal(d.counts.wrong, 1);
	assert_int_equal(d.counts.lost[ADVERTISEMENT], 1);
	assert_int_equal(d.counts.up, 1);
	end(NULL);
	/* once the first has gone it is free */
	begin(PPP_AUTH_PAP);
	ac.same_address = true;
	dial(0);
	dial_hang_up(&d, 0);
	fake_answer_all();
	dial(1);
	assert_up(1);
	end(NULL);
	/* an advertisement of somebody else */
	begin(PPP_AUTH_PAP);
	ac.ra_source.s6_addr[0] = 0xfe;
	ac.ra_source.s6_addr[1] = 0x80;
	ac.ra_source.s6_addr[15] = 9;
	dial(0);
	assert_int_equal(d.counts.wrong, 1);
	end(NULL);
	/* an Ack of what was not asked */
	begin(PPP_AUTH_PAP);
	ac.wrong_ack = true;
	dial(0);
	assert_int_equal(d.counts.wrong, 1);
	assert_int_equal(host(0)->phase, LCP);
	end(NULL);
	/* IPv6 before authentication */
	begin(PPP_AUTH_PAP);
	ac.early_ipv6 = true;
	dial(0);
	assert_int_equal(d.counts.wrong, 1);
	end(NULL);
}

static void a_magic_number_that_is_rejected_is_left_out(void **state)
{
	begin(PPP_AUTH_PAP);
	ac.rejects_magic = true;
	dial(0);
	assert_up(0);
	assert_int_equal(host(0)->magic, 0);
	end(NULL);
}

static void options_that_are_not_known_go_back_as_they_were(void **state)
{
	begin(PPP_AUTH_PAP);
	dial(0);
	fake_turn_to(host_mac(&d, host(0)), host(0)->session);
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, 5,
		    BYTES("\1\4\5\xd4\7\2\xfe\6\xde\xad\xbe\xef", 12));
	fake_answer_all();
	assert_int_equal(ac.answer_code, PPP_CODE_CONFIGURE_REJECT);
	assert_int_equal(ac.answer_n, 8);
	assert_memory_equal(ac.answer, "\7\2\xfe\6\xde\xad\xbe\xef", 8);
	end(NULL);
}

static void codes_and_protocols_that_are_not_known_are_rejected(void **state)
{
	begin(PPP_AUTH_PAP);
	dial(0);
	fake_turn_to(host_mac(&d, host(0)), host(0)->session);
	fake_packet(PPP_PROTOCOL_LCP, 12, 5, BYTES("hello", 5));
	fake_answer_all();
	assert_int_equal(ac.answer_code, PPP_CODE_CODE_REJECT);
	assert_memory_equal(ac.answer, "\x0c\5\0\x09hello", 9);
	fake_say(0x8021, BYTES("\1\1\0\4", 4));
	fake_answer_all();
	assert_int_equal(ac.answer_code, PPP_CODE_PROTOCOL_REJECT);
	assert_memory_equal(ac.answer, "\x80\x21\1\1\0\4", 6);
	assert_up(0);
	end(NULL);
}

static void echoes_go_both_ways(void **state)
{
	begin(PPP_AUTH_PAP);
	dial(0);
	dial_echo(&d, 0);
	d.now += NSEC_PER_MSEC;
	fake_answer_all();
	assert_int_equal(d.counts.echoes, 1);
	assert_int_equal(d.counts.echo_replies, 1);
	assert_int_equal(d.echo.n, 1);
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 3,
		    BYTES("\x0a\x0b\x0c\x0d"
			  "abc",
			  7));
	fake_answer_all();
	assert_int_equal(d.counts.echoes_answered, 1);
	assert_int_equal(ac.answer_code, PPP_CODE_ECHO_REPLY);
	assert_int_equal(ac.answer_n, 7);
	assert_memory_equal(ac.answer + 4, "abc", 3);
	assert_up(0);
	/* not with another magic number than that of its requests */
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 4, BYTES("\1\2\3\4", 4));
	assert_int_equal(d.counts.wrong, 1);
	end(NULL);
}

static void a_router_that_ends_a_session_is_noticed(void **state)
{
	const struct pppoe_discovery padt = { .code = PPPOE_PADT, .session = 0x100 };
	const struct pppoe_discovery other = { .code = PPPOE_PADT, .session = 0x999 };

	begin(PPP_AUTH_PAP);
	dial(0);
	fake_discovery(&other);
	assert_up(0);
	fake_discovery(&padt);
	assert_int_equal(host(0)->phase, GONE);
	assert_int_equal(d.counts.ended, 1);
	end(NULL);

	begin(PPP_AUTH_PAP);
	dial(0);
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 1, BYTES(NULL, 0));
	fake_answer_all();
	assert_int_equal(ac.answer_code, PPP_CODE_TERMINATE_ACK);
	assert_int_equal(d.counts.ended, 1);
	end(NULL);
}

static void a_host_that_hangs_up_does_not_wait_for_ever(void **state)
{
	begin(PPP_AUTH_PAP);
	dial(0);
	ac.mute = true;
	dial_hang_up(&d, 0);
	pass(5 * NSEC_PER_SEC);
	assert_int_equal(host(0)->phase, END);
	pass(NSEC_PER_SEC);
	assert_int_equal(host(0)->phase, GONE);
	assert_int_equal(d.counts.lost[END], 1);
	assert_int_equal(d.n_dialling, 0);
	end(NULL);
}

static void a_router_may_negotiate_again(void **state)
{
	begin(PPP_AUTH_CHAP_MD5);
	dial(0);
	fake_lcp_request();
	fake_answer_all();
	assert_up(0);
	assert_int_equal(d.counts.up, 1);
	fake_ipv6cp_request();
	fake_answer_all();
	assert_up(0);
	assert_int_equal(d.counts.up, 1);
	end(NULL);
}

static void frames_for_others_are_not_read(void **state)
{
	begin(PPP_AUTH_PAP);
	dial(0);
	fake_turn_to((struct mac_addr){ { 2, 0x50, 0x50, 0, 0, 0xfd } }, 0x100);
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 1, BYTES(NULL, 0));
	fake_turn_to(host_mac(&d, host(HOSTS)), 0x100); /* behind the last */
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 1, BYTES(NULL, 0));
	fake_turn_to(host_mac(&d, host(0)), 0x101);
	fake_packet(PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 1, BYTES(NULL, 0));
	assert_int_equal(d.counts.unexpected, 1);
	assert_up(0);
	end(NULL);
}

static int read_options(const char *line)
{
	char copy[256], *argv[20];
	int argc = 0;

	strcpy(copy, line);
	for (char *s = strtok(copy, " "); s; s = strtok(NULL, " "))
		argv[argc++] = s;
	argv[argc] = NULL;
	optind = 0;
	return options_read(argc, argv, &options);
}

static void a_command_line_is_read_or_refused(void **state)
{
	assert_int_equal(read_options("x --interface eth0 --secret s --sessions 7 --window 3 "
				      "--user a%u --auth eap --mac 02:00:00:00:01:00 --echoes 2"),
			 0);
	assert_int_equal(options.sessions, 7);
	assert_int_equal(options.auth, PPP_AUTH_EAP);
	assert_int_equal(options.mac.b[4], 1);
	assert_string_equal(options.user, "a%u");
	assert_int_equal(read_options("x --secret s"), 2);
	assert_int_equal(read_options("x --interface eth0"), 2);
	assert_int_equal(read_options("x --interface eth0 --secret s more"), 2);
	assert_int_equal(read_options("x --interface eth0 --secret s --sessions 0"), 2);
	assert_int_equal(read_options("x --interface eth0 --secret s --auth md5"), 2);
	assert_int_equal(read_options("x --interface eth0 --secret s --mac 01:00:00:00:00:00"), 2);
	assert_int_equal(read_options("x --interface eth0 --secret s --mac 02:00:00"), 2);
	assert_int_equal(read_options("x --interface e --secret s --one-mac --sessions 65535"), 2);
	assert_int_equal(read_options("x --interface e --secret s --one-mac --sessions 65534"), 0);
}

static const struct test tests[] = {
	TEST(hosts_come_up_with_pap, ""),
	TEST(hosts_come_up_with_chap, ""),
	TEST(hosts_come_up_with_eap, ""),
	TEST(hosts_may_ask_for_identifiers_and_need_no_name, ""),
	TEST(each_host_has_its_mac_address_name_and_session, ""),
	TEST(hosts_of_one_mac_address_are_told_apart, ""),
	TEST(a_lost_packet_is_said_again, ""),
	TEST(a_host_that_nobody_answers_gives_up, ""),
	TEST(a_dial_ends_in_time, ""),
	TEST(an_advertisement_is_asked_for, ""),
	TEST(what_the_router_refuses_is_counted, ""),
	TEST(only_the_method_that_is_wanted_is_agreed_to, ""),
	TEST(what_cannot_be_right_is_wrong, ""),
	TEST(a_magic_number_that_is_rejected_is_left_out, ""),
	TEST(options_that_are_not_known_go_back_as_they_were, ""),
	TEST(codes_and_protocols_that_are_not_known_are_rejected, ""),
	TEST(echoes_go_both_ways, ""),
	TEST(a_router_that_ends_a_session_is_noticed, ""),
	TEST(a_host_that_hangs_up_does_not_wait_for_ever, ""),
	TEST(a_router_may_negotiate_again, ""),
	TEST(frames_for_others_are_not_read, ""),
	TEST(a_command_line_is_read_or_refused, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/bench/pppoe_load", tests);
}
