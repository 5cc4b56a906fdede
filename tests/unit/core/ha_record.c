/* SPDX-License-Identifier: Apache-2.0 */
/* Every field of a host's record: what a restart reads, and what a batch that could not be stored
 * is taken back to, would be written again octet for octet. */
#include "core/ha_record.h"
#include "core/ha_state.h"
#include "ha_bench.h"

#include <errno.h>

#define AN   "198.51.100.2"
#define AN_2 "203.0.113.2"
#define HOME "2001:db8:1::100" /* of a pool on the home link */

#define SHARED_HOST "shared@example.net"
#define UNIQUE_HOST "unique@example.net"
#define KEPT_HOST   "kept@example.net"
#define HOME_HOST   "h@home.example.net"
#define IPV4_HOST   "ipv4@example.net"

static void begin(struct bench *b)
{
	bench_init(b);
	b->config.bindings_max = 8;
	b->config.addresses_max = 16;
	b->config.lifetime_max = 0xffff;
	b->config.home4_first = in4("10.0.0.1");
	b->config.home4_size = 4;
	bench_pool(b, HA_POOL_ADDRESSES, "2001:db8:b::1", 4);
	bench_pool(b, HA_POOL_PREFIXES, "2001:db8:a::", 4);
	bench_pool(b, HA_POOL_ADDRESSES, HOME, 2)->valid = 0xffffffff;
	strcpy(b->config.pools[0].realm, "example.net");
	strcpy(b->config.pools[1].realm, "example.net");
	b->sas[1] = b->sas[0];
	strcpy(b->sas[1].name, "home.example.net");
	bench_start(b);
}

/* A host of every shape: moved; without revocations; of a router; with a /64; without a binding; on
 * the home link, for ever; with an IPv4 address. */
static void populate(struct bench *b)
{
	const struct nd dad = ns(NULL, GLOBAL);
	struct mip4_message m;
	struct in6_addr a;
	struct rrq q;

	bench_attach(b, NAI, AN);
	q = rrq(b, NAI, AN_2);
	ask(b, &q);
	m = sent(b, MIP4_REVOCATION, NULL);
	acknowledge(b, &m, AN);
	bench_bind(b, NAI, AN_2, LL);
	tunnel_nd(b, AN_2, &dad); /* in DAD */
	bench_serve(b, SHARED_HOST, ROUTER_1, 0);
	bench_serve(b, UNIQUE_HOST, ROUTER_1, 0x77);
	a = bench_serve(b, KEPT_HOST, ROUTER_2, 0);
	bench_leave(b, KEPT_HOST, ROUTER_2, &a);
	q = router_rrq(b, HOME_HOST, ROUTER_2);
	q.m.lifetime = 0xffff;
	ask(b, &q);
	q = rrq(b, IPV4_HOST, AN);
	q.m.flags = MIP4_T; /* does not decapsulate itself */
	q.m.revocation_support = false;
	ask(b, &q);
	bench_pass(b, 5);
	bench_forget(b);
}

/* --- records, written anew --- */

#define TIMES_MAX (2 + ADDRESSES_PER_HOST_MAX)

struct written {
	uint8_t octets[HOST_RECORD_MAX];
	size_t n;
	uint64_t times[TIMES_MAX]; /* taken out of the octets: they are rounded */
	size_t n_times;
};

static void take_time(struct written *r, size_t at)
{
	struct reader in = reader_new(BYTES(r->octets + at, 8));

	assert_true(r->n_times < TIMES_MAX);
	r->times[r->n_times++] = read_u64(&in);
	memset(r->octets + at, 0, 8);
}

static struct written record_of(const struct bench *b, const struct host *x)
{
	struct written r = { 0 };
	struct writer w = writer_new(r.octets, sizeof(r.octets));

	host_record_write(x, b->now, &w);
	r.n = writer_length(&w);
	if (x->binding) { /* after the fixed part and the ends of the tunnel */
		take_time(&r, 26 + 28);
		take_time(&r, 26 + 36);
	}
	for (size_t i = 0; i < x->n_learnt; i++)
		take_time(&r, r.n - 8 - 25 * i);
	return r;
}

static void assert_same(const struct written *a, const struct written *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->octets, b->octets, a->n);
	assert_int_equal(a->n_times, b->n_times);
	for (size_t i = 0; i < a->n_times; i++)
		assert_true(a->times[i] - b->times[i] + 100 <= 200);
}

#define HOSTS 6

static const char *const names[HOSTS] = { NAI,       SHARED_HOST, UNIQUE_HOST,
					  KEPT_HOST, HOME_HOST,   IPV4_HOST };

static void take_all(const struct bench *b, struct written ret[static HOSTS])
{
	for (size_t i = 0; i < HOSTS; i++) {
		const struct host *x = host_find(&b->ha->hosts, BYTES(names[i], strlen(names[i])));

		assert_non_null(x);
		ret[i] = record_of(b, x);
	}
}

static void assert_unchanged(const struct bench *b, const struct written before[static HOSTS])
{
	struct written after[HOSTS];

	take_all(b, after);
	for (size_t i = 0; i < HOSTS; i++)
		assert_same(&before[i], &after[i]);
}

static void every_field_is_known_after_a_restart(void **state)
{
	struct written before[HOSTS];
	struct bench b;

	begin(&b);
	populate(&b);
	take_all(&b, before);
	bench_restart(&b);
	assert_unchanged(&b, before);
	bench_done(&b);
}

/* Whoever is denied is promised nothing, whatever it has. */
static void denial_names_no_home_address(void **state)
{
	struct mip4_message m;
	struct bench b;
	struct rrq q;

	begin(&b);
	populate(&b);
	q = rrq(&b, IPV4_HOST, AN);
	q.m.flags = MIP4_T;
	ask(&b, &q);
	assert_int_not_equal(reply(&b).home.s_addr, 0);
	bench_forget(&b);
	q.m.identification -= 1; /* a replay */
	ask(&b, &q);
	m = reply(&b);
	assert_int_equal(m.code, MIP4_HA_IDENTIFICATION);
	assert_int_equal(m.home.s_addr, 0);
	assert_int_equal(m.lifetime, 0);
	bench_done(&b);
}

static void every_field_is_taken_back(void **state)
{
	struct written before[HOSTS];
	struct bench b;

	begin(&b);
	populate(&b);
	take_all(&b, before);
	for (size_t i = 0; i < HOSTS; i++)
		batch_changes(b.ha, host_find(&b.ha->hosts, BYTES(names[i], strlen(names[i]))),
			      b.now);
	assert_false(ha_role.batch_end(b.ha, false, b.now));
	assert_unchanged(&b, before);
	bench_done(&b);
}

static size_t group_users(const struct bench *b)
{
	size_t n = 0;

	for (uint32_t i = 0; i < b->ha->groups.slab.next; i++)
		n += ((struct group *)slab_at(&b->ha->groups.slab, i))->users;
	return n;
}

/* Their groups are reported again: whoever snoops MLD has forgotten us as well. */
static void defended_addresses_are_listened_for_after_a_restart(void **state)
{
	struct bench b;

	begin(&b);
	populate(&b);
	bench_restart(&b);
	assert_int_equal(group_users(&b), 3); /* of LL, GLOBAL and HOME */
	bench_done(&b);
}

static void advertisements_go_on_after_a_restart(void **state)
{
	struct bench b;
	struct rrq q;

	bench_init(&b);
	b.config.lifetime_max = 0xffff;
	b.config.ra_min = 3;
	b.config.ra_max = 10;
	bench_start(&b);
	q = rrq(&b, NAI, AN);
	q.m.lifetime = 0xffff;
	ask(&b, &q);
	bench_restart(&b);
	bench_pass(&b, 0); /* not to all hosts at once */
	assert_int_equal(count_nd(&b, ACTION_TUNNEL_SEND, ND_RA), 0);
	bench_pass(&b, 11);
	assert_true(count_nd(&b, ACTION_TUNNEL_SEND, ND_RA) > 0);
	bench_done(&b);
}

/* The request that waited for it is forgotten: nobody is answered. */
static void home_address_that_fails_after_a_restart_is_taken_back(void **state)
{
	struct bench b;
	struct rrq q;
	const struct in6_addr home = in6(HOME);
	struct nd m = na("fe80::77", HOME);

	begin(&b);
	q = router_rrq(&b, HOME_HOST, ROUTER_2);
	ask(&b, &q);
	bench_restart(&b);
	assert_int_equal(group_users(&b), 1); /* or nobody's objection is heard */
	assert_non_null(address_find(&b.ha->addresses, &home));
	bench_pass(&b, 0);
	bench_forget(&b);
	home_nd(&b, &m);
	assert_null(address_find(&b.ha->addresses, &home));
	assert_int_equal(count(&b, ACTION_SEND), 0);
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	bench_done(&b);
}

/* The solicitations of DAD that goes on are known when they come back (RFC 7527). */
static void nonces_are_chosen_anew_after_a_restart(void **state)
{
	static const uint8_t none[6];
	struct bench b;
	struct nd m;

	begin(&b);
	populate(&b);
	m = ns(NULL, "2001:db8:1::b");
	tunnel_nd(&b, AN_2, &m);
	bench_restart(&b);
	bench_pass(&b, 0);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NS, 0);
	assert_true(m.has_nonce);
	assert_memory_not_equal(m.nonce, none, sizeof(none));
	bench_done(&b);
}

static struct bench_record stored(struct bench *b, const char *nai)
{
	uint8_t key[1 + NAI_MAX] = { 'H' };
	const struct bench_record *r;

	memcpy(key + 1, nai, strlen(nai));
	r = bench_record(b, (struct bytes){ key, 1 + strlen(nai) });
	assert_non_null(r);
	return *r;
}

/* The records of these hosts into a new home agent, configured otherwise: what the last one gives.
 */
static int restore_into(struct bench *b, void (*change)(struct ha_config *), const char *first,
			const char *second)
{
	const char *const nais[] = { first, second };
	struct ha_config c = b->config;
	struct ha *h;
	int err = 0;

	change(&c);
	assert_int_equal(ha_new(&c, &b->env, &h), 0);
	for (int i = 0; i < 2 && nais[i]; i++) {
		const struct bench_record r = stored(b, nais[i]);

		assert_int_equal(err, 0);
		err = ha_role.restore(h, BYTES(r.key, r.key_length), BYTES(r.value, r.value_length),
				      b->now);
	}
	ha_audit(h);
	ha_done(h);
	return err;
}

static void one_address(struct ha_config *c)
{
	c->addresses_max = 1;
}

static void one_binding(struct ha_config *c)
{
	c->bindings_max = 1;
}

static void no_address_a_host(struct ha_config *c)
{
	c->addresses_per_host = 0;
}

static void other_pools(struct ha_config *c)
{
	c->n_pools = 1;
	c->pools[0].first = in6("2001:db8:c::1");
}

static void what_there_is_no_room_for_is_said(void **state)
{
	struct bench b;

	begin(&b);
	populate(&b);
	assert_int_equal(restore_into(&b, one_address, NAI, NULL), -ENOSPC);
	assert_int_equal(restore_into(&b, no_address_a_host, NAI, NULL), -ENOSPC);
	assert_int_equal(restore_into(&b, other_pools, SHARED_HOST, NULL), 0);
	assert_int_equal(restore_into(&b, one_address, SHARED_HOST, NULL), 0);
	assert_int_equal(restore_into(&b, one_address, SHARED_HOST, UNIQUE_HOST), -ENOSPC);
	assert_int_equal(restore_into(&b, one_binding, SHARED_HOST, UNIQUE_HOST), -ENOSPC);
	bench_done(&b);
}

static void more_hosts_than_there_is_room_for_are_said(void **state)
{
	uint8_t key[] = "H0@example.net";
	struct ha_config c;
	struct bench_record r;
	struct bench b;
	struct ha *h;
	int err = 0, n;

	begin(&b);
	populate(&b);
	r = stored(&b, KEPT_HOST);
	c = b.config;
	c.bindings_max = 2;
	assert_int_equal(ha_new(&c, &b.env, &h), 0);
	for (n = 0; n < 10 && !err; n++) {
		key[1] = (uint8_t)('0' + n);
		err = ha_role.restore(h, BYTES(key, sizeof(key) - 1),
				      BYTES(r.value, r.value_length), b.now);
	}
	assert_int_equal(err, -ENOSPC);
	assert_int_equal(n, 4 + 1); /* those with a binding, and as many that have gone */
	ha_audit(h);
	ha_done(h);
	bench_done(&b);
}

/* As after a change of the configuration: the first has it, and the rest of the second is kept. */
static void two_hosts_with_one_address_are_both_restored(void **state)
{
	static const uint8_t key[] = "Hother@example.net";
	struct ha_binding_info info;
	struct bench_record r;
	struct bench b;

	begin(&b);
	populate(&b);
	r = stored(&b, SHARED_HOST);
	bench_restart(&b);
	assert_int_equal(ha_role.restore(b.ha, BYTES(key, sizeof(key) - 1),
					 BYTES(r.value, r.value_length), b.now),
			 0);
	assert_true(shown(&b, "other@example.net", &info));
	assert_false(info.has_home);
	assert_true(shown(&b, SHARED_HOST, &info));
	assert_true(info.has_home);
	bench_done(&b);
}

static void record_that_cannot_be_ours_is_refused(void **state)
{
	struct bench_record r, bad;
	struct bench b;
	struct ha *h;

	begin(&b);
	populate(&b);
	r = stored(&b, KEPT_HOST); /* fixed part, home address, no learnt ones */
	assert_int_equal(r.value_length, 26 + 18 + 1);
	assert_int_equal(ha_new(&b.config, &b.env, &h), 0);
	bad = r;
	bad.value[0] = 0; /* version */
	assert_int_equal(ha_role.restore(h, BYTES(r.key, r.key_length),
					 BYTES(bad.value, r.value_length), b.now),
			 -EBADMSG);
	bad = r;
	bad.value[26 + 16] = 65; /* length of the prefix */
	assert_int_equal(ha_role.restore(h, BYTES(r.key, r.key_length),
					 BYTES(bad.value, r.value_length), b.now),
			 -EBADMSG);
	bad = r;
	bad.value[26 + 17] = HOST_ADDRESS_BOUND + 1; /* state */
	assert_int_equal(ha_role.restore(h, BYTES(r.key, r.key_length),
					 BYTES(bad.value, r.value_length), b.now),
			 -EBADMSG);
	ha_done(h);
	bench_done(&b);
}

static void address_of_no_pool_is_counted_in_none(void **state)
{
	struct bench b;

	begin(&b);
	populate(&b);
	other_pools(&b.config);
	bench_restart(&b);
	assert_int_equal(bench_show_pool(&b, 0).used, 0);
	assert_int_equal(bench_show_pool(&b, 0).kept, 0);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(every_field_is_known_after_a_restart, ""),
	TEST(every_field_is_taken_back, ""),
	TEST(denial_names_no_home_address, ""),
	TEST(defended_addresses_are_listened_for_after_a_restart, ""),
	TEST(advertisements_go_on_after_a_restart, ""),
	TEST(home_address_that_fails_after_a_restart_is_taken_back, ""),
	TEST(nonces_are_chosen_anew_after_a_restart, ""),
	TEST(record_that_cannot_be_ours_is_refused, ""),
	TEST(what_there_is_no_room_for_is_said, ""),
	TEST(more_hosts_than_there_is_room_for_are_said, ""),
	TEST(two_hosts_with_one_address_are_both_restored, ""),
	TEST(address_of_no_pool_is_counted_in_none, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_record", tests);
}
