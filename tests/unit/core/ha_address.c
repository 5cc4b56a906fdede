/* SPDX-License-Identifier: Apache-2.0 */
/* Lifetimes of addresses as the host computes them (D17, RFC 4862 5.5.3 e). */
#include "ha_bench.h"

#define AN1 "198.51.100.2"

static uint32_t valid_of(struct bench *b, const char *address)
{
	const struct in6_addr a = in6(address);
	struct ha_binding_info info;

	assert_true(shown(b, NAI, &info));
	for (size_t i = 0; i < info.n_addresses; i++)
		if (in6_equal(&info.addresses[i].address, &a))
			return info.addresses[i].valid;
	fail_msg("%s is not known", address);
	return 0;
}

static void prefix_for(struct bench *b, uint32_t valid)
{
	b->config.prefixes[0].valid = valid;
	b->config.prefixes[0].preferred = 0;
}

static void attach_and_bind(struct bench *b)
{
	struct rrq q = rrq(b, NAI, AN1);
	const struct nd m = ns(NULL, GLOBAL), ll = ns(NULL, LL);

	q.m.lifetime = 0xffff;
	ask(b, &q);
	tunnel_nd(b, AN1, &m);
	tunnel_nd(b, AN1, &ll);
	bench_pass(b, 2);
	assert_int_equal(address_state(b, GLOBAL), 2);
}

/* Renews, which sends an advertisement. */
static void advertise(struct bench *b)
{
	struct rrq q = rrq(b, NAI, AN1);

	q.m.lifetime = 0xffff;
	ask(b, &q);
	bench_forget(b);
}

static void quiet(struct bench *b)
{
	bench_init(b);
	b->config.lifetime_max = 0xffff;
	b->config.ra_min = b->config.ra_max = 60000;
}

static void global_address_lives_as_long_as_its_prefix_was_advertised(void **state)
{
	struct bench b;

	quiet(&b);
	prefix_for(&b, 10000);
	bench_start(&b);
	attach_and_bind(&b);
	bench_pass(&b, 98);
	assert_in_range(valid_of(&b, GLOBAL), 9900, 9999); /* since the third advertisement */
	assert_int_equal(valid_of(&b, LL), 0xffffffff);
	advertise(&b);
	assert_int_equal(valid_of(&b, GLOBAL), 10000);
	bench_done(&b);
}

static void expired_address_is_no_longer_served(void **state)
{
	struct bench b;
	struct nd m = ns("fe80::77", GLOBAL);
	const struct in6_addr a = in6(GLOBAL);
	struct ha_config c;

	quiet(&b);
	prefix_for(&b, 8000);
	bench_start(&b);
	attach_and_bind(&b);
	c = b.config;
	c.n_prefixes = 0; /* no more of it: what has been advertised runs out */
	assert_int_equal(ha_reload(b.ha, &c, &b.env, b.now), 0);
	advertise(&b);
	bench_pass(&b, 7990);
	bench_forget(&b);
	home_nd(&b, &m);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NA), 1); /* defended until then */
	bench_pass(&b, 60);
	assert_memory_equal(&event(&b, EVENT_ADDRESS_EXPIRED)->address, &a, 16);
	assert_int_equal(event(&b, EVENT_ADDRESS_EXPIRED)->code, 0);
	assert_memory_equal(&nth(&b, ACTION_ADDRESS_DEL, 0)->address.prefix, &a, 16);
	assert_int_equal(address_state(&b, GLOBAL), 0);
	assert_int_equal(address_state(&b, LL), 2);
	bench_forget(&b);
	home_nd(&b, &m);
	assert_silent(&b);
	/* and its packets are refused: the host has not got it either */
	tunnel_raw(&b, AN1, PACKET_UNKNOWN, data(GLOBAL, "2001:db8:ffff::1", 60));
	assert_int_equal(address_state(&b, GLOBAL), 0);
	assert_int_equal(count(&b, ACTION_TUNNEL_SEND), 1);
	bench_done(&b);
}

static void shorter_lifetime_counts_only_down_to_two_hours(void **state)
{
	static const struct {
		uint32_t first, then, left; /* left right after the second advertisement */
	} v[] = {
		{ 86400, 7201, 7201 },            /* more than two hours: taken */
		{ 86400, 7200, 7200 },            /* less, with more left: two hours */
		{ 86400, 0, 7200 },               /* withdrawn: two hours */
		{ 3600, 60, 3580 },               /* less than two hours left: ignored */
		{ 3600, 3590, 3590 },             /* more than what is left: taken */
		{ 3600, 0xffffffff, 0xffffffff }, /* for ever */
		{ 0xffffffff, 7200, 7200 },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct bench b;
		struct ha_config c;
		uint32_t left;

		quiet(&b);
		prefix_for(&b, v[i].first);
		b.config.lifetime_max = 100;
		bench_start(&b);
		attach_and_bind(&b);
		bench_pass(&b, 33); /* the initial advertisements are out, the last at 32 s */
		c = b.config;
		c.prefixes[0].valid = v[i].then;
		bench_pass(&b, 20);
		left = valid_of(&b, GLOBAL);
		assert_int_equal(ha_reload(b.ha, &c, &b.env, b.now), 0);
		b.config = c;
		assert_int_equal(valid_of(&b, GLOBAL), left); /* the host has not heard of it */
		advertise(&b);
		if (v[i].left == 3580)
			assert_int_equal(valid_of(&b, GLOBAL), left);
		else
			assert_int_equal(valid_of(&b, GLOBAL), v[i].left);
		bench_done(&b);
	}
}

static void stateful_addresses_have_no_end_of_ours(void **state)
{
	struct bench b;

	quiet(&b);
	prefix_for(&b, 10);
	b.config.autonomous = false;
	bench_start(&b);
	attach_and_bind(&b);
	assert_int_equal(valid_of(&b, GLOBAL), 0xffffffff);
	bench_pass(&b, 100);
	advertise(&b);
	assert_int_equal(valid_of(&b, GLOBAL), 0xffffffff);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(global_address_lives_as_long_as_its_prefix_was_advertised, "HA-29"),
	TEST(expired_address_is_no_longer_served, "HA-32"),
	TEST(shorter_lifetime_counts_only_down_to_two_hours, "HA-29"),
	TEST(stateful_addresses_have_no_end_of_ours, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_address", tests);
}
