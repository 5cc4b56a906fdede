/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs decide: one function for each hook, named as in src/bpf. */
#include "sim/plane_internal.h"

#define IPV6_MIN_MTU 1280
#define OUTER        20
#define ICMP6        58

#define MLD_QUERY        130
#define ND_RS            133
#define ND_RA            134
#define ND_NS            135
#define ND_NA            136
#define ND_REDIRECT      137
#define MLD2_REPORT      143
#define ICMP6_ERRORS     128 /* types below are errors */
#define ND_TARGET_AT     48
#define LIMIT_KIND(f, w) ((uint32_t)(f) << 8 | (uint32_t)(w))
#define LIMIT_TOO_BIG    0xffff

static struct plane_verdict done(struct plane *p, struct plane_verdict v)
{
	p->packets++;
	p->what[v.what]++;
	if (v.reason != DROP_MAX)
		p->drops[v.reason]++;
	if (v.limited)
		p->drops[DROP_PUNT_LIMITED]++;
	p->punts += v.punted;
	return v;
}

static struct plane_verdict go(enum plane_what what)
{
	return (struct plane_verdict){ .what = what, .reason = DROP_MAX };
}

static struct plane_verdict drop(enum drop reason)
{
	return (struct plane_verdict){ .what = PLANE_DROP, .reason = reason };
}

static bool in_home_prefix(const struct plane *p, const struct in6_addr *a)
{
	for (size_t i = 0; i < p->c.n_home_prefixes; i++)
		if (in6_in_prefix(a, &p->c.home_prefixes[i], 64))
			return true;
	return false;
}

/* A token bucket of one second's packets (punt.h). */
static bool allowed(struct plane *p, const uint32_t key[5], nsec_t now)
{
	const uint64_t h = hash_key(&p->by_source, key, 5 * sizeof(*key));
	struct plane_limit *l = NULL;
	nsec_t next;

	if (!p->c.punt_interval)
		return true;
	for (struct hash_node *n = hash_first(&p->by_source, h); n && !l; n = hash_next(n, h)) {
		l = container_of(n, struct plane_limit, by_source);
		if (memcmp(l->key, key, sizeof(l->key)) != 0)
			l = NULL;
	}
	next = l && l->until > now ? l->until : now;
	if (next - now > NSEC_PER_SEC - p->c.punt_interval)
		return false;
	if (!l) {
		l = slab_take(&p->limits);
		if (!l) {
			l = slab_at(&p->limits, p->next_limit++ % p->limits.count);
			hash_remove(&p->by_source, &l->by_source);
		}
		memcpy(l->key, key, sizeof(l->key));
		hash_insert(&p->by_source, &l->by_source, h);
	}
	l->until = next + p->c.punt_interval;
	return true;
}

/* From a link: limited per interface and source. */
static void punt_frame(struct plane *p, struct plane_verdict *v, struct packet in, nsec_t now)
{
	uint32_t key[5] = { LIMIT_KIND(in.from, in.why), in.ifindex };

	memcpy(&key[2], in.source.b, 6);
	v->punted = allowed(p, key, now);
	v->limited = !v->punted;
	v->packet = in;
}

static struct plane_verdict punt_tunnelled(struct plane *p, const struct plane_ends *k,
					   enum packet_why why, enum drop reason,
					   struct bytes inner, nsec_t now)
{
	const uint32_t key[5] = { LIMIT_KIND(PACKET_TUNNEL, why), k->local.s_addr, k->remote.s_addr,
				  k->key };
	struct plane_verdict v = drop(reason);

	v.punted = allowed(p, key, now);
	v.limited = !v.punted;
	v.packet = (struct packet){ .from = PACKET_TUNNEL,
				    .why = why,
				    .local = k->local,
				    .remote = k->remote,
				    .key = k->key,
				    .payload = inner };
	return v;
}

/* D21: the largest packet that goes into a tunnel. */
static uint32_t limit_of(const struct plane *p, struct in_addr remote)
{
	uint32_t mtu = p->c.core_mtu;

	for (uint32_t i = 0; i < p->n_mtus; i++)
		if (in4_equal(p->mtus[i].remote, remote) && p->mtus[i].mtu < mtu)
			mtu = p->mtus[i].mtu;
	return mtu >= IPV6_MIN_MTU + OUTER ? mtu - OUTER : IPV6_MIN_MTU;
}

/* Packet Too Big, unless RFC 4443 2.4 (e) or the limit forbids it. */
static struct plane_verdict too_big(struct plane *p, const struct inner *i, uint32_t mtu,
				    nsec_t now)
{
	struct plane_verdict v = { .what = PLANE_TOO_BIG, .reason = DROP_TOO_BIG, .mtu = mtu };
	const int type = inner_icmp6_type(i);
	uint32_t key[5] = { LIMIT_TOO_BIG };

	memcpy(&key[1], &i->source, 16);
	if (in6_is_unspecified(&i->source) || in6_is_multicast(&i->source) ||
	    (type >= 0 && type < ICMP6_ERRORS) || type == ND_REDIRECT || !allowed(p, key, now))
		v.what = PLANE_DROP;
	return v;
}

static struct plane_verdict into_tunnel(const struct plane_ends *k)
{
	struct plane_verdict v = go(PLANE_TUNNEL);

	v.tunnel = (struct tunnel){ .local = k->local, .remote = k->remote, .key = k->key };
	return v;
}

/* --- nm4_access --- */

static struct plane_verdict access_verdict(struct plane *p, uint32_t ifindex,
					   struct mac_addr source, bool group, struct bytes packet,
					   nsec_t now)
{
	struct plane_verdict v = go(PLANE_DROP);
	struct plane_host *h = plane_find_host(p, ifindex, source);
	struct inner i;
	const enum drop bad = inner_read(packet, &i);

	if (bad != DROP_MAX)
		return drop(bad);
	if (!inner_trim(&i))
		return drop(DROP_TRUNCATED);
	if (!h) {
		punt_frame(p, &v,
			   (struct packet){ .from = PACKET_ACCESS,
					    .why = PACKET_UNKNOWN,
					    .ifindex = ifindex,
					    .source = source,
					    .payload = i.packet },
			   now);
		return v;
	}
	if (i.packet.n > limit_of(p, h->v.tunnel.remote) && !in6_is_unspecified(&h->v.router) &&
	    !group)
		return too_big(p, &i, limit_of(p, h->v.tunnel.remote), now);
	h->packets++;
	return into_tunnel(&h->v.tunnel);
}

struct plane_verdict plane_from_host(struct plane *p, uint32_t ifindex, struct mac_addr source,
				     bool group, struct bytes packet, nsec_t now)
{
	return done(p, access_verdict(p, ifindex, source, group, packet, now));
}

/* --- nm4_router --- */

#define UDP 17

static struct plane_verdict punt_host(struct plane *p, enum packet_why why, enum drop reason,
				      uint32_t ifindex, struct mac_addr source,
				      const struct inner *i, nsec_t now)
{
	struct plane_verdict v = drop(reason);

	punt_frame(p, &v,
		   (struct packet){ .from = PACKET_ACCESS,
				    .why = why,
				    .ifindex = ifindex,
				    .source = source,
				    .payload = i->packet },
		   now);
	return v;
}

static struct plane_verdict router_verdict(struct plane *p, uint32_t ifindex,
					   struct mac_addr source, uint16_t session,
					   struct bytes packet, nsec_t now)
{
	struct plane_address *a;
	struct inner i;
	const enum drop bad = inner_read(packet, &i);

	if (bad != DROP_MAX)
		return drop(bad);
	if (!inner_trim(&i))
		return drop(DROP_TRUNCATED);
	if (inner_is_nd_or_mld(&i) || inner_is_dhcp6(&i))
		return punt_host(p, PACKET_CONTROL, DROP_MAX, ifindex, source, &i, now);
	if (inner_stays_on_link(&i))
		return punt_host(p, PACKET_UNKNOWN, DROP_MAX, ifindex, source, &i, now);
	if (inner_is_bogus_source(&i.source))
		return drop(DROP_SOURCE_BOGUS);
	a = plane_find_neighbour(p, &i.source);
	if (a && !mac_equal(a->v.host, source))
		return punt_host(p, PACKET_REFUSED, DROP_SOURCE_WRONG, ifindex, source, &i, now);
	if (!a || a->v.ifindex != ifindex || a->v.session != session)
		return punt_host(p, PACKET_UNKNOWN, DROP_MAX, ifindex, source, &i, now);
	if (i.hop_limit <= 1)
		return punt_host(p, PACKET_EXPIRED, DROP_HOP_LIMIT, ifindex, source, &i, now);
	if (i.packet.n > limit_of(p, a->v.tunnel.remote))
		return too_big(p, &i, limit_of(p, a->v.tunnel.remote), now);
	a->packets++;
	return into_tunnel(&a->v.tunnel);
}

struct plane_verdict plane_from_router_host(struct plane *p, uint32_t ifindex,
					    struct mac_addr source, uint16_t session,
					    struct bytes packet, nsec_t now)
{
	return done(p, router_verdict(p, ifindex, source, session, packet, now));
}

/* --- nm4_core --- */

/* An access router: to the host that has the destination. */
static struct plane_verdict to_address(struct plane *p, const struct plane_ends *k,
				       const struct inner *i, nsec_t now)
{
	struct plane_verdict v = go(PLANE_LINK);
	const struct plane_address *a = plane_find_neighbour(p, &i->destination);

	if (inner_is_bogus_source(&i->source))
		return drop(DROP_SOURCE_BOGUS);
	if (inner_stays_on_link(i) || inner_is_nd_or_mld(i))
		return punt_tunnelled(p, k, PACKET_CONTROL, DROP_MAX, i->packet, now);
	if (!a || memcmp(&a->v.tunnel, k, sizeof(*k)) != 0)
		return punt_tunnelled(p, k, PACKET_UNKNOWN, DROP_MAX, i->packet, now);
	if (i->hop_limit <= 1)
		return punt_tunnelled(p, k, PACKET_EXPIRED, DROP_HOP_LIMIT, i->packet, now);
	if (p->c.port_mtu && i->packet.n > p->c.port_mtu)
		return too_big(p, i, p->c.port_mtu, now);
	v.tunnel = (struct tunnel){ .ifindex = a->v.ifindex,
				    .host = a->v.host,
				    .router = p->c.router_mac };
	v.session = a->v.session;
	return v;
}

static struct plane_verdict to_access(struct plane *p, const struct plane_ends *k,
				      const struct plane_tunnel *t, const struct inner *i,
				      nsec_t now)
{
	struct plane_verdict v = go(PLANE_LINK);

	if (i->next == ICMP6 && inner_icmp6_type(i) == ND_RA) /* draft 5.2.2 */
		return punt_tunnelled(p, k, PACKET_CONTROL, DROP_MAX, i->packet, now);
	v.tunnel = plane_tunnel_of(t);
	return v;
}

static bool is_control(const struct plane *p, const struct inner *i)
{
	int type;

	if (in6_is_multicast(&i->destination) || in6_is_link_local(&i->destination) ||
	    in6_equal(&i->destination, &p->c.router))
		return true;
	type = inner_icmp6_type(i);
	return (type >= MLD_QUERY && type <= ND_REDIRECT) || type == MLD2_REPORT;
}

enum source {
	SOURCE_RIGHT,
	SOURCE_CONTROL,
	SOURCE_LEARN,
	SOURCE_WRONG,
};

static enum source check_source(const struct plane *p, const struct plane_ends *k,
				const struct inner *i)
{
	const struct plane_address *a;

	if (i->control && (in6_is_unspecified(&i->source) || in6_is_link_local(&i->source)))
		return SOURCE_CONTROL;
	if (in6_is_unspecified(&i->source))
		return SOURCE_WRONG;
	a = plane_find_address(p, &i->source);
	if (a && memcmp(&a->v.tunnel, k, sizeof(*k)) != 0)
		return SOURCE_WRONG;
	if (!a && !in6_is_link_local(&i->source) && !in_home_prefix(p, &i->source))
		return SOURCE_WRONG;
	if (i->control)
		return SOURCE_CONTROL;
	return a && !a->v.tentative ? SOURCE_RIGHT : SOURCE_LEARN;
}

static bool is_own(const struct plane *p, const struct in6_addr *a)
{
	for (size_t i = 0; i < p->c.n_own; i++)
		if (in6_equal(a, &p->c.own[i]))
			return true;
	return false;
}

static struct plane_verdict forward(struct plane *p, const struct inner *i, nsec_t now)
{
	struct plane_address *to;

	if (i->hop_limit <= 1)
		return (struct plane_verdict){ .what = PLANE_KERNEL, .reason = DROP_HOP_LIMIT };
	if (in6_is_link_local(&i->source))
		return go(PLANE_KERNEL);
	to = plane_find_address(p, &i->destination);
	if (!to)
		return go(is_own(p, &i->destination) ? PLANE_KERNEL : PLANE_ROUTE);
	if (to->v.tentative)
		return drop(DROP_ADDRESS_TENTATIVE);
	if (i->packet.n > limit_of(p, to->v.tunnel.remote))
		return too_big(p, i, limit_of(p, to->v.tunnel.remote), now);
	to->packets++;
	return into_tunnel(&to->v.tunnel);
}

static struct plane_verdict from_host(struct plane *p, const struct plane_ends *k, struct inner *i,
				      nsec_t now)
{
	if (inner_is_bogus_source(&i->source))
		return drop(DROP_SOURCE_BOGUS);
	i->control = is_control(p, i);
	switch (check_source(p, k, i)) {
	case SOURCE_RIGHT:
		return forward(p, i, now);
	case SOURCE_CONTROL:
		return punt_tunnelled(p, k, PACKET_CONTROL, DROP_MAX, i->packet, now);
	case SOURCE_LEARN:
		return punt_tunnelled(p, k, PACKET_UNKNOWN, DROP_MAX, i->packet, now);
	case SOURCE_WRONG:
		break;
	}
	if (in6_is_unspecified(&i->source)) /* nobody to answer */
		return drop(DROP_SOURCE_WRONG);
	return punt_tunnelled(p, k, PACKET_REFUSED, DROP_SOURCE_WRONG, i->packet, now);
}

static struct plane_verdict core_verdict(struct plane *p, const struct plane_ends *k,
					 struct bytes packet, nsec_t now)
{
	struct plane_tunnel *t = plane_find_tunnel(p, k);
	struct inner i;
	enum drop bad;

	if (!t)
		return punt_tunnelled(p, k, PACKET_UNKNOWN, DROP_MAX, packet, now);
	bad = inner_read(packet, &i);
	if (bad != DROP_MAX)
		return drop(bad);
	if (!inner_trim(&i))
		return drop(DROP_TRUNCATED);
	t->packets++;
	if (t->v.access)
		return to_address(p, k, &i, now);
	return t->v.ifindex ? to_access(p, k, t, &i, now) : from_host(p, k, &i, now);
}

struct plane_verdict plane_from_core(struct plane *p, struct in_addr local, struct in_addr remote,
				     struct bytes inner, nsec_t now)
{
	const struct plane_ends k = { local, remote, 0 };

	return done(p, core_verdict(p, &k, inner, now));
}

/* --- nm4_home, nm4_upstream --- */

static struct plane_verdict to_host(struct plane *p, struct inner *i, nsec_t now)
{
	struct plane_address *a;

	if (in6_is_multicast(&i->destination))
		return go(PLANE_KERNEL);
	a = plane_find_address(p, &i->destination);
	if (!a)
		return go(PLANE_KERNEL);
	if (inner_is_bogus_source(&i->source) || in6_is_unspecified(&i->source))
		return drop(DROP_SOURCE_BOGUS);
	if (in6_is_link_local(&i->destination))
		return drop(DROP_NO_ROUTE);
	if (in6_is_link_local(&i->source))
		return go(PLANE_KERNEL);
	if (a->v.tentative)
		return drop(DROP_ADDRESS_TENTATIVE);
	if (i->hop_limit <= 1)
		return (struct plane_verdict){ .what = PLANE_KERNEL, .reason = DROP_HOP_LIMIT };
	if (!inner_trim(i))
		return drop(DROP_TRUNCATED);
	if (i->packet.n > limit_of(p, a->v.tunnel.remote))
		return too_big(p, i, limit_of(p, a->v.tunnel.remote), now);
	a->packets++;
	return into_tunnel(&a->v.tunnel);
}

static struct plane_verdict home_verdict(struct plane *p, uint32_t ifindex, struct mac_addr source,
					 struct bytes packet, nsec_t now)
{
	struct plane_verdict v = go(PLANE_DROP);
	struct packet punt = {
		.from = PACKET_HOME, .why = PACKET_CONTROL, .ifindex = ifindex, .source = source
	};
	struct in6_addr target;
	struct inner i;
	uint8_t type;

	if (inner_read(packet, &i) != DROP_MAX || mac_equal(source, p->c.home_mac))
		return go(PLANE_KERNEL);
	if (i.next != ICMP6)
		return to_host(p, &i, now);
	if (packet.n <= 40)
		return go(PLANE_KERNEL);
	type = packet.p[40];
	punt.payload = packet; /* as long as the frame is */
	if (type == ND_RS) {
		punt_frame(p, &v, punt, now);
		v.what = PLANE_KERNEL;
		return v;
	}
	if ((type == ND_NS || type == ND_NA) && packet.n >= ND_TARGET_AT + 16) {
		memcpy(&target, packet.p + ND_TARGET_AT, 16);
		if (plane_find_exact(p, &target, 128)) {
			punt_frame(p, &v, punt, now);
			return v;
		}
	}
	return to_host(p, &i, now);
}

struct plane_verdict plane_from_home(struct plane *p, uint32_t ifindex, struct mac_addr source,
				     struct bytes packet, nsec_t now)
{
	return done(p, home_verdict(p, ifindex, source, packet, now));
}

struct plane_verdict plane_from_upstream(struct plane *p, struct bytes packet, nsec_t now)
{
	struct inner i;

	if (inner_read(packet, &i) != DROP_MAX)
		return done(p, go(PLANE_KERNEL));
	return done(p, to_host(p, &i, now));
}
