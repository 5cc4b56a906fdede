/* SPDX-License-Identifier: Apache-2.0 */
/* An access node that is restarted: what it stores when, and what it makes of it. */
#include "an_world.h"
#include "core/an_record.h"

#include <arpa/inet.h>
#include <errno.h>

#define RECORDS  64
#define CARE_OF  "198.51.100.8" /* the first of the pool */
#define CARE_OF2 "198.51.100.9"

static struct record {
	struct bytes key, value;
} disk[RECORDS];
static size_t n_records;

static void start(struct world *w)
{
	n_records = 0;
	world_new(w);
}

static struct record *find(struct bytes key)
{
	for (size_t i = 0; i < n_records; i++)
		if (bytes_equal(disk[i].key, key))
			return &disk[i];
	return NULL;
}

/* Ends a batch with a store that works: how many records it has written. */
static int store(struct world *w)
{
	struct bytes key, value;
	int n = 0;

	for (; an_role.changed(w->an, w->now, &key, &value); n++) {
		struct record *r = find(key);

		assert_int_equal(key.p[0], an_role.store_tag);
		if (!r && value.p) {
			assert_true(n_records < RECORDS);
			r = &disk[n_records++];
			r->key = world_keep(key);
		}
		if (value.p)
			r->value = world_keep(value);
		else if (r)
			*r = disk[--n_records];
	}
	assert_true(an_role.batch_end(w->an, true, w->now));
	return n;
}

/* The same with one that fails. */
static int store_fails(struct world *w)
{
	struct bytes key, value;
	int n = 0;

	while (an_role.changed(w->an, w->now, &key, &value))
		n++;
	assert_true(an_role.batch_end(w->an, n == 0, w->now));
	return n;
}

static void clock_back(struct world *w, uint32_t seconds)
{
	w->now.ntp -= (uint64_t)seconds << 32;
}

static int restore(struct world *w)
{
	int err = 0;

	for (size_t i = 0; i < n_records; i++) {
		int e = an_role.restore(w->an, disk[i].key, disk[i].value, w->now);

		err = e ? e : err;
	}
	an_role.restored(w->an, w->now);
	return err;
}

/* A new process after `down` s, perhaps on a machine that was started anew: the monotonic clock
 * begins again. */
static int restart(struct world *w, uint32_t down)
{
	w->now.ntp += (uint64_t)down << 32;
	w->now.mono = 50 * NSEC_PER_SEC;
	w->env.seed++;
	an_done(w->an);
	assert_int_equal(an_new(&w->config, &w->env, &w->an), 0);
	world_skip(w);
	return restore(w);
}

static struct an_record stored(const char *care_of)
{
	uint8_t buf[AN_RECORD_KEY_MAX];
	struct writer key = writer_new(buf, sizeof(buf));
	struct an_record ret;
	struct record *r;

	an_record_write_key(&key, world_in4(care_of));
	r = find(writer_bytes(&key));
	assert_non_null(r);
	assert_int_equal(an_record_read(r->value, world_in4(care_of), &ret), 0);
	return ret;
}

/* attached hosts */

static void a_host_keeps_its_tunnel_over_a_restart_and_is_renewed_at_once(void **state)
{
	struct world w;
	struct rrq before, q;
	const struct action *t;

	start(&w);
	before = world_attach(&w, 1);
	world_tunnel(&w, world_in4(CARE_OF), packet_ra((struct mac_addr){ { 2, 9 } }));
	store(&w);
	assert_int_equal(restart(&w, 100), 0);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	assert_int_equal(world_info(&w, 1).lifetime, 500);
	assert_true(an_role.restoring(w.an));
	world_pass(&w, 0);
	assert_false(an_role.restoring(w.an));
	t = world_next(&w, ACTION_TUNNEL_SET);
	assert_true(in4_equal(t->tunnel.local, before.m.care_of));
	assert_true(in4_equal(t->tunnel.remote, before.m.home_agent));
	assert_int_equal(t->tunnel.ifindex, WORLD_IF);
	assert_true(mac_equal(t->tunnel.host, world_host(1)));
	assert_true(mac_equal(t->tunnel.router, (struct mac_addr){ { 2, 9 } }));
	world_quiet(&w);
	world_pass(&w, 5);
	t = world_next(&w, ACTION_TRAFFIC);
	world_quiet(&w);
	an_role.traffic(w.an, t->id, 0, w.now, &w.out);
	q = world_request(&w);
	assert_int_equal(q.m.hoa, MIP4_EMPTY); /* a renewal, not a new beginning (A16) */
	assert_int_equal(q.m.hoa_request, MIP4_ABSENT);
	assert_true(in4_equal(q.m.care_of, before.m.care_of));
	assert_true(bytes_equal(q.m.nai, before.m.nai));
	world_answer(&w, &q, NULL);
	world_event(&w, EVENT_RENEWED);
	assert_int_equal(store(&w), 1);
	world_done(&w);
}

static uint64_t renewal_identification(struct world *w)
{
	uint32_t id;

	world_pass(w, 5);
	world_next(w, ACTION_TUNNEL_SET);
	id = world_next(w, ACTION_TRAFFIC)->id;
	an_role.traffic(w->an, id, 1, w->now, &w->out);
	return world_request(w).m.identification;
}

static void identification_grows_although_the_clock_went_back(void **state)
{
	struct world w;
	struct rrq before;

	start(&w);
	before = world_attach(&w, 1);
	store(&w);
	clock_back(&w, 20);
	assert_int_equal(restart(&w, 1), 0);
	assert_true(ntp_later(renewal_identification(&w), before.m.identification));
	world_done(&w);
}

static uint64_t far_clock;

static void mismatch(struct mip4_message *m)
{
	m->code = MIP4_HA_IDENTIFICATION;
	m->identification = far_clock | (uint32_t)m->identification;
}

/* RFC 5944 5.7.1: the home agent's clock has been told once. */
static void the_home_agents_clock_is_remembered(void **state)
{
	struct world w;
	struct rrq q;
	uint64_t id;

	start(&w);
	far_clock = w.now.ntp + ((uint64_t)100000 << 32);
	far_clock &= ~(uint64_t)UINT32_MAX;
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, mismatch);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	store(&w);
	assert_int_equal(restart(&w, 100), 0);
	id = renewal_identification(&w);
	assert_true(ntp_later(id, far_clock + ((uint64_t)99 << 32)));
	assert_true(ntp_later(far_clock + ((uint64_t)110 << 32), id));
	world_done(&w);
}

static void a_registration_that_ended_meanwhile_expires_at_once(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	assert_int_equal(restart(&w, 700), 0);
	world_pass(&w, 0);
	assert_true(in4_equal(world_next(&w, ACTION_TUNNEL_DEL)->tunnel.local, world_in4(CARE_OF)));
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	store(&w);
	assert_false(stored(CARE_OF).attached);
	world_frame(&w, 1, packet_rs(1)); /* D15: not the same address at once */
	assert_true(in4_equal(world_request(&w).m.care_of, world_in4(CARE_OF2)));
	world_done(&w);
}

static void a_clock_that_went_far_back_makes_no_registration_longer(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	clock_back(&w, 1000000);
	assert_int_equal(restart(&w, 0), 0);
	assert_int_equal(world_info(&w, 1).lifetime, 600);
	world_done(&w);
}

static void infinite(struct mip4_message *m)
{
	m->lifetime = UINT16_MAX;
}

static void an_infinite_registration_is_renewed_once_and_does_not_end(void **state)
{
	struct world w;
	struct rrq q;

	n_records = 0;
	world_init(&w);
	w.config.access.lifetime = UINT16_MAX;
	world_start(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, infinite);
	store(&w);
	assert_int_equal(restart(&w, 1000000), 0);
	renewal_identification(&w);
	assert_int_equal(world_info(&w, 1).lifetime, UINT16_MAX);
	world_done(&w);
}

/* D5: the restart counts as a sign of life once, not for ever. */
static void a_host_silent_since_the_restart_is_not_renewed_again(void **state)
{
	struct world w;
	struct rrq q;
	uint32_t id;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	restart(&w, 1);
	world_pass(&w, 5);
	world_next(&w, ACTION_TUNNEL_SET);
	id = world_next(&w, ACTION_TRAFFIC)->id;
	an_role.traffic(w.an, id, 42, w.now, &w.out);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_event(&w, EVENT_RENEWED);
	world_pass(&w, 500);
	assert_int_equal(world_next(&w, ACTION_TRAFFIC)->id, id);
	world_skip(&w);
	an_role.traffic(w.an, id, 42, w.now, &w.out);
	world_quiet(&w);
	world_done(&w);
}

static void a_revocation_of_before_the_registration_is_still_a_replay(void **state)
{
	struct world w;
	struct mip4_message m;
	struct rrq q;

	start(&w);
	q = world_attach(&w, 1);
	m = world_revocation(&w, &q, false);
	m.revocation_id = 4000; /* older than 137 of the reply */
	store(&w);
	restart(&w, 1);
	world_send(&w, &m, q.m.care_of);
	assert_int_equal(world_drops(&w, DROP_REPLAY), 1);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	m.revocation_id = 6000;
	world_send(&w, &m, q.m.care_of);
	world_next(&w, ACTION_TUNNEL_DEL);
	world_acked(&w, &m);
	world_done(&w);
}

static void a_port_that_is_down_after_the_restart_detaches_its_host(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	restart(&w, 1);
	world_link(&w, LINK_DOWN);
	assert_int_equal(world_state(&w, 1), ACCESS_LINK_LOST);
	world_pass(&w, 11);
	assert_int_equal(world_state(&w, 1), ACCESS_DEREGISTERING);
	world_done(&w);
}

static void every_port_is_found_again(void **state)
{
	struct world w;
	struct rrq q;

	start(&w);
	world_frame_on(&w, WORLD_IF_2, 1, packet_rs(1));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	store(&w);
	assert_int_equal(restart(&w, 1), 0);
	world_pass(&w, 0);
	assert_int_equal(world_next(&w, ACTION_TUNNEL_SET)->tunnel.ifindex, WORLD_IF_2);
	world_done(&w);
}

static void a_port_is_found_again_by_its_name(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	w.config.access.ports[0].ifindex = 70;
	assert_int_equal(restart(&w, 1), 0);
	world_pass(&w, 0);
	assert_int_equal(world_next(&w, ACTION_TUNNEL_SET)->tunnel.ifindex, 70);
	world_frame_on(&w, 70, 1, packet_rs(1)); /* known there */
	world_next(&w, ACTION_TUNNEL_SEND);
	world_done(&w);
}

static void a_host_of_a_port_that_is_gone_ends_and_its_address_waits(void **state)
{
	struct world w;
	struct tunnel t = { .local = world_in4(CARE_OF), .remote = world_in4("192.0.2.1") };

	start(&w);
	world_attach(&w, 1);
	store(&w);
	strcpy(w.config.access.ports[0].name, "other");
	assert_int_equal(restart(&w, 1), 0);
	assert_int_equal(world_hosts(&w), 0);
	assert_false(an_role.has_tunnel(w.an, &t));
	assert_int_equal(store(&w), 1);
	assert_false(stored(CARE_OF).attached);
	world_frame(&w, 1, packet_rs(1));
	assert_true(in4_equal(world_request(&w).m.care_of, world_in4(CARE_OF2)));
	world_done(&w);
}

static void a_host_of_another_home_agent_than_is_configured_ends(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	w.config.access.home_agent = world_in4("192.0.2.7");
	assert_int_equal(restart(&w, 1), 0);
	world_pass(&w, 0);
	world_next(&w, ACTION_TUNNEL_DEL);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

/* Draft 5.2.2: hosts that come start with what was learnt before. */
static void the_router_is_known_to_hosts_that_come(void **state)
{
	struct world w;
	struct rrq q;

	start(&w);
	world_attach(&w, 1);
	world_tunnel(&w, world_in4(CARE_OF), packet_ra((struct mac_addr){ { 2, 9 } }));
	store(&w);
	restart(&w, 1);
	world_frame(&w, 2, packet_rs(2));
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SEND);
	assert_true(mac_equal(world_next(&w, ACTION_TUNNEL_SET)->tunnel.router,
			      (struct mac_addr){ { 2, 9 } }));
	world_done(&w);
}

static void an_eager_port_knows_its_host(void **state)
{
	struct world w;
	struct rrq q;

	n_records = 0;
	world_init(&w);
	w.config.access.ports[0].eager = true;
	world_start(&w);
	q = world_attach(&w, 1);
	store(&w);
	restart(&w, 1);
	world_revoke(&w, &q, false);
	world_pass(&w, 3);
	assert_int_equal(world_hosts(&w), 0);
	world_skip(&w);
	world_link(&w, LINK_UP);
	assert_true(bytes_equal(world_request(&w).m.nai, q.m.nai));
	world_done(&w);
}

static void only_an_open_tunnel_is_known(void **state)
{
	struct world w;
	struct rrq q;
	struct tunnel t;

	start(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	t = (struct tunnel){ .local = q.m.care_of, .remote = q.m.home_agent };
	assert_false(an_role.has_tunnel(w.an, &t));
	world_answer(&w, &q, NULL);
	assert_true(an_role.has_tunnel(w.an, &t));
	store(&w);
	restart(&w, 1);
	assert_true(an_role.has_tunnel(w.an, &t));
	t.key = 1;
	assert_false(an_role.has_tunnel(w.an, &t));
	t = (struct tunnel){ .local = q.m.home_agent, .remote = q.m.care_of };
	assert_false(an_role.has_tunnel(w.an, &t));
	world_done(&w);
}

/* 50 hosts: their tunnels in steps, their renewals apart. */
static void many_hosts_come_back_in_steps_and_renew_apart(void **state)
{
	struct world w;
	nsec_t began, first = NSEC_NEVER, last = 0, due;
	size_t at, steps = 0, renewals = 0;

	n_records = 0;
	world_init(&w);
	w.config.pool_size = w.config.access.attachments_max =
		w.config.access.ports[0].attachments_max = 50;
	world_start(&w);
	for (uint8_t i = 1; i <= 50; i++)
		world_attach(&w, i);
	store(&w);
	restart(&w, 1);
	began = w.now.mono;
	while (an_role.restoring(w.an)) {
		at = w.out.n;
		an_role.timeout(w.an, w.now, &w.out);
		assert_true(w.out.n > at && w.out.n - at <= 16);
		steps++;
	}
	assert_int_equal(steps, 4);
	for (int i = 0; i < 50; i++)
		world_next(&w, ACTION_TUNNEL_SET);
	world_quiet(&w);
	while ((due = an_role.next_timeout(w.an)) <= began + 5 * NSEC_PER_SEC) {
		w.now.mono = due;
		an_role.timeout(w.an, w.now, &w.out);
		world_next(&w, ACTION_TRAFFIC);
		first = due < first ? due : first;
		last = due;
		renewals++;
	}
	assert_int_equal(renewals, 50);
	assert_true(last - first > NSEC_PER_SEC);
	world_done(&w);
}

static void what_is_about_to_end_is_renewed_sooner(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	restart(&w, 599);
	world_pass(&w, 0.5);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_TRAFFIC);
	world_done(&w);
}

/* addresses */

static void the_address_is_stored_before_the_request_goes_out(void **state)
{
	struct world w;

	start(&w);
	world_frame(&w, 1, packet_rs(1));
	assert_int_equal(store(&w), 1);
	assert_false(stored(CARE_OF).attached);
	restart(&w, 1);
	assert_int_equal(world_hosts(&w), 0);
	world_quiet(&w);
	world_frame(&w, 2, packet_rs(2)); /* another host gets another one */
	assert_true(in4_equal(world_request(&w).m.care_of, world_in4(CARE_OF2)));
	world_done(&w);
}

/* The reply to the last try of a registration may be lost, too. */
static void an_address_is_kept_from_use_as_long_as_it_may_be_registered(void **state)
{
	struct world w;

	n_records = 0;
	world_init(&w);
	w.config.pool_size = 1;
	world_start(&w);
	world_frame(&w, 1, packet_rs(1));
	store(&w);
	restart(&w, 16 + 599);
	world_frame(&w, 2, packet_rs(2));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_CARE_OF_EXHAUSTED), 1);
	world_pass(&w, 16);
	world_frame(&w, 2, packet_rs(2));
	world_request(&w);
	world_done(&w);
}

/* The host comes back while it is being deregistered: what is asked for runs from now. */
static void an_address_asked_for_again_is_kept_for_longer(void **state)
{
	struct world w;
	uint64_t leaving;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 11);
	store(&w);
	leaving = stored(CARE_OF).until;
	world_pass(&w, 2);
	world_frame(&w, 1, packet_rs(1));
	assert_int_equal(store(&w), 1);
	assert_true(ntp_later(stored(CARE_OF).until, leaving));
	world_done(&w);
}

static void a_host_that_was_leaving_is_not_attached(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 11);
	store(&w);
	assert_false(stored(CARE_OF).attached);
	restart(&w, 1);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void quarantine_survives_and_ends(void **state)
{
	struct world w;
	uint64_t until;

	n_records = 0;
	world_init(&w);
	w.config.pool_size = 1;
	world_start(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 30); /* its deregistration is given up */
	assert_int_equal(world_hosts(&w), 0);
	store(&w);
	until = stored(CARE_OF).until;
	world_skip(&w);
	restart(&w, 300);
	world_frame(&w, 1, packet_rs(1));
	world_quiet(&w);
	restart(&w, 200); /* a second one makes it no longer */
	assert_int_equal(stored(CARE_OF).until, until);
	world_frame(&w, 1, packet_rs(1));
	world_quiet(&w);
	restart(&w, 110);
	assert_int_equal(store(&w), 1);
	assert_int_equal(n_records, 0);
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	world_done(&w);
}

/* sim, seed 177: no address was free for as long as the clock had been set back */
static void a_clock_that_went_far_back_makes_no_quarantine_longer(void **state)
{
	struct world w;

	n_records = 0;
	world_init(&w);
	w.config.pool_size = 1;
	world_start(&w);
	world_attach(&w, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 30); /* its deregistration is given up */
	store(&w);
	clock_back(&w, 100000);
	restart(&w, 1);
	world_frame(&w, 1, packet_rs(1));
	world_quiet(&w);
	world_pass(&w, w.config.access.lifetime + CLIENT_ATTEMPT_MAX - 1);
	world_frame(&w, 1, packet_rs(1));
	world_quiet(&w); /* and none shorter */
	world_pass(&w, 1);
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	world_done(&w);
}

static void an_address_given_back_has_no_record(void **state)
{
	struct world w;
	struct rrq q;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	assert_int_equal(n_records, 1);
	world_link(&w, LINK_DOWN);
	world_pass(&w, 10.5);
	world_next(&w, ACTION_TUNNEL_DEL);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	store(&w);
	assert_int_equal(n_records, 0);
	world_done(&w);
}

/* when it is stored */

static void each_step_of_a_registration_is_stored(void **state)
{
	struct world w;
	struct rrq q;

	start(&w);
	world_frame(&w, 1, packet_rs(1));
	assert_int_equal(store(&w), 1);
	assert_false(stored(CARE_OF).attached);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	assert_int_equal(store(&w), 1);
	assert_true(stored(CARE_OF).attached);
	world_tunnel(&w, q.m.care_of, packet_ra((struct mac_addr){ { 2, 9 } }));
	assert_int_equal(store(&w), 1);
	assert_true(mac_equal(stored(CARE_OF).router, (struct mac_addr){ { 2, 9 } }));
	world_revoke(&w, &q, false); /* the home agent tunnels to it no more */
	assert_int_equal(store(&w), 1);
	assert_int_equal(n_records, 0);
	world_done(&w);
}

static void nothing_is_stored_for_packets_and_link_changes(void **state)
{
	struct world w;
	struct rrq q;

	start(&w);
	q = world_attach(&w, 1);
	world_tunnel(&w, q.m.care_of, packet_ra((struct mac_addr){ { 2, 9 } }));
	assert_int_equal(store(&w), 1);
	assert_int_equal(store(&w), 0);
	world_frame(&w, 1, packet_data(1, 100));
	world_tunnel(&w, q.m.care_of, packet_ra((struct mac_addr){ { 2, 9 } }));
	world_link(&w, LINK_DOWN);
	world_link(&w, LINK_UP);
	assert_int_equal(store(&w), 0);
	world_done(&w);
}

static void a_full_disk_stops_nothing_and_all_is_stored_later(void **state)
{
	struct world w;
	struct rrq q;

	start(&w);
	world_frame(&w, 1, packet_rs(1));
	assert_int_equal(store_fails(&w), 1);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	assert_int_equal(store(&w), 0); /* not with each batch: */
	world_attach(&w, 2);
	assert_int_equal(store(&w), 0);
	assert_true(an_role.next_timeout(w.an) <= w.now.mono + NSEC_PER_SEC);
	world_pass(&w, 1); /* a second later */
	assert_int_equal(store_fails(&w), 2);
	world_pass(&w, 1);
	assert_int_equal(store(&w), 2);
	assert_true(stored(CARE_OF).attached && stored(CARE_OF2).attached);
	assert_int_equal(store(&w), 0);
	restart(&w, 1);
	assert_int_equal(world_hosts(&w), 2);
	world_done(&w);
}

/* records that cannot be restored */

static void what_is_malformed_or_newer_restores_nothing(void **state)
{
	struct world w;
	uint8_t octets[AN_RECORD_MAX];
	struct bytes value;

	start(&w);
	world_attach(&w, 1);
	store(&w);
	value = disk[0].value;
	memcpy(octets, value.p, value.n);
	for (size_t n = 0; n < value.n; n++) {
		disk[0].value = BYTES(octets, n);
		assert_int_equal(restart(&w, 0), -EBADMSG);
		assert_int_equal(world_hosts(&w), 0);
	}
	octets[0]++;
	disk[0].value = BYTES(octets, value.n);
	assert_int_equal(restart(&w, 0), -ENOTSUP);
	assert_int_equal(world_hosts(&w), 0);
	world_frame(&w, 1, packet_rs(1)); /* as if it had not been there */
	assert_true(in4_equal(world_request(&w).m.care_of, world_in4(CARE_OF)));
	world_done(&w);
}

static void one_record_for_an_address_and_for_a_host(void **state)
{
	struct world w;
	static const uint8_t key[] = { 'A', 198, 51, 100, 9 };

	start(&w);
	world_attach(&w, 1);
	store(&w);
	restart(&w, 0);
	assert_int_equal(restore(&w), -EBADMSG); /* the same once more */
	assert_int_equal(an_role.restore(w.an, BYTES(key, 5), disk[0].value, w.now), -EBADMSG);
	assert_int_equal(world_hosts(&w), 1);
	world_frame(&w, 2, packet_rs(2));
	world_done(&w);
}

static void what_there_is_no_room_for_is_said(void **state)
{
	struct world w;

	start(&w);
	world_attach(&w, 1);
	world_attach(&w, 2);
	store(&w);
	w.config.access.ports[0].attachments_max = 1;
	assert_int_equal(restart(&w, 0), -ENOENT);
	assert_int_equal(world_hosts(&w), 1);
	world_frame_on(&w, WORLD_IF_2, 3, packet_rs(3)); /* its address waits all the same */
	assert_true(in4_equal(world_request(&w).m.care_of, world_in4("198.51.100.10")));
	w.config.pool = world_in4("203.0.113.8");
	assert_int_equal(restart(&w, 0), -ENOENT);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(a_host_keeps_its_tunnel_over_a_restart_and_is_renewed_at_once, ""),
	TEST(identification_grows_although_the_clock_went_back, ""),
	TEST(the_home_agents_clock_is_remembered, ""),
	TEST(a_registration_that_ended_meanwhile_expires_at_once, "AN-24"),
	TEST(a_clock_that_went_far_back_makes_no_registration_longer, ""),
	TEST(an_infinite_registration_is_renewed_once_and_does_not_end, ""),
	TEST(a_host_silent_since_the_restart_is_not_renewed_again, ""),
	TEST(a_revocation_of_before_the_registration_is_still_a_replay, ""),
	TEST(a_port_that_is_down_after_the_restart_detaches_its_host, ""),
	TEST(every_port_is_found_again, ""),
	TEST(a_port_is_found_again_by_its_name, ""),
	TEST(a_host_of_a_port_that_is_gone_ends_and_its_address_waits, ""),
	TEST(a_host_of_another_home_agent_than_is_configured_ends, ""),
	TEST(the_router_is_known_to_hosts_that_come, ""),
	TEST(an_eager_port_knows_its_host, "AN-16"),
	TEST(only_an_open_tunnel_is_known, ""),
	TEST(many_hosts_come_back_in_steps_and_renew_apart, ""),
	TEST(what_is_about_to_end_is_renewed_sooner, ""),
	TEST(the_address_is_stored_before_the_request_goes_out, ""),
	TEST(an_address_is_kept_from_use_as_long_as_it_may_be_registered, ""),
	TEST(an_address_asked_for_again_is_kept_for_longer, ""),
	TEST(a_host_that_was_leaving_is_not_attached, ""),
	TEST(a_clock_that_went_far_back_makes_no_quarantine_longer, ""),
	TEST(quarantine_survives_and_ends, ""),
	TEST(an_address_given_back_has_no_record, ""),
	TEST(each_step_of_a_registration_is_stored, ""),
	TEST(nothing_is_stored_for_packets_and_link_changes, ""),
	TEST(a_full_disk_stops_nothing_and_all_is_stored_later, ""),
	TEST(what_is_malformed_or_newer_restores_nothing, ""),
	TEST(one_record_for_an_address_and_for_a_host, ""),
	TEST(what_there_is_no_room_for_is_said, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_store", tests);
}
