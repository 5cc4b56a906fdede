/* SPDX-License-Identifier: Apache-2.0 */
/* Packets at a node: the data plane decides, here it happens. */
#include "sim/world.h"

#include "proto/ppp.h"
#include "proto/pppoe.h"
#include "sim/check.h"
#include "sim/mobile.h"

#include <arpa/inet.h>

static const struct mac_addr home_neighbour = { { 0x02, 0, 0, 0, 0, 0x99 } };

void node_to_link(struct node *n, uint32_t ifindex, struct bytes frame)
{
	struct in_flight *e = world_post(n->w, ARRIVE_FRAME, n, (struct in_addr){ 0 },
					 (struct in_addr){ 0 }, frame, 0);

	e->ifindex = ifindex;
}

static void to_host(struct node *n, const struct tunnel *t, uint16_t session, struct bytes packet)
{
	uint8_t buf[2048];
	struct writer out = writer_new(buf, sizeof(buf));

	ether_write(&out, t->host, t->router, session ? PPPOE_ETHERTYPE_SESSION : ETHER_IPV6);
	if (session)
		pppoe_session_write(&out, session, PPP_PROTOCOL_IPV6, packet.n);
	write_bytes(&out, packet);
	if (!out.failed)
		node_to_link(n, t->ifindex, writer_bytes(&out));
}

static void carry_out(struct node *n, const struct plane_verdict *v, struct bytes packet)
{
	struct world *w = n->w;

	check_verdict(n, v);
	if (v->punted)
		node_packet(n, &v->packet);
	switch (v->what) {
	case PLANE_TUNNEL:
		node_into_tunnel(n, v->tunnel.local, v->tunnel.remote, packet);
		break;
	case PLANE_LINK:
		to_host(n, &v->tunnel, v->session, packet);
		break;
	case PLANE_ROUTE:
		TRACE(w, TRACE_ROUTED, n->index, packet, "%s forwards %s", n->name,
		      text_packet(packet));
		beyond_receive(w, packet);
		break;
	case PLANE_KERNEL: /* what the kernel answers, nobody here waits for */
	case PLANE_TOO_BIG:
	case PLANE_DROP:
	case PLANE_WHAT_MAX:
		break;
	}
}

void node_from_host(struct node *n, struct mobile *h, struct bytes packet)
{
	struct plane_verdict v;

	TRACE(n->w, TRACE_HOST_SENDS, n->index, packet, "%s-%s %s", mobile_name(n->w, h), n->name,
	      text_packet(packet));
	if (n->kind == NODE_ACCESS_ROUTER)
		v = plane_from_router_host(&n->plane, WORLD_PORT_IF + h->port, h->mac, 0, packet,
					   n->w->now);
	else
		v = plane_from_host(&n->plane, WORLD_PORT_IF + h->port, h->mac,
				    packet.n > 24 && packet.p[24] == 0xff, packet, n->w->now);
	carry_out(n, &v, packet);
}

/* IPv6 of a session goes like that of any host, but is handed up as it came; what else there is
 * goes to the daemon. */
void node_from_dialled(struct node *n, struct mobile *h, uint16_t ethertype, struct bytes b)
{
	struct packet p = { .from = ethertype == PPPOE_ETHERTYPE_SESSION ? PACKET_SESSION
									 : PACKET_DISCOVERY,
			    .ifindex = WORLD_PORT_IF + h->port,
			    .source = h->mac,
			    .payload = b };
	struct pppoe_session s = { 0 };
	struct plane_verdict v;

	TRACE(n->w, TRACE_HOST_SENDS, n->index, b, "%s-%s %s", mobile_name(n->w, h), n->name,
	      text_pppoe(ethertype, b));
	if (p.from == PACKET_DISCOVERY || pppoe_session_decode(b, &s) ||
	    s.protocol != PPP_PROTOCOL_IPV6) {
		node_packet(n, &p);
		return;
	}
	v = plane_from_router_host(&n->plane, p.ifindex, h->mac, s.session, s.payload, n->w->now);
	p.why = v.packet.why;
	v.packet = p;
	carry_out(n, &v, s.payload);
}

void node_from_tunnel(struct node *n, struct in_addr local, struct in_addr remote,
		      struct bytes packet)
{
	const struct plane_verdict v = plane_from_core(&n->plane, local, remote, packet, n->w->now);

	if (v.what == PLANE_ROUTE || v.what == PLANE_TUNNEL)
		check_source(n, local, remote, packet);
	carry_out(n, &v, packet);
}

void node_from_home(struct node *n, struct bytes packet)
{
	const struct plane_verdict v =
		plane_from_home(&n->plane, WORLD_HOME_IF, home_neighbour, packet, n->w->now);

	carry_out(n, &v, packet);
}

void node_from_upstream(struct node *n, struct bytes packet)
{
	const struct plane_verdict v = plane_from_upstream(&n->plane, packet, n->w->now);

	carry_out(n, &v, packet);
}

static void write_ip4(struct writer *w, uint16_t length, uint8_t protocol, struct in_addr src,
		      struct in_addr dst)
{
	size_t at = writer_length(w);

	write_u16(w, 0x4500);
	write_u16(w, length);
	write_u32(w, 0x4000);
	write_u16(w, (uint16_t)(64 << 8 | protocol));
	write_u16(w, 0);
	write_in4(w, src);
	write_in4(w, dst);
	write_u16_at(w, at + 10, in4_checksum(BYTES(w->start + at, 20)));
}

void node_too_big(struct node *n, uint16_t mtu)
{
	const struct in_addr router = { htonl(0xc0000263) };
	struct tunnel t;

	for (uint32_t i = 0; plane_tunnel_next(&n->plane, &i, &t);) {
		uint8_t buf[64];
		struct writer out = writer_new(buf, sizeof(buf));

		write_ip4(&out, 56, 1, router, t.local);
		write_u16(&out, 0x0304); /* fragmentation needed (RFC 1191 4) */
		write_u32(&out, 0);
		write_u16(&out, mtu);
		write_ip4(&out, 1500, 41, t.local, t.remote);
		write_zero(&out, 8);
		write_u16_at(&out, 22, in4_checksum(BYTES(buf + 20, 36)));
		node_packet(n, &(struct packet){ .from = PACKET_ERROR4,
						 .local = t.local,
						 .remote = router,
						 .payload = writer_bytes(&out) });
	}
}
