/* SPDX-License-Identifier: Apache-2.0 */
/* An access router: nm4_router, what its hosts send, and nm4_core, what comes for them. */
#include "bed.h"

#include <string.h>

#define CARE_OF      "10.0.0.1" /* of all its hosts */
#define HA           "10.9.0.2"
#define OTHER_HA     "10.9.0.3"
#define HOST2_MAC    "02:00:00:00:00:02"
#define STRANGER_MAC "02:00:00:00:00:99"
#define ACCESS_MAC   "02:4e:4d:34:00:02"
#define ACCESS       "fe80::a"
#define UNIQUE       "2001:db8:5::" /* HOST2's /64 */
#define IN_UNIQUE    "2001:db8:5::7:7"
#define ALL_RELAYS   "ff02::1:2"
#define DHCP6_CLIENT 546
#define DHCP6_SERVER 547

static struct address at_router(const char *address, uint8_t length, const char *port,
				const char *host)
{
	return (struct address){ .prefix = in6(address),
				 .length = length,
				 .state = ADDRESS_BOUND,
				 .local = in4(CARE_OF),
				 .remote = in4(HA),
				 .ifindex = ifindex(port),
				 .host = mac(host) };
}

static void set_tunnel_to(const char *home_agent)
{
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4(home_agent), .access = true };

	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
}

static void set_neighbour(const struct address *a)
{
	assert_int_equal(dataplane_address_set(bed, a), 0);
}

/* HOST has one address, HOST2 a /64 of its own; one tunnel is both's. */
static void plane(void)
{
	struct dataplane_config c = bed_config();
	struct address host = at_router(HOST, 128, "port", HOST_MAC);
	struct address host2 = at_router(UNIQUE, 64, "port", HOST2_MAC);

	c.access_mac = mac(ACCESS_MAC);
	c.access_address = in6(ACCESS);
	c.neighbours_max = 8;
	bed_new(c);
	set_tunnel_to(HA);
	set_neighbour(&host);
	set_neighbour(&host2);
}

static struct result send_from(const char *port, const char *host, const char *to,
			       const struct frame *packet)
{
	struct frame f = V6(to, host, packet);

	return run("nm4_router", port, &f);
}

static struct result send_v6(const struct frame *packet)
{
	return send_from("port", HOST_MAC, ACCESS_MAC, packet);
}

static struct result receive(const struct frame *inner)
{
	struct frame o = outer(HA, CARE_OF, inner), f = V4(CORE_MAC, GATEWAY4_MAC, &o);

	return run("nm4_core", "core", &f);
}

/* A router has forwarded it (RFC 8200 3). */
static struct frame forwarded(const struct frame *packet)
{
	struct frame f = *packet;

	f.b[7]--;
	return f;
}

static void assert_tunnelled(const struct result *r, bool df, const struct frame *packet)
{
	struct frame want = forwarded(packet);
	struct bytes inner;

	assert_int_equal(r->verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r->out, CARE_OF, HA, df);
	assert_int_equal(inner.n, want.n);
	assert_memory_equal(inner.p, want.b, inner.n);
}

static void assert_delivered(const struct result *r, const char *host, const struct frame *packet)
{
	struct frame want = forwarded(packet);

	assert_int_equal(r->verdict, TC_ACT_REDIRECT);
	assert_frame(&r->out, host, ACCESS_MAC, 0x86dd, BYTES(want.b, want.n));
}

static void assert_punted(enum packet_from from, enum packet_why why, const struct frame *packet)
{
	struct punted u = punted();

	assert_int_equal(u.packet.from, from);
	assert_int_equal(u.packet.why, why);
	assert_same(&u.bytes, packet);
	assert_nothing_punted();
}

/* A frame of HOST's that the daemon gets, and nobody else. */
static void assert_frame_punted(const struct result *r, enum packet_why why,
				const struct frame *packet)
{
	assert_int_equal(r->verdict, TC_ACT_SHOT);
	assert_punted(PACKET_ACCESS, why, packet);
}

static struct frame udp_to_port(const char *src, const char *dst, uint16_t from, uint16_t to)
{
	struct frame p = udp6(src, dst, 100);

	p.b[40] = (uint8_t)(from >> 8);
	p.b[41] = (uint8_t)from;
	p.b[42] = (uint8_t)(to >> 8);
	p.b[43] = (uint8_t)to;
	return p;
}

/* ---- from hosts ---- */

static void a_packet_goes_into_the_tunnel_with_one_hop_less(void **state)
{
	static const size_t lengths[] = { 40, 41, 47, 60, 576, 1280, 1480 };
	struct address a = at_router(HOST, 128, "port", HOST_MAC);
	struct dataplane_counters c;
	uint64_t octets = 0;

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = udp6(HOST, CORRESPONDENT, lengths[i]);
		struct result r = send_v6(&p);

		assert_tunnelled(&r, true, &p);
		octets += lengths[i];
	}
	assert_no_drops();
	assert_nothing_punted();
	assert_int_equal(dataplane_neighbour_counters(bed, &a, &c), 0);
	assert_int_equal(c.in_packets, 7);
	assert_int_equal(c.in_bytes, octets);
	assert_int_equal(c.out_packets, 0);
	bed_free();
}

static void every_source_of_a_hosts_own_prefix_is_right(void **state)
{
	struct frame p = udp6(IN_UNIQUE, CORRESPONDENT, 100);
	struct result r;

	plane();
	r = send_from("port", HOST2_MAC, ACCESS_MAC, &p);
	assert_tunnelled(&r, true, &p);
	assert_no_drops();
	bed_free();
}

static void another_hosts_source_is_dropped_counted_and_told(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100), q = udp6(IN_UNIQUE, CORRESPONDENT, 100);
	struct result r;

	plane();
	r = send_from("port", HOST2_MAC, ACCESS_MAC, &p);
	assert_frame_punted(&r, PACKET_REFUSED, &p);
	assert_dropped(DROP_SOURCE_WRONG, 1);
	r = send_from("port", HOST_MAC, ACCESS_MAC, &q);
	assert_frame_punted(&r, PACKET_REFUSED, &q);
	assert_dropped(DROP_SOURCE_WRONG, 2);
	r = send_from("beyond", STRANGER_MAC, ACCESS_MAC, &p); /* nor from another port */
	assert_frame_punted(&r, PACKET_REFUSED, &p);
	assert_dropped(DROP_SOURCE_WRONG, 3);
	bed_free();
}

/* It is new, or takes an address that nobody has: the daemon knows its hosts. */
static void a_source_that_nobody_has_is_the_daemons(void **state)
{
	struct frame p = udp6("2001:db8:1::77", CORRESPONDENT, 100);
	struct result r;
	struct punted u;

	plane();
	r = send_from("port", STRANGER_MAC, ACCESS_MAC, &p);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	u = punted();
	assert_int_equal(u.packet.from, PACKET_ACCESS);
	assert_int_equal(u.packet.why, PACKET_UNKNOWN);
	assert_int_equal(u.packet.ifindex, ifindex("port"));
	assert_true(mac_equal(u.packet.source, mac(STRANGER_MAC)));
	assert_same(&u.bytes, &p);
	r = send_v6(&p);
	assert_frame_punted(&r, PACKET_UNKNOWN, &p);
	assert_no_drops();
	bed_free();
}

static void a_host_at_another_port_has_moved(void **state)
{
	struct address there = at_router(HOST, 128, "beyond", HOST_MAC);
	struct frame p = udp6(HOST, CORRESPONDENT, 100), back = udp6(CORRESPONDENT, HOST, 100);
	struct result r;

	plane();
	r = send_from("beyond", HOST_MAC, ACCESS_MAC, &p);
	assert_frame_punted(&r, PACKET_UNKNOWN, &p);
	assert_no_drops();
	set_neighbour(&there);
	r = send_from("beyond", HOST_MAC, ACCESS_MAC, &p);
	assert_tunnelled(&r, true, &p);
	r = send_v6(&p);
	assert_frame_punted(&r, PACKET_UNKNOWN, &p);
	r = receive(&back);
	assert_delivered(&r, HOST_MAC, &back);
	bed_free();
}

static void nd_mld_and_dhcp6_are_the_daemons(void **state)
{
	static const uint8_t types[] = { 131, 133, 135, 136, 143 };
	struct frame p = udp_to_port("fe80::5", ALL_RELAYS, DHCP6_CLIENT, DHCP6_SERVER);
	struct result r;

	plane();
	for (size_t i = 0; i < sizeof(types); i++) {
		struct frame nd = icmp6("fe80::5", "ff02::2", types[i], HOST);

		r = send_from("port", HOST_MAC, "33:33:00:00:00:02", &nd);
		assert_frame_punted(&r, PACKET_CONTROL, &nd);
	}
	r = send_from("port", STRANGER_MAC, "33:33:00:01:00:02", &p);
	assert_frame_punted(&r, PACKET_CONTROL, &p);
	p = udp_to_port(HOST, ACCESS, DHCP6_CLIENT, DHCP6_SERVER); /* by unicast (RFC 8415 16) */
	r = send_v6(&p);
	assert_frame_punted(&r, PACKET_CONTROL, &p);
	p = udp_to_port(HOST, CORRESPONDENT, DHCP6_CLIENT, DHCP6_SERVER); /* not to us */
	r = send_v6(&p);
	assert_tunnelled(&r, true, &p);
	p = icmp6(HOST, ACCESS, 136, HOST); /* answers our own solicitation */
	r = send_v6(&p);
	assert_frame_punted(&r, PACKET_CONTROL, &p);
	assert_no_drops();
	bed_free();
}

/* The first frame of a host may be anything, but no router forwards what stays on its link. */
static void what_does_not_leave_the_link_never_goes_into_the_tunnel(void **state)
{
	struct frame v[] = {
		udp_to_port(HOST, "ff02::fb", 5353, 5353),
		udp6(HOST, ACCESS, 100),
		udp6("::", CORRESPONDENT, 100),
		udp6("fe80::5", CORRESPONDENT, 100),
		udp6(HOST, "ff0e::1", 100),
	};

	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct result r = send_v6(&v[i]);

		assert_frame_punted(&r, PACKET_UNKNOWN, &v[i]);
	}
	assert_no_drops();
	bed_free();
}

static void frames_between_hosts_are_not_the_routers(void **state)
{
	struct frame p = udp6(HOST, IN_UNIQUE, 100), f = V6(HOST2_MAC, HOST_MAC, &p);
	struct result r;

	plane();
	r = run("nm4_router", "port", &f);
	assert_int_equal(r.verdict, TC_ACT_OK);
	assert_same(&r.out, &f);
	f = ether(ACCESS_MAC, HOST_MAC, 0x0800, pattern(60));
	assert_int_equal(run("nm4_router", "port", &f).verdict, TC_ACT_OK);
	assert_nothing_punted();
	assert_no_drops();
	bed_free();
}

static void a_hop_limit_that_ends_here_is_told(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);
	struct result r;

	plane();
	for (uint8_t hops = 0; hops < 2; hops++) {
		p.b[7] = hops;
		r = send_v6(&p);
		assert_frame_punted(&r, PACKET_EXPIRED, &p);
	}
	assert_dropped(DROP_HOP_LIMIT, 2);
	bed_free();
}

static void a_packet_too_big_is_answered_by_the_router(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1481);
	struct result r;

	plane();
	r = send_v6(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), ACCESS, HOST, 1480, &p);
	assert_frame(&r.out, HOST_MAC, ACCESS_MAC, 0x86dd, BYTES(r.out.b + 14, r.out.n - 14));
	assert_dropped(DROP_TOO_BIG, 1);
	bed_free();
}

static void short_misnamed_and_bogus_packets_are_dropped(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);

	plane();
	p.n--;
	assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 1);
	bed_free();

	plane();
	p = udp6(HOST, CORRESPONDENT, 100);
	p.b[0] = 0x45;
	assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_FRAME_MALFORMED, 1);
	bed_free();

	plane();
	p = udp6("::1", CORRESPONDENT, 100);
	assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_SOURCE_BOGUS, 1);
	assert_nothing_punted();
	bed_free();
}

static void what_is_handed_up_is_limited_per_host(void **state)
{
	struct frame p = udp_to_port("fe80::5", ALL_RELAYS, DHCP6_CLIENT, DHCP6_SERVER);
	int n = 0;

	plane();
	for (int i = 0; i < 40; i++)
		send_from("port", STRANGER_MAC, "33:33:00:01:00:02", &p);
	send_from("port", HOST_MAC, "33:33:00:01:00:02", &p);
	while (mac_equal(punted().packet.source, mac(STRANGER_MAC)))
		n++;
	assert_in_range(n, 10, 12);
	assert_dropped(DROP_PUNT_LIMITED, 40 - (uint64_t)n);
	bed_free();
}

/* Elapsed time differs each time, the DUID does not. */
static struct frame solicit_of(uint8_t client)
{
	struct frame p = udp_to_port("fe80::5", ALL_RELAYS, DHCP6_CLIENT, DHCP6_SERVER);
	static uint8_t elapsed;

	p.b[40 + 8 + 4 + 4 + 9] = client; /* the last octet of a DUID-LL */
	p.b[p.n - 1] = elapsed++;
	return p;
}

static unsigned punts_of(const char *program, uint8_t clients)
{
	unsigned n = 0;

	plane();
	for (int i = 0; i < 40; i++) {
		struct frame p = solicit_of((uint8_t)(i % clients));
		struct frame f = V6("33:33:00:01:00:02", STRANGER_MAC, &p);

		run(program, "port", &f);
	}
	while (try_punted())
		n++;
	bed_free();
	return n;
}

static void where_hosts_share_a_mac_dhcp6_is_limited_per_client(void **state)
{
	assert_in_range(punts_of("nm4_router_duid", 1), 10, 12);
	assert_in_range(punts_of("nm4_router_duid", 3), 30, 36);
	assert_in_range(punts_of("nm4_router", 3), 10, 12);
}

/* ---- to hosts ---- */

static void a_packet_reaches_the_host_that_has_its_destination(void **state)
{
	static const size_t lengths[] = { 40, 41, 47, 60, 576, 1280, 1480 };
	struct address a = at_router(UNIQUE, 64, "port", HOST2_MAC);
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4(HA) };
	struct dataplane_counters c;

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = udp6(CORRESPONDENT, HOST, lengths[i]);
		struct frame q = udp6(CORRESPONDENT, IN_UNIQUE, lengths[i]);
		struct result r = receive(&p);

		assert_delivered(&r, HOST_MAC, &p);
		r = receive(&q);
		assert_delivered(&r, HOST2_MAC, &q);
	}
	assert_no_drops();
	assert_nothing_punted();
	assert_int_equal(dataplane_neighbour_counters(bed, &a, &c), 0);
	assert_int_equal(c.out_packets, 7);
	assert_int_equal(c.in_packets, 0);
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.out_packets, 14);
	bed_free();
}

static void an_address_wins_over_the_prefix_that_it_lies_in(void **state)
{
	struct address a = at_router(IN_UNIQUE, 128, "port", HOST_MAC);
	struct frame p = udp6(CORRESPONDENT, IN_UNIQUE, 100);
	struct result r;

	plane();
	set_neighbour(&a);
	r = receive(&p);
	assert_delivered(&r, HOST_MAC, &p);
	assert_int_equal(dataplane_address_del(bed, &a), 0);
	assert_int_equal(dataplane_address_del(bed, &a), 0);
	r = receive(&p);
	assert_delivered(&r, HOST2_MAC, &p);
	bed_free();
}

static void a_destination_that_nobody_has_is_the_daemons(void **state)
{
	struct address a = at_router(HOST, 128, "port", HOST_MAC);
	struct frame p = udp6(CORRESPONDENT, "2001:db8:1::77", 100);
	struct frame q = udp6(CORRESPONDENT, HOST, 100);

	plane();
	assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	assert_punted(PACKET_TUNNEL, PACKET_UNKNOWN, &p);
	a.remote = in4(OTHER_HA); /* and so is a host of another home agent's */
	set_tunnel_to(OTHER_HA);
	set_neighbour(&a);
	assert_int_equal(receive(&q).verdict, TC_ACT_SHOT);
	assert_punted(PACKET_TUNNEL, PACKET_UNKNOWN, &q);
	assert_no_drops();
	bed_free();
}

static void what_a_router_does_not_forward_is_the_daemons(void **state)
{
	struct frame v[] = { icmp6("fe80::1", HOST, 135, HOST),
			     icmp6(CORRESPONDENT, HOST, 135, HOST),
			     udp6(CORRESPONDENT, "ff02::1", 100), udp6("fe80::1", HOST, 100),
			     udp6(CORRESPONDENT, "fe80::5", 100) };

	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_int_equal(receive(&v[i]).verdict, TC_ACT_SHOT);
		assert_punted(PACKET_TUNNEL, PACKET_CONTROL, &v[i]);
	}
	assert_no_drops();
	bed_free();
}

static void a_hop_limit_that_ends_before_the_host_is_told(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100);

	plane();
	p.b[7] = 1;
	assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	assert_punted(PACKET_TUNNEL, PACKET_EXPIRED, &p);
	assert_dropped(DROP_HOP_LIMIT, 1);
	bed_free();
}

static void a_bogus_source_is_dropped(void **state)
{
	struct frame p = udp6("::1", HOST, 100);

	plane();
	assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_SOURCE_BOGUS, 1);
	assert_nothing_punted();
	bed_free();
}

/* D24: the error has the host's address, which the home agent lets out of the tunnel. */
static void what_the_port_cannot_carry_is_answered_through_the_tunnel(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 1401);
	struct result r;
	struct bytes inner;

	plane();
	bed_ip("link set port mtu 1400");
	r = receive(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r.out, CARE_OF, HA, true);
	assert_too_big(inner, HOST, CORRESPONDENT, 1400, &p);
	assert_dropped(DROP_TOO_BIG, 1);
	p = udp6(CORRESPONDENT, HOST, 1400);
	r = receive(&p);
	assert_delivered(&r, HOST_MAC, &p);
	bed_ip("link set port mtu 1500");
	bed_free();
}

/* One process may be both, with the same host at either end. */
static void addresses_of_a_home_agent_are_none_of_the_access_routers(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), f = V6(HOME_MAC, NEIGHBOUR_MAC, &p);
	struct address at_home = { .prefix = in6(HOST), .length = 128 };
	struct result r;

	plane();
	assert_int_equal(run("nm4_home", "home", &f).verdict, TC_ACT_OK);
	set_tunnel(LOCAL, REMOTE);
	set_address(HOST, 128, ADDRESS_BOUND, REMOTE);
	r = run("nm4_home", "home", &f);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_outer(&r.out, LOCAL, REMOTE, true);
	r = receive(&p);
	assert_delivered(&r, HOST_MAC, &p);
	assert_int_equal(dataplane_address_del(bed, &at_home), 0);
	assert_int_equal(run("nm4_home", "home", &f).verdict, TC_ACT_OK);
	r = receive(&p);
	assert_delivered(&r, HOST_MAC, &p);
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_packet_goes_into_the_tunnel_with_one_hop_less, "AR-8 AR-9 AR-36"),
		TEST(every_source_of_a_hosts_own_prefix_is_right, "AR-36"),
		TEST(another_hosts_source_is_dropped_counted_and_told, ""),
		TEST(a_source_that_nobody_has_is_the_daemons, ""),
		TEST(a_host_at_another_port_has_moved, ""),
		TEST(nd_mld_and_dhcp6_are_the_daemons, ""),
		TEST(what_does_not_leave_the_link_never_goes_into_the_tunnel, ""),
		TEST(frames_between_hosts_are_not_the_routers, ""),
		TEST(a_hop_limit_that_ends_here_is_told, ""),
		TEST(a_packet_too_big_is_answered_by_the_router, ""),
		TEST(short_misnamed_and_bogus_packets_are_dropped, ""),
		TEST(what_is_handed_up_is_limited_per_host, ""),
		TEST(where_hosts_share_a_mac_dhcp6_is_limited_per_client, ""),
		TEST(a_packet_reaches_the_host_that_has_its_destination, "AR-8 AR-37"),
		TEST(an_address_wins_over_the_prefix_that_it_lies_in, "AR-37"),
		TEST(a_destination_that_nobody_has_is_the_daemons, ""),
		TEST(what_a_router_does_not_forward_is_the_daemons, ""),
		TEST(a_hop_limit_that_ends_before_the_host_is_told, ""),
		TEST(a_bogus_source_is_dropped, ""),
		TEST(what_the_port_cannot_carry_is_answered_through_the_tunnel, ""),
		TEST(addresses_of_a_home_agent_are_none_of_the_access_routers, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
