/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation of what an agent still believes in (RFC 3543, draft 4.4). */
#include "ha_bench.h"

#include <errno.h>

#define AN1 "198.51.100.2"
#define AN2 "203.0.113.2"

static void move(struct bench *b, const char *to)
{
	struct rrq q = rrq(b, NAI, to);

	ask(b, &q);
}

static void previous_agent_is_told_with_all_that_names_the_registration(void **state)
{
	struct bench b;
	struct datagram to;
	struct mip4_message m;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2);
	m = sent(&b, MIP4_REVOCATION, &to);
	assert_true(m.revocation_from_home);
	assert_false(m.revocation_inform); /* the host only went elsewhere */
	assert_int_equal(m.home.s_addr, 0);
	assert_int_equal(m.home_agent.s_addr, in4("192.0.2.1").s_addr);
	assert_int_equal(m.care_of.s_addr, in4(AN1).s_addr);
	assert_true(bytes_equal(m.nai, BYTES(NAI, strlen(NAI))));
	assert_int_equal(m.hoa, MIP4_EMPTY);
	assert_int_equal(mip4_verify(&m, &m.mhae, sa_find_nai(b.keys, m.nai, MN_SPI)), 0);
	assert_int_equal(to.local.s_addr, in4("192.0.2.1").s_addr);
	assert_int_equal(to.remote.s_addr, in4(AN1).s_addr);
	assert_int_equal(to.local_port, MIP4_PORT);
	assert_int_equal(to.remote_port, MIP4_PORT);
	bench_done(&b);
}

static void revocation_of_an_access_router_has_an_fhae(void **state)
{
	struct bench b;
	struct mip4_message m;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.from = in4("198.51.100.99");
	q.foreign_agent = true;
	ask(&b, &q);
	move(&b, AN2);
	bench_forget(&b);
	bench_pass(&b, 1);
	m = sent(&b, MIP4_REVOCATION, NULL);
	assert_true(m.fhae.present && !m.mhae.present);
	assert_int_equal(m.fhae.spi, FA_SPI);
	bench_done(&b);
}

static void agent_without_support_is_not_told(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.m.revocation_support = q.m.support_inform = false;
	ask(&b, &q);
	bench_forget(&b);
	move(&b, AN2);
	assert_int_equal(count(&b, ACTION_SEND), 1); /* the reply */
	bench_done(&b);
}

static void renewal_revokes_nothing(void **state)
{
	struct bench b;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN1);
	assert_int_equal(count(&b, ACTION_SEND), 1);
	bench_done(&b);
}

static void repeated_after_1_2_4_s_with_fresh_identifiers_then_given_up(void **state)
{
	static const double at[] = { 0, 1, 3, 7 };
	struct bench b;
	uint32_t last = 0;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2);
	for (size_t i = 0; i < 4; i++) {
		struct mip4_message m = sent(&b, MIP4_REVOCATION, NULL);

		assert_true(m.revocation_id > last);
		last = m.revocation_id;
		bench_forget(&b);
		if (i < 3) {
			bench_pass(&b, at[i + 1] - at[i] - 0.01);
			assert_int_equal(count(&b, ACTION_SEND), 0);
			bench_pass(&b, 0.01);
		}
	}
	bench_pass(&b, 7.9);
	assert_null(event(&b, EVENT_UNREACHABLE));
	bench_pass(&b, 0.2);
	assert_int_equal(event(&b, EVENT_UNREACHABLE)->care_of.s_addr, in4(AN1).s_addr);
	bench_forget(&b);
	bench_pass(&b, 100);
	assert_int_equal(count(&b, ACTION_SEND), 0);
	bench_done(&b);
}

static void acknowledgment_of_any_transmission_ends_it(void **state)
{
	struct bench b;
	struct mip4_message first;
	uint8_t nai[] = NAI;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2);
	first = sent(&b, MIP4_REVOCATION, NULL);
	first.nai = BYTES(nai, strlen(NAI));
	bench_pass(&b, 1.5);
	bench_forget(&b);
	acknowledge(&b, &first, AN1);
	assert_silent(&b);
	bench_pass(&b, 20);
	assert_int_equal(count(&b, ACTION_SEND), 0);
	assert_null(event(&b, EVENT_UNREACHABLE));
	/* once more: there is nothing left to acknowledge */
	acknowledge(&b, &first, AN1);
	assert_int_equal(drops(&b, DROP_REVOCATION_UNKNOWN), 1);
	bench_done(&b);
}

static void false_acknowledgments_end_nothing(void **state)
{
	struct bench b;
	struct mip4_message m;
	struct ha_binding_info info;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2);
	m = sent(&b, MIP4_REVOCATION, NULL);
	m.revocation_id++;
	acknowledge(&b, &m, AN1); /* no such identifier */
	m.revocation_id--;
	m.home = in4("10.0.0.1");
	acknowledge(&b, &m, AN1); /* no such home address */
	assert_int_equal(drops(&b, DROP_REVOCATION_UNKNOWN), 2);
	m.home = in4("0.0.0.0");
	m.nai = BYTES(NAI_2, strlen(NAI_2));
	acknowledge(&b, &m, AN1); /* right key of another */
	assert_int_equal(drops(&b, DROP_REVOCATION_UNKNOWN), 3);

	/* 15, home address 0, identifier, NAI, and nothing or a wrong MHAE */
	uint8_t octets[128] = { 15 };
	size_t n = 12;
	const uint32_t id = htonl(m.revocation_id);
	memcpy(octets + 8, &id, 4);
	octets[n++] = 131;
	octets[n++] = strlen(NAI);
	memcpy(octets + n, NAI, strlen(NAI));
	n += strlen(NAI);
	ask_octets(&b, BYTES(octets, n), in4(AN1));
	assert_int_equal(drops(&b, DROP_AUTH_MISSING), 1);
	octets[n] = 32;
	octets[n + 1] = 20;
	octets[n + 4] = 2;
	ask_octets(&b, BYTES(octets, n + 22), in4(AN1));
	assert_int_equal(drops(&b, DROP_AUTH_WRONG), 1);
	octets[n + 4] = 9;
	ask_octets(&b, BYTES(octets, n + 22), in4(AN1));
	assert_int_equal(drops(&b, DROP_SA_UNKNOWN), 1);
	bench_forget(&b);
	bench_pass(&b, 1);
	sent(&b, MIP4_REVOCATION, NULL); /* goes on */
	assert_true(shown(&b, NAI, &info));
	bench_done(&b);
}

static void coming_back_takes_the_revocation_back(void **state)
{
	struct bench b;
	struct mip4_message m;
	struct datagram to;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2); /* AN1 is being revoked */
	bench_pass(&b, 0.1);
	bench_forget(&b);
	move(&b, AN1); /* and has the host again */
	sent(&b, MIP4_REVOCATION, &to);
	assert_int_equal(to.remote.s_addr, in4(AN2).s_addr);
	/* a late copy of what AN1 was sent is older than this reply's timestamp */
	m = reply(&b);
	bench_forget(&b);
	bench_pass(&b, 1);
	sent(&b, MIP4_REVOCATION, &to);
	assert_int_equal(to.remote.s_addr, in4(AN2).s_addr);
	assert_true(m.support_timestamp > 0);
	bench_done(&b);
}

/* Its deregistration says that it knows. */
static void deregistration_by_the_former_agent_takes_the_revocation_back(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2);
	bench_pass(&b, 0.1);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q);
	bench_forget(&b);
	bench_pass(&b, 20);
	assert_int_equal(count(&b, ACTION_SEND), 0);
	bench_done(&b);
}

/* It has not heard that the host has gone: it is refused, told again, and its word is no replay
 * only once. */
static void renewal_by_the_former_agent_is_refused_and_not_repeated(void **state)
{
	struct bench b;
	struct mip4_message m;
	struct rrq q;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	move(&b, AN2);
	bench_pass(&b, 0.1);
	q = rrq(&b, NAI, AN1);
	q.m.hoa_request = MIP4_ABSENT;
	q.m.hoa = MIP4_EMPTY;
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_PROHIBITED);
	m = sent(&b, MIP4_REVOCATION, NULL);
	assert_int_equal(m.care_of.s_addr, in4(AN1).s_addr);
	q.m.identification -= 1;
	bench_forget(&b);
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_HA_IDENTIFICATION);
	bench_done(&b);
}

static void identifiers_are_newer_than_every_timestamp_given_out(void **state)
{
	struct bench b;
	struct rrq q;
	uint32_t timestamp;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	timestamp = reply(&b).support_timestamp;
	bench_forget(&b);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	assert_true(sent(&b, MIP4_REVOCATION, NULL).revocation_id > timestamp);
	bench_done(&b);
}

static void operator_revokes_and_the_host_shall_be_detached(void **state)
{
	struct bench b;
	struct ha_binding_info info;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	assert_int_equal(ha_revoke(b.ha, BYTES("x@y", 3), b.now, &b.out), -ENOENT);
	assert_silent(&b);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	assert_true(sent(&b, MIP4_REVOCATION, NULL).revocation_inform);
	assert_int_equal(count(&b, ACTION_ADDRESS_DEL), 1);
	assert_int_equal(count(&b, ACTION_TUNNEL_DEL), 1);
	assert_non_null(event(&b, EVENT_REVOKED));
	assert_false(shown(&b, NAI, &info));
	bench_done(&b);
}

static void nothing_is_sent_beyond_the_natural_lifetime(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 2;
	ask(&b, &q);
	move(&b, AN2);
	bench_forget(&b);
	bench_pass(&b, 1.9);
	sent(&b, MIP4_REVOCATION, NULL); /* after 1 s */
	bench_forget(&b);
	bench_pass(&b, 20);
	assert_int_equal(count(&b, ACTION_SEND), 0); /* the next was due after 3 s */
	assert_non_null(event(&b, EVENT_UNREACHABLE));
	bench_done(&b);
}

static void pending_revocations_are_bounded(void **state)
{
	static const char *const at[] = { "198.51.100.10", "198.51.100.11", "198.51.100.12",
					  "198.51.100.13", "198.51.100.14", "198.51.100.15" };
	struct bench b;

	bench_new(&b);
	for (size_t i = 0; i < 6; i++) {
		bench_pass(&b, 0.01);
		bench_forget(&b);
		move(&b, at[i]);
		if (i)
			sent(&b, MIP4_REVOCATION, NULL); /* each agent is told at least once */
	}
	bench_forget(&b);
	bench_pass(&b, 1);
	assert_int_equal(count(&b, ACTION_SEND), 4); /* as many as there may be bindings */
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(previous_agent_is_told_with_all_that_names_the_registration, "EXT-8 EXT-10"),
	TEST(revocation_of_an_access_router_has_an_fhae, "EXT-11"),
	TEST(agent_without_support_is_not_told, ""),
	TEST(renewal_revokes_nothing, ""),
	TEST(repeated_after_1_2_4_s_with_fresh_identifiers_then_given_up, ""),
	TEST(acknowledgment_of_any_transmission_ends_it, ""),
	TEST(false_acknowledgments_end_nothing, ""),
	TEST(coming_back_takes_the_revocation_back, ""),
	TEST(deregistration_by_the_former_agent_takes_the_revocation_back, ""),
	TEST(renewal_by_the_former_agent_is_refused_and_not_repeated, ""),
	TEST(identifiers_are_newer_than_every_timestamp_given_out, ""),
	TEST(operator_revokes_and_the_host_shall_be_detached, "HA-35"),
	TEST(nothing_is_sent_beyond_the_natural_lifetime, ""),
	TEST(pending_revocations_are_bounded, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_revocation", tests);
}
