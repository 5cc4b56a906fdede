/* SPDX-License-Identifier: Apache-2.0 */
/* What is stored of a host, and that a batch which could not be stored has never been. */
#include "ha_bench.h"

#include <errno.h>

#define AN   "198.51.100.2"
#define AN_2 "203.0.113.2"
#define HOME "2001:db8:1::100" /* of a pool on the home link */

/* --- the state as it is shown --- */

struct snapshot {
	struct ha_binding_info v[8];
	char nai[8][NAI_MAX];
	size_t n;
	struct ha_pool_info pools[4];
	size_t n_pools;
};

static struct snapshot take_snapshot(struct bench *b)
{
	struct snapshot s = { 0 };
	uint32_t cursor = 0;

	while (ha_binding_next(b->ha, &cursor, b->now, &s.v[s.n])) {
		memcpy(s.nai[s.n], s.v[s.n].nai.p, s.v[s.n].nai.n);
		s.n++;
	}
	for (cursor = 0; ha_pool_next(b->ha, &cursor, &s.pools[s.n_pools]);)
		s.n_pools++;
	return s;
}

static const struct ha_binding_info *of(const struct snapshot *s, const char *nai)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->nai[i], nai) == 0)
			return &s->v[i];
	fail_msg("%s has no binding any more", nai);
	return NULL;
}

static void assert_same_addresses(const struct ha_binding_info *a, const struct ha_binding_info *b)
{
	assert_int_equal(a->n_addresses, b->n_addresses);
	for (size_t i = 0; i < a->n_addresses; i++) {
		size_t j = 0;

		while (j < b->n_addresses &&
		       !in6_equal(&a->addresses[i].address, &b->addresses[j].address))
			j++;
		assert_true(j < b->n_addresses);
		assert_int_equal(a->addresses[i].bound, b->addresses[j].bound);
		/* an advertisement puts the end off without being stored */
		assert_true(a->addresses[i].valid - b->addresses[j].valid <= 30);
	}
}

static void assert_same(const struct snapshot *a, const struct snapshot *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct ha_binding_info *x = &a->v[i], *y = of(b, a->nai[i]);

		assert_int_equal(x->tunnel.remote.s_addr, y->tunnel.remote.s_addr);
		assert_int_equal(x->lifetime, y->lifetime);
		assert_int_equal(x->granted, y->granted);
		assert_int_equal(x->tunnelling, y->tunnelling);
		assert_int_equal(x->unique, y->unique);
		assert_int_equal(x->has_home, y->has_home);
		assert_true(in6_equal(&x->home, &y->home));
		assert_same_addresses(x, y);
	}
	assert_int_equal(a->n_pools, b->n_pools);
	for (size_t i = 0; i < a->n_pools; i++) {
		assert_int_equal(a->pools[i].used, b->pools[i].used);
		assert_int_equal(a->pools[i].kept, b->pools[i].kept);
	}
}

/* --- hosts of every shape --- */

static void begin(struct bench *b)
{
	bench_init(b);
	b->config.bindings_max = 8;
	b->config.addresses_max = 16;
	b->config.lifetime_max = 0xffff;
	bench_pool(b, HA_POOL_ADDRESSES, "2001:db8:b::1", 2);
	bench_pool(b, HA_POOL_PREFIXES, "2001:db8:a::", 4);
	bench_pool(b, HA_POOL_ADDRESSES, HOME, 2)->valid = 0xffffffff;
	strcpy(b->config.pools[0].realm, "example.net");
	strcpy(b->config.pools[1].realm, "example.net");
	b->config.prefixes[0].valid = 86400;
	b->sas[1] = b->sas[0]; /* NAI_2 is one of the realm here */
	strcpy(b->sas[1].name, "home.example.net");
	bench_start(b);
}

#define SHARED_HOST "shared@example.net"
#define UNIQUE_HOST "unique@example.net"
#define KEPT_HOST   "kept@example.net"
#define HOME_HOST   "h@home.example.net"
#define GONE_HOST   "gone@example.net"

static void populate(struct bench *b)
{
	struct in6_addr a;
	struct rrq q;
	struct nd m = ns(NULL, GLOBAL);

	bench_bind(b, NAI, AN, LL);
	tunnel_nd(b, AN, &m); /* in DAD */
	bench_serve(b, SHARED_HOST, ROUTER_1, 0);
	bench_serve(b, UNIQUE_HOST, ROUTER_1, 0x77);
	a = bench_serve(b, KEPT_HOST, ROUTER_2, 0);
	bench_leave(b, KEPT_HOST, ROUTER_2, &a);
	q = rrq(b, GONE_HOST, AN_2);
	q.m.lifetime = 0;
	ask(b, &q);
	q = router_rrq(b, HOME_HOST, ROUTER_2);
	q.m.lifetime = 0xffff;
	ask(b, &q);
	bench_pass(b, 5);
	bench_forget(b);
	assert_int_equal(take_snapshot(b).n, 4);
}

/* --- batches that cannot be stored --- */

static struct rrq request;

static void first_registration(struct bench *b)
{
	request = router_rrq(b, "new@example.net", ROUTER_2);
	request.m.hoa_request_iid = 9;
	ask(b, &request);
}
/* The pool is full: it gets the address that is kept for KEPT_HOST. */
static void address_of_another(struct bench *b)
{
	request = router_rrq(b, "new@example.net", ROUTER_2);
	ask(b, &request);
}
static void first_in_tunnelling_mode(struct bench *b)
{
	request = rrq(b, "new@example.net", AN_2);
	ask(b, &request);
}
/* Its care-of address is that of NAI, whose binding ends. */
static void care_of_address_of_another(struct bench *b)
{
	request = rrq(b, "new@example.net", AN);
	ask(b, &request);
}
static void renewal(struct bench *b)
{
	request = router_rrq(b, SHARED_HOST, ROUTER_1);
	request.m.lifetime = 60;
	ask(b, &request);
}
static void movement(struct bench *b)
{
	request = router_rrq(b, UNIQUE_HOST, ROUTER_2);
	ask(b, &request);
}
static void movement_with_learnt_addresses(struct bench *b)
{
	request = rrq(b, NAI, AN_2);
	ask(b, &request);
}
static void change_of_mode(struct bench *b)
{
	request = router_rrq(b, NAI, ROUTER_1);
	request.m.hoa_request_iid = 3;
	ask(b, &request);
}
static void home_link_registration_again(struct bench *b)
{
	request = router_rrq(b, HOME_HOST, ROUTER_1);
	ask(b, &request);
}
static void return_of_the_kept(struct bench *b)
{
	request = router_rrq(b, KEPT_HOST, ROUTER_1);
	ask(b, &request);
}
static void deregistration(struct bench *b)
{
	request = rrq(b, NAI, AN);
	request.m.lifetime = 0;
	ask(b, &request);
}

static void what_cannot_be_stored_has_never_been(void **state)
{
	static void (*const changes[])(struct bench *) = {
		first_registration,
		address_of_another,
		first_in_tunnelling_mode,
		care_of_address_of_another,
		renewal,
		movement,
		movement_with_learnt_addresses,
		change_of_mode,
		home_link_registration_again,
		return_of_the_kept,
		deregistration,
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct snapshot before, after;
		struct bench b;

		begin(&b);
		populate(&b);
		before = take_snapshot(&b);
		b.store_fails = true;
		changes[i](&b);
		assert_silent(&b);
		after = take_snapshot(&b);
		assert_same(&before, &after);
		/* for a second everything else is denied; it is not lost */
		ask(&b, &request);
		assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
		assert_true(drops(&b, DROP_STORE_FAILED) > 0);
		b.store_fails = false;
		bench_pass(&b, 1);
		bench_forget(&b);
		ask(&b, &request); /* tries the store */
		assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
		bench_forget(&b);
		ask(&b, &request); /* and is no replay */
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		/* what is shown now is what was stored, so a restart finds the same */
		bench_pass(&b, 5);
		before = take_snapshot(&b);
		bench_restart(&b);
		after = take_snapshot(&b);
		assert_same(&before, &after);
		bench_done(&b);
	}
}

static void operators_revocation_is_undone_too(void **state)
{
	struct snapshot before, after;
	struct bytes key, value;
	struct bench b;

	begin(&b);
	populate(&b);
	before = take_snapshot(&b);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	while (ha_role.changed(b.ha, b.now, &key, &value))
		;
	assert_false(ha_role.batch_end(b.ha, false, b.now));
	after = take_snapshot(&b);
	assert_same(&before, &after);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), -EAGAIN);
	bench_forget(&b);
	bench_pass(&b, 20);
	assert_int_equal(count(&b, ACTION_SEND), 0); /* no revocation goes on */
	bench_done(&b);
}

/* Its timers run while nothing can be stored, and what is due waits. */
static void nothing_expires_while_it_cannot_be_stored(void **state)
{
	struct ha_binding_info info;
	const struct nd m = ns(NULL, "2001:db8:1::77");
	uint64_t failed;
	struct bench b;

	begin(&b);
	populate(&b);
	b.store_fails = true;
	bench_pass(&b, 700);
	failed = drops(&b, DROP_STORE_FAILED);
	tunnel_nd(&b, AN, &m); /* nor begins anything */
	assert_int_equal(drops(&b, DROP_STORE_FAILED), failed + 1);
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL), 0);
	assert_true(shown(&b, SHARED_HOST, &info));
	b.store_fails = false;
	bench_pass(&b, 5);
	assert_false(shown(&b, SHARED_HOST, &info));
	bench_done(&b);
}

static void dad_before_a_reply_goes_on_after_a_failed_batch(void **state)
{
	struct bench b;
	struct rrq q;

	begin(&b);
	q = router_rrq(&b, HOME_HOST, ROUTER_1);
	ask(&b, &q);
	bench_forget(&b);
	bench_pass(&b, 0.5);
	b.store_fails = true;
	q = router_rrq(&b, HOME_HOST, ROUTER_1);
	ask(&b, &q); /* the same host's once more */
	b.store_fails = false;
	bench_pass(&b, 0.5);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 1); /* by itself */
	bench_pass(&b, 0.6);                                        /* its end tries the store */
	bench_forget(&b);
	q = router_rrq(&b, HOME_HOST, ROUTER_1);
	ask(&b, &q);
	bench_pass(&b, 3);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(address_state(&b, HOME), 2);
	bench_done(&b);
}

static void replays_are_known_after_a_restart(void **state)
{
	struct bench b;
	struct rrq q, old;

	begin(&b);
	old = bench_attach(&b, NAI, AN);
	q = bench_attach(&b, NAI, AN_2);
	bench_restart(&b);
	bench_pass(&b, 2);
	bench_forget(&b);
	ask(&b, &q); /* the accepted one: answered again, with what is left */
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(reply(&b).lifetime, 598);
	bench_forget(&b);
	ask(&b, &old);
	assert_int_equal(reply(&b).code, MIP4_HA_IDENTIFICATION);
	bench_done(&b);
}

/* --- records --- */

static void every_shape_comes_back_as_it_was(void **state)
{
	struct snapshot before, after;
	struct bench b;

	begin(&b);
	populate(&b);
	before = take_snapshot(&b);
	bench_restart(&b);
	after = take_snapshot(&b);
	assert_same(&before, &after);
	bench_pass(&b, 2); /* told to the data plane: 3 tunnels, and each address */
	assert_true(count(&b, ACTION_TUNNEL_SET) >= 3);
	assert_int_equal(count(&b, ACTION_ADDRESS_SET), 5);
	bench_done(&b);
}

static struct bench stored; /* whose records are tried */

static int restore(struct bench *b, const struct bench_record *r, const uint8_t *value, size_t n)
{
	bench_init(b);
	b->config = stored.config;
	memcpy(b->sas, stored.sas, sizeof(b->sas));
	b->config.sas = b->sas;
	b->now = stored.now;
	bench_start(b);
	return ha_role.restore(b->ha, BYTES(r->key, r->key_length), (struct bytes){ value, n },
			       b->now);
}

/* Whatever was restored: it lives, and others are served. */
static void assert_alive(struct bench *b)
{
	struct rrq q;

	ha_role.restored(b->ha, b->now);
	bench_pass(b, 3);
	bench_forget(b);
	q = rrq(b, "another@example.net", "203.0.113.77");
	ask(b, &q);
	assert_int_equal(reply(b).code, MIP4_ACCEPTED);
}

static void for_each_record(void (*try)(const struct bench_record *r))
{
	static struct bench_record records[BENCH_RECORDS];
	size_t n;

	begin(&stored);
	populate(&stored);
	n = stored.n_records;
	memcpy(records, stored.records, sizeof(records));
	bench_done(&stored);
	assert_true(n >= 7); /* six hosts and the secret */
	for (size_t i = 0; i < n; i++)
		try(&records[i]);
}

static void truncate(const struct bench_record *r)
{
	static struct bench b;

	for (size_t n = 0; n < r->value_length; n++) {
		assert_int_equal(restore(&b, r, r->value, n), -EBADMSG);
		assert_int_equal(take_snapshot(&b).n, 0);
		assert_alive(&b);
		bench_done(&b);
	}
	assert_int_equal(restore(&b, r, r->value, r->value_length), 0);
	bench_done(&b);
	assert_int_equal(restore(&b, r, r->value, r->value_length + 1), -EBADMSG);
	bench_done(&b);
}

static void of_a_newer_version(const struct bench_record *r)
{
	static struct bench b;
	uint8_t value[sizeof(r->value)];

	memcpy(value, r->value, sizeof(value));
	value[0]++;
	assert_int_equal(restore(&b, r, value, r->value_length), -ENOTSUP);
	assert_alive(&b);
	bench_done(&b);
}

static void damage(const struct bench_record *r)
{
	static const uint8_t flips[] = { 1, 2, 4, 8, 16, 32, 64, 128, 0xff };
	static struct bench b;

	for (size_t i = 0; i < r->value_length; i++)
		for (size_t k = 0; k < sizeof(flips); k++) {
			uint8_t value[sizeof(r->value)];
			int err;

			memcpy(value, r->value, sizeof(value));
			value[i] ^= flips[k];
			err = restore(&b, r, value, r->value_length);
			assert_true(err == 0 || err == -EBADMSG || err == -ENOTSUP ||
				    err == -ENOSPC);
			assert_alive(&b);
			bench_done(&b);
		}
}

static void truncated_record_is_refused_at_every_octet(void **state)
{
	for_each_record(truncate);
}
static void record_of_a_newer_version_is_refused(void **state)
{
	for_each_record(of_a_newer_version);
}
static void damaged_record_does_no_more_than_be_wrong(void **state)
{
	for_each_record(damage);
}

static void keys_that_are_not_ours_are_refused(void **state)
{
	static const uint8_t long_key[2 + NAI_MAX] = { 'H', 'x' };
	struct bench_record r = { .key_length = 2, .key = "Xa" };
	static struct bench b;

	begin(&stored);
	bench_done(&stored);
	assert_int_equal(restore(&b, &r, r.value, 10), -EBADMSG);
	assert_int_equal(
		ha_role.restore(b.ha, BYTES(long_key, sizeof(long_key)), BYTES(r.value, 10), b.now),
		-EBADMSG);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(what_cannot_be_stored_has_never_been, ""),
	TEST(operators_revocation_is_undone_too, ""),
	TEST(nothing_expires_while_it_cannot_be_stored, ""),
	TEST(dad_before_a_reply_goes_on_after_a_failed_batch, ""),
	TEST(replays_are_known_after_a_restart, ""),
	TEST(every_shape_comes_back_as_it_was, ""),
	TEST(truncated_record_is_refused_at_every_octet, ""),
	TEST(record_of_a_newer_version_is_refused, ""),
	TEST(damaged_record_does_no_more_than_be_wrong, ""),
	TEST(keys_that_are_not_ours_are_refused, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_batch", tests);
}
