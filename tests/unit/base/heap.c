/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <errno.h>

#include "base/rng.h"
#include "memory_test.h"
#include "test.h"

#define N 200

static struct test_memory m;
static struct heap heap;

static void setup(uint32_t max)
{
	test_memory_init(&m, 1);
	assert_int_equal(heap_new(&heap, &m.memory, max), 0);
}

static void timers_come_in_the_order_of_their_time(void **state)
{
	static struct timer timers[N];
	struct rng rng;
	nsec_t last = -1;

	setup(N);
	rng_seed(&rng, 1);
	for (int i = 0; i < N; i++)
		heap_set(&heap, &timers[i], (nsec_t)rng_below(&rng, 1000));
	/* half are moved, a quarter cleared: from anywhere in the heap */
	for (int i = 0; i < N; i += 2)
		heap_set(&heap, &timers[i], (nsec_t)rng_below(&rng, 1000));
	for (int i = 0; i < N; i += 4)
		heap_clear(&heap, &timers[i]);
	assert_int_equal(heap.n, N - N / 4);

	for (struct timer *t; (t = heap_first(&heap)); heap_clear(&heap, t)) {
		assert_true(t->due >= last);
		assert_true(heap_due(&heap) == t->due);
		last = t->due;
	}
	for (int i = 0; i < N; i++)
		assert_false(timer_is_set(&timers[i]));
	test_memory_done(&m);
}

static void an_empty_heap_is_never_due(void **state)
{
	setup(1);
	assert_null(heap_first(&heap));
	assert_true(heap_due(&heap) == NSEC_NEVER);
	test_memory_done(&m);
}

static void clearing_a_timer_that_is_not_set_does_nothing(void **state)
{
	struct timer a = { 0 }, b = { 0 };

	setup(2);
	heap_set(&heap, &a, 5);
	heap_clear(&heap, &b);
	assert_ptr_equal(heap_first(&heap), &a);
	heap_clear(&heap, &a);
	heap_clear(&heap, &a);
	assert_int_equal(heap.n, 0);
	test_memory_done(&m);
}

static void a_set_timer_that_is_moved_takes_no_more_room(void **state)
{
	struct timer a = { 0 };

	setup(1);
	heap_set(&heap, &a, 5);
	heap_set(&heap, &a, 3);
	assert_true(heap_due(&heap) == 3);
	assert_int_equal(heap.n, 1);
	test_memory_done(&m);
}

static void no_memory_is_an_error(void **state)
{
	test_memory_init(&m, 0);
	assert_int_equal(heap_new(&heap, &m.memory, 1), -ENOMEM);
}

static const struct test tests[] = {
	TEST(timers_come_in_the_order_of_their_time, ""),
	TEST(an_empty_heap_is_never_due, ""),
	TEST(clearing_a_timer_that_is_not_set_does_nothing, ""),
	TEST(a_set_timer_that_is_moved_takes_no_more_room, ""),
	TEST(no_memory_is_an_error, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/heap", tests);
}
