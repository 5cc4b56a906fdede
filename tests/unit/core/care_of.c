/* SPDX-License-Identifier: Apache-2.0 */
#include "core/care_of.h"
#include "test.h"
#include "../base/memory_test.h"

#include <arpa/inet.h>
#include <errno.h>

static struct test_memory memory;
static struct care_of_pool pool;
static int owner, other;

static void setup(uint32_t size)
{
	test_memory_init(&memory, 2);
	assert_int_equal(
		care_of_new(&pool, &memory.memory, (struct in_addr){ htonl(0xc6336408) }, size), 0);
}

static uint32_t take(nsec_t now)
{
	struct in_addr a;

	return care_of_take(&pool, &owner, now, &a) < 0 ? 0 : ntohl(a.s_addr);
}

static void give(uint32_t a, nsec_t until)
{
	care_of_give(&pool, (struct in_addr){ htonl(a) }, until);
}

static void each_address_is_taken_once(void **state)
{
	setup(3);
	assert_int_equal(take(0), 0xc6336408);
	assert_int_equal(take(0), 0xc6336409);
	assert_int_equal(take(0), 0xc633640a);
	assert_int_equal(take(0), 0);
	test_memory_done(&memory);
}

static void the_one_that_has_been_free_for_longest_comes_first(void **state)
{
	setup(3);
	take(0);
	give(0xc6336408, 0);
	assert_int_equal(take(0), 0xc6336409);
	assert_int_equal(take(0), 0xc633640a);
	assert_int_equal(take(0), 0xc6336408);
	test_memory_done(&memory);
}

static void an_address_in_quarantine_is_not_taken_before_its_time(void **state)
{
	setup(1);
	take(0);
	give(0xc6336408, 600);
	assert_int_equal(take(599), 0);
	assert_int_equal(take(600), 0xc6336408);
	test_memory_done(&memory);
}

static void a_shorter_quarantine_ends_late_but_never_early(void **state)
{
	setup(3);
	for (int i = 0; i < 3; i++)
		take(0);
	give(0xc6336408, 600);
	give(0xc6336409, 300);
	give(0xc633640a, 900);
	assert_int_equal(take(599), 0);
	assert_int_equal(take(600), 0xc6336408);
	assert_int_equal(take(600), 0xc6336409);
	assert_int_equal(take(899), 0);
	assert_int_equal(take(900), 0xc633640a);
	test_memory_done(&memory);
}

static void a_large_quarantine_comes_back_over_time(void **state)
{
	setup(1000);
	for (int i = 0; i < 1000; i++)
		assert_int_not_equal(take(0), 0);
	for (uint32_t i = 0; i < 1000; i++)
		give(0xc6336408 + i, 1);
	for (int i = 0; i < 1000; i++)
		assert_int_not_equal(take(1), 0);
	assert_int_equal(take(1), 0);
	test_memory_done(&memory);
}

static void the_owner_is_found_by_the_address(void **state)
{
	struct in_addr a, b, outside = { htonl(0xc633640a) }, below = { htonl(0xc6336407) };

	setup(2);
	assert_int_equal(care_of_take(&pool, &owner, 0, &a), 0);
	assert_int_equal(care_of_take(&pool, &other, 0, &b), 0);
	assert_ptr_equal(care_of_owner(&pool, a), &owner);
	assert_ptr_equal(care_of_owner(&pool, b), &other);
	care_of_give(&pool, a, 5);
	assert_null(care_of_owner(&pool, a));
	assert_true(care_of_has(&pool, a));
	assert_false(care_of_has(&pool, outside));
	assert_null(care_of_owner(&pool, outside));
	assert_null(care_of_owner(&pool, below));
	assert_int_equal(care_of_take(&pool, &owner, 0, &a), -ENOENT);
	test_memory_done(&memory);
}

/* Those that the store hears of in one batch, by their last octet. */
static void check_changed(const char *expected, bool stored)
{
	struct in_addr a;
	char got[16] = { 0 };

	for (size_t n = 0; care_of_next_changed(&pool, &a); n++)
		got[n] = (char)('0' + (ntohl(a.s_addr) & 0xff) - 8);
	assert_string_equal(got, expected);
	care_of_stored(&pool, stored);
}

static void what_changes_is_told_once_in_order(void **state)
{
	setup(4);
	check_changed("", true);
	take(0);
	take(0);
	give(0xc6336408, 5);
	check_changed("01", true);
	check_changed("", true);
	care_of_changed(&pool, (struct in_addr){ htonl(0xc6336409) });
	check_changed("1", true);
	take(5); /* 2, and 0 comes out of quarantine */
	check_changed("02", true);
	test_memory_done(&memory);
}

static void what_could_not_be_stored_is_told_again(void **state)
{
	setup(4);
	take(0);
	take(0);
	check_changed("01", false);
	take(0);
	give(0xc6336408, 0);
	check_changed("012", false);
	check_changed("012", true);
	check_changed("", true);
	test_memory_done(&memory);
}

/* A store that is not asked at all has heard of nothing. */
static void what_has_not_been_told_stays(void **state)
{
	setup(2);
	take(0);
	care_of_stored(&pool, true);
	check_changed("0", true);
	test_memory_done(&memory);
}

static void an_address_is_restored_to_its_owner(void **state)
{
	struct in_addr a = { htonl(0xc6336409) }, outside = { htonl(0xc633640b) };

	setup(3);
	assert_int_equal(care_of_restore(&pool, a, &owner, 0), 0);
	assert_ptr_equal(care_of_owner(&pool, a), &owner);
	assert_int_equal(care_of_restore(&pool, a, &other, 0), -EEXIST);
	assert_int_equal(care_of_restore(&pool, outside, &owner, 0), -ENOENT);
	check_changed("", true); /* it is stored already */
	assert_int_equal(take(0), 0xc6336408);
	assert_int_equal(take(0), 0xc633640a);
	assert_int_equal(take(0), 0);
	give(0xc6336409, 0);
	assert_int_equal(take(0), 0xc6336409);
	test_memory_done(&memory);
}

static void an_address_is_restored_to_quarantine(void **state)
{
	struct in_addr a = { htonl(0xc633640a) };

	setup(3);
	assert_int_equal(care_of_restore(&pool, a, NULL, 700), 0);
	assert_null(care_of_owner(&pool, a));
	assert_int_equal(care_of_quarantined(&pool, a), 700);
	assert_int_equal(care_of_restore(&pool, a, &owner, 0), -EEXIST);
	assert_int_equal(take(0), 0xc6336408);
	assert_int_equal(take(0), 0xc6336409);
	assert_int_equal(take(699), 0);
	assert_int_equal(take(700), 0xc633640a);
	assert_int_equal(care_of_quarantined(&pool, a), 0);
	test_memory_done(&memory);
}

static const struct test tests[] = {
	TEST(each_address_is_taken_once, "AN-9"),
	TEST(the_one_that_has_been_free_for_longest_comes_first, ""),
	TEST(an_address_in_quarantine_is_not_taken_before_its_time, ""),
	TEST(a_shorter_quarantine_ends_late_but_never_early, ""),
	TEST(a_large_quarantine_comes_back_over_time, ""),
	TEST(the_owner_is_found_by_the_address, ""),
	TEST(what_changes_is_told_once_in_order, ""),
	TEST(what_could_not_be_stored_is_told_again, ""),
	TEST(what_has_not_been_told_stays, ""),
	TEST(an_address_is_restored_to_its_owner, ""),
	TEST(an_address_is_restored_to_quarantine, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/care_of", tests);
}
