/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <errno.h>
#include <string.h>

#include "memory_test.h"
#include "test.h"

static void a_slab_gives_as_many_objects_as_it_was_made_for(void **state)
{
	struct test_memory m;
	struct slab s;
	void *objects[3];

	test_memory_init(&m, 2);
	assert_int_equal(slab_new(&s, &m.memory, 10, 3), 0);
	for (int i = 0; i < 3; i++) {
		objects[i] = slab_take(&s);
		assert_non_null(objects[i]);
		assert_int_equal(slab_index(&s, objects[i]), i);
		assert_ptr_equal(slab_at(&s, (uint32_t)i), objects[i]);
		assert_int_equal((uintptr_t)objects[i] % _Alignof(max_align_t), 0);
	}
	assert_null(slab_take(&s));
	assert_int_equal(slab_used(&s), 3);
	test_memory_done(&m);
}

static void an_object_given_back_comes_again_zeroed(void **state)
{
	struct test_memory m;
	struct slab s;
	uint8_t *object, zero[10] = { 0 };

	test_memory_init(&m, 2);
	assert_int_equal(slab_new(&s, &m.memory, sizeof(zero), 1), 0);
	object = slab_take(&s);
	memset(object, 0xff, sizeof(zero));
	slab_give(&s, object);
	assert_int_equal(slab_used(&s), 0);
	assert_ptr_equal(slab_take(&s), object);
	assert_memory_equal(object, zero, sizeof(zero));
	test_memory_done(&m);
}

static void no_memory_is_an_error_at_either_block(void **state)
{
	struct test_memory m;
	struct slab s;

	for (size_t allowed = 0; allowed < 2; allowed++) {
		test_memory_init(&m, allowed);
		assert_int_equal(slab_new(&s, &m.memory, 10, 3), -ENOMEM);
		test_memory_done(&m);
	}
}

static void a_size_that_overflows_is_an_error(void **state)
{
	struct test_memory m;
	struct slab s;

	test_memory_init(&m, 2);
	assert_int_equal(slab_new(&s, &m.memory, SIZE_MAX, 1), -ENOMEM);
	assert_int_equal(slab_new(&s, &m.memory, SIZE_MAX / 2, 4), -ENOMEM);
	test_memory_done(&m);
}

static const struct test tests[] = {
	TEST(a_slab_gives_as_many_objects_as_it_was_made_for, ""),
	TEST(an_object_given_back_comes_again_zeroed, ""),
	TEST(no_memory_is_an_error_at_either_block, ""),
	TEST(a_size_that_overflows_is_an_error, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/memory", tests);
}
