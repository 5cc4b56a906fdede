/* SPDX-License-Identifier: Apache-2.0 */
/* Frames between hosts and an access router alone: each is answered, or heard, or dropped once. */
#include "ar_world.h"

#define HOME    "2001:db8:b::1"
#define HOST_LL "fe80::ff:fe00:1" /* of host 1 */

static struct bytes packet_echo(const char *src, const char *dst)
{
	const struct in6_addr from = world_in6(src), to = world_in6(dst);
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start = ip6_begin(&w, &from, &to, IP6_ICMP, 64), icmp = writer_length(&w);

	write_u64(&w, (uint64_t)128 << 56); /* an echo request */
	icmp6_end(&w, start, icmp);
	return world_keep(writer_bytes(&w));
}

static uint64_t all_drops(const struct world *w)
{
	uint64_t n = 0;

	for (int i = 0; i < DROP_MAX; i++)
		n += world_drops(w, (enum drop)i);
	return n;
}

/* With n drops of link frames, and no other drops. */
static void ignored(const struct world *w, uint64_t n)
{
	assert_int_equal(world_drops(w, DROP_LINK_IGNORED), n);
	assert_int_equal(all_drops(w), n);
}

/* What is answered, or heard, is no drop; what is not is one. */
static void link_frames_are_dropped_once_or_not_at_all(void **state)
{
	struct world w;

	for (int attached = 0; attached < 2; attached++) {
		world_new(&w);
		if (attached)
			world_attach(&w, 1);
		world_frame(&w, 1, packet_echo(HOST_LL, "fe80::1"));
		world_icmp(&w, 1, 129, 0);
		ignored(&w, 0);
		world_frame(&w, 1, packet_data(HOST_LL, "fe80::1", 64));
		ignored(&w, 1);
		world_frame(&w, 1, packet_data(HOST_LL, "ff02::fb", 64));
		ignored(&w, 2);
		world_frame(&w, 1, packet_na(1, HOST_LL));
		ignored(&w, attached ? 2 : 3); /* who is it that answers? */
		world_frame(&w, 1, packet_data(HOME, "ff0e::1", 64));
		ignored(&w, attached ? 3 : 4);
		world_quiet(&w);
		world_done(&w);
	}
}

/* Only data is kept meanwhile. */
static void link_frames_that_register_a_host_are_not_passed_on(void **state)
{
	const struct bytes frames[] = { packet_rs(1), packet_ns(1, HOME, "fe80::1"),
					packet_ns(1, "::", HOST_LL),
					packet_mld(HOST_LL, "ff02::1:ff00:1", NULL),
					packet_echo(HOME, "fe80::1") };
	struct world w;
	struct rrq q;

	world_slaac(&w);
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		world_frame(&w, 1, frames[i]);
	ignored(&w, 0);
	world_frame(&w, 1, packet_data(HOME, "fe80::1", 64));
	ignored(&w, 1);
	world_frame(&w, 1, packet_data(HOME, "ff0e::1", 64));
	ignored(&w, 2);
	q = world_request(&w);
	world_nd(&w, 1, ND_NA);
	world_icmp(&w, 1, 129, 0);
	world_answer(&w, &q, NULL);
	world_next(&w, ACTION_TUNNEL_SET);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(link_frames_are_dropped_once_or_not_at_all, ""),
	TEST(link_frames_that_register_a_host_are_not_passed_on, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_link", tests);
}
