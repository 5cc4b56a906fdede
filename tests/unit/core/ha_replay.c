/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamps at the edges of what is tolerated (RFC 5944 5.7.1, D13). */
#include "core/ha_replay.h"
#include "test.h"

#define SECOND    ((uint64_t)1 << 32)
#define TOLERANCE 7

static const struct now now = { 0, UINT64_C(0xc9f4a50012345678) };
static const struct in_addr care_of = { 1 };

/* A host whose last request said so, accepted so many seconds ago. */
static struct host host(uint64_t last, uint32_t ago)
{
	struct host x = { 0 };

	replay_accept(&x, last, care_of, true, (struct now){ 0, now.ntp - (uint64_t)ago * SECOND });
	return x;
}

static void accepted_request_is_remembered(void **state)
{
	const struct host x = host(now.ntp + 5, 0);

	assert_int_equal(x.last, now.ntp + 5);
	assert_int_equal(x.accepted, now.ntp >> 32);
	assert_int_equal(x.care_of.s_addr, care_of.s_addr);
	assert_true(x.deregistration);
}

static void clock_may_differ_by_the_tolerance(void **state)
{
	const uint64_t t = TOLERANCE * SECOND;

	assert_true(replay_is_fresh(NULL, now.ntp, TOLERANCE, now));
	assert_true(replay_is_fresh(NULL, now.ntp - t, TOLERANCE, now));
	assert_false(replay_is_fresh(NULL, now.ntp - t - 1, TOLERANCE, now));
	assert_true(replay_is_fresh(NULL, now.ntp + t, TOLERANCE, now));
	assert_false(replay_is_fresh(NULL, now.ntp + t + 1, TOLERANCE, now));
}

static void only_a_later_one_is_new(void **state)
{
	const struct host x = host(now.ntp - 10, 1);

	assert_false(replay_is_fresh(&x, now.ntp - 11, TOLERANCE, now));
	assert_false(replay_is_fresh(&x, now.ntp - 10, TOLERANCE, now));
	assert_true(replay_is_fresh(&x, now.ntp - 9, TOLERANCE, now));
}

/* The clock of its agent is ahead, and code 133 has told it to go on from there. */
static void two_seconds_after_the_last_are_believed_beyond_the_tolerance(void **state)
{
	const uint64_t edge = now.ntp + TOLERANCE * SECOND;
	const struct host x = host(edge, 1);

	assert_true(replay_is_fresh(&x, edge + 2 * SECOND, TOLERANCE, now));
	assert_false(replay_is_fresh(&x, edge + 2 * SECOND + 1, TOLERANCE, now));
}

static void next_identification_is_above_the_last_and_not_before_now(void **state)
{
	const uint32_t s = (uint32_t)(now.ntp >> 32);
	struct host x = host(now.ntp - 100 * SECOND, 1);

	assert_int_equal(replay_resynchronise(NULL, 0x99, now), (uint64_t)s << 32 | 0x99);
	assert_int_equal(replay_resynchronise(&x, 0x99, now), (uint64_t)s << 32 | 0x99);
	x.last = now.ntp; /* in this very second */
	assert_int_equal(replay_resynchronise(&x, 0x99, now), (uint64_t)(s + 1) << 32 | 0x99);
	x.last = now.ntp + 5 * SECOND;
	assert_int_equal(replay_resynchronise(&x, 0x99, now), (uint64_t)(s + 6) << 32 | 0x99);
}

/* Twice the tolerance after the later of what it said and when it said it. */
static void host_is_forgotten_when_nothing_of_it_could_be_accepted(void **state)
{
	const struct host nothing = { 0 };
	struct host x = host(now.ntp, 2 * TOLERANCE);

	assert_true(replay_is_over(&nothing, TOLERANCE, now));
	assert_false(replay_is_over(&x, TOLERANCE, now));
	x.last = now.ntp - 2 * TOLERANCE * SECOND;
	assert_false(replay_is_over(&x, TOLERANCE, now));
	x.last--;
	assert_true(replay_is_over(&x, TOLERANCE, now));
	x.accepted++;
	assert_false(replay_is_over(&x, TOLERANCE, now));
}

static const struct test tests[] = {
	TEST(accepted_request_is_remembered, ""),
	TEST(clock_may_differ_by_the_tolerance, ""),
	TEST(only_a_later_one_is_new, ""),
	TEST(two_seconds_after_the_last_are_believed_beyond_the_tolerance, ""),
	TEST(next_identification_is_above_the_last_and_not_before_now, ""),
	TEST(host_is_forgotten_when_nothing_of_it_could_be_accepted, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_replay", tests);
}
