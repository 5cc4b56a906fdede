/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that the data plane hands up: frames of hosts, packets out of the tunnel (draft 5.4.3).
 */
#include "core/ppp_internal.h"
#include "proto/udp.h"

#define UNREACHABLE   1 /* ICMPv6 types and codes (RFC 4443) */
#define POLICY        5 /* source address failed ingress policy */
#define TOO_BIG       2
#define TIME_EXCEEDED 3
#define HOP_LIMIT     0
#define SOLICITED_MAX 2 /* groups of a report that are looked at: a host's own and another */

/* What a frame is to us. */
enum kind {
	KIND_DHCP6,
	KIND_RS,
	KIND_NS,
	KIND_LINK,  /* between hosts and us alone: NA, MLD, link-local */
	KIND_DATA,  /* to be routed */
	KIND_WRONG, /* counted */
};

static bool is_global(const struct in6_addr *a)
{
	return !in6_is_unspecified(a) && !in6_is_link_local(a) && !in6_is_multicast(a);
}

static bool is_data(const struct ip6 *ip)
{
	return is_global(&ip->src) && is_global(&ip->dst);
}

/* To us, or to all servers of the link: what is for others is passed on. */
static bool is_dhcp6(const struct ip6 *ip)
{
	struct udp u;

	return !is_global(&ip->dst) && udp_decode(ip, &u) == 0 &&
	       u.destination == DHCP6_SERVER_PORT;
}

static enum kind kind_of(struct ar *ar, const struct ip6 *ip, struct nd *ret_nd)
{
	const int type = ip6_icmp_type(ip);

	if (type >= ND_RS && type <= ND_NA) {
		if (nd_decode(ip, ret_nd) < 0) {
			ar->access.drops[DROP_ND_MALFORMED]++;
			return KIND_WRONG;
		}
		return type == ND_RS ? KIND_RS : type == ND_NS ? KIND_NS : KIND_LINK;
	}
	if (is_dhcp6(ip))
		return KIND_DHCP6;
	return is_data(ip) ? KIND_DATA : KIND_LINK;
}

/*
 * Does a host that is not attached say by this frame that it is to be (D3, D19)? One that makes its
 * addresses itself does by any. One that asks for its address does so by DHCPv6 alone, unless it
 * has come from another router with an address: then it may send nothing but data, or reports of
 * the group of that address. req: GEN-2
 */
static bool is_trigger(const struct ar *ar, const struct ar_frame *f, enum kind kind,
		       const struct nd *nd)
{
	const struct in6_addr own = in6_solicited_node(&f->ip.src);
	struct in6_addr groups[SOLICITED_MAX];
	size_t n;

	if (f->session)
		return false;
	if (ar->config.ports[f->link->index].addressing == AR_SLAAC)
		return true;
	if (ar_by_duid(ar, f->link))
		return false; /* nobody knows who it is */
	if (kind == KIND_DATA)
		return true;
	if (kind == KIND_NS)
		return is_global(&nd->target) || is_global(&nd->src);
	n = mld_read_solicited(&f->ip, groups, SOLICITED_MAX);
	if (in6_is_unspecified(&f->ip.src)) /* its own group is not known */
		return n > 1;
	for (size_t i = 0; i < n; i++)
		if (!in6_equal(&groups[i], &own))
			return true;
	return false;
}

/* from hosts */

static bool is_for_router(const struct ar *ar, const struct ar_frame *f)
{
	const struct ar_peer from = ar_peer_from(ar, f);

	return in6_equal(&f->ip.dst, &from.router);
}

static void ignore(struct ar *ar, const struct ar_frame *f, enum kind kind)
{
	if (!f->settled)
		ar->access.drops[kind == KIND_NS ? DROP_ND_IGNORED : DROP_LINK_IGNORED]++;
}

/* What a router hears of the hosts of its link, and has no more to do with. */
static bool is_heard(const struct ip6 *ip)
{
	const int type = ip6_icmp_type(ip);

	return (type >= ND_RS && type <= ND_NA) || ip6_is_mld(ip);
}

void ar_hold(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	const struct ar_peer to = ar_peer_of(ar, h);

	if (is_heard(in->packet) || in6_equal(&in->packet->dst, &to.router))
		return; /* and answered, or counted */
	if (is_data(in->packet))
		access_hold(&ar->access, &h->base, in);
	else
		ar->access.drops[DROP_LINK_IGNORED]++;
}

static void from_attached(struct ar *ar, struct ar_attachment *h, const struct ar_frame *f,
			  enum kind kind, const struct access_input *in)
{
	ar_attachment_heard(ar, h, f, in);
	if (kind == KIND_RS)
		ar_solicited(ar, f, h, in);
	else if (kind == KIND_DATA)
		access_dispatch(&ar->access, &h->base, ACCESS_ON_FRAME, in);
	else if (!is_heard(&f->ip))
		ignore(ar, f, kind);
}

static void from_stranger(struct ar *ar, const struct ar_frame *f, enum kind kind,
			  const struct nd *nd, const struct access_input *in)
{
	struct ar_attachment *h;

	if (!is_trigger(ar, f, kind, nd)) {
		if (kind == KIND_RS)
			ar_solicited(ar, f, NULL, in);
		else if (kind == KIND_DATA)
			ar->access.drops[DROP_SOURCE_WRONG]++;
		else
			ignore(ar, f, kind);
		return;
	}
	h = ar_attachment_get(ar, f, BYTES(NULL, 0), in);
	if (!h)
		return;
	if (ar_is_attached(h)) { /* it has come from another port */
		from_attached(ar, h, f, kind, in);
		return;
	}
	ar_attachment_heard(ar, h, f, in);
	if (h->base.state == ACCESS_REGISTERING && h->base.client.state == CLIENT_IDLE)
		access_begin(&ar->access, &h->base, in);
	else
		access_dispatch(&ar->access, &h->base, ACCESS_ON_SOLICIT, in);
}

/* Known, but not attached: it is registering, leaving, or has no service. */
static void from_known(struct ar *ar, struct ar_attachment *h, const struct ar_frame *f,
		       enum kind kind, const struct nd *nd, const struct access_input *in)
{
	const bool asks = (kind == KIND_RS || kind == KIND_NS) &&
			  ar->config.ports[f->link->index].addressing == AR_SLAAC;

	if (is_trigger(ar, f, kind, nd))
		access_dispatch(&ar->access, &h->base, asks ? ACCESS_ON_SOLICIT : ACCESS_ON_FRAME,
				in);
	else if (kind == KIND_RS)
		ar_solicited(ar, f, h, in);
	else
		ignore(ar, f, kind);
}

static void echo(struct ar *ar, const struct ar_frame *f, const struct ar_peer *from,
		 struct actions *out)
{
	uint8_t buf[HOLD_BYTES_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (icmp6_write_echo_reply(&w, &f->ip) < 0) {
		ar->access.drops[DROP_LINK_IGNORED]++;
		return;
	}
	ar_send(ar, from, 0, writer_bytes(&w), out);
}

void ar_from_host(struct ar *ar, struct ar_frame *f, enum packet_why why,
		  const struct access_input *in)
{
	const struct ar_peer from = ar_peer_from(ar, f);
	struct ar_attachment *h;
	enum kind kind;
	struct nd nd;

	if (why == PACKET_REFUSED) { /* counted where it was refused */
		ar_error(ar, f->link, &from, UNREACHABLE, POLICY, f->ip.packet, in);
		return;
	}
	if (why == PACKET_EXPIRED) {
		ar_error(ar, f->link, &from, TIME_EXCEEDED, HOP_LIMIT, f->ip.packet, in);
		return;
	}
	kind = kind_of(ar, &f->ip, &nd);
	if (kind == KIND_WRONG)
		return;
	if (kind == KIND_DHCP6) {
		ar_dhcp6_receive(ar, f, in);
		return;
	}
	f->own = ip6_icmp_type(&f->ip) == ND_NA ? nd.target : f->ip.src;
	if (kind == KIND_NS && in6_equal(&nd.target, &from.router)) {
		ar_defend(ar, f, &nd, in->out);
		f->settled = true;
	} else if (kind == KIND_LINK && is_for_router(ar, f) && !is_heard(&f->ip)) {
		echo(ar, f, &from, in->out);
		f->settled = true;
	}
	h = ar_attachment_find(ar, f, BYTES(NULL, 0));
	if (!h)
		from_stranger(ar, f, kind, &nd, in);
	else if (ar_is_attached(h))
		from_attached(ar, h, f, kind, in);
	else
		from_known(ar, h, f, kind, &nd, in);
}

/* What comes without PPP to a port with PPP is nobody's. */
static void from_ethernet(struct ar *ar, const struct packet *p, struct now now,
			  struct actions *out)
{
	struct ar_frame f = { .link = access_link_find(&ar->access, p->ifindex),
			      .host = p->source };
	const struct access_input in = { .now = now, .out = out, .packet = &f.ip };

	if (!ar_is_host(ar, f.link, f.host) || !access_frame(&ar->access, p->payload, &f.ip))
		return;
	if (ar_is_ppp(ar, f.link))
		ar->access.drops[DROP_LINK_IGNORED]++;
	else
		ar_from_host(ar, &f, p->why, &in);
}

/* Another router has the same address. */
bool ar_is_host(struct ar *ar, const struct access_link *l, struct mac_addr source)
{
	if (!access_is_host(&ar->access, l, source))
		return false;
	if (!mac_equal(source, ar->config.router_mac))
		return true;
	ar->access.drops[DROP_FRAME_MALFORMED]++;
	return false;
}

/* req: AR-9 AR-36 */
void ar_forward(struct ar *ar, struct ar_attachment *h, struct bytes packet,
		const struct access_input *in)
{
	const struct client *c = &h->base.client;
	const struct ar_peer to = ar_peer_of(ar, h);
	struct ip6 ip;
	struct bytes copy;
	struct action *t;

	if (ip6_decode(packet, &ip) < 0)
		return;                 /* it has been decoded before */
	if (!ar_has_home(h, &ip.src)) { /* D8, D19 */
		ar->access.drops[DROP_SOURCE_WRONG]++;
		ar_error(ar, h->base.link, &to, UNREACHABLE, POLICY, packet, in);
		return;
	}
	if (ip.hop_limit <= 1) {
		ar->access.drops[DROP_HOP_LIMIT]++;
		ar_error(ar, h->base.link, &to, TIME_EXCEEDED, HOP_LIMIT, packet, in);
		return;
	}
	copy = actions_copy(in->out, packet);
	ip6_take_hop((uint8_t *)copy.p);
	t = action_add(in->out, ACTION_TUNNEL_SEND, c->id);
	t->tunnel_send.local = ar->config.care_of;
	t->tunnel_send.remote = c->home_agent;
	t->tunnel_send.packet = copy;
}

/* from the home agent */

static bool is_tunnel(void *ctx, struct in_addr local, struct in_addr remote)
{
	const struct ar *ar = ctx;

	for (size_t i = 0; i < AR_HOME_AGENTS_MAX; i++)
		if (ar->tunnels[i].users && in4_equal(ar->tunnels[i].remote, remote))
			return in4_equal(local, ar->config.care_of);
	return false;
}

/* An error about a packet to the host, from the host's address, for an access router has none that
 * the home agent would take out of the tunnel (D24). */
static void tell_sender(struct ar *ar, struct ar_attachment *h, const struct ip6 *ip, uint8_t type,
			uint32_t parameter, struct now now, struct actions *out)
{
	uint8_t buf[IP6_MTU_MIN];
	struct writer w = writer_new(buf, sizeof(buf));
	struct bytes copy;
	struct action *t;

	if (icmp6_write_error(&w, type, 0, parameter, &ip->dst, ip->packet) < 0)
		return;
	if (!ar_may_err(ar, h->base.link, now.mono))
		return;
	copy = actions_copy(out, writer_bytes(&w));
	t = action_add(out, ACTION_TUNNEL_SEND, h->base.client.id);
	t->tunnel_send.local = ar->config.care_of;
	t->tunnel_send.remote = h->base.client.home_agent;
	t->tunnel_send.packet = copy;
}

/* What came before the data plane had the host, or has come to its last hop. req: AR-37 */
static void from_tunnel(struct ar *ar, const struct packet *p, struct now now, struct actions *out)
{
	uint8_t packet[HOLD_BYTES_MAX];
	struct ar_attachment *h;
	struct ar_peer to;
	struct ip6 ip;

	if (!is_tunnel(ar, p->local, p->remote) || p->key) {
		ar->access.drops[DROP_TUNNEL_UNKNOWN]++;
		return;
	}
	if (ip6_decode(p->payload, &ip) < 0 || ip.packet.n > sizeof(packet)) {
		ar->access.drops[DROP_FRAME_MALFORMED]++;
		return;
	}
	if (!is_global(&ip.src) || !is_global(&ip.dst)) { /* RFC 4291 2.5.6 */
		ar->access.drops[DROP_LINK_IGNORED]++;
		return;
	}
	h = ar_attachment_by_home(ar, &ip.dst);
	if (!h || !in4_equal(h->base.client.home_agent, p->remote)) {
		ar->access.drops[DROP_NO_ROUTE]++;
		return;
	}
	if (!ar_is_reachable(h)) {
		ar->access.drops[DROP_PPP_EARLY]++;
		return;
	}
	if (h->session && ip.packet.n > PPPOE_MRU_MAX) {
		ar->access.drops[DROP_TOO_BIG]++;
		tell_sender(ar, h, &ip, TOO_BIG, PPPOE_MRU_MAX, now, out);
		return;
	}
	memcpy(packet, ip.packet.p, ip.packet.n);
	if (!ip6_take_hop(packet)) {
		ar->access.drops[DROP_HOP_LIMIT] += p->why != PACKET_EXPIRED; /* counted */
		tell_sender(ar, h, &ip, TIME_EXCEEDED, 0, now, out);
		return;
	}
	to = ar_peer_of(ar, h);
	ar_send(ar, &to, h->base.client.id, BYTES(packet, ip.packet.n), out);
}

bool ar_wants(const void *self, const struct packet *in)
{
	const struct ar *ar = self;

	switch (in->from) {
	case PACKET_ACCESS:
	case PACKET_DISCOVERY:
	case PACKET_SESSION:
		return access_has_port(&ar->access, in->ifindex);
	case PACKET_TUNNEL:
	case PACKET_ERROR4:
		return in4_equal(in->local, ar->config.care_of);
	case PACKET_HOME:
		return false;
	}
	return false;
}

void ar_packet(void *self, const struct packet *in, struct now now, struct actions *out)
{
	struct ar *ar = self;

	switch (in->from) {
	case PACKET_ACCESS:
		from_ethernet(ar, in, now, out);
		return;
	case PACKET_DISCOVERY:
		pppoe_discovery(ar, in, now, out);
		return;
	case PACKET_SESSION:
		pppoe_session(ar, in, now, out);
		return;
	case PACKET_TUNNEL:
		from_tunnel(ar, in, now, out);
		return;
	case PACKET_ERROR4:
		path_mtu_receive(&ar->access.path_mtu, in, is_tunnel, ar, now, out,
				 ar->access.drops);
		return;
	case PACKET_HOME:
		ar->access.drops[DROP_LINK_UNKNOWN]++;
		return;
	}
}
