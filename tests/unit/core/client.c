/* SPDX-License-Identifier: Apache-2.0 */
/* Identification and resynchronisation, lifetimes, replies that are no replies (RFC 5944 3.6, 5.7).
 */
#include "core/client.h"
#include "test.h"
#include "../base/memory_test.h"
#include "../../../src/io/mac.h"

#include <arpa/inet.h>
#include <string.h>

#define NAI     "mn@example.net"
#define START   0xc9f4a50000000000u
#define ACTIONS 64

static struct test_memory memory;
static struct heap timers;
static struct rng rng;
static uint64_t drops[DROP_MAX];
static struct client_group group;
static struct client client;
static struct now now;
static uint8_t payload[16384];
static struct action v[ACTIONS];
static struct actions out;
static const struct in_addr care_of = { 0x096433c6 };

static void setup(void)
{
	struct sa_config sa = { .scope = SA_NAI,
				.name = NAI,
				.spi = 0x200,
				.algorithm = &mac_hmac_md5,
				.key = "0123456789abcdef",
				.key_length = 16 };
	struct core_env env = { .seed = 3 };

	test_memory_init(&memory, TEST_BLOCKS_MAX);
	env.memory = memory.memory;
	memset(drops, 0, sizeof(drops));
	rng_seed(&rng, 3);
	group = (struct client_group){ .home_agent = { htonl(0xc0000201) },
				       .lifetime = 600,
				       .numbers = mip4_numbers_default,
				       .timers = &timers,
				       .rng = &rng,
				       .drops = drops };
	assert_int_equal(heap_new(&timers, &memory.memory, 2), 0);
	assert_int_equal(sa_table_new(&sa, 1, 1, &env, &group.sas), 0);
	client_init(&client, &group, 5, BYTES(NAI, strlen(NAI)));
	now = (struct now){ 1000 * NSEC_PER_SEC, START };
	out = (struct actions){
		.v = v, .max = ACTIONS, .payload = payload, .payload_max = sizeof(payload)
	};
}

static void done(void)
{
	client_done(&client, &group);
	assert_int_equal(heap_due(&timers), NSEC_NEVER);
	sa_table_done(group.sas);
	test_memory_done(&memory);
}

/* In steps of one second, because that is how coarse this clock is. */
static enum client_outcome pass(int seconds)
{
	for (int i = 0; i < seconds; i++) {
		enum client_outcome o = CLIENT_NOTHING;
		struct timer *t;

		now.mono += NSEC_PER_SEC;
		now.ntp += 1ull << 32;
		while ((t = heap_first(&timers)) && t->due <= now.mono) {
			heap_clear(&timers, t);
			o = client_timeout(&client, &group, t, now, &out);
			if (o != CLIENT_NOTHING)
				return o;
		}
	}
	return CLIENT_NOTHING;
}

/* The only message sent since the last call. */
static struct mip4_message request(void)
{
	struct mip4_message m;

	assert_int_equal(out.n, 1);
	assert_int_equal(v[0].type, ACTION_SEND);
	assert_int_equal(v[0].id, 5);
	assert_int_equal(mip4_decode(v[0].datagram.payload, &group.numbers, &m), 0);
	assert_int_equal(m.type, MIP4_RRQ);
	out.n = 0;
	return m;
}

/* Decoded as from the wire, with a right authenticator. */
static struct mip4_message wire(const struct mip4_message *m)
{
	static uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	const enum mip4_auth auth = MIP4_MHAE;
	const struct mip4_sa *sa = sa_find_nai(group.sas, BYTES(NAI, strlen(NAI)), 0);
	struct mip4_message ret;

	assert_int_equal(mip4_encode(m, &group.numbers, &auth, &sa, 1, &w), 0);
	assert_int_equal(mip4_decode(writer_bytes(&w), &group.numbers, &ret), 0);
	return ret;
}

static struct mip4_message reply_to(const struct mip4_message *q, uint8_t code)
{
	return (struct mip4_message){ .type = MIP4_RRP,
				      .code = code,
				      .lifetime = q->lifetime,
				      .home_agent = q->home_agent,
				      .identification = q->identification,
				      .nai = BYTES(NAI, strlen(NAI)),
				      .hoa = MIP4_EMPTY,
				      .revocation_support = true,
				      .support_timestamp = 7000 };
}

static enum client_outcome answer(const struct mip4_message *r)
{
	struct mip4_message m = wire(r);

	return client_reply(&client, &group, &m, now, &out);
}

static struct mip4_message begin(void)
{
	assert_int_equal(client_register(&client, &group, care_of, now, &out), CLIENT_NOTHING);
	return request();
}

static struct mip4_message register_now(uint16_t lifetime)
{
	struct mip4_message q = begin(), r = reply_to(&q, 0);

	r.lifetime = lifetime;
	assert_int_equal(answer(&r), CLIENT_UP);
	return q;
}

/* identification */

static void every_request_is_newer_and_has_another_low_word(void **state)
{
	struct mip4_message a, b;

	setup();
	a = begin();
	assert_int_equal(a.identification >> 32, START >> 32);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pass(1 << i), CLIENT_NOTHING);
		b = request();
		assert_true(b.identification > a.identification);
		assert_int_not_equal((uint32_t)b.identification, (uint32_t)a.identification);
		a = b;
	}
	done();
}

static void a_clock_that_stands_still_makes_newer_requests_all_the_same(void **state)
{
	uint64_t last = 0;

	setup();
	for (int i = 0; i < 20; i++) {
		struct mip4_message q;

		client_register(&client, &group, care_of, now, &out);
		q = request();
		assert_true(q.identification > last);
		last = q.identification;
		client_deregister(&client, &group, now, &out);
		assert_true(request().identification > last);
		last = client.latest;
	}
	done();
}

/* A home agent whose clock is `seconds` ahead of ours: the 133 with its time, then the request that
 * it gets. */
static uint64_t resynchronise(int seconds)
{
	struct mip4_message q = begin(), r = reply_to(&q, MIP4_HA_IDENTIFICATION);

	r.identification += (uint64_t)(int64_t)seconds << 32;
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	q = request();
	assert_int_equal(q.hoa_request, MIP4_EMPTY);
	assert_true(q.identification >> 32 >= r.identification >> 32);
	return q.identification;
}

static void requests_go_on_beyond_the_end_of_the_ntp_era(void **state)
{
	struct mip4_message q, r;

	setup();
	now.ntp = UINT64_C(0xffffffff) << 32;
	q = begin();
	pass(1);
	assert_int_equal(request().identification >> 32, 0);
	r = reply_to(&q, MIP4_ACCEPTED);
	r.identification = client.latest;
	assert_int_equal(answer(&r), CLIENT_UP);
	pass(2);
	client_renew(&client, &group, now, &out);
	assert_int_equal(request().identification >> 32, 2);
	done();
}

static void code_133_sets_the_clock_forward(void **state)
{
	setup();
	assert_int_equal(resynchronise(3600) >> 32, (START >> 32) + 3600);
	done();
}

static void code_133_sets_the_clock_back(void **state)
{
	setup();
	assert_int_equal(resynchronise(-3600) >> 32, (START >> 32) - 3600);
	done();
}

static void what_was_learnt_holds_for_retransmissions_renewals_and_the_end(void **state)
{
	struct mip4_message q, r;

	setup();
	resynchronise(-100);
	pass(1);
	q = request();
	assert_int_equal(q.identification >> 32, (START >> 32) - 99);
	r = reply_to(&q, 0);
	assert_int_equal(answer(&r), CLIENT_UP);
	pass(10);
	client_renew(&client, &group, now, &out);
	assert_int_equal(request().identification >> 32, (START >> 32) - 89);
	client_deregister(&client, &group, now, &out);
	q = request();
	assert_int_equal(q.identification >> 32, (START >> 32) - 89);
	assert_int_equal(q.lifetime, 0);
	done();
}

static void code_133_is_believed_twice_in_an_attempt(void **state)
{
	struct mip4_message q, r;

	setup();
	q = begin();
	for (int i = 0; i < 2; i++) {
		r = reply_to(&q, MIP4_HA_IDENTIFICATION);
		r.identification += 100ull << 32;
		assert_int_equal(answer(&r), CLIENT_NOTHING);
		q = request();
	}
	r = reply_to(&q, MIP4_HA_IDENTIFICATION);
	assert_int_equal(answer(&r), CLIENT_REFUSED);
	assert_int_equal(client.code, MIP4_HA_IDENTIFICATION);
	assert_int_equal(out.n, 0);
	done();
}

static void code_133_with_another_low_word_is_dropped(void **state)
{
	struct mip4_message q, r;

	setup();
	q = begin();
	r = reply_to(&q, MIP4_HA_IDENTIFICATION);
	r.identification += (100ull << 32) + 1;
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	assert_int_equal(out.n, 0);
	assert_int_equal(drops[DROP_REPLY_UNEXPECTED], 1);
	assert_int_equal(client.offset, 0);
	done();
}

/* replies */

static void only_the_latest_request_may_be_answered_and_once(void **state)
{
	struct mip4_message first, second, r;

	setup();
	first = begin();
	pass(1);
	second = request();
	r = reply_to(&first, 0);
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_REPLY_UNEXPECTED], 1);
	r = reply_to(&second, 0);
	assert_int_equal(answer(&r), CLIENT_UP);
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_REPLY_UNEXPECTED], 2);
	done();
}

static void a_reply_without_right_authenticator_changes_nothing(void **state)
{
	struct mip4_message q, r, m;

	setup();
	q = begin();
	r = reply_to(&q, MIP4_HA_MN_AUTH);
	m = wire(&r);
	((uint8_t *)(uintptr_t)m.wire.p)[1] ^= 1; /* the code */
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_AUTH_WRONG], 1);
	m = wire(&r);
	m.mhae.spi++;
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_SA_UNKNOWN], 1);
	m.mhae.present = false;
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_AUTH_MISSING], 1);
	r.nai = BYTES(NULL, 0);
	m = wire(&r);
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_NAI_MISSING], 1);
	r.nai = BYTES("nm@example.net", 14);
	m = wire(&r);
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_REPLY_UNEXPECTED], 1);
	assert_int_equal(client.state, CLIENT_REGISTERING);
	done();
}

/* Between MHAE and FHAE: that the FHAE is right is not ours to know. */
static void what_only_another_agents_authenticator_covers_is_not_believed(void **state)
{
	static uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	const enum mip4_auth auths[] = { MIP4_MHAE, MIP4_FHAE };
	const struct mip4_sa *sa, *sas[2];
	struct mip4_message q, r, m;

	setup();
	q = begin();
	r = reply_to(&q, MIP4_ACCEPTED); /* with 137 */
	sas[0] = sas[1] = sa = sa_find_nai(group.sas, BYTES(NAI, strlen(NAI)), 0);
	assert_int_equal(mip4_encode(&r, &group.numbers, auths, sas, 2, &w), 0);
	assert_int_equal(mip4_decode(writer_bytes(&w), &group.numbers, &m), 0);
	assert_int_equal(mip4_verify(&m, &m.mhae, sa), 0);
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_EXTENSION_ORDER], 1);
	assert_int_equal(client.state, CLIENT_REGISTERING);
	assert_false(group.heard);
	assert_int_equal(answer(&r), CLIENT_UP); /* all of it under the MHAE */
	done();
}

static void the_home_agent_in_the_reply_is_the_one_that_renewals_go_to(void **state)
{
	struct mip4_message q, r;

	setup();
	q = begin();
	r = reply_to(&q, 0);
	r.home_agent.s_addr = htonl(0xc0000263);
	assert_int_equal(answer(&r), CLIENT_UP);
	client_renew(&client, &group, now, &out);
	assert_int_equal(v[0].datagram.remote.s_addr, htonl(0xc0000263));
	assert_int_equal(request().home_agent.s_addr, htonl(0xc0000263));
	done();
}

static void no_unicast_home_agent_in_the_reply_is_taken_over(void **state)
{
	const uint32_t bad[] = { 0, 0xffffffff, 0xe0000001 };

	for (int i = 0; i < 3; i++) {
		struct mip4_message q, r;

		setup();
		q = begin();
		r = reply_to(&q, 0);
		r.home_agent.s_addr = htonl(bad[i]);
		assert_int_equal(answer(&r), CLIENT_UP);
		assert_int_equal(client.home_agent.s_addr, group.home_agent.s_addr);
		done();
	}
}

/* lifetime */

static void the_lifetime_is_the_smaller_one_and_counts_from_the_request(void **state)
{
	struct mip4_message q, r;

	setup();
	begin();
	pass(1);
	q = request();
	now.mono += NSEC_PER_SEC / 2; /* the round trip */
	r = reply_to(&q, 0);
	r.lifetime = 900;
	assert_int_equal(answer(&r), CLIENT_UP);
	assert_int_equal(client.granted, 600);
	assert_int_equal(client_lifetime_left(&client, now.mono), 599);
	assert_int_equal(client.expiry.due, client.sent + 600 * NSEC_PER_SEC);
	done();
}

static void the_renewal_is_due_between_half_and_four_fifths(void **state)
{
	nsec_t least = NSEC_NEVER, most = 0;

	for (int i = 0; i < 50; i++) {
		nsec_t due;

		setup();
		rng_seed(&rng, (uint64_t)i);
		register_now(100);
		due = client.retry.due - client.sent;
		least = due < least ? due : least;
		most = due > most ? due : most;
		done();
	}
	assert_true(least >= 50 * NSEC_PER_SEC && least < 56 * NSEC_PER_SEC);
	assert_true(most < 80 * NSEC_PER_SEC && most > 74 * NSEC_PER_SEC);
}

static void a_renewal_put_off_is_asked_for_again_until_expiry(void **state)
{
	int asked = 0;
	enum client_outcome o;

	setup();
	register_now(100);
	while ((o = pass(200)) == CLIENT_RENEW_DUE) {
		client_defer(&client, &group, now);
		asked++;
	}
	assert_int_equal(o, CLIENT_EXPIRED);
	assert_in_range(asked, 8, 40);
	assert_int_equal(now.mono, 1100 * NSEC_PER_SEC);
	assert_int_equal(client.state, CLIENT_IDLE);
	assert_int_equal(out.n, 0);
	done();
}

static void a_renewal_without_answer_goes_on_ever_more_slowly_until_expiry(void **state)
{
	nsec_t last = 0;
	int n = 0;

	setup();
	register_now(600);
	assert_int_equal(pass(600), CLIENT_RENEW_DUE);
	client_renew(&client, &group, now, &out);
	request();
	for (;;) {
		enum client_outcome o = pass(1);

		if (o == CLIENT_EXPIRED)
			break;
		if (out.n) {
			struct mip4_message q = request();

			assert_int_equal(q.hoa, MIP4_EMPTY);
			assert_int_equal(q.hoa_request, MIP4_ABSENT);
			assert_true(now.mono - last >= NSEC_PER_SEC);
			last = now.mono;
			n++;
		}
	}
	assert_in_range(n, 5, 8);
	assert_int_equal(client.exposed, 600);
	done();
}

static void an_infinite_lifetime_needs_no_renewal(void **state)
{
	setup();
	group.lifetime = UINT16_MAX;
	register_now(UINT16_MAX);
	assert_int_equal(heap_due(&timers), NSEC_NEVER);
	assert_int_equal(client_lifetime_left(&client, now.mono), UINT16_MAX);
	done();
}

/* the end */

static void a_deregistration_is_sent_four_times_then_given_up(void **state)
{
	setup();
	register_now(600);
	client_deregister(&client, &group, now, &out);
	for (int i = 0; i < 3; i++) {
		struct mip4_message q = request();

		assert_int_equal(q.lifetime, 0);
		assert_int_equal(q.hoa, MIP4_EMPTY);
		assert_int_equal(pass(1 << i), CLIENT_NOTHING);
	}
	request();
	assert_int_equal(pass(8), CLIENT_DEREGISTERED);
	assert_int_equal(client.exposed, 600); /* nobody has said that it is over */
	done();
}

static void accepted_with_a_malformed_extension_is_no_service(void **state)
{
	struct mip4_message q, r, m;

	setup();
	q = begin();
	r = reply_to(&q, 0);
	m = wire(&r);
	m.bad = true; /* what the decoder says of a wrong length, or of the extension twice */
	assert_int_equal(client_reply(&client, &group, &m, now, &out), CLIENT_NO_SERVICE);
	assert_int_equal(request().lifetime, 0);
	done();
}

static void an_answered_deregistration_frees_the_care_of_address(void **state)
{
	struct mip4_message q, r;

	setup();
	register_now(600);
	client_deregister(&client, &group, now, &out);
	q = request();
	r = reply_to(&q, 0);
	r.hoa = MIP4_ABSENT;
	assert_int_equal(answer(&r), CLIENT_DEREGISTERED);
	assert_int_equal(client.exposed, 0);
	done();
}

static void who_has_said_it_already_does_not_say_it_again(void **state)
{
	setup();
	register_now(600);
	assert_int_equal(client_deregister(&client, &group, now, &out), CLIENT_NOTHING);
	request();
	assert_int_equal(client_deregister(&client, &group, now, &out), CLIENT_NOTHING);
	client_renew(&client, &group, now, &out);
	assert_int_equal(out.n, 0);
	done();
}

static void deregistering_what_never_was_is_done_at_once(void **state)
{
	setup();
	assert_int_equal(client_deregister(&client, &group, now, &out), CLIENT_DEREGISTERED);
	assert_int_equal(out.n, 0);
	done();
}

static void a_deregistration_is_resynchronised_too(void **state)
{
	struct mip4_message q, r;

	setup();
	register_now(600);
	client_deregister(&client, &group, now, &out);
	q = request();
	r = reply_to(&q, MIP4_HA_IDENTIFICATION);
	r.identification += 50ull << 32;
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	q = request();
	assert_int_equal(q.lifetime, 0);
	assert_int_equal(q.identification >> 32, (START >> 32) + 50);
	done();
}

/* revocation */

static bool revoke(uint32_t id, bool inform, enum client_outcome *ret)
{
	struct mip4_message m = { .type = MIP4_REVOCATION,
				  .revocation_id = id,
				  .revocation_inform = inform };

	return client_revoked(&client, &group, &m, ret);
}

/* Of another host: replies may overtake each other. */
static void what_the_home_agent_said_before_does_not_count(void **state)
{
	enum client_outcome o;
	struct mip4_message q, r;

	setup();
	register_now(600); /* 7000 */
	client_renew(&client, &group, now, &out);
	q = request();
	r = reply_to(&q, 0);
	r.support_timestamp = 6000;
	assert_int_equal(answer(&r), CLIENT_RENEWED);
	client_done(&client, &group);
	begin(); /* nothing has been said of this one */
	assert_false(revoke(7000, false, &o));
	assert_true(revoke(7001, false, &o));
	done();
}

static void a_revocation_must_be_newer_than_the_registrations_timestamp(void **state)
{
	enum client_outcome o;

	setup();
	register_now(600); /* 7000 */
	assert_false(revoke(6999, false, &o));
	assert_false(revoke(7000, false, &o));
	assert_int_equal(drops[DROP_REPLAY], 2);
	assert_true(revoke(7001, false, &o));
	assert_int_equal(o, CLIENT_MOVED);
	assert_int_equal(client.exposed, 0);
	done();
}

static void the_timestamp_wraps(void **state)
{
	struct mip4_message q, r;
	enum client_outcome o;

	setup();
	q = begin();
	r = reply_to(&q, 0);
	r.support_timestamp = 0xfffffff0;
	assert_int_equal(answer(&r), CLIENT_UP);
	assert_false(revoke(0xffffffe0, false, &o));
	assert_true(revoke(5, true, &o));
	assert_int_equal(o, CLIENT_DETACHED);
	done();
}

static void a_denial_does_not_take_back_what_an_earlier_request_got(void **state)
{
	struct mip4_message q, r;

	setup();
	q = begin();
	r = reply_to(&q, MIP4_HA_RESOURCES);
	assert_int_equal(answer(&r), CLIENT_REFUSED);
	assert_int_equal(client.exposed, 0);
	begin();
	pass(1); /* the reply to the first may be lost */
	q = request();
	r = reply_to(&q, MIP4_HA_RESOURCES);
	assert_int_equal(answer(&r), CLIENT_REFUSED);
	assert_int_equal(client.exposed, 600);
	done();
}

static void before_the_home_agent_was_heard_our_clock_says_what_is_new(void **state)
{
	enum client_outcome o;

	setup();
	begin();
	assert_false(revoke((START >> 32) - 7, false, &o));
	assert_true(revoke((START >> 32) - 6, false, &o)); /* its clock may differ */
	assert_int_equal(o, CLIENT_MOVED);
	done();
	setup();
	begin();
	group.heard = true;
	group.heard_timestamp = 7000; /* another host's reply */
	assert_true(revoke(7001, false, &o));
	assert_int_equal(o, CLIENT_MOVED);
	done();
}

/* sim, seed 1707: a node that was restarted had heard of newer revocations than it remembers */
static void what_was_revoked_before_the_first_request_is_old(void **state)
{
	enum client_outcome o;

	setup();
	group.heard = true;
	group.heard_timestamp = (START >> 32) - 100;
	begin();
	pass(1);
	pass(2);
	assert_false(revoke((START >> 32) - 50, false, &o));
	assert_true(revoke((START >> 32) - 6, false, &o)); /* however long it is retried */
	done();
}

static void revoked_while_deregistering_is_the_end_as_well(void **state)
{
	enum client_outcome o;

	setup();
	register_now(600);
	client_deregister(&client, &group, now, &out);
	assert_true(revoke(7001, true, &o));
	assert_int_equal(o, CLIENT_DEREGISTERED);
	assert_int_equal(client.exposed, 0);
	assert_true(revoke(7002, true, &o)); /* gone: to be acknowledged, nothing else */
	assert_int_equal(o, CLIENT_NOTHING);
	done();
}

static void restart(nsec_t *ret_ends)
{
	struct client_registration r;

	*ret_ends = client_save(&client, &r);
	client_done(&client, &group);
	client_init(&client, &group, 5, BYTES(NAI, strlen(NAI)));
	client_restore(&client, &group, &r, *ret_ends);
}

static void a_restored_registration_ends_when_it_would_have_and_renews_as_told(void **state)
{
	nsec_t ends, asked;
	struct mip4_message q;

	setup();
	q = register_now(600);
	restart(&ends);
	assert_int_equal(client.state, CLIENT_REGISTERED);
	assert_int_equal(client_lifetime_left(&client, now.mono), 600);
	assert_int_equal(heap_due(&timers), ends); /* asks for nothing by itself */
	client_renew_within(&client, &group, 5 * NSEC_PER_SEC, now);
	asked = client.retry.due;
	assert_true(asked >= now.mono && asked <= now.mono + 5 * NSEC_PER_SEC);
	assert_int_equal(pass(5), CLIENT_RENEW_DUE);
	client_renew(&client, &group, now, &out);
	assert_true(ntp_later(request().identification, q.identification));
	done();
}

/* The reply to a request of before the restart comes after it. */
static void a_restored_registration_waits_for_no_reply(void **state)
{
	struct mip4_message q, r;
	nsec_t ends;

	setup();
	register_now(600);
	client_renew(&client, &group, now, &out);
	q = request();
	r = reply_to(&q, MIP4_ACCEPTED);
	restart(&ends);
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	assert_int_equal(drops[DROP_REPLY_UNEXPECTED], 1);
	done();
}

static void what_ends_soon_is_asked_about_in_half_its_time(void **state)
{
	nsec_t ends;

	setup();
	register_now(600);
	now.mono += 598 * NSEC_PER_SEC;
	restart(&ends);
	for (int i = 0; i < 50; i++) { /* when in that time is by chance */
		client_renew_within(&client, &group, 5 * NSEC_PER_SEC, now);
		assert_in_range(client.retry.due, now.mono, now.mono + NSEC_PER_SEC);
	}
	now.mono += 5 * NSEC_PER_SEC; /* it has ended meanwhile */
	client_renew_within(&client, &group, 5 * NSEC_PER_SEC, now);
	assert_int_equal(client.retry.due, now.mono);
	done();
}

/* Code 133 of a clock that is behind takes us back to what has been accepted, not further. */
static void a_restored_registration_knows_what_was_accepted(void **state)
{
	nsec_t ends;
	struct mip4_message q, first, r;

	setup();
	first = register_now(600);
	restart(&ends);
	client_renew(&client, &group, now, &out);
	q = request();
	r = reply_to(&q, MIP4_HA_IDENTIFICATION);
	r.identification -= (uint64_t)1000 << 32;
	assert_int_equal(answer(&r), CLIENT_NOTHING);
	assert_true(ntp_later(request().identification, first.identification));
	done();
}

static void what_the_home_agent_said_last_is_known_after_a_restart(void **state)
{
	nsec_t ends;

	setup();
	register_now(600);
	group.heard = false;
	restart(&ends);
	assert_true(group.heard);
	assert_int_equal(group.heard_timestamp, 7000);
	done();
}

/* Requests under way may have asked for longer than what was granted. */
static void a_restored_registration_exposes_for_as_long_as_is_asked_for(void **state)
{
	nsec_t ends;

	setup();
	register_now(60);
	assert_int_equal(client.exposed, 60);
	restart(&ends);
	assert_int_equal(client.exposed, 600);
	done();
}

static const struct test tests[] = {
	TEST(every_request_is_newer_and_has_another_low_word, ""),
	TEST(a_clock_that_stands_still_makes_newer_requests_all_the_same, ""),
	TEST(requests_go_on_beyond_the_end_of_the_ntp_era, ""),
	TEST(code_133_sets_the_clock_forward, ""),
	TEST(code_133_sets_the_clock_back, ""),
	TEST(what_was_learnt_holds_for_retransmissions_renewals_and_the_end, ""),
	TEST(code_133_is_believed_twice_in_an_attempt, ""),
	TEST(code_133_with_another_low_word_is_dropped, ""),
	TEST(only_the_latest_request_may_be_answered_and_once, ""),
	TEST(a_reply_without_right_authenticator_changes_nothing, "AN-28"),
	TEST(what_only_another_agents_authenticator_covers_is_not_believed, "AN-28"),
	TEST(the_home_agent_in_the_reply_is_the_one_that_renewals_go_to, ""),
	TEST(no_unicast_home_agent_in_the_reply_is_taken_over, ""),
	TEST(the_lifetime_is_the_smaller_one_and_counts_from_the_request, "AN-23"),
	TEST(the_renewal_is_due_between_half_and_four_fifths, "AN-23"),
	TEST(a_renewal_put_off_is_asked_for_again_until_expiry, "AN-24"),
	TEST(a_renewal_without_answer_goes_on_ever_more_slowly_until_expiry, "AN-23 AN-24"),
	TEST(an_infinite_lifetime_needs_no_renewal, ""),
	TEST(a_deregistration_is_sent_four_times_then_given_up, ""),
	TEST(accepted_with_a_malformed_extension_is_no_service, "AN-27"),
	TEST(an_answered_deregistration_frees_the_care_of_address, ""),
	TEST(who_has_said_it_already_does_not_say_it_again, ""),
	TEST(what_the_home_agent_said_before_does_not_count, ""),
	TEST(deregistering_what_never_was_is_done_at_once, ""),
	TEST(a_deregistration_is_resynchronised_too, ""),
	TEST(a_revocation_must_be_newer_than_the_registrations_timestamp, ""),
	TEST(the_timestamp_wraps, ""),
	TEST(a_denial_does_not_take_back_what_an_earlier_request_got, ""),
	TEST(what_was_revoked_before_the_first_request_is_old, ""),
	TEST(before_the_home_agent_was_heard_our_clock_says_what_is_new, "AN-20"),
	TEST(revoked_while_deregistering_is_the_end_as_well, ""),
	TEST(a_restored_registration_ends_when_it_would_have_and_renews_as_told, ""),
	TEST(a_restored_registration_waits_for_no_reply, ""),
	TEST(what_ends_soon_is_asked_about_in_half_its_time, ""),
	TEST(a_restored_registration_knows_what_was_accepted, ""),
	TEST(what_the_home_agent_said_last_is_known_after_a_restart, ""),
	TEST(a_restored_registration_exposes_for_as_long_as_is_asked_for, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/client", tests);
}
