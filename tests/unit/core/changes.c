/* SPDX-License-Identifier: Apache-2.0 */
#include "core/changes.h"
#include "test.h"
#include "../base/memory_test.h"

static struct test_memory memory;
static struct changes changes;

static void setup(uint32_t n)
{
	test_memory_init(&memory, 1);
	assert_int_equal(changes_new(&changes, &memory.memory, n), 0);
}

static void each_changed_place_is_told_once_in_the_order_of_change(void **state)
{
	setup(4);
	assert_int_equal(changes_next(&changes), 0);
	changes_add(&changes, 3);
	changes_add(&changes, 1);
	changes_add(&changes, 3);
	changes_add(&changes, 4);
	assert_int_equal(changes_next(&changes), 3);
	assert_int_equal(changes_next(&changes), 1);
	assert_int_equal(changes_next(&changes), 4);
	assert_int_equal(changes_next(&changes), 0);
	changes_stored(&changes, true);
	assert_int_equal(changes_next(&changes), 0);
	test_memory_done(&memory);
}

static void what_was_not_stored_is_told_again_and_what_was_not_told_stays(void **state)
{
	setup(4);
	changes_add(&changes, 2);
	changes_add(&changes, 1);
	assert_int_equal(changes_next(&changes), 2);
	changes_stored(&changes, false);
	assert_int_equal(changes_next(&changes), 2);
	changes_stored(&changes, true);
	assert_int_equal(changes_next(&changes), 1);
	changes_add(&changes, 2);
	changes_stored(&changes, true);
	assert_int_equal(changes_next(&changes), 2);
	assert_int_equal(changes_next(&changes), 0);
	changes_stored(&changes, true);
	assert_int_equal(changes_next(&changes), 0);
	test_memory_done(&memory);
}

static const struct test tests[] = {
	TEST(each_changed_place_is_told_once_in_the_order_of_change, ""),
	TEST(what_was_not_stored_is_told_again_and_what_was_not_told_stays, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/changes", tests);
}
