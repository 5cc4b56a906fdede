/* SPDX-License-Identifier: Apache-2.0 */
/* nm4_core at a home agent: whose packet it is, and where it goes. */
#include "bed.h"

#include <string.h>

#define UNBOUND "2001:db8:1::99" /* of the home prefix, nobody's yet */

static void plane(void)
{
	bed_new(bed_config());
	set_tunnel(LOCAL, REMOTE);
	set_tunnel(LOCAL, REMOTE2);
	set_address(HOST, 128, ADDRESS_BOUND, REMOTE);
	set_address(HOST2, 128, ADDRESS_BOUND, REMOTE2);
}

static struct result receive(const struct frame *inner)
{
	struct frame o = outer(REMOTE, LOCAL, inner), f = V4(CORE_MAC, GATEWAY4_MAC, &o);

	return run("nm4_core", "core", &f);
}

static void assert_punted(const struct frame *inner, enum packet_why why)
{
	struct result r = receive(inner);
	struct punted u;

	assert_int_equal(r.verdict, TC_ACT_SHOT);
	u = punted();
	assert_int_equal(u.packet.from, PACKET_TUNNEL);
	assert_int_equal(u.packet.why, why);
	assert_true(in4_equal(u.packet.local, in4(LOCAL)));
	assert_true(in4_equal(u.packet.remote, in4(REMOTE)));
	assert_same(&u.bytes, inner);
	assert_nothing_punted();
}

/* The inner packet as it is, but for the hop limit of a router. */
static struct frame forwarded(const struct frame *inner)
{
	struct frame f = *inner;

	f.b[7]--;
	return f;
}

static void a_packet_is_routed_to_the_home_link(void **state)
{
	struct frame p = udp6(HOST, "2001:db8:1::9", 1480), want = forwarded(&p);
	struct tunnel t = { .local = in4(LOCAL), .remote = in4(REMOTE) };
	struct dataplane_counters c;
	struct result r;

	plane();
	r = receive(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, NEIGHBOUR_MAC, HOME_MAC, 0x86dd, BYTES(want.b, want.n));
	assert_no_drops();
	assert_nothing_punted();
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.in_packets, 1);
	assert_int_equal(c.in_bytes, 1480);
	bed_free();
}

static void a_packet_is_routed_beyond(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100), want = forwarded(&p);
	struct result r;

	plane();
	r = receive(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, GATEWAY6_MAC, "02:00:00:00:00:b0", 0x86dd, BYTES(want.b, want.n));
	bed_free();
}

static void without_a_neighbour_entry_the_kernel_resolves(void **state)
{
	struct frame p = udp6(HOST, "2001:db8:1::88", 100);

	plane();
	assert_int_equal(receive(&p).verdict, TC_ACT_REDIRECT);
	assert_no_drops();
	assert_nothing_punted();
	bed_free();
}

/* The ingress filter: an address is used through its own tunnel only. */
static void the_inner_source_must_belong_to_the_tunnel(void **state)
{
	static const char *const sources[] = {
		HOST2,             /* another host's */
		CORRESPONDENT,     /* of no prefix of ours */
		"2001:db8:1:1::5", /* nearly of the home prefix */
	};

	plane();
	for (size_t i = 0; i < 3; i++) {
		struct frame p = udp6(sources[i], CORRESPONDENT, 100);

		assert_punted(&p, PACKET_REFUSED);
	}
	assert_dropped(DROP_SOURCE_WRONG, 3);
	bed_free();
}

static void a_refused_source_is_refused_for_nd_too(void **state)
{
	struct frame p = icmp6(HOST2, "ff02::1:ff00:9", 135, "2001:db8:1::9");

	plane();
	assert_punted(&p, PACKET_REFUSED);
	bed_free();
}

static void refusals_are_limited_in_rate_but_all_counted(void **state)
{
	struct frame p = udp6(HOST2, CORRESPONDENT, 100), ns = icmp6("::", "ff02::2", 135, UNBOUND);
	uint64_t drops[DROP_MAX];
	int n = 0;

	plane();
	for (int i = 0; i < 30; i++)
		assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	receive(&ns); /* has a share of its own */
	while (punted().packet.why == PACKET_REFUSED)
		n++;
	assert_in_range(n, 10, 12);
	dataplane_drops(bed, drops);
	assert_int_equal(drops[DROP_SOURCE_WRONG], 30);
	assert_int_equal(drops[DROP_PUNT_LIMITED], 30 - n);
	bed_free();
}

static void a_source_not_yet_bound_is_to_be_learnt(void **state)
{
	struct frame unbound = udp6(UNBOUND, CORRESPONDENT, 100);
	struct frame link_local = udp6("fe80::5", CORRESPONDENT, 100);

	plane();
	assert_punted(&unbound, PACKET_UNKNOWN);
	assert_punted(&link_local, PACKET_UNKNOWN);
	set_address(UNBOUND, 128, ADDRESS_TENTATIVE, REMOTE);
	assert_punted(&unbound, PACKET_UNKNOWN);
	assert_no_drops();
	set_address(UNBOUND, 128, ADDRESS_BOUND, REMOTE);
	assert_int_equal(receive(&unbound).verdict, TC_ACT_REDIRECT);
	bed_free();
}

static struct frame mld(const char *src, uint8_t type)
{
	uint8_t b[8 + 8] = { IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0, type };

	return ip6(src, "ff02::16", IPPROTO_HOPOPTS, BYTES(b, sizeof(b)));
}

static void nd_mld_and_what_stays_on_the_link_is_the_daemons(void **state)
{
	struct frame v[] = {
		icmp6("::", "ff02::1:ff00:99", 135, UNBOUND),
		icmp6("fe80::5", "ff02::2", 133, "::"),
		icmp6("fe80::5", ROUTER, 135, ROUTER),
		icmp6(HOST, ROUTER, 136, HOST),
		icmp6(HOST, CORRESPONDENT, 135, HOST),
		icmp6(UNBOUND, "ff02::1:ff00:9", 135, "2001:db8:1::9"),
		icmp6("fe80::5", "ff02::16", 131, "::"),
		mld("fe80::5", 143),
		mld("::", 143),
		mld(HOST, 131),
		icmp6(HOST, ROUTER, 128, "::"),    /* an echo request to the router */
		udp6("fe80::5", "ff02::1:2", 100), /* DHCPv6 */
		udp6(HOST, "fe80::77", 100),
	};

	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		bed_free();
		plane();
		assert_punted(&v[i], PACKET_CONTROL);
	}
	assert_no_drops();
	bed_free();
}

static void mld_of_a_bound_host_behind_hop_by_hop_is_told_from_data(void **state)
{
	uint8_t b[8 + 8] = { IPPROTO_UDP, 0, 1, 4 };
	struct frame p = ip6(HOST, CORRESPONDENT, IPPROTO_HOPOPTS, BYTES(b, sizeof(b)));

	plane();
	assert_int_equal(receive(&p).verdict, TC_ACT_REDIRECT);
	assert_nothing_punted();
	bed_free();
}

static void data_from_nowhere_is_dropped(void **state)
{
	struct frame p = udp6("::", CORRESPONDENT, 100);

	plane();
	assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_SOURCE_WRONG, 1);
	assert_nothing_punted();
	bed_free();
}

/* RFC 4213 3.6 */
static void sources_that_no_tunnel_may_carry_are_dropped(void **state)
{
	static const char *const sources[] = { "ff02::1", "ff0e::1", "::1", "::10.0.0.1",
					       "::ffff:10.0.0.1" };

	plane();
	for (size_t i = 0; i < 5; i++) {
		struct frame p = udp6(sources[i], CORRESPONDENT, 100);

		assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	}
	assert_dropped(DROP_SOURCE_BOGUS, 5);
	assert_nothing_punted();
	bed_free();
}

static void a_packet_to_another_host_changes_tunnels(void **state)
{
	struct frame p = udp6(HOST, HOST2, 1480), want = forwarded(&p);
	struct address a = { .prefix = in6(HOST2), .length = 128 };
	uint64_t packets, octets;
	struct result r;
	struct bytes inner;

	plane();
	r = receive(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r.out, LOCAL, REMOTE2, true);
	assert_int_equal(inner.n, want.n);
	assert_memory_equal(inner.p, want.b, want.n);
	assert_int_equal(dataplane_address_counters(bed, &a, &packets, &octets), 0);
	assert_int_equal(packets, 1);
	assert_int_equal(octets, 1480);
	assert_no_drops();
	bed_free();
}

static void too_big_for_the_other_host_is_said_in_the_senders_tunnel(void **state)
{
	struct frame p = udp6(HOST, HOST2, 1480);
	struct result r;

	plane();
	assert_int_equal(dataplane_path_mtu(bed, in4(REMOTE2), 1400), 0);
	r = receive(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_too_big(assert_outer(&r.out, LOCAL, REMOTE, true), ROUTER, HOST, 1380, &p);
	assert_dropped(DROP_TOO_BIG, 1);
	bed_free();
}

static void a_host_whose_dad_is_running_gets_nothing_yet(void **state)
{
	struct frame p = udp6(HOST, HOST2, 100);

	plane();
	set_address(HOST2, 128, ADDRESS_TENTATIVE, REMOTE2);
	assert_int_equal(receive(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_ADDRESS_TENTATIVE, 1);
	bed_free();
}

/* As if it came from the home link, with its hop limit: the kernel delivers or answers. */
static void assert_kernels(const struct frame *p)
{
	struct result r = receive(p);

	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, HOME_MAC, HOME_MAC, 0x86dd, BYTES(p->b, p->n));
	assert_nothing_punted();
}

static void what_is_for_the_home_agent_itself_is_its_kernels(void **state)
{
	struct frame p = udp6(HOST, HA_ADDRESS, 100);

	plane();
	assert_kernels(&p);
	assert_no_drops();
	bed_free();
}

static void an_exhausted_hop_limit_is_answered_by_the_kernel(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);

	plane();
	p.b[7] = 1;
	assert_kernels(&p);
	p.b[7] = 0;
	assert_kernels(&p);
	assert_dropped(DROP_HOP_LIMIT, 2);
	bed_free();
}

static void a_link_local_source_is_not_forwarded(void **state)
{
	struct frame p = udp6("fe80::5", CORRESPONDENT, 100);

	plane();
	set_address("fe80::5", 128, ADDRESS_BOUND, REMOTE);
	assert_kernels(&p);
	bed_free();
}

static void too_big_for_the_way_out_is_answered_by_the_kernel(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1400);

	plane();
	bed_ip("link set dev beyond mtu 1300");
	assert_kernels(&p);
	bed_ip("link set dev beyond mtu 1500");
	bed_free();
}

static void a_prefix_is_one_hosts_except_for_single_addresses_in_it(void **state)
{
	struct frame p = udp6("2001:db8:5::77", CORRESPONDENT, 100);
	struct frame other = udp6("2001:db8:5::88", CORRESPONDENT, 100);
	struct frame to = udp6(HOST, "2001:db8:5::77", 100);
	struct address a = { .prefix = in6("2001:db8:5::"), .length = 64 };
	struct result r;

	plane();
	set_address("2001:db8:5::", 64, ADDRESS_BOUND, REMOTE);
	set_address("2001:db8:5::88", 128, ADDRESS_BOUND, REMOTE2);
	assert_int_equal(receive(&p).verdict, TC_ACT_REDIRECT);
	assert_no_drops();
	r = receive(&to);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_outer(&r.out, LOCAL, REMOTE, true);
	assert_punted(&other, PACKET_REFUSED);

	assert_int_equal(dataplane_address_del(bed, &a), 0);
	assert_punted(&p, PACKET_REFUSED);
	assert_dropped(DROP_SOURCE_WRONG, 2);
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_packet_is_routed_to_the_home_link, "GEN-1"),
		TEST(a_packet_is_routed_beyond, "GEN-1"),
		TEST(without_a_neighbour_entry_the_kernel_resolves, ""),
		TEST(the_inner_source_must_belong_to_the_tunnel, ""),
		TEST(a_refused_source_is_refused_for_nd_too, ""),
		TEST(refusals_are_limited_in_rate_but_all_counted, ""),
		TEST(a_source_not_yet_bound_is_to_be_learnt, ""),
		TEST(nd_mld_and_what_stays_on_the_link_is_the_daemons, ""),
		TEST(mld_of_a_bound_host_behind_hop_by_hop_is_told_from_data, ""),
		TEST(data_from_nowhere_is_dropped, ""),
		TEST(sources_that_no_tunnel_may_carry_are_dropped, ""),
		TEST(a_packet_to_another_host_changes_tunnels, ""),
		TEST(too_big_for_the_other_host_is_said_in_the_senders_tunnel, ""),
		TEST(a_host_whose_dad_is_running_gets_nothing_yet, ""),
		TEST(what_is_for_the_home_agent_itself_is_its_kernels, ""),
		TEST(an_exhausted_hop_limit_is_answered_by_the_kernel, ""),
		TEST(a_link_local_source_is_not_forwarded, ""),
		TEST(too_big_for_the_way_out_is_answered_by_the_kernel, ""),
		TEST(a_prefix_is_one_hosts_except_for_single_addresses_in_it, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
