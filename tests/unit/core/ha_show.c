/* SPDX-License-Identifier: Apache-2.0 */
/* What a home agent says of itself when it is asked. */
#include "ha_bench.h"

static void prefixes_of_the_home_link_are_told_as_long_as_hosts_may_use_them(void **state)
{
	const struct in6_addr old = in6("2001:db8:1::"), new = in6("2001:db8:9::");
	struct in6_addr v[ND_PREFIXES_MAX];
	struct bench b;

	bench_new(&b);
	assert_int_equal(ha_prefixes(b.ha, v), 1);
	assert_true(in6_equal(&v[0], &old));
	b.config.prefixes[0].prefix = new;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(ha_prefixes(b.ha, v), 2); /* hosts may have addresses of both */
	assert_true(in6_equal(&v[0], &old) || in6_equal(&v[1], &old));
	assert_true(in6_equal(&v[0], &new) || in6_equal(&v[1], &new));
	bench_pass(&b, 86400);
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(ha_prefixes(b.ha, v), 1);
	assert_true(in6_equal(&v[0], &new));
	bench_done(&b);
}

static void address_that_is_kept_for_a_host_is_not_one_of_the_data_plane(void **state)
{
	const struct address a = { .prefix = in6("2001:db8:a::"), .length = 64 };
	struct in6_addr home;
	struct bench b;

	bench_init(&b);
	bench_pool(&b, HA_POOL_PREFIXES, "2001:db8:a::", 1);
	bench_start(&b);
	home = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_true(ha_role.has_address(b.ha, &a));
	bench_leave(&b, NAI, ROUTER_1, &home);
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	assert_false(ha_role.has_address(b.ha, &a));
	bench_done(&b);
}

/* It is elsewhere now, and does not use it. */
static void address_that_is_kept_for_a_host_is_not_shown_as_its_own(void **state)
{
	struct ha_binding_info info;
	struct in6_addr home;
	struct bench b;

	bench_init(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:b::1", 1);
	bench_start(&b);
	home = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_true(shown(&b, NAI, &info));
	assert_true(info.has_home && in6_equal(&info.home, &home) && !info.tunnelling);
	bench_leave(&b, NAI, ROUTER_1, &home);
	bench_attach(&b, NAI, "203.0.113.1");
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	assert_true(shown(&b, NAI, &info));
	assert_true(info.tunnelling && !info.has_home);
	assert_int_equal(info.n_addresses, 0);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(prefixes_of_the_home_link_are_told_as_long_as_hosts_may_use_them, ""),
	TEST(address_that_is_kept_for_a_host_is_not_one_of_the_data_plane, ""),
	TEST(address_that_is_kept_for_a_host_is_not_shown_as_its_own, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_show", tests);
}
