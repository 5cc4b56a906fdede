/* SPDX-License-Identifier: Apache-2.0 */
/* What an operation on a pool of home addresses costs does not grow with the pool. */
#include "ha_bench.h"

#include <stdio.h>
#include <time.h>

static const char *name(int i)
{
	static char text[32];

	snprintf(text, sizeof(text), "h%d@example.net", i);
	return text;
}

static void no_key(void *state, struct bytes key)
{
}
static void no_mac(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	memset(ret, 0, 16);
}
static const struct mac_algorithm none = {
	.name = "none", .length = 16, .set_key = no_key, .sign = no_mac
};

#define MILLION 1000000

static void begin_large(struct bench *b, uint32_t n)
{
	bench_init(b);
	b->forgets = true;
	for (size_t i = 0; i < 4; i++)
		b->sas[i].algorithm = &none;
	b->config.bindings_max = b->config.addresses_max = n;
	bench_pool(b, HA_POOL_ADDRESSES, "2001:db8:b::1", n);
	bench_start(b);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Fills a pool, then lets hosts go and others take their places. Returns the least time of a
 * hundred such changes. */
static double fill_and_change(uint32_t n)
{
	static uint8_t seen[MILLION / 8 + 1];
	static struct bench b;
	double least = 1e9;

	begin_large(&b, n);
	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < n; i++) {
		const struct in6_addr a = bench_serve(&b, name((int)i), ROUTER_1, 0);
		const uint64_t at = iid_of(&a) - 1;

		assert_true(at < n && !(seen[at / 8] >> at % 8 & 1)); /* nobody's yet */
		seen[at / 8] |= (uint8_t)(1 << at % 8);
	}
	assert_int_equal(bench_wish(&b, "one@example.net", ROUTER_1, 0).code, MIP4_HA_RESOURCES);
	assert_int_equal(bench_show_pool(&b, 0).used, n);
	for (int round = 0; round < 8; round++) {
		const double from = seconds();

		for (int i = 0; i < 100; i++) {
			const int who = round * 100 + i, stranger = (int)n + who;
			struct in6_addr a = bench_serve(&b, name(who), ROUTER_1, 0), given;

			bench_leave(&b, name(who), ROUTER_1, &a);
			given = bench_serve(&b, name(stranger), ROUTER_1, 0);
			assert_true(in6_equal(&a, &given));
		}
		if (seconds() - from < least)
			least = seconds() - from;
	}
	bench_done(&b);
	return least;
}

static void every_operation_is_bounded_at_a_million_leases(void **state)
{
	const double few = fill_and_change(1000), many = fill_and_change(MILLION);

	print_message("# at a million %.1f times as long as at a thousand\n", many / few);
	assert_true(many < 50 * few); /* one that looked at all of them would take 1000 times */
}

static const struct test tests[] = {
	TEST(every_operation_is_bounded_at_a_million_leases, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_pool_cost", tests);
}
