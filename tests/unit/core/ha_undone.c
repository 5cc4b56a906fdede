/* SPDX-License-Identifier: Apache-2.0 */
/* A batch that could not be stored takes the actions of all its steps along, also of those that
 * change no record: each happens once more. */
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

static const struct test tests[] = {
	TEST(all_is_repeated_after_a_restart, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_undone", tests);
}
