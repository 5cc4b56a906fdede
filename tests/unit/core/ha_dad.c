/* SPDX-License-Identifier: Apache-2.0 */
/* Proxy DAD (draft 3.2.2, 3.2.4, D9, D10) and what hosts may ask through their tunnels. */
#include "ha_bench.h"

#define AN1 "198.51.100.2"
#define AN2 "203.0.113.2"

static void host_probes(struct bench *b, const char *care_of, const char *address)
{
	const struct nd m = ns(NULL, address);

	tunnel_nd(b, care_of, &m);
}

static void address_is_solicited_on_the_home_link_then_bound_and_announced(void **state)
{
	struct bench b;
	const struct in6_addr a = in6(LL), group = in6_solicited_node(&a);
	struct nd m;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	host_probes(&b, AN1, LL);
	assert_int_equal(nth(&b, ACTION_ADDRESS_SET, 0)->address.state, ADDRESS_TENTATIVE);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NS, 0);
	assert_true(nd_is_dad(&m));
	assert_memory_equal(&m.dst, &group, 16);
	assert_memory_equal(&m.target, &a, 16);
	assert_true(m.has_nonce && !m.has_lla);
	assert_memory_equal(nth(&b, ACTION_LINK_SEND, 1)->link_send.frame.p,
			    "\x33\x33\xff\0\0\x0a\2\0\0\0\1\1", 12);
	/* the group is reported before (RFC 4862 5.4.2); the host's own NS does not go there */
	assert_int_equal(count(&b, ACTION_LINK_SEND), 2);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 1);
	bench_pass(&b, 0.99);
	assert_int_equal(address_state(&b, LL), 1);

	bench_forget(&b);
	bench_pass(&b, 0.02);
	assert_int_equal(address_state(&b, LL), 2);
	assert_int_equal(nth(&b, ACTION_ADDRESS_SET, 0)->address.state, ADDRESS_BOUND);
	assert_memory_equal(&event(&b, EVENT_ADDRESS_BOUND)->address, &a, 16);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NA, 0);
	assert_memory_equal(&m.src, &b.config.home_link_local, 16);
	assert_memory_equal(&m.dst, &in6_all_nodes, 16);
	assert_true(!m.router && !m.solicited && m.override);
	assert_true(mac_equal(m.lla, b.config.home_mac));
	bench_pass(&b, 20);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NA), 3);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 0);
	bench_done(&b);
}

/* The first address of a host is in use: it is told, and detached (D10). */
static void assert_detached(struct bench *b)
{
	struct ha_binding_info info;
	const struct nd m = nth_nd(b, ACTION_TUNNEL_SEND, ND_NA, 0);
	const struct in6_addr a = in6(LL);

	assert_memory_equal(&m.target, &a, 16);
	assert_memory_equal(&m.dst, &in6_all_nodes, 16);
	assert_false(m.solicited);
	assert_true(m.override && m.has_lla);
	assert_non_null(event(b, EVENT_ADDRESS_DUPLICATE));
	assert_non_null(event(b, EVENT_REVOKED));
	assert_true(sent(b, MIP4_REVOCATION, NULL).revocation_inform);
	assert_true(position(b, nth(b, ACTION_TUNNEL_SEND, 0)) <
		    position(b, nth(b, ACTION_SEND, 0)));
	assert_int_equal(count(b, ACTION_ADDRESS_SET), 0);
	assert_int_equal(count(b, ACTION_TUNNEL_DEL), 1);
	assert_false(shown(b, NAI, &info));
}

static void advertisement_of_the_owner_is_relayed_and_the_host_detached(void **state)
{
	struct bench b;
	struct nd m = na("2001:db8:1::77", LL), relayed;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	host_probes(&b, AN1, LL);
	bench_forget(&b);
	m.router = true;
	home_nd(&b, &m);
	assert_detached(&b);
	relayed = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NA, 0);
	assert_memory_equal(&relayed.src, &m.src, 16);
	assert_true(relayed.router && mac_equal(relayed.lla, OTHER_MAC));
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	bench_done(&b);
}

static void relayed_advertisement_is_made_fit_for_all_nodes(void **state)
{
	struct bench b;
	struct nd m = na("fe80::77", LL);

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	host_probes(&b, AN1, LL);
	bench_forget(&b);
	m.dst = in6(HOME_LL); /* somebody was asked by the kernel at the same time */
	m.solicited = true;
	home_nd(&b, &m);
	assert_detached(&b);
	bench_done(&b);
}

static void solicitation_of_another_node_in_dad_is_a_duplicate(void **state)
{
	struct bench b;
	struct nd m = ns(NULL, LL);

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	host_probes(&b, AN1, LL);
	/* our own that came back is not (RFC 7527) */
	struct nd own = nth_nd(&b, ACTION_LINK_SEND, ND_NS, 0);
	home_nd(&b, &own);
	assert_int_equal(address_state(&b, LL), 1);
	/* nor is that somebody looks for the address */
	struct nd look = ns("fe80::77", LL);
	home_nd(&b, &look);
	assert_int_equal(address_state(&b, LL), 1);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NA), 0);
	bench_forget(&b);
	home_nd(&b, &m);
	assert_detached(&b);
	bench_done(&b);
}

/* Another node that does as we do. */
static void solicitation_with_a_nonce_of_another_is_a_duplicate(void **state)
{
	struct bench b;
	struct nd m;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	host_probes(&b, AN1, LL);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NS, 0);
	m.nonce[sizeof(m.nonce) - 1] ^= 1;
	bench_forget(&b);
	home_nd(&b, &m);
	assert_detached(&b);
	bench_done(&b);
}

static void address_of_another_host_is_a_duplicate_at_once(void **state)
{
	for (int bound = 0; bound < 2; bound++) {
		struct bench b;
		struct nd m;

		bench_new(&b);
		bench_attach(&b, NAI_2, AN2);
		host_probes(&b, AN2, LL);
		if (bound)
			bench_pass(&b, 2);
		bench_attach(&b, NAI, AN1);
		host_probes(&b, AN1, LL);
		assert_detached(&b);
		m = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NA, 0);
		assert_memory_equal(&m.src, &b.config.router_address, 16);
		assert_int_equal(count(&b, ACTION_LINK_SEND), 0);
		assert_int_equal(address_state(&b, LL), 1 + bound); /* its owner's */
		bench_done(&b);
	}
}

static void host_stays_if_its_end_cannot_be_stored(void **state)
{
	struct ha_binding_info info;
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI_2, AN2, GLOBAL);
	bench_attach(&b, NAI, AN1);
	b.store_fails = true;
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	host_probes(&b, AN1, GLOBAL); /* the first change that fails */
	bench_forget(&b);
	host_probes(&b, AN1, GLOBAL); /* another host's */
	assert_int_equal(count_nd(&b, ACTION_TUNNEL_SEND, ND_NA), 1);
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL), 0);
	assert_true(shown(&b, NAI, &info));
	bench_done(&b);
}

static void host_with_a_verified_address_only_loses_the_duplicate(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	const struct nd m = na("fe80::77", GLOBAL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	host_probes(&b, AN1, GLOBAL);
	bench_forget(&b);
	home_nd(&b, &m);
	assert_int_equal(count_nd(&b, ACTION_TUNNEL_SEND, ND_NA), 1);
	assert_int_equal(count(&b, ACTION_SEND), 0);
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL), 0);
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(address_state(&b, LL), 2);
	assert_int_equal(address_state(&b, GLOBAL), 0);
	bench_done(&b);
}

static void probing_what_it_has_is_no_conflict(void **state)
{
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	host_probes(&b, AN1, LL);
	assert_silent(&b);
	host_probes(&b, AN1, GLOBAL);
	bench_forget(&b);
	host_probes(&b, AN1, GLOBAL); /* in DAD already */
	assert_silent(&b);
	bench_done(&b);
}

static void our_own_addresses_are_defended_in_the_tunnel(void **state)
{
	static const char *const v[] = { ROUTER, HOME_LL, "2001:db8:1::1" };

	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		struct nd m;
		const struct in6_addr a = in6(v[i]), host = in6(LL);

		bench_new(&b);
		bench_bind(&b, NAI, AN1, LL);
		host_probes(&b, AN1, v[i]);
		m = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NA, 0);
		assert_memory_equal(&m.target, &a, 16);
		assert_memory_equal(&m.dst, &in6_all_nodes, 16);
		assert_true(m.router && !m.solicited && m.override);
		assert_int_equal(count(&b, ACTION_SEND), 0);
		/* and found by who looks for them */
		bench_forget(&b);
		m = ns(LL, v[i]);
		tunnel_nd(&b, AN1, &m);
		m = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NA, 0);
		assert_memory_equal(&m.dst, &host, 16);
		assert_true(m.router && m.solicited);
		assert_true(mac_equal(m.lla, b.config.router_mac));
		bench_done(&b);
	}
}

static void nobody_answers_for_link_local_neighbours_in_the_tunnel(void **state)
{
	struct bench b;
	struct nd m;

	bench_new(&b);
	bench_bind(&b, NAI_2, AN2, "fe80::b");
	bench_bind(&b, NAI, AN1, LL);
	m = ns(LL, "fe80::b");
	tunnel_nd(&b, AN1, &m);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 1);
	bench_done(&b);
}

static void nothing_is_learnt_that_a_host_may_not_have(void **state)
{
	static const char *const v[] = { "2001:db8:9::a", "ff02::5", "2001:db8:1::", ROUTER,
					 "2001:db8:1::1" };
	struct bench b;
	struct ha_binding_info info;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	for (size_t i = 0; i < 5; i++)
		tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(v[i], "2001:db8:ffff::1", 60));
	host_probes(&b, AN1, "2001:db8:9::a"); /* of another prefix */
	assert_int_equal(drops(&b, DROP_SOURCE_WRONG), 5);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 1);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.n_addresses, 0);
	assert_int_equal(count(&b, ACTION_LINK_SEND), 0);
	bench_done(&b);
}

static void source_of_data_is_probed_and_its_packets_wait(void **state)
{
	struct bench b;
	const struct action *f;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	for (uint16_t i = 0; i < 6; i++)
		tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 100u + i));
	assert_int_equal(address_state(&b, GLOBAL), 1);
	assert_int_equal(drops(&b, DROP_BUFFER_FULL), 2); /* four wait */
	assert_int_equal(count(&b, ACTION_FORWARD), 0);
	bench_forget(&b);
	bench_pass(&b, 1.1);
	assert_int_equal(count(&b, ACTION_FORWARD), 4);
	for (size_t i = 0; i < 4; i++) {
		f = nth(&b, ACTION_FORWARD, i);
		assert_int_equal(f->tunnel_send.packet.n, 100 + i); /* in order, untouched */
		assert_memory_equal(f->tunnel_send.packet.p,
				    data(GLOBAL, "2001:db8:ffff::1", 100 + i).p, 100 + i);
		assert_int_equal(f->tunnel_send.remote.s_addr, in4(AN1).s_addr);
		assert_true(position(&b, f) > position(&b, nth(&b, ACTION_ADDRESS_SET, 0)));
	}
	/* one that was on its way up meanwhile goes on at once, but not for ever */
	bench_forget(&b);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 100));
	assert_int_equal(count(&b, ACTION_FORWARD), 1);
	bench_pass(&b, 2);
	bench_forget(&b);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 100));
	assert_int_equal(count(&b, ACTION_FORWARD), 0);
	bench_done(&b);
}

static void waiting_packets_of_a_duplicate_are_dropped(void **state)
{
	struct bench b;
	const struct nd m = na("fe80::77", GLOBAL);

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 100));
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 9000));
	assert_int_equal(drops(&b, DROP_BUFFER_FULL), 1);
	home_nd(&b, &m);
	assert_int_equal(drops(&b, DROP_NOT_REGISTERED), 1);
	bench_pass(&b, 3);
	assert_int_equal(count(&b, ACTION_FORWARD), 0);
	bench_done(&b);
}

static void foreign_sources_are_answered_1_5_and_rate_limited(void **state)
{
	struct bench b;
	struct ip6 ip;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	bench_bind(&b, NAI_2, AN2, GLOBAL);
	/* refused by the data plane, and of another host */
	tunnel_raw(&b, AN1, PACKET_REFUSED, data("2001:db8:9::a", "2001:db8:ffff::1", 100));
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 100));
	assert_int_equal(count(&b, ACTION_TUNNEL_SEND), 2);
	assert_int_equal(ip6_decode(nth(&b, ACTION_TUNNEL_SEND, 0)->tunnel_send.packet, &ip), 0);
	assert_memory_equal(&ip.src, &b.config.router_address, 16);
	assert_memory_equal(ip.payload.p, "\1\5", 2);
	for (int i = 0; i < 100; i++)
		tunnel_raw(&b, AN1, PACKET_REFUSED, data("2001:db8:9::a", "2001:db8:ffff::1", 100));
	assert_int_equal(count(&b, ACTION_TUNNEL_SEND), 10);
	assert_int_equal(drops(&b, DROP_RATE_LIMITED), 92);
	assert_int_equal(address_state(&b, GLOBAL), 2); /* its owner keeps it */
	bench_done(&b);
}

static void addresses_of_one_host_and_in_all_are_bounded(void **state)
{
	struct bench b;
	char a[32] = "2001:db8:1::a0";

	bench_init(&b);
	b.config.addresses_max = 5;
	bench_start(&b);
	bench_attach(&b, NAI, AN1);
	for (int i = 0; i < 6; i++) {
		a[13] = (char)('0' + i);
		host_probes(&b, AN1, a);
	}
	assert_int_equal(drops(&b, DROP_ADDRESSES_FULL), 2);
	bench_attach(&b, NAI_2, AN2);
	host_probes(&b, AN2, "fe80::b");
	host_probes(&b, AN2, "fe80::c");
	assert_int_equal(drops(&b, DROP_ADDRESSES_FULL), 3);
	assert_int_equal(address_state(&b, "fe80::b"), 1);
	bench_done(&b);
}

static void probes_are_paced(void **state)
{
	struct bench b;
	char a[32] = "2001:db8:1::a0";
	size_t first;

	bench_init(&b);
	b.config.nd_per_second = 4; /* half of it for what we begin ourselves */
	b.config.addresses_max = 64;
	b.config.addresses_per_host = 16;
	bench_start(&b);
	bench_attach(&b, NAI, AN1);
	for (int i = 0; i < 15; i++) {
		a[13] = "0123456789abcdef"[i];
		host_probes(&b, AN1, a);
	}
	first = count(&b, ACTION_LINK_SEND);
	assert_int_equal(first, 16); /* the burst */
	bench_pass(&b, 10);
	assert_true(count(&b, ACTION_LINK_SEND) <= first + 20);
	bench_pass(&b, 60); /* late, but all of them */
	for (int i = 0; i < 15; i++) {
		a[13] = "0123456789abcdef"[i];
		assert_int_equal(address_state(&b, a), 2);
	}
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 15);
	bench_done(&b);
}

static void unknown_tunnels_and_malformed_packets_are_counted(void **state)
{
	struct bench b;
	struct nd m = ns(NULL, LL);

	bench_new(&b);
	tunnel_nd(&b, AN1, &m);
	assert_int_equal(drops(&b, DROP_TUNNEL_UNKNOWN), 1);
	bench_attach(&b, NAI, AN1);
	tunnel_raw(&b, AN1, PACKET_CONTROL, BYTES("\x60", 1));
	assert_int_equal(drops(&b, DROP_FRAME_MALFORMED), 1);
	/* hop limit 64 */
	uint8_t bad[64] = { 0x60, 0, 0, 0, 0, 24, 58, 64, 0xfe, 0x80, [40] = 135 };
	tunnel_raw(&b, AN1, PACKET_CONTROL, BYTES(bad, 64));
	assert_int_equal(drops(&b, DROP_ND_MALFORMED), 1);
	assert_silent(&b);
	bench_done(&b);
}

/* A request of LL to us, with so many octets of ICMPv6 (a multiple of four). */
static struct bytes echo(size_t n)
{
	static uint8_t buf[2000];
	const struct in6_addr src = in6(LL), dst = in6(ROUTER);
	struct writer w = writer_new(buf, sizeof(buf));

	write_u32(&w, UINT32_C(6) << 28);
	write_u16(&w, (uint16_t)n);
	write_u8(&w, 58);
	write_u8(&w, 64);
	write_in6(&w, &src);
	write_in6(&w, &dst);
	write_u32(&w, 128u << 24);
	write_u32(&w, 0x00050001);
	for (size_t i = 8; i < n; i += 4)
		write_u32(&w, 0xabcdef01);
	write_u16_at(&w, 42, in6_checksum(&src, &dst, 58, BYTES(buf + 40, n)));
	return writer_bytes(&w);
}

static void echo_to_the_router_is_answered(void **state)
{
	const struct in6_addr src = in6(LL);
	struct bench b;
	struct ip6 ip;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_raw(&b, AN1, PACKET_CONTROL, echo(12));
	assert_int_equal(ip6_decode(nth(&b, ACTION_TUNNEL_SEND, 0)->tunnel_send.packet, &ip), 0);
	assert_int_equal(ip6_icmp_type(&ip), 129);
	assert_int_equal(ip.payload.n, 12);
	assert_memory_equal(&ip.dst, &src, 16);
	tunnel_raw(&b, AN1, PACKET_CONTROL, echo(1600)); /* made of segments on this machine */
	assert_int_equal(drops(&b, DROP_TOO_BIG), 1);
	for (int i = 2; i < 30; i++)
		tunnel_raw(&b, AN1, PACKET_CONTROL, echo(12));
	assert_int_equal(count(&b, ACTION_TUNNEL_SEND), 9);
	assert_int_equal(drops(&b, DROP_RATE_LIMITED), 20);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(address_is_solicited_on_the_home_link_then_bound_and_announced, ""),
	TEST(advertisement_of_the_owner_is_relayed_and_the_host_detached, "HA-26 HA-27 HA-54"),
	TEST(relayed_advertisement_is_made_fit_for_all_nodes, ""),
	TEST(solicitation_with_a_nonce_of_another_is_a_duplicate, ""),
	TEST(solicitation_of_another_node_in_dad_is_a_duplicate, ""),
	TEST(address_of_another_host_is_a_duplicate_at_once, ""),
	TEST(host_stays_if_its_end_cannot_be_stored, ""),
	TEST(host_with_a_verified_address_only_loses_the_duplicate, ""),
	TEST(probing_what_it_has_is_no_conflict, ""),
	TEST(our_own_addresses_are_defended_in_the_tunnel, ""),
	TEST(nobody_answers_for_link_local_neighbours_in_the_tunnel, ""),
	TEST(nothing_is_learnt_that_a_host_may_not_have, ""),
	TEST(source_of_data_is_probed_and_its_packets_wait, ""),
	TEST(waiting_packets_of_a_duplicate_are_dropped, ""),
	TEST(foreign_sources_are_answered_1_5_and_rate_limited, ""),
	TEST(addresses_of_one_host_and_in_all_are_bounded, ""),
	TEST(probes_are_paced, ""),
	TEST(unknown_tunnels_and_malformed_packets_are_counted, ""),
	TEST(echo_to_the_router_is_answered, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_dad", tests);
}
