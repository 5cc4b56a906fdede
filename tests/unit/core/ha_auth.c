/* SPDX-License-Identifier: Apache-2.0 */
/* Who is believed: keys, algorithms, and whose signature a request needs (RFC 5944 3.8.2.1, D2,
 * D13, D14, A4). */
#include "../../../src/io/mac.h"
#include "ha_bench.h"

#define AN "198.51.100.2"

static const struct mac_algorithm *const algorithms[] = { &mac_hmac_md5, &mac_hmac_sha256, &mac_md5,
							  &mac_md5_legacy };

static void pooled(struct bench *b)
{
	bench_init(b);
	bench_pool(b, HA_POOL_SHARED, "2001:db8:b::", 0);
}

static uint8_t code_of(struct bench *b, const struct rrq *q)
{
	bench_forget(b);
	ask(b, q);
	return reply(b).code;
}

static void assert_dropped(struct bench *b, const struct rrq *q, enum drop reason)
{
	const uint64_t before = drops(b, reason);

	bench_forget(b);
	ask(b, q);
	assert_silent(b);
	assert_int_equal(drops(b, reason), before + 1);
}

/* Its reply is verified by reply(), under the same. */
static void every_algorithm_serves_hosts_and_routers(void **state)
{
	for (size_t host = 0; host < 4; host++)
		for (size_t router = 0; router < 4; router++) {
			struct bench b;
			struct rrq q;

			pooled(&b);
			b.sas[0].algorithm = b.sas[1].algorithm = algorithms[host];
			b.sas[2].algorithm = algorithms[router];
			bench_start(&b);
			q = router_rrq(&b, NAI, ROUTER_1);
			assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
			assert_int_equal(reply(&b).mhae.value.n, algorithms[host]->length);
			assert_int_equal(reply(&b).fhae.value.n, algorithms[router]->length);
			q = rrq(&b, NAI_2, AN);
			assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
			bench_done(&b);
		}
}

static void another_algorithm_under_the_same_key_is_not_believed(void **state)
{
	for (size_t ours = 0; ours < 4; ours++)
		for (size_t theirs = 0; theirs < 4; theirs++) {
			struct bench b;
			struct rrq q;

			if (ours == theirs)
				continue;
			pooled(&b);
			for (size_t i = 0; i < 4; i++)
				b.sas[i].algorithm = algorithms[ours];
			bench_start(&b);
			for (size_t i = 0; i < 4; i++)
				b.sas[i].algorithm = algorithms[theirs];
			b.keys = NULL;
			assert_int_equal(sa_table_new(b.sas, 4, 16, &b.env, &b.keys), 0);
			q = rrq(&b, NAI, AN);
			assert_dropped(&b, &q, DROP_AUTH_WRONG);
			q = rrq(&b, NAI_2, AN);
			assert_dropped(&b, &q, DROP_AUTH_WRONG);
			q = router_rrq(&b, NAI, ROUTER_1);
			assert_dropped(&b, &q, DROP_AUTH_WRONG); /* nor is its FHAE right */
			bench_done(&b);
		}
}

/* D2: an association of its own comes before its realm's, whose keys differ for each NAI. */
static void key_of_a_host_is_its_own_not_its_realms(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI_2, AN);
	q.spi = MN_SPI; /* the realm's, which serves it as well */
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	assert_int_equal(reply(&b).mhae.spi, MN_SPI);
	bench_done(&b);

	/* under its own SPI only its own key is right: the realm's with that SPI is not looked at
	 */
	bench_init(&b);
	b.sas[0].spi = MN_SPI + 1;
	bench_start(&b);
	b.sas[1].scope = SA_NODE; /* the agent has only the realm's */
	b.keys = NULL;
	assert_int_equal(sa_table_new(b.sas, 4, 16, &b.env, &b.keys), 0);
	q = rrq(&b, NAI_2, AN);
	assert_dropped(&b, &q, DROP_AUTH_WRONG);
	bench_done(&b);
}

static void key_of_one_host_of_a_realm_is_not_that_of_another(void **state)
{
	struct bench b;
	struct sa_config own;
	struct rrq q;

	bench_new(&b);
	own = b.sas[0];
	own.scope = SA_NAI; /* NAI's agent knows its derived key, and tries it for another */
	strcpy(own.name, "other@example.net");
	own.key_length = 32;
	{
		uint8_t realm[MAC_STATE_MAX];

		mac_hmac_sha256.set_key(realm, BYTES(b.sas[0].key, b.sas[0].key_length));
		mac_hmac_sha256.sign(realm, BYTES(NAI, strlen(NAI)), BYTES(NULL, 0), own.key);
	}
	b.sas[1] = own;
	b.keys = NULL;
	assert_int_equal(sa_table_new(b.sas, 4, 16, &b.env, &b.keys), 0);
	q = rrq(&b, "other@example.net", AN);
	assert_dropped(&b, &q, DROP_AUTH_WRONG);
	bench_done(&b);
}

/* Line 6 of RFC 5944 3.8.2.1: who shares a key with us as an agent uses it, unless it ends
 * something (RFC 5944 3.7.3.1) or decapsulates itself. */
static void agent_with_a_key_has_to_use_it(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, ROUTER_1);
	q.m.flags = MIP4_T;
	assert_int_equal(code_of(&b, &q), MIP4_HA_FA_AUTH);
	q.m.lifetime = 0;
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	q = rrq(&b, NAI, ROUTER_1);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED); /* D */
	q = rrq(&b, NAI, AN);                             /* shares no key */
	q.m.flags = MIP4_T;
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	bench_done(&b);
}

static void routers_word_alone_will_do_only_where_it_is_told_to(void **state)
{
	for (int alone = 0; alone < 2; alone++) {
		struct bench b;
		struct rrq q;

		pooled(&b);
		b.config.per_node_auth = alone;
		bench_start(&b);
		q = router_rrq(&b, NAI, ROUTER_1);
		q.no_mhae = true;
		if (!alone) {
			assert_dropped(&b, &q, DROP_AUTH_MISSING);
		} else {
			assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
			assert_false(reply(&b).mhae.present);
			/* a wrong one is nobody's word; nor is one of an agent that is unknown */
			q = router_rrq(&b, NAI, ROUTER_1);
			q.no_mhae = q.break_fhae = true;
			assert_dropped(&b, &q, DROP_AUTH_MISSING);
			q = router_rrq(&b, NAI, AN);
			q.no_mhae = true;
			assert_dropped(&b, &q, DROP_AUTH_MISSING);
			/* and an MHAE that is there has to be right */
			q = router_rrq(&b, NAI, ROUTER_1);
			q.m.revocation_support = q.m.support_inform = false;
			q.break_mhae = true; /* the FHAE covers it, and is wrong, too */
			assert_dropped(&b, &q, DROP_AUTH_WRONG);
		}
		bench_done(&b);
	}
}

/* An address-mode registration is about its address, whatever the request says of it. */
static void registration_with_an_address_goes_on_only_under_the_routers_signature(void **state)
{
	struct bench b;
	struct rrq q;

	pooled(&b);
	b.config.dereg_fhae = true;
	bench_start(&b);
	bench_serve(&b, NAI, ROUTER_1, 0);
	q = rrq(&b, NAI, AN);
	q.m.hoa_request = MIP4_ABSENT;
	assert_int_equal(code_of(&b, &q), MIP4_HA_FA_AUTH);
	q = rrq(&b, NAI, ROUTER_1);
	q.m.hoa_request = MIP4_ABSENT;
	q.m.lifetime = 0;
	assert_int_equal(code_of(&b, &q), MIP4_HA_FA_AUTH);
	q.m.identification++;
	q.foreign_agent = true;
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	bench_done(&b);
}

static void new_keys_end_no_registration(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q, old;

	pooled(&b);
	bench_start(&b);
	bench_serve(&b, NAI, ROUTER_1, 0);
	old = router_rrq(&b, NAI, ROUTER_1);
	old.m.identification += 2;
	for (size_t i = 0; i < 4; i++)
		b.sas[i].key[0] ^= 1;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_true(shown(&b, NAI, &info));
	ask(&b, &old);
	assert_int_equal(drops(&b, DROP_AUTH_WRONG), 1);
	b.keys = NULL;
	assert_int_equal(sa_table_new(b.sas, 4, 16, &b.env, &b.keys), 0);
	q = router_rrq(&b, NAI, ROUTER_1);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL) + count(&b, ACTION_ADDRESS_DEL), 0);
	bench_done(&b);
}

static void tolerance_is_exact_on_both_sides(void **state)
{
	static const struct {
		double off;
		uint8_t code;
	} v[] = { { -7, MIP4_ACCEPTED },
		  { 7, MIP4_ACCEPTED },
		  { -7.001, MIP4_HA_IDENTIFICATION },
		  { 7.001, MIP4_HA_IDENTIFICATION } };

	for (size_t i = 0; i < 4; i++) {
		struct bench b;
		struct rrq q;

		bench_new(&b);
		q = rrq(&b, NAI, AN);
		q.m.identification = bench_id(&b, v[i].off);
		assert_int_equal(code_of(&b, &q), v[i].code);
		bench_done(&b);
	}
}

/* D13: the second router's clock is three seconds behind the first's. */
static void router_with_a_slower_clock_gets_through_with_one_resynchronization(void **state)
{
	struct bench b;
	struct rrq q;
	struct mip4_message m;

	pooled(&b);
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	q.m.identification = bench_id(&b, 2);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	q = router_rrq(&b, NAI, ROUTER_2);
	q.m.identification = bench_id(&b, -1);
	assert_int_equal(code_of(&b, &q), MIP4_HA_IDENTIFICATION);
	m = reply(&b);
	assert_int_equal((uint32_t)m.identification, (uint32_t)q.m.identification);
	q.m.identification = m.identification;
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	assert_int_equal(reply(&b).hoa, MIP4_FULL);
	bench_done(&b);
}

static void
duplicate_of_a_routers_request_is_answered_with_the_address_and_what_is_left(void **state)
{
	struct bench b;
	struct mip4_message first;
	struct rrq q;

	pooled(&b);
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	ask(&b, &q);
	first = reply(&b);
	bench_pass(&b, 4);
	assert_int_equal(code_of(&b, &q), MIP4_ACCEPTED);
	assert_int_equal(b.out.n, 1); /* the reply, and nothing else */
	assert_int_equal(reply(&b).lifetime, first.lifetime - 4);
	assert_int_equal(reply(&b).hoa, MIP4_FULL);
	assert_memory_equal(reply(&b).hoa_address.s6_addr, first.hoa_address.s6_addr, 16);
	bench_done(&b);
}

/* Dropped with a reason, or denied; and nothing changes. */
static void assert_refused(struct bench *b, const uint8_t *p, size_t n)
{
	struct ha_binding_info info;
	uint64_t before = 0, after = 0;

	for (int i = 0; i < DROP_MAX; i++)
		before += drops(b, (enum drop)i);
	bench_forget(b);
	ask_octets(b, BYTES(p, n), in4(ROUTER_1));
	for (int i = 0; i < DROP_MAX; i++)
		after += drops(b, (enum drop)i);
	assert_false(shown(b, NAI, &info));
	assert_int_equal(count(b, ACTION_TUNNEL_SET) + count(b, ACTION_ADDRESS_SET), 0);
	if (count(b, ACTION_SEND) == 0)
		assert_int_equal(after, before + 1);
	else
		assert_true(sent(b, MIP4_RRP, NULL).code >= MIP4_HA_UNSPECIFIED);
}

static void no_altered_octet_and_no_missing_one_is_accepted(void **state)
{
	uint8_t right[MIP4_MESSAGE_MAX], wrong[MIP4_MESSAGE_MAX];
	struct bench b;
	struct rrq q;
	size_t n;

	pooled(&b);
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	n = rrq_write(&b, &q, right);
	for (size_t i = 0; i < n; i++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(wrong, right, n);
			wrong[i] ^= (uint8_t)(1 << bit);
			assert_refused(&b, wrong, n);
		}
	for (size_t i = 0; i < n; i++)
		assert_refused(&b, right, i);
	bench_forget(&b);
	ask_octets(&b, BYTES(right, n), in4(ROUTER_1));
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

/* Signed well, all of them. */
static void extensions_that_are_unknown_or_come_twice(void **state)
{
	static const struct {
		uint8_t v[8], n;
		uint8_t code; /* 0xff: no reply */
		enum drop reason;
	} v[] = {
		{ { 77, 2, 0, 0 }, 4, 0xff, DROP_EXTENSION_UNKNOWN }, /* RFC 5944 1.8 */
		{ { 200, 2, 0, 0 }, 4, MIP4_ACCEPTED, 0 },
		{ { 0, 0, 0 }, 3, MIP4_ACCEPTED, 0 }, /* padding */
		{ { 200, 200, 0, 0 }, 4, 0xff, DROP_MESSAGE_MALFORMED },
		{ { 131, 1, 'a' }, 3, MIP4_HA_MALFORMED, 0 },
		{ { 127, 1, 0 }, 3, MIP4_HA_MALFORMED, 0 },
		{ { 255, 1, 0 }, 3, MIP4_HA_MALFORMED, 0 }, /* with the other */
		{ { 137, 2, 0, 0 }, 4, MIP4_HA_MALFORMED, 0 },
		{ { 48, 0, 0, 1, 0, 0, 0 }, 7, MIP4_HA_MALFORMED, 0 },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct bench b;
		struct rrq q;

		pooled(&b);
		bench_start(&b);
		q = router_rrq(&b, NAI, ROUTER_1);
		q.m.revocation_support = q.m.support_inform = false;
		q.extra = BYTES(v[i].v, v[i].n);
		if (v[i].code == 0xff)
			assert_dropped(&b, &q, v[i].reason);
		else
			assert_int_equal(code_of(&b, &q), v[i].code);
		bench_done(&b);
	}
}

static const struct test tests[] = {
	TEST(every_algorithm_serves_hosts_and_routers, "HA-40"),
	TEST(another_algorithm_under_the_same_key_is_not_believed, "HA-40"),
	TEST(key_of_a_host_is_its_own_not_its_realms, "HA-39"),
	TEST(key_of_one_host_of_a_realm_is_not_that_of_another, "HA-39"),
	TEST(agent_with_a_key_has_to_use_it, "HA-40"),
	TEST(routers_word_alone_will_do_only_where_it_is_told_to, "HA-40"),
	TEST(registration_with_an_address_goes_on_only_under_the_routers_signature, "HA-40"),
	TEST(new_keys_end_no_registration, "HA-39"),
	TEST(tolerance_is_exact_on_both_sides, ""),
	TEST(router_with_a_slower_clock_gets_through_with_one_resynchronization, ""),
	TEST(no_altered_octet_and_no_missing_one_is_accepted, "HA-40"),
	TEST(extensions_that_are_unknown_or_come_twice, "EXT-9"),
	TEST(duplicate_of_a_routers_request_is_answered_with_the_address_and_what_is_left, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_auth", tests);
}
