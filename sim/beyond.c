/* SPDX-License-Identifier: Apache-2.0 */
/* The rest of the IPv6 world: another host on the home link, which may own an address already, and
 * correspondents far away. */
#include "sim/mobile.h"

#include <assert.h>

#define ETHER     14
#define PORT_AT   42 /* of the destination, in a packet */
#define ASK_PORT  4000
#define CALL_PORT 4001
#define FAR_AWAY  (10 * NSEC_PER_MSEC)

const struct in6_addr correspondent = { .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0xff,
						     0xff, [15] = 1 } };
static const struct mac_addr home_host_mac = { { 0x02, 0, 0, 0, 0, 0x99 } };

/* A UDP datagram, its checksum not looked at by anything here. */
static struct bytes udp(const struct in6_addr *src, const struct in6_addr *dst, uint16_t port,
			uint8_t buf[static 64])
{
	struct writer out = writer_new(buf, 64);

	write_u32(&out, 0x60000000);
	write_u16(&out, 8);
	write_u8(&out, 17);
	write_u8(&out, 64);
	write_in6(&out, src);
	write_in6(&out, dst);
	write_u16(&out, port);
	write_u16(&out, port);
	write_u16(&out, 8);
	write_u16(&out, 0xffff);
	return writer_bytes(&out);
}

struct bytes data_packet(const struct in6_addr *src, const struct in6_addr *dst,
			 uint8_t buf[static 64])
{
	return udp(src, dst, ASK_PORT, buf);
}

bool data_is_call(struct bytes packet)
{
	return packet.n >= PORT_AT + 2 &&
	       (packet.p[PORT_AT] << 8 | packet.p[PORT_AT + 1]) == CALL_PORT;
}

static void far_send(struct world *w, struct bytes packet)
{
	world_post(w, ARRIVE_UPSTREAM, &w->nodes[WORLD_HA], (struct in_addr){ 0 },
		   (struct in_addr){ 0 }, packet, FAR_AWAY);
}

void beyond_receive(struct world *w, struct bytes packet)
{
	struct ip6 p;
	uint8_t buf[64];

	if (ip6_decode(packet, &p) || !in6_equal(&p.dst, &correspondent))
		return;
	w->delivered++;
	far_send(w, udp(&p.dst, &p.src, ASK_PORT, buf));
}

void beyond_data(struct world *w, const struct in6_addr *dst)
{
	uint8_t buf[64];

	far_send(w, udp(&correspondent, dst, CALL_PORT, buf));
}

static void home_send(struct world *w, const struct nd *m)
{
	uint8_t buf[1500];
	struct writer out = writer_new(buf, sizeof(buf));
	int err = nd_write(&out, m);

	assert(!err);
	(void)err;
	TRACE(w, TRACE_HOME_SENDS, 0, writer_bytes(&out), "home-ha %s",
	      text_packet(writer_bytes(&out)));
	world_post(w, ARRIVE_HOME, &w->nodes[WORLD_HA], (struct in_addr){ 0 },
		   (struct in_addr){ 0 }, writer_bytes(&out), NSEC_PER_MSEC);
}

void home_receive(struct world *w, struct bytes frame)
{
	struct ip6 p;
	struct nd m;

	if (w->n_home_owner == 0 ||
	    ip6_decode((struct bytes){ frame.p + ETHER, frame.n - ETHER }, &p) ||
	    nd_decode(&p, &m) || m.type != ND_NS)
		return;
	for (size_t i = 0; i < w->n_home_owner; i++)
		if (in6_equal(&m.target, &w->home_owner[i]))
			home_send(w, &(struct nd){ .type = ND_NA,
						   .src = m.target,
						   .dst = in6_all_nodes,
						   .target = m.target,
						   .override = true,
						   .has_lla = true,
						   .lla = home_host_mac });
}

void home_ns(struct world *w, const struct in6_addr *target)
{
	home_send(w, &(struct nd){ .type = ND_NS,
				   .src = in6_link_local_of(home_host_mac),
				   .dst = in6_solicited_node(target),
				   .target = *target,
				   .has_lla = true,
				   .lla = home_host_mac });
}

void home_dad(struct world *w, const struct in6_addr *target)
{
	home_send(w, &(struct nd){
			     .type = ND_NS, .dst = in6_solicited_node(target), .target = *target });
}
