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
	bench_pass(&b, 290);
	assert_true(shown(&b, NAI, &info));
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
	TEST(traffic_makes_probes_needless, ""),
	TEST(every_address_is_probed_each_time, ""),
	TEST(host_without_addresses_is_left_to_its_lifetime, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_probe", tests);
}
