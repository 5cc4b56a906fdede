/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for cmocka where that is not installed: for processors that only the tests of the pure
 * folders are built for. What those use of it, no more; runner.c has the rest.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Leaves the running test as one that failed. */
_Noreturn void fail_at(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static inline bool in_range(unsigned long long v, unsigned long long low, unsigned long long high)
{
	return low <= v && v <= high;
}

#define print_message(...) printf(__VA_ARGS__)
#define fail_msg(...)      fail_at(__FILE__, __LINE__, __VA_ARGS__)
#define fail()             fail_msg("fails")

#define assert_true(c)                                                                             \
	do {                                                                                       \
		if (!(c))                                                                          \
			fail_msg("not so: %s", #c);                                                \
	} while (0)
/* Compared as cmocka does, so that what passes there passes here. */
#define assert_int_equal(a, b)                                                                     \
	do {                                                                                       \
		unsigned long long a_ = (unsigned long long)(a), b_ = (unsigned long long)(b);     \
		if (a_ != b_)                                                                      \
			fail_msg("%s is %#llx, not %#llx", #a, a_, b_);                            \
	} while (0)
#define assert_false(c)                  assert_true(!(c))
#define assert_null(p)                   assert_true((p) == NULL)
#define assert_non_null(p)               assert_true((p) != NULL)
#define assert_ptr_equal(a, b)           assert_true((const void *)(a) == (const void *)(b))
#define assert_int_not_equal(a, b)       assert_true((a) != (b))
#define assert_in_range(v, low, high)    assert_true(in_range(v, low, high))
#define assert_memory_equal(a, b, n)     assert_true(memcmp(a, b, n) == 0)
#define assert_memory_not_equal(a, b, n) assert_true(memcmp(a, b, n) != 0)
#define assert_string_equal(a, b)        assert_true(strcmp(a, b) == 0)
#define assert_string_not_equal(a, b)    assert_true(strcmp(a, b) != 0)
