/* SPDX-License-Identifier: Apache-2.0 */
/* Defence of hosts' addresses on the home link, and the groups that are listened to for it. */
#include "core/ha_state.h"
#include "ha_bench.h"

#include <stdio.h>

#define AN1 "198.51.100.2"

static void solicitation_for_a_bound_address_is_answered_as_a_proxy(void **state)
{
	struct bench b;
	struct nd m = ns("fe80::77", LL);
	const struct in6_addr asker = in6("fe80::77");

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	home_nd(&b, &m);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NA, 0);
	assert_memory_equal(&m.src, &b.config.home_link_local, 16);
	assert_memory_equal(&m.dst, &asker, 16);
	assert_true(!m.router && m.solicited && !m.override);
	assert_true(m.has_lla && mac_equal(m.lla, b.config.home_mac));
	assert_memory_equal(nth(&b, ACTION_LINK_SEND, 0)->link_send.frame.p, OTHER_MAC.b, 6);
	/* to where it says that it is */
	bench_forget(&b);
	m = ns("fe80::77", LL);
	m.has_lla = true;
	m.lla = (struct mac_addr){ { 2, 7, 7, 7, 7, 7 } };
	home_nd(&b, &m);
	assert_memory_equal(nth(&b, ACTION_LINK_SEND, 0)->link_send.frame.p, m.lla.b, 6);
	bench_done(&b);
}

static void dad_of_others_for_a_bound_address_fails(void **state)
{
	struct bench b;
	struct nd m = ns(NULL, LL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	home_nd(&b, &m);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NA, 0);
	assert_memory_equal(&m.dst, &in6_all_nodes, 16);
	assert_true(!m.solicited && m.has_lla);
	assert_memory_equal(nth(&b, ACTION_LINK_SEND, 0)->link_send.frame.p, "\x33\x33\0\0\0\1", 6);
	assert_int_equal(address_state(&b, LL), 2);
	bench_done(&b);
}

static void what_is_not_ours_is_not_answered(void **state)
{
	static const char *const v[] = { "fe80::78", "2001:db8:1::1", HOME_LL, ROUTER };
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	for (size_t i = 0; i < 4; i++) { /* a stranger's, and what the kernel answers for */
		const struct nd m = ns("fe80::77", v[i]);

		home_nd(&b, &m);
	}
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 4);
	bench_done(&b);
}

/* Nobody's, one that is not its host's at the moment, and our own. */
static void advertisements_that_concern_no_host_are_ignored(void **state)
{
	static const char home[] = "2001:db8:b::1";
	const char *const v[] = { "2001:db8:1::1", home, HOME_LL };
	struct bench b;
	struct in6_addr a;

	bench_init(&b);
	bench_pool(&b, HA_POOL_ADDRESSES, home, 2);
	bench_start(&b);
	a = bench_serve(&b, NAI, ROUTER_1, 0);
	bench_leave(&b, NAI, ROUTER_1, &a);
	bench_forget(&b);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const struct nd m = na("fe80::77", v[i]);

		home_nd(&b, &m);
		assert_int_equal(drops(&b, DROP_ND_IGNORED), i + 1);
	}
	assert_silent(&b);
	bench_done(&b);
}

static void defence_ends_with_the_binding(void **state)
{
	struct bench b;
	const struct nd m = ns("fe80::77", LL);
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q);
	bench_forget(&b);
	home_nd(&b, &m);
	assert_silent(&b);
	bench_done(&b);
}

static void claims_of_others_are_contradicted_once_a_second(void **state)
{
	struct bench b;
	struct nd m = na("fe80::77", LL);

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	for (int i = 0; i < 5; i++)
		home_nd(&b, &m);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NA), 1);
	assert_int_equal(drops(&b, DROP_RATE_LIMITED), 4);
	m = nth_nd(&b, ACTION_LINK_SEND, ND_NA, 0);
	assert_true(m.override && !m.solicited);
	assert_true(mac_equal(m.lla, b.config.home_mac));
	bench_pass(&b, 1);
	m = na("fe80::77", LL);
	home_nd(&b, &m);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NA), 2);
	assert_int_equal(address_state(&b, LL), 2);
	bench_done(&b);
}

static void answers_are_limited_and_leave_dad_its_share(void **state)
{
	struct bench b;
	const struct nd m = ns("fe80::77", LL), dad = ns(NULL, GLOBAL);

	bench_init(&b);
	b.config.nd_per_second = 10;
	bench_start(&b);
	bench_bind(&b, NAI, AN1, LL);
	for (int i = 0; i < 100; i++)
		home_nd(&b, &m);
	assert_int_equal(count(&b, ACTION_LINK_SEND), 16);
	assert_int_equal(drops(&b, DROP_RATE_LIMITED), 84);
	tunnel_nd(&b, AN1, &dad);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 1);
	bench_done(&b);
}

static void own_frames_and_nonsense_are_ignored(void **state)
{
	struct bench b;
	uint8_t buf[128];
	struct writer w = writer_new(buf, sizeof(buf));
	const struct nd dad = ns(NULL, LL);
	struct packet own = { .from = PACKET_HOME,
			      .ifindex = HOME_IF,
			      .source = { { 2, 0, 0, 0, 1, 1 } } };

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	assert_int_equal(nd_write(&w, &dad), 0);
	own.payload = writer_bytes(&w); /* of somebody else it would be answered */
	ha_role.packet(b.ha, &own, b.now, &b.out);
	home_raw(&b, data("fe80::77", "fe80::78", 60));
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 2);
	home_raw(&b, BYTES("\x60\0\0\0", 4));
	assert_int_equal(drops(&b, DROP_FRAME_MALFORMED), 1);
	assert_silent(&b);
	bench_done(&b);
}

/* --- groups --- */

#define REPORT_RECORDS 70 /* Ethernet 14, IPv6 40, router alert 8, report header 8 */

/* Group records of the MLDv2 reports so far. */
static size_t records(const struct bench *b, uint8_t type)
{
	size_t n = 0;

	for (size_t i = 0; i < count(b, ACTION_LINK_SEND); i++) {
		const struct bytes f = nth(b, ACTION_LINK_SEND, i)->link_send.frame;

		if (f.n < REPORT_RECORDS || f.p[20] != 0 || f.p[62] != 143)
			continue;
		for (size_t at = REPORT_RECORDS; at + 20 <= f.n; at += 20)
			n += f.p[at] == type;
	}
	return n;
}
enum { LISTENS = 4, LISTENS_NO_MORE = 3 }; /* CHANGE_TO_EXCLUDE, CHANGE_TO_INCLUDE of nothing */

static void groups_are_reported_at_the_beginning_and_at_the_end(void **state)
{
	struct bench b;
	const struct nd first = ns(NULL, LL), second = ns(NULL, GLOBAL);
	struct rrq q;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	tunnel_nd(&b, AN1, &first);
	assert_int_equal(records(&b, LISTENS), 1);
	tunnel_nd(&b, AN1, &second); /* the same group */
	assert_int_equal(records(&b, LISTENS), 1);
	bench_pass(&b, 5);
	assert_int_equal(records(&b, LISTENS), 3); /* once more when bound */
	bench_forget(&b);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q);
	bench_pass(&b, 1);
	assert_int_equal(records(&b, LISTENS_NO_MORE), 1);
	assert_int_equal(records(&b, LISTENS), 0);
	bench_done(&b);
}

static void group_of_two_addresses_is_left_with_the_second(void **state)
{
	struct bench b;
	const struct nd second = ns(NULL, GLOBAL), owner = na("fe80::77", GLOBAL);
	struct rrq q;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, LL);
	tunnel_nd(&b, AN1, &second);
	bench_forget(&b);
	home_nd(&b, &owner); /* a duplicate: one of the two goes */
	bench_pass(&b, 1);
	assert_int_equal(records(&b, LISTENS), 0);
	assert_int_equal(records(&b, LISTENS_NO_MORE), 0);
	q = rrq(&b, NAI, AN1);
	q.m.lifetime = 0;
	ask(&b, &q);
	bench_pass(&b, 1);
	assert_int_equal(records(&b, LISTENS_NO_MORE), 1);
	bench_done(&b);
}

static void query_is_answered_with_all_groups_in_bundles(void **state)
{
	struct bench b;
	char address[64], nai[64], care_of[32];
	const uint8_t query[] = { 0x60, 0,    0,        0,    0, 24,       58,  1,
				  0xfe, 0x80, [23] = 7, 0xff, 2, [39] = 1, 130, [63] = 0 };

	bench_init(&b);
	b.config.bindings_max = 64;
	b.config.addresses_max = 64;
	bench_start(&b);
	for (int i = 0; i < 40; i++) {
		sprintf(nai, "host%d@example.net", i);
		sprintf(care_of, "198.51.100.%d", i + 10);
		sprintf(address, "fe80::%x", 0x100 + i);
		const struct nd m = ns(NULL, address);
		bench_attach(&b, nai, care_of);
		tunnel_nd(&b, care_of, &m);
	}
	bench_pass(&b, 10);
	bench_forget(&b);
	home_raw(&b, BYTES(query, 64));
	bench_pass(&b, 1);
	assert_int_equal(records(&b, LISTENS), 40);
	assert_int_equal(count(&b, ACTION_LINK_SEND), 2);
	bench_done(&b);
}

/* Whoever asks without end gets one answer after another, whole ones, and none of the share that
 * DAD has. */
static void a_flood_of_queries_starves_neither_the_answer_nor_dad(void **state)
{
	struct bench b;
	uint32_t farthest = 0;
	const struct nd dad = ns(NULL, GLOBAL);
	const uint8_t query[] = { 0x60, 0,    0,        0,    0, 24,       58,  1,
				  0xfe, 0x80, [23] = 7, 0xff, 2, [39] = 1, 130, [63] = 0 };

	bench_init(&b);
	b.config.nd_per_second = 10;
	b.config.addresses_max = 2048; /* an answer takes steps */
	bench_start(&b);
	bench_bind(&b, NAI, AN1, LL);
	for (int i = 0; i < 100; i++) {
		home_raw(&b, BYTES(query, 64));
		bench_pass(&b, 0.05);
		if (i >= 50 && b.ha->groups.slot > farthest)
			farthest = b.ha->groups.slot;
	}
	assert_true(records(&b, LISTENS) >= 5);
	assert_true(farthest > 1024); /* it gets to the last ones, too */
	bench_forget(&b);
	tunnel_nd(&b, AN1, &dad);
	assert_int_equal(count_nd(&b, ACTION_LINK_SEND, ND_NS), 1);
	bench_done(&b);
}

static void advertisement_of_another_router_is_ignored(void **state)
{
	const struct nd ra = {
		.type = ND_RA, .src = in6("fe80::9"), .dst = in6_all_nodes, .lifetime = 1800
	};
	struct bench b;

	bench_new(&b);
	home_nd(&b, &ra);
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_IGNORED), 1);
	bench_done(&b);
}

static void discovery_that_came_through_a_router_is_malformed(void **state)
{
	const struct nd m = ns("fe80::9", GLOBAL);
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));
	struct bench b;

	bench_new(&b);
	bench_bind(&b, NAI, AN1, GLOBAL);
	assert_int_equal(nd_write(&w, &m), 0);
	buf[7]--; /* hop limit 254 */
	home_raw(&b, writer_bytes(&w));
	assert_silent(&b);
	assert_int_equal(drops(&b, DROP_ND_MALFORMED), 1);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(solicitation_for_a_bound_address_is_answered_as_a_proxy, ""),
	TEST(dad_of_others_for_a_bound_address_fails, ""),
	TEST(what_is_not_ours_is_not_answered, ""),
	TEST(defence_ends_with_the_binding, "HA-34"),
	TEST(claims_of_others_are_contradicted_once_a_second, ""),
	TEST(advertisements_that_concern_no_host_are_ignored, ""),
	TEST(answers_are_limited_and_leave_dad_its_share, ""),
	TEST(own_frames_and_nonsense_are_ignored, ""),
	TEST(groups_are_reported_at_the_beginning_and_at_the_end, ""),
	TEST(group_of_two_addresses_is_left_with_the_second, ""),
	TEST(query_is_answered_with_all_groups_in_bundles, ""),
	TEST(a_flood_of_queries_starves_neither_the_answer_nor_dad, ""),
	TEST(advertisement_of_another_router_is_ignored, ""),
	TEST(discovery_that_came_through_a_router_is_malformed, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_home", tests);
}
