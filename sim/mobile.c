/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/mobile_internal.h"

#include "sim/check.h"
#include "sim/config.h"
#include "sim/dhcp6.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETHER     14
#define FIRST_MAC 0x101 /* the last four octets of the first host's; below are other nodes' */

#define RS_INTERVAL  (4 * NSEC_PER_SEC)
#define RS_FAST      3 /* MAX_RTR_SOLICITATIONS, then twice as long each time (RFC 7559) */
#define RS_DOUBLINGS 4 /* up to a minute: RFC 7559 would wait for an hour */

const char *mobile_name(const struct world *w, const struct mobile *h)
{
	static char names[4][16];
	static unsigned at;
	char *name = names[at++ % 4];
	const ptrdiff_t i = h - w->hosts;

	snprintf(name, sizeof(names[0]), i ? "mn%td" : "mn", i + 1);
	return name;
}

struct bytes mobile_nai(const struct mobile *h, char buf[static MOBILE_NAI_MAX])
{
	const uint8_t *b = h->mac.b;
	const int n = snprintf(buf, MOBILE_NAI_MAX, "%02x%02x%02x%02x%02x%02x@%s", b[0], b[1], b[2],
			       b[3], b[4], b[5], CONFIG_REALM);

	return BYTES(buf, (size_t)n);
}

struct mobile *mobile_find(const struct world *w, const char *name)
{
	unsigned long i;

	if (strncmp(name, "mn", 2) != 0)
		return NULL;
	i = name[2] ? strtoul(name + 2, NULL, 10) : 1;
	return i >= 1 && i <= w->n_hosts ? &w->hosts[i - 1] : NULL;
}

struct mobile *mobile_of_mac(const struct world *w, const uint8_t mac[6])
{
	const uint32_t number =
		((uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5]) -
		FIRST_MAC;

	return mac[0] == 2 && mac[1] == 0 && number < w->n_hosts ? &w->hosts[number] : NULL;
}

bool mobile_fits(const struct mobile *h, const struct node *n)
{
	return n->kind == (h->routed ? NODE_ACCESS_ROUTER : NODE_ACCESS);
}

uint32_t mobile_ports(const struct mobile *h, const struct node *n)
{
	return (uint32_t)node_access_config(n)->n_ports / (h->routed ? WORLD_PORT_KINDS : 1);
}

uint8_t mobile_port(const struct mobile *h, uint64_t which)
{
	const uint8_t kind = h->dial.wanted ? AR_PPP : h->lease.wanted ? AR_DHCPV6 : AR_SLAAC;

	return (uint8_t)(h->routed ? WORLD_PORT_KINDS * which + kind : which);
}

bool mobile_goes_on(const struct mobile *h)
{
	if (h->dial.wanted)
		return mobile_source(h) != NULL;
	return h->routed && h->lease.habit == LEASE_KEEPS_SILENT && mobile_source(h) &&
	       (h->lease.has || h->talk_every);
}

void mobile_init(struct world *w, uint32_t i)
{
	const uint32_t n = FIRST_MAC + i;
	struct mobile *h = &w->hosts[i];

	*h = (struct mobile){ .mac = { { 2, 0, (uint8_t)(n >> 24), (uint8_t)(n >> 16),
					 (uint8_t)(n >> 8), (uint8_t)n } },
			      .manual = true,
			      .answers = true,
			      .rs_due = NSEC_NEVER,
			      .talk_due = NSEC_NEVER,
			      .move_due = NSEC_NEVER };
	h->timer.kind = TIMER_HOST;
	h->link_local = in6_link_local_of(h->mac);
}

/* --- timers --- */

static void solicit(struct world *w, struct mobile *h)
{
	const struct mobile_own_address *l = mobile_of_kind(h, MOBILE_LINK_LOCAL);
	uint8_t doublings;

	h->rs_due = NSEC_NEVER;
	if (!l || l->dad != MOBILE_VALID) /* begins when there is one */
		return;
	mobile_rs(w, h);
	doublings = h->rs_sent < RS_FAST ? 0 : (uint8_t)(h->rs_sent - RS_FAST + 1);
	h->rs_sent += h->rs_sent < RS_FAST + RS_DOUBLINGS - 1;
	h->rs_due = w->now + (RS_INTERVAL << doublings);
}

static nsec_t around(struct world *w, nsec_t mean)
{
	return w->now + mean / 2 + (nsec_t)rng_below(&w->rng, (uint64_t)mean);
}

/* A correspondent calls a host that may well be gone. */
static void call_somebody(struct world *w)
{
	const struct in6_addr *a = mobile_source(&w->hosts[rng_below(&w->rng, w->n_hosts)]);

	if (a)
		beyond_data(w, a);
}

static void talk(struct world *w, struct mobile *h)
{
	const struct in6_addr *src = mobile_source(h);

	if (!w->steady)
		call_somebody(w);
	h->talk_due = around(w, h->talk_every);
	if (!src || h->router_until <= w->now || !h->at)
		return;
	h->sent++;
	mobile_data(w, h, src, &correspondent);
}

/* Anywhere else, as often by a link that goes down as without a sign. */
static void wander(struct world *w, struct mobile *h)
{
	struct node *to = &w->nodes[1 + rng_below(&w->rng, w->n_nodes - 1)];

	h->move_due = around(w, w->move_every);
	mobile_move(w, h, to, 0, rng_below(&w->rng, 2));
}

static nsec_t next_due(const struct mobile *h)
{
	nsec_t due = sooner(sooner(h->rs_due, h->talk_due), sooner(h->move_due, lease_due(h)));

	due = sooner(due, dial_due(h));
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		if (h->v[i].dad != MOBILE_NONE)
			due = sooner(due, h->v[i].due);
	return due;
}

void mobile_arm(struct world *w, struct mobile *h)
{
	const nsec_t due = next_due(h);

	if (due == NSEC_NEVER)
		heap_clear(&w->timers, &h->timer);
	else if (!timer_is_set(&h->timer) || h->timer.due != due)
		heap_set(&w->timers, &h->timer, due);
}

void mobile_timeout(struct world *w, struct mobile *h)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		if (h->v[i].dad != MOBILE_NONE && h->v[i].due <= w->now)
			mobile_address_step(w, h, &h->v[i]);
	if (h->rs_due <= w->now)
		solicit(w, h);
	if (lease_due(h) <= w->now)
		lease_timeout(w, h);
	if (dial_due(h) <= w->now)
		dial_timeout(w, h);
	if (h->talk_due <= w->now)
		talk(w, h);
	if (h->move_due <= w->now)
		wander(w, h);
	mobile_arm(w, h);
}

/* --- its link --- */

/* As Linux does: everything that it has is solicited anew, and a router is looked for. */
static void solicit_addresses(struct world *w, struct mobile *h)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		if (h->v[i].dad == MOBILE_OLD)
			h->v[i].dad = MOBILE_NONE;
		else if (h->v[i].dad != MOBILE_NONE)
			h->v[i].dad = MOBILE_DELAYED, h->v[i].due = mobile_delay(w);
	if (!mobile_of_kind(h, MOBILE_LINK_LOCAL))
		mobile_begin_link_local(w, h);
	lease_link_down(h);
	h->rs_sent = 0;
	h->rs_due = NSEC_NEVER;
}

void mobile_link_up(struct world *w, struct mobile *h)
{
	if (h->manual)
		return;
	if (h->dial.wanted)
		dial_link_up(w, h);
	else
		solicit_addresses(w, h);
	if (h->talk_every)
		h->talk_due = around(w, h->talk_every);
	mobile_mld(w, h);
	mobile_arm(w, h);
}

void mobile_link_down(struct world *w, struct mobile *h)
{
	lease_link_down(h);
	if (h->dial.wanted)
		dial_link_down(w, h);
	h->rs_due = NSEC_NEVER;
	mobile_arm(w, h);
}

static bool is_alone(const struct world *w, const struct mobile *h)
{
	for (uint32_t i = 0; i < w->n_hosts; i++)
		if (&w->hosts[i] != h && w->hosts[i].at == h->at && w->hosts[i].port == h->port)
			return false;
	return true;
}

void mobile_move(struct world *w, struct mobile *h, struct node *to, uint8_t port, bool seen)
{
	struct node *from = h->at;
	const bool cable = from && seen && !w->steady && is_alone(w, h);
	const uint8_t left = h->port;

	TRACE(w, TRACE_HOST, (uint64_t)(h - w->hosts) << 8 | port, BYTES(&seen, 1), "%s to %s%s",
	      mobile_name(w, h), to ? to->name : "nowhere", seen ? "" : " unseen");
	if (!to && seen && h->lease.polite)
		lease_release(w, h);
	if (!to && seen && h->dial.polite)
		dial_hang_up(w, h, w->now % 2);
	h->at = to;
	h->port = port;
	if (cable)
		node_link(from, left, LINK_DOWN);
	if (!to || seen)
		mobile_link_down(w, h);
	if (to && !to->carrier[port])
		node_link(to, port, LINK_UP);
	if (to && (seen || !from)) {
		mobile_link_up(w, h);
	} else if (to && h->talk_every) { /* in the middle of what it has to say */
		h->talk_due = mobile_delay(w);
		mobile_arm(w, h);
	}
}

/* --- what arrives --- */

/* SLAAC (RFC 4862 5.5.3) of one prefix, as far as a manual host needs it: the identifier is that of
 * the link-local address. */
static void configure_manual(struct world *w, struct mobile *h, const struct nd *ra)
{
	if (h->has_global || ra->n_prefixes == 0 || !ra->prefixes[0].autonomous)
		return;
	h->has_global = true;
	if (h->dial.step == DIAL_OPEN) { /* nobody else on the link (RFC 5072 5) */
		h->global = ra->prefixes[0].prefix;
		memcpy(&h->global.s6_addr[8], &h->link_local.s6_addr[8], 8);
		return;
	}
	h->global = mobile_make_address(w, h, &ra->prefixes[0].prefix, false);
	mobile_dad(w, h, &h->global);
}

/* The prefix that a router gives is the host's own: what it has from others is over. */
static void keep_prefix(struct mobile *h, const struct nd_prefix *p)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		if (h->v[i].kind != MOBILE_LINK_LOCAL && !in6_in_prefix(&h->v[i].a, &p->prefix, 64))
			h->v[i].dad = MOBILE_NONE;
}

static void configure(struct world *w, struct mobile *h, const struct nd *ra)
{
	const struct nd_prefix *p = &ra->prefixes[0];
	struct in6_addr a;

	h->router_until = w->now + ra->lifetime * NSEC_PER_SEC;
	h->rs_due = NSEC_NEVER;
	if (ra->managed)
		lease_managed(w, h);
	if (ra->n_prefixes == 0 || !p->autonomous)
		return;
	if (p->valid == 0) /* it has no other, and keeps it for two hours (RFC 4862 5.5.3 e) */
		return;
	if (h->routed)
		keep_prefix(h, p);
	if (!mobile_of_kind(h, MOBILE_STABLE)) {
		a = mobile_make_address(w, h, &p->prefix, false);
		mobile_add_address(w, h, &a, MOBILE_STABLE);
	}
	if (h->privacy && !mobile_of_kind(h, MOBILE_TEMPORARY)) {
		a = mobile_make_address(w, h, &p->prefix, true);
		mobile_add_address(w, h, &a, MOBILE_TEMPORARY);
	}
}

static bool is_mine(struct mobile *h, const struct in6_addr *a)
{
	const struct mobile_own_address *mine;

	if (h->manual)
		return in6_equal(a, &h->link_local) || (h->has_global && in6_equal(a, &h->global));
	mine = mobile_own(h, a);
	return mine && mobile_usable(mine);
}

static void answer(struct world *w, struct mobile *h, const struct nd *ns)
{
	const bool dad = nd_is_dad(ns);

	mobile_nd(w, h,
		  &(struct nd){ .type = ND_NA,
				.src = ns->target,
				.dst = dad ? in6_all_nodes : ns->src,
				.target = ns->target,
				.solicited = !dad,
				.override = true,
				.has_lla = true,
				.lla = h->mac });
}

static void on_nd(struct world *w, struct mobile *h, const struct nd *m)
{
	struct mobile_own_address *a = h->manual ? NULL : mobile_own(h, &m->target);
	const bool tentative = a && !mobile_usable(a);

	switch (m->type) {
	case ND_RA:
		if (h->manual)
			configure_manual(w, h, m);
		else
			configure(w, h, m);
		return;
	case ND_NS:
		if (tentative && nd_is_dad(m))
			mobile_duplicate(w, h, a);
		else if (is_mine(h, &m->target))
			answer(w, h, m);
		return;
	case ND_NA:
		if (tentative)
			mobile_duplicate(w, h, a);
		return;
	case ND_RS:
		return;
	}
}

static void on_data(struct world *w, struct mobile *h, const struct ip6 *p)
{
	if (p->next_header != 17 || !is_mine(h, &p->dst))
		return;
	w->answered++;
	if (data_is_call(p->packet))
		h->called++;
	else
		h->answered++;
}

void mobile_receive(struct world *w, struct mobile *h, struct bytes frame)
{
	const uint16_t ethertype = (uint16_t)(frame.p[ETHER - 2] << 8 | frame.p[ETHER - 1]);
	struct bytes packet = { frame.p + ETHER, frame.n - ETHER };
	struct dhcp6_message reply;
	struct ip6 p;
	struct nd m;

	assert(frame.n > ETHER);
	TRACE(w, TRACE_HOST_GETS, h->at->index, packet, "%s-%s %s", h->at->name, mobile_name(w, h),
	      ethertype == ETHER_IPV6 ? text_packet(packet) : text_pppoe(ethertype, packet));
	if (ethertype != ETHER_IPV6)
		packet = dial_receive(w, h, ethertype, packet);
	if (!packet.n)
		return;
	check_delivered(w, h, packet);
	if (!h->answers || ip6_decode(packet, &p))
		return;
	if (!nd_decode(&p, &m))
		on_nd(w, h, &m);
	else if (!dhcp6_read(&p, &reply))
		on_data(w, h, &p);
	else if (h->manual)
		dhcp6_take(h, &reply);
	else
		lease_receive(w, h, &reply);
	if (!h->manual)
		mobile_arm(w, h);
}
