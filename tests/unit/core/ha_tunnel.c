/* SPDX-License-Identifier: Apache-2.0 */
/* What comes out of a host's tunnel and is neither learnt nor forwarded: each has its reason. */
#include "core/ha_state.h"
#include "ha_bench.h"

#define AN1 "198.51.100.2"
#define AN2 "203.0.113.2"

static void solicitation_of_a_router_is_no_drop(void **state)
{
	const struct nd m = rs(LL);
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_nd(&b, AN1, &m);
	for (int d = 0; d < DROP_MAX; d++)
		assert_int_equal(drops(&b, (enum drop)d), 0);
	bench_done(&b);
}

/* The virtual link has two ends, and we route nothing that does not leave it (A11). */
static void packets_that_stay_on_the_link_reach_nobody(void **state)
{
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(LL, "fe80::77", 100));
	assert_int_equal(drops(&b, DROP_NO_ROUTE), 1);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(LL, "ff02::fb", 100));
	assert_int_equal(drops(&b, DROP_NO_ROUTE), 2);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(LL, ROUTER, 100)); /* and no echo */
	assert_int_equal(drops(&b, DROP_NO_ROUTE), 3);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data("2001:db8:9::a", "ff02::fb", 100));
	assert_int_equal(drops(&b, DROP_SOURCE_WRONG), 1);
	assert_silent(&b);
	bench_done(&b);
}

/* Only what may have been on its way up when its source was bound goes on. */
static void packet_of_a_bound_source_goes_back_for_a_second(void **state)
{
	const struct action *f;
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, GLOBAL); /* seconds ago */
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 100));
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_SOURCE_WRONG), 1);
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data("2001:db8:1::b", "2001:db8:ffff::1", 100));
	bench_pass(&b, 1.5);
	bench_forget(&b); /* the one that has waited */
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data("2001:db8:1::b", "2001:db8:ffff::1", 100));
	f = nth(&b, ACTION_FORWARD, 0);
	assert_int_equal(f->tunnel_send.remote.s_addr, in4(AN1).s_addr);
	assert_int_equal(f->tunnel_send.local.s_addr, in4("192.0.2.1").s_addr);
	assert_int_equal(f->tunnel_send.packet.n, 100);
	assert_int_equal(drops(&b, DROP_SOURCE_WRONG), 1);
	bench_done(&b);
}

static void advertisement_of_a_host_is_ignored(void **state)
{
	const struct nd m = { .type = ND_RA, .src = in6(LL), .dst = in6_all_nodes };
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_nd(&b, AN1, &m);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 1);
	home_nd(&b, &m);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 2);
	bench_done(&b);
}

/* Leaving ones have not been reported yet, as many as there are addresses: the next one goes
 * without a group, and is bound all the same. */
static void address_whose_group_has_no_room_is_bound_without(void **state)
{
	static const char *const v[] = { "fe80::1:1:1", "fe80::1:1:2", "fe80::1:1:3",
					 "fe80::1:1:4" };
	struct bench b;

	bench_init(&b);
	b.config.addresses_max = 4;
	bench_start(&b);
	bench_attach(&b, NAI, AN1);
	for (int i = 0; i < 4; i++) {
		const struct nd m = ns(NULL, v[i]);

		tunnel_nd(&b, AN1, &m);
	}
	bench_pass(&b, 5);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	bench_attach(&b, NAI_2, AN2);
	const struct nd m = ns(NULL, GLOBAL);
	tunnel_nd(&b, AN2, &m);
	assert_int_equal(slab_left(&b.ha->groups.slab), 0);
	bench_pass(&b, 5);
	assert_int_equal(address_state(&b, GLOBAL), 2);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(solicitation_of_a_router_is_no_drop, ""),
	TEST(packets_that_stay_on_the_link_reach_nobody, ""),
	TEST(packet_of_a_bound_source_goes_back_for_a_second, ""),
	TEST(advertisement_of_a_host_is_ignored, ""),
	TEST(address_whose_group_has_no_room_is_bound_without, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_tunnel", tests);
}
