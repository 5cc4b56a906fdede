/* SPDX-License-Identifier: Apache-2.0 */
/* Staying and going: link loss, renewal, expiry, stop, reload (draft 3.2.5, D5). */
#include "an_world.h"

#include <errno.h>

/* link (D5) */

static void link_loss_keeps_the_registration_for_detach_delay_then_deregisters(void **state)
{
	struct world w;
	struct rrq q, dereg;
	world_new(&w);
	q = world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_event(&w, EVENT_LINK_LOST);
	assert_int_equal(world_state(&w, 1), ACCESS_LINK_LOST);
	world_pass(&w, 9.9);
	world_quiet(&w);
	world_pass(&w, 0.2);
	world_next(&w, ACTION_TUNNEL_DEL);
	dereg = world_request(&w);
	assert_int_equal(dereg.m.lifetime, 0);
	assert_int_equal(dereg.m.hoa, MIP4_EMPTY);
	assert_int_equal(dereg.m.hoa_request, MIP4_ABSENT);
	assert_true(in4_equal(dereg.m.care_of, q.m.care_of));
	world_answer(&w, &dereg, NULL);
	world_event(&w, EVENT_DETACHED);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void the_link_back_in_time_changes_nothing(void **state)
{
	struct world w;
	world_new(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 5);
	world_link(&w, LINK_UP);
	world_pass(&w, 60);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void link_loss_while_registering_is_counted_from_then(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_link(&w, LINK_DOWN);
	world_answer(&w, &q, NULL);
	assert_int_equal(world_state(&w, 1), ACCESS_LINK_LOST);
	world_skip(&w);
	world_pass(&w, 10);
	world_next(&w, ACTION_TUNNEL_DEL);
	assert_int_equal(world_request(&w).m.lifetime, 0);
	world_done(&w);
}

static void link_loss_before_any_reply_gives_up_the_registration(void **state)
{
	struct world w;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	world_pass(&w, 0.5);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 8);
	for (int i = 0; i < 3; i++)
		assert_int_equal(world_request(&w).m.lifetime, 600);
	world_pass(&w, 2.1);
	assert_int_equal(world_request(&w).m.lifetime, 0);
	world_pass(&w, 20);
	assert_int_equal(world_hosts(&w), 0);
	assert_int_equal(world_drops(&w, DROP_NOT_REGISTERED), 1);
	world_done(&w);
}

static void a_frame_while_deregistering_registers_again(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 10);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_request(&w);
	world_link(&w, LINK_UP);
	world_frame(&w, 1, packet_data(1, 100));
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 600);
	assert_int_equal(q.m.hoa_request, MIP4_EMPTY);
	world_answer(&w, &q, NULL);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void a_link_event_reaches_all_hosts_of_the_port_in_bounded_steps(void **state)
{
	struct world w;
	world_init(&w);
	w.config.access.attachments_max = 100;
	w.config.access.ports[0].attachments_max = 100;
	w.config.pool_size = 100;
	world_start(&w);
	for (uint8_t n = 1; n <= 80; n++)
		world_attach(&w, n);
	world_link(&w, LINK_DOWN);
	assert_int_equal(world_state(&w, 80), ACCESS_ATTACHED);
	assert_true(an_role.next_timeout(w.an) <= w.now.mono);
	world_pass(&w, 0);
	for (uint8_t n = 1; n <= 80; n++)
		assert_int_equal(world_state(&w, n), ACCESS_LINK_LOST);
	world_done(&w);
}

static void an_eager_port_registers_its_host_at_link_up(void **state)
{
	struct world w;
	struct rrq q;
	world_init(&w);
	w.config.access.ports[0].eager = true;
	world_start(&w);
	world_link(&w, LINK_UP); /* nobody is known yet */
	q = world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 60);
	assert_int_equal(world_hosts(&w), 0);
	world_skip(&w);
	world_link(&w, LINK_UP);
	assert_int_equal(world_request(&w).m.hoa_request, MIP4_EMPTY);
	world_link(&w, LINK_UP); /* once */
	world_quiet(&w);
	(void)q;
	world_done(&w);
}

static void without_eager_link_up_waits_for_a_frame(void **state)
{
	struct world w;
	world_new(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 60);
	world_skip(&w);
	world_link(&w, LINK_UP);
	world_quiet(&w);
	world_done(&w);
}

static void a_host_on_another_port_of_the_node_is_a_new_attachment(void **state)
{
	struct world w;
	struct rrq q, q2;
	world_new(&w);
	q = world_attach(&w, 1);
	world_frame_on(&w, WORLD_IF_2, 1, packet_data(1, 100));
	q2 = world_request(&w);
	assert_true(bytes_equal(q.m.nai, q2.m.nai));
	assert_false(in4_equal(q.m.care_of, q2.m.care_of));
	world_answer(&w, &q2, NULL);
	world_revoke(&w, &q, false); /* of the old care-of address */
	assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
	world_pass(&w, 3);
	assert_int_equal(world_hosts(&w), 1);
	world_done(&w);
}

/* lifetime (D5) */

/* To the moment at which the node asks whether the host was heard: 0.5 to 0.8 of 600 s. */
static void pass_to_renewal(struct world *w)
{
	world_pass(w, 299);
	world_quiet(w);
	for (int i = 0; w->read == w->out.n; i++) {
		assert_true(i < 182);
		world_pass(w, 1);
	}
}

static void answer_traffic(struct world *w, uint64_t packets)
{
	const struct action *a = world_next(w, ACTION_TRAFFIC);

	an_role.traffic(w->an, a->id, packets, w->now, &w->out);
}

static void the_registration_is_renewed_if_the_host_was_heard(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_attach(&w, 1);
	pass_to_renewal(&w);
	answer_traffic(&w, 3);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 600);
	assert_int_equal(q.m.hoa, MIP4_EMPTY);
	assert_int_equal(q.m.hoa_request, MIP4_ABSENT);
	world_answer(&w, &q, NULL);
	assert_int_equal(world_event(&w, EVENT_RENEWED)->code, 600);
	assert_int_equal(world_info(&w, 1).lifetime, 600);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void a_silent_hosts_registration_runs_out(void **state)
{
	struct world w;
	struct rrq q;
	int asked = 0;
	world_new(&w);
	world_attach(&w, 1);
	pass_to_renewal(&w);
	answer_traffic(&w, 3);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_quiet(&w);
	for (int i = 0; i < 601; i++) {
		world_pass(&w, 1);
		while (w.read < w.out.n && w.out.v[w.read].type == ACTION_TRAFFIC) {
			answer_traffic(&w, 3); /* nothing new */
			asked++;
		}
	}
	assert_true(asked >= 8);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_event(&w, EVENT_EXPIRED);
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	world_frame(&w, 1, packet_data(1, 100)); /* it speaks again */
	world_request(&w);
	world_done(&w);
}

static void a_frame_that_came_by_the_daemon_counts_as_heard(void **state)
{
	struct world w;
	world_new(&w);
	world_attach(&w, 1);
	world_frame(&w, 1, packet_rs(1));
	world_next(&w, ACTION_TUNNEL_SEND);
	pass_to_renewal(&w);
	answer_traffic(&w, 0);
	assert_int_equal(world_request(&w).m.lifetime, 600);
	world_done(&w);
}

static void without_answers_the_registration_expires_and_all_is_released(void **state)
{
	struct world w;
	int requests = 0;
	world_new(&w);
	world_attach(&w, 1);
	pass_to_renewal(&w);
	answer_traffic(&w, 1);
	world_pass(&w, 302);
	while (w.out.v[w.read].type == ACTION_SEND) {
		world_request(&w);
		requests++;
	}
	assert_in_range(requests, 6, 9);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_event(&w, EVENT_EXPIRED);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void no_store(struct mip4_message *m)
{
	m->code = MIP4_HA_RESOURCES;
}

static void a_denied_renewal_leaves_the_registration_and_is_tried_again(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_attach(&w, 1);
	pass_to_renewal(&w);
	answer_traffic(&w, 1);
	q = world_request(&w);
	world_answer(&w, &q, no_store);
	assert_int_equal(world_event(&w, EVENT_REFUSED)->code, MIP4_HA_RESOURCES);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_answer(&w, &q, no_store); /* a copy of it */
	assert_int_equal(world_drops(&w, DROP_REPLY_UNEXPECTED), 1);
	world_pass(&w, 1.1);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_event(&w, EVENT_RENEWED);
	world_done(&w);
}

static void no_service(struct mip4_message *m)
{
	m->hoa = MIP4_ABSENT;
}

/* Whether or not its link is there at the moment. */
static void a_renewal_without_service_ends_it(void **state)
{
	for (int lost = 0; lost <= 1; lost++) {
		struct world w;
		struct rrq q;

		world_init(&w);
		w.config.access.detach_delay = 100;
		world_start(&w);
		world_attach(&w, 1);
		pass_to_renewal(&w);
		answer_traffic(&w, 3);
		q = world_request(&w);
		if (lost)
			world_link(&w, LINK_DOWN);
		world_pass(&w, 0);
		world_answer(&w, &q, no_service);
		q = world_request(&w);
		assert_int_equal(q.m.lifetime, 0);
		world_next(&w, ACTION_TUNNEL_DEL);
		assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
		assert_int_equal(world_info(&w, 1).code, MIP4_ACCEPTED);
		world_done(&w);
	}
}

static void a_counter_that_was_set_back_counts_anew(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	pass_to_renewal(&w);
	answer_traffic(&w, 100);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	pass_to_renewal(&w);
	answer_traffic(&w, 0); /* the entry was written again, and the host is silent */
	world_pass(&w, 1);
	world_quiet(&w);
	while (w.read == w.out.n)
		world_pass(&w, 1);
	answer_traffic(&w, 7);
	world_request(&w);
	world_done(&w);
}

/* Whether host 2 gets the only care-of address. */
static bool is_free(struct world *w)
{
	bool free;

	world_skip(w);
	world_frame(w, 2, packet_rs(2));
	free = w->read < w->out.n;
	world_skip(w);
	return free;
}

static void one_address(struct world *w)
{
	world_init(w);
	w->config.pool_size = 1;
	world_start(w);
	world_attach(w, 1);
}

static void a_care_of_address_that_the_home_agent_may_still_use_is_quarantined(void **state)
{
	struct world w;

	one_address(&w);
	world_pass(&w, 601); /* expired here, but perhaps not there */
	assert_int_equal(world_hosts(&w), 0);
	assert_false(is_free(&w));
	world_pass(&w, 598);
	assert_false(is_free(&w));
	world_pass(&w, 2);
	assert_true(is_free(&w));
	world_done(&w);
}

static void a_care_of_address_is_free_at_once_after_an_answered_deregistration(void **state)
{
	struct world w;
	struct rrq q;

	one_address(&w);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 10);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	assert_false(is_free(&w));
	world_answer(&w, &q, NULL);
	assert_true(is_free(&w));
	world_done(&w);
}

static void a_care_of_address_is_free_at_once_after_a_revocation(void **state)
{
	struct world w;
	struct rrq q;

	world_init(&w);
	w.config.pool_size = 1;
	world_start(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, false);
	assert_true(is_free(&w));
	world_done(&w);
}

/* data plane, stop, reload */

static void a_tunnel_that_cannot_be_set_is_deregistered_and_tried_later(void **state)
{
	struct world w;
	struct rrq q;
	uint32_t id;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SEND);
	id = world_next(&w, ACTION_TUNNEL_SET)->id;
	an_role.failed(w.an, id, w.now, &w.out);
	q = world_request(&w);
	assert_int_equal(q.m.lifetime, 0);
	world_event(&w, EVENT_REFUSED);
	world_next(&w, ACTION_TUNNEL_DEL);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	an_role.failed(w.an, id, w.now, &w.out); /* also of the removal */
	an_role.failed(w.an, 0, w.now, &w.out);
	an_role.failed(w.an, 12345678, w.now, &w.out);
	world_answer(&w, &q, NULL);
	world_quiet(&w);
	world_pass(&w, 31);
	world_attach(&w, 1);
	world_done(&w);
}

static void what_failed_for_a_host_that_is_gone_does_not_hit_the_next(void **state)
{
	struct world w;
	struct rrq q;
	uint32_t id;
	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SEND);
	id = world_next(&w, ACTION_TUNNEL_SET)->id;
	world_revoke(&w, &q, false);
	world_pass(&w, 3);
	world_attach(&w, 2); /* at the same place */
	an_role.failed(w.an, id, w.now, &w.out);
	assert_int_equal(world_state(&w, 2), ACCESS_ATTACHED);
	world_done(&w);
}

static void stop_deregisters_every_host_and_takes_no_new_one(void **state)
{
	struct world w;
	struct rrq q;
	world_new(&w);
	world_attach(&w, 1);
	world_attach(&w, 2);
	world_frame(&w, 3, packet_rs(3));
	world_request(&w);
	an_stop(w.an, w.now);
	assert_false(an_stopped(w.an));
	world_pass(&w, 0);
	for (int i = 0; i < 2; i++) {
		world_next(&w, ACTION_TUNNEL_DEL);
		q = world_request(&w);
		assert_int_equal(q.m.lifetime, 0);
		world_answer(&w, &q, NULL);
	}
	assert_int_equal(world_request(&w).m.lifetime, 0); /* host 3: is not answered */
	world_frame(&w, 4, packet_rs(4));
	world_frame(&w, 3, packet_rs(3));
	assert_int_equal(world_hosts(&w), 1);
	assert_false(an_stopped(w.an));
	world_pass(&w, 16);
	assert_true(an_stopped(w.an));
	world_done(&w);
}

static void reload_takes_over_identities_and_keys_and_nothing_else(void **state)
{
	struct world w;
	struct an_config c;
	world_new(&w);
	world_attach(&w, 1);
	c = w.config;
	strcpy(c.access.ports[0].nai, "desk@example.net");
	c.access.lifetime = 300;
	assert_int_equal(an_reload(w.an, &c, &w.env, w.now), 0);
	world_frame(&w, 2, packet_rs(2));
	{
		struct rrq q = world_request(&w);

		assert_int_equal(q.m.lifetime, 300);
		assert_true(bytes_equal(q.m.nai, BYTES("desk@example.net", 16)));
	}
	c.pool_size = 5;
	assert_int_equal(an_reload(w.an, &c, &w.env, w.now), -EINVAL);
	c = w.config;
	c.access.home_agent = world_in4("192.0.2.2");
	assert_int_equal(an_reload(w.an, &c, &w.env, w.now), -EINVAL);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(link_loss_keeps_the_registration_for_detach_delay_then_deregisters, ""),
	TEST(the_link_back_in_time_changes_nothing, ""),
	TEST(link_loss_while_registering_is_counted_from_then, ""),
	TEST(link_loss_before_any_reply_gives_up_the_registration, ""),
	TEST(a_frame_while_deregistering_registers_again, ""),
	TEST(a_link_event_reaches_all_hosts_of_the_port_in_bounded_steps, ""),
	TEST(an_eager_port_registers_its_host_at_link_up, "AN-16"),
	TEST(without_eager_link_up_waits_for_a_frame, ""),
	TEST(a_host_on_another_port_of_the_node_is_a_new_attachment, ""),
	TEST(the_registration_is_renewed_if_the_host_was_heard, "AN-23 EXT-5"),
	TEST(a_silent_hosts_registration_runs_out, "AN-24"),
	TEST(a_frame_that_came_by_the_daemon_counts_as_heard, "AN-23"),
	TEST(without_answers_the_registration_expires_and_all_is_released, "AN-24"),
	TEST(a_denied_renewal_leaves_the_registration_and_is_tried_again, "AN-23"),
	TEST(a_renewal_without_service_ends_it, ""),
	TEST(a_tunnel_that_cannot_be_set_is_deregistered_and_tried_later, ""),
	TEST(what_failed_for_a_host_that_is_gone_does_not_hit_the_next, ""),
	TEST(stop_deregisters_every_host_and_takes_no_new_one, ""),
	TEST(reload_takes_over_identities_and_keys_and_nothing_else, ""),
	TEST(a_care_of_address_that_the_home_agent_may_still_use_is_quarantined, "AN-9"),
	TEST(a_care_of_address_is_free_at_once_after_an_answered_deregistration, ""),
	TEST(a_care_of_address_is_free_at_once_after_a_revocation, "AN-20"),
	TEST(a_counter_that_was_set_back_counts_anew, "AN-23"),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_link", tests);
}
