/* SPDX-License-Identifier: Apache-2.0 */
/* Access routers at the home agent (draft 3.1, 4.4, RFC 3543): revocations in both directions, what
 * lifetimes they get, and what is not promised to them. */
#include "ha_bench.h"

#define POOLED   "2001:db8:b::"
#define STRANGER "198.51.100.50"

static void begin(struct bench *b)
{
	bench_init(b);
	bench_pool(b, HA_POOL_PREFIXES, "2001:db8:a::", 4);
	bench_start(b);
}

/* --- revocations by a router --- */

struct revoke {
	struct mip4_message m;
	const char *from;
	enum mip4_auth auth;
	struct in_addr key_of; /* the router whose key signs an FHAE */
	bool spoil;
};

static struct revoke revocation(struct bench *b, const struct in6_addr *home)
{
	return (struct revoke){ .m = { .type = MIP4_REVOCATION,
				       .home_agent = in4("192.0.2.1"),
				       .care_of = in4(ROUTER_1),
				       .revocation_id = ntp_seconds(b->now.ntp),
				       .nai = BYTES(NAI, strlen(NAI)),
				       .hoa = MIP4_FULL,
				       .hoa_unique = true,
				       .hoa_address = *home },
				.from = ROUTER_1,
				.auth = MIP4_FHAE,
				.key_of = in4(ROUTER_1) };
}

static void emit(struct bench *b, const struct revoke *r)
{
	const struct mip4_sa *sa = r->auth == MIP4_FHAE ? sa_find_node(b->keys, r->key_of, 0)
							: sa_find_nai(b->keys, r->m.nai, 0);
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(mip4_encode(&r->m, &b->config.numbers, &r->auth, &sa, 1, &w), 0);
	if (r->spoil)
		buf[writer_length(&w) - 1] ^= 1;
	bench_forget(b);
	ask_octets(b, writer_bytes(&w), in4(r->from));
}

static void assert_acknowledged(struct bench *b, const struct revoke *r)
{
	struct datagram to;
	const struct mip4_message m = sent(b, MIP4_REVOCATION_ACK, &to);

	assert_int_equal(m.revocation_id, r->m.revocation_id);
	assert_true(bytes_equal(m.nai, r->m.nai));
	assert_true(m.revocation_inform == r->m.revocation_inform);
	assert_int_equal(m.hoa, MIP4_FULL);
	assert_memory_equal(&m.hoa_address, &r->m.hoa_address, 16);
	assert_true(m.hoa_unique == r->m.hoa_unique);
	assert_true(m.fhae.present && !m.mhae.present);
	assert_int_equal(mip4_verify(&m, &m.fhae, sa_find_node(b->keys, r->key_of, 0)), 0);
	assert_int_equal(to.remote.s_addr, in4(r->from).s_addr);
}

static void router_lets_its_host_go_and_is_answered(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct in6_addr a, again;
	struct revoke r;

	begin(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	bench_pass(&b, 2);
	r = revocation(&b, &a);
	emit(&b, &r);
	assert_acknowledged(&b, &r);
	assert_non_null(event(&b, EVENT_DETACHED));
	assert_false(shown(&b, NAI, &info));
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	/* it has not heard us, or says it otherwise */
	r.m.revocation_inform = true;
	emit(&b, &r);
	assert_acknowledged(&b, &r);
	assert_int_equal(b.out.n, 1);
	again = bench_serve(&b, NAI, ROUTER_2, 0);
	assert_true(in6_equal(&a, &again));
	bench_done(&b);
}

static void assert_not_revoked(struct bench *b, const struct revoke *r, enum drop reason)
{
	struct ha_binding_info info;
	const uint64_t before = drops(b, reason);

	emit(b, r);
	assert_silent(b);
	assert_int_equal(drops(b, reason), before + 1);
	assert_true(shown(b, NAI, &info));
}

static void revocations_that_are_not_the_routers_word_end_nothing(void **state)
{
	struct bench b;
	struct in6_addr a;
	struct revoke right, r;
	struct rrq q;

	begin(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	bench_pass(&b, 2);
	right = revocation(&b, &a);
	r = right;
	r.auth = MIP4_MHAE;
	assert_not_revoked(&b, &r, DROP_AUTH_MISSING);
	r = right;
	r.spoil = true;
	assert_not_revoked(&b, &r, DROP_AUTH_WRONG);
	r = right;
	r.key_of = in4(ROUTER_2);
	assert_not_revoked(&b, &r, DROP_AUTH_WRONG);
	r = right;
	r.from = STRANGER;
	assert_not_revoked(&b, &r, DROP_SA_UNKNOWN);
	r = right;
	r.m.nai.n = 0;
	r.m.nai.p = NULL;
	assert_not_revoked(&b, &r, DROP_NAI_MISSING);
	r = right;
	r.m.revocation_from_home = true; /* the A bit: ours, that came back (RFC 3543 3.3.1) */
	assert_not_revoked(&b, &r, DROP_ROLE_WRONG);
	b.store_fails = true;
	q = router_rrq(&b, NAI_2, ROUTER_1);
	ask(&b, &q);
	assert_not_revoked(&b, &right, DROP_STORE_FAILED);
	bench_done(&b);
}

static void a_message_of_ours_is_left_to_those_who_have_hosts(void **state)
{
	const uint8_t home[] = { MIP4_REVOCATION, 0, 0x80, 0 }, foreign[] = { 7, 0, 0x40, 0 };

	assert_false(ha_role.takes(BYTES(home, 4)));
	assert_true(ha_role.takes(BYTES(foreign, 4)));
	assert_false(ha_role.takes(BYTES(home, 2)));
}

/* The Timestamp of its registration's extension 137 is newer (RFC 3543 3.4). */
static void old_revocation_does_not_end_a_newer_registration(void **state)
{
	struct bench b;
	struct in6_addr a;
	struct revoke r;
	struct rrq q;

	begin(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	bench_pass(&b, 2);
	r = revocation(&b, &a);
	bench_pass(&b, 2);
	q = router_rrq(&b, NAI, ROUTER_1);
	q.m.support_timestamp = ntp_seconds(b.now.ntp);
	ask(&b, &q);
	assert_not_revoked(&b, &r, DROP_REPLAY);
	bench_done(&b);
}

static void router_that_the_host_has_left_is_answered_but_ends_nothing(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct in6_addr a;
	struct revoke r;

	begin(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	bench_serve(&b, NAI, ROUTER_2, 0x77);
	bench_pass(&b, 2);
	r = revocation(&b, &a);
	emit(&b, &r);
	assert_acknowledged(&b, &r);
	assert_true(shown(&b, NAI, &info));
	/* nor does it speak for another router */
	r.m.care_of = in4(ROUTER_2);
	r.m.revocation_id++;
	emit(&b, &r);
	assert_acknowledged(&b, &r);
	assert_true(shown(&b, NAI, &info));
	bench_done(&b);
}

/* --- and to it --- */

static void revocation_of_a_router_is_over_when_it_acknowledges(void **state)
{
	struct bench b;
	struct mip4_message m;
	struct in6_addr a;
	struct revoke ack;

	begin(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	m = sent(&b, MIP4_REVOCATION, NULL);
	assert_true(m.revocation_from_home);
	assert_int_equal(m.hoa, MIP4_FULL);
	assert_true(m.hoa_unique && in6_equal(&m.hoa_address, &a));
	ack = revocation(&b, &a);
	ack.m.type = MIP4_REVOCATION_ACK;
	ack.m.revocation_id = m.revocation_id;
	ack.auth = MIP4_MHAE; /* the host's word is not the router's */
	emit(&b, &ack);
	assert_int_equal(drops(&b, DROP_AUTH_MISSING), 1);
	ack.auth = MIP4_FHAE;
	ack.key_of = in4(ROUTER_2);
	emit(&b, &ack);
	assert_int_equal(drops(&b, DROP_AUTH_WRONG), 1);
	ack.key_of = in4(ROUTER_1);
	ack.m.revocation_id += 7;
	emit(&b, &ack);
	assert_int_equal(drops(&b, DROP_REVOCATION_UNKNOWN), 1);
	bench_pass(&b, 1); /* it goes on */
	ack.m.revocation_id = sent(&b, MIP4_REVOCATION, NULL).revocation_id;
	assert_true(ack.m.revocation_id > m.revocation_id);
	emit(&b, &ack);
	bench_pass(&b, 20);
	assert_int_equal(count(&b, ACTION_SEND), 0);
	bench_done(&b);
}

/* The other address is no longer the host's, and not what the router knows. */
static void router_before_is_told_the_address_that_it_knew(void **state)
{
	const struct ha_static own = { .nai = NAI,
				       .address = in6("2001:db8:5::5"),
				       .unique = true };
	struct bench b;
	struct in6_addr a, given;
	struct mip4_message m;

	begin(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0x77);
	b.config.statics = &own;
	b.config.n_statics = 1;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	m = bench_wish(&b, NAI, ROUTER_2, 0x77);
	given = m.hoa_address;
	assert_true(in6_equal(&given, &own.address));
	m = sent(&b, MIP4_REVOCATION, NULL);
	assert_true(in6_equal(&m.hoa_address, &a));
	bench_done(&b);
}

/* --- promises --- */

static void what_the_data_plane_refuses_is_denied_130(void **state)
{
	static const enum action_type refused[] = { ACTION_TUNNEL_SET, ACTION_ADDRESS_SET };

	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		struct ha_binding_info info;
		struct rrq q;

		begin(&b);
		q = router_rrq(&b, NAI, ROUTER_1);
		b.failing = 1u << refused[i];
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
		assert_false(shown(&b, NAI, &info));
		b.failing = 0;
		q = router_rrq(&b, NAI, ROUTER_1);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		bench_done(&b);
	}
}

static void lifetime_ends_where_the_prefix_has_an_end(void **state)
{
	static const struct {
		uint16_t wish, max;
		uint32_t valid;
		uint16_t granted;
	} v[] = {
		{ 600, 600, 86400, 600 },
		{ 600, 600, 30, 30 },
		{ 0xffff, 0xffff, 0xffffffff, 0xffff }, /* for ever */
		{ 0xffff, 0xffff, 86400, 0xfffe },      /* not for ever (A24) */
		{ 0xffff, 600, 0xffffffff, 600 },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct bench b;
		struct rrq q;

		for (int router = 0; router < 2; router++) {
			bench_init(&b);
			b.config.lifetime_max = v[i].max;
			b.config.prefixes[0].valid = v[i].valid;
			bench_pool(&b, HA_POOL_SHARED, POOLED, 0)->valid = v[i].valid;
			bench_start(&b);
			q = router ? router_rrq(&b, NAI, ROUTER_1) : rrq(&b, NAI, STRANGER);
			q.m.lifetime = v[i].wish;
			ask(&b, &q);
			assert_int_equal(reply(&b).lifetime, v[i].granted);
			bench_done(&b);
		}
	}
}

static void ipv4_home_addresses_are_for_hosts_behind_foreign_agents(void **state)
{
	struct bench b;
	struct rrq q;

	bench_init(&b);
	bench_pool(&b, HA_POOL_SHARED, POOLED, 0);
	b.config.home4_first = in4("10.0.0.1");
	b.config.home4_size = 1;
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	ask(&b, &q);
	assert_int_equal(reply(&b).home.s_addr, 0); /* A20 */
	bench_forget(&b);
	q = rrq(&b, NAI_2, STRANGER);
	q.m.flags = MIP4_T; /* does not decapsulate itself */
	ask(&b, &q);
	assert_int_equal(reply(&b).home.s_addr, in4("10.0.0.1").s_addr);
	bench_forget(&b);
	q = rrq(&b, NAI_2, STRANGER);
	q.m.flags = MIP4_T;
	q.m.home = in4("10.0.0.1"); /* its renewal */
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_forget(&b);
	q = rrq(&b, "third@example.net", "198.51.100.51"); /* there was one only */
	q.m.flags = MIP4_T;
	ask(&b, &q);
	assert_int_equal(reply(&b).home.s_addr, 0);
	assert_int_equal(drops(&b, DROP_POOL_EXHAUSTED), 1);
	bench_done(&b);
}

static void many_requests_wait_for_dad_and_no_more_than_fit(void **state)
{
	struct bench b;

	bench_init(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, "2001:db8:1::100", 8);
	b.config.addresses_max = 16;
	bench_start(&b); /* four bindings, so four requests */
	for (int i = 0; i < 5; i++) {
		static const char *const nai[] = { "a@example.net", "b@example.net",
						   "c@example.net", "d@example.net",
						   "e@example.net" };
		struct rrq q = router_rrq(&b, nai[i], ROUTER_1);

		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(count(&b, ACTION_SEND), i == 4);
	}
	assert_int_equal(reply(&b).code, MIP4_HA_RESOURCES);
	assert_int_equal(drops(&b, DROP_BUFFER_FULL), 1);
	bench_forget(&b);
	bench_pass(&b, 3);
	assert_int_equal(count(&b, ACTION_SEND), 4);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(router_lets_its_host_go_and_is_answered, "EXT-8"),
	TEST(revocations_that_are_not_the_routers_word_end_nothing, ""),
	TEST(a_message_of_ours_is_left_to_those_who_have_hosts, ""),
	TEST(old_revocation_does_not_end_a_newer_registration, ""),
	TEST(router_that_the_host_has_left_is_answered_but_ends_nothing, ""),
	TEST(revocation_of_a_router_is_over_when_it_acknowledges, "HA-35"),
	TEST(router_before_is_told_the_address_that_it_knew, ""),
	TEST(what_the_data_plane_refuses_is_denied_130, ""),
	TEST(lifetime_ends_where_the_prefix_has_an_end, "HA-30"),
	TEST(ipv4_home_addresses_are_for_hosts_behind_foreign_agents, ""),
	TEST(many_requests_wait_for_dad_and_no_more_than_fit, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_router", tests);
}
