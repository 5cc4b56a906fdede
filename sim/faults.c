/* SPDX-License-Identifier: Apache-2.0 */
/* The plan is carried out: each fault begins at its time, and ends when it has lasted. */
#include "sim/run.h"

#include "sim/adversary.h"
#include "sim/check_internal.h"
#include "sim/mobile.h"
#include "sim/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bytes name_of(struct world *w, uint32_t number, char buf[static 40])
{
	const uint8_t *b;

	if (number < 4) {
		snprintf(buf, 40, "router%u@example.net", number);
	} else {
		b = w->hosts[(number - 4) % w->n_hosts].mac.b;
		snprintf(buf, 40, "%02x%02x%02x%02x%02x%02x@example.net", b[0], b[1], b[2], b[3],
			 b[4], b[5]);
	}
	return BYTES(buf, strlen(buf));
}

static void revoke(struct world *w, uint32_t host)
{
	struct node *n = &w->nodes[WORLD_HA];
	struct now now = world_now(w, n);
	char buf[40];
	struct bytes nai = name_of(w, 4 + host, buf);

	if (n->down)
		return;
	ha_revoke(n->ha, nai, now, runtime_begin(&n->runtime, 0, now));
	node_flush(n);
}

static void ask_router(struct world *w, const struct fault *f)
{
	struct node *n = &w->nodes[f->node];
	char buf[40];
	struct bytes nai = name_of(w, f->a, buf);
	const struct acknowledged *a = check_find_ack(w->check, nai);
	const enum router_request what = f->kind == FAULT_ROUTER_ASK     ? ROUTER_REQUEST
					 : f->kind == FAULT_ROUTER_RENEW ? ROUTER_RENEW
									 : ROUTER_END;

	router_send(w, n, what, nai, (uint64_t)f->b, a && a->has_home ? &a->home : NULL,
		    w->an_configs[1].access.lifetime);
}

/* The home address of an address to send from, which is not the host's. */
static void spoof(struct world *w, struct mobile *h, struct mobile *as)
{
	static const struct in6_addr others[] = {
		{ .s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0x77, [15] = 7 } }, /* off the prefix */
		{ .s6_addr = { [10] = 0xff, 0xff, 1, 2, 3, 4 } },
		{ .s6_addr = { 0xff, 2, [15] = 1 } },
		{ .s6_addr = { [15] = 1 } },
	};
	const struct in6_addr *a = mobile_source(as);

	if (h == as || !a)
		a = &others[rng_below(&w->rng, 4)];
	mobile_data(w, h, a, &correspondent);
}

/* From anywhere in the IPv4 world, with the outer source of a host's tunnel. */
static void inject(struct world *w, struct mobile *h, struct mobile *as)
{
	struct node *ha = &w->nodes[WORLD_HA];
	const struct in6_addr *a = mobile_source(as);
	uint8_t buf[64];
	struct tunnel t;

	if (!a || h == as)
		return;
	for (uint32_t i = 0; plane_tunnel_next(&ha->plane, &i, &t);)
		world_post(w, ARRIVE_TUNNEL, ha, t.local, t.remote,
			   data_packet(a, &correspondent, buf), 0);
}

static void take_address(struct world *w, struct mobile *h, const struct mobile *from)
{
	const struct in6_addr *a = mobile_source(from);

	if (a && h != from)
		mobile_take(w, h, a);
}

static void clock_jumps(struct node *n, int64_t ms)
{
	n->skew += ms * NSEC_PER_MSEC;
	check_forgive(n); /* ends are stored by the wall clock */
}

static void crash(struct node *n, uint32_t actions)
{
	if (n->down)
		return;
	if (actions)
		n->kill = actions;
	else
		node_kill(n);
}

static void stop(struct node *n)
{
	if (n->down)
		return;
	an_stop(n->an, world_now(n->w, n));
	node_flush(n);
}

/* A bit for half of the lifetime, and one for each pool that is not there. */
static void reload(struct run *r, uint32_t difference)
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
}

static void begin(struct run *r, struct fault *f)
{
	struct world *w = &r->w;
	struct node *n = &w->nodes[f->node];
	struct mobile *h = &w->hosts[f->a % w->n_hosts], *other = &w->hosts[f->b % w->n_hosts];
	const struct in6_addr *a;

	switch (f->kind) {
	case FAULT_LOSS:
		w->net.loss = f->a;
		return;
	case FAULT_DUPLICATE:
		w->net.duplicate = f->a;
		return;
	case FAULT_REORDER:
		w->net.reorder = f->a;
		return;
	case FAULT_JITTER:
		w->net.jitter = f->a * NSEC_PER_MSEC;
		return;
	case FAULT_PARTITION:
		n->blocked = true;
		return;
	case FAULT_CRASH:
		crash(n, f->a);
		return;
	case FAULT_DISK:
		n->disk.full = true;
		return;
	case FAULT_PLANE:
		n->plane_fails = true;
		return;
	case FAULT_CARRIER:
		node_link(n, f->a, LINK_DOWN);
		return;
	case FAULT_STOP:
		stop(n);
		return;
	case FAULT_RELOAD:
		reload(r, f->a);
		return;
	case FAULT_CLOCK:
		clock_jumps(n, f->b);
		return;
	case FAULT_REVOKE:
		revoke(w, f->a);
		return;
	case FAULT_MTU:
		node_too_big(n, (uint16_t)f->a);
		return;
	case FAULT_MOVE:
	case FAULT_ROAM:
		mobile_move(w, h, n, (uint8_t)f->b, f->kind == FAULT_MOVE);
		return;
	case FAULT_LEAVE:
		mobile_move(w, h, NULL, 0, f->at % 2);
		return;
	case FAULT_SILENT:
		h->silent = true;
		return;
	case FAULT_TWIN:
		take_address(w, h, other);
		return;
	case FAULT_CLAIM:
		a = mobile_source(h);
		if (a && w->n_home_owner < WORLD_OWNERS)
			w->home_owner[w->n_home_owner++] = *a;
		return;
	case FAULT_ROUTER_ASK:
	case FAULT_ROUTER_RENEW:
	case FAULT_ROUTER_END:
		ask_router(w, f);
		return;
	case FAULT_REPLAY:
		adversary_replay(w, f->a);
		return;
	case FAULT_FORGE:
		adversary_forge(w, f->a);
		return;
	case FAULT_SPOOF:
		spoof(w, h, other);
		return;
	case FAULT_INJECT:
		inject(w, h, other);
		return;
	case FAULT_MAX:
		return;
	}
}

static void restart(struct node *n)
{
	n->kill = 0;
	if (n->down)
		world_start_node(n->w, n->index);
}

static void begin_anew(struct node *n)
{
	if (!n->down)
		node_kill(n);
	restart(n);
}

static void port_up(struct world *w, struct node *n, uint32_t port)
{
	if (n->carrier[port])
		return;
	node_link(n, port, LINK_UP);
	for (uint32_t i = 0; i < w->n_hosts; i++)
		if (w->hosts[i].at == n && w->hosts[i].port == port)
			mobile_link_up(w, &w->hosts[i]);
}

static void end(struct run *r, const struct fault *f)
{
	struct world *w = &r->w;
	struct node *n = &w->nodes[f->node];

	switch (f->kind) {
	case FAULT_LOSS:
		w->net.loss = 0;
		return;
	case FAULT_DUPLICATE:
		w->net.duplicate = 0;
		return;
	case FAULT_REORDER:
		w->net.reorder = 0;
		return;
	case FAULT_JITTER:
		w->net.jitter = 0;
		return;
	case FAULT_PARTITION:
		n->blocked = false;
		return;
	case FAULT_CRASH:
		restart(n);
		return;
	case FAULT_DISK:
		n->disk.full = false;
		return;
	case FAULT_PLANE:
		n->plane_fails = false;
		return;
	case FAULT_CARRIER:
		port_up(w, n, f->a);
		return;
	case FAULT_STOP:
		begin_anew(n);
		return;
	case FAULT_RELOAD:
		reload(r, 0);
		return;
	case FAULT_SILENT:
		w->hosts[f->a].silent = false;
		return;
	case FAULT_CLAIM:
		w->n_home_owner = 0;
		return;
	case FAULT_CLOCK: /* these do not last */
	case FAULT_REVOKE:
	case FAULT_MTU:
	case FAULT_MOVE:
	case FAULT_ROAM:
	case FAULT_LEAVE:
	case FAULT_TWIN:
	case FAULT_ROUTER_ASK:
	case FAULT_ROUTER_RENEW:
	case FAULT_ROUTER_END:
	case FAULT_REPLAY:
	case FAULT_FORGE:
	case FAULT_SPOOF:
	case FAULT_INJECT:
	case FAULT_MAX:
		return;
	}
}

/* The one whose end comes next; NULL if none is going on. */
static struct fault *ending(struct run *r, bool *active)
{
	struct fault *first = NULL;

	for (size_t i = 0; i < r->plan.n; i++) {
		struct fault *f = &r->plan.v[i];

		if (active[i] && (!first || f->at + f->lasts < first->at + first->lasts))
			first = f;
	}
	return first;
}

void faults_run(struct run *r)
{
	struct world *w = &r->w;
	bool active[PLAN_MAX] = { false };
	size_t next = 0;

	for (;;) {
		struct fault *e = ending(r, active),
			     *b = next < r->plan.n ? &r->plan.v[next] : NULL;

		if (!b && (!e || e->at + e->lasts > r->ends))
			break;
		if (e && (!b || e->at + e->lasts < b->at)) {
			world_until(w, e->at + e->lasts);
			active[e - r->plan.v] = false;
			TRACE(w, TRACE_FAULT, (uint64_t)(e - r->plan.v), BYTES(NULL, 0),
			      "--- over: %s", fault_text(w, e));
			end(r, e);
			continue;
		}
		next++;
		if (b->skipped)
			continue;
		world_until(w, b->at);
		TRACE(w, TRACE_FAULT, (uint64_t)(b - r->plan.v), BYTES(NULL, 0), "--- %zd: %s",
		      b - r->plan.v, fault_text(w, b));
		active[b - r->plan.v] = b->lasts > 0;
		r->faults++;
		begin(r, b);
	}
	world_until(w, r->ends);
}

/* It has been told to end, and would not take anybody again. */
static bool is_stopping(const struct run *r, uint32_t node)
{
	for (size_t i = 0; i < r->plan.n; i++)
		if (r->plan.v[i].kind == FAULT_STOP && !r->plan.v[i].skipped &&
		    r->plan.v[i].node == node)
			return true;
	return false;
}

void faults_mend(struct run *r)
{
	struct world *w = &r->w;

	w->net = (struct net){ .delay = w->net.delay };
	w->n_home_owner = 0;
	reload(r, 0);
	for (uint32_t i = 0; i < w->n_nodes; i++) {
		struct node *n = &w->nodes[i];

		n->blocked = n->plane_fails = n->disk.full = false;
		if (is_stopping(r, i))
			begin_anew(n);
		restart(n);
		for (uint32_t p = 0; n->kind == NODE_ACCESS && p < n->an_config->access.n_ports;
		     p++)
			port_up(w, n, p);
	}
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		struct mobile *h = &w->hosts[i];

		h->silent = false;
		if (h->taken) { /* the home agent is not told when a host gives an address up */
			mobile_untake(w, h);
			revoke(w, i);
		}
		if (h->at) /* who has lost an address to another finds out */
			mobile_link_up(w, h);
	}
	TRACE(w, TRACE_FAULT, 0, BYTES(NULL, 0), "--- all is mended");
}
