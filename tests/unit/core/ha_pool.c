/* SPDX-License-Identifier: Apache-2.0 */
/* Pools of home addresses (draft 3.1.1, 5.5.1, D12): what they give, and to whom again. */
#include "ha_bench.h"

#include <stdio.h>
#include <stdlib.h>

#define PREFIXES "2001:db8:a::"
#define SHARED   "2001:db8:b::"

static void begin(struct bench *b)
{
	bench_init(b);
	b->config.bindings_max = 32;
	b->config.addresses_max = 32;
}

static void assert_given(const struct in6_addr *a, const char *expected)
{
	const struct in6_addr e = in6(expected);

	assert_true(in6_equal(a, &e));
}

static const char *name(int i)
{
	static char text[32];

	snprintf(text, sizeof(text), "h%d@example.net", i);
	return text;
}

static void prefixes_are_one_hosts_each_with_the_identifier_asked_for(void **state)
{
	struct bench b;
	struct in6_addr a;

	begin(&b);
	bench_pool(&b, HA_POOL_PREFIXES, PREFIXES, 3);
	bench_start(&b);
	a = bench_serve(&b, name(0), ROUTER_1, 0x77);
	assert_given(&a, "2001:db8:a::77");
	a = bench_serve(&b, name(1), ROUTER_1, 0x77);
	assert_given(&a, "2001:db8:a:1::77");
	a = bench_serve(&b, name(2), ROUTER_1, 0);
	assert_int_equal(a.s6_addr[7], 2);
	assert_int_not_equal(iid_of(&a), 0);
	assert_int_equal(bench_wish(&b, name(3), ROUTER_1, 0x77).code, MIP4_HA_RESOURCES);
	bench_done(&b);
}

static void shared_prefix_gives_identifiers_of_the_three_kinds(void **state)
{
	static const enum ha_pool_identifiers kinds[] = { HA_IDENTIFIERS_RANDOM,
							  HA_IDENTIFIERS_STABLE,
							  HA_IDENTIFIERS_SEQUENTIAL };

	for (size_t k = 0; k < 3; k++) {
		struct bench b;
		struct in6_addr v[8];

		begin(&b);
		bench_pool(&b, HA_POOL_SHARED, SHARED, 0)->identifiers = kinds[k];
		bench_start(&b);
		for (int i = 0; i < 8; i++) {
			v[i] = bench_serve(&b, name(i), ROUTER_1, 0);
			assert_true(in6_in_prefix(&v[i], &b.config.pools[0].first, 64));
			if (kinds[k] == HA_IDENTIFIERS_SEQUENTIAL)
				assert_int_equal(iid_of(&v[i]), i + 1);
			else
				assert_int_equal(v[i].s6_addr[8] & 2, 0); /* not global */
			for (int j = 0; j < i; j++)
				assert_false(in6_equal(&v[i], &v[j]));
		}
		bench_done(&b);
	}
}

static void range_gives_its_addresses_and_none_that_are_reserved_or_our_own(void **state)
{
	static const struct {
		const char *first, *only;
	} v[] = {
		{ "2001:db8:b::", "2001:db8:b::1" }, /* RFC 4291 2.6.1 */
		{ "2001:db8:b:0:fdff:ffff:ffff:ff7f", "2001:db8:b:0:fdff:ffff:ffff:ff7f" },
		{ "2001:db8:b::5", "2001:db8:b::6" }, /* ours, see below */
	};

	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		struct in6_addr a;

		begin(&b);
		bench_pool(&b, HA_POOL_ADDRESSES, v[i].first, 2);
		b.config.own[b.config.n_own++] = in6("2001:db8:b::5");
		bench_start(&b);
		a = bench_serve(&b, name(0), ROUTER_1, 0);
		assert_given(&a, v[i].only);
		assert_int_equal(bench_wish(&b, name(1), ROUTER_1, 0).code, MIP4_HA_RESOURCES);
		bench_done(&b);
	}
}

static void first_pool_that_serves_the_realm_gives(void **state)
{
	struct bench b;
	struct in6_addr a;

	begin(&b);
	strcpy(bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:1:1::1", 1)->realm, "example.org");
	strcpy(bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:1:2::1", 1)->realm, "example.net");
	strcpy(bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:1:3::1", 1)->realm, "ample.net");
	bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:1:4::1", 1);
	bench_start(&b);
	a = bench_serve(&b, name(0), ROUTER_1, 0);
	assert_given(&a, "2001:db8:1:2::1");
	a = bench_serve(&b, name(1), ROUTER_1, 0);
	assert_given(&a, "2001:db8:1:4::1"); /* one full, one of another realm */
	assert_int_equal(bench_wish(&b, name(2), ROUTER_1, 0).code, MIP4_HA_RESOURCES);
	assert_int_equal(bench_show_pool(&b, 0).denied, 0);
	assert_int_equal(bench_show_pool(&b, 2).denied, 0);
	assert_int_equal(bench_show_pool(&b, 3).denied, 1);
	assert_int_equal(drops(&b, DROP_POOL_EXHAUSTED), 1);
	bench_done(&b);
}

static void realm_without_a_pool_is_denied_129(void **state)
{
	struct bench b;

	begin(&b);
	strcpy(bench_pool(&b, HA_POOL_SHARED, SHARED, 0)->realm, "example.org");
	bench_start(&b);
	assert_int_equal(bench_wish(&b, name(0), ROUTER_1, 0).code, MIP4_HA_PROHIBITED);
	assert_int_equal(drops(&b, DROP_POOL_EXHAUSTED), 0);
	bench_done(&b);
}

static void who_comes_back_has_its_own_until_the_longest_gone_gives_way(void **state)
{
	struct bench b;
	struct in6_addr v[3], a;

	begin(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:b::1", 3);
	bench_start(&b);
	for (int i = 0; i < 3; i++)
		v[i] = bench_serve(&b, name(i), ROUTER_1, 0);
	for (int i = 2; i >= 0; i--)
		bench_leave(&b, name(i), ROUTER_1, &v[i]);
	assert_int_equal(bench_show_pool(&b, 0).kept, 3);
	a = bench_serve(&b, name(2), ROUTER_2, 0);
	assert_true(in6_equal(&a, &v[2]));
	a = bench_serve(&b, name(9), ROUTER_1, 0);
	assert_true(in6_equal(&a, &v[1])); /* of those away, the first that went */
	assert_int_equal(bench_show_pool(&b, 0).used, 2);
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	a = bench_serve(&b, name(0), ROUTER_1, 0);
	assert_true(in6_equal(&a, &v[0]));
	assert_int_equal(bench_wish(&b, name(1), ROUTER_1, 0).code, MIP4_HA_RESOURCES);
	assert_int_equal(bench_show_pool(&b, 0).denied, 1);
	bench_done(&b);
}

static void denial_leaves_a_host_what_is_kept_for_it(void **state)
{
	struct bench b;
	struct in6_addr a, again;

	begin(&b);
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0);
	bench_pool(&b, HA_POOL_PREFIXES, PREFIXES, 1);
	bench_start(&b);
	bench_serve(&b, name(1), ROUTER_1, 5);
	a = bench_serve(&b, name(0), ROUTER_1, 0);
	bench_leave(&b, name(0), ROUTER_1, &a);
	assert_int_equal(bench_wish(&b, name(0), ROUTER_1, 5).code, MIP4_HA_RESOURCES);
	again = bench_serve(&b, name(0), ROUTER_1, 0);
	assert_true(in6_equal(&a, &again));
	assert_int_equal(bench_show_pool(&b, 0).used, 1);
	assert_int_equal(bench_show_pool(&b, 0).kept, 0);
	bench_done(&b);
}

static void assigned_address_is_nobody_elses(void **state)
{
	const struct ha_static own = { .nai = NAI, .address = in6("2001:db8:b::1") };
	struct bench b;
	struct in6_addr a;

	begin(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:b::1", 2);
	b.config.statics = &own;
	b.config.n_statics = 1;
	bench_start(&b);
	a = bench_serve(&b, name(0), ROUTER_1, 0);
	assert_given(&a, "2001:db8:b::2");
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_given(&a, "2001:db8:b::1");
	bench_leave(&b, NAI, ROUTER_1, &a);
	/* nor after a restart, when it lies in a pool all the same */
	bench_restart(&b);
	assert_int_equal(bench_show_pool(&b, 0).used, 1);
	assert_int_equal(bench_show_pool(&b, 0).kept, 0);
	assert_int_equal(bench_wish(&b, name(1), ROUTER_1, 0).code, MIP4_HA_RESOURCES);
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_given(&a, "2001:db8:b::1");
	bench_done(&b);
}

static void assigned_while_another_has_it(enum ha_pool_kind kind, const char *first, uint64_t iid)
{
	struct bench b;
	struct ha_static own = { .nai = NAI, .unique = kind == HA_POOL_PREFIXES };
	struct in6_addr a, b_has;

	begin(&b);
	bench_pool(&b, kind, first, 2);
	bench_start(&b);
	a = bench_serve(&b, name(0), ROUTER_1, iid);
	b_has = bench_serve(&b, name(1), ROUTER_1, iid);
	own.address = a;
	b.config.statics = &own;
	b.config.n_statics = 1;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(bench_wish(&b, NAI, ROUTER_2, iid).code, MIP4_HA_RESOURCES);
	bench_leave(&b, name(0), ROUTER_1, &a);
	/* kept, and the oldest: but not given to just anybody */
	assert_int_equal(bench_wish(&b, name(2), ROUTER_1, iid).code, MIP4_HA_RESOURCES);
	b_has = bench_serve(&b, NAI, ROUTER_2, iid);
	assert_true(in6_equal(&a, &b_has));
	bench_done(&b);
}

static void address_assigned_while_another_has_it_is_had_when_he_has_left(void **state)
{
	assigned_while_another_has_it(HA_POOL_ADDRESSES, "2001:db8:b::1", 0);
	assigned_while_another_has_it(HA_POOL_PREFIXES, "2001:db8:b::", 0x77);
}

/* By a renewal of which we know nothing, that is. */
static void assigned_address_that_is_named_comes_as_it_is_assigned(void **state)
{
	for (int unique = 0; unique <= 1; unique++) {
		const struct ha_static own = { .nai = NAI,
					       .address = in6("2001:db8:5::5"),
					       .unique = unique };
		struct bench b;
		struct rrq q;

		begin(&b);
		b.config.statics = &own;
		b.config.n_statics = 1;
		bench_start(&b);
		q = router_rrq(&b, NAI, ROUTER_1);
		q.m.hoa_request = MIP4_ABSENT;
		q.m.hoa = MIP4_FULL;
		q.m.hoa_address = own.address;
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		assert_int_equal(reply(&b).hoa_unique, unique);
		bench_done(&b);
	}
}

static void assignment_without_a_prefix_leaves_the_host_a_prefix_that_it_asked_for(void **state)
{
	const struct ha_static own = { .nai = NAI, .address = in6("2001:db8:5::5") };
	struct in6_addr a;
	struct bench b;
	struct rrq q;

	begin(&b);
	bench_pool(&b, HA_POOL_PREFIXES, PREFIXES, 2);
	b.config.statics = &own;
	b.config.n_statics = 1;
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	q = router_rrq(&b, NAI, ROUTER_1);
	q.m.hoa_request = MIP4_ABSENT;
	q.m.hoa = MIP4_FULL;
	q.m.hoa_address = a;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED); /* its renewal */
	assert_true(reply(&b).hoa_unique);
	bench_done(&b);
}

static void leases_are_known_after_a_restart(void **state)
{
	struct bench b;
	struct in6_addr v[4], a;

	begin(&b);
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0)->identifiers = HA_IDENTIFIERS_SEQUENTIAL;
	bench_start(&b);
	for (int i = 0; i < 4; i++)
		v[i] = bench_serve(&b, name(i), ROUTER_1, 0);
	bench_leave(&b, name(3), ROUTER_1, &v[3]);
	bench_restart(&b);
	assert_int_equal(bench_show_pool(&b, 0).used, 3);
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	a = bench_serve(&b, name(4), ROUTER_1, 0);
	assert_int_equal(iid_of(&a), 5);
	for (int i = 0; i < 4; i++) {
		a = bench_serve(&b, name(i), ROUTER_2, 0);
		assert_true(in6_equal(&a, &v[i]));
	}
	bench_done(&b);
}

/* sim, seed 671: started without the pool, which then came back, it gave the host another address
 */
static void address_restored_without_its_pool_belongs_to_it_when_it_is_back(void **state)
{
	struct bench b;
	struct in6_addr a, again, kept;

	begin(&b);
	bench_pool(&b, HA_POOL_PREFIXES, PREFIXES, 4);
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	kept = bench_serve(&b, name(0), ROUTER_1, 0x78);
	bench_leave(&b, name(0), ROUTER_1, &kept);
	b.config.n_pools = 0;
	bench_restart(&b);
	b.config.n_pools = 1;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	again = bench_serve(&b, NAI, ROUTER_1, 0x99);
	assert_true(in6_equal(&a, &again));
	again = bench_serve(&b, name(0), ROUTER_2, 0);
	assert_true(in6_equal(&kept, &again));
	assert_int_equal(bench_show_pool(&b, 0).used, 2);
	assert_int_equal(bench_show_pool(&b, 0).kept, 0);
	bench_leave(&b, NAI, ROUTER_1, &a);
	assert_int_equal(bench_show_pool(&b, 0).kept, 1);
	bench_done(&b);
}

/* sim, seed 3807: the denial took the address from a registration that went on */
static void denial_leaves_a_registered_host_its_address_while_its_pool_is_away(void **state)
{
	struct bench b;
	struct in6_addr a, again;

	begin(&b);
	bench_pool(&b, HA_POOL_PREFIXES, PREFIXES, 4);
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	b.config.n_pools = 0;
	bench_restart(&b);
	assert_int_equal(bench_wish(&b, NAI, ROUTER_1, 0x99).code, MIP4_HA_PROHIBITED);
	bench_restart(&b);
	b.config.n_pools = 1;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	again = bench_serve(&b, NAI, ROUTER_1, 0x99);
	assert_true(in6_equal(&a, &again));
	bench_done(&b);
}

/* Another host has the address that is now assigned to it. */
static void
denial_leaves_a_registered_host_its_address_while_the_assigned_one_is_taken(void **state)
{
	static struct ha_static own = { .nai = NAI };
	struct bench b;
	struct in6_addr a, taken, again;

	begin(&b);
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0);
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	taken = bench_serve(&b, name(0), ROUTER_1, 0);
	own.address = taken;
	b.config.statics = &own;
	b.config.n_statics = 1;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(bench_wish(&b, NAI, ROUTER_1, 0).code, MIP4_HA_RESOURCES);
	b.config.n_statics = 0;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	again = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_true(in6_equal(&a, &again));
	bench_done(&b);
}

/* Nothing is left of the host but the secret, which stands under a key of its own. */
static void stable_identifier_is_the_same_after_all_but_the_secret_is_forgotten(void **state)
{
	struct bench_record *secret;
	struct bench b;
	struct in6_addr a, again, other;

	begin(&b);
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0)->identifiers = HA_IDENTIFIERS_STABLE;
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	for (size_t i = 0; i < b.n_records; i++)
		if (b.records[i].key_length > 1)
			b.records[i].value_length = 0;
	b.env.seed++;
	memcpy(b.env.secret, "another secret!", 15);
	bench_restart(&b);
	secret = bench_record(&b, BYTES("H", 1));
	secret->value_length = 0;
	again = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_true(in6_equal(&a, &again));
	assert_int_equal(secret->value_length, 0); /* it is not stored once more */
	b.n_records = 0;
	bench_restart(&b);
	other = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_false(in6_equal(&a, &other));
	bench_done(&b);
}

/* Promised for ever, so it has two hours more (draft 3.2.5), and then ends at its agent, too. */
static void stable_identifier_is_the_hosts_own_whoever_came_first(void **state)
{
	struct in6_addr first, second;

	for (int i = 0; i < 2; i++) {
		struct bench b;
		struct in6_addr v[2];

		begin(&b);
		bench_pool(&b, HA_POOL_SHARED, SHARED, 0)->identifiers = HA_IDENTIFIERS_STABLE;
		bench_start(&b);
		v[i] = bench_serve(&b, name(i), ROUTER_1, 0);
		v[!i] = bench_serve(&b, name(!i), ROUTER_1, 0);
		if (i) {
			assert_true(in6_equal(&v[0], &first));
			assert_true(in6_equal(&v[1], &second));
		}
		first = v[0];
		second = v[1];
		assert_false(in6_equal(&first, &second));
		bench_done(&b);
	}
}

/* The table is full of what is kept for those that have gone. */
static void host_that_comes_finds_room_in_a_full_table(void **state)
{
	struct bench b;

	bench_init(&b);
	b.config.addresses_max = 4;
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0);
	bench_start(&b);
	for (int i = 0; i < 7; i++) {
		const struct in6_addr a = bench_serve(&b, name(i), ROUTER_1, 0);

		bench_leave(&b, name(i), ROUTER_1, &a);
		bench_pass(&b, 20);
	}
	assert_int_equal(bench_show_pool(&b, 0).kept, 4);
	bench_done(&b);
}

/* It has asked for a /64, and there is none: what is assigned to it is still its own. */
static void denial_leaves_a_host_what_is_assigned_to_it(void **state)
{
	static struct ha_static own = { .nai = NAI };
	struct bench b;
	struct in6_addr a;

	begin(&b);
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0);
	own.address = in6("2001:db8:c::5");
	b.config.statics = &own;
	b.config.n_statics = 1;
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_given(&a, "2001:db8:c::5");
	bench_leave(&b, NAI, ROUTER_1, &a);
	assert_int_equal(bench_wish(&b, NAI, ROUTER_1, 7).code, MIP4_HA_RESOURCES);
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	assert_given(&a, "2001:db8:c::5");
	assert_int_equal(bench_show_pool(&b, 0).used, 0);
	bench_done(&b);
}

/* The first addresses of the pool are all somebody's by assignment. */
static void search_goes_on_where_the_last_one_ended(void **state)
{
	static struct ha_static statics[70];
	struct bench b;
	struct in6_addr a;

	begin(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, SHARED "100", 100);
	for (uint8_t i = 0; i < 70; i++) {
		snprintf(statics[i].nai, sizeof(statics[i].nai), "s%d@example.net", i);
		statics[i].address = in6(SHARED "100");
		statics[i].address.s6_addr[15] = i;
	}
	b.config.statics = statics;
	b.config.n_statics = 70;
	bench_start(&b);
	assert_int_equal(bench_wish(&b, name(0), ROUTER_1, 0).code, MIP4_HA_RESOURCES);
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0); /* changes nothing */
	assert_int_equal(bench_show_pool(&b, 0).denied, 1);
	a = bench_serve(&b, name(1), ROUTER_1, 0);
	assert_given(&a, SHARED "146");
	bench_done(&b);
}

static void pool_that_a_reload_leaves_goes_on_as_it_was(void **state)
{
	struct in6_addr a;
	struct bench b;

	begin(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, SHARED "1", 2);
	bench_pool(&b, HA_POOL_PREFIXES, PREFIXES, 1);
	bench_start(&b);
	a = bench_serve(&b, name(0), ROUTER_1, 7); /* the only prefix */
	assert_int_equal(bench_wish(&b, name(1), ROUTER_1, 8).code, MIP4_HA_RESOURCES);
	assert_int_equal(bench_show_pool(&b, 1).denied, 1);
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(bench_show_pool(&b, 1).denied, 1);
	assert_int_equal(bench_show_pool(&b, 1).used, 1);
	assert_false(bench_show_pool(&b, 1).ending);
	bench_leave(&b, name(0), ROUTER_1, &a);
	bench_done(&b);
}

static void registration_ends_with_the_pool_that_a_reload_takes_away(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	begin(&b);
	b.config.lifetime_max = 0xffff;
	bench_pool(&b, HA_POOL_SHARED, SHARED, 0)->valid = 0xffffffff;
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	q.m.lifetime = 0xffff;
	ask(&b, &q);
	assert_int_equal(reply(&b).lifetime, 0xffff);
	b.config.n_pools = 0;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	bench_pass(&b, 7190);
	assert_true(shown(&b, NAI, &info));
	assert_true(info.lifetime <= 10 && info.addresses[0].valid <= 10);
	assert_true(bench_show_pool(&b, 0).ending);
	bench_forget(&b);
	bench_pass(&b, 10);
	assert_false(shown(&b, NAI, &info));
	assert_int_equal(sent(&b, MIP4_REVOCATION, NULL).hoa, MIP4_FULL);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(prefixes_are_one_hosts_each_with_the_identifier_asked_for, "HA-1 HA-2 HA-36"),
	TEST(shared_prefix_gives_identifiers_of_the_three_kinds, "HA-1"),
	TEST(range_gives_its_addresses_and_none_that_are_reserved_or_our_own, "HA-2"),
	TEST(first_pool_that_serves_the_realm_gives, "HA-36"),
	TEST(realm_without_a_pool_is_denied_129, "HA-36"),
	TEST(who_comes_back_has_its_own_until_the_longest_gone_gives_way, "HA-1"),
	TEST(denial_leaves_a_host_what_is_kept_for_it, ""),
	TEST(assigned_address_is_nobody_elses, "HA-1"),
	TEST(assigned_address_that_is_named_comes_as_it_is_assigned, ""),
	TEST(address_assigned_while_another_has_it_is_had_when_he_has_left, ""),
	TEST(assignment_without_a_prefix_leaves_the_host_a_prefix_that_it_asked_for, ""),
	TEST(leases_are_known_after_a_restart, "HA-1"),
	TEST(stable_identifier_is_the_same_after_all_but_the_secret_is_forgotten, ""),
	TEST(address_restored_without_its_pool_belongs_to_it_when_it_is_back, ""),
	TEST(denial_leaves_a_registered_host_its_address_while_its_pool_is_away, ""),
	TEST(denial_leaves_a_registered_host_its_address_while_the_assigned_one_is_taken, ""),
	TEST(stable_identifier_is_the_hosts_own_whoever_came_first, ""),
	TEST(host_that_comes_finds_room_in_a_full_table, ""),
	TEST(denial_leaves_a_host_what_is_assigned_to_it, ""),
	TEST(search_goes_on_where_the_last_one_ended, ""),
	TEST(pool_that_a_reload_leaves_goes_on_as_it_was, ""),
	TEST(registration_ends_with_the_pool_that_a_reload_takes_away, "HA-29 HA-30"),
};

int main(void)
{
	return TESTS_RUN("core_ha_pool", tests);
}
