/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of a Registration Request in the order of RFC 5944 3.8.2.1, and its reply. */
#include "ha_bench.h"

#include <stdio.h>

#define COA "198.51.100.2"

static void assert_unchanged(struct bench *b)
{
	struct ha_binding_info info;

	assert_false(shown(b, NAI, &info));
	assert_int_equal(count(b, ACTION_TUNNEL_SET), 0);
}

/* No reply, nothing changed, the reason counted. */
static void assert_dropped(struct bench *b, enum drop d)
{
	assert_silent(b);
	assert_int_equal(drops(b, d), 1);
	assert_unchanged(b);
}

static void assert_denied(struct bench *b, uint8_t code)
{
	const struct mip4_message m = reply(b);

	assert_int_equal(m.code, code);
	assert_int_equal(m.lifetime, 0);
	assert_false(m.revocation_support);
	assert_int_equal(event(b, EVENT_REFUSED)->code, code);
	assert_unchanged(b);
}

static void accepted_request_is_answered_with_nai_empty_extension_and_mhae(void **state)
{
	struct bench b;
	struct datagram to;
	struct mip4_message m;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	ask(&b, &q);
	m = reply(&b);
	sent(&b, MIP4_RRP, &to);
	assert_int_equal(m.code, MIP4_ACCEPTED);
	assert_int_equal(m.lifetime, 600);
	assert_int_equal(m.home.s_addr, 0);
	assert_int_equal(m.home_agent.s_addr, in4("192.0.2.1").s_addr);
	assert_true(m.identification == q.m.identification);
	assert_true(bytes_equal(m.nai, q.m.nai));
	assert_int_equal(m.hoa, MIP4_EMPTY);
	assert_true(m.revocation_support && m.support_inform);
	assert_true(m.support_timestamp >= ntp_seconds(b.now.ntp));
	assert_true(m.mhae.present && !m.fhae.present);
	assert_int_equal(m.mhae.spi, MN_SPI);
	/* the request's addresses and ports, mirrored */
	assert_int_equal(to.local.s_addr, in4("192.0.2.1").s_addr);
	assert_int_equal(to.remote.s_addr, in4(COA).s_addr);
	assert_int_equal(to.local_port, MIP4_PORT);
	assert_int_equal(to.remote_port, 5434);
	bench_done(&b);
}

static void revocation_support_is_answered_only_if_asked_for(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.m.revocation_support = q.m.support_inform = false;
	ask(&b, &q);
	assert_false(reply(&b).revocation_support);
	bench_done(&b);
}

/* There are no simultaneous bindings, but that is no denial (RFC 5944 3.4). */
static void acceptance_without_simultaneous_bindings_says_all_that_one_says(void **state)
{
	struct mip4_message plain;
	struct bench b;
	struct rrq q;

	for (int simultaneous = 0; simultaneous <= 1; simultaneous++) {
		bench_new(&b);
		q = rrq(&b, NAI, COA);
		if (simultaneous)
			q.m.flags |= MIP4_S;
		ask(&b, &q);
		if (simultaneous) {
			assert_int_equal(reply(&b).code, MIP4_ACCEPTED_NO_SIMULTANEOUS);
			assert_int_equal(reply(&b).lifetime, plain.lifetime);
			assert_int_equal(reply(&b).hoa, plain.hoa);
			assert_true(reply(&b).revocation_support);
			assert_int_equal(reply(&b).support_timestamp, plain.support_timestamp);
		} else {
			plain = reply(&b);
		}
		bench_done(&b);
	}
}

static void reply_has_an_fhae_if_the_request_had(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.from = in4("198.51.100.99");
	q.foreign_agent = true;
	ask(&b, &q);
	assert_true(reply(&b).fhae.present);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

static void lifetime_is_the_least_of_wish_maximum_and_prefix(void **state)
{
	static const struct {
		uint16_t wish, max;
		uint32_t prefix;
		bool autonomous;
		uint16_t granted;
	} v[] = {
		{ 100, 600, 86400, true, 100 },
		{ 900, 600, 86400, true, 600 },
		{ 0xffff, 600, 86400, true, 600 },
		{ 600, 600, 30, true, 30 },
		{ 600, 600, 30, false, 600 },
		{ 600, 600, 0, true, 600 }, /* withdrawn: nobody autoconfigures from it */
		{ 0xffff, 0xffff, 0xffffffff, true, 0xffff },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct bench b;
		struct rrq q;

		bench_init(&b);
		b.config.lifetime_max = v[i].max;
		b.config.prefixes[0].valid = v[i].prefix;
		b.config.prefixes[0].preferred = 0;
		b.config.autonomous = v[i].autonomous;
		bench_start(&b);
		q = rrq(&b, NAI, COA);
		q.m.lifetime = v[i].wish;
		ask(&b, &q);
		assert_int_equal(reply(&b).lifetime, v[i].granted);
		bench_done(&b);
	}
}

static void lifetime_is_the_least_of_all_prefixes(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct bench b;
		struct rrq q;

		bench_init(&b);
		for (int p = 0; p < 3; p++) {
			b.config.prefixes[p] = b.config.prefixes[0];
			b.config.prefixes[p].prefix.s6_addr[7] = (uint8_t)p;
			b.config.prefixes[p].valid = p == i ? 40 : 50;
			b.config.prefixes[p].preferred = 0;
		}
		b.config.n_prefixes = 3;
		bench_start(&b);
		q = rrq(&b, NAI, COA);
		ask(&b, &q);
		assert_int_equal(reply(&b).lifetime, 40);
		bench_done(&b);
	}
}

static void tunnelling_switched_off_accepts_without_the_extension(void **state)
{
	struct bench b;
	struct rrq q;

	bench_init(&b);
	b.config.tunnelling = false;
	bench_start(&b);
	q = rrq(&b, NAI, COA);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(reply(&b).hoa, MIP4_ABSENT);
	assert_unchanged(&b);
	/* an older one of its agent is a replay (RFC 5944 5.7) */
	q.m.identification -= 1;
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_IDENTIFICATION);
	bench_done(&b);
}

static void octets_that_are_no_request_are_dropped(void **state)
{
	static const struct {
		uint8_t octets[40];
		size_t n;
		enum drop d;
	} v[] = {
		{ { 1, 0, 2, 0x58 }, 4, DROP_MESSAGE_MALFORMED },
		{ { 99 }, 24, DROP_MESSAGE_UNKNOWN },
		{ { 3 }, 20, DROP_MESSAGE_UNKNOWN }, /* a reply is no role of ours */
		{ { 1, [24] = 77, 2, 0, 0 }, 28, DROP_EXTENSION_UNKNOWN },
		{ { 1, [24] = 131, 9, 0, 0 }, 28, DROP_MESSAGE_MALFORMED },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct bench b;

		bench_new(&b);
		ask_octets(&b, BYTES(v[i].octets, v[i].n), in4(COA));
		assert_dropped(&b, v[i].d);
		bench_done(&b);
	}
}

static void missing_identity_or_key_is_dropped(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.no_mhae = true;
	ask(&b, &q);
	assert_dropped(&b, DROP_AUTH_MISSING);

	/* no NAI; no association for this NAI; none with this SPI */
	static const uint8_t mhae[] = { 32, 20, 0, 0, 2, 0, [21] = 0 };
	uint8_t octets[128] = { 1, MIP4_T };
	memcpy(octets + 24, mhae, sizeof(mhae));
	ask_octets(&b, BYTES(octets, 46), in4(COA));
	assert_dropped(&b, DROP_NAI_MISSING);
	octets[24] = 131;
	octets[25] = 3;
	memcpy(octets + 26, "a@b", 3);
	memcpy(octets + 29, mhae, sizeof(mhae));
	ask_octets(&b, BYTES(octets, 51), in4(COA));
	assert_dropped(&b, DROP_SA_UNKNOWN);
	bench_done(&b);
}

static void extension_after_its_authenticator_is_dropped(void **state)
{
	struct bench b;
	uint8_t octets[64] = { 1, MIP4_T, [24] = 32, 20, 0, 0, 2, 0, [46] = 131, 3, 'a', '@', 'b' };

	bench_new(&b);
	ask_octets(&b, BYTES(octets, 51), in4(COA));
	assert_dropped(&b, DROP_EXTENSION_ORDER);
	bench_done(&b);
}

static void wrong_mhae_is_dropped_but_denied_131_under_a_valid_fhae(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.break_mhae = true;
	ask(&b, &q);
	assert_dropped(&b, DROP_AUTH_WRONG);
	bench_done(&b);

	/* the FHAE, which covers it, is right: it was the mobile node's that was wrong already */
	bench_new(&b);
	b.keys = NULL;
	b.sas[0].key[0] ^= 1;
	assert_int_equal(sa_table_new(b.sas, 4, 16, &b.env, &b.keys), 0);
	q = rrq(&b, NAI, COA);
	q.from = in4("198.51.100.99");
	q.foreign_agent = true;
	ask(&b, &q);
	assert_int_equal(sent(&b, MIP4_RRP, NULL).code, MIP4_HA_MN_AUTH);
	assert_true(sent(&b, MIP4_RRP, NULL).mhae.present);
	assert_true(sent(&b, MIP4_RRP, NULL).fhae.present);
	assert_unchanged(&b);
	bench_done(&b);
}

static void fhae_is_dropped_if_unknown_and_denied_if_wrong(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.foreign_agent = true; /* but not from that agent */
	ask(&b, &q);
	assert_dropped(&b, DROP_SA_UNKNOWN);
	q.from = in4("198.51.100.99");
	q.break_fhae = true;
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_FA_AUTH);
	assert_false(reply(&b).fhae.present);
	bench_done(&b);
}

static void identification_outside_the_tolerance_is_denied_with_our_clock(void **state)
{
	static const double off[] = { -8, 8, -86400, 86400 };

	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		struct bench b;
		struct rrq q;
		struct mip4_message m;

		bench_new(&b);
		q = rrq(&b, NAI, COA);
		q.m.identification = bench_id(&b, off[i]) | 0x1234567;
		ask(&b, &q);
		m = reply(&b);
		assert_denied(&b, MIP4_HA_IDENTIFICATION);
		assert_int_equal(m.identification >> 32, ntp_seconds(b.now.ntp));
		assert_int_equal((uint32_t)m.identification, (uint32_t)q.m.identification);
		assert_int_equal(drops(&b, DROP_REPLAY), 1);
		/* and with that clock it is accepted */
		bench_forget(&b);
		q.m.identification = m.identification;
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		bench_done(&b);
	}
}

static void identification_must_be_newer_than_the_last(void **state)
{
	struct bench b;
	struct rrq q;
	struct mip4_message m;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.m.identification = bench_id(&b, 5);
	ask(&b, &q);
	bench_forget(&b);
	/* an agent with a slower clock gets through with one resynchronization (D13) */
	q = rrq(&b, NAI, "198.51.100.3");
	q.m.identification = bench_id(&b, -1) | 77;
	ask(&b, &q);
	m = reply(&b);
	assert_int_equal(m.code, MIP4_HA_IDENTIFICATION);
	assert_int_equal(m.identification >> 32, ntp_seconds(bench_id(&b, 5)) + 1);
	assert_int_equal((uint32_t)m.identification, (uint32_t)q.m.identification);
	bench_forget(&b);
	bench_pass(&b, 0.05);
	q.m.identification = m.identification + 0x0fffffff;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

static void resynchronization_works_at_the_edge_of_the_tolerance(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.m.identification = bench_id(&b, 6.9);
	ask(&b, &q);
	bench_forget(&b);
	q = rrq(&b, NAI, "198.51.100.3");
	ask(&b, &q);
	q.m.identification = reply(&b).identification | 0xf0000000;
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

static void identification_goes_on_beyond_the_end_of_the_ntp_era(void **state)
{
	struct bench b;
	struct rrq old, q;

	bench_new(&b);
	b.now.ntp = UINT64_C(0xfffffffd) << 32;
	old = bench_attach(&b, NAI, COA);
	bench_pass(&b, 5);
	q = rrq(&b, NAI, COA);
	assert_true(q.m.identification < old.m.identification);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_forget(&b);
	ask(&b, &old);
	assert_int_equal(reply(&b).code, MIP4_HA_IDENTIFICATION);
	bench_done(&b);
}

static void duplicate_of_the_accepted_request_gets_what_is_left(void **state)
{
	struct bench b;
	struct ha_binding_info info;
	struct rrq q;

	bench_new(&b);
	q = bench_attach(&b, NAI, COA);
	bench_pass(&b, 3);
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(b.out.n, 1); /* the reply and nothing else: no RA, no event */
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_int_equal(reply(&b).lifetime, 597);
	assert_int_not_equal(nth(&b, ACTION_SEND, 0)->id, 0); /* falls with its tunnel */
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.lifetime, 597);
	/* with other content it is a replay */
	bench_forget(&b);
	q.m.care_of = in4("198.51.100.7");
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_IDENTIFICATION);
	bench_done(&b);
}

/* Its timer has not run yet. */
static void duplicate_that_comes_as_the_lifetime_ends_gets_none(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = bench_attach(&b, NAI, COA);
	bench_forget(&b);
	b.now.mono += 602 * NSEC_PER_SEC;
	ask(&b, &q);
	assert_int_equal(reply(&b).lifetime, 0);
	bench_done(&b);
}

static void duplicate_of_a_deregistration_is_accepted_again(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	bench_attach(&b, NAI, COA);
	q = rrq(&b, NAI, COA);
	q.m.lifetime = 0;
	ask(&b, &q);
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(b.out.n, 1);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

static void replay_is_known_after_the_binding_has_ended(void **state)
{
	struct bench b;
	struct rrq q, bye;

	bench_new(&b);
	q = bench_attach(&b, NAI, COA);
	bye = rrq(&b, NAI, COA);
	bye.m.lifetime = 0;
	ask(&b, &bye);
	bench_forget(&b);
	bench_pass(&b, 5);
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_IDENTIFICATION);
	bench_done(&b);
}

static void names_are_remembered_for_twice_the_tolerance_and_no_more_than_fit(void **state)
{
	struct bench b;
	struct rrq q;
	char name[32];

	bench_new(&b);
	for (int i = 0; i < 9; i++) { /* twice the number of bindings, and one */
		sprintf(name, "host%d@example.net", i);
		q = rrq(&b, name, COA);
		bench_forget(&b);
		q.m.lifetime = 0;
		ask(&b, &q);
		assert_int_equal(reply(&b).code, i < 8 ? MIP4_ACCEPTED : MIP4_HA_RESOURCES);
	}
	bench_pass(&b, 15);
	q = rrq(&b, name, COA);
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	bench_done(&b);
}

/* One field is wrong; everything else would be accepted. */
static void assert_denial(void (*spoil)(struct rrq *q), uint8_t code)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	spoil(&q);
	ask(&b, &q);
	assert_denied(&b, code);
	bench_done(&b);
}

static void other_home_agent(struct rrq *q)
{
	q->m.home_agent = in4("192.0.2.2");
}
static void by_broadcast(struct rrq *q)
{
	q->to = in4("255.255.255.255");
	q->m.home_agent = in4("255.255.255.255");
}
static void minimal_encapsulation(struct rrq *q)
{
	q->m.flags |= MIP4_M;
}
static void gre_flag(struct rrq *q)
{
	q->m.flags |= MIP4_G;
}
static void gre_key(struct rrq *q)
{
	q->m.gre = true;
	q->m.gre_key = 5;
}
static void no_reverse_tunnel(struct rrq *q)
{
	q->m.flags &= ~MIP4_T;
}
static void home_address(struct rrq *q)
{
	q->m.home = in4("10.0.0.1");
}
static void no_extension(struct rrq *q)
{
	q->m.hoa_request = MIP4_ABSENT;
}
static void both_extensions(struct rrq *q)
{
	q->m.hoa = MIP4_EMPTY;
}
static void address_wanted(struct rrq *q)
{
	q->m.hoa_request = MIP4_FULL;
}
static void address_wanted_by_a_router(struct rrq *q)
{
	q->m.hoa_request = MIP4_FULL;
	q->from = in4("198.51.100.99");
	q->foreign_agent = true;
}
static void address_named(struct rrq *q)
{
	q->m.hoa_request = MIP4_ABSENT;
	q->m.hoa = MIP4_FULL;
	q->m.hoa_address = in6("2001:db8:1::77");
}
static void care_of_ours(struct rrq *q)
{
	q->m.care_of = in4("192.0.2.1");
}
static void care_of_nobody(struct rrq *q)
{
	q->m.care_of = in4("0.0.0.0");
}
static void care_of_multicast(struct rrq *q)
{
	q->m.care_of = in4("224.0.0.1");
}

static void unacceptable_requests_are_denied_with_their_code(void **state)
{
	assert_denial(other_home_agent, MIP4_HA_UNKNOWN_HA);
	assert_denial(by_broadcast, MIP4_HA_UNKNOWN_HA);
	assert_denial(minimal_encapsulation, MIP4_HA_ENCAPSULATION);
	assert_denial(gre_flag, MIP4_HA_ENCAPSULATION);
	assert_denial(gre_key, MIP4_HA_ENCAPSULATION);
	assert_denial(no_reverse_tunnel, MIP4_HA_REVERSE_TUNNEL_MANDATORY);
	assert_denial(home_address, MIP4_HA_PROHIBITED);
	assert_denial(no_extension, MIP4_HA_PROHIBITED);
	assert_denial(both_extensions, MIP4_HA_MALFORMED);
	assert_denial(care_of_ours, MIP4_HA_MALFORMED);
	assert_denial(care_of_nobody, MIP4_HA_MALFORMED);
	assert_denial(care_of_multicast, MIP4_HA_MALFORMED);
}

static void request_for_an_address_needs_an_fhae_and_a_pool(void **state)
{
	assert_denial(address_wanted, MIP4_HA_FA_AUTH);
	assert_denial(address_named, MIP4_HA_FA_AUTH);
	assert_denial(address_wanted_by_a_router, MIP4_HA_PROHIBITED);
}

static void home_agent_may_be_left_open(void **state)
{
	static const char *const v[] = { "0.0.0.0", "255.255.255.255" };

	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		struct rrq q;

		bench_new(&b);
		q = rrq(&b, NAI, COA);
		q.m.home_agent = in4(v[i]);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		assert_int_equal(reply(&b).home_agent.s_addr, in4("192.0.2.1").s_addr);
		bench_done(&b);
	}
}

static void reserved_bits_matter_only_if_told_so(void **state)
{
	for (int i = 0; i < 4; i++) {
		const bool strict = i & 1, set = i & 2;
		struct bench b;
		struct rrq q;

		bench_init(&b);
		b.config.strict_reserved = strict;
		bench_start(&b);
		q = rrq(&b, NAI, COA);
		q.m.flags |= MIP4_R;
		if (set)
			q.m.flags |= MIP4_X;
		ask(&b, &q);
		assert_int_equal(reply(&b).code, strict && set ? MIP4_HA_MALFORMED : MIP4_ACCEPTED);
		bench_done(&b);
	}
}

static void simultaneous_bindings_are_refused_politely(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.m.flags |= MIP4_S;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED_NO_SIMULTANEOUS);
	bench_done(&b);
}

static void checks_come_in_the_order_of_the_rfc(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, COA);
	q.m.identification = bench_id(&b, 3600);
	q.from = in4("198.51.100.99");
	q.foreign_agent = q.break_fhae = true;
	q.m.home_agent = in4("192.0.2.2");
	q.m.flags |= MIP4_M;
	q.m.home = in4("10.0.0.1");
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_IDENTIFICATION);
	q.m.identification = bench_id(&b, 0);
	bench_forget(&b);
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_FA_AUTH);
	q.break_fhae = false;
	bench_forget(&b);
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_UNKNOWN_HA);
	q.m.home_agent = in4("192.0.2.1");
	bench_forget(&b);
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_ENCAPSULATION);
	q.m.flags = MIP4_T;
	bench_forget(&b);
	ask(&b, &q);
	assert_denied(&b, MIP4_HA_PROHIBITED);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(accepted_request_is_answered_with_nai_empty_extension_and_mhae,
	     "HA-13 HA-33 HA-40 HA-45"),
	TEST(revocation_support_is_answered_only_if_asked_for, ""),
	TEST(acceptance_without_simultaneous_bindings_says_all_that_one_says, ""),
	TEST(reply_has_an_fhae_if_the_request_had, "HA-40"),
	TEST(lifetime_is_the_least_of_wish_maximum_and_prefix, "HA-30"),
	TEST(lifetime_is_the_least_of_all_prefixes, ""),
	TEST(tunnelling_switched_off_accepts_without_the_extension, "HA-14"),
	TEST(octets_that_are_no_request_are_dropped, ""),
	TEST(missing_identity_or_key_is_dropped, "HA-40"),
	TEST(extension_after_its_authenticator_is_dropped, "EXT-9"),
	TEST(wrong_mhae_is_dropped_but_denied_131_under_a_valid_fhae, "HA-40"),
	TEST(fhae_is_dropped_if_unknown_and_denied_if_wrong, "HA-40"),
	TEST(identification_outside_the_tolerance_is_denied_with_our_clock, ""),
	TEST(identification_must_be_newer_than_the_last, ""),
	TEST(resynchronization_works_at_the_edge_of_the_tolerance, ""),
	TEST(identification_goes_on_beyond_the_end_of_the_ntp_era, ""),
	TEST(duplicate_of_the_accepted_request_gets_what_is_left, ""),
	TEST(duplicate_that_comes_as_the_lifetime_ends_gets_none, ""),
	TEST(duplicate_of_a_deregistration_is_accepted_again, ""),
	TEST(replay_is_known_after_the_binding_has_ended, ""),
	TEST(names_are_remembered_for_twice_the_tolerance_and_no_more_than_fit, ""),
	TEST(unacceptable_requests_are_denied_with_their_code, ""),
	TEST(request_for_an_address_needs_an_fhae_and_a_pool, "HA-40"),
	TEST(home_agent_may_be_left_open, ""),
	TEST(reserved_bits_matter_only_if_told_so, ""),
	TEST(simultaneous_bindings_are_refused_politely, ""),
	TEST(checks_come_in_the_order_of_the_rfc, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_request", tests);
}
