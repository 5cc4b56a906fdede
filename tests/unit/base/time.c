/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include "test.h"

static const struct now now = { 1000 * NSEC_PER_SEC, 0xc9f4a50012345678 };

static void a_deadline_that_is_written_and_read_is_the_same(void **state)
{
	const nsec_t seconds[] = { -2000000, -1, 0, 1, 65535, 2000000 };

	for (size_t i = 0; i < sizeof(seconds) / sizeof(*seconds); i++) {
		for (nsec_t rest = 0; rest < NSEC_PER_SEC; rest += 9999991) {
			const nsec_t due = now.mono + seconds[i] * NSEC_PER_SEC + rest;

			assert_true(mono_of(now, ntp_of(now, due)) == due);
		}
	}
}

static void whole_seconds_are_exact(void **state)
{
	assert_true(ntp_of(now, now.mono) == now.ntp);
	assert_true(ntp_of(now, now.mono + 7 * NSEC_PER_SEC) == now.ntp + (UINT64_C(7) << 32));
	assert_true(ntp_of(now, now.mono - 7 * NSEC_PER_SEC) == now.ntp - (UINT64_C(7) << 32));
}

static void never_stays_never(void **state)
{
	assert_true(ntp_of(now, NSEC_NEVER) == 0);
	assert_true(mono_of(now, 0) == NSEC_NEVER);
}

static const struct test tests[] = {
	TEST(a_deadline_that_is_written_and_read_is_the_same, ""),
	TEST(whole_seconds_are_exact, ""),
	TEST(never_stays_never, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/time", tests);
}
