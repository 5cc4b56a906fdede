/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that the data plane hands up: frames of hosts, packets out of tunnels (draft 5.2.2). */
#include "core/an_internal.h"
#include "proto/nd.h"

#define ETHER_HEADER 14

static bool is_host_mac(struct mac_addr mac)
{
	return !(mac.b[0] & 1) && !mac_is_zero(mac);
}

/* from the host */

/* Any first IPv6 frame of a host not known attaches it (D3). req: AN-7 AN-8 AN-25 */
static void first_frame(struct access *n, struct access_link *l, struct mac_addr host,
			const struct access_input *in)
{
	struct attachment *a;

	if (n->stopping) {
		n->drops[DROP_NOT_REGISTERED]++;
		return;
	}
	a = an_attachment_new(n, l, host);
	if (a)
		access_begin(n, a, in);
}

static void from_host(struct access *n, const struct packet *p, struct now now, struct actions *out)
{
	struct access_link *l = access_link_find(n, p->ifindex);
	struct attachment *a;
	struct ip6 packet;
	const struct access_input in = { .now = now, .out = out, .packet = &packet };
	int type;

	if (!access_is_host(n, l, p->source) || !access_frame(n, p->payload, &packet))
		return;
	a = attachment_find(n, p->ifindex, p->source, 0);
	if (!a) {
		first_frame(n, l, p->source, &in);
		return;
	}
	type = ip6_icmp_type(&packet);
	access_dispatch(n, a, type == ND_RS || type == ND_NS ? ACCESS_ON_SOLICIT : ACCESS_ON_FRAME,
			&in);
}

/* req: AN-30 AN-35 */
void an_tunnel_send(const struct an_attachment *a, struct bytes packet, struct actions *out)
{
	struct action *t = action_add(out, ACTION_TUNNEL_SEND, a->base.client.id);

	t->tunnel_send.local = a->tunnel.local;
	t->tunnel_send.remote = a->tunnel.remote;
	t->tunnel_send.key = a->tunnel.key;
	t->tunnel_send.packet = packet;
}

/* from the home agent */

/* What the data plane is to use towards the host: the router's link-layer address as Ethernet
 * source (draft 5.2.2), its link-local address as source of Packet Too Big (D21).
 * req: AN-32 AN-33 */
static void learn_router(struct an *an, struct an_attachment *a, const struct nd *ra,
			 struct actions *out)
{
	struct tunnel *t = &a->tunnel;
	struct mac_addr mac = ra->has_lla && is_host_mac(ra->lla) ? ra->lla : t->router;

	if (mac_equal(mac, t->router) && in6_equal(&ra->src, &t->router_address))
		return;
	t->router = mac;
	t->router_address = ra->src;
	an_access_ops.changed(&an->access, &a->base);
	an->router = (struct an_router){ t->remote, mac, ra->src };
	action_add(out, ACTION_TUNNEL_SET, a->base.client.id)->tunnel = *t;
}

/* In a unicast frame, whatever the destination of the packet is: the tunnel is this host's
 * (RFC 6085, D7). req: AN-13 AN-36 AN-37 */
static void send_frame(struct an *an, const struct an_attachment *a, struct bytes packet,
		       struct actions *out)
{
	const struct access_port *port = &an->access.config.ports[a->base.link->index];
	size_t n = ETHER_HEADER + packet.n;
	struct writer w = writer_new(actions_reserve(out, n), n);
	struct action *l = action_add(out, ACTION_LINK_SEND, a->base.client.id);

	ether_write(&w, a->tunnel.host,
		    mac_is_zero(a->tunnel.router) ? port->mac : a->tunnel.router, ETHER_IPV6);
	write_bytes(&w, packet);
	l->link_send.ifindex = port->ifindex;
	l->link_send.frame = writer_bytes(&w);
}

void an_deliver(struct an *an, struct an_attachment *a, struct bytes packet,
		const struct access_input *in)
{
	struct ip6 p;
	struct nd ra;

	if (ip6_decode(packet, &p) < 0) {
		an->access.drops[DROP_FRAME_MALFORMED]++;
		return;
	}
	if (p.packet.n > HOLD_BYTES_MAX) {
		an->access.drops[DROP_TOO_BIG]++;
		return;
	}
	if (ip6_icmp_type(&p) == ND_RA) {
		if (nd_decode(&p, &ra) < 0) {
			an->access.drops[DROP_ND_MALFORMED]++;
			return;
		}
		learn_router(an, a, &ra, in->out);
	}
	send_frame(an, a, p.packet, in->out);
}

static void from_tunnel(struct an *an, const struct packet *p, struct now now, struct actions *out)
{
	struct attachment *a = care_of_owner(&an->care_of, p->local);
	const struct access_input in = { .now = now, .out = out };

	if (a && p->key == an_host(a)->tunnel.key && in4_equal(p->remote, a->client.home_agent)) {
		struct an_attachment *h = an_host(a);

		if (a->state == ACCESS_ATTACHED || a->state == ACCESS_LINK_LOST) {
			an_deliver(an, h, p->payload, &in);
			return;
		}
		if (a->state == ACCESS_REGISTERING) { /* overtook the reply (A23) */
			if (hold_put(&an->access.hold, &h->early, p->payload, HOLD_EARLY_MAX) < 0)
				an->access.drops[DROP_BUFFER_FULL]++;
			return;
		}
	}
	an->access.drops[DROP_TUNNEL_UNKNOWN]++;
}

static bool is_tunnel(void *ctx, struct in_addr local, struct in_addr remote)
{
	const struct an *an = ctx;
	struct attachment *a = care_of_owner(&an->care_of, local);

	return a && a->open && in4_equal(an_host(a)->tunnel.remote, remote);
}

bool an_wants(const void *self, const struct packet *in)
{
	const struct an *an = self;

	switch (in->from) {
	case PACKET_ACCESS:
		return access_has_port(&an->access, in->ifindex);
	case PACKET_TUNNEL:
	case PACKET_ERROR4: /* it comes to the source of the packet that was too big */
		return care_of_has(&an->care_of, in->local);
	case PACKET_HOME:
	case PACKET_DISCOVERY:
	case PACKET_SESSION:
		return false;
	}
	return false;
}

void an_packet(void *self, const struct packet *in, struct now now, struct actions *out)
{
	struct an *an = self;

	switch (in->from) {
	case PACKET_ACCESS:
		from_host(&an->access, in, now, out);
		return;
	case PACKET_TUNNEL:
		from_tunnel(an, in, now, out);
		return;
	case PACKET_ERROR4:
		path_mtu_receive(&an->access.path_mtu, in, is_tunnel, an, now, out,
				 an->access.drops);
		return;
	case PACKET_HOME:
	case PACKET_DISCOVERY:
	case PACKET_SESSION:
		an->access.drops[DROP_LINK_UNKNOWN]++;
		return;
	}
}
