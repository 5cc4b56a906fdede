/* SPDX-License-Identifier: Apache-2.0 */
/* nm4_home, nm4_home_out and nm4_upstream: the home agent's links to the IPv6 world. */
#include "bed.h"

#include <string.h>

#define NEIGHBOUR "2001:db8:1::9"
#define UNBOUND   "2001:db8:1::99"
#define TENTATIVE "2001:db8:1::7"

static void plane(void)
{
	bed_new(bed_config());
	set_tunnel(LOCAL, REMOTE);
	set_address(HOST, 128, ADDRESS_BOUND, REMOTE);
	set_address(TENTATIVE, 128, ADDRESS_TENTATIVE, REMOTE);
}

static struct result from_neighbour(const struct frame *p)
{
	struct frame f = V6(HOME_MAC, NEIGHBOUR_MAC, p);

	return run("nm4_home", "home", &f);
}

static struct result from_upstream(const struct frame *p)
{
	struct frame f = V6("02:00:00:00:00:b0", GATEWAY6_MAC, p);

	return run("nm4_upstream", "beyond", &f);
}

static struct result from_kernel(const struct frame *p)
{
	struct frame f = V6(HOME_MAC, HOME_MAC, p);

	return run("nm4_home_out", "home", &f);
}

static void assert_tunnelled(const struct result *r, const struct frame *p, uint8_t hop_limit)
{
	struct frame want = *p;
	struct bytes inner;

	want.b[7] = hop_limit;
	assert_int_equal(r->verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r->out, LOCAL, REMOTE, true);
	assert_int_equal(inner.n, want.n);
	assert_memory_equal(inner.p, want.b, want.n);
}

static void assert_passes(const struct result *r, const struct frame *p)
{
	assert_int_equal(r->verdict, TC_ACT_OK);
	assert_int_equal(r->out.n, 14 + p->n);
	assert_memory_equal(r->out.b + 14, p->b, p->n);
	assert_nothing_punted();
}

static void packets_to_a_host_go_into_its_tunnel(void **state)
{
	struct frame p = udp6(NEIGHBOUR, HOST, 1480), q = udp6(CORRESPONDENT, HOST, 100);
	struct address a = { .prefix = in6(HOST), .length = 128 };
	uint64_t packets, octets;
	struct result r;

	plane();
	r = from_neighbour(&p);
	assert_tunnelled(&r, &p, 63);
	r = from_upstream(&q);
	assert_tunnelled(&r, &q, 63);
	assert_int_equal(dataplane_address_counters(bed, &a, &packets, &octets), 0);
	assert_int_equal(packets, 2);
	assert_int_equal(octets, 1580);
	assert_no_drops();
	assert_nothing_punted();
	bed_free();
}

static void packets_to_a_hosts_prefix_go_into_its_tunnel(void **state)
{
	struct frame p = udp6(CORRESPONDENT, "2001:db8:5::77", 100);
	struct result r;

	plane();
	r = from_upstream(&p);
	assert_passes(&r, &p);
	set_address("2001:db8:5::", 64, ADDRESS_BOUND, REMOTE);
	r = from_upstream(&p);
	assert_tunnelled(&r, &p, 63);
	bed_free();
}

static void what_is_for_nobody_of_ours_is_the_kernels(void **state)
{
	struct frame v[] = {
		udp6(NEIGHBOUR, HA_ADDRESS, 100),
		udp6(NEIGHBOUR, UNBOUND, 100),
		udp6(NEIGHBOUR, "ff02::1", 100),
		icmp6(NEIGHBOUR, HA_ADDRESS, 128, "::"),
	};

	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct result r = from_neighbour(&v[i]);

		assert_passes(&r, &v[i]);
		r = from_upstream(&v[i]);
		assert_passes(&r, &v[i]);
	}
	assert_no_drops();
	bed_free();
}

static void to_a_host_whose_dad_is_running_nothing_is_sent(void **state)
{
	struct frame p = udp6(NEIGHBOUR, TENTATIVE, 100);

	plane();
	assert_int_equal(from_neighbour(&p).verdict, TC_ACT_SHOT);
	assert_int_equal(from_upstream(&p).verdict, TC_ACT_SHOT);
	assert_int_equal(from_kernel(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_ADDRESS_TENTATIVE, 3);
	bed_free();
}

static void nd_about_a_hosts_address_is_the_daemons(void **state)
{
	struct frame v[] = {
		icmp6(NEIGHBOUR, "ff02::1:ff00:5", 135, HOST),
		icmp6("::", "ff02::1:ff00:5", 135, HOST),
		icmp6(NEIGHBOUR, HOST, 135, HOST), /* of a neighbour that probes what it knows */
		icmp6(HOST, "ff02::1", 136, HOST),
		icmp6("::", "ff02::1:ff00:7", 135, TENTATIVE),
		icmp6(TENTATIVE, "ff02::1", 136, TENTATIVE),
	};

	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct result r = from_neighbour(&v[i]);
		struct punted u = punted();

		assert_int_equal(r.verdict, TC_ACT_SHOT);
		assert_int_equal(u.packet.from, PACKET_HOME);
		assert_int_equal(u.packet.why, PACKET_CONTROL);
		assert_int_equal(u.packet.ifindex, ifindex("home"));
		assert_true(mac_equal(u.packet.source, mac(NEIGHBOUR_MAC)));
		assert_same(&u.bytes, &v[i]);
	}
	assert_nothing_punted();
	assert_no_drops();
	bed_free();
}

/* D16 */
static void nd_about_the_kernels_own_addresses_is_the_kernels(void **state)
{
	struct frame ns = icmp6(NEIGHBOUR, "ff02::1:ff00:1", 135, HA_ADDRESS);
	struct frame na = icmp6(NEIGHBOUR, HA_ADDRESS, 136, NEIGHBOUR);
	struct result r;

	plane();
	r = from_neighbour(&ns);
	assert_passes(&r, &ns);
	r = from_neighbour(&na);
	assert_passes(&r, &na);
	bed_free();
}

static void a_router_solicitation_is_told_to_daemon_and_kernel(void **state)
{
	struct frame p = icmp6("fe80::9", "ff02::2", 133, "::");
	struct punted u;
	struct result r;

	plane();
	r = from_neighbour(&p);
	assert_int_equal(r.verdict, TC_ACT_OK);
	u = punted();
	assert_same(&u.bytes, &p);
	assert_passes(&r, &p);
	bed_free();
}

static void a_packet_too_big_is_answered_from_a_global_address(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 1481);
	struct result r;

	plane();
	r = from_upstream(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, GATEWAY6_MAC, "02:00:00:00:00:b0", 0x86dd,
		     BYTES(r.out.b + 14, r.out.n - 14));
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), HA_ADDRESS, CORRESPONDENT, 1480, &p);
	p = udp6(NEIGHBOUR, HOST, 1481);
	r = from_neighbour(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), HA_ADDRESS, NEIGHBOUR, 1480, &p);
	assert_dropped(DROP_TOO_BIG, 2);
	bed_free();
}

static void an_exhausted_hop_limit_is_answered_by_the_kernel(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100);
	struct result r;

	plane();
	p.b[7] = 1;
	r = from_upstream(&p);
	assert_passes(&r, &p);
	assert_dropped(DROP_HOP_LIMIT, 1);
	bed_free();
}

/* RFC 4291 2.5.6: neither as source nor as destination from one link to another. */
static void link_local_packets_are_not_forwarded(void **state)
{
	struct frame from = udp6("fe80::9", HOST, 100), to = udp6("fe80::9", "fe80::5", 100);
	struct result r;

	plane();
	set_address("fe80::5", 128, ADDRESS_BOUND, REMOTE);
	r = from_neighbour(&from);
	assert_passes(&r, &from);
	assert_no_drops();
	assert_int_equal(from_neighbour(&to).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_NO_ROUTE, 1);
	bed_free();
}

static void sources_that_nobody_may_have_are_dropped(void **state)
{
	static const char *const sources[] = { "::", "::1", "ff02::1", "::ffff:10.0.0.1" };

	plane();
	for (size_t i = 0; i < 4; i++) {
		struct frame p = udp6(sources[i], HOST, 100);

		assert_int_equal(from_upstream(&p).verdict, TC_ACT_SHOT);
	}
	assert_dropped(DROP_SOURCE_BOGUS, 4);
	bed_free();
}

static void other_nodes_frames_pass(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100);
	struct frame f = V6("02:00:00:00:00:ee", NEIGHBOUR_MAC, &p);
	struct frame v4 = ether(HOME_MAC, NEIGHBOUR_MAC, 0x0800, pattern(60));
	struct result r;

	plane();
	r = run("nm4_home", "home", &f);
	assert_passes(&r, &p);
	assert_int_equal(run("nm4_home", "home", &v4).verdict, TC_ACT_OK);
	assert_no_drops();
	bed_free();
}

/* What nm4_core and nm4_home_out gave to the kernel. */
static void frames_of_our_own_pass(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), na = icmp6(HOST, HA_ADDRESS, 136, HOST), f;
	struct result r;

	plane();
	f = V6(HOME_MAC, HOME_MAC, &p);
	r = run("nm4_home", "home", &f);
	assert_passes(&r, &p);
	f = V6(HOME_MAC, HOME_MAC, &na);
	r = run("nm4_home", "home", &f);
	assert_passes(&r, &na);
	bed_free();
}

static void the_kernels_own_packets_to_a_host_go_into_its_tunnel(void **state)
{
	struct frame p = udp6(HA_ADDRESS, HOST, 100);
	struct result r;

	plane();
	r = from_kernel(&p);
	assert_tunnelled(&r, &p, 64); /* it is the first hop */
	assert_no_drops();
	bed_free();
}

static void what_the_kernel_sends_elsewhere_passes(void **state)
{
	struct frame v[] = {
		udp6(HA_ADDRESS, NEIGHBOUR, 100),
		udp6("fe80::1", "fe80::9", 100),
		icmp6("fe80::1", "ff02::1:ff00:9", 135, NEIGHBOUR),
		icmp6("::", "ff02::1:ff00:5", 135, HOST), /* DAD, of the daemon's or the kernel's */
		icmp6("fe80::1", "ff02::1", 136, HOST),   /* the daemon's defence */
	};
	struct frame to_host = udp6(CORRESPONDENT, HOST, 100), f = V6(HOME_MAC, HOME_MAC, &to_host);
	struct result r;

	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		r = from_kernel(&v[i]);
		assert_passes(&r, &v[i]);
	}
	r = run_forwarded("nm4_home_out", "home", &f);
	assert_passes(&r, &to_host);
	assert_no_drops();
	bed_free();
}

/* A solicitation as the kernel sends it, with a right checksum. */
static struct frame solicitation(const char *target)
{
	struct frame p = icmp6(HA_ADDRESS, "ff02::1:ff00:5", 135, target);
	static const uint8_t slla[] = { 1, 1, 2, 0, 0, 0, 0, 0x40 };
	struct in6_addr src = in6(HA_ADDRESS), dst = in6("ff02::1:ff00:5");
	uint16_t sum;

	memcpy(p.b + p.n, slla, sizeof(slla));
	p.n += sizeof(slla);
	p.b[5] += sizeof(slla);
	p.b[7] = 255;
	sum = in6_checksum(&src, &dst, IPPROTO_ICMPV6, BYTES(p.b + 40, 32));
	p.b[42] = (uint8_t)(sum >> 8);
	p.b[43] = (uint8_t)sum;
	return p;
}

static void the_kernels_solicitation_for_a_host_is_answered_at_once(void **state)
{
	struct frame p = solicitation(HOST), other = solicitation(UNBOUND),
		     tentative = solicitation(TENTATIVE);
	struct in6_addr host = in6(HOST), ha = in6(HA_ADDRESS);
	static const uint8_t tlla[] = { 2, 1, 2, 0, 0, 0, 0, 0x40 };
	struct result r;
	const uint8_t *na;

	plane();
	r = from_kernel(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	na = r.out.b + 14;
	assert_frame(&r.out, HOME_MAC, HOME_MAC, 0x86dd, BYTES(na, 72));
	assert_memory_equal(na + 8, &host, 16);
	assert_memory_equal(na + 24, &ha, 16);
	assert_int_equal(na[7], 255);
	assert_int_equal(na[40], 136);
	assert_int_equal(na[44], 0x60); /* solicited, override */
	assert_memory_equal(na + 48, &host, 16);
	assert_memory_equal(na + 64, tlla, 8);
	assert_int_equal(in6_checksum(&host, &ha, IPPROTO_ICMPV6, BYTES(na + 40, 32)), 0);

	r = from_kernel(&other);
	assert_passes(&r, &other);
	r = from_kernel(&tentative);
	assert_passes(&r, &tentative);
	bed_free();
}

static void so_is_one_for_any_address_of_a_hosts_prefix(void **state)
{
	struct frame p = solicitation("2001:db8:5::77");
	struct result r;

	plane();
	r = from_kernel(&p);
	assert_passes(&r, &p);
	set_address("2001:db8:5::", 64, ADDRESS_BOUND, REMOTE);
	r = from_kernel(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_int_equal(r.out.b[14 + 40], 136);
	bed_free();
}

static void the_kernel_is_told_what_is_too_big(void **state)
{
	struct frame p = udp6(HA_ADDRESS, HOST, 1481);
	struct result r;

	plane();
	r = from_kernel(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, HOME_MAC, HOME_MAC, 0x86dd, BYTES(r.out.b + 14, r.out.n - 14));
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), HA_ADDRESS, HA_ADDRESS, 1480, &p);
	assert_dropped(DROP_TOO_BIG, 1);
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(packets_to_a_host_go_into_its_tunnel, "HA-20 GEN-1"),
		TEST(packets_to_a_hosts_prefix_go_into_its_tunnel, "HA-20"),
		TEST(what_is_for_nobody_of_ours_is_the_kernels, ""),
		TEST(to_a_host_whose_dad_is_running_nothing_is_sent, ""),
		TEST(nd_about_a_hosts_address_is_the_daemons, ""),
		TEST(nd_about_the_kernels_own_addresses_is_the_kernels, ""),
		TEST(a_router_solicitation_is_told_to_daemon_and_kernel, ""),
		TEST(a_packet_too_big_is_answered_from_a_global_address, ""),
		TEST(an_exhausted_hop_limit_is_answered_by_the_kernel, ""),
		TEST(link_local_packets_are_not_forwarded, ""),
		TEST(sources_that_nobody_may_have_are_dropped, ""),
		TEST(other_nodes_frames_pass, ""),
		TEST(frames_of_our_own_pass, ""),
		TEST(the_kernels_own_packets_to_a_host_go_into_its_tunnel, ""),
		TEST(what_the_kernel_sends_elsewhere_passes, ""),
		TEST(the_kernels_solicitation_for_a_host_is_answered_at_once, ""),
		TEST(so_is_one_for_any_address_of_a_hosts_prefix, ""),
		TEST(the_kernel_is_told_what_is_too_big, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
