/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hold.h"
#include "test.h"
#include "../base/memory_test.h"

#include <errno.h>
#include <string.h>

static struct test_memory memory;
static struct hold_pool pool;
static uint8_t octets[HOLD_BYTES_MAX + 1];

static void setup(uint32_t bytes)
{
	test_memory_init(&memory, 2);
	assert_int_equal(hold_pool_new(&pool, &memory.memory, bytes), 0);
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i * 7 + i / 256);
}

static void packets_come_out_whole_and_in_order(void **state)
{
	static const size_t lengths[] = { 1, 239, 240, 241, 480, 1500, 72, 4000 };
	struct hold_queue q = { 0 };
	uint8_t buf[4000];

	setup(16384);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(hold_put(&pool, &q, BYTES(octets + i, lengths[i]), 8), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(hold_first(&q), lengths[i]);
		hold_take(&pool, &q, buf);
		assert_memory_equal(buf, octets + i, lengths[i]);
	}
	assert_int_equal(hold_first(&q), 0);
	assert_int_equal(q.bytes, 0);
	assert_int_equal(q.packets, 0);
	assert_int_equal(slab_used(&pool.blocks), 0);
	test_memory_done(&memory);
}

static void a_queue_is_bounded_by_packets_and_octets(void **state)
{
	struct hold_queue q = { 0 };

	setup(1 << 20);
	for (int i = 0; i < 3; i++)
		assert_int_equal(hold_put(&pool, &q, BYTES(octets, 10), 3), 0);
	assert_int_equal(hold_put(&pool, &q, BYTES(octets, 10), 3), -ENOBUFS);
	assert_int_equal(hold_put(&pool, &q, BYTES(octets, HOLD_BYTES_MAX - 29), 9), -ENOBUFS);
	assert_int_equal(hold_put(&pool, &q, BYTES(octets, HOLD_BYTES_MAX - 30), 9), 0);
	assert_int_equal(hold_put(&pool, &q, BYTES(octets, 1), 9), -ENOBUFS);
	assert_int_equal(hold_drop(&pool, &q), 4);
	assert_int_equal(slab_used(&pool.blocks), 0);
	assert_int_equal(hold_put(&pool, &q, BYTES(octets, HOLD_BYTES_MAX + 1), 9), -ENOBUFS);
	assert_int_equal(hold_put(&pool, &q, BYTES(octets, 0), 9), -ENOBUFS);
	test_memory_done(&memory);
}

static void an_exhausted_pool_takes_nothing_in_part(void **state)
{
	struct hold_queue a = { 0 }, b = { 0 };
	uint8_t buf[1000];

	setup(1000); /* five blocks */
	assert_int_equal(hold_put(&pool, &a, BYTES(octets, 700), 9), 0);
	assert_int_equal(hold_put(&pool, &b, BYTES(octets, 481), 9), -ENOBUFS);
	assert_int_equal(slab_used(&pool.blocks), 3);
	assert_int_equal(hold_put(&pool, &b, BYTES(octets, 480), 9), 0);
	hold_take(&pool, &a, buf);
	assert_int_equal(hold_put(&pool, &b, BYTES(octets, 481), 9), 0);
	assert_int_equal(b.packets, 2);
	test_memory_done(&memory);
}

static const struct test tests[] = {
	TEST(packets_come_out_whole_and_in_order, "AN-15"),
	TEST(a_queue_is_bounded_by_packets_and_octets, ""),
	TEST(an_exhausted_pool_takes_nothing_in_part, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_hold", tests);
}
