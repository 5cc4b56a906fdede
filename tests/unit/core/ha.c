/* SPDX-License-Identifier: Apache-2.0 */
/* Steps stay within what actions.h allows (ha_bench.c holds every step to it), also the largest. */
#include "ha_bench.h"

#include <stdio.h>

#define LEARNT   16
#define RESTORED 40

static void start(struct bench *b)
{
	bench_init(b);
	b->config.bindings_max = 64;
	b->config.addresses_max = 64 * (LEARNT + 1);
	b->config.addresses_per_host = LEARNT;
	b->config.nd_per_second = 100000;
	bench_start(b);
}

/* Host i in tunnelling mode, with all the addresses that it may have. */
static void attach(struct bench *b, unsigned i)
{
	char nai[32], care_of[32], address[40];

	snprintf(nai, sizeof(nai), "m%u@example.net", i);
	snprintf(care_of, sizeof(care_of), "203.0.113.%u", i);
	bench_attach(b, nai, care_of);
	for (unsigned k = 0; k < LEARNT; k++) {
		snprintf(address, sizeof(address), "2001:db8:1::%x:%x", i, k);
		const struct nd m = ns(NULL, address);

		tunnel_nd(b, care_of, &m);
	}
	bench_pass(b, 1.5);
	assert_int_equal(address_state(b, address), 2);
	bench_forget(b);
}

static void hosts_with_many_addresses_are_repeated_in_steps(void **state)
{
	struct bench b;

	start(&b);
	for (unsigned i = 1; i <= RESTORED; i++)
		attach(&b, i);
	bench_restart(&b);
	bench_pass(&b, 0.001);
	assert_false(ha_role.restoring(b.ha));
	assert_int_equal(count(&b, ACTION_TUNNEL_SET), RESTORED);
	assert_int_equal(count(&b, ACTION_ADDRESS_SET), RESTORED * LEARNT);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(hosts_with_many_addresses_are_repeated_in_steps, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha", tests);
}
