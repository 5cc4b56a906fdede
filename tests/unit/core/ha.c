/* SPDX-License-Identifier: Apache-2.0 */
/* Steps stay within what actions.h allows (ha_bench.c holds every step to it), also the largest;
 * what a restart and an end leave. */
#include "core/ha_state.h"
#include "ha_bench.h"
#include "../base/memory_test.h"

#include <arpa/inet.h>
#include <errno.h>
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

/* Host i in tunnelling mode; it makes all the addresses that it may have. */
static void learn(struct bench *b, unsigned i)
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
	bench_forget(b);
}

static void attach(struct bench *b, unsigned i)
{
	char last[40];

	learn(b, i);
	bench_pass(b, 1.5);
	snprintf(last, sizeof(last), "2001:db8:1::%x:%x", i, LEARNT - 1);
	assert_int_equal(address_state(b, last), 2);
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

/* Those that wait for the rate of neighbour discovery do not all come for each that may go. */
static void addresses_wait_for_dad_in_turns(void **state)
{
	unsigned steps = 0;
	struct bench b;
	nsec_t end;

	start(&b);
	b.config.nd_per_second = 2; /* one a second is of our own */
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	for (unsigned i = 1; i <= 8; i++)
		learn(&b, i);
	bench_pass(&b, 60);
	end = b.now.mono + 10 * NSEC_PER_SEC;
	for (nsec_t t; (t = ha_role.next_timeout(b.ha)) <= end; steps++) {
		b.now.mono = t > b.now.mono ? t : b.now.mono;
		ha_role.timeout(b.ha, b.now, &b.out);
		bench_forget(&b);
	}
	assert_true(steps < 40);
	bench_done(&b);
}

static void turns_of_those_that_have_gone_are_nobodys(void **state)
{
	char nai[32], care_of[32];
	struct bench b;
	struct rrq q;

	start(&b);
	b.config.nd_per_second = 2;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	for (unsigned i = 1; i <= 8; i++)
		learn(&b, i);
	assert_true(b.ha->nd_turn > b.now.mono + 100 * NSEC_PER_SEC);
	for (unsigned i = 1; i <= 8; i++) {
		snprintf(nai, sizeof(nai), "m%u@example.net", i);
		snprintf(care_of, sizeof(care_of), "203.0.113.%u", i);
		q = rrq(&b, nai, care_of);
		q.m.lifetime = 0;
		ask(&b, &q);
	}
	bench_pass(&b, 60);
	learn(&b, 9);
	assert_true(b.ha->nd_turn < b.now.mono + 20 * NSEC_PER_SEC);
	bench_done(&b);
}

static void clock_that_was_set_back_prolongs_no_binding(void **state)
{
	struct ha_binding_info info;
	struct bench b;

	bench_new(&b);
	bench_attach(&b, NAI, "203.0.113.1");
	b.now.ntp -= (uint64_t)86400 << 32;
	bench_restart(&b);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.lifetime, 600);
	bench_done(&b);
}

/* What is told, and not stored, with a duplicate would be forgotten by a restart. */
static void reply_to_a_duplicate_has_the_timestamp_of_the_first(void **state)
{
	uint32_t timestamp;
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, "203.0.113.1");
	ask(&b, &q);
	timestamp = reply(&b).support_timestamp;
	assert_true(timestamp != 0);
	bench_pass(&b, 3);
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).support_timestamp, timestamp);
	bench_done(&b);
}

/* It could not have made an address there. */
static void host_keeps_its_prefix_while_it_is_elsewhere(void **state)
{
	struct ha_pool_info pool;
	struct in6_addr home;
	uint32_t cursor = 0;
	struct bench b;
	struct rrq q;
	char text[INET6_ADDRSTRLEN];

	bench_init(&b);
	b.config.pools[0] = (struct ha_pool_config){ .kind = HA_POOL_PREFIXES,
						     .first = in6("2001:db8:f000::"),
						     .size = 2,
						     .valid = 3600,
						     .preferred = 3600 };
	b.config.n_pools = 1;
	bench_start(&b);
	q = rrq(&b, NAI, "203.0.113.1");
	q.from = in4("198.51.100.99");
	q.foreign_agent = true;
	q.m.hoa_request = MIP4_FULL;
	ask(&b, &q);
	home = reply(&b).hoa_address;
	bench_pass(&b, 601);
	bench_attach(&b, NAI, "203.0.113.2");
	tunnel_raw(&b, "203.0.113.2", 0,
		   data(inet_ntop(AF_INET6, &home, text, sizeof(text)), "2001:db8:9::1", 64));
	assert_true(ha_pool_next(b.ha, &cursor, &pool));
	assert_int_equal(pool.kept, 1);
	bench_done(&b);
}

static void host_that_moves_on_and_on_has_few_revocations(void **state)
{
	char care_of[32];
	struct bench b;
	struct rrq q;

	start(&b);
	for (int i = 1; i <= 30; i++) {
		snprintf(care_of, sizeof(care_of), "203.0.113.%d", i);
		q = rrq(&b, NAI, care_of);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		assert_int_equal(count(&b, ACTION_SEND), i == 1 ? 1 : 2); /* each agent is told */
	}
	assert_int_equal(slab_used(&b.ha->revocations.slab), REVOCATIONS_OF_HOST_MAX);
	bench_done(&b);
}

static void secret_is_gone_at_the_end(void **state)
{
	static const uint8_t nothing[16];
	struct bench b;

	bench_new(&b);
	bench_attach(&b, NAI, "203.0.113.1"); /* with the first change it is stored */
	assert_memory_not_equal(b.ha->secret.v, nothing, sizeof(nothing));
	ha_done(b.ha);
	assert_memory_equal(b.ha->secret.v, nothing, sizeof(nothing));
	for (size_t i = 0; i + 8 <= sizeof(b.ha->batch.value); i++)
		assert_memory_not_equal(b.ha->batch.value + i, b.env.secret, 8);
	bench_done(&b);
}

static void memory_that_is_short_is_an_error_wherever_it_is_asked_for(void **state)
{
	struct test_memory m;
	struct bench b;
	struct ha *h;
	size_t blocks;

	bench_init(&b);
	b.env.changes_max = 1;
	test_memory_init(&m, TEST_BLOCKS_MAX);
	b.env.memory = m.memory;
	assert_int_equal(ha_new(&b.config, &b.env, &h), 0);
	blocks = m.n;
	m.allowed = m.n; /* no more for a reload, which changes nothing then */
	assert_int_equal(ha_reload(h, &b.config, &b.env, b.now), -ENOMEM);
	ha_done(h);
	test_memory_done(&m);
	for (size_t n = 0; n < blocks; n++) {
		test_memory_init(&m, TEST_BLOCKS_MAX);
		m.missing = n; /* but those after it are there */
		b.env.memory = m.memory;
		assert_int_equal(ha_new(&b.config, &b.env, &h), -ENOMEM);
		test_memory_done(&m);
	}
	bench_done(&b);
}

static void tables_of_no_size_have_room_for_one(void **state)
{
	const struct nd m = ns(NULL, LL);
	struct bench b;

	bench_init(&b);
	b.config.bindings_max = b.config.addresses_max = 0;
	bench_start(&b);
	bench_attach(&b, NAI, "203.0.113.1");
	tunnel_nd(&b, "203.0.113.1", &m);
	bench_pass(&b, 2);
	assert_int_equal(address_state(&b, LL), 2);
	bench_done(&b);
}

static void keys_are_gone_at_the_end(void **state)
{
	struct test_memory m;
	struct bench b;
	struct ha *h;

	bench_init(&b);
	test_memory_init(&m, TEST_BLOCKS_MAX);
	b.env.memory = m.memory;
	assert_int_equal(ha_new(&b.config, &b.env, &h), 0);
	assert_true(test_memory_holds(&m, NAI_2)); /* beside its key */
	strcpy(b.sas[1].name, "other@example.net");
	assert_int_equal(ha_reload(h, &b.config, &b.env, b.now), 0);
	assert_false(test_memory_holds(&m, NAI_2));
	assert_true(test_memory_holds(&m, b.sas[1].name));
	ha_done(h);
	assert_false(test_memory_holds(&m, b.sas[1].name));
	test_memory_done(&m);
	bench_done(&b);
}

static void sweep_is_told_what_is_there(void **state)
{
	const struct tunnel t = { .local = in4("192.0.2.1"), .remote = in4("203.0.113.1") },
			    other = { .local = in4("192.0.2.1"), .remote = in4("203.0.113.2") };
	const struct address a = { .prefix = in6(LL), .length = 128 },
			     unknown = { .prefix = in6(GLOBAL), .length = 128 };
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, "203.0.113.1", LL);
	assert_true(ha_role.has_tunnel(b.ha, &t));
	assert_false(ha_role.has_tunnel(b.ha, &other));
	assert_true(ha_role.has_address(b.ha, &a));
	assert_false(ha_role.has_address(b.ha, &unknown));
	bench_done(&b);
}

static void frame_of_an_access_link_is_nothing_for_us(void **state)
{
	const struct packet p = { .from = PACKET_ACCESS, .payload = BYTES("x", 1) };
	struct bench b;

	bench_new(&b);
	assert_false(ha_role.wants(b.ha, &p));
	ha_role.packet(b.ha, &p, b.now, &b.out);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_LINK_UNKNOWN), 1);
	bench_done(&b);
}

static void failure_of_nobody_is_nobodys_affair(void **state)
{
	const struct nd m = ns(NULL, GLOBAL);
	const struct nd theirs = na("fe80::77", GLOBAL);
	struct ha_binding_info info;
	struct bench b;

	bench_init(&b);
	b.config.addresses_max = 7; /* of the ids, 0 would be of the third place */
	bench_start(&b);
	bench_bind(&b, NAI_2, "203.0.113.2", "fe80::b");
	bench_bind(&b, NAI, "203.0.113.1", LL);
	tunnel_nd(&b, "203.0.113.1", &m);
	home_nd(&b, &theirs); /* its place, the third, has been given back */
	ha_role.failed(b.ha, 0, b.now, &b.out);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(address_state(&b, LL), 2);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(hosts_with_many_addresses_are_repeated_in_steps, ""),
	TEST(addresses_wait_for_dad_in_turns, "HA-18"),
	TEST(turns_of_those_that_have_gone_are_nobodys, ""),
	TEST(clock_that_was_set_back_prolongs_no_binding, ""),
	TEST(reply_to_a_duplicate_has_the_timestamp_of_the_first, ""),
	TEST(host_keeps_its_prefix_while_it_is_elsewhere, ""),
	TEST(host_that_moves_on_and_on_has_few_revocations, "HA-25"),
	TEST(secret_is_gone_at_the_end, ""),
	TEST(memory_that_is_short_is_an_error_wherever_it_is_asked_for, ""),
	TEST(tables_of_no_size_have_room_for_one, ""),
	TEST(keys_are_gone_at_the_end, ""),
	TEST(sweep_is_told_what_is_there, ""),
	TEST(frame_of_an_access_link_is_nothing_for_us, ""),
	TEST(failure_of_nobody_is_nobodys_affair, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha", tests);
}
