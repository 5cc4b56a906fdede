/* SPDX-License-Identifier: Apache-2.0 */
/* What each fault does when it begins, and when it is over. */
#include "sim/faults.h"

#include "sim/adversary.h"
#include "sim/check_internal.h"
#include "sim/config.h"
#include "sim/dhcp6.h"
#include "sim/mobile.h"
#include "sim/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the network --- */

static void net_begin(struct run *r, const struct fault *f)
{
	struct net *net = &r->w.net;

	if (f->kind == FAULT_LOSS)
		net->loss = f->a;
	else if (f->kind == FAULT_DUPLICATE)
		net->duplicate = f->a;
	else if (f->kind == FAULT_REORDER)
		net->reorder = f->a;
	else
		net->jitter = f->a * NSEC_PER_MSEC;
	r->w.mixed |= f->kind != FAULT_LOSS;
}

static void net_end(struct run *r, const struct fault *f)
{
	struct fault over = *f;

	over.a = 0;
	net_begin(r, &over);
}

/* --- nodes --- */

static struct node *node_of(struct run *r, const struct fault *f)
{
	return &r->w.nodes[f->node];
}

static void partition_begin(struct run *r, const struct fault *f)
{
	node_of(r, f)->blocked = true;
}

static void partition_end(struct run *r, const struct fault *f)
{
	node_of(r, f)->blocked = false;
}

static void crash_begin(struct run *r, const struct fault *f)
{
	struct node *n = node_of(r, f);

	if (n->down)
		return;
	if (f->a)
		n->kill = f->a;
	else
		node_kill(n);
}

void faults_restart(struct node *n)
{
	n->kill = 0;
	if (n->down)
		world_start_node(n->w, n->index);
}

/* What it served before it started without a pool, it does not owe. */
static void crash_end(struct run *r, const struct fault *f)
{
	faults_restart(node_of(r, f));
	if (r->w.ha_config.n_pools != r->config.n_pools)
		check_forgive(node_of(r, f));
}

static void disk_begin(struct run *r, const struct fault *f)
{
	r->w.mixed |= node_of(r, f)->kind == NODE_ACCESS;
	node_of(r, f)->disk.full = true;
}

static void disk_end(struct run *r, const struct fault *f)
{
	node_of(r, f)->disk.full = false;
}

static void plane_begin(struct run *r, const struct fault *f)
{
	node_of(r, f)->plane_fails = true;
}

static void plane_end(struct run *r, const struct fault *f)
{
	node_of(r, f)->plane_fails = false;
}

static void carrier_begin(struct run *r, const struct fault *f)
{
	node_link(node_of(r, f), f->a, LINK_DOWN);
}

void faults_port_up(struct node *n, uint32_t port)
{
	struct world *w = n->w;

	if (n->carrier[port])
		return;
	node_link(n, port, LINK_UP);
	for (uint32_t i = 0; i < w->n_hosts; i++)
		if (w->hosts[i].at == n && w->hosts[i].port == port)
			mobile_link_up(w, &w->hosts[i]);
}

static void carrier_end(struct run *r, const struct fault *f)
{
	faults_port_up(node_of(r, f), f->a);
}

static void stop_begin(struct run *r, const struct fault *f)
{
	struct node *n = node_of(r, f);

	if (n->down)
		return;
	if (n->an)
		an_stop(n->an, world_now(n->w, n));
	else
		ar_stop(n->ar, world_now(n->w, n));
	node_flush(n);
}

void faults_begin_anew(struct node *n)
{
	if (!n->down)
		node_kill(n);
	faults_restart(n);
}

static void stop_end(struct run *r, const struct fault *f)
{
	faults_begin_anew(node_of(r, f));
}

/* A bit for half of the lifetime, and one for each pool that is not there. */
void faults_reload(struct run *r, uint32_t difference)
{
	struct ha_config *c = &r->w.ha_config;

	*c = r->config;
	if (difference & 1)
		c->lifetime_max /= 2;
	c->n_pools = 0;
	for (size_t i = 0; i < r->config.n_pools; i++)
		if (!(difference & 2u << i))
			c->pools[c->n_pools++] = r->config.pools[i];
	if (!r->w.nodes[WORLD_HA].down)
		world_reload(&r->w);
	check_forgive(&r->w.nodes[WORLD_HA]); /* what is no longer served may end sooner */
}

static void reload_begin(struct run *r, const struct fault *f)
{
	faults_reload(r, f->a);
}

static void reload_end(struct run *r, const struct fault *f)
{
	faults_reload(r, 0);
}

static void clock_begin(struct run *r, const struct fault *f)
{
	r->w.mixed = true;
	node_of(r, f)->skew += f->b * NSEC_PER_MSEC;
	check_forgive(node_of(r, f)); /* ends are stored by the wall clock */
}

static void mtu_begin(struct run *r, const struct fault *f)
{
	node_too_big(node_of(r, f), (uint16_t)f->a);
}

/* --- hosts --- */

static struct mobile *host_of(struct run *r, const struct fault *f)
{
	return &r->w.hosts[f->a];
}

static struct mobile *other_host_of(struct run *r, const struct fault *f)
{
	return &r->w.hosts[f->b];
}

static struct bytes name_of(struct world *w, uint32_t number, char buf[static MOBILE_NAI_MAX])
{
	if (number >= 4)
		return mobile_nai(&w->hosts[(number - 4) % w->n_hosts], buf);
	snprintf(buf, MOBILE_NAI_MAX, "router%u@%s", number, CONFIG_REALM);
	return BYTES(buf, strlen(buf));
}

void faults_revoke(struct world *w, uint32_t host)
{
	struct node *n = &w->nodes[WORLD_HA];
	struct now now = world_now(w, n);
	char buf[MOBILE_NAI_MAX];
	struct bytes nai = name_of(w, 4 + host, buf);

	if (n->down)
		return;
	ha_revoke(n->ha, nai, now, runtime_begin(&n->runtime, 0, now));
	node_flush(n);
}

static void revoke_begin(struct run *r, const struct fault *f)
{
	faults_revoke(&r->w, f->a);
}

static void move_begin(struct run *r, const struct fault *f)
{
	mobile_move(&r->w, host_of(r, f), node_of(r, f), (uint8_t)f->b, f->kind == FAULT_MOVE);
}

static void leave_begin(struct run *r, const struct fault *f)
{
	mobile_move(&r->w, host_of(r, f), NULL, 0, f->at % 2);
}

static void silent_begin(struct run *r, const struct fault *f)
{
	host_of(r, f)->silent = true;
}

static void silent_end(struct run *r, const struct fault *f)
{
	host_of(r, f)->silent = false;
}

static void twin_begin(struct run *r, const struct fault *f)
{
	const struct in6_addr *a = mobile_source(other_host_of(r, f));

	r->w.mixed = true;
	if (a && f->a != f->b)
		mobile_take(&r->w, host_of(r, f), a);
}

static void claim_begin(struct run *r, const struct fault *f)
{
	const struct in6_addr *a = mobile_source(host_of(r, f));
	struct world *w = &r->w;

	if (a && w->n_home_owner < WORLD_OWNERS)
		w->home_owner[w->n_home_owner++] = *a;
}

static void claim_end(struct run *r, const struct fault *f)
{
	r->w.n_home_owner = 0;
}

/* --- access routers --- */

static void router_begin(struct run *r, const struct fault *f)
{
	struct world *w = &r->w;
	struct node *n = node_of(r, f);
	char buf[MOBILE_NAI_MAX];
	struct bytes nai = name_of(w, f->a, buf);
	const struct acknowledged *a = check_find_ack(w->check, nai);
	const enum router_request what = f->kind == FAULT_ROUTER_ASK     ? ROUTER_REQUEST
					 : f->kind == FAULT_ROUTER_RENEW ? ROUTER_RENEW
									 : ROUTER_END;

	router_send(w, n, what, nai, (uint64_t)f->b, a && a->has_home ? &a->home : NULL,
		    w->an_configs[1].access.lifetime);
}

/* --- strangers --- */

static void replay_begin(struct run *r, const struct fault *f)
{
	adversary_replay(&r->w, f->a);
}

static void forge_begin(struct run *r, const struct fault *f)
{
	adversary_forge(&r->w, f->a);
}

/* From another host's address, or from one that nobody may have. */
static void spoof_begin(struct run *r, const struct fault *f)
{
	static const struct in6_addr others[] = {
		{ .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0x77, [15] = 7 } }, /* off the prefix */
		{ .s6_addr = { [10] = 0xff, 0xff, 1, 2, 3, 4 } },
		{ .s6_addr = { 0xff, 2, [15] = 1 } },
		{ .s6_addr = { [15] = 1 } },
	};
	const struct in6_addr *a = mobile_source(other_host_of(r, f));

	r->w.mixed = true;
	if (f->a == f->b || !a)
		a = &others[rng_below(&r->w.rng, 4)];
	mobile_data(&r->w, host_of(r, f), a, &correspondent);
}

/* From anywhere in the IPv4 world, with the outer source of every tunnel. */
static void inject_begin(struct run *r, const struct fault *f)
{
	const struct in6_addr *a = mobile_source(other_host_of(r, f));
	struct node *ha = &r->w.nodes[WORLD_HA];
	uint8_t buf[64];
	struct tunnel t;

	r->w.mixed = true;
	for (uint32_t i = 0; a && plane_tunnel_next(&ha->plane, &i, &t);)
		world_post(&r->w, ARRIVE_TUNNEL, ha, t.local, t.remote,
			   data_packet(a, &correspondent, buf), 0);
}

/* --- hosts of access routers --- */

static void release_begin(struct run *r, const struct fault *f)
{
	struct mobile *h = host_of(r, f);

	if (h->dial.wanted)
		dial_hang_up(&r->w, h, f->at % 2);
	else
		lease_release(&r->w, h);
	mobile_arm(&r->w, h);
}

static void decline_begin(struct run *r, const struct fault *f)
{
	lease_decline(&r->w, host_of(r, f));
	mobile_arm(&r->w, host_of(r, f));
}

static bool may_lie(const struct mobile *h, const struct mobile *other)
{
	return h->dial.wanted ? other->dial.session && other->dial.session != h->dial.session
			      : other->lease.has;
}

/* What it says is not known here, or is not its own to give up: nobody loses anything by it. */
static void lie_begin(struct run *r, const struct fault *f)
{
	struct mobile *h = host_of(r, f);
	const struct mobile *other = other_host_of(r, f);
	struct node *n = h->at;
	uint64_t before;

	if (!h->routed || !n || n->down || h == other || !may_lie(h, other))
		return;
	node_flush(n);
	if (n->down)
		return;
	before = check_digest(n);
	if (h->dial.wanted)
		dial_hang_up_of(h, other, f->at % 2);
	else
		mobile_ask(
			&r->w, h,
			&(struct dhcp6_question){ .type = f->at % 2 ? DHCP6_RELEASE : DHCP6_DECLINE,
						  .client = other->mac,
						  .address = &other->lease.address });
	if (!n->down)
		node_flush(n);
	check_lied(n, before);
}

typedef void doing(struct run *r, const struct fault *f);

static const struct {
	doing *begin, *end;
} table[FAULT_MAX] = {
	[FAULT_LOSS] = { net_begin, net_end },
	[FAULT_DUPLICATE] = { net_begin, net_end },
	[FAULT_REORDER] = { net_begin, net_end },
	[FAULT_JITTER] = { net_begin, net_end },
	[FAULT_PARTITION] = { partition_begin, partition_end },
	[FAULT_CRASH] = { crash_begin, crash_end },
	[FAULT_DISK] = { disk_begin, disk_end },
	[FAULT_PLANE] = { plane_begin, plane_end },
	[FAULT_CARRIER] = { carrier_begin, carrier_end },
	[FAULT_STOP] = { stop_begin, stop_end },
	[FAULT_RELOAD] = { reload_begin, reload_end },
	[FAULT_CLOCK] = { clock_begin, NULL },
	[FAULT_REVOKE] = { revoke_begin, NULL },
	[FAULT_MTU] = { mtu_begin, NULL },
	[FAULT_MOVE] = { move_begin, NULL },
	[FAULT_ROAM] = { move_begin, NULL },
	[FAULT_LEAVE] = { leave_begin, NULL },
	[FAULT_SILENT] = { silent_begin, silent_end },
	[FAULT_TWIN] = { twin_begin, NULL },
	[FAULT_CLAIM] = { claim_begin, claim_end },
	[FAULT_ROUTER_ASK] = { router_begin, NULL },
	[FAULT_ROUTER_RENEW] = { router_begin, NULL },
	[FAULT_ROUTER_END] = { router_begin, NULL },
	[FAULT_REPLAY] = { replay_begin, NULL },
	[FAULT_FORGE] = { forge_begin, NULL },
	[FAULT_SPOOF] = { spoof_begin, NULL },
	[FAULT_INJECT] = { inject_begin, NULL },
	[FAULT_RELEASE] = { release_begin, NULL },
	[FAULT_DECLINE] = { decline_begin, NULL },
	[FAULT_LIE] = { lie_begin, NULL },
};

void fault_begin(struct run *r, const struct fault *f)
{
	table[f->kind].begin(r, f);
}

void fault_end(struct run *r, const struct fault *f)
{
	if (table[f->kind].end)
		table[f->kind].end(r, f);
}
