/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include "test.h"

static void a_seed_gives_the_same_numbers_again(void **state)
{
	struct rng a, b, other;
	int same = 0;

	rng_seed(&a, 1);
	rng_seed(&b, 1);
	rng_seed(&other, 2);
	for (int i = 0; i < 100; i++) {
		uint64_t v = rng_next(&a);

		assert_true(v == rng_next(&b));
		same += v == rng_next(&other);
	}
	assert_int_equal(same, 0);
}

static void the_generator_is_xoshiro256_starstar(void **state)
{
	/* what the authors' code gives from the state 1, 2, 3, 4 */
	struct rng r = { { 1, 2, 3, 4 } };

	assert_true(rng_next(&r) == 11520);
	assert_true(rng_next(&r) == 0);
	assert_true(rng_next(&r) == 1509978240);
	assert_true(rng_next(&r) == 1215971899390074240);
}

static void numbers_stay_below_and_reach_all(void **state)
{
	unsigned int seen[7] = { 0 };
	struct rng r;

	rng_seed(&r, 3);
	for (int i = 0; i < 7000; i++)
		seen[rng_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
	assert_true(rng_below(&r, 1) == 0);
}

static const struct test tests[] = {
	TEST(a_seed_gives_the_same_numbers_again, ""),
	TEST(the_generator_is_xoshiro256_starstar, ""),
	TEST(numbers_stay_below_and_reach_all, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/rng", tests);
}
