/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <string.h>

#include "test.h"

static const uint8_t octets[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void integers_are_read_in_network_order(void **state)
{
	struct reader r = reader_new(BYTES(octets, sizeof(octets)));

	assert_int_equal(read_u8(&r), 0x01);
	assert_int_equal(read_u16(&r), 0x0203);
	assert_int_equal(read_u32(&r), 0x04050607);
	assert_true(read_u64(&r) == 0x08090a0b0c0d0e0f);
	assert_int_equal(reader_left(&r), 0);
	assert_false(r.failed);
}

static void a_read_past_the_end_fails_and_stays_failed(void **state)
{
	struct reader r = reader_new(BYTES(octets, 3));

	assert_int_equal(read_u32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(read_u8(&r), 0);
	assert_int_equal(reader_left(&r), 0);
	assert_null(read_bytes(&r, 1).p);
	assert_int_equal(read_bytes(&r, 1).n, 0);
}

static void a_failed_copy_leaves_zeroes(void **state)
{
	struct reader r = reader_new(BYTES(octets, 3));
	struct in6_addr zero = { 0 }, a = read_in6(&r);

	assert_memory_equal(&a, &zero, sizeof(a));
	assert_int_equal(read_in4(&r).s_addr, 0);
}

static void a_length_that_would_wrap_the_pointer_is_past_the_end(void **state)
{
	struct reader r = reader_new(BYTES(octets, sizeof(octets)));

	read_u8(&r);
	assert_null(read_bytes(&r, SIZE_MAX).p);
	assert_true(r.failed);
}

static void an_empty_view_without_address_can_be_read(void **state)
{
	struct reader r = reader_new(BYTES(NULL, 0));

	assert_int_equal(reader_left(&r), 0);
	assert_false(r.failed);
	read_u8(&r);
	assert_true(r.failed);
}

static void a_sub_reader_ends_where_it_was_told(void **state)
{
	struct reader r = reader_new(BYTES(octets, sizeof(octets))), sub = read_sub(&r, 2);

	assert_int_equal(read_u16(&sub), 0x0102);
	read_u8(&sub);
	assert_true(sub.failed);
	assert_false(r.failed);
	assert_int_equal(read_u8(&r), 3);
	sub = read_sub(&r, 100);
	assert_true(sub.failed && r.failed);
}

static void what_is_written_is_read_back(void **state)
{
	struct in6_addr a6 = { .s6_addr = { 0x20, 1, [15] = 9 } };
	struct in_addr a4 = { htonl(0xc0000201) };
	uint8_t buf[64];
	struct writer w = writer_new(buf, sizeof(buf));
	struct reader r;

	write_u8(&w, 0x12);
	write_u16(&w, 0x3456);
	write_u32(&w, 0x789abcde);
	write_u64(&w, 0x0123456789abcdef);
	write_in4(&w, a4);
	write_in6(&w, &a6);
	write_zero(&w, 2);
	write_bytes(&w, BYTES(NULL, 0));
	write_bytes(&w, BYTES(octets, 3));
	assert_false(w.failed);
	assert_int_equal(writer_length(&w), 40);

	r = reader_new(writer_bytes(&w));
	assert_int_equal(read_u8(&r), 0x12);
	assert_int_equal(read_u16(&r), 0x3456);
	assert_int_equal(read_u32(&r), 0x789abcde);
	assert_true(read_u64(&r) == 0x0123456789abcdef);
	assert_int_equal(read_in4(&r).s_addr, a4.s_addr);
	assert_memory_equal(read_bytes(&r, 16).p, &a6, 16);
	assert_int_equal(read_u16(&r), 0);
	assert_true(bytes_equal(read_bytes(&r, 3), BYTES(octets, 3)));
	assert_int_equal(reader_left(&r), 0);
}

static void a_write_past_the_end_writes_nothing_and_stays_failed(void **state)
{
	uint8_t buf[4] = { 9, 9, 9, 9 };
	struct writer w = writer_new(buf, 3);

	write_u16(&w, 0x0102);
	write_u16(&w, 0x0304);
	assert_true(w.failed);
	write_u8(&w, 5);
	assert_null(write_reserve(&w, 0));
	write_u16_at(&w, 0, 0xffff);
	assert_int_equal(writer_length(&w), 2);
	assert_memory_equal(buf, ((uint8_t[]){ 1, 2, 9, 9 }), 4);
}

static void a_length_can_be_filled_in_later(void **state)
{
	uint8_t buf[4];
	struct writer w = writer_new(buf, sizeof(buf));

	write_zero(&w, 4);
	write_u16_at(&w, 2, 0xabcd);
	assert_memory_equal(buf, ((uint8_t[]){ 0, 0, 0xab, 0xcd }), 4);
}

static void comparisons_tell_equal_from_unequal(void **state)
{
	assert_true(bytes_equal(BYTES(NULL, 0), BYTES(octets, 0)));
	assert_false(bytes_equal(BYTES(octets, 2), BYTES(octets, 3)));
	assert_false(bytes_equal(BYTES(octets, 3), BYTES(octets + 1, 3)));
	assert_true(bytes_equal_const("abc", "abc", 3));
	assert_false(bytes_equal_const("abc", "abd", 3));
	assert_false(bytes_equal_const("abc", "bbc", 3));
	assert_true(bytes_equal_const("a", "b", 0));
}

static void wiped_octets_are_zero(void **state)
{
	uint8_t key[] = { 1, 2, 3 };

	bytes_wipe(key, 2);
	assert_memory_equal(key, ((uint8_t[]){ 0, 0, 3 }), 3);
}

static const struct test tests[] = {
	TEST(integers_are_read_in_network_order, ""),
	TEST(a_read_past_the_end_fails_and_stays_failed, ""),
	TEST(a_failed_copy_leaves_zeroes, ""),
	TEST(a_length_that_would_wrap_the_pointer_is_past_the_end, ""),
	TEST(an_empty_view_without_address_can_be_read, ""),
	TEST(a_sub_reader_ends_where_it_was_told, ""),
	TEST(what_is_written_is_read_back, ""),
	TEST(a_write_past_the_end_writes_nothing_and_stays_failed, ""),
	TEST(a_length_can_be_filled_in_later, ""),
	TEST(comparisons_tell_equal_from_unequal, ""),
	TEST(wiped_octets_are_zero, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/bytes", tests);
}
