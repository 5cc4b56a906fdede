/* SPDX-License-Identifier: Apache-2.0 */
/* What the home agent says of a registration, to its agent and to people, and when it says it
 * again. */
#include "core/ha_state.h"
#include "ha_bench.h"

#define AN1    "198.51.100.2"
#define AN2    "203.0.113.2"
#define POOLED "2001:db8:b::"

/* Hosts of routers get addresses that do not lie on the home link. */
static void begin(struct bench *b)
{
	bench_init(b);
	bench_pool(b, HA_POOL_SHARED, POOLED, 0);
	bench_start(b);
}

static void assert_about(const struct event_data *e, const char *nai, const char *care_of)
{
	assert_non_null(e);
	assert_true(bytes_equal(e->nai, BYTES(nai, strlen(nai))));
	assert_int_equal(e->care_of.s_addr, in4(care_of).s_addr);
}

static void events_say_whom_they_are_about(void **state)
{
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	ask(&b, &q);
	assert_about(event(&b, EVENT_ATTACHED), NAI, AN1);
	q = rrq(&b, NAI, AN2);
	q.m.flags = MIP4_D; /* no reverse tunnel */
	bench_forget(&b);
	ask(&b, &q);
	assert_about(event(&b, EVENT_REFUSED), NAI, AN2);
	assert_int_equal(event(&b, EVENT_REFUSED)->code, reply(&b).code);
	bench_forget(&b);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	assert_about(event(&b, EVENT_REVOKED), NAI, AN1);
	bench_done(&b);
}

static void copy_of_a_request_for_ever_is_answered_for_ever(void **state)
{
	struct bench b;
	struct rrq q;

	bench_init(&b);
	b.config.lifetime_max = 0xffff;
	b.config.prefixes[0].valid = 0xffffffff;
	bench_start(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0xffff;
	for (int i = 0; i < 2; i++) {
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).lifetime, 0xffff);
	}
	bench_done(&b);
}

static void renewal_binds_no_address_again(void **state)
{
	struct bench b;
	struct rrq q;

	begin(&b);
	bench_serve(&b, NAI, ROUTER_1, 0);
	q = router_rrq(&b, NAI, ROUTER_1);
	ask(&b, &q);
	assert_non_null(event(&b, EVENT_RENEWED));
	assert_null(event(&b, EVENT_ADDRESS_BOUND));
	assert_int_equal(count(&b, ACTION_ADDRESS_SET), 0);
	bench_done(&b);
}

static void address_off_the_home_link_is_not_known_there(void **state)
{
	struct bench b;
	struct rrq q;

	begin(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	ask(&b, &q);
	assert_non_null(event(&b, EVENT_ADDRESS_BOUND));
	bench_pass(&b, 5);
	assert_int_equal(count(&b, ACTION_LINK_SEND), 0);
	bench_done(&b);
}

/* A restart leaves it open what the data plane has. */
static void first_renewal_repeats_what_the_data_plane_may_have_lost(void **state)
{
	struct bench b;
	struct rrq q;

	begin(&b);
	bench_serve(&b, NAI, ROUTER_1, 0);
	bench_restart(&b);
	for (int i = 0; i < 2; i++) {
		q = router_rrq(&b, NAI, ROUTER_1);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
		assert_int_equal(count(&b, ACTION_TUNNEL_SET), i == 0);
		assert_int_equal(count(&b, ACTION_ADDRESS_SET), i == 0);
	}
	bench_done(&b);
}

/* The agent vouches for its hosts (A4): its key alone signs the denial, too. */
static void failed_data_plane_is_told_to_who_signed(void **state)
{
	struct mip4_message m;
	struct bench b;
	struct rrq q;

	bench_init(&b);
	bench_pool(&b, HA_POOL_SHARED, POOLED, 0);
	b.config.per_node_auth = true;
	bench_start(&b);
	q = router_rrq(&b, NAI, ROUTER_1);
	q.no_mhae = true;
	b.failing = 1 << ACTION_TUNNEL_SET;
	ask(&b, &q);
	m = reply(&b);
	assert_int_equal(m.code, MIP4_HA_RESOURCES);
	assert_true(m.fhae.present && !m.mhae.present);
	bench_done(&b);
}

static void only_who_asks_for_it_is_told_to_inform(void **state)
{
	for (int inform = 0; inform < 2; inform++) {
		struct bench b;
		struct rrq q;

		bench_new(&b);
		q = rrq(&b, NAI, AN1);
		q.m.support_inform = inform;
		ask(&b, &q);
		bench_forget(&b);
		assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
		assert_int_equal(sent(&b, MIP4_REVOCATION, NULL).revocation_inform, inform);
		bench_done(&b);
	}
}

/* By then another host has its care-of address: nothing that it could take is taken. */
static void late_end_of_a_care_of_address_of_another_is_answered(void **state)
{
	struct ha_binding_info info;
	struct bench b;
	struct rrq q;

	bench_new(&b);
	bench_attach(&b, NAI_2, AN1);
	q = rrq(&b, NAI, AN1);
	q.from = in4(AN2);
	q.m.lifetime = 0;
	ask(&b, &q);
	assert_int_equal(reply(&b).code, MIP4_ACCEPTED);
	assert_true(shown(&b, NAI_2, &info));
	bench_done(&b);
}

static void address_that_ends_no_tunnel_is_malformed(void **state)
{
	static const char *const v[] = { "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1",
					 "192.0.2.1" /* ours */ };
	struct bench b;

	bench_new(&b);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct rrq q = rrq(&b, NAI, v[i]);

		q.from = in4(AN1);
		bench_forget(&b);
		ask(&b, &q);
		assert_int_equal(reply(&b).code, MIP4_HA_MALFORMED);
	}
	bench_done(&b);
}

/* An agent may have several addresses; it does not ask from that of a host. */
static void request_may_come_from_elsewhere(void **state)
{
	struct ha_binding_info info;
	struct datagram to;
	struct bench b;
	struct rrq q;

	bench_new(&b);
	q = rrq(&b, NAI, AN1);
	q.from = in4(AN2);
	ask(&b, &q);
	assert_int_equal(sent(&b, MIP4_RRP, &to).code, MIP4_ACCEPTED);
	assert_int_equal(to.remote.s_addr, in4(AN2).s_addr);
	assert_true(shown(&b, NAI, &info));
	assert_int_equal(info.tunnel.remote.s_addr, in4(AN1).s_addr);
	bench_done(&b);
}

static void longest_name_is_a_host_like_others(void **state)
{
	struct ha_binding_info info;
	char nai[NAI_MAX + 1];
	struct bench b;

	memset(nai, 'x', NAI_MAX);
	nai[NAI_MAX] = 0;
	memcpy(nai + NAI_MAX - 12, "@example.net", 12);
	bench_new(&b);
	bench_attach(&b, nai, AN1);
	bench_restart(&b);
	assert_true(shown(&b, nai, &info));
	bench_done(&b);
}

static void agent_whose_key_has_gone_is_not_told(void **state)
{
	struct bench b;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	b.config.n_sas = 0;
	assert_int_equal(ha_reload(b.ha, &b.config, &b.env, b.now), 0);
	assert_int_equal(ha_revoke(b.ha, BYTES(NAI, strlen(NAI)), b.now, &b.out), 0);
	assert_int_equal(count(&b, ACTION_SEND), 0);
	assert_int_equal(drops(&b, DROP_SA_UNKNOWN), 1);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(events_say_whom_they_are_about, ""),
	TEST(copy_of_a_request_for_ever_is_answered_for_ever, ""),
	TEST(renewal_binds_no_address_again, ""),
	TEST(address_off_the_home_link_is_not_known_there, ""),
	TEST(first_renewal_repeats_what_the_data_plane_may_have_lost, ""),
	TEST(failed_data_plane_is_told_to_who_signed, ""),
	TEST(only_who_asks_for_it_is_told_to_inform, ""),
	TEST(late_end_of_a_care_of_address_of_another_is_answered, ""),
	TEST(address_that_ends_no_tunnel_is_malformed, ""),
	TEST(request_may_come_from_elsewhere, ""),
	TEST(longest_name_is_a_host_like_others, ""),
	TEST(agent_whose_key_has_gone_is_not_told, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_reply", tests);
}
