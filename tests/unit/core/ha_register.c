/* SPDX-License-Identifier: Apache-2.0 */
/* Registration, renewal, movement and deregistration; what happens if the data plane fails. */
#include "ha_bench.h"

#include <errno.h>
#include <stdio.h>

#define AN1 "198.51.100.2"
#define AN2 "203.0.113.2"

static void assert_tunnel(const struct action *a, const char *care_of)
{
	assert_int_equal(a->tunnel.local.s_addr, in4("192.0.2.1").s_addr);
	assert_int_equal(a->tunnel.remote.s_addr, in4(care_of).s_addr);
	assert_int_equal(a->tunnel.key, 0);
	assert_int_equal(a->tunnel.ifindex, 0);
}

static void first_request_makes_a_binding_without_addresses(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.tunnel.remote.s_addr, in4(AN1).s_addr);
	assert_int_equal(info.granted, 600);
	assert_int_equal(info.n_addresses, 0);
	assert_int_equal(count(&b, ACTION_TUNNEL_SET), 1);
	assert_tunnel(nth(&b, ACTION_TUNNEL_SET, 0), AN1);
	assert_int_equal(event(&b, EVENT_ATTACHED)->code, 600);
	bench_done(&b);
}

static void data_plane_comes_before_the_reply_and_the_advertisement_after(void **state)
{
	struct bench b;
	struct rrq q;
	size_t tunnel, reply_at, ra;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	tunnel = position(&b, nth(&b, ACTION_TUNNEL_SET, 0));
	reply_at = position(&b, nth(&b, ACTION_SEND, 0));
	ra = position(&b, nth(&b, ACTION_TUNNEL_SEND, 0));
	assert_true(tunnel < reply_at && reply_at < ra);
	assert_int_equal(nth_nd(&b, ACTION_TUNNEL_SEND, ND_RA, 0).type, ND_RA);
	bench_done(&b);
}

static void either_empty_extension_is_a_renewal_when_bound(void **state)
{
	struct bench b;
	struct ha_binding_info info;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	for (int i = 0; i < 3; i++) {
		struct rrq q = rrq(&b, NAI, AN1);

		q.m.hoa_request = i == 0 ? MIP4_EMPTY : MIP4_ABSENT;
		q.m.hoa = i == 1 ? MIP4_EMPTY : MIP4_ABSENT;
		bench_pass(&b, 100);
		q.m.identification = bench_id(&b, 0);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		assert_int_equal(reply(&b).hoa, MIP4_EMPTY);
		assert_non_null(event(&b, EVENT_RENEWED));
		assert_int_equal(count(&b, ACTION_TUNNEL_SET), 0);
		/* only what might be a beginning is followed by an advertisement */
		assert_int_equal(count_nd(&b, ACTION_TUNNEL_SEND, ND_RA), i == 0);
		assert_true(shown(&b, NAI, &info));
		assert_int_equal(info.lifetime, 600);
		assert_int_equal(address_state(&b, LL), 2);
	}
	bench_done(&b);
}

static void renewal_after_the_end_is_a_first_registration(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.m.hoa_request = MIP4_ABSENT;
	q.m.hoa = MIP4_EMPTY;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_non_null(event(&b, EVENT_ATTACHED));
	bench_done(&b);
}

static void movement_takes_the_addresses_along_and_revokes(void **state)
{
	struct bench b;
	struct rrq q;
	struct datagram to;
	const struct nd second = ns(NULL, GLOBAL);
	size_t last_set, reply_at;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_nd(&b, AN1, &second); /* still in DAD when it moves */
	bench_forget(&b);
	q = rrq(&b, NAI, AN2);
	ask(&b, &q);
	assert_tunnel(nth(&b, ACTION_TUNNEL_SET, 0), AN2);
	assert_int_equal(count(&b, ACTION_ADDRESS_SET), 2);
	for (size_t i = 0; i < 2; i++) {
		const struct address *a = &nth(&b, ACTION_ADDRESS_SET, i)->address;

		assert_int_equal(a->remote.s_addr, in4(AN2).s_addr);
		assert_int_equal(a->length, 128);
		assert_int_equal(a->state,
				 in6_is_link_local(&a->prefix) ? ADDRESS_BOUND : ADDRESS_TENTATIVE);
	}
	assert_tunnel(nth(&b, ACTION_TUNNEL_DEL, 0), AN1);
	last_set = position(&b, nth(&b, ACTION_ADDRESS_SET, 1));
	reply_at = position(&b, nth(&b, ACTION_SEND, 0));
	assert_true(last_set < reply_at);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	sent(&b, MIP4_REVOCATION, &to);
	assert_int_equal(to.remote.s_addr, in4(AN1).s_addr);
	assert_int_equal(count_nd(&b, ACTION_TUNNEL_SEND, ND_RA), 1);
	assert_int_equal(nth(&b, ACTION_TUNNEL_SEND, 0)->tunnel_send.remote.s_addr,
			 in4(AN2).s_addr);
	assert_non_null(event(&b, EVENT_MOVED));
	/* DAD goes on and ends at the new place */
	bench_forget(&b);
	bench_pass(&b, 1.1);
	assert_int_equal(address_state(&b, GLOBAL), 2);
	assert_int_equal(nth(&b, ACTION_ADDRESS_SET, 0)->address.remote.s_addr, in4(AN2).s_addr);
	bench_done(&b);
}

static void only_the_present_agent_can_deregister(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	q = rrq(&b, NAI, AN2);
	ask(&b, &q);
	bench_forget(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q); /* late, from the old one */
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(b.out.n, 1);
	assert_true(shown(&b, NAI, &info));
	bench_forget(&b);
	q = rrq(&b, NAI, AN2);
	q.m.lifetime = 0;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(reply(&b).lifetime, 0);
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	assert_tunnel(nth(&b, ACTION_TUNNEL_DEL, 0), AN2);
	assert_non_null(event(&b, EVENT_DETACHED));
	assert_false(shown(&b, NAI, &info));
	bench_done(&b);
}

static void deregistration_without_a_binding_is_accepted(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(b.out.n, 1);
	bench_done(&b);
}

static void key_of_one_host_does_not_end_the_binding_of_another(void **state)
{
	struct ha_binding_info info;
	struct bench b;
	struct rrq q;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	q = rrq(&b, NAI_2, AN1);
	q.from = in4(AN2);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_PROHIBITED);
	assert_true(shown(&b, NAI, &info));
	assert_false(shown(&b, NAI_2, &info));
	/* an agent that we know answers for its hosts */
	q = rrq(&b, NAI_2, AN1);
	q.from = in4("198.51.100.99");
	q.foreign_agent = true;
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_false(shown(&b, NAI, &info));
	bench_done(&b);
}

static void care_of_address_of_another_ends_that_binding_first(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	q = rrq(&b, NAI_2, AN1);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_false(shown(&b, NAI, &info));
	assert_true(shown(&b, NAI_2, &info));
	assert_int_equal(info.n_addresses, 0);
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	assert_true(position(&b, nth(&b, ACTION_TUNNEL_DEL, 0)) <
		    position(&b, nth(&b, ACTION_TUNNEL_SET, 0)));
	bench_done(&b);
}

static void full_cache_denies_130_and_changes_nothing(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;
	char name[32], care_of[32];

	bench_new(&b);
	for (int i = 0; i < 5; i++) {
		sprintf(name, "host%d@example.net", i);
		sprintf(care_of, "198.51.100.%d", i + 10);
		q = rrq(&b, name, care_of);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, i < 4 ? MIP4_ACCEPTED : MIP4_HA_RESOURCES);
	}
	assert_int_equal(b.out.n, 2); /* reply, event */
	assert_int_equal(drops(&b, DROP_BINDINGS_FULL), 1);
	assert_false(shown(&b, name, &info));
	/* the ones that are in may renew and move; a care-of address that is taken over makes room
	 */
	bench_attach(&b, "host0@example.net", "198.51.100.99");
	bench_attach(&b, name, "198.51.100.11");
	assert_false(shown(&b, "host1@example.net", &info));
	bench_done(&b);
}

static void binding_ends_with_its_lifetime(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_init(&b);
	b.config.probes_max = 1000;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 20;
	q.m.revocation_support = false;
	ask(&b, &q);
	bench_pass(&b, 19.9);
	assert_true(shown(&b, NAI, &info));
	bench_forget(&b);
	bench_pass(&b, 0.2);
	assert_false(shown(&b, NAI, &info));
	assert_non_null(event(&b, EVENT_EXPIRED));
	assert_tunnel(nth(&b, ACTION_TUNNEL_DEL, 0), AN1);
	assert_int_equal(count(&b, ACTION_SEND), 0); /* nothing that expired is revoked */
	bench_done(&b);
}

/* What has expired may not be revoked (RFC 3543 5.1, A15). */
static void agent_that_does_not_renew_is_told_before_the_end(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_init(&b);
	b.config.probes_max = 1000;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 20;
	ask(&b, &q);
	bench_pass(&b, 18.9);
	assert_true(shown(&b, NAI, &info));
	bench_forget(&b);
	bench_pass(&b, 0.2);
	assert_false(shown(&b, NAI, &info));
	assert_non_null(event(&b, EVENT_EXPIRED));
	assert_false(sent(&b, MIP4_REVOCATION, NULL).revocation_inform);
	bench_forget(&b);
	bench_pass(&b, 30); /* nor is it said once more afterwards */
	assert_int_equal(count(&b, ACTION_SEND), 0);
	bench_done(&b);
}

/* A renewal moves the end, however often the timer has been put off. */
static void renewed_binding_ends_with_the_last_lifetime(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_init(&b);
	b.config.probes_max = 1000;
	bench_start(&b);
	for (int i = 0; i < 3; i++) {
		q = rrq(&b, NAI, AN1);
		q.m.lifetime = 20;
		q.m.revocation_support = false;
		ask(&b, &q);
		bench_pass(&b, 15);
	}
	assert_true(shown(&b, NAI, &info));
	bench_pass(&b, 4.9);
	assert_true(shown(&b, NAI, &info));
	bench_pass(&b, 0.2);
	assert_false(shown(&b, NAI, &info));
	bench_done(&b);
}

static void infinite_lifetime_does_not_end(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_init(&b);
	b.config.lifetime_max = 0xffff;
	b.config.prefixes[0].valid = 0xffffffff;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0xffff;
	ask(&b, &q);
	bench_forget(&b);
	bench_pass(&b, 200000);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.lifetime, 0xffffffff);
	bench_done(&b);
}

static void failed_data_plane_turns_the_reply_into_130(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	b.failing = 1 << ACTION_TUNNEL_SET;
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
	assert_true(reply(&b).identification == q.m.identification);
	assert_false(shown(&b, NAI, &info));
	assert_int_equal(count(&b, ACTION_TUNNEL_SEND), 0);
	assert_null(event(&b, EVENT_ATTACHED));
	assert_int_equal(event(&b, EVENT_REFUSED)->code, MIP4_HA_RESOURCES);
	bench_done(&b);
}

/* A reload has taken the key away meanwhile: there is nothing to sign with. */
static void failure_of_a_host_whose_key_has_gone_is_not_told(void **state)
{
	static const char *const routers[] = { NULL, ROUTER_1 };

	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		struct ha_config c;
		struct ha_binding_info info;
		struct rrq q;

		bench_new(&b);
		q = routers[i] ? rrq(&b, NAI, routers[i]) : rrq(&b, NAI_2, AN1);
		q.foreign_agent = routers[i];
		ask(&b, &q);
		c = b.config;
		c.n_sas = 1; /* NAI_2 and the routers lose theirs */
		assert_int_equal(ha_reload(b.ha, &c, &b.env, b.now), 0);
		bench_forget(&b);
		ha_role.failed(b.ha, 1, b.now, &b.out);
		assert_int_equal(count(&b, ACTION_SEND), 0);
		assert_false(shown(&b, routers[i] ? NAI : NAI_2, &info));
		bench_done(&b);
	}
}

static void failed_movement_leaves_nothing_behind(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	b.failing = 1 << ACTION_ADDRESS_SET;
	q = rrq(&b, NAI, AN2);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
	assert_false(shown(&b, NAI, &info));
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL), 2); /* old and new */
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	sent(&b, MIP4_REVOCATION, NULL); /* the old agent hears of it all the same */
	bench_done(&b);
}

static void failed_address_is_only_that_address(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	const struct nd m = ns(NULL, GLOBAL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	b.failing = 1 << ACTION_ADDRESS_SET;
	tunnel_nd(&b, AN1, &m);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.n_addresses, 1);
	bench_pass(&b, 3);
	assert_int_equal(address_state(&b, GLOBAL), 0);
	bench_done(&b);
}

static void late_failure_does_not_meet_a_successor(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;
	uint32_t id;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	id = nth(&b, ACTION_TUNNEL_SET, 0)->id;
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q);
	bench_attach(&b, NAI_2, AN1);
	ha_role.failed(b.ha, id, b.now, &b.out);
	ha_role.traffic(b.ha, id, 5, b.now, &b.out);
	ha_role.failed(b.ha, 0x80000000, b.now, &b.out);
	assert_silent(&b);
	assert_true(shown(&b, NAI_2, &info));
	bench_done(&b);
}

static void reload_takes_keys_and_prefixes_but_not_addresses(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;
	struct ha_config c;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	c = b.config;
	c.address = in4("192.0.2.9");
	assert_int_equal(ha_reload(b.ha, &c, &b.env, b.now), -EINVAL);
	c = b.config;
	c.n_sas = 1; /* NAI_2 and the node lose theirs */
	c.prefixes[1] = (struct ha_prefix){ in6("2001:db8:2::"), 3600, 3600 };
	c.n_prefixes = 2;
	assert_int_equal(ha_reload(b.ha, &c, &b.env, b.now), 0);
	bench_pass(&b, 1.1);
	assert_int_equal(nth_nd(&b, ACTION_TUNNEL_SEND, ND_RA, 0).n_prefixes, 2);
	assert_true(shown(&b, NAI, &info));
	bench_forget(&b);
	q = rrq(&b, NAI_2, AN2);
	q.spi = MN_SPI + 1;
	ask(&b, &q);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_SA_UNKNOWN), 1);
	bench_done(&b);
}

static void nothing_is_left_when_memory_is_short(void **state)
{
	struct bench b;
	struct ha *h = NULL;

	bench_init(&b);
	b.config.bindings_max = 0; /* and zeros are no trouble */
	b.config.addresses_max = 0;
	assert_int_equal(ha_new(&b.config, &b.env, &h), 0);
	ha_done(h);
	ha_done(NULL);
	bench_start(&b);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(first_request_makes_a_binding_without_addresses, "HA-11 HA-12 HA-50"),
	TEST(data_plane_comes_before_the_reply_and_the_advertisement_after, ""),
	TEST(either_empty_extension_is_a_renewal_when_bound, ""),
	TEST(renewal_after_the_end_is_a_first_registration, ""),
	TEST(movement_takes_the_addresses_along_and_revokes, ""),
	TEST(only_the_present_agent_can_deregister, "HA-34"),
	TEST(deregistration_without_a_binding_is_accepted, "HA-34"),
	TEST(key_of_one_host_does_not_end_the_binding_of_another, ""),
	TEST(care_of_address_of_another_ends_that_binding_first, ""),
	TEST(full_cache_denies_130_and_changes_nothing, ""),
	TEST(agent_that_does_not_renew_is_told_before_the_end, "HA-56"),
	TEST(renewed_binding_ends_with_the_last_lifetime, "HA-55"),
	TEST(binding_ends_with_its_lifetime, "HA-28 HA-55"),
	TEST(infinite_lifetime_does_not_end, ""),
	TEST(failed_data_plane_turns_the_reply_into_130, ""),
	TEST(failure_of_a_host_whose_key_has_gone_is_not_told, ""),
	TEST(failed_movement_leaves_nothing_behind, ""),
	TEST(failed_address_is_only_that_address, ""),
	TEST(late_failure_does_not_meet_a_successor, ""),
	TEST(reload_takes_keys_and_prefixes_but_not_addresses, ""),
	TEST(nothing_is_left_when_memory_is_short, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_register", tests);
}
