/* SPDX-License-Identifier: Apache-2.0 */
/* The access router as a whole: memory, keys, its doors, and what it shows. */
#include "ar_world.h"
#include "core/ar_internal.h"
#include "../base/memory_test.h"

#include <errno.h>

static void memory_that_is_short_is_an_error_wherever_it_is_asked_for(void **state)
{
	struct test_memory m;
	struct world w;
	struct ar *ar;
	size_t blocks;

	world_init(&w);
	test_memory_init(&m, TEST_BLOCKS_MAX);
	w.env.memory = m.memory;
	assert_int_equal(ar_new(&w.config, &w.env, &ar), 0);
	blocks = m.n;
	m.allowed = m.n; /* no more for a reload, which changes nothing then */
	w.config.valid++;
	assert_int_equal(ar_reload(ar, &w.config, &w.env, w.now), -ENOMEM);
	assert_int_equal(ar->config.valid, w.config.valid - 1);
	ar_done(ar);
	test_memory_done(&m);
	for (size_t n = 0; n < blocks; n++) {
		test_memory_init(&m, TEST_BLOCKS_MAX);
		m.missing = n; /* but those after it are there */
		w.env.memory = m.memory;
		assert_int_equal(ar_new(&w.config, &w.env, &ar), -ENOMEM);
		test_memory_done(&m);
	}
	ar_done(NULL);
}

static void keys_are_gone_at_the_end(void **state)
{
	struct test_memory m;
	struct world w;
	struct ar *ar;

	world_init(&w);
	strcpy(w.sa[0].name, "realm-of-the-key"); /* beside its key */
	test_memory_init(&m, TEST_BLOCKS_MAX);
	w.env.memory = m.memory;
	assert_int_equal(ar_new(&w.config, &w.env, &ar), 0);
	assert_true(test_memory_holds(&m, w.sa[0].name));
	strcpy(w.sa[0].name, "another-realm");
	assert_int_equal(ar_reload(ar, &w.config, &w.env, w.now), 0);
	assert_false(test_memory_holds(&m, "realm-of-the-key"));
	assert_true(test_memory_holds(&m, "another-realm"));
	ar_done(ar);
	assert_false(test_memory_holds(&m, "another-realm"));
	test_memory_done(&m);
}

static void every_outcome_has_a_name(void **state)
{
	for (int i = 0; i < AR_DHCP6_OUTCOMES; i++)
		assert_non_null(ar_dhcp6_outcome_names[i]);
	for (int i = 0; i < AR_PPPOE_OUTCOMES; i++)
		assert_non_null(ar_pppoe_outcome_names[i]);
}

/* Of all doors for packets; what another role of this process takes is none of its own. */
static void it_wants_what_is_its_own(void **state)
{
	const struct in_addr care_of = world_in4("198.51.100.9"), other = world_in4("198.51.100.8");
	const struct {
		struct packet p;
		bool wants;
	} v[] = {
		{ { .from = PACKET_ACCESS, .ifindex = WORLD_IF }, true },
		{ { .from = PACKET_ACCESS, .ifindex = WORLD_IF_2 }, true },
		{ { .from = PACKET_ACCESS, .ifindex = WORLD_IF_2 + 1 }, false },
		{ { .from = PACKET_TUNNEL, .local = care_of }, true },
		{ { .from = PACKET_TUNNEL, .local = other }, false },
		{ { .from = PACKET_ERROR4, .local = care_of }, true },
		{ { .from = PACKET_ERROR4, .local = other }, false },
		{ { .from = PACKET_HOME, .ifindex = WORLD_IF, .local = care_of }, false },
	};
	struct world w;

	world_new(&w);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_int_equal(ar_role.wants(w.ar, &v[i].p), v[i].wants);
	ar_role.packet(w.ar, &(struct packet){ .from = PACKET_HOME }, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_LINK_UNKNOWN), 1);
	world_done(&w);
}

static struct ar_attachment_info info(struct world *w)
{
	struct ar_attachment_info ret;
	uint32_t cursor = 0;

	assert_true(ar_attachment_next(w->ar, &cursor, w->now, &ret));
	return ret;
}

static void what_is_shown_is_what_the_host_has(void **state)
{
	const struct in6_addr home = world_in6("2001:db8:b::1");
	struct ar_attachment_info i;
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	i = info(&w);
	assert_int_equal(i.state, ACCESS_REGISTERING);
	assert_int_equal(i.lifetime, 0);
	assert_int_equal(i.remote.s_addr, 0);
	assert_int_equal(i.held, 1); /* its question */
	assert_false(i.has_home);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	i = info(&w);
	assert_int_equal(i.state, ACCESS_ATTACHED);
	assert_int_equal(i.lifetime, 600);
	assert_int_equal(i.remote.s_addr, w.config.access.home_agent.s_addr);
	assert_int_equal(i.local.s_addr, w.config.care_of.s_addr);
	assert_int_equal(i.held, 0);
	assert_true(i.has_home && !i.unique && in6_equal(&i.home, &home));
	assert_true(mac_equal(i.host, world_host(1)));
	assert_int_equal(i.ifindex, WORLD_IF);
	assert_int_equal(i.code, 0);
	world_done(&w);

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	q = world_request(&w);
	world_answer(&w, &q, deny_resources);
	i = info(&w);
	assert_int_equal(i.state, ACCESS_BLOCKED);
	assert_int_equal(i.lifetime, 0);
	assert_int_equal(i.code, MIP4_HA_RESOURCES);
	assert_int_equal(i.held, 0);
	assert_false(i.has_home);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(memory_that_is_short_is_an_error_wherever_it_is_asked_for, ""),
	TEST(keys_are_gone_at_the_end, ""),
	TEST(every_outcome_has_a_name, ""),
	TEST(it_wants_what_is_its_own, ""),
	TEST(what_is_shown_is_what_the_host_has, ""),
};

int main(void)
{
	return TESTS_RUN("core_ar", tests);
}
