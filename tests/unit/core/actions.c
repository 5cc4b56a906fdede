/* SPDX-License-Identifier: Apache-2.0 */
#include "core/actions.h"

#include <string.h>

#include "test.h"

static struct action v[2];
static uint8_t payload[8];
static struct actions a;

static void setup(void)
{
	memset(v, 0xff, sizeof(v));
	a = (struct actions){
		.v = v, .max = 2, .payload = payload, .payload_max = sizeof(payload)
	};
}

static void actions_keep_their_order_and_start_zeroed(void **state)
{
	static const struct tunnel zero;

	setup();
	assert_ptr_equal(action_add(&a, ACTION_TUNNEL_SET, 7), &v[0]);
	assert_ptr_equal(action_add(&a, ACTION_SEND, 8), &v[1]);
	assert_int_equal(a.n, 2);
	assert_int_equal(v[0].type, ACTION_TUNNEL_SET);
	assert_int_equal(v[0].id, 7);
	assert_memory_equal(&v[0].tunnel, &zero, sizeof(zero));
	assert_int_equal(v[1].type, ACTION_SEND);
}

static void payload_stays_where_it_was_put(void **state)
{
	struct bytes first, second;

	setup();
	first = actions_copy(&a, BYTES("abc", 3));
	second = actions_copy(&a, BYTES("defgh", 5));
	assert_ptr_equal(first.p, payload);
	assert_true(bytes_equal(second, BYTES("defgh", 5)));
	assert_memory_equal(payload, "abcdefgh", 8);
	assert_int_equal(actions_copy(&a, BYTES(NULL, 0)).n, 0);
}

static void what_is_given_back_is_there_for_the_next(void **state)
{
	setup();
	assert_ptr_equal(actions_reserve(&a, 8), payload);
	actions_give_back(&a, 5);
	assert_ptr_equal(actions_reserve(&a, 5), payload + 3);
	assert_int_equal(a.used, 8);
}

static void every_event_has_a_name(void **state)
{
	for (int i = 0; i < EVENT_MAX; i++)
		assert_non_null(event_names[i]);
}

static const struct test tests[] = {
	TEST(actions_keep_their_order_and_start_zeroed, ""),
	TEST(payload_stays_where_it_was_put, ""),
	TEST(what_is_given_back_is_there_for_the_next, ""),
	TEST(every_event_has_a_name, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/actions", tests);
}
