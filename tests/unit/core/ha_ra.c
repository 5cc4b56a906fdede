/* SPDX-License-Identifier: Apache-2.0 */
/* Router advertisements: what is in them and when they come. */
#include "ha_bench.h"

#define AN1 "198.51.100.2"
#define AN2 "203.0.113.2"

static size_t advertisements(struct bench *b)
{
	return count_nd(b, ACTION_TUNNEL_SEND, ND_RA);
}

static void advertisement_for_a_host_says_what_is_configured(void **state)
{
	struct bench b;
	struct rrq q;
	struct nd ra;

	bench_init(&b);
	b.config.prefixes[1] = (struct ha_prefix){ in6("2001:db8:2::"), 0xffffffff, 0xffffffff };
	b.config.n_prefixes = 2;
	b.config.rdnss[0] = in6("2001:db8:1::53");
	b.config.n_rdnss = 1;
	b.config.other = true;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	ra = nth_nd(&b, ACTION_TUNNEL_SEND, ND_RA, 0);
	assert_memory_equal(&ra.src, &b.config.router_address, 16);
	assert_memory_equal(&ra.dst, &in6_all_nodes, 16);
	assert_true(ra.has_lla && mac_equal(ra.lla, b.config.router_mac));
	assert_int_equal(ra.mtu, 1480);
	assert_int_equal(ra.lifetime, 1800);
	assert_int_equal(ra.hop_limit, 64);
	assert_true(!ra.managed && ra.other);
	assert_int_equal(ra.n_prefixes, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_memory_equal(&ra.prefixes[i].prefix, &b.config.prefixes[i].prefix, 16);
		assert_int_equal(ra.prefixes[i].length, 64);
		assert_true(ra.prefixes[i].autonomous && !ra.prefixes[i].on_link);
		assert_int_equal(ra.prefixes[i].valid, b.config.prefixes[i].valid);
		assert_int_equal(ra.prefixes[i].preferred, b.config.prefixes[i].preferred);
	}
	assert_int_equal(ra.n_rdnss, 1);
	assert_int_equal(ra.rdnss_lifetime, 1800);
	assert_int_equal(nth(&b, ACTION_TUNNEL_SEND, 0)->tunnel_send.remote.s_addr,
			 in4(AN1).s_addr);
	bench_done(&b);
}

static void stateful_configuration_is_announced(void **state)
{
	struct bench b;
	struct rrq q;
	struct nd ra;

	bench_init(&b);
	b.config.managed = true;
	b.config.autonomous = false;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	ra = nth_nd(&b, ACTION_TUNNEL_SEND, ND_RA, 0);
	assert_true(ra.managed && !ra.other && !ra.prefixes[0].autonomous);
	bench_done(&b);
}

static void every_registration_brings_one_at_once(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	for (int i = 0; i < 3; i++) { /* first, renewal, movement */
		q = rrq(&b, NAI, i < 2 ? AN1 : AN2);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(advertisements(&b), 1);
	}
	bench_done(&b);
}

/* D7: its purpose is that what the host was told does not run out. */
static void renewal_brings_one_if_the_last_is_older_than_the_minimum(void **state)
{
	struct bench b;
	struct rrq q;

	bench_init(&b);
	b.config.ra_min = 100;
	b.config.ra_max = 9000; /* no other within this test, after the initial ones */
	bench_start(&b);
	bench_attach(&b, NAI, AN1);
	bench_pass(&b, 40);
	for (int i = 0; i < 2; i++) {
		bench_forget(&b);
		q = rrq(&b, NAI, AN1);
		q.m.hoa_request = MIP4_ABSENT;
		q.m.hoa = MIP4_EMPTY;
		ask(&b, &q);
		assert_int_equal(advertisements(&b), i);
		bench_pass(&b, 101);
	}
	bench_done(&b);
}

static void denial_brings_none(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.m.flags = MIP4_D;
	ask(&b, &q);
	assert_int_equal(advertisements(&b), 0);
	bench_done(&b);
}

static void three_come_soon_then_between_min_and_max(void **state)
{
	struct bench b;
	struct rrq q;
	double gap = 0;
	size_t n = 1;

	bench_init(&b);
	b.config.lifetime_max = 0xffff;
	b.config.prefixes[0].valid = 0xffffffff;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0xffff;
	ask(&b, &q);
	for (int s = 0; s < 7200; s++) {
		bench_forget(&b);
		bench_pass(&b, 1);
		gap++;
		if (!advertisements(&b))
			continue;
		assert_int_equal(advertisements(&b), 1);
		if (++n <= 3)
			assert_true(gap <= 16);
		else
			assert_true(gap >= 199 && gap <= 601);
		gap = 0;
	}
	assert_true(n >= 3 + 7200 / 600);
	bench_done(&b);
}

static void default_route_never_runs_out(void **state)
{
	struct bench b;
	struct rrq q;
	int silent = 0;

	bench_init(&b);
	b.config.router_lifetime = 30;
	b.config.ra_min = 3;
	b.config.ra_max = 10;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	for (int s = 0; s < 120; s++) {
		bench_forget(&b);
		bench_pass(&b, 1);
		silent = advertisements(&b) ? 0 : silent + 1;
		assert_true(silent < 11);
	}
	bench_done(&b);
}

static void solicitation_is_answered_at_once_and_floods_later(void **state)
{
	struct bench b;
	const struct nd m = rs(LL), unspecified = rs(NULL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_nd(&b, AN1, &m);
	assert_int_equal(advertisements(&b), 1);
	tunnel_nd(&b, AN1, &unspecified);
	assert_int_equal(advertisements(&b), 2);
	for (int i = 0; i < 100; i++)
		tunnel_nd(&b, AN1, &m);
	assert_int_equal(advertisements(&b), 3);
	bench_pass(&b, 3.1); /* what was held back is answered by one of these */
	assert_int_equal(advertisements(&b), 4);
	bench_done(&b);
}

static void solicitation_teaches_its_source(void **state)
{
	struct bench b;
	const struct nd m = rs(LL);

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	tunnel_nd(&b, AN1, &m);
	assert_int_equal(advertisements(&b), 1);
	assert_int_equal(address_state(&b, LL), 1);
	bench_pass(&b, 1.1);
	assert_int_equal(address_state(&b, LL), 2);
	bench_done(&b);
}

static void home_link_gets_its_own_if_told_so(void **state)
{
	struct bench b;
	struct nd ra;
	const struct nd m = rs("fe80::77");
	size_t n;

	bench_init(&b);
	b.config.advertise = true;
	b.config.ra_min = 3;
	b.config.ra_max = 4;
	bench_start(&b);
	bench_pass(&b, 0);
	ra = nth_nd(&b, ACTION_LINK_SEND, ND_RA, 0);
	assert_memory_equal(&ra.src, &b.config.home_link_local, 16);
	assert_true(mac_equal(ra.lla, b.config.home_mac));
	assert_true(ra.prefixes[0].on_link && ra.prefixes[0].autonomous);
	assert_int_equal(ra.mtu, 0);
	assert_int_equal(nth(&b, ACTION_LINK_SEND, 0)->link_send.ifindex, HOME_IF);
	assert_memory_equal(nth(&b, ACTION_LINK_SEND, 0)->link_send.frame.p,
			    "\x33\x33\0\0\0\1\2\0\0\0\1\1\x86\xdd", 14);
	/* asked: within half a second, but not within three of the last */
	bench_forget(&b);
	home_nd(&b, &m);
	home_nd(&b, &m);
	bench_pass(&b, 2.9);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_RA), 0);
	bench_pass(&b, 0.7);
	n = count_nd(&b, ACTION_LINK_SEND, ND_RA);
	assert_int_equal(n, 1);
	bench_pass(&b, 40);
	n = count_nd(&b, ACTION_LINK_SEND, ND_RA);
	assert_true(n >= 10 && n <= 15);
	bench_done(&b);
}

/* The initial series is over, the next is minutes away. */
static void home_link_that_asks_does_not_wait_for_the_next(void **state)
{
	struct bench b;
	const struct nd m = rs("fe80::77");

	bench_init(&b);
	b.config.advertise = true;
	bench_start(&b);
	bench_pass(&b, 60);
	bench_forget(&b);
	for (int i = 0; i < 2; i++) {
		home_nd(&b, &m);
		home_nd(&b, &m);
		bench_pass(&b, 0); /* others are asked, too: not all answer at once */
		assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_RA), i);
		bench_pass(&b, 4);
		assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_RA), i + 1);
	}
	bench_done(&b);
}

static void home_link_hears_of_a_reload(void **state)
{
	struct bench b;

	bench_init(&b);
	b.config.advertise = true;
	bench_start(&b);
	bench_pass(&b, 60);
	bench_forget(&b);
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	bench_pass(&b, 1);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_RA), 1);
	bench_done(&b);
}

static void prefix_that_a_reload_takes_away_is_not_preferred(void **state)
{
	struct in6_addr v[ND_PREFIXES_MAX];
	struct bench b;
	struct nd ra;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	assert_int_equal(ha_prefixes(b.ha, v), 1);
	b.config.prefixes[0].prefix = in6("2001:db8:2::");
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(ha_prefixes(b.ha, v), 2); /* both are learnt in the data plane */
	assert_memory_equal(&v[0], &b.config.prefixes[0].prefix, 16);
	bench_pass(&b, 2);
	ra = nth_nd(&b, ACTION_TUNNEL_SEND, ND_RA, 0);
	assert_int_equal(ra.n_prefixes, 2);
	assert_int_equal(ra.prefixes[0].preferred, 14400);
	assert_int_equal(ra.prefixes[1].preferred, 0);
	assert_in_range(ra.prefixes[1].valid, 86390, 86400);
	bench_done(&b);
}

/* Of those that reloads take away the oldest go first when there is no room for all; whoever
 * stays stays as it is. */
static void prefixes_of_many_reloads_are_bounded(void **state)
{
	struct in6_addr v[ND_PREFIXES_MAX];
	struct bench b;
	struct nd ra;

	bench_init(&b);
	b.config.prefixes[1] = b.config.prefixes[0];
	b.config.prefixes[1].prefix = in6("2001:db8:ff::");
	b.config.n_prefixes = 2;
	bench_start(&b);
	bench_attach(&b, NAI, AN1);
	for (uint8_t i = 1; i < 2 * ND_PREFIXES_MAX; i++) {
		const size_t n = i + 2 < ND_PREFIXES_MAX ? i + 2 : ND_PREFIXES_MAX;

		b.config.prefixes[0].prefix.s6_addr[5] = (uint8_t)(1 + i);
		assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
		assert_int_equal(ha_prefixes(b.ha, v), n);
		assert_memory_equal(&v[1], &b.config.prefixes[1].prefix, 16);
		for (size_t p = 2; p < n; p++) /* the newest of them first */
			assert_int_equal(v[p].s6_addr[5], 1 + i - (p - 1));
	}
	bench_pass(&b, 2);
	ra = nth_nd(&b, ACTION_TUNNEL_SEND, ND_RA, 0);
	assert_int_equal(ra.n_prefixes, ND_PREFIXES_MAX);
	for (size_t p = 0; p < ND_PREFIXES_MAX; p++)
		assert_int_equal(ra.prefixes[p].preferred, p < 2 ? 14400 : 0);
	bench_done(&b);
}

static void prefix_that_has_ended_is_not_advertised(void **state)
{
	struct bench b;

	bench_init(&b);
	b.config.advertise = true;
	b.config.ra_min = 3;
	b.config.ra_max = 4;
	b.config.prefixes[0].valid = b.config.prefixes[0].preferred = 100;
	bench_start(&b);
	b.config.prefixes[0].prefix = in6("2001:db8:2::");
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	for (int ended = 0; ended <= 1; ended++) {
		bench_forget(&b);
		bench_pass(&b, 5);
		assert_int_equal(nth_nd(&b, ACTION_LINK_SEND, ND_RA, 0).n_prefixes, 2 - ended);
		bench_pass(&b, 95);
	}
	bench_done(&b);
}

static void home_link_is_left_alone_otherwise(void **state)
{
	struct bench b;
	const struct nd m = rs("fe80::77");

	bench_new(&b);
	home_nd(&b, &m);
	bench_pass(&b, 100);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 1);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(advertisement_for_a_host_says_what_is_configured, "HA-16 HA-17"),
	TEST(stateful_configuration_is_announced, "HA-17"),
	TEST(every_registration_brings_one_at_once, ""),
	TEST(renewal_brings_one_if_the_last_is_older_than_the_minimum, ""),
	TEST(denial_brings_none, ""),
	TEST(three_come_soon_then_between_min_and_max, ""),
	TEST(default_route_never_runs_out, ""),
	TEST(solicitation_is_answered_at_once_and_floods_later, ""),
	TEST(solicitation_teaches_its_source, ""),
	TEST(home_link_gets_its_own_if_told_so, "HA-9 HA-47"),
	TEST(home_link_that_asks_does_not_wait_for_the_next, ""),
	TEST(home_link_hears_of_a_reload, ""),
	TEST(prefix_that_a_reload_takes_away_is_not_preferred, ""),
	TEST(prefixes_of_many_reloads_are_bounded, ""),
	TEST(prefix_that_has_ended_is_not_advertised, ""),
	TEST(home_link_is_left_alone_otherwise, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_ra", tests);
}
