/* SPDX-License-Identifier: Apache-2.0 */
/* What single packets do not show of the simulator's model of the data plane: how it counts and
 * limits, and what goes with a tunnel. */
#include "passage_model.h"
#include "test.h"

#include <errno.h>

#define INTERVAL (NSEC_PER_SEC / 2)

static const struct in_addr care_of = { 1 }, other = { 2 }, agent = { 3 };
static const struct mac_addr host = { { 2, [5] = 1 } }, stranger = { { 2, [5] = 9 } };

static struct bytes packet(void)
{
	static const uint8_t b[40] = { 0x60, [6] = 59, [7] = 64, [8] = 0x20, [24] = 0x20 };

	return BYTES(b, sizeof(b));
}

static struct plane_verdict from(struct plane *p, uint32_t ifindex, struct mac_addr mac, nsec_t now)
{
	return plane_from_host(p, ifindex, mac, false, packet(), now);
}

static void assert_limited(struct plane_verdict v, bool limited)
{
	assert_int_equal(v.limited, limited);
	assert_int_equal(v.punted, !limited);
}

static void each_source_is_limited_to_a_seconds_packets_at_once(void **state)
{
	struct plane p;

	passage_model_new(&p, 4, INTERVAL);
	assert_limited(from(&p, 1, stranger, 0), false);
	assert_limited(from(&p, 1, stranger, 0), false);
	assert_limited(from(&p, 1, stranger, 0), true);
	assert_limited(from(&p, 1, stranger, INTERVAL - 1), true);
	assert_limited(from(&p, 1, stranger, INTERVAL), false);
	assert_limited(from(&p, 1, stranger, INTERVAL), true);
	assert_limited(from(&p, 1, host, 0), false);
	assert_limited(from(&p, 2, stranger, 0), false);
	assert_int_equal(p.drops[DROP_PUNT_LIMITED], 3);
	assert_int_equal(p.punts, 5);
	passage_model_free();
}

static void each_reason_and_tunnel_has_a_share_of_its_own(void **state)
{
	struct tunnel t = { .local = care_of, .remote = agent };
	struct plane p;

	passage_model_new(&p, 4, NSEC_PER_SEC);
	assert_limited(plane_from_core(&p, care_of, agent, packet(), 0), false);
	assert_limited(plane_from_core(&p, care_of, agent, packet(), 0), true);
	assert_limited(plane_from_core(&p, other, agent, packet(), 0), false);
	assert_limited(plane_from_core(&p, care_of, other, packet(), 0), false);
	assert_int_equal(plane_tunnel_set(&p, &t), 0);
	assert_limited(plane_from_core(&p, care_of, agent, packet(), 0), false); /* refused */
	assert_limited(plane_from_core(&p, care_of, agent, packet(), 0), true);
	assert_int_equal(p.drops[DROP_SOURCE_WRONG], 2);
	passage_model_free();
}

static struct tunnel port(struct in_addr local, struct mac_addr mac)
{
	return (struct tunnel){ .local = local, .remote = agent, .ifindex = 1, .host = mac };
}

static void assert_traffic(struct plane *p, struct in_addr local, uint64_t want)
{
	struct tunnel t = port(local, host);
	uint64_t packets;

	assert_int_equal(plane_traffic(p, &t, 0, &packets), 0);
	assert_int_equal(packets, want);
}

static void packets_are_counted_for_the_host_that_sent_them(void **state)
{
	struct tunnel t = port(care_of, host), to_agent = { .local = other, .remote = agent };
	struct plane p;
	uint64_t packets;

	passage_model_new(&p, 4, 0);
	assert_int_equal(plane_traffic(&p, &t, 0, &packets), -ENOENT);
	assert_int_equal(plane_tunnel_set(&p, &t), 0);
	assert_int_equal(plane_tunnel_set(&p, &to_agent), 0);
	from(&p, 1, host, 0);
	plane_from_core(&p, care_of, agent, packet(), 0); /* the other way */
	assert_int_equal(plane_tunnel_set(&p, &t), 0);
	from(&p, 1, host, 0);
	assert_traffic(&p, care_of, 2);
	plane_from_core(&p, other, agent, packet(), 0);
	assert_traffic(&p, other, 1);
	t.local = other; /* the host changes tunnels */
	assert_int_equal(plane_tunnel_set(&p, &t), 0);
	from(&p, 1, host, 0);
	assert_traffic(&p, other, 1);
	passage_model_free();
}

static void a_host_goes_with_its_tunnel_but_not_with_a_former_one(void **state)
{
	struct tunnel a = port(care_of, host), b = port(other, host);
	struct plane p;

	passage_model_new(&p, 4, 0);
	assert_int_equal(plane_tunnel_set(&p, &a), 0);
	assert_int_equal(plane_tunnel_set(&p, &b), 0);
	assert_int_equal(plane_tunnel_del(&p, &a), 0);
	assert_int_equal(from(&p, 1, host, 0).what, PLANE_TUNNEL);
	b.host = stranger;
	assert_int_equal(plane_tunnel_set(&p, &b), 0);
	assert_true(from(&p, 1, host, 0).punted);
	assert_int_equal(from(&p, 1, stranger, 0).what, PLANE_TUNNEL);
	assert_int_equal(plane_tunnel_del(&p, &b), 0);
	assert_true(from(&p, 1, stranger, 0).punted);
	assert_int_equal(plane_tunnels(&p), 0);
	passage_model_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(each_source_is_limited_to_a_seconds_packets_at_once, ""),
		TEST(each_reason_and_tunnel_has_a_share_of_its_own, ""),
		TEST(packets_are_counted_for_the_host_that_sent_them, ""),
		TEST(a_host_goes_with_its_tunnel_but_not_with_a_former_one, ""),
	};

	return TESTS_RUN("sim/plane", tests);
}
