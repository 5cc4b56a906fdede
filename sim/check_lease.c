/* SPDX-License-Identifier: Apache-2.0 */
/* What access routers give to hosts: against what the home agent has acknowledged to them, and
 * against what they know after a restart. */
#include "sim/check_internal.h"

#include "core/ar_internal.h"
#include "proto/ppp.h"
#include "proto/pppoe.h"
#include "sim/dhcp6.h"
#include "sim/mobile.h"

#include <stdlib.h>
#include <string.h>

#define ETHER    14
#define INFINITE 0xffffffff
#define ROUNDED  (2 * NSEC_PER_SEC) /* lifetimes are whole seconds, and stored by the wall clock */

/* To one access router about one host. */
struct grant {
	struct in6_addr home;
	bool unique;
	nsec_t until;
	nsec_t limited;          /* since when it is for less than was asked; 0 = it is not */
	uint64_t identification; /* of that reply, which may be sent again */
};

/* What a router that is killed knows of a host. */
struct known {
	struct in6_addr home;
	nsec_t until;
	uint16_t session; /* of PPPoE; 0 = none, with this interface identifier */
	uint64_t identifier;
	bool leased;
	uint32_t iaid;
	nsec_t valid;
	uint8_t n;
	uint8_t nai[NAI_MAX];
};

struct memory_of_router {
	struct known v[WORLD_ROUTED_MAX];
	size_t n;
};

/* --- what is acknowledged --- */

void check_granted(struct node *ha, struct acknowledged *a, const struct datagram *d,
		   const struct mip4_message *m)
{
	struct world *w = ha->w;
	const struct node *to = world_owner(w, d->remote);
	struct grant *g;
	nsec_t until;

	if (!to || to->kind != NODE_ACCESS_ROUTER || m->hoa != MIP4_FULL)
		return;
	if (!a->grants)
		a->grants = blocks_take(&w->memory, w->n_nodes * sizeof(*a->grants));
	g = &a->grants[to->index];
	if (g->identification == m->identification)
		return;
	g->identification = m->identification;
	until = m->lifetime == UINT16_MAX ? NSEC_NEVER : w->now + m->lifetime * NSEC_PER_SEC;
	if (until > g->until || !in6_equal(&g->home, &m->hoa_address))
		g->until = until; /* a shorter one may be lost on the way */
	g->home = m->hoa_address;
	g->unique = m->hoa_unique;
	if (m->lifetime >= to->ar_config->access.lifetime)
		g->limited = 0;
	else if (!g->limited)
		g->limited = w->now;
}

/* --- what is given --- */

static const struct grant *grant_of(const struct node *n, const struct mobile *h)
{
	char buf[MOBILE_NAI_MAX];
	const struct acknowledged *ack = check_find_ack(n->w->check, mobile_nai(h, buf));

	return ack && ack->grants ? &ack->grants[n->index] : NULL;
}

/* A router stores by its wall clock when a registration ends: set, it knows it no longer after a
 * restart. And what it had been granted before stands for so long if it does not hear the next
 * reply. */
static void check_address_given(struct node *n, const struct mobile *h, const struct in6_addr *a,
				uint8_t length, uint32_t valid)
{
	struct world *w = n->w;
	const struct grant *g = grant_of(n, h);
	const nsec_t asked = n->ar_config->access.lifetime * NSEC_PER_SEC;

	if (!g || (!n->skew && g->until + ROUNDED < w->now) ||
	    !in6_in_prefix(a, &g->home, length) ||
	    (length == 64 && !g->unique && !h->dial.wanted)) /* draft 3.1.1.2 */
		check_fail(w, CHECK_GIVEN, "%s gives %s to %s, whose home address there is %s",
			   n->name, text_in6(a), mobile_name(w, h),
			   g ? text_in6(&g->home) : "unknown");
	if (g->limited && w->now > g->limited + asked && !n->skew &&
	    w->now + valid * NSEC_PER_SEC > g->until + ROUNDED)
		check_fail(w, CHECK_GIVEN, "%s gives %s to %s for %u s", n->name, text_in6(a),
			   mobile_name(w, h), valid);
}

/* In a /64 of its own the host may insist on another one. */
static void check_identifier_given(struct node *n, const struct mobile *h, struct bytes packet)
{
	const struct grant *g = grant_of(n, h);
	struct ppp_packet p;
	struct ppp_option o;
	struct reader r;
	uint64_t identifier;

	if (ppp_packet_read(packet, &p) < 0 || p.code != PPP_CODE_CONFIGURE_ACK)
		return;
	r = reader_new(p.data);
	if (!ppp_option_next(&r, &o) || !ppp_option_u64(&o, &identifier))
		return;
	if (!g || (identifier != in6_identifier(&g->home) && !g->unique))
		check_fail(n->w, CHECK_GIVEN, "%s gives %s the identifier %jx", n->name,
			   mobile_name(n->w, h), (uintmax_t)identifier);
}

static void check_packet_given(struct node *n, const struct mobile *h, struct bytes packet)
{
	struct dhcp6_message m;
	struct ip6 ip;
	struct nd ra;

	if (ip6_decode(packet, &ip))
		return;
	if (!nd_decode(&ip, &ra)) {
		for (size_t i = 0; ra.type == ND_RA && i < ra.n_prefixes; i++)
			if (ra.prefixes[i].valid)
				check_address_given(n, h, &ra.prefixes[i].prefix, 64,
						    ra.prefixes[i].valid);
	} else if (dhcp6_read(&ip, &m) && m.type == DHCP6_REPLY) {
		for (size_t i = 0; i < m.n_ias; i++)
			for (size_t j = 0; j < m.ias[i].n_leases; j++)
				if (m.ias[i].leases[j].valid)
					check_address_given(n, h, &m.ias[i].leases[j].address, 128,
							    m.ias[i].leases[j].valid);
	}
}

void check_given(struct node *n, struct bytes frame)
{
	const struct mobile *h = mobile_of_mac(n->w, frame.p);
	const struct bytes packet = { frame.p + ETHER, frame.n - ETHER };
	struct pppoe_session s;

	if (!n->w->check || !h || !h->routed)
		return;
	if (!h->dial.wanted) {
		check_packet_given(n, h, packet);
		return;
	}
	if (pppoe_session_decode(packet, &s)) /* discovery is none */
		return;
	if (s.protocol == PPP_PROTOCOL_IPV6CP)
		check_identifier_given(n, h, s.payload);
	else if (s.protocol == PPP_PROTOCOL_IPV6)
		check_packet_given(n, h, s.payload);
}

static bool covers(const struct grant *g, const struct in6_addr *a)
{
	return in6_in_prefix(a, &g->home, g->unique ? 64 : 128);
}

void check_passed(struct node *n, struct bytes packet)
{
	const struct check *c = n->w->check;
	struct ip6 ip;

	if (!c || !n->w->adversary || n->kind != NODE_ACCESS_ROUTER || ip6_decode(packet, &ip))
		return;
	for (uint32_t i = 0; i < c->acks.next; i++) {
		const struct acknowledged *a = slab_at(&c->acks, i);

		if (a->grants && covers(&a->grants[n->index], &ip.src))
			return;
	}
	check_fail(n->w, CHECK_PASSED, "%s sends %s", n->name, text_packet(packet));
}

void check_released(struct world *w, const struct mobile *h)
{
	const struct node *n = h->at;
	char buf[MOBILE_NAI_MAX];
	const struct ar_attachment *a;

	if (!w->check || !n || n->down)
		return;
	a = ar_attachment_by_nai(n->ar, mobile_nai(h, buf));
	if (a && ar_is_attached(a) && ar_has_home(a, &h->lease.address))
		check_fail(w, CHECK_RELEASED, "%s keeps %s for %s", n->name,
			   text_in6(&a->base.client.home), mobile_name(w, h));
}

/* --- what is bound, when all is well --- */

void check_bound(struct world *w, const struct mobile *h, const struct in6_addr *a)
{
	const struct ha *ha = w->nodes[WORLD_HA].ha;
	char buf[MOBILE_NAI_MAX];
	const struct host *x = host_find(&ha->hosts, mobile_nai(h, buf));
	const struct host_address *home = x && x->binding ? x->home : NULL;

	if (h->routed && (!home || !in6_in_prefix(a, &home->address, home->length)))
		check_fail(w, CHECK_BOUND, "%s has %s, its home address is %s", mobile_name(w, h),
			   text_in6(a), home ? text_in6(&home->address) : "none");
}

void check_served(struct world *w, const struct mobile *h)
{
	const struct ha *ha = w->nodes[WORLD_HA].ha;
	const struct in6_addr *a = mobile_source(h);
	char buf[MOBILE_NAI_MAX];
	const struct host *x = host_find(&ha->hosts, mobile_nai(h, buf));

	if (a && x && x->home && in6_in_prefix(a, &x->home->address, x->home->length) &&
	    !x->binding)
		check_fail(w, CHECK_SERVED, "%s at %s, %s", mobile_name(w, h), h->at->name,
			   text_in6(a));
}

/* --- what outlives a restart --- */

void check_remember(struct node *n)
{
	struct memory_of_router *m = n->w->check->routers;

	if (!m || n->kind != NODE_ACCESS_ROUTER)
		return;
	m += n->index;
	m->n = 0;
	/* in the middle of a batch, of which some may be stored; ends are stored by the clock */
	if (n->dying || n->unflushed || n->restoring || n->skew ||
	    !access_may_store(&n->ar->access) || n->ar->unsure)
		return;
	for (uint32_t i = 0; i < n->ar->access.attachments.next; i++) {
		const struct ar_attachment *h = slab_at(&n->ar->access.attachments, i);
		struct known *k = &m->v[m->n];
		struct client_registration r;

		if (!h->base.used || !h->base.open || !ar_is_attached(h) || !ar_is_reachable(h) ||
		    m->n == WORLD_ROUTED_MAX)
			continue;
		*k = (struct known){ .home = h->base.client.home,
				     .until = client_save(&h->base.client, &r),
				     .leased = h->lease.given,
				     .iaid = h->lease.iaid,
				     .valid = h->lease.valid,
				     .n = (uint8_t)h->base.client.nai.n };
		if (h->session) {
			k->session = h->session->number;
			k->identifier = h->session->ip6cp.peer;
		}
		memcpy(k->nai, h->base.client.nai.p, k->n);
		m->n++;
	}
}

static bool has_its_session(const struct ar_attachment *h, const struct known *k)
{
	if (!h->session || !k->session)
		return !h->session && !k->session;
	return h->session->number == k->session && ar_is_reachable(h) &&
	       h->session->ip6cp.peer == k->identifier;
}

static bool is_as_it_was(const struct ar_attachment *h, const struct known *k)
{
	if (!h || !h->base.open || !in6_equal(&h->base.client.home, &k->home) ||
	    !has_its_session(h, k))
		return false;
	return h->lease.given == k->leased &&
	       (!k->leased ||
		(h->lease.iaid == k->iaid &&
		 (h->lease.valid == k->valid || llabs(h->lease.valid - k->valid) < ROUNDED)));
}

void check_remembered(struct node *n)
{
	struct memory_of_router *m = n->w->check->routers;

	if (!m || n->kind != NODE_ACCESS_ROUTER)
		return;
	m += n->index;
	for (size_t i = 0; i < m->n && !n->skew; i++) {
		const struct known *k = &m->v[i];
		const struct bytes nai = BYTES(k->nai, k->n);

		if (k->until > n->w->now + ROUNDED &&
		    !is_as_it_was(ar_attachment_by_nai(n->ar, nai), k))
			check_fail(n->w, CHECK_KNOWN, "%s has forgotten what %.*s has", n->name,
				   (int)nai.n, (const char *)nai.p);
	}
	m->n = 0;
}

void check_lease_new(struct check *c, struct world *w)
{
	for (uint32_t i = 0; i < w->n_nodes; i++)
		if (w->nodes[i].kind == NODE_ACCESS_ROUTER && !c->routers)
			c->routers = blocks_take(&w->memory, w->n_nodes * sizeof(*c->routers));
}
