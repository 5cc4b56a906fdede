/* SPDX-License-Identifier: Apache-2.0 */
/* The access node as a whole: memory, keys, its doors, and what it remembers of a host's failures.
 */
#include "core/an_internal.h"
#include "an_world.h"
#include "../base/memory_test.h"

#include <errno.h>

/* memory */

static void memory_that_is_short_is_an_error_wherever_it_is_asked_for(void **state)
{
	struct test_memory m;
	struct world w;
	struct an *an;
	size_t blocks;

	world_init(&w);
	test_memory_init(&m, TEST_BLOCKS_MAX);
	w.env.memory = m.memory;
	assert_int_equal(an_new(&w.config, &w.env, &an), 0);
	blocks = m.n;
	an_done(an);
	test_memory_done(&m);
	for (size_t n = 0; n < blocks; n++) {
		test_memory_init(&m, TEST_BLOCKS_MAX);
		m.missing = n; /* but those after it are there */
		w.env.memory = m.memory;
		assert_int_equal(an_new(&w.config, &w.env, &an), -ENOMEM);
		test_memory_done(&m);
	}
	an_done(NULL);
}

static bool holds(const struct test_memory *m, const char *text)
{
	for (size_t i = 0; i < m->n; i++)
		if (memmem(m->blocks[i], m->sizes[i], text, strlen(text)))
			return true;
	return false;
}

static void keys_are_gone_at_the_end(void **state)
{
	struct test_memory m;
	struct world w;
	struct an *an;

	world_init(&w);
	strcpy(w.sa[0].name, "realm-of-the-key");
	test_memory_init(&m, TEST_BLOCKS_MAX);
	w.env.memory = m.memory;
	assert_int_equal(an_new(&w.config, &w.env, &an), 0);
	assert_true(holds(&m, w.sa[0].name));
	strcpy(w.sa[0].name, "another-realm");
	assert_int_equal(an_reload(an, &w.config, &w.env, w.now), 0);
	assert_false(holds(&m, "realm-of-the-key")); /* nor what stood beside the name */
	assert_true(holds(&m, "another-realm"));
	an_done(an);
	assert_false(holds(&m, "another-realm"));
	test_memory_done(&m);
}

/* doors */

static void every_state_has_a_name(void **state)
{
	for (int i = 0; i < ACCESS_STATE_MAX; i++)
		assert_non_null(access_state_names[i]);
}

static void link_of_nobody_is_nobodys_affair(void **state)
{
	struct world w;
	const struct link other = { 99, LINK_DOWN };

	world_new(&w);
	world_attach(&w, 1);
	an_role.link(w.an, &other, w.now, &w.out);
	world_pass(&w, 20);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

/* They are the home agent's. */
static void no_address_is_ours(void **state)
{
	struct world w;
	const struct address a = { .length = 128 };

	world_new(&w);
	world_attach(&w, 1);
	assert_false(an_role.has_address(w.an, &a));
	world_done(&w);
}

static void without_its_key_nothing_is_sent_for_a_host(void **state)
{
	struct world w;

	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	w.config.access.n_sas = 0;
	assert_int_equal(an_reload(w.an, &w.config, &w.env, w.now), 0);
	world_pass(&w, 1); /* it would be asked for again */
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_SA_UNKNOWN), 1);
	world_done(&w);
}

static void failure_reaches_whom_it_is_about(void **state)
{
	struct world w;

	world_init(&w);
	w.config.pool_size = w.config.access.attachments_max;
	world_start(&w);
	for (uint8_t n = 0; n < w.config.access.attachments_max; n++) {
		const uint32_t port = n < 8 ? WORLD_IF : WORLD_IF_2;
		struct attachment *a;

		world_frame_on(&w, port, 1 + n, packet_rs(1 + n));
		a = attachment_find(&w.an->access, port, world_host(1 + n), 0);
		assert_ptr_equal(attachment_by_id(&w.an->access, a->client.id), a);
	}
	assert_null(attachment_by_id(&w.an->access, 0));
	assert_null(attachment_by_id(&w.an->access, w.config.access.attachments_max + 1));
	world_done(&w);
}

static void stop_reaches_the_hosts_of_every_port(void **state)
{
	struct world w;

	world_new(&w);
	world_frame_on(&w, WORLD_IF, 1, packet_rs(1));
	world_frame_on(&w, WORLD_IF_2, 2, packet_rs(2));
	world_skip(&w);
	an_stop(w.an, w.now);
	world_pass(&w, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(world_request(&w).m.lifetime, 0);
	world_frame(&w, 1, packet_rs(1)); /* leaving, and may not come back */
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_NOT_REGISTERED), 3); /* two were held */
	world_done(&w);
}

/* what waits */

static void packet_that_overtakes_the_reply_is_no_drop(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_tunnel(&w, q.m.care_of, packet_data(9, 100));
	assert_int_equal(world_drops(&w, DROP_TUNNEL_UNKNOWN), 0);
	world_answer(&w, &q, deny_prohibited); /* both ways are dropped */
	assert_int_equal(world_drops(&w, DROP_NOT_REGISTERED), 2);
	world_done(&w);
}

static void link_back_while_registering_is_as_if_it_had_never_gone(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	world_frame(&w, 1, packet_rs(1));
	q = world_request(&w);
	world_link(&w, LINK_DOWN);
	world_link(&w, LINK_UP);
	world_answer(&w, &q, NULL);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_skip(&w);
	world_pass(&w, 20);
	world_quiet(&w);
	world_done(&w);
}

/* failures */

static void fail_once(struct world *w)
{
	struct rrq q;

	world_skip(w);
	world_frame(w, 1, packet_rs(1));
	q = world_request(w);
	world_answer(w, &q, deny_prohibited);
	assert_int_equal(world_state(w, 1), ACCESS_BLOCKED);
}

/* The next failure blocks it for that long. */
static void assert_back_off(struct world *w, double seconds)
{
	fail_once(w);
	world_skip(w);
	world_pass(w, seconds - 1);
	world_frame(w, 1, packet_rs(1));
	world_quiet(w);
	world_pass(w, 2);
	world_frame(w, 1, packet_rs(1));
	world_request(w);
}

/* Twice refused, then attached. */
static struct rrq attach_after_failures(struct world *w)
{
	world_new(w);
	fail_once(w);
	world_pass(w, 31);
	fail_once(w);
	world_pass(w, 61);
	return world_attach(w, 1);
}

static void renewal_forgets_failures(void **state)
{
	struct world w;
	struct rrq q = attach_after_failures(&w);

	while (w.read == w.out.n) /* until it is asked whether the host is there */
		world_pass(&w, 1);
	an_role.traffic(w.an, world_next(&w, ACTION_TRAFFIC)->id, 5, w.now, &w.out);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	world_event(&w, EVENT_RENEWED);
	world_revoke(&w, &q, true);
	assert_int_equal(world_state(&w, 1), ACCESS_BLOCKED);
	world_skip(&w);
	world_pass(&w, 31);
	world_frame(&w, 1, packet_rs(1));
	world_request(&w);
	world_done(&w);
}

static void movement_forgets_failures(void **state)
{
	struct world w;
	const struct rrq q = attach_after_failures(&w);

	world_revoke(&w, &q, false);
	assert_int_equal(world_state(&w, 1), ACCESS_HOLD_DOWN);
	assert_back_off(&w, 30);
	world_done(&w);
}

static void refused_address_is_free_after_one_that_was_not(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	world_revoke(&w, &q, false);
	fail_once(&w); /* comes back at once, and is denied */
	assert_int_equal(care_of_quarantined(&w.an->care_of, w.config.pool), 0);
	for (uint32_t i = 0; i < w.an->care_of.size; i++)
		assert_true(w.an->care_of.v[i].until == 0);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(memory_that_is_short_is_an_error_wherever_it_is_asked_for, ""),
	TEST(keys_are_gone_at_the_end, ""),
	TEST(every_state_has_a_name, ""),
	TEST(link_of_nobody_is_nobodys_affair, ""),
	TEST(no_address_is_ours, ""),
	TEST(without_its_key_nothing_is_sent_for_a_host, ""),
	TEST(failure_reaches_whom_it_is_about, ""),
	TEST(stop_reaches_the_hosts_of_every_port, ""),
	TEST(packet_that_overtakes_the_reply_is_no_drop, ""),
	TEST(link_back_while_registering_is_as_if_it_had_never_gone, ""),
	TEST(renewal_forgets_failures, ""),
	TEST(movement_forgets_failures, ""),
	TEST(refused_address_is_free_after_one_that_was_not, ""),
};

int main(void)
{
	return TESTS_RUN("core_an", tests);
}
