/* SPDX-License-Identifier: Apache-2.0 */
/* The table of hosts when it is full: who makes room, and who cannot keep others from it. */
#include "ha_bench.h"

#include <stdio.h>

#define AR   "198.51.100.99"
#define FULL 8 /* twice bindings_max */

/* A request of host i; its care-of address is its own. */
static struct rrq of(struct bench *b, unsigned i)
{
	static char nai[32], care_of[32];

	snprintf(nai, sizeof(nai), "m%u@example.net", i);
	snprintf(care_of, sizeof(care_of), "203.0.113.%u", i);
	return rrq(b, nai, care_of);
}

static uint8_t code_of(struct bench *b, const struct rrq *q)
{
	bench_forget(b);
	ask(b, q);
	return reply(b).code;
}

/* Comes and goes. */
static void visit(struct bench *b, unsigned i)
{
	struct rrq q = of(b, i);

	assert_int_equal(code_of(b, &q), MIP4_ACCEPTED);
	bench_pass(b, 0.5);
	q = of(b, i);
	q.m.lifetime = 0;
	q.m.hoa_request = MIP4_ABSENT;
	assert_int_equal(code_of(b, &q), MIP4_ACCEPTED);
}

static void fill(struct bench *b, unsigned from)
{
	for (unsigned i = from; i <= FULL; i++)
		visit(b, i);
	bench_pass(b, 60);
}

static void hosts_that_were_only_denied_make_room(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	for (unsigned i = 1; i <= FULL; i++) { /* there are no pools */
		q = of(&b, i);
		q.from = in4(AR);
		q.foreign_agent = true;
		q.m.hoa_request = MIP4_FULL;
		assert_int_equal(code_of(&b, &q), MIP4_HA_PROHIBITED);
	}
	q = of(&b, 100);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	bench_done(&b);
}

/* With its own clock ahead of all others', as code 133 would let it (D13). */
static void one_host_does_not_keep_its_place_from_others(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	visit(&b, 1);
	for (int i = 0; i < 600; i++) {
		q = of(&b, 1);
		q.m.identification = bench_id(&b, 2 * i);
		q.m.lifetime = 0;
		q.m.hoa_request = MIP4_ABSENT;
		ask(&b, &q);
	}
	fill(&b, 2);
	q = of(&b, 100);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	bench_done(&b);
}

/* A request of any of them could be accepted once more if it were forgotten. */
static void hosts_that_have_just_been_here_make_no_room(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	for (unsigned i = 1; i <= FULL; i++)
		visit(&b, i);
	q = of(&b, 100);
	assert_int_equal(code_of(&b, &q), MIP4_HA_RESOURCES);
	assert_int_equal(drops(&b, DROP_BINDINGS_FULL), 1);
	bench_done(&b);
}

/* What the data plane has of it would stay there. */
static void host_whose_home_address_is_in_dad_is_not_forgotten(void **state)
{
	struct bench b;
	struct rrq q;

	bench_init(&b);
	b.config.pools[0] = (struct ha_pool_config){ .kind = HA_POOL_ADDRESSES,
						     .first = in6("2001:db8:1::f000"),
						     .size = 4,
						     .valid = 0xffffffff,
						     .preferred = 0xffffffff };
	b.config.n_pools = 1;
	bench_start(&b);
	fill(&b, 1);
	bench_forget(&b);
	q = of(&b, 1);
	q.from = in4(AR);
	q.foreign_agent = true;
	q.m.hoa_request = MIP4_FULL;
	ask(&b, &q);
	assert_int_equal(count(&b, ACTION_ADDRESS_SET), 1);
	q = of(&b, 100);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	bench_forget(&b);
	bench_pass(&b, 1.1);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(hosts_that_were_only_denied_make_room, ""),
	TEST(hosts_that_have_just_been_here_make_no_room, ""),
	TEST(one_host_does_not_keep_its_place_from_others, ""),
	TEST(host_whose_home_address_is_in_dad_is_not_forgotten, "HA-4"),
};

int main(void)
{
	return TESTS_RUN("core_host", tests);
}
