/* SPDX-License-Identifier: Apache-2.0 */
/* Discovery (RFC 2516 5): offers without state, service names, limits, numbers of sessions. */
#include "ppp_world.h"

static const struct bytes any = { NULL, 0 };

static struct bytes tags(struct bytes a, struct bytes b, struct bytes c)
{
	uint8_t buf[1500];
	struct writer w = writer_new(buf, sizeof(buf));

	write_bytes(&w, a);
	write_bytes(&w, b);
	write_bytes(&w, c);
	return world_keep(writer_bytes(&w));
}

static struct bytes service(const char *name)
{
	return dial_tag(PPPOE_SERVICE_NAME, bytes_of(name));
}

/* The cookie of an offer to that host. */
static struct bytes cookie_of(struct dial *d)
{
	dial_say(d, PPPOE_PADI, 0, service(""));
	return dial_tag(PPPOE_AC_COOKIE, dial_heard(d, PPPOE_PADO)->ac_cookie);
}

static void ask(struct dial *d, struct bytes cookie, const char *uniq)
{
	dial_say(d, PPPOE_PADR, 0,
		 tags(service(""), cookie, dial_tag(PPPOE_HOST_UNIQ, bytes_of(uniq))));
}

/* What refuses a session. */
static void refused(struct dial *d, enum pppoe_tag error)
{
	const struct pppoe_discovery *p = dial_heard(d, PPPOE_PADS);

	assert_int_equal(p->session, 0);
	assert_int_equal(p->n_services, 1); /* that it asked for (RFC 2516 5.4) */
	assert_true(!p->service_name_error.p == (error != PPPOE_SERVICE_NAME_ERROR));
	assert_true(!p->ac_system_error.p == (error != PPPOE_AC_SYSTEM_ERROR));
	world_quiet(d->w);
}

static size_t sessions(struct world *w)
{
	struct ar_session_info i;
	uint32_t cursor = 0;
	size_t n = 0;

	while (ar_session_next(w->ar, &cursor, w->now, &i))
		n += i.phase != AR_SESSION_ENDED;
	return n;
}

/* What has become of hosts that dialled in; `ended` of those that do not go on by themselves. */
static void outcomes(struct world *w, uint64_t offered, uint64_t refusals, uint64_t begun,
		     uint64_t ended)
{
	const struct ar_pppoe_counters *c = ar_pppoe(w->ar);
	uint64_t n = 0;

	assert_int_equal(c->outcomes[AR_PPPOE_OFFERED], offered);
	assert_int_equal(c->outcomes[AR_PPPOE_REFUSED], refusals);
	assert_int_equal(c->outcomes[AR_PPPOE_BEGUN], begun);
	assert_int_equal(c->outcomes[AR_PPPOE_OPENED], 0);
	for (size_t i = 0; i < AR_END_MAX; i++)
		n += c->ended[i];
	assert_int_equal(n, ended);
}

static void an_offer_costs_nothing_and_echoes_what_hosts_want_to_see_again(void **state)
{
	const struct pppoe_discovery *p;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_say(&d, PPPOE_PADI, 0,
		 tags(service("tv"), dial_tag(PPPOE_HOST_UNIQ, bytes_of("abc")),
		      dial_tag(PPPOE_RELAY_SESSION_ID, bytes_of("relay"))));
	p = dial_heard(&d, PPPOE_PADO);
	assert_int_equal(p->session, 0);
	assert_true(bytes_equal(p->ac_name, bytes_of("router")));
	assert_true(bytes_equal(p->services[0], bytes_of("tv")));
	assert_true(bytes_equal(p->host_uniq, bytes_of("abc")));
	assert_true(bytes_equal(p->relay_session_id, bytes_of("relay")));
	assert_int_equal(p->ac_cookie.n, 8);
	world_quiet(&w);
	assert_int_equal(sessions(&w), 0);
	assert_int_equal(ar_role.next_timeout(w.ar), NSEC_NEVER);
	world_done(&w);
}

static void a_request_with_the_cookie_gets_a_session(void **state)
{
	const struct pppoe_discovery *p;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	ask(&d, cookie_of(&d), "abc");
	p = dial_heard(&d, PPPOE_PADS);
	assert_true(p->session != 0 && p->session != 0xffff);
	assert_true(bytes_equal(p->host_uniq, bytes_of("abc")));
	assert_true(!p->service_name_error.p && !p->ac_system_error.p && !p->generic_error.p);
	d.session = p->session;
	world_pass(&w, 0.5);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);
	assert_int_equal(sessions(&w), 1);
	world_done(&w);
}

/* A cookie is of one host on one port; a guess is silently dropped, so floods get nothing back. */
static void without_the_cookie_there_is_no_answer(void **state)
{
	struct bytes cookie;
	struct world w;
	struct dial d, other, port;

	world_ppp(&w);
	d = dial_new(&w, 1);
	other = dial_new(&w, 2);
	port = dial_new(&w, 1);
	port.ifindex = WORLD_IF_2;
	cookie = cookie_of(&d);
	ask(&other, cookie, "");
	ask(&port, cookie, "");
	ask(&d, any, "");
	ask(&d, dial_tag(PPPOE_AC_COOKIE, BYTES("12345678", 8)), "");
	ask(&d, dial_tag(PPPOE_AC_COOKIE, BYTES("1234567", 7)), "");
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPPOE_COOKIE), 5);
	assert_int_equal(sessions(&w), 0);
	world_done(&w);
}

static void a_request_that_comes_again_gets_the_same_session(void **state)
{
	struct bytes cookie;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	cookie = cookie_of(&d);
	ask(&d, cookie, "abc");
	d.session = dial_heard(&d, PPPOE_PADS)->session;
	world_pass(&w, 0.5);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);
	ask(&d, cookie, "abc"); /* our PADS was lost */
	assert_int_equal(dial_heard(&d, PPPOE_PADS)->session, d.session);
	world_quiet(&w);
	assert_int_equal(sessions(&w), 1);
	ask(&d, cookie, "def");
	assert_int_not_equal(dial_heard(&d, PPPOE_PADS)->session, d.session);
	assert_int_equal(sessions(&w), 2);
	world_done(&w);
}

static void sessions_of_a_host_are_limited(void **state)
{
	struct bytes cookie;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	cookie = cookie_of(&d);
	ask(&d, cookie, "1");
	ask(&d, cookie, "2");
	world_skip(&w);
	ask(&d, cookie, "3");
	refused(&d, PPPOE_AC_SYSTEM_ERROR);
	assert_int_equal(world_drops(&w, DROP_SESSIONS_FULL), 1);
	assert_int_equal(sessions(&w), 2);
	outcomes(&w, 1, 1, 2, 0);
	world_pass(&w, 70);
	outcomes(&w, 1, 1, 2, 2);
	world_done(&w);
}

static void sessions_of_a_port_and_in_all_are_limited(void **state)
{
	struct world w;

	world_ppp_init(&w);
	w.config.access.attachments_max = 10;
	w.config.access.ports[1].attachments_max = 3;
	world_start(&w);
	for (uint8_t n = 1; n <= 20; n++) {
		struct dial d = dial_new(&w, n);

		d.ifindex = n <= 5 ? WORLD_IF_2 : WORLD_IF;
		ask(&d, cookie_of(&d), "");
		if (n <= 3 || (n > 5 && n <= 12))
			assert_int_not_equal(dial_heard(&d, PPPOE_PADS)->session, 0);
		else
			refused(&d, PPPOE_AC_SYSTEM_ERROR);
		world_skip(&w);
	}
	assert_int_equal(sessions(&w), 10);
	world_pass(&w, 70); /* nobody says a word: they are gone, and there is room again */
	assert_int_equal(sessions(&w), 0);
	world_done(&w);
}

static void offers_are_limited(void **state)
{
	struct world w;
	struct dial d;
	size_t n = 0;

	world_ppp(&w);
	d = dial_new(&w, 1);
	for (int i = 0; i < 2100; i++) {
		dial_say(&d, PPPOE_PADI, 0, service(""));
		n += w.out.n;
		w.out.n = w.out.used = 0;
	}
	assert_int_equal(n, 2000);
	assert_int_equal(world_drops(&w, DROP_RATE_LIMITED), 100);
	world_done(&w);
}

static void only_our_service_is_offered(void **state)
{
	const struct pppoe_discovery *p;
	struct world w;
	struct dial d;
	struct bytes cookie;

	world_ppp_init(&w);
	strcpy(w.config.pppoe.service, "net");
	world_start(&w);
	d = dial_new(&w, 1);
	dial_say(&d, PPPOE_PADI, 0, service("tv"));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPPOE_SERVICE), 1);
	dial_say(&d, PPPOE_PADI, 0, service("net"));
	p = dial_heard(&d, PPPOE_PADO);
	assert_true(bytes_equal(p->services[0], bytes_of("net")));
	cookie = dial_tag(PPPOE_AC_COOKIE, p->ac_cookie);
	dial_say(&d, PPPOE_PADR, 0, tags(service("tv"), cookie, any));
	refused(&d, PPPOE_SERVICE_NAME_ERROR);
	assert_int_equal(world_drops(&w, DROP_PPPOE_SERVICE), 2);
	dial_say(&d, PPPOE_PADR, 0, tags(service("net"), cookie, any));
	assert_int_not_equal(dial_heard(&d, PPPOE_PADS)->session, 0);
	world_done(&w);
}

/* Any service is asked for by an empty name, and the offer says which there is. */
static void an_empty_name_asks_for_what_there_is(void **state)
{
	const struct action *a;
	struct world w;
	struct dial d;

	world_ppp_init(&w);
	strcpy(w.config.pppoe.service, "net");
	world_start(&w);
	d = dial_new(&w, 1);
	dial_say(&d, PPPOE_PADI, 0, service(""));
	a = world_next(&w, ACTION_LINK_SEND);
	assert_non_null(memmem(a->link_send.frame.p, a->link_send.frame.n, "\x01\x01\0\0", 4));
	assert_non_null(memmem(a->link_send.frame.p, a->link_send.frame.n, "\x01\x01\0\3net", 7));
	world_done(&w);
}

static void what_is_no_hosts_is_dropped(void **state)
{
	struct world w;
	struct dial d;
	struct packet p = { .from = PACKET_DISCOVERY,
			    .ifindex = WORLD_IF,
			    .payload = BYTES("\x11\x09\0\0\0\4\1\1\0\0", 10) };

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_say(&d, PPPOE_PADO, 0,
		 tags(service(""), dial_tag(PPPOE_AC_NAME, bytes_of("ac")), any));
	dial_say(&d, PPPOE_PADS, 5, service(""));
	dial_say(&d, 0x42, 0, service(""));
	assert_int_equal(world_drops(&w, DROP_PPPOE_IGNORED), 3);
	dial_say(&d, PPPOE_PADI, 5, service("")); /* a session already */
	dial_say(&d, PPPOE_PADI, 0, any);         /* no service name */
	dial_say(&d, PPPOE_PADR, 0, any);
	assert_int_equal(world_drops(&w, DROP_PPPOE_MALFORMED), 3);
	p.source = w.config.router_mac;
	world_packet(&w, &p);
	p.source = w.config.access.ports[0].mac;
	world_packet(&w, &p);
	p.source = (struct mac_addr){ { 1, 0, 0, 0, 0, 1 } };
	world_packet(&w, &p);
	assert_int_equal(world_drops(&w, DROP_FRAME_MALFORMED), 3);
	world_quiet(&w);
	world_done(&w);
}

static void other_ports_offer_nothing(void **state)
{
	struct world w;
	struct dial d;

	world_ppp_init(&w);
	w.config.ports[0].addressing = AR_DHCPV6;
	world_start(&w);
	d = dial_new(&w, 1);
	dial_say(&d, PPPOE_PADI, 0, service(""));
	d.session = 1;
	dial_send(&d, PPP_PROTOCOL_LCP, BYTES("\1\1\0\4", 4));
	assert_int_equal(world_drops(&w, DROP_PPPOE_IGNORED), 2);
	world_quiet(&w);
	world_done(&w);
}

static void what_is_not_by_ppp_is_nobodys(void **state)
{
	struct world w;

	world_ppp(&w);
	world_frame(&w, 1, packet_rs(1));
	world_frame(&w, 1, packet_data("2001:db8:b::1", "2001:db8:1::1", 64));
	assert_int_equal(world_drops(&w, DROP_LINK_IGNORED), 2);
	world_quiet(&w);
	world_done(&w);
}

static void truncated_packets_are_dropped(void **state)
{
	const uint8_t padi[] = {
		0x11, 0x09, 0, 0, 0, 12, 1, 1, 0, 0, 1, 3, 0, 4, 'a', 'b', 'c', 'd'
	};
	struct packet p = { .from = PACKET_DISCOVERY,
			    .ifindex = WORLD_IF,
			    .source = world_host(1) };
	struct world w;

	world_ppp(&w);
	for (size_t n = 0; n < sizeof(padi); n++) {
		p.payload = BYTES(padi, n);
		world_packet(&w, &p);
	}
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPPOE_MALFORMED), sizeof(padi));
	p.payload = BYTES(padi, sizeof(padi));
	world_packet(&w, &p);
	world_next(&w, ACTION_LINK_SEND);
	world_done(&w);
}

static void frames_of_another_host_are_none_of_the_session(void **state)
{
	struct world w;
	struct dial d, thief, port;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_up(&d);
	thief = dial_new(&w, 2);
	port = d;
	port.ifindex = WORLD_IF_2;
	thief.session = d.session;
	dial_send(&thief, PPP_PROTOCOL_IPV6, packet_data("2001:db8:0:1::1", "2001:db8:1::1", 64));
	assert_int_equal(dial_heard(&thief, PPPOE_PADT)->session, d.session);
	dial_control(&thief, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 1, any);
	dial_heard(&thief, PPPOE_PADT);
	dial_say(&thief, PPPOE_PADT, d.session, any);
	dial_say(&port, PPPOE_PADT, d.session, any);
	assert_int_equal(world_drops(&w, DROP_PPPOE_SESSION), 4);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

/* Not without end: it costs the sender as much as us. */
static void ends_of_no_sessions_are_limited(void **state)
{
	struct world w;
	struct dial d;
	uint32_t said = 0;

	world_ppp(&w);
	d = dial_new(&w, 1);
	d.session = 7;
	for (int i = 0; i < 3000; i++) {
		w.read = w.out.n;
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 1, any);
		said += w.out.n > w.read;
	}
	assert_int_equal(said, 2000);
	w.read = w.out.n;
	world_done(&w);
}

static void numbers_do_not_come_again_soon(void **state)
{
	uint16_t seen[100];
	struct world w;

	world_ppp(&w);
	for (int i = 0; i < 100; i++) {
		struct dial d = dial_new(&w, (uint8_t)(1 + i % 5));

		ask(&d, cookie_of(&d), "");
		seen[i] = d.session = dial_heard(&d, PPPOE_PADS)->session;
		for (int j = 0; j < i; j++)
			assert_int_not_equal(seen[j], seen[i]);
		dial_say(&d, PPPOE_PADT, d.session, any);
		world_skip(&w);
	}
	assert_int_equal(sessions(&w), 0);
	world_done(&w);
}

static void no_more_sessions_when_the_router_stops(void **state)
{
	struct bytes cookie;
	struct world w;
	struct dial d, open;

	world_ppp(&w);
	open = dial_new(&w, 2);
	dial_up(&open);
	d = dial_new(&w, 1);
	cookie = cookie_of(&d);
	ask(&d, cookie, "1");
	d.session = dial_heard(&d, PPPOE_PADS)->session;
	world_skip(&w);
	ar_stop(w.ar, w.now);
	world_pass(&w, 0);
	assert_int_equal(sessions(&w), 0);
	assert_int_equal(last_end(&w), AR_END_STOPPED);
	world_skip(&w);
	ask(&d, cookie, "2");
	dial_say(&d, PPPOE_PADI, 0, service(""));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_PPPOE_IGNORED), 2);
	assert_false(ar_stopped(w.ar)); /* a deregistration is out */
	world_pass(&w, 20);
	assert_true(ar_stopped(w.ar));
	world_done(&w);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(an_offer_costs_nothing_and_echoes_what_hosts_want_to_see_again, ""),
		TEST(a_request_with_the_cookie_gets_a_session, ""),
		TEST(without_the_cookie_there_is_no_answer, ""),
		TEST(a_request_that_comes_again_gets_the_same_session, ""),
		TEST(sessions_of_a_host_are_limited, ""),
		TEST(sessions_of_a_port_and_in_all_are_limited, ""),
		TEST(offers_are_limited, ""),
		TEST(only_our_service_is_offered, ""),
		TEST(an_empty_name_asks_for_what_there_is, ""),
		TEST(what_is_no_hosts_is_dropped, ""),
		TEST(other_ports_offer_nothing, ""),
		TEST(what_is_not_by_ppp_is_nobodys, ""),
		TEST(truncated_packets_are_dropped, ""),
		TEST(frames_of_another_host_are_none_of_the_session, ""),
		TEST(ends_of_no_sessions_are_limited, ""),
		TEST(numbers_do_not_come_again_soon, ""),
		TEST(no_more_sessions_when_the_router_stops, "AR-28"),
	};

	return TESTS_RUN("core/pppoe", tests);
}
