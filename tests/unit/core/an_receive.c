/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and packets that are not for the access node, or are nothing: counted, without effect.
 */
#include "an_world.h"
#include "core/hold.h"

#include <arpa/inet.h>

static void datagram(struct world *w, struct bytes b)
{
	struct datagram d = { .local = w->config.pool,
			      .remote = w->config.access.home_agent,
			      .local_port = MIP4_PORT,
			      .remote_port = MIP4_PORT,
			      .payload = b };

	an_role.receive(w->an, &d, w->now, &w->out);
}

static void replies_and_revocations_are_its_messages(void **state)
{
	for (int type = 0; type < 256; type++) {
		const uint8_t octet = (uint8_t)type;

		assert_int_equal(an_role.takes(BYTES(&octet, 1)),
				 type == MIP4_RRP || type == MIP4_REVOCATION);
	}
}

static void any_octets_are_a_counted_drop(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	datagram(&w, BYTES("\3\0\0", 3));
	assert_int_equal(world_drops(&w, DROP_MESSAGE_MALFORMED), 1);
	datagram(&w, BYTES("\x63\0\0\0", 4));
	assert_int_equal(world_drops(&w, DROP_MESSAGE_UNKNOWN), 1);
	datagram(&w, q.datagram.payload); /* our own request */
	assert_int_equal(world_drops(&w, DROP_MESSAGE_UNKNOWN), 2);
	datagram(&w, BYTES("\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x7d\2\0\0", 24));
	assert_int_equal(world_drops(&w, DROP_EXTENSION_UNKNOWN), 1);
	world_quiet(&w);
	assert_int_equal(world_state(&w, 1), ACCESS_ATTACHED);
	world_done(&w);
}

static void a_reply_to_an_address_that_has_no_host_is_unexpected(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	q.datagram.local = world_in4("198.51.100.11");
	world_answer(&w, &q, NULL);
	assert_int_equal(world_drops(&w, DROP_REPLY_UNEXPECTED), 1);
	world_quiet(&w);
	world_done(&w);
}

static void extensions_in_the_wrong_order_are_dropped(void **state)
{
	/* NAI after the MHAE that must cover it (RFC 5944 3.6.1.3) */
	static const char reply[] = "\3\0\0\1\0\0\0\0\xc0\0\2\1\0\0\0\0\0\0\0\0"
				    "\x20\x14\0\0\2\0"
				    "0123456789abcdef"
				    "\x83\3a@b";
	struct world w;

	world_new(&w);
	datagram(&w, BYTES(reply, sizeof(reply) - 1));
	assert_int_equal(world_drops(&w, DROP_EXTENSION_ORDER), 1);
	world_done(&w);
}

static void its_packets_are_those_of_its_ports_and_care_of_addresses(void **state)
{
	struct world w;
	struct packet p = { .from = PACKET_ACCESS, .ifindex = WORLD_IF_2 };

	world_new(&w);
	assert_true(an_role.wants(w.an, &p));
	p.ifindex = 99;
	assert_false(an_role.wants(w.an, &p));
	for (int i = 0; i < 2; i++) {
		p.from = i ? PACKET_TUNNEL : PACKET_ERROR4;
		p.local = world_in4("198.51.100.11");
		assert_true(an_role.wants(w.an, &p));
		p.local = world_in4("198.51.100.12");
		assert_false(an_role.wants(w.an, &p));
	}
	p.from = PACKET_HOME;
	assert_false(an_role.wants(w.an, &p));
	an_role.packet(w.an, &p, w.now, &w.out);
	assert_int_equal(world_drops(&w, DROP_LINK_UNKNOWN), 1);
	world_done(&w);
}

/* ICMPv4 3/4 from a router, that quotes a tunnelled packet of ours (RFC 1191 4). */
static void too_big(struct world *w, struct in_addr care_of, uint16_t mtu)
{
	uint8_t buf[128];
	struct writer out = writer_new(buf, sizeof(buf));
	struct packet p = { .from = PACKET_ERROR4,
			    .local = care_of,
			    .remote = world_in4("192.0.2.77") };

	write_u32(&out, 0x45000000 | (20 + 8 + 28)); /* outer header, its checksum not read */
	write_u32(&out, 0);
	write_u32(&out, 0x40010000);
	write_in4(&out, p.remote);
	write_in4(&out, care_of);
	write_u32(&out, 0x03040000);
	write_u32(&out, mtu);
	write_u32(&out, 0x45000000 | 1500);
	write_u32(&out, 0x4000);     /* DF */
	write_u32(&out, 0x40290000); /* protocol 41 */
	write_in4(&out, care_of);
	write_in4(&out, w->config.access.home_agent);
	write_u64(&out, 0x6000000000000000);
	write_u16_at(&out, 22, in4_checksum(BYTES(buf + 20, 36)));
	p.payload = writer_bytes(&out);
	an_role.packet(w->an, &p, w->now, &w->out);
}

static void fragmentation_needed_is_believed_of_a_live_tunnel_only(void **state)
{
	struct world w;
	struct rrq q;
	const struct action *a;

	world_new(&w);
	q = world_attach(&w, 1);
	too_big(&w, world_in4("198.51.100.11"), 1400);
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_MTU_REPORT_BAD), 1);
	too_big(&w, q.m.care_of, 1400);
	a = world_next(&w, ACTION_PATH_MTU);
	assert_true(in4_equal(a->path_mtu.remote, w.config.access.home_agent));
	assert_int_equal(a->path_mtu.mtu, 1400);
	world_revoke(&w, &q, false);
	world_skip(&w);
	too_big(&w, q.m.care_of, 1300); /* the tunnel is gone */
	world_quiet(&w);
	world_pass(&w, 601); /* and so is the belief */
	assert_int_equal(world_next(&w, ACTION_PATH_MTU)->path_mtu.mtu, 0);
	world_done(&w);
}

static void packets_larger_than_any_link_of_ours_are_dropped(void **state)
{
	struct world w;
	struct rrq q;

	world_new(&w);
	q = world_attach(&w, 1);
	world_frame(&w, 1, packet_data(1, 20000));
	world_tunnel(&w, q.m.care_of, packet_data(1, 20000));
	world_frame(&w, 1, packet_data(1, HOLD_BYTES_MAX + 1));
	world_tunnel(&w, q.m.care_of, packet_data(1, HOLD_BYTES_MAX + 1));
	world_quiet(&w);
	assert_int_equal(world_drops(&w, DROP_TOO_BIG), 4);
	world_frame(&w, 1, packet_data(1, HOLD_BYTES_MAX));
	world_next(&w, ACTION_TUNNEL_SEND);
	world_tunnel(&w, q.m.care_of, packet_data(1, HOLD_BYTES_MAX));
	world_next(&w, ACTION_LINK_SEND);
	assert_int_equal(world_drops(&w, DROP_TOO_BIG), 4);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(replies_and_revocations_are_its_messages, ""),
	TEST(any_octets_are_a_counted_drop, ""),
	TEST(a_reply_to_an_address_that_has_no_host_is_unexpected, ""),
	TEST(extensions_in_the_wrong_order_are_dropped, ""),
	TEST(its_packets_are_those_of_its_ports_and_care_of_addresses, ""),
	TEST(fragmentation_needed_is_believed_of_a_live_tunnel_only, ""),
	TEST(packets_larger_than_any_link_of_ours_are_dropped, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_receive", tests);
}
