/* SPDX-License-Identifier: Apache-2.0 */
/* Going: revocation, hold-down, back-off, link loss, expiry, stop (draft 3.2.3 to 3.2.5, D4, D5).
 */
#include "an_world.h"

/* revocation */

static void a_revocation_ends_the_tunnel_and_is_acknowledged_after_that(void **state)
{
	struct world w;
	struct rrq q;
	struct mip4_message m;
	world_new(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, false);
	world_send(&w, &m, q.m.care_of);
	assert_true(in4_equal(world_next(&w, ACTION_TUNNEL_DEL)->tunnel.local, q.m.care_of));
	world_acked(&w, &m);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
	world_pass(&w, 2);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void a_revocation_of_what_is_gone_is_acknowledged_again(void **state)
{
	struct world w;
	struct rrq q;
	struct mip4_message m;
	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, false);
	world_skip(&w);
	m = world_revocation(&w, &q, false);
	world_send(&w, &m, q.m.care_of);
	world_acked(&w, &m);
	world_pass(&w, 5);
	m.revocation_id++;
	world_send(&w, &m, q.m.care_of);
	world_acked(&w, &m);
	world_quiet(&w);
	world_done(&w);
}

static void an_old_revocation_does_not_end_a_newer_registration(void **state)
{
	struct world w;
	struct rrq q;
	struct mip4_message old;
	world_init(&w);
	w.config.pool_size = 1; /* the same care-of address again */
	world_start(&w);
	q = world_attach(&w, 1);
	old = world_revocation(&w, &q, false);
	world_send(&w, &old, q.m.care_of);
	world_skip(&w);
	world_frame(&w, 1, packet_rs(1)); /* lifts the hold-down */
	q = world_request(&w);
	world_send(&w, &old, q.m.care_of);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_REPLAY), 1);
	world_answer(&w, &q, NULL);
	world_skip(&w);
	assert_true(in4_equal(q.m.care_of, old.care_of));
	world_send(&w, &old, q.m.care_of);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	assert_int_equal(world_drops(&w, DROP_REPLAY), 2);
	old.revocation_id = w.timestamp - 1; /* exactly what 137 of the registration said */
	world_send(&w, &old, q.m.care_of);
	assert_int_equal(world_drops(&w, DROP_REPLAY), 3);
	world_revoke(&w, &q, false);
	assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
	world_done(&w);
}

static void a_revocation_from_a_foreign_agent_is_dropped(void **state)
{
	struct world w;
	struct rrq q;
	struct mip4_message m;
	world_new(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, false);
	m.revocation_from_home = false;
	world_send(&w, &m, q.m.care_of);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_ROLE_WRONG), 1);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void a_revocation_of_another_registration_changes_nothing(void **state)
{
	struct world w;
	struct rrq q, other;
	struct mip4_message m;
	world_new(&w);
	q = world_attach(&w, 1);
	other = world_attach(&w, 2);
	m = world_revocation(&w, &q, false);
	m.care_of = other.m.care_of;
	world_send(&w, &m, m.care_of);
	world_acked(&w, &m); /* there is no such registration (any more) */
	m = world_revocation(&w, &q, false);
	m.home_agent = world_in4("192.0.2.9");
	world_send(&w, &m, m.care_of);
	world_acked(&w, &m);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	assert_int_equal(world_state(&w, 2), ACCESS_ATTACHED);
	world_done(&w);
}

static void a_revocation_under_a_wrong_key_or_without_nai_is_dropped(void **state)
{
	struct world w;
	struct rrq q;
	struct mip4_message m;
	struct datagram d = { 0 };
	uint8_t buf[256];
	struct writer out = writer_new(buf, sizeof(buf));
	const enum mip4_auth auth = MIP4_MHAE;
	const struct mip4_sa *sa;
	world_new(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, false);
	sa = sa_find_nai(w.keys, BYTES("other@example.net", 17), 0);
	assert_int_equal(mip4_encode(&m, &w.config.access.numbers, &auth, &sa, 1, &out), 0);
	d.payload = writer_bytes(&out);
	d.local = q.m.care_of;
	an_role.receive(w.an, &d, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_AUTH_WRONG), 1);
	out = writer_new(buf, sizeof(buf));
	m.nai = BYTES(NULL, 0);
	assert_int_equal(mip4_encode(&m, &w.config.access.numbers, &auth, &sa, 1, &out), 0);
	d.payload = writer_bytes(&out);
	an_role.receive(w.an, &d, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_NAI_MISSING), 1);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void revoked_while_its_reply_is_missing_the_node_stops_asking(void **state)
{
	struct world w;
	struct rrq q;
	struct mip4_message m;
	world_new(&w);
	world_attach(&w, 2); /* the home agent has been heard */
	world_frame(&w, 1, packet_data(1, 100));
	q = world_request(&w);
	m = world_revocation(&w, &q, false);
	world_send(&w, &m, q.m.care_of);
	world_acked(&w, &m);
	world_pass(&w, 60);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), -1);
	world_done(&w);
}

/* hold-down (D4) */

static void after_a_move_late_data_and_mld_do_not_bring_the_host_back(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, false);
	world_skip(&w);
	world_frame(&w, 1, packet_data(1, 100));
	world_pass(&w, 1.9);
	world_frame(&w, 1, packet_mld(1));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), 2);
	world_pass(&w, 0.2); /* over: it is here again */
	world_frame(&w, 1, packet_mld(1));
	world_request(&w);
	world_done(&w);
}

static void after_a_move_rs_or_ns_bring_the_host_back_at_once(void **state)
{
	struct world w;
	struct rrq q, again;
	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, false);
	world_skip(&w);
	world_frame(&w, 1, packet_ns(1));
	again = world_request(&w);
	assert_int_equal(again.m.hoa_request, MIP4_EMPTY);
	assert_true(again.m.identification > q.m.identification);
	assert_false(in4_equal(again.m.care_of, q.m.care_of));
	world_done(&w);
}

static void after_a_move_link_up_makes_it_an_unknown_host(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, false);
	world_skip(&w);
	world_link(&w, LINK_DOWN);
	world_link(&w, LINK_UP);
	world_frame(&w, 1, packet_data(1, 100));
	world_request(&w);
	world_done(&w);
}

static void detached_by_the_home_agent_only_link_up_or_the_back_off_lifts_it(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, true);
	world_skip(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_pass(&w, 5);
	world_frame(&w, 1, packet_rs(1));
	world_frame(&w, 1, packet_ns(1));
	world_frame(&w, 1, packet_data(1, 100));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_HOLD_DOWN), 3);
	world_link(&w, LINK_DOWN);
	world_link(&w, LINK_UP);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, true);
	world_pass(&w, 30);
	world_attach(&w, 1);
	world_done(&w);
}

/* refusal and silence */

static void without_extension(struct mip4_message *m)
{
	m->hoa = MIP4_ABSENT;
}

static void a_refusal_blocks_with_a_back_off_that_doubles_to_sixteen_times(void **state)
{
	struct world w;
	double back_off = 30;
	world_new(&w);
	for (int i = 0; i < 7; i++) {
		struct rrq q;

		world_frame(&w, 1, packet_rs(1));
		q = world_request(&w);
		world_answer(&w, &q, deny_prohibited);
		assert_int_equal(world_event(&w, EVENT_REFUSED)->code, MIP4_HA_PROHIBITED);
		assert_int_equal(world_info(&w, 1).code, MIP4_HA_PROHIBITED);
		world_pass(&w, back_off - 1);
		world_frame(&w, 1, packet_rs(1));
		world_quiet(&w);
		world_pass(&w, 2);
		back_off = back_off < 480 ? back_off * 2 : back_off;
	}
	assert_int_equal(world_drops(&w, DROP_NOT_REGISTERED), 7);
	world_pass(&w, 480 * 16); /* and is forgotten when the host stays silent */
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void a_silent_home_agent_is_asked_five_times_then_the_host_waits(void **state)
{
	struct world w;
	const double waits[] = { 1, 2, 4, 8 };
	struct rrq q;
	uint64_t last;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	last = world_request(&w).m.identification;
	for (int i = 0; i < 4; i++) {
		world_pass(&w, waits[i] - 0.01);
		world_quiet(&w);
		world_pass(&w, 0.01);
		q = world_request(&w);
		assert_true(q.m.identification > last);
		assert_int_not_equal((uint32_t)q.m.identification, (uint32_t)last);
		assert_int_equal(q.m.hoa_request, MIP4_EMPTY);
		last = q.m.identification;
	}
	world_skip(&w);
	world_pass(&w, 16);
	world_event(&w, EVENT_UNREACHABLE);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_answer(&w, &q, NULL); /* too late */
	assert_int_equal(world_drops(&w, DROP_REPLY_UNEXPECTED), 1);
	world_pass(&w, 31);
	world_frame(&w, 1, packet_data(1, 100));
	/* same care-of address: who knows what the home agent has accepted meanwhile */
	assert_true(in4_equal(world_request(&w).m.care_of, q.m.care_of));
	world_done(&w);
}

static void link_up_while_deregistering_from_a_refusal_makes_it_an_unknown_host(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, without_extension);
	q = world_request(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_link(&w, LINK_UP);
	assert_int_equal(world_state(&w, 1), ACCESS_DEREGISTERING);
	world_answer(&w, &q, NULL);
	assert_int_equal(world_hosts(&w), 0);
	world_attach(&w, 1);
	world_done(&w);
}

static void an_eager_port_registers_a_blocked_host_at_link_up(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.access.ports[0].eager = true;
	world_start(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, true);
	world_skip(&w);
	world_link(&w, LINK_UP);
	q = world_request(&w);
	assert_int_equal(q.m.hoa_request, MIP4_EMPTY);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_REGISTERING);
	world_answer(&w, &q, deny_prohibited);
	world_pass(&w, 31); /* the back-off begins anew too */
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	world_done(&w);
}

static void stop_releases_hosts_that_have_no_service(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, true); /* blocked */
	q = world_attach(&w, 2);
	world_revoke(&w, &q, false); /* hold-down */
	world_frame(&w, 3, packet_rs(3));
	world_skip(&w);
	world_pass(&w, 0);
	an_stop(w.an, w.now);
	world_pass(&w, 0);
	assert_int_equal(world_hosts(&w), 1); /* deregisters */
	assert_int_equal(world_request(&w).m.lifetime, 0);
	world_quiet(&w);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(a_revocation_ends_the_tunnel_and_is_acknowledged_after_that, "AN-20 AN-21"),
	TEST(a_revocation_of_what_is_gone_is_acknowledged_again, "AN-21"),
	TEST(an_old_revocation_does_not_end_a_newer_registration, ""),
	TEST(a_revocation_from_a_foreign_agent_is_dropped, ""),
	TEST(a_revocation_of_another_registration_changes_nothing, ""),
	TEST(a_revocation_under_a_wrong_key_or_without_nai_is_dropped, "AN-28"),
	TEST(revoked_while_its_reply_is_missing_the_node_stops_asking, "AN-20"),
	TEST(after_a_move_late_data_and_mld_do_not_bring_the_host_back, ""),
	TEST(after_a_move_rs_or_ns_bring_the_host_back_at_once, "AN-8 AN-19"),
	TEST(after_a_move_link_up_makes_it_an_unknown_host, ""),
	TEST(detached_by_the_home_agent_only_link_up_or_the_back_off_lifts_it, "AN-22"),
	TEST(a_refusal_blocks_with_a_back_off_that_doubles_to_sixteen_times, ""),
	TEST(a_silent_home_agent_is_asked_five_times_then_the_host_waits, ""),
	TEST(link_up_while_deregistering_from_a_refusal_makes_it_an_unknown_host, ""),
	TEST(an_eager_port_registers_a_blocked_host_at_link_up, "AN-16"),
	TEST(stop_releases_hosts_that_have_no_service, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_leave", tests);
}
