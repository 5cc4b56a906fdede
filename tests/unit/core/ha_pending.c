/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that wait for DAD on the home link (D11): how they are answered, and that their places
 * come free again. */
#include "core/ha_pending.h"
#include "ha_bench.h"

#include <stdio.h>

#define POOLED "2001:db8:1::100"
#define ROUNDS 6 /* more than there are places */

/* Four bindings, so four places for requests. */
static void begin(struct bench *b, uint64_t addresses)
{
	bench_init(b);
	b->config.addresses_max = 16;
	bench_pool(b, HA_POOL_ADDRESSES, POOLED, addresses);
	bench_start(b);
}

static const char *name(int i)
{
	static char text[32];

	snprintf(text, sizeof(text), "h%d@example.net", i);
	return text;
}

static void wish(struct bench *b, int i)
{
	const struct rrq q = router_rrq(b, name(i), ROUTER_1);

	bench_forget(b);
	ask(b, &q);
	assert_int_equal(count(b, ACTION_SEND), 0); /* it waits */
}

static void answer_goes_to_where_the_request_came_from(void **state)
{
	struct datagram to;
	struct bench b;

	begin(&b, 8);
	wish(&b, 0);
	bench_pass(&b, 2);
	assert_int_equal(sent(&b, MIP4_RRP, &to).code, MIP4_ACCEPTED);
	assert_int_equal(to.local.s_addr, in4("192.0.2.1").s_addr);
	assert_int_equal(to.remote.s_addr, in4(ROUTER_1).s_addr);
	assert_int_equal(to.local_port, MIP4_PORT);
	assert_int_equal(to.remote_port, 5434);
	bench_done(&b);
}

static void answered_requests_leave_their_place(void **state)
{
	struct bench b;

	begin(&b, 8);
	for (int i = 0; i < ROUNDS; i++) {
		struct in6_addr a;

		wish(&b, i);
		bench_pass(&b, 2);
		a = reply(&b).hoa_address;
		bench_leave(&b, name(i), ROUTER_1, &a);
	}
	bench_done(&b);
}

/* Another node has every address that is tried; what was tried is not the host's. */
static void refused_requests_leave_their_place_and_no_address(void **state)
{
	struct bench b;

	begin(&b, 8);
	for (int i = 0; i < ROUNDS; i++) {
		wish(&b, i);
		for (int k = 0; k < PENDING_ATTEMPTS; k++) {
			const struct nd ns = nth_nd(&b, ACTION_LINK_SEND, ND_NS, 0);
			struct nd theirs = na("fe80::77", NULL);

			theirs.target = ns.target;
			assert_int_equal(count(&b, ACTION_SEND), 0);
			bench_forget(&b);
			home_nd(&b, &theirs);
		}
		assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
		assert_int_equal(bench_show_pool(&b, 0).used, 0);
		assert_int_equal(bench_show_pool(&b, 0).kept, 0);
		bench_pass(&b, 10); /* the rate of solicitations */
	}
	bench_done(&b);
}

static void request_that_is_too_long_to_wait_is_denied(void **state)
{
	/* unknown extensions that may be skipped, 200 octets each */
	static const uint8_t skipped[3 * 202] = {
		[0] = 200, [1] = 200, [202] = 200, [203] = 200, [404] = 200, [405] = 200
	};
	struct bench b;
	struct rrq q;

	begin(&b, 8);
	for (int i = 0; i < ROUNDS; i++) {
		q = router_rrq(&b, NAI, ROUTER_1);
		q.extra = BYTES(skipped, sizeof(skipped));
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
		assert_int_equal(drops(&b, DROP_BUFFER_FULL), i + 1);
		bench_pass(&b, 2);
	}
	wish(&b, 0);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(answer_goes_to_where_the_request_came_from, ""),
	TEST(answered_requests_leave_their_place, ""),
	TEST(refused_requests_leave_their_place_and_no_address, ""),
	TEST(request_that_is_too_long_to_wait_is_denied, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_pending", tests);
}
