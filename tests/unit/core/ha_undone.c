/* SPDX-License-Identifier: Apache-2.0 */
/* A batch that could not be stored takes the actions of all its steps along, also of those that
 * change no record: each happens once more. */
#include "core/ha_state.h"
#include "ha_bench.h"

#define AN1 "198.51.100.2"
#define AN2 "203.0.113.2"

/* Time that passes while there is no core. */
static void leap(struct bench *b, unsigned seconds)
{
	b->now.mono += seconds * NSEC_PER_SEC;
	b->now.ntp += (uint64_t)seconds << 32;
}

static bool has_tunnel(const struct bench *b, const char *care_of)
{
	for (size_t i = 0; i < count(b, ACTION_TUNNEL_SET); i++)
		if (nth(b, ACTION_TUNNEL_SET, i)->tunnel.remote.s_addr == in4(care_of).s_addr)
			return true;
	return false;
}

static void all_is_repeated_after_a_restart(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 10;
	ask(&b, &q);
	bench_attach(&b, NAI_2, AN2);
	leap(&b, 60);
	bench_restart(&b);
	b.store_fails = true; /* the end of the first cannot be stored */
	bench_pass(&b, 0.5);
	assert_true(has_tunnel(&b, AN2));
	assert_false(ha_role.restoring(b.ha));
	bench_done(&b);
}

/* What is due now, in one batch with a change that cannot be stored. */
static void lose(struct bench *b)
{
	const struct rrq q = rrq(b, NAI_2, AN2);

	while (ha_role.next_timeout(b->ha) <= b->now.mono)
		ha_role.timeout(b->ha, b->now, &b->out);
	b->store_fails = true;
	ask(b, &q);
	b->store_fails = false;
	bench_forget(b);
}

static void address_is_not_bound_without_a_solicitation(void **state)
{
	struct bench b;
	const struct nd m = ns(NULL, LL);

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	tunnel_nd(&b, AN1, &m);
	bench_restart(&b); /* DAD begins again */
	lose(&b);
	for (int i = 0; i < 40 && count_nd(&b, ACTION_LINK_SEND, ND_NS) == 0; i++) {
		assert_int_equal(address_state(&b, LL), 1);
		bench_pass(&b, 0.1);
	}
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 1);
	assert_int_equal(address_state(&b, LL), 1); /* may yet be answered */
	bench_pass(&b, 1.1);
	assert_int_equal(address_state(&b, LL), 2);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 1);
	bench_done(&b);
}

static void silent_host_is_asked_for_again(void **state)
{
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	bench_pass(&b, 290);
	leap(&b, 20); /* half of the lifetime is over */
	lose(&b);
	assert_int_equal(count(&b, ACTION_TRAFFIC), 0);
	bench_pass(&b, 200);
	assert_true(count(&b, ACTION_TRAFFIC) > 0);
	bench_done(&b);
}

/* A binding of before a restart, or one that could not be taken back, may not be there. */
static void reply_to_a_duplicate_promises_what_the_data_plane_has(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = bench_attach(&b, NAI, AN1);
	bench_restart(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_true(has_tunnel(&b, AN1));
	assert_true(position(&b, nth(&b, ACTION_TUNNEL_SET, 0)) <
		    position(&b, nth(&b, ACTION_SEND, 0)));
	bench_done(&b);
}

static void what_could_not_be_stored_is_not_tried_all_at_once(void **state)
{
	nsec_t first, second;
	struct bench b;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	lose(&b);
	first = batch_retry(b.ha);
	second = batch_retry(b.ha);
	assert_true(first != second);
	assert_true(first >= b.ha->batch.retry && second >= b.ha->batch.retry);
	assert_true(first - b.ha->batch.retry < NSEC_PER_MSEC);
	bench_done(&b);
}

static const struct ha_pool_config unique = {
	.kind = HA_POOL_PREFIXES, .size = 2, .valid = 3600, .preferred = 3600
};

/* By an access router, with a /64 of its own out of the only pool. */
static struct rrq at_router(struct bench *b)
{
	struct rrq q = rrq(b, NAI, AN1);

	q.from = in4("198.51.100.99");
	q.foreign_agent = true;
	q.m.hoa_request = MIP4_FULL;
	return q;
}

static void start_with_pool(struct bench *b)
{
	bench_init(b);
	b->config.pools[0] = unique;
	b->config.pools[0].first = in6("2001:db8:f000::");
	b->config.n_pools = 1;
	bench_start(b);
}

static struct ha_pool_info only_pool(struct bench *b)
{
	struct ha_pool_info pool = { 0 };
	uint32_t cursor = 0;

	assert_true(ha_pool_next(b->ha, &cursor, &pool));
	return pool;
}

static void last_address_of_a_pool_that_ends_is_still_of_it(void **state)
{
	struct bench b;
	struct rrq q;

	start_with_pool(&b);
	q = at_router(&b);
	ask(&b, &q);
	b.config.n_pools = 0;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	q = at_router(&b);
	b.store_fails = true;
	ask(&b, &q);
	assert_true(only_pool(&b).ending);
	assert_int_equal(only_pool(&b).used, 1);
	bench_done(&b);
}

/* It was to make it anew itself. */
static void kept_address_that_its_host_takes_stays_kept_if_that_cannot_be_stored(void **state)
{
	struct ha_binding_info info;
	struct bench b;
	struct rrq q;
	struct nd m = ns(NULL, "2001:db8:1::100");
	struct in6_addr a = m.target;

	bench_init(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:1::100", 1);
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	ask(&b, &q);
	bench_pass(&b, 5);
	assert_true(shown(&b, NAI, &info) && info.has_home && in6_equal(&info.home, &a));
	bench_leave(&b, NAI, ROUTER_1, &a);
	bench_attach(&b, NAI, AN1);
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	b.store_fails = true;
	tunnel_nd(&b, AN1, &m);
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	b.store_fails = false;
	bench_pass(&b, 5);
	tunnel_nd(&b, AN1, &m); /* the store is tried */
	tunnel_nd(&b, AN1, &m);
	assert_int_equal(bench_show_pool(&b, 0).kept, 0);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(all_is_repeated_after_a_restart, ""),
	TEST(address_is_not_bound_without_a_solicitation, "HA-18"),
	TEST(silent_host_is_asked_for_again, ""),
	TEST(reply_to_a_duplicate_promises_what_the_data_plane_has, ""),
	TEST(what_could_not_be_stored_is_not_tried_all_at_once, ""),
	TEST(last_address_of_a_pool_that_ends_is_still_of_it, ""),
	TEST(kept_address_that_its_host_takes_stays_kept_if_that_cannot_be_stored, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_undone", tests);
}
