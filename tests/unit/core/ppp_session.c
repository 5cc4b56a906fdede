/* SPDX-License-Identifier: Apache-2.0 */
/* How sessions of hosts with an address go on and end (draft 4.4, D4, D5). */
#include "ppp_world.h"
#include "proto/udp.h"
#include "core/ar_internal.h"

static const struct bytes nothing = { NULL, 0 };

/* The host's registration is given up by the router, by its home address. */
static void deregistered(struct world *w, const struct rrq *q)
{
	struct rrq d;

	world_next(w, ACTION_ADDRESS_DEL);
	world_next(w, ACTION_TUNNEL_DEL);
	d = world_request(w);
	assert_int_equal(d.m.lifetime, 0);
	assert_int_equal(d.m.hoa, MIP4_FULL);
	assert_true(in6_identifier(&d.m.hoa_address) == q->m.hoa_request_iid);
	world_answer(w, &d, NULL);
	world_quiet(w);
}

static void gone(struct world *w, struct dial *d, enum ar_session_end why)
{
	struct ar_session_info i;

	assert_string_equal(ar_session_end_names[last_end(w)], ar_session_end_names[why]);
	world_pass(w, 7); /* Terminate-Requests, hold-down */
	assert_false(dial_info(d, &i));
	assert_int_equal(world_hosts(w), 0);
}

static struct rrq start(struct world *w, struct dial *d)
{
	world_ppp(w);
	*d = dial_new(w, 1);
	return dial_up(d);
}

static void a_host_that_hangs_up_is_deregistered(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q = start(&w, &d);

	dial_say(&d, PPPOE_PADT, d.session, nothing);
	deregistered(&w, &q); /* nothing is said to it */
	gone(&w, &d, AR_END_HUNG_UP);
	world_done(&w);
}

static void a_host_that_terminates_lcp_is_deregistered(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q = start(&w, &d);

	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 9, nothing);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_ACK);
	deregistered(&w, &q);
	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, 9, nothing);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_ACK); /* the first was lost */
	world_pass(&w, 3);
	assert_int_equal(dial_heard(&d, PPPOE_PADT)->session, d.session);
	gone(&w, &d, AR_END_TERMINATED);
	world_done(&w);
}

static void a_host_that_is_silent_is_deregistered(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;
	struct rrq q = start(&w, &d);

	world_pass(&w, 3); /* the first */
	p = dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST);
	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY, p.id, BYTES("\0\0\0\0", 4));
	for (int i = 0; i < 3; i++) {
		world_pass(&w, 9.9);
		while (w.read < w.out.n) /* advertisements */
			dial_packet(&d, PPP_PROTOCOL_IPV6);
		world_pass(&w, 0.1);
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST);
	}
	world_pass(&w, 10);
	while (w.out.v[w.read].type == ACTION_LINK_SEND && w.read + 1 < w.out.n &&
	       w.out.v[w.read + 1].type == ACTION_LINK_SEND)
		w.read++;
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	deregistered(&w, &q);
	gone(&w, &d, AR_END_ECHO);
	world_done(&w);
}

static void a_sign_of_life_is_enough(void **state)
{
	struct ar_session_info i;
	struct world w;
	struct dial d;

	start(&w, &d);
	for (int t = 0; t < 20; t++) { /* its own, not our Reply */
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 1, BYTES("\0\0\0\0", 4));
		world_pass(&w, 10);
	}
	assert_true(dial_info(&d, &i));
	assert_int_equal(i.phase, AR_SESSION_OPEN);
	assert_int_equal(i.seconds, 200);
	world_done(&w);
}

/* D5: as with any host, for detach_delay. */
static void a_port_that_is_down_for_long_ends_it(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q = start(&w, &d);

	world_link(&w, LINK_DOWN);
	world_pass(&w, 5);
	world_link(&w, LINK_UP);
	world_pass(&w, 20);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY, 1, BYTES("\0\0\0\0", 4));
	world_link(&w, LINK_DOWN);
	world_pass(&w, 9);
	world_skip(&w);
	world_pass(&w, 1);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_answer(&w, &q, NULL);
	gone(&w, &d, AR_END_LINK);
	world_done(&w);
}

/* AR-29: the Ack, then LCP Terminate and PADT; nothing is deregistered. */
static void a_revoked_host_loses_its_session(void **state)
{
	for (int inform = 0; inform < 2; inform++) {
		struct mip4_message m;
		struct world w;
		struct dial d;
		struct rrq q = start(&w, &d);

		m = world_revocation(&w, &q, inform);
		m.hoa = MIP4_EMPTY;
		world_send(&w, &m);
		world_next(&w, ACTION_ADDRESS_DEL);
		world_next(&w, ACTION_TUNNEL_DEL);
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
		world_next(&w, ACTION_SEND); /* the Ack */
		world_quiet(&w);
		assert_int_equal(last_end(&w), inform ? AR_END_REVOKED : AR_END_MOVED);
		world_pass(&w, 6);
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
		assert_int_equal(dial_heard(&d, PPPOE_PADT)->session, d.session);
		world_quiet(&w);
		world_done(&w);
	}
}

static void a_registration_that_ends_ends_the_session(void **state)
{
	struct world w;
	struct dial d;
	double t;

	start(&w, &d);
	for (t = 0; t < 620 && !last_end(&w); t++) { /* the home agent is silent, the host not */
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 1, BYTES("\0\0\0\0", 4));
		world_pass(&w, 1);
	}
	assert_true(t >= 599 && t <= 601);
	assert_int_equal(last_end(&w), AR_END_EXPIRED);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* The home agent may have the address elsewhere (A19). */
static void a_renewal_that_is_denied_ends_the_session(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;

	start(&w, &d);
	for (int t = 0; t < 500; t++) {
		world_skip(&w);
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 1, BYTES("\0\0\0\0", 4));
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY);
		world_pass(&w, 1);
		while (w.read < w.out.n && w.out.v[w.read].type != ACTION_SEND)
			w.read++;
		if (w.read < w.out.n)
			break;
	}
	q = world_request(&w); /* nobody asked the host: its Echo-Replies tell */
	assert_int_equal(q.m.hoa, MIP4_FULL);
	assert_int_equal(q.m.lifetime, 600);
	world_answer(&w, &q, deny_prohibited);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_REFUSED);
	world_done(&w);
}

static void what_the_data_plane_refuses_ends_the_session(void **state)
{
	struct world w;
	struct dial d;
	struct rrq q;
	uint32_t id;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	dial_ask(&d, 0);
	q = world_request(&w);
	dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	id = world_next(&w, ACTION_ADDRESS_SET)->id;
	assert_int_equal(w.out.v[w.read].type, ACTION_EVENT);
	assert_int_equal(w.out.v[w.read + 1].id, id); /* the Nak would not be sent */
	dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK);
	ar_role.failed(w.ar, id, w.now, &w.out);
	assert_int_equal(world_request(&w).m.lifetime, 0);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_UNUSABLE);
	world_done(&w);
}

/* To IPv6CP's first request, on a session of its own. */
static struct dial dial_again(struct world *w, uint8_t n, uint32_t ifindex)
{
	struct dial d = dial_new(w, n);

	d.ifindex = ifindex;
	dial_in(&d);
	dial_ask(&d, 0);
	return d;
}

/* Its battery was out: it knows nothing of the session that it had. Or it is at another port, or
 * has another network card. */
static void a_host_that_redials_keeps_its_registration(void **state)
{
	static const struct {
		uint8_t n;
		uint32_t ifindex;
	} places[] = {
		{ 1, WORLD_IF },
		{ 1, WORLD_IF_2 },
		{ 5, WORLD_IF },
	};

	for (size_t i = 0; i < 3; i++) {
		struct world w;
		struct dial d, again;
		struct rrq q = start(&w, &d);
		struct ppp_packet p;
		struct address a;

		again = dial_again(&w, places[i].n, places[i].ifindex);
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST); /* the old one ends */
		a = world_next(&w, ACTION_ADDRESS_SET)->address;
		assert_int_equal(a.session, again.session);
		assert_int_equal(a.ifindex, places[i].ifindex);
		assert_true(mac_equal(a.host, world_host(places[i].n)));
		p = dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
		dial_control(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
		p = dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK); /* at once */
		assert_true(identifier_in(&p) == q.m.hoa_request_iid);
		dial_ask(&again, q.m.hoa_request_iid);
		dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK);
		dial_packet(&again, PPP_PROTOCOL_IPV6);
		world_quiet(&w); /* no Registration Request */
		assert_int_equal(last_end(&w), AR_END_REPLACED);
		assert_int_equal(world_hosts(&w), 1);
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_ACK, 9, nothing);
		dial_heard(&d, PPPOE_PADT);
		assert_int_equal(world_hosts(&w), 1);
		world_done(&w);
	}
}

/* The advertisements that its former session was due do not come before IPv6CP is through. */
static void a_host_that_redials_hears_nothing_of_ipv6_early(void **state)
{
	struct world w;
	struct dial d;

	start(&w, &d);
	dial_again(&w, 1, WORLD_IF);
	world_skip(&w);
	world_pass(&w, 28); /* it says no more; an advertisement was due after 16 s */
	for (; w.read < w.out.n; w.read++)
		if (w.out.v[w.read].type == ACTION_LINK_SEND)
			assert_memory_not_equal(w.out.v[w.read].link_send.frame.p + 20, "\0\x57",
						2);
	world_done(&w);
}

/* Its registration is still under way: the reply is for the session that it has by then. */
static void a_host_that_redials_while_it_is_registered_waits_for_the_same(void **state)
{
	struct world w;
	struct dial d, again;
	struct ppp_packet p;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	dial_ask(&d, 0);
	q = world_request(&w);
	dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
	again = dial_again(&w, 2, WORLD_IF);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
	world_quiet(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	assert_int_equal(world_next(&w, ACTION_ADDRESS_SET)->address.session, again.session);
	p = dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK);
	assert_true(identifier_in(&p) == q.m.hoa_request_iid);
	world_done(&w);
}

/* A host that hung up and is back while it is being deregistered, held down, or was refused. */
static void a_host_that_is_back_is_registered_anew(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct world w;
		struct dial d, again;
		struct rrq q, first;

		world_ppp(&w);
		d = dial_new(&w, 1);
		if (i < 2) {
			first = dial_up(&d);
			dial_say(&d, PPPOE_PADT, d.session, nothing);
			world_next(&w, ACTION_ADDRESS_DEL);
			world_next(&w, ACTION_TUNNEL_DEL);
			q = world_request(&w);
			if (i == 1)
				world_answer(&w, &q, NULL);
		} else {
			dial_in(&d);
			dial_ask(&d, 0);
			first = world_request(&w);
			world_answer(&w, &first, deny_resources);
			world_skip(&w);
		}
		again = dial_again(&w, 1, WORLD_IF);
		q = world_request(&w);
		assert_int_equal(q.m.lifetime, 600);
		assert_int_equal(q.m.hoa_request, MIP4_FULL);
		assert_true(q.m.hoa_request_iid ==
			    first.m.hoa_request_iid); /* and the same again */
		dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
		world_quiet(&w);
		world_done(&w);
	}
}

static void a_session_has_one_host(void **state)
{
	struct ppp_packet p;
	struct world w;
	struct dial d;
	struct rrq q = start(&w, &d);

	for (int other = 0; other < 2; other++) {
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, ++d.id,
			     option_u32(PPP_LCP_MAGIC, d.magic));
		p = dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);
		dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK);
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
		assert_int_equal(world_state(&w, 1), ACCESS_LINK_LOST);
		dial_verdict(&d, dial_chap(&d)->id, AUTH_ACCEPTED, other ? "bob" : DIAL_NAI);
		dial_next(&d, PPP_PROTOCOL_CHAP, 3);
		dial_ask(&d, q.m.hoa_request_iid);
		if (other)
			break;
		p = dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
		dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK);
		dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
		dial_packet(&d, PPP_PROTOCOL_IPV6);
		assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
		world_quiet(&w);
	}
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(last_end(&w), AR_END_NAME);
	world_done(&w);
}

static void data_of_a_host_goes_its_way(void **state)
{
	const char *elsewhere = "2001:db8:1::1";
	const struct action *a;
	struct packet p = { .from = PACKET_TUNNEL };
	struct world w;
	struct dial d;
	struct ip6 ip;

	start(&w, &d);
	dial_send(&d, PPP_PROTOCOL_IPV6, packet_data("2001:db8:b:1::5", elsewhere, 64));
	a = world_next(&w, ACTION_TUNNEL_SEND);
	assert_int_equal(ip6_decode(a->tunnel_send.packet, &ip), 0);
	assert_int_equal(ip.hop_limit, 63);
	dial_send(&d, PPP_PROTOCOL_IPV6, packet_data("2001:db8:b:2::5", elsewhere, 64));
	assert_int_equal(ip6_decode(dial_packet(&d, PPP_PROTOCOL_IPV6), &ip), 0);
	assert_int_equal(ip6_icmp_type(&ip), 1); /* D8 */
	dial_send(&d, PPP_PROTOCOL_IPV6, packet_data("2001:db8:b:1::5", elsewhere, 1));
	assert_int_equal(ip6_decode(dial_packet(&d, PPP_PROTOCOL_IPV6), &ip), 0);
	assert_int_equal(ip6_icmp_type(&ip), 3);
	assert_true(in6_equal(&ip.src, &w.config.router_address));
	p.local = w.config.care_of;
	p.remote = w.config.access.home_agent;
	p.payload = packet_data(elsewhere, "2001:db8:b:1::5", 64);
	world_packet(&w, &p); /* what came before the data plane had it */
	assert_int_equal(ip6_decode(dial_packet(&d, PPP_PROTOCOL_IPV6), &ip), 0);
	assert_int_equal(ip.hop_limit, 63);
	world_quiet(&w);
	world_done(&w);
}

/* On a port that carries longer frames: an answer would be as long. */
static void what_is_longer_than_ppp_over_ethernet_may_be_is_dropped(void **state)
{
	const struct in6_addr from = in6_link_local_with(77), to = world_in6("fe80::1");
	uint8_t buf[PPPOE_MRU_MAX + 1];
	struct world w;
	struct dial d;

	start(&w, &d);
	for (size_t n = PPPOE_MRU_MAX; n <= PPPOE_MRU_MAX + 1; n++) {
		struct writer ping = writer_new(buf, n);
		size_t start_at = ip6_begin(&ping, &from, &to, IP6_ICMP, 64);
		size_t icmp = writer_length(&ping);

		write_u8(&ping, 128);
		write_zero(&ping, n - writer_length(&ping));
		icmp6_end(&ping, start_at, icmp);
		dial_send(&d, PPP_PROTOCOL_IPV6, writer_bytes(&ping));
		if (n == PPPOE_MRU_MAX)
			assert_int_equal(dial_packet(&d, PPP_PROTOCOL_IPV6).n, n);
	}
	assert_int_equal(world_drops(&w, DROP_PPPOE_MALFORMED), 1);
	world_quiet(&w);
	world_done(&w);
}

/* A home agent should not let it come so far. */
static void what_does_not_fit_is_told_to_the_sender(void **state)
{
	const struct in6_addr from = world_in6("2001:db8:1::1"), to = world_in6("2001:db8:b:1::5");
	struct packet p = { .from = PACKET_TUNNEL };
	const struct action *a;
	uint8_t buf[PPPOE_MRU_MAX + 1] = "";
	struct writer w6;
	struct world w;
	struct dial d;
	struct ip6 ip;
	size_t start_at;

	start(&w, &d);
	p.local = w.config.care_of;
	p.remote = w.config.access.home_agent;
	for (size_t n = PPPOE_MRU_MAX; n <= PPPOE_MRU_MAX + 1; n++) {
		w6 = writer_new(buf, n);
		start_at = udp_begin(&w6, &from, &to, 1, 2);
		write_zero(&w6, n - writer_length(&w6));
		udp_end(&w6, start_at);
		p.payload = writer_bytes(&w6);
		world_packet(&w, &p);
		if (n == PPPOE_MRU_MAX)
			assert_int_equal(dial_packet(&d, PPP_PROTOCOL_IPV6).n, n);
	}
	a = world_next(&w, ACTION_TUNNEL_SEND);
	assert_true(in4_equal(a->tunnel_send.local, w.config.care_of));
	assert_int_equal(ip6_decode(a->tunnel_send.packet, &ip), 0);
	assert_int_equal(ip6_icmp_type(&ip), 2);
	assert_memory_equal(ip.payload.p + 4, "\0\0\x05\xd4", 4); /* 1492 */
	assert_true(in6_equal(&ip.src, &to) && in6_equal(&ip.dst, &from));
	assert_int_equal(world_drops(&w, DROP_TOO_BIG), 1);
	world_quiet(&w);
	world_done(&w);
}

/* PAP and EAP floods, LCP that never ends: nothing is left of them. */
static void what_never_gets_anywhere_leaves_nothing(void **state)
{
	struct ar_session_info i;
	uint32_t cursor = 0;
	struct world w;

	world_ppp(&w);
	for (uint8_t n = 1; n <= 5; n++) { /* before anything is sent again */
		struct dial d = dial_new(&w, n);

		dial_discover(&d);
		if (n % 3 == 1)
			dial_lcp(&d);
		if (n % 3 == 2) {
			dial_lcp(&d);
			dial_chap(&d);
		}
		world_skip(&w);
	}
	world_pass(&w, 70);
	while (ar_session_next(w.ar, &cursor, w.now, &i))
		assert_int_equal(i.phase, AR_SESSION_ENDED);
	assert_int_equal(w.ar->access.hold.blocks.next - w.ar->access.hold.blocks.n_free, 0);
	assert_int_equal(ar_role.next_timeout(w.ar), NSEC_NEVER);
	world_done(&w);
}

/* However often it begins anew. */
static void a_host_that_does_not_authenticate_is_gone_after_a_minute(void **state)
{
	struct ar_session_info i;
	struct ppp_packet p;
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_discover(&d);
	dial_lcp(&d);
	for (int t = 0; t < 4; t++) {
		world_pass(&w, 14);
		w.read = w.out.n;
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, ++d.id,
			     option_u32(PPP_LCP_MAGIC, d.magic));
		p = dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST);
		dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	}
	assert_true(dial_info(&d, &i));
	world_pass(&w, 5);
	assert_int_equal(w.ar->pppoe.ended[AR_END_TIME], 1);
	world_pass(&w, 10); /* Terminate-Requests */
	assert_false(dial_info(&d, &i));
	world_done(&w);
}

static void who_begins_with_ipv6_while_the_router_stops_is_told(void **state)
{
	struct world w;
	struct dial d;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	ar_stop(w.ar, w.now);
	dial_ask(&d, 5); /* before the stop has come to its session */
	dial_heard(&d, PPPOE_PADT);
	assert_int_equal(last_end(&w), AR_END_STOPPED);
	world_pass(&w, 0.1);
	assert_true(ar_stopped(w.ar));
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* It has its address by IPv6CP: there is no lease to give back. */
static void a_host_that_dialled_in_releases_nothing_by_dhcp6(void **state)
{
	const struct in6_addr src = world_in6("fe80::5"), dst = world_in6("ff02::1:2");
	struct dhcp6_message m;
	struct world w;
	struct dial d;
	uint8_t buf[1000];
	struct writer out = writer_new(buf, sizeof(buf));
	size_t at;

	start(&w, &d);
	m = world_message(&w, 1, DHCP6_RELEASE, NULL);
	m.ias[0].n_leases = 1;
	m.ias[0].leases[0].address =
		((struct ar_attachment *)slab_at(&w.ar->access.attachments, 0))->base.client.home;
	at = udp_begin(&out, &src, &dst, DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);
	assert_int_equal(dhcp6_encode(&m, &out), 0);
	udp_end(&out, at);
	dial_send(&d, PPP_PROTOCOL_IPV6, writer_bytes(&out));
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	assert_int_equal((*ar_dhcp6(w.ar))[DHCP6_RELEASE][AR_DHCP6_NO_BINDING], 1);
	w.read = w.out.n;
	world_done(&w);
}

static void every_phase_and_end_has_a_name(void **state)
{
	for (int i = 0; i < AR_SESSION_PHASES; i++)
		assert_true(ar_session_phase_names[i] && *ar_session_phase_names[i]);
	for (int i = AR_END_NONE + 1; i < AR_END_MAX; i++)
		assert_true(ar_session_end_names[i] && *ar_session_end_names[i]);
}

static void a_host_has_at_most_two_kilobytes(void **state)
{
	const size_t attachment = sizeof(struct ar_attachment),
		     session = sizeof(struct ppp_session);
	const size_t tables = 4 * 2 * sizeof(void *) + 2 * sizeof(uint32_t) + sizeof(bool);
	const size_t timers = (6 + AR_TIMERS_SESSION) * sizeof(struct heap_entry);

	print_message("# attachment %zu, session %zu, tables %zu, timers %zu\n", attachment,
		      session, tables, timers);
	assert_true(attachment + session + tables + timers <= 2048);
	assert_true(session <= 640); /* all that there is before authentication */
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_host_that_hangs_up_is_deregistered, "AR-27 AR-28"),
		TEST(a_host_that_terminates_lcp_is_deregistered, "AR-28"),
		TEST(a_host_that_is_silent_is_deregistered, "AR-28"),
		TEST(a_sign_of_life_is_enough, ""),
		TEST(a_port_that_is_down_for_long_ends_it, "AR-28"),
		TEST(a_revoked_host_loses_its_session, "AR-29"),
		TEST(a_registration_that_ends_ends_the_session, ""),
		TEST(a_renewal_that_is_denied_ends_the_session, "AR-27"),
		TEST(what_the_data_plane_refuses_ends_the_session, ""),
		TEST(a_host_that_redials_keeps_its_registration, "AR-13"),
		TEST(a_host_that_redials_hears_nothing_of_ipv6_early, "AR-7"),
		TEST(a_host_that_redials_while_it_is_registered_waits_for_the_same, ""),
		TEST(a_host_that_is_back_is_registered_anew, "AR-13"),
		TEST(a_session_has_one_host, ""),
		TEST(data_of_a_host_goes_its_way, "AR-9 AR-36 AR-37"),
		TEST(what_is_longer_than_ppp_over_ethernet_may_be_is_dropped, ""),
		TEST(what_does_not_fit_is_told_to_the_sender, ""),
		TEST(what_never_gets_anywhere_leaves_nothing, ""),
		TEST(a_host_that_does_not_authenticate_is_gone_after_a_minute, ""),
		TEST(who_begins_with_ipv6_while_the_router_stops_is_told, "AR-28"),
		TEST(a_host_that_dialled_in_releases_nothing_by_dhcp6, ""),
		TEST(every_phase_and_end_has_a_name, ""),
		TEST(a_host_has_at_most_two_kilobytes, ""),
	};

	return TESTS_RUN("core/ppp_session", tests);
}
