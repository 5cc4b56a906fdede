/* SPDX-License-Identifier: Apache-2.0 */
/* The access router as router on its links (D6, D7, D8), and what hosts send to or through it. */
#include "ar_world.h"

#define HOME      "2001:db8:b::1"
#define ELSEWHERE "2001:db8:1::1"
#define HOST_LL   "fe80::ff:fe00:1" /* of host 1 */

static void a_solicitation_is_answered_to_that_host_alone(void **state)
{
	struct world w;
	struct nd ra;

	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	ra = world_nd(&w, 1, ND_RA);
	assert_true(ra.managed && ra.other);
	assert_int_equal(ra.lifetime, 1800);
	assert_int_equal(ra.n_prefixes, 0);
	assert_int_equal(ra.n_rdnss, 1);
	assert_true(in6_equal(&ra.rdnss[0], &w.config.dns[0]));
	assert_int_equal(ra.rdnss_lifetime, 3 * w.config.ra_max);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0); /* it has not asked for an address */
	world_done(&w);
}

static void solicitations_of_strangers_are_limited(void **state)
{
	struct world w;

	world_new(&w);
	for (int i = 0; i < 100; i++)
		world_frame(&w, (uint8_t)(i + 1), packet_rs((uint8_t)(i + 1)));
	assert_int_equal(w.out.n, 64);
	assert_int_equal(world_drops(&w, DROP_RATE_LIMITED), 36);
	world_done(&w);
}

static void advertisements_come_again_before_the_route_ends(void **state)
{
	struct world w;
	int n = 0;

	world_init(&w);
	w.config.ra_min = w.config.ra_max = 1800;
	world_start(&w);
	world_attach(&w, 1);
	for (int t = 0; t < 100; t++) {
		world_pass(&w, 1);
		for (; w.read < w.out.n; w.read++)
			n += w.out.v[w.read].type == ACTION_LINK_SEND;
	}
	assert_int_equal(n, 2); /* three initial ones with the first, at most 16 s apart */
	world_done(&w);
}

static void the_routers_own_address_is_answered_and_defended(void **state)
{
	struct world w;
	struct nd na;

	world_new(&w);
	world_frame(&w, 1, packet_ns(1, HOST_LL, "fe80::1"));
	na = world_nd(&w, 1, ND_NA);
	assert_true(na.router && na.solicited && na.override && na.has_lla);
	assert_true(mac_equal(na.lla, w.config.router_mac));
	world_frame(&w, 1, packet_ns(1, "::", "fe80::1")); /* DAD */
	na = world_nd(&w, 1, ND_NA);
	assert_true(!na.solicited && na.override);
	assert_true(in6_equal(&na.dst, &in6_all_nodes));
	world_quiet(&w);
	world_frame(&w, 1, packet_ns(1, "::", HOST_LL));
	assert_int_equal(world_drops(&w, DROP_ND_IGNORED), 1);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* Of whoever is on the link. */
static void echo_to_the_router_is_answered(void **state)
{
	const struct in6_addr host = world_in6(HOST_LL), router = world_in6("fe80::1");
	const struct action *a;
	uint8_t buf[64];
	struct writer w6 = writer_new(buf, sizeof(buf));
	struct world w;
	struct ip6 ip;

	world_new(&w);
	write_u32(&w6, UINT32_C(6) << 28);
	write_u16(&w6, 12);
	write_u8(&w6, 58);
	write_u8(&w6, 64);
	write_in6(&w6, &host);
	write_in6(&w6, &router);
	write_u32(&w6, 128u << 24);
	write_u32(&w6, 0x00050001);
	write_u32(&w6, 0xabcdef01);
	write_u16_at(&w6, 42, in6_checksum(&host, &router, 58, BYTES(buf + 40, 12)));
	world_frame(&w, 1, writer_bytes(&w6));
	a = world_next(&w, ACTION_LINK_SEND);
	assert_int_equal(a->link_send.ifindex, WORLD_IF);
	assert_memory_equal(a->link_send.frame.p, world_host(1).b, 6);
	assert_int_equal(
		ip6_decode(BYTES(a->link_send.frame.p + 14, a->link_send.frame.n - 14), &ip), 0);
	assert_int_equal(ip6_icmp_type(&ip), 129);
	assert_true(in6_equal(&ip.dst, &host) && in6_equal(&ip.src, &router));
	world_quiet(&w);
	world_done(&w);
}

static void what_a_fresh_host_sends_before_it_asks_registers_nothing(void **state)
{
	struct world w;

	world_new(&w);
	world_frame(&w, 1, packet_mld("::", "ff02::1:ff00:1", NULL));
	world_frame(&w, 1, packet_ns(1, "::", HOST_LL));
	world_frame(&w, 1, packet_mld(HOST_LL, "ff02::1:ff00:1", NULL));
	world_frame(&w, 1, packet_data(HOST_LL, "ff02::fb", 255));
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	assert_int_equal(world_drops(&w, DROP_LINK_IGNORED), 3);
	world_done(&w);
}

/* Of a host that is being registered only data is kept. */
static void what_else_comes_before_the_registration_is_counted(void **state)
{
	struct world w;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	world_request(&w);
	world_frame(&w, 1, packet_data(HOST_LL, "ff02::fb", 255));
	assert_int_equal(world_drops(&w, DROP_LINK_IGNORED), 1);
	world_frame(&w, 1, packet_ns(1, "::", HOST_LL));
	assert_int_equal(world_drops(&w, DROP_ND_IGNORED), 1);
	world_frame(&w, 1, packet_mld(HOST_LL, "ff02::1:ff00:1", "ff02::1:ff12:3456"));
	assert_int_equal(world_drops(&w, DROP_LINK_IGNORED), 1); /* heard: it is on its way */
	world_quiet(&w);
	world_done(&w);
}

/* It has its address from another router, and sends one of these first. */
static void a_host_that_comes_with_an_address_is_registered_by_what_it_sends(void **state)
{
	for (int i = 0; i < 5; i++) {
		struct bytes packet;
		struct world w;
		struct rrq q;

		world_new(&w);
		packet = i == 0   ? packet_data(HOME, ELSEWHERE, 64)
			 : i == 1 ? packet_mld(HOST_LL, "ff02::1:ff00:1", "ff02::1:ff12:3456")
			 : i == 2 ? packet_mld("::", "ff02::1:ff00:1", "ff02::1:ff12:3456")
			 : i == 3 ? packet_ns(1, HOME, "fe80::1")
				  : packet_ns(1, "::", HOME);
		world_frame(&w, 1, packet);
		if (i == 3)
			world_nd(&w, 1, ND_NA);
		q = world_request(&w);
		assert_int_equal(q.m.hoa_request, MIP4_FULL);
		assert_true(q.m.hoa_request_iid == 0);
		world_done(&w);
	}
}

static void data_waits_for_the_registration_and_goes_on_as_a_routers(void **state)
{
	const struct action *a;
	struct world w;
	struct rrq q;
	struct ip6 ip;

	world_new(&w);
	world_frame(&w, 1, packet_data(HOME, ELSEWHERE, 64));
	q = world_request(&w);
	world_frame(&w, 1, packet_data(HOME, ELSEWHERE, 63));
	world_quiet(&w);
	world_answer(&w, &q, NULL);
	for (uint8_t limit = 63; limit >= 62; limit--) {
		a = world_next(&w, ACTION_TUNNEL_SEND);
		assert_true(in4_equal(a->tunnel_send.local, w.config.care_of));
		assert_true(in4_equal(a->tunnel_send.remote, w.config.access.home_agent));
		assert_int_equal(ip6_decode(a->tunnel_send.packet, &ip), 0);
		assert_int_equal(ip.hop_limit, limit);
	}
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	world_nd(&w, 1, ND_RA);
	world_quiet(&w);
	world_done(&w);
}

static void data_of_another_source_is_not_admitted(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_frame(&w, 1, packet_data("2001:db8:b::2", ELSEWHERE, 64));
	q = world_request(&w);
	world_answer(&w, &q, NULL); /* but its home address ends in 1 */
	world_icmp(&w, 1, 1, 5);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	world_nd(&w, 1, ND_RA);
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 1);
	world_frame(&w, 1, packet_data("2001:db8:b::2", ELSEWHERE, 64));
	world_icmp(&w, 1, 1, 5);
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 2);
	world_frame(&w, 1, packet_data(HOME, ELSEWHERE, 1));
	world_icmp(&w, 1, 3, 0);
	assert_int_equal(world_drops(&w, DROP_HOP_LIMIT), 1);
	world_quiet(&w);
	world_done(&w);
}

static void errors_are_limited_and_asked_for_by_the_data_plane(void **state)
{
	struct packet p = { .from = PACKET_ACCESS,
			    .why = PACKET_REFUSED,
			    .ifindex = WORLD_IF,
			    .source = world_host(1) };
	struct world w;

	world_new(&w);
	p.payload = packet_data(HOME, ELSEWHERE, 64);
	ar_role.packet(w.ar, &p, w.now, &w.out);
	world_icmp(&w, 1, 1, 5);
	p.why = PACKET_EXPIRED;
	ar_role.packet(w.ar, &p, w.now, &w.out);
	world_icmp(&w, 1, 3, 0);
	assert_int_equal(world_drops(&w, DROP_SOURCE_WRONG), 0); /* counted there */
	for (int i = 0; i < 20; i++)
		ar_role.packet(w.ar, &p, w.now, &w.out);
	assert_int_equal(w.out.n, 10);
	assert_int_equal(world_drops(&w, DROP_RATE_LIMITED), 12);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* The next action tells a correspondent so, in the host's name (D24). */
static void expired(struct world *w)
{
	const struct action *a = world_next(w, ACTION_TUNNEL_SEND);
	const struct in6_addr home = world_in6(HOME), to = world_in6(ELSEWHERE);
	struct ip6 ip;

	assert_int_equal(ip6_decode(a->tunnel_send.packet, &ip), 0);
	assert_true(in6_equal(&ip.src, &home) && in6_equal(&ip.dst, &to));
	assert_int_equal(ip6_icmp_type(&ip), 3);
	assert_int_equal(ip.payload.p[1], 0);
}

static void what_comes_out_of_the_tunnel_early_goes_to_its_host(void **state)
{
	struct packet p = { .from = PACKET_TUNNEL, .why = PACKET_UNKNOWN };
	const struct action *a;
	struct world w;
	struct mac_addr host = world_host(1);

	world_new(&w);
	world_attach(&w, 1);
	p.local = w.config.care_of;
	p.remote = w.config.access.home_agent;
	p.payload = packet_data(ELSEWHERE, HOME, 60);
	assert_true(ar_role.wants(w.ar, &p));
	ar_role.packet(w.ar, &p, w.now, &w.out);
	a = world_next(&w, ACTION_LINK_SEND);
	assert_memory_equal(a->link_send.frame.p, host.b, 6);
	assert_memory_equal(a->link_send.frame.p + 6, w.config.router_mac.b, 6);
	assert_int_equal(a->link_send.frame.p[14 + 7], 59);
	p.payload = packet_data(ELSEWHERE, "2001:db8:b::77", 60);
	ar_role.packet(w.ar, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_NO_ROUTE), 1);
	p.payload = packet_data(ELSEWHERE, HOME, 1);
	ar_role.packet(w.ar, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_HOP_LIMIT), 1);
	expired(&w);
	p.why = PACKET_EXPIRED; /* counted where it was found out */
	ar_role.packet(w.ar, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_HOP_LIMIT), 1);
	expired(&w);
	for (int i = 2; i < 10; i++) {
		ar_role.packet(w.ar, &p, w.now, &w.out);
		expired(&w);
	}
	ar_role.packet(w.ar, &p, w.now, &w.out); /* one too many (RFC 4443 2.4 f) */
	assert_int_equal(world_drops(&w, DROP_RATE_LIMITED), 1);
	world_quiet(&w);
	p.why = PACKET_UNKNOWN;
	p.payload = packet_data("fe80::1", HOME, 60); /* as if the router itself had said it */
	ar_role.packet(w.ar, &p, w.now, &w.out);
	p.payload = packet_data("::", HOME, 60);
	ar_role.packet(w.ar, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_LINK_IGNORED), 2);
	p.remote = world_in4("203.0.113.1");
	ar_role.packet(w.ar, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_TUNNEL_UNKNOWN), 1);
	p.local = world_in4("198.51.100.10");
	assert_false(ar_role.wants(w.ar, &p));
	world_quiet(&w);
	world_frame(&w, 1, packet_data(HOME, "ff0e::1", 64)); /* no multicast router */
	assert_int_equal(world_drops(&w, DROP_LINK_IGNORED), 3);
	world_done(&w);
}

static void another(struct mip4_message *m)
{
	m->hoa_address = world_in6("2001:db8:b::77");
}

/* The host has the one that it was given. */
static void a_renewal_with_another_home_address_is_no_service(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.ra_min = w.config.ra_max = 1800;
	world_start(&w);
	world_attach(&w, 1);
	world_pass(&w, 299);
	world_skip(&w);
	while (w.read == w.out.n)
		world_pass(&w, 0.5);
	world_skip(&w);
	world_frame(&w, 1, packet_na(1, HOST_LL));
	q = world_request(&w);
	world_answer(&w, &q, another);
	world_skip(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_done(&w);
}

/* RFC 5563 4: before a renewal. */
static void a_host_is_asked_whether_it_is_there_before_it_is_renewed(void **state)
{
	struct world w;
	struct rrq q;
	struct nd ns;

	world_init(&w);
	w.config.ra_min = w.config.ra_max = 1800; /* advertisements are not looked at here */
	world_start(&w);
	world_attach(&w, 1);
	world_pass(&w, 299);
	world_skip(&w);
	while (w.read == w.out.n)
		world_pass(&w, 0.5);
	ns = world_nd(&w, 1, ND_NS);
	assert_true(in6_equal(&ns.target, &ns.dst));
	assert_true(in6_equal(&ns.src, &w.config.router_address));
	assert_true(ns.has_lla && mac_equal(ns.lla, w.config.router_mac));
	{
		const struct in6_addr host = in6_link_local_of(world_host(1));

		assert_true(in6_equal(&ns.target, &host));
	}
	world_quiet(&w);
	world_frame(&w, 1, packet_na(1, HOST_LL));
	q = world_request(&w);
	assert_int_equal(q.m.hoa, MIP4_FULL);
	assert_int_equal(q.m.hoa_address.s6_addr[15], 1);
	assert_int_equal(q.m.hoa_request, MIP4_ABSENT);
	assert_int_equal(q.m.lifetime, 600);
	world_answer(&w, &q, NULL);
	world_event(&w, EVENT_RENEWED);
	world_quiet(&w);
	world_done(&w);
}

/* D7 */
static void a_renewal_brings_an_advertisement_if_the_last_is_older_than_the_minimum(void **state)
{
	for (int soon = 0; soon <= 1; soon++) {
		struct world w;
		struct rrq q;

		world_init(&w);
		w.config.ra_min = 100;
		w.config.ra_max = 9000; /* no other here, after the initial ones */
		world_start(&w);
		world_attach(&w, 1);
		world_pass(&w, 299);
		world_skip(&w);
		while (w.read == w.out.n)
			world_pass(&w, 0.5);
		world_nd(&w, 1, ND_NS);
		world_frame(&w, 1, soon ? packet_rs(1) : packet_na(1, HOST_LL));
		q = world_request(&w);
		if (soon)
			world_nd(&w, 1, ND_RA);
		world_answer(&w, &q, NULL);
		world_event(&w, EVENT_RENEWED);
		if (!soon)
			world_nd(&w, 1, ND_RA);
		world_quiet(&w);
		world_done(&w);
	}
}

static void a_host_that_has_gone_is_deregistered(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.ra_min = w.config.ra_max = 1800;
	world_start(&w);
	world_attach(&w, 1);
	world_pass(&w, 299);
	world_skip(&w);
	while (w.read == w.out.n)
		world_pass(&w, 0.5);
	world_pass(&w, 3.2);
	for (int i = 0; i < 3; i++)
		world_nd(&w, 1, ND_NS);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	assert_int_equal(q.m.hoa, MIP4_FULL);
	world_answer(&w, &q, NULL);
	world_pass(&w, 2.1);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* hosts that make their addresses themselves */

static void a_solicitation_gets_a_prefix_of_the_hosts_own(void **state)
{
	const struct action *a;
	const struct in6_addr prefix = world_in6("2001:db8:b:1::");
	struct ar_lease_info lease;
	uint32_t cursor = 0;
	struct world w;
	struct rrq q, again;
	struct nd ra;

	world_slaac(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_quiet(&w); /* no advertisement without a prefix */
	assert_int_equal(q.m.hoa_request, MIP4_FULL);
	assert_true(q.m.hoa_request_iid != 0);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	a = world_next(&w, ACTION_ADDRESS_SET);
	assert_int_equal(a->address.length, 64);
	assert_true(in6_equal(&a->address.prefix, &prefix));
	ra = world_nd(&w, 1, ND_RA);
	assert_false(ra.managed);
	assert_int_equal(ra.n_prefixes, 1);
	assert_true(in6_equal(&ra.prefixes[0].prefix, &prefix));
	assert_true(ra.prefixes[0].autonomous && !ra.prefixes[0].on_link);
	assert_int_equal(ra.prefixes[0].length, 64);
	assert_int_equal(ra.prefixes[0].valid, 3600);
	assert_int_equal(ra.prefixes[0].preferred, 1800);
	world_frame(&w, 1, packet_data("2001:db8:b:1::abcd", ELSEWHERE, 64));
	world_next(&w, ACTION_TUNNEL_SEND);
	world_frame(&w, 1, packet_data("2001:db8:b:2::abcd", ELSEWHERE, 64));
	world_icmp(&w, 1, 1, 5);
	assert_false(ar_lease_next(w.ar, &cursor, w.now, &lease));
	world_done(&w);

	world_slaac(&w); /* another router asks with the same identifier */
	world_frame(&w, 1, packet_ns(1, "::", HOST_LL));
	again = world_request(&w);
	assert_true(again.m.hoa_request_iid == q.m.hoa_request_iid);
	world_done(&w);
}

static void shared(struct mip4_message *m)
{
	m->hoa_unique = false;
}

static void a_shared_prefix_does_not_serve_it(void **state)
{
	struct world w;
	struct rrq q;

	world_slaac(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, shared);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_done(&w);
}

/* Behind a /64 of its own the data plane carries all that it sends later. */
static void a_host_that_only_solicits_its_address_is_asked_there(void **state)
{
	const struct in6_addr target = world_in6("2001:db8:b:1::77");
	struct world w;
	struct rrq q;
	struct nd ns;

	world_init(&w);
	w.config.ports[0].addressing = AR_SLAAC;
	w.config.ra_min = w.config.ra_max = 1800; /* advertisements are not looked at here */
	w.unique = true;
	world_start(&w);
	world_frame(&w, 1, packet_ns(1, "::", "2001:db8:b:1::66"));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_frame(&w, 1, packet_ns(1, "::", "2001:db8:b:1::77"));      /* the next, as hosts do */
	world_frame(&w, 1, packet_data("2001:db8:c::1", ELSEWHERE, 64)); /* not its own */
	world_pass(&w, 299);
	world_skip(&w);
	while (w.read == w.out.n)
		world_pass(&w, 0.5);
	ns = world_nd(&w, 1, ND_NS);
	assert_true(in6_equal(&ns.target, &target));
	world_done(&w);
}

static void a_prefix_is_withdrawn_when_its_host_is_detached(void **state)
{
	struct mip4_message m;
	struct world w;
	struct rrq q;
	struct nd ra;

	world_slaac(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_skip(&w);
	m = world_revocation(&w, &q, true);
	m.hoa = MIP4_ABSENT;
	world_send(&w, &m);
	ra = world_nd(&w, 1, ND_RA);
	assert_int_equal(ra.lifetime, 1800); /* else it would say nothing any more */
	assert_int_equal(ra.prefixes[0].valid, 0);
	assert_int_equal(ra.prefixes[0].preferred, 0);
	world_next(&w, ACTION_ADDRESS_DEL);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_done(&w);
}

/* D4: what may be late does not bring it back, what it sends when it comes does. */
static void a_host_that_was_elsewhere_comes_back_by_asking(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct mip4_message m;
		struct world w;
		struct rrq q;

		world_slaac(&w);
		world_frame(&w, 1, packet_rs(1));
		q = world_request(&w);
		world_answer(&w, &q, NULL);
		m = world_revocation(&w, &q, false);
		m.hoa = MIP4_ABSENT;
		world_send(&w, &m);
		world_skip(&w);
		assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
		world_frame(&w, 1,
			    i == 0   ? packet_data("2001:db8:b:1::abcd", ELSEWHERE, 64)
			    : i == 1 ? packet_rs(1)
				     : packet_ns(1, "::", HOST_LL));
		if (i == 0)
			world_quiet(&w);
		else
			assert_int_equal(world_request(&w).m.lifetime, 600);
		assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), i == 0);
		world_done(&w);
	}
}

static void dhcpv6_gets_no_address_there(void **state)
{
	const struct dhcp6_message *r;
	struct world w;

	world_slaac(&w);
	world_ask(&w, 1, DHCP6_SOLICIT, NULL);
	r = world_reply(&w, 1, DHCP6_ADVERTISE);
	assert_int_equal(r->ias[0].status.code, DHCP6_NO_ADDRS_AVAIL);
	world_ask(&w, 1, DHCP6_INFORMATION_REQUEST, NULL);
	assert_int_equal(world_reply(&w, 1, DHCP6_REPLY)->dns.n, 1);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(a_solicitation_is_answered_to_that_host_alone, ""),
	TEST(solicitations_of_strangers_are_limited, ""),
	TEST(advertisements_come_again_before_the_route_ends, ""),
	TEST(the_routers_own_address_is_answered_and_defended, ""),
	TEST(echo_to_the_router_is_answered, ""),
	TEST(what_a_fresh_host_sends_before_it_asks_registers_nothing, "AR-22"),
	TEST(what_else_comes_before_the_registration_is_counted, ""),
	TEST(a_host_that_comes_with_an_address_is_registered_by_what_it_sends, "GEN-2"),
	TEST(data_waits_for_the_registration_and_goes_on_as_a_routers, "AR-9 AR-36"),
	TEST(data_of_another_source_is_not_admitted, ""),
	TEST(errors_are_limited_and_asked_for_by_the_data_plane, ""),
	TEST(what_comes_out_of_the_tunnel_early_goes_to_its_host, "AR-37"),
	TEST(a_renewal_with_another_home_address_is_no_service, "AR-32"),
	TEST(a_host_is_asked_whether_it_is_there_before_it_is_renewed, "AR-27 EXT-5 EXT-8"),
	TEST(a_renewal_brings_an_advertisement_if_the_last_is_older_than_the_minimum, ""),
	TEST(a_host_that_has_gone_is_deregistered, "AR-28"),
	TEST(a_solicitation_gets_a_prefix_of_the_hosts_own, "AR-13 AR-30 AR-32"),
	TEST(a_shared_prefix_does_not_serve_it, ""),
	TEST(a_host_that_only_solicits_its_address_is_asked_there, ""),
	TEST(a_prefix_is_withdrawn_when_its_host_is_detached, ""),
	TEST(a_host_that_was_elsewhere_comes_back_by_asking, ""),
	TEST(dhcpv6_gets_no_address_there, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_router", tests);
}
