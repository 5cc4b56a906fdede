/* SPDX-License-Identifier: Apache-2.0 */
/* nm4_access: what a host sends at an access node. */
#include "bed.h"

#include <string.h>

#define CARE_OF "10.1.0.5" /* of the access node's pool */
#define HA      "10.9.0.2"

static void plane(void)
{
	bed_new(bed_config());
	set_access(CARE_OF, HA, HOST_MAC, ROUTER_MAC, ROUTER);
}

static struct result send_v6(const struct frame *packet)
{
	struct frame f = V6(ROUTER_MAC, HOST_MAC, packet);

	return run("nm4_access", "port", &f);
}

static void assert_tunnelled(const struct result *r, bool df, const struct frame *packet)
{
	struct bytes inner;

	assert_int_equal(r->verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r->out, CARE_OF, HA, df);
	assert_int_equal(inner.n, packet->n);
	assert_memory_equal(inner.p, packet->b, inner.n);
}

static void a_packet_goes_into_the_tunnel_bit_for_bit(void **state)
{
	static const size_t lengths[] = { 40, 41, 47, 60, 576, 1280, 1479, 1480 };
	uint64_t octets = 0;
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4(HA) };
	struct dataplane_counters c;

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = udp6(HOST, CORRESPONDENT, lengths[i]);
		struct result r = send_v6(&p);

		assert_tunnelled(&r, true, &p);
		octets += lengths[i];
	}
	assert_no_drops();
	assert_nothing_punted();
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.in_packets, 8);
	assert_int_equal(c.in_bytes, octets);
	assert_int_equal(c.out_packets, 0);
	bed_free();
}

static void a_hop_limit_of_one_or_none_is_not_the_access_nodes_business(void **state)
{
	plane();
	for (uint8_t hops = 0; hops < 2; hops++) {
		struct frame p = udp6(HOST, CORRESPONDENT, 100);

		p.b[7] = hops;
		struct result r = send_v6(&p);
		assert_tunnelled(&r, true, &p);
	}
	bed_free();
}

static void nd_and_mld_of_a_known_host_go_into_the_tunnel(void **state)
{
	static const uint8_t types[] = { 131, 133, 135, 136, 143 };

	plane();
	for (size_t i = 0; i < sizeof(types); i++) {
		struct frame p = icmp6("fe80::1", "ff02::2", types[i], HOST);
		struct frame f = V6("33:33:00:00:00:02", HOST_MAC, &p);
		struct result r = run("nm4_access", "port", &f);

		assert_tunnelled(&r, true, &p);
	}
	assert_nothing_punted();
	bed_free();
}

static void an_unknown_hosts_frame_is_the_daemons(void **state)
{
	struct frame p = icmp6("::", "ff02::1:ff00:5", 135, HOST);
	struct frame f = V6("33:33:ff:00:00:05", "02:00:00:00:00:99", &p);
	struct result r;
	struct punted u;

	plane();
	r = run("nm4_access", "port", &f);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	u = punted();
	assert_int_equal(u.packet.from, PACKET_ACCESS);
	assert_int_equal(u.packet.why, PACKET_UNKNOWN);
	assert_int_equal(u.packet.ifindex, ifindex("port"));
	assert_true(mac_equal(u.packet.source, mac("02:00:00:00:00:99")));
	assert_same(&u.bytes, &p);
	assert_nothing_punted();
	assert_no_drops();
	bed_free();
}

static void a_host_is_known_on_its_own_port_only(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);
	struct frame f = V6(ROUTER_MAC, HOST_MAC, &p);
	struct result r;

	plane();
	r = run("nm4_access", "beyond", &f);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	assert_int_equal(punted().packet.ifindex, ifindex("beyond"));
	bed_free();
}

static void what_is_not_ipv6_passes_untouched(void **state)
{
	struct frame f = ether(PORT_MAC, HOST_MAC, 0x0800, pattern(100)), arp;
	struct result r;

	plane();
	r = run("nm4_access", "port", &f);
	assert_int_equal(r.verdict, TC_ACT_OK);
	assert_same(&r.out, &f);
	arp = ether("ff:ff:ff:ff:ff:ff", HOST_MAC, 0x0806, pattern(46));
	r = run("nm4_access", "port", &arp);
	assert_int_equal(r.verdict, TC_ACT_OK);
	assert_nothing_punted();
	bed_free();
}

static void padding_of_the_link_is_cut_off(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 41), f = V6(ROUTER_MAC, HOST_MAC, &p);
	struct result r;

	plane();
	memset(f.b + f.n, 0xaa, 20);
	f.n += 20;
	r = run("nm4_access", "port", &f);
	assert_tunnelled(&r, true, &p);
	bed_free();
}

static void short_and_misnamed_packets_are_dropped(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);
	struct result r;

	plane();
	p.n--; /* shorter than its payload length says */
	r = send_v6(&p);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 1);
	bed_free();

	plane();
	p = udp6(HOST, CORRESPONDENT, 100);
	p.b[0] = 0x45;
	r = send_v6(&p);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	assert_dropped(DROP_FRAME_MALFORMED, 1);
	assert_nothing_punted();
	bed_free();
}

static void a_packet_too_big_is_answered_in_the_routers_name(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1481);
	struct result r;

	plane();
	r = send_v6(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), ROUTER, HOST, 1480, &p);
	assert_frame(&r.out, HOST_MAC, ROUTER_MAC, 0x86dd, BYTES(r.out.b + 14, r.out.n - 14));
	assert_dropped(DROP_TOO_BIG, 1);
	bed_free();
}

static void packet_too_big_is_limited_in_rate(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1481);
	int answered = 0;

	plane();
	for (int i = 0; i < 40; i++)
		answered += send_v6(&p).verdict == TC_ACT_REDIRECT;
	assert_in_range(answered, 10, 12); /* the burst, and what the test's own time adds */
	assert_dropped(DROP_TOO_BIG, 40);
	bed_free();
}

/* RFC 4443 2.4 (e) */
static void an_icmp6_error_or_redirect_is_not_answered_with_an_error(void **state)
{
	static const uint8_t types[] = { 1 /* destination unreachable */, 127, 137 /* redirect */ };
	struct frame p = ip6(HOST, CORRESPONDENT, IPPROTO_ICMPV6, pattern(1450));

	plane();
	for (size_t i = 0; i < sizeof(types); i++) {
		p.b[40] = types[i];
		assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	}
	assert_dropped(DROP_TOO_BIG, 3);
	p.b[40] = 128;
	assert_int_equal(send_v6(&p).verdict, TC_ACT_REDIRECT);
	bed_free();
}

static void before_the_first_ra_a_big_packet_goes_without_df(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1481);
	struct result r;

	bed_new(bed_config());
	set_access(CARE_OF, HA, HOST_MAC, ROUTER_MAC, "::");
	bed_ip("link set core mtu 1600");
	r = send_v6(&p);
	assert_tunnelled(&r, false, &p);
	assert_no_drops();
	bed_ip("link set core mtu 1500");
	bed_free();
}

/* RFC 4213 3.2.2: 1280 octets always pass, in fragments if need be. */
static void on_a_path_below_1300_small_packets_go_without_df(void **state)
{
	struct frame fits = udp6(HOST, CORRESPONDENT, 1280), big = udp6(HOST, CORRESPONDENT, 1281);
	struct result r;

	plane();
	assert_int_equal(dataplane_path_mtu(bed, in4(HA), 1299), 0);
	r = send_v6(&fits);
	assert_tunnelled(&r, false, &fits);
	r = send_v6(&big);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), ROUTER, HOST, 1280, &big);

	assert_int_equal(dataplane_path_mtu(bed, in4(HA), 1300), 0);
	r = send_v6(&fits);
	assert_tunnelled(&r, true, &fits);
	bed_free();
}

static void a_path_mtu_holds_until_it_is_forgotten(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1400);
	struct result r;

	plane();
	assert_int_equal(dataplane_path_mtu(bed, in4(HA), 1419), 0);
	r = send_v6(&p);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), ROUTER, HOST, 1399, &p);
	assert_int_equal(dataplane_path_mtu(bed, in4(HA), 0), 0);
	assert_int_equal(dataplane_path_mtu(bed, in4(HA), 0), 0);
	r = send_v6(&p);
	assert_tunnelled(&r, true, &p);
	bed_free();
}

static void our_own_links_mtu_counts_if_it_is_smaller(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1400);
	struct result r;

	plane();
	bed_ip("link set core mtu 1400");
	r = send_v6(&p);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), ROUTER, HOST, 1380, &p);
	bed_ip("link set core mtu 1500");
	bed_free();
}

/* What our own link cannot take whole is fragmented by the stack, which it enters by lo. */
static void a_packet_to_be_fragmented_at_once_goes_through_the_stack(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1280);
	struct result r;

	plane();
	bed_ip("link set core mtu 1280");
	r = send_v6(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, "00:00:00:00:00:00", "00:00:00:00:00:00", 0x0800,
		     BYTES(r.out.b + 14, r.out.n - 14));
	assert_int_equal(r.out.b[14 + 6], 0); /* no DF */
	assert_memory_equal(r.out.b + 34, p.b, p.n);
	assert_no_drops();
	bed_ip("link set core mtu 1500");
	bed_free();
}

static void of_a_super_packet_the_segments_must_fit(void **state)
{
	struct frame p = ip6(HOST, CORRESPONDENT, IPPROTO_TCP, pattern(1900)), f;
	struct result r;

	plane();
	p.b[40 + 12] = 8 << 4; /* 32 octets of TCP header */
	f = V6(ROUTER_MAC, HOST_MAC, &p);
	r = run_gso("nm4_access", "port", &f, 1480 - 72 + 1);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), ROUTER, HOST, 1480, &p);
	assert_dropped(DROP_TOO_BIG, 1);
	bed_free();

	/* A packet of the test run has no GSO type, so that the kernel refuses to change it: the
	 * live test shows that super-packets pass. */
	plane();
	run_gso("nm4_access", "port", &f, 1480 - 72);
	assert_dropped(DROP_ADJUST, 1);
	bed_free();
}

static void without_a_route_the_packet_is_dropped(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);

	bed_new(bed_config());
	set_access(CARE_OF, "172.31.0.1", HOST_MAC, ROUTER_MAC, ROUTER);
	assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_NO_ROUTE, 1);
	bed_free();
}

static void without_a_neighbour_entry_the_kernel_resolves(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);

	bed_new(bed_config());
	set_access(CARE_OF, "10.0.0.77", HOST_MAC, ROUTER_MAC, ROUTER);
	assert_int_equal(send_v6(&p).verdict, TC_ACT_REDIRECT);
	assert_no_drops();
	bed_free();
}

static void punts_are_limited_per_source(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);
	struct frame a = V6(ROUTER_MAC, "02:00:00:00:00:98", &p);
	struct frame b = V6(ROUTER_MAC, "02:00:00:00:00:99", &p);
	int n = 0;

	plane();
	for (int i = 0; i < 40; i++)
		run("nm4_access", "port", &a);
	run("nm4_access", "port", &b);
	run("nm4_access", "beyond", &a); /* on another port: another source */
	while (mac_equal(punted().packet.source, mac("02:00:00:00:00:98")))
		n++;
	assert_in_range(n, 10, 12);
	assert_int_equal(punted().packet.ifindex, ifindex("beyond"));
	assert_nothing_punted();
	assert_dropped(DROP_PUNT_LIMITED, 40 - (uint64_t)n);
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_packet_goes_into_the_tunnel_bit_for_bit, "GEN-1 AN-2 AN-14 AN-30 AN-35"),
		TEST(a_hop_limit_of_one_or_none_is_not_the_access_nodes_business, "AN-2 AN-30"),
		TEST(nd_and_mld_of_a_known_host_go_into_the_tunnel, "AN-29 AN-35"),
		TEST(an_unknown_hosts_frame_is_the_daemons, ""),
		TEST(a_host_is_known_on_its_own_port_only, ""),
		TEST(what_is_not_ipv6_passes_untouched, ""),
		TEST(padding_of_the_link_is_cut_off, ""),
		TEST(short_and_misnamed_packets_are_dropped, ""),
		TEST(a_packet_too_big_is_answered_in_the_routers_name, ""),
		TEST(packet_too_big_is_limited_in_rate, ""),
		TEST(an_icmp6_error_or_redirect_is_not_answered_with_an_error, ""),
		TEST(before_the_first_ra_a_big_packet_goes_without_df, ""),
		TEST(on_a_path_below_1300_small_packets_go_without_df, ""),
		TEST(a_path_mtu_holds_until_it_is_forgotten, ""),
		TEST(our_own_links_mtu_counts_if_it_is_smaller, ""),
		TEST(a_packet_to_be_fragmented_at_once_goes_through_the_stack, ""),
		TEST(of_a_super_packet_the_segments_must_fit, ""),
		TEST(without_a_route_the_packet_is_dropped, ""),
		TEST(without_a_neighbour_entry_the_kernel_resolves, ""),
		TEST(punts_are_limited_per_source, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
