/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dad.h"
#include "core/ha_emit.h"
#include "core/ha_packet.h"
#include "core/ha_probe.h"
#include "core/ha_state.h"
#include "core/ra.h"

#include <errno.h>

/* ICMPv6 errors and echo replies to one host */
#define ERROR_INTERVAL (100 * NSEC_PER_MSEC)
#define ERROR_BURST    10
/* A packet from a source that has just been bound may have been on its way up already. */
#define BOUND_JUST_NOW      NSEC_PER_SEC
#define ICMP6_UNREACHABLE   1
#define ICMP6_SOURCE_POLICY 5 /* RFC 4443 3.1 */
#define ICMP6_ECHO_REQUEST  128

/* A packet on its way through this file. */
struct inner {
	struct binding *b;
	struct ip6 ip;
	struct now now;
	struct actions *out;
};

static void refuse_source(struct ha *h, const struct inner *p)
{
	uint8_t buf[EMIT_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (!bucket_take(&p->b->link->errors, p->now.mono, ERROR_INTERVAL, ERROR_BURST))
		ha_drop(h, DROP_RATE_LIMITED);
	else if (!icmp6_write_error(&w, ICMP6_UNREACHABLE, ICMP6_SOURCE_POLICY, 0,
				    &h->c.router_address, p->ip.packet))
		emit_into_tunnel(p->out, 0, p->b, writer_bytes(&w));
}

/* Who has an address, or /64, now. What is kept for this very host, from when a router gave it, it
 * may make anew where hosts make addresses. */
static struct host_address *present_owner(struct ha *h, const struct inner *p,
					  const struct in6_addr *address)
{
	struct host_address *a = address_owner(&h->addresses, address);

	if (!a || a->state != HOST_ADDRESS_KEPT || a->host != p->b->host ||
	    !address_is_acceptable(h, address) || !batch_may_change(h, p->now))
		return a;
	batch_changes(h, a->host, p->now);
	address_remove(h, a, NULL);
	return NULL;
}

/* D9: every source that the host may have is learnt, by proxy DAD. NULL: it may not be used, now
 * or at all. req: HA-18 HA-22 */
static struct host_address *learn_source(struct ha *h, const struct inner *p)
{
	struct host_address *a = present_owner(h, p, &p->ip.src);

	if (a && a->host == p->b->host)
		return a;
	if (!a && address_is_acceptable(h, &p->ip.src))
		return dad_begin(h, p->b, &p->ip.src, p->now, p->out);
	ha_drop(h, DROP_SOURCE_WRONG);
	return NULL;
}

/* For ourselves, as a router, and as a proxy (RFC 4861 7.2.8) for the others of the home link. */
static void answer_solicitation(struct ha *h, const struct inner *p, const struct nd *ns, bool own)
{
	const bool dad = nd_is_dad(ns);
	const struct nd na = { .type = ND_NA,
			       .src = own ? ns->target : h->c.router_address,
			       .dst = dad ? in6_all_nodes : ns->src,
			       .target = ns->target,
			       .router = own,
			       .solicited = !dad,
			       .override = own,
			       .has_lla = true,
			       .lla = h->c.router_mac };

	emit_nd_into_tunnel(p->out, 0, p->b, &na);
}

/* The host's own DAD stays in the tunnel; we do it on the home link. req: HA-51 HA-52 */
static void host_does_dad(struct ha *h, const struct inner *p, const struct nd *ns)
{
	const struct host_address *a = present_owner(h, p, &ns->target);

	if (a && a->host == p->b->host)
		return; /* it came back with what it has: no conflict (D9) */
	if (a)
		dad_conflict(h, p->b, &ns->target, p->now, p->out);
	else if (address_is_acceptable(h, &ns->target))
		dad_begin(h, p->b, &ns->target, p->now, p->out);
	else
		ha_drop(h, DROP_ND_IGNORED);
}

/* No prefix is advertised as on-link (D8), so a host need not ask for a neighbour; one whose
 * address was set by hand with its /64 does, and reaches everybody through us all the same.
 * Link-local traffic ends here (A11). */
static bool is_neighbour(const struct ha *h, const struct inner *p, const struct in6_addr *target)
{
	const struct host_address *a = address_owner(&h->addresses, target);

	return !(a && a->host == p->b->host) && !in6_is_link_local(target) &&
	       address_is_acceptable(h, target);
}

static void on_solicitation(struct ha *h, const struct inner *p, const struct nd *ns)
{
	if (address_is_own(h, &ns->target))
		answer_solicitation(h, p, ns, true);
	else if (nd_is_dad(ns))
		host_does_dad(h, p, ns);
	else if (is_neighbour(h, p, &ns->target))
		answer_solicitation(h, p, ns, false);
	else
		ha_drop(h, DROP_ND_IGNORED);
}

static void on_nd(struct ha *h, const struct inner *p)
{
	struct nd m;

	if (nd_decode(&p->ip, &m)) {
		ha_drop(h, DROP_ND_MALFORMED);
		return;
	}
	/* D9: a link-local source is answered even if there is no room to bind it */
	if (!in6_is_unspecified(&p->ip.src) && !learn_source(h, p) &&
	    !in6_is_link_local(&p->ip.src))
		return;
	switch (m.type) {
	case ND_RS:
		ra_solicited(h, p->b, p->now, p->out);
		break;
	case ND_NS:
		on_solicitation(h, p, &m);
		break;
	case ND_NA:
		probe_answered(h, p->b, &m.target);
		break;
	case ND_RA:
		ha_drop(h, DROP_ND_IGNORED);
		break;
	}
}

static void on_echo(struct ha *h, const struct inner *p)
{
	uint8_t buf[HOLD_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	int r;

	if (!learn_source(h, p))
		return;
	if (!bucket_take(&p->b->link->errors, p->now.mono, ERROR_INTERVAL, ERROR_BURST)) {
		ha_drop(h, DROP_RATE_LIMITED);
		return;
	}
	r = icmp6_write_echo_reply(&w, &p->ip);
	if (r)
		ha_drop(h, r == -ENOBUFS ? DROP_TOO_BIG : DROP_FRAME_MALFORMED);
	else
		emit_into_tunnel(p->out, 0, p->b, writer_bytes(&w));
}

/* D9: kept while its source is in DAD. */
static void on_data(struct ha *h, const struct inner *p)
{
	struct host_address *a = learn_source(h, p);
	struct action *f;

	if (!a || a->state == HOST_ADDRESS_KEPT) {
		refuse_source(h, p);
	} else if (a->state == HOST_ADDRESS_TENTATIVE) {
		ha_hold_packet(h, a, p->ip.packet);
	} else if (!a->proxy || p->now.mono - a->proxy->bound > BOUND_JUST_NOW ||
		   p->ip.packet.n > HOLD_PACKET_MAX) {
		ha_drop(h, DROP_SOURCE_WRONG); /* the data plane knows better: no loops */
	} else {
		f = action_add(p->out, ACTION_FORWARD, 0);
		f->tunnel_send.local = p->b->tunnel->local;
		f->tunnel_send.remote = p->b->tunnel->remote;
		f->tunnel_send.key = p->b->tunnel->key;
		f->tunnel_send.packet = actions_copy(p->out, p->ip.packet);
	}
}

/* What does not leave the virtual link: we learn from it, but nobody else is there. */
static void on_link(struct ha *h, const struct inner *p)
{
	if (!in6_is_unspecified(&p->ip.src) && !learn_source(h, p))
		return;
	if (!ip6_is_mld(&p->ip))
		ha_drop(h, DROP_NO_ROUTE);
}

void tunnel_packet(struct ha *h, const struct packet *in, struct now now, struct actions *out)
{
	const struct ha_tunnel *t = tunnel_find(&h->bindings, in->local, in->remote, in->key);
	struct inner p = { .now = now, .out = out, .b = t ? t->link : NULL };
	int type;

	/* An access router is its hosts' router: nothing in its tunnel is for us to answer. What
	 * was refused has been counted. */
	if (!p.b) {
		if (in->why != PACKET_REFUSED)
			ha_drop(h, t ? DROP_SOURCE_WRONG : DROP_TUNNEL_UNKNOWN);
		return;
	}
	if (ip6_decode(in->payload, &p.ip)) {
		ha_drop(h, DROP_FRAME_MALFORMED);
		return;
	}
	p.b->link->heard = true;
	if (in->why == PACKET_REFUSED) {
		refuse_source(h, &p);
		return;
	}
	type = ip6_icmp_type(&p.ip);
	if (type >= ND_RS && type <= ND_NA)
		on_nd(h, &p);
	else if (type == ICMP6_ECHO_REQUEST && in6_equal(&p.ip.dst, &h->c.router_address))
		on_echo(h, &p);
	else if (in6_is_multicast(&p.ip.dst) || in6_is_link_local(&p.ip.dst))
		on_link(h, &p);
	else
		on_data(h, &p);
}
