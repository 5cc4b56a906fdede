/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that leave without a word (D5). */
#include "ha_bench.h"

#define AN1 "198.51.100.2"

static size_t probes(struct bench *b)
{
	return count_nd(b, ACTION_TUNNEL_SEND, ND_NS);
}

static void silent_host_is_asked_and_its_binding_ended_before_its_time(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct nd m;
	const struct in6_addr a = in6(LL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL); /* 5 s */
	bench_pass(&b, 294);
	assert_int_equal(count(&b, ACTION_TRAFFIC), 0);
	bench_pass(&b, 298); /* was heard during DAD; then three probes, 75 s apart */
	assert_int_equal(probes(&b), 3);
	m = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NS, 0);
	assert_memory_equal(&m.src, &b.config.router_address, 16);
	assert_memory_equal(&m.dst, &a, 16);
	assert_memory_equal(&m.target, &a, 16);
	assert_true(mac_equal(m.lla, b.config.router_mac));
	assert_int_equal(count(&b, ACTION_SEND), 0);
	assert_true(shown(&b, NAI, &info));
	assert_true(info.lifetime > 0);
	bench_done(&b);
}

static void renewed_but_silent_host_is_revoked_within_the_lifetime(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	bench_forget(&b);
	bench_pass(&b, 299);
	assert_int_equal(probes(&b), 0);
	bench_pass(&b, 230);
	assert_int_equal(probes(&b), 3);
	assert_false(shown(&b, NAI, &info));
	assert_non_null(event(&b, EVENT_EXPIRED));
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL), 1);
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	/* retransmitted meanwhile; the host itself keeps its right to come back */
	assert_true(count(&b, ACTION_SEND) >= 1);
	bench_done(&b);
}

static void answer_to_a_probe_keeps_the_binding(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;
	struct nd m = na(LL, LL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	bench_pass(&b, 300);
	assert_int_equal(probes(&b), 1);
	m.dst = in6(ROUTER);
	m.solicited = true;
	tunnel_nd(&b, AN1, &m);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 0);
	bench_pass(&b, 290);
	assert_true(shown(&b, NAI, &info));
	bench_done(&b);
}

/* Those that have gone unanswered before a renewal do not count after it. */
static void renewal_gives_the_host_all_its_probes_again(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	bench_pass(&b, 480);
	assert_int_equal(probes(&b), 2);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	bench_forget(&b);
	bench_pass(&b, 299);
	assert_int_equal(probes(&b), 0);
	bench_pass(&b, 299);
	assert_int_equal(probes(&b), 3);
	assert_false(shown(&b, NAI, &info));
	bench_done(&b);
}

#define ADDRESSES_MAX 4 /* of a host, on the bench */

static void take(struct bench *b, unsigned n)
{
	char address[] = "2001:db8:1::a0";
	struct nd m;

	address[13] = (char)('0' + n);
	m = ns(NULL, address);
	tunnel_nd(b, AN1, &m);
	bench_pass(b, 2);
}

/* Only what three probes one after another have not found makes room, the oldest of it; each new
 * address beyond half of what a host may have is the occasion for one. */
static void address_that_is_not_answered_for_three_times_makes_room(void **state)
{
	struct bench b;
	struct nd m = na("2001:db8:1::a0", "2001:db8:1::a0");
	const struct in6_addr second = in6("2001:db8:1::a1");

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	m.dst = in6(ROUTER);
	m.solicited = true;
	for (unsigned n = 0; n < ADDRESSES_MAX; n++)
		take(&b, n);
	tunnel_nd(&b, AN1, &m); /* the first is there, after two probes */
	bench_forget(&b);
	take(&b, ADDRESSES_MAX);
	assert_null(event(&b, EVENT_ADDRESS_EXPIRED));
	take(&b, ADDRESSES_MAX);
	assert_memory_equal(&event(&b, EVENT_ADDRESS_EXPIRED)->address, &second, sizeof(second));
	assert_int_equal(address_state(&b, "2001:db8:1::a0"), 2);
	assert_int_equal(address_state(&b, "2001:db8:1::a1"), 0);
	bench_done(&b);
}

static void traffic_makes_probes_needless(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	for (int i = 0; i < 11; i++) {
		b.packets += 10;
		bench_pass(&b, 50);
	}
	assert_true(count(&b, ACTION_TRAFFIC) >= 3);
	assert_int_equal(probes(&b), 0);
	bench_done(&b);
}

static void every_address_is_probed_each_time(void **state)
{
	struct bench b;
	const struct nd second = ns(NULL, GLOBAL);
	struct rrq q;
	struct nd a, c;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_nd(&b, AN1, &second);
	bench_pass(&b, 5);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	bench_pass(&b, 310);
	assert_int_equal(probes(&b), 2);
	a = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NS, 0);
	c = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NS, 1);
	assert_memory_not_equal(&a.target, &c.target, 16);
	bench_done(&b);
}

/* The new tunnel has carried nothing yet: that is no traffic. */
static void host_that_is_silent_after_a_movement_is_asked_in_time(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	b.packets = 7;
	bench_pass(&b, 310);
	b.packets = 0;
	q = rrq(&b, NAI, "203.0.113.2");
	ask(&b, &q);
	bench_forget(&b);
	bench_pass(&b, 310);
	assert_int_equal(probes(&b), 1);
	bench_done(&b);
}

/* What it has from a router it keeps at an access node; of a /64 we know no address. */
static void home_address_is_probed_but_no_prefix(void **state)
{
	static const enum ha_pool_kind kinds[] = { HA_POOL_ADDRESSES, HA_POOL_PREFIXES };

	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		struct in6_addr a;
		struct nd m;
		struct rrq q;

		bench_init(&b);
		bench_pool(&b, kinds[i], "2001:db8:b::", 4);
		bench_start(&b);
		a = bench_serve(&b, NAI, ROUTER_1, 0);
		bench_pass(&b, 2);
		q = rrq(&b, NAI, AN1);
		ask(&b, &q);
		bench_forget(&b);
		bench_pass(&b, 310);
		assert_int_equal(probes(&b), kinds[i] == HA_POOL_ADDRESSES);
		if (kinds[i] == HA_POOL_ADDRESSES) {
			m = nth_nd(&b, ACTION_TUNNEL_SEND, ND_NS, 0);
			assert_memory_equal(&m.target, &a, sizeof(a));
		}
		bench_done(&b);
	}
}

static void host_without_addresses_is_left_to_its_lifetime(void **state)
{
	struct bench b;
	struct ha_binding_info info;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	bench_pass(&b, 598.9);
	assert_int_equal(probes(&b), 0);
	assert_true(shown(&b, NAI, &info));
	bench_pass(&b, 0.2);
	assert_false(shown(&b, NAI, &info));
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(silent_host_is_asked_and_its_binding_ended_before_its_time, ""),
	TEST(renewed_but_silent_host_is_revoked_within_the_lifetime, "HA-56"),
	TEST(answer_to_a_probe_keeps_the_binding, ""),
	TEST(renewal_gives_the_host_all_its_probes_again, ""),
	TEST(address_that_is_not_answered_for_three_times_makes_room, ""),
	TEST(traffic_makes_probes_needless, ""),
	TEST(every_address_is_probed_each_time, ""),
	TEST(host_that_is_silent_after_a_movement_is_asked_in_time, ""),
	TEST(home_address_is_probed_but_no_prefix, ""),
	TEST(host_without_addresses_is_left_to_its_lifetime, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_probe", tests);
}
