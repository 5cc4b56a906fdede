/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/world.h"

#include "core/an_internal.h"
#include "core/ar_internal.h"

#include "sim/adversary.h"
#include "sim/check.h"
#include "sim/mobile.h"
#include "sim/router.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FLIGHTS_MAX (1 << 22) /* costs addresses only */
#define SMALL       448       /* octets of a packet in flight that is kept for the next one */

static void take_heap(struct world *w, struct heap *h, uint32_t max)
{
	const struct memory m = { .alloc = blocks_take, .ctx = &w->memory };
	int err = heap_new(h, &m, max);

	assert(!err);
	(void)err;
}

void world_new(struct world *w, uint64_t seed, uint32_t n_nodes, uint32_t n_hosts)
{
	*w = (struct world){ .now = WORLD_START, .n_nodes = n_nodes, .n_hosts = n_hosts };
	rng_seed(&w->rng, seed);
	w->hash = seed;
	w->net.delay = 5 * NSEC_PER_MSEC;
	w->nodes = blocks_take(&w->memory, n_nodes * sizeof(*w->nodes));
	w->owners = blocks_take(&w->memory, n_nodes * sizeof(*w->owners));
	w->hosts = blocks_take(&w->memory, n_hosts * sizeof(*w->hosts));
	w->an_configs = blocks_take(&w->memory, n_nodes * sizeof(*w->an_configs));
	take_heap(w, &w->timers, n_nodes + n_hosts);
	take_heap(w, &w->flights, FLIGHTS_MAX);
	for (uint32_t i = 0; i < n_hosts; i++)
		mobile_init(w, i);
}

static struct plane_config plane_config_of(const struct world *w, const struct node *n)
{
	const struct ha_config *h = &w->ha_config;
	struct plane_config c = { .core_mtu = 1500, .tunnels_max = 16 };

	if (n->kind == NODE_ACCESS)
		c.tunnels_max += n->an_config->access.attachments_max;
	if (n->kind == NODE_ACCESS_ROUTER) {
		c.neighbours_max = n->ar_config->access.attachments_max;
		c.router_mac = n->ar_config->router_mac;
	}
	if (n->kind != NODE_HOME_AGENT)
		return c;
	c.tunnels_max += h->bindings_max;
	c.addresses_max = h->addresses_max;
	c.prefixes_max = h->bindings_max;
	c.home_mac = h->home_mac;
	c.router = h->router_address;
	c.n_home_prefixes = h->n_prefixes;
	for (size_t i = 0; i < h->n_prefixes; i++)
		c.home_prefixes[i] = h->prefixes[i].prefix;
	c.n_own = h->n_own;
	memcpy(c.own, h->own, sizeof(c.own));
	return c;
}

static int by_address(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void world_begin(struct world *w)
{
	const struct memory m = { .alloc = blocks_take, .ctx = &w->memory };

	for (uint32_t i = 0; i < w->n_nodes; i++) {
		struct node *n = &w->nodes[i];
		const struct plane_config c = plane_config_of(w, n);
		int err = plane_new(&n->plane, &c, &m);

		assert(!err);
		(void)err;
		n->w = w;
		n->index = i;
		n->down = true;
		n->timer.kind = TIMER_NODE;
		for (uint32_t p = 0; p < WORLD_PORTS_MAX; p++)
			n->carrier[p] = true;
		disk_new(&n->disk, i == WORLD_HA ? 2 * w->n_hosts : w->n_hosts / w->n_nodes + 16);
		w->owners[i] = (struct owner){ ntohl(n->address.s_addr), n->n_addresses, n };
	}
	qsort(w->owners, w->n_nodes, sizeof(*w->owners), by_address);
}

void world_boot(struct world *w, uint32_t i)
{
	struct node *n = &w->nodes[i];
	const struct memory m = { .alloc = blocks_take, .ctx = &w->memory };
	const struct plane_config c = plane_config_of(w, n);
	int err = plane_new(&n->plane, &c, &m);

	assert(!err);
	(void)err;
}

void world_forget(struct world *w, uint32_t i)
{
	world_boot(w, i);
	disk_forget(&w->nodes[i].disk);
	check_forgive(&w->nodes[i]);
}

const struct access_config *node_access_config(const struct node *n)
{
	if (n->kind == NODE_ACCESS)
		return &n->an_config->access;
	return n->kind == NODE_ACCESS_ROUTER ? &n->ar_config->access : NULL;
}

struct access *node_access(const struct node *n)
{
	if (n->kind == NODE_ACCESS)
		return &n->an->access;
	return n->kind == NODE_ACCESS_ROUTER ? &n->ar->access : NULL;
}

/* As the daemon does: roles take their ports to be up until they hear otherwise. */
static void tell_links(struct node *n)
{
	const struct access_config *c = node_access_config(n);

	for (uint32_t p = 0; c && p < c->n_ports; p++)
		if (!n->carrier[p])
			node_link(n, p, LINK_DOWN);
}

struct restoring {
	struct node *n;
	struct now now;
};

static int restore(void *ctx, struct bytes key, struct bytes value)
{
	const struct restoring *r = ctx;

	return r->n->role->restore(r->n->self, key, value, r->now);
}

static void make_role(struct node *n, const struct memory *m)
{
	struct world *w = n->w;
	struct core_env env = { .memory = *m,
				.seed = 1000 + n->index,
				.changes_max = BATCH_CHANGES_MAX,
				.derive = w->derive };
	int err;

	if (n->kind == NODE_HOME_AGENT) {
		err = ha_new(&w->ha_config, &env, &n->ha);
		n->role = &ha_role;
		n->self = n->ha;
	} else if (n->kind == NODE_ACCESS) {
		err = an_new(n->an_config, &env, &n->an);
		n->role = &an_role;
		n->self = n->an;
	} else {
		err = ar_new(n->ar_config, &env, &n->ar);
		n->role = &ar_role;
		n->self = n->ar;
	}
	assert(!err);
	(void)err;
}

void world_start_node(struct world *w, uint32_t i)
{
	struct node *n = &w->nodes[i];
	const struct memory m = { .alloc = blocks_take, .ctx = &n->memory };
	struct restoring r = { n, world_now(w, n) };
	int err;

	n->down = n->dying = n->unflushed = false;
	n->kill = 0;
	if (n->kind == NODE_ROUTER)
		return;
	blocks_free(&n->memory);
	err = runtime_init(&n->runtime, &node_ops, n, &m);
	assert(!err);
	make_role(n, &m);
	runtime_add(&n->runtime, n->role, n->self);
	err = disk_each(&n->disk, restore, &r);
	check_restored(n, err);
	n->role->restored(n->self, r.now);
	n->restoring = true;
	tell_links(n);
	heap_set(&w->timers, &n->timer, w->now);
}

void world_reload(struct world *w)
{
	struct node *n = &w->nodes[WORLD_HA];
	struct core_env env = { .memory = { .alloc = blocks_take, .ctx = &n->memory },
				.derive = w->derive };
	int err = ha_reload(n->ha, &w->ha_config, &env, world_now(w, n));

	assert(!err);
	(void)err;
	heap_set(&w->timers, &n->timer, w->now);
}

struct now world_now(const struct world *w, const struct node *n)
{
	const nsec_t wall = w->now + n->skew;
	const int64_t s = wall / NSEC_PER_SEC;
	const uint64_t ns = (uint64_t)(wall - s * NSEC_PER_SEC);

	return (struct now){ w->now,
			     WORLD_NTP_START + ((uint64_t)s << 32) + ((ns << 32) / 1000000000u) };
}

struct node *world_node(const struct world *w, const char *name)
{
	for (uint32_t i = 0; i < w->n_nodes; i++)
		if (strcmp(w->nodes[i].name, name) == 0)
			return &w->nodes[i];
	return NULL;
}

struct node *world_owner(const struct world *w, struct in_addr a)
{
	const uint32_t wanted = ntohl(a.s_addr);
	uint32_t from = 0, to = w->n_nodes;

	while (from < to) {
		const uint32_t middle = from + (to - from) / 2;
		const struct owner *o = &w->owners[middle];

		if (wanted - o->first < o->n)
			return o->node;
		if (wanted < o->first)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

static struct in_flight *take_flight(struct world *w, size_t n)
{
	struct in_flight *e = w->spare;
	const size_t room = n > SMALL ? n : SMALL;

	if (e && n <= SMALL) {
		w->spare = e->next;
		return e;
	}
	assert(n <= UINT16_MAX);
	e = malloc(sizeof(*e) + room);
	assert(e);
	e->room = (uint16_t)room;
	return e;
}

static void give_flight(struct world *w, struct in_flight *e)
{
	if (e->room > SMALL) {
		free(e);
		return;
	}
	e->next = w->spare;
	w->spare = e;
}

static struct in_flight *put_on_its_way(struct world *w, enum arrival how, struct node *to,
					struct in_addr local, struct in_addr remote,
					struct bytes data, nsec_t due)
{
	struct in_flight *e = take_flight(w, data.n);

	e->timer = (struct timer){ 0 };
	e->how = how;
	e->to = to;
	e->ifindex = WORLD_PORT_IF;
	e->local = local;
	e->remote = remote;
	e->replayed = false;
	e->n = (uint16_t)data.n;
	memcpy(e->data, data.p, data.n);
	heap_set(&w->flights, &e->timer, due);
	return e;
}

struct in_flight *world_post(struct world *w, enum arrival how, struct node *to,
			     struct in_addr local, struct in_addr remote, struct bytes data,
			     nsec_t delay)
{
	nsec_t due = w->now + delay;

	if (due <= to->last_due)
		due = to->last_due + 1;
	to->last_due = due;
	return put_on_its_way(w, how, to, local, remote, data, due);
}

static bool chance(struct world *w, uint32_t ppm)
{
	return ppm && rng_below(&w->rng, 1000000) < ppm;
}

static void remember_request(struct world *w, const struct in_flight *e)
{
	free(w->last_rrq);
	w->last_rrq = malloc(sizeof(*e) + e->room);
	assert(w->last_rrq);
	memcpy(w->last_rrq, e, sizeof(*e) + e->n);
}

void world_send(struct world *w, enum arrival how, struct node *from, struct node *to,
		struct in_addr local, struct in_addr remote, struct bytes data)
{
	const struct net *net = &w->net;
	nsec_t delay = net->delay;
	struct in_flight *e;

	if (!to || from->blocked || to->blocked) {
		w->blocked++;
		return;
	}
	if (how == ARRIVE_DATAGRAM)
		adversary_passes(w, to, local, remote, data);
	if ((w->lose > 0 && how == ARRIVE_DATAGRAM && w->lose--) || chance(w, net->loss)) {
		w->lost++;
		TRACE(w, TRACE_LOST, from->index, data, "lost");
		return;
	}
	if (net->jitter)
		delay += (nsec_t)rng_below(&w->rng, (uint64_t)net->jitter);
	if (chance(w, net->duplicate)) {
		w->duplicated++;
		put_on_its_way(w, how, to, local, remote, data,
			       w->now + delay + (nsec_t)rng_below(&w->rng, (uint64_t)NSEC_PER_SEC));
	}
	if (chance(w, net->reorder)) {
		w->reordered++;
		delay += (nsec_t)rng_below(&w->rng, (uint64_t)NSEC_PER_SEC);
		put_on_its_way(w, how, to, local, remote, data, w->now + delay);
		return;
	}
	e = world_post(w, how, to, local, remote, data, delay);
	if (how == ARRIVE_DATAGRAM && data.n && data.p[0] == MIP4_RRQ && !w->adversary)
		remember_request(w, e);
}

static void arrive(struct world *w, const struct in_flight *e)
{
	const struct bytes data = { e->data, e->n };
	struct mobile *h;

	switch (e->how) {
	case ARRIVE_DATAGRAM:
		if (e->to->down)
			return;
		if (e->to->kind == NODE_ROUTER)
			router_receive(w, e->to, data);
		else
			node_receive(e->to, e);
		return;
	case ARRIVE_TUNNEL:
		if (e->to->kind != NODE_ROUTER)
			node_from_tunnel(e->to, e->local, e->remote, data);
		return;
	case ARRIVE_FRAME:
		h = mobile_of_mac(w, e->data);
		if (h && h->at == e->to && WORLD_PORT_IF + h->port == e->ifindex &&
		    e->to->carrier[h->port])
			mobile_receive(w, h, data);
		return;
	case ARRIVE_HOME:
		node_from_home(e->to, data);
		return;
	case ARRIVE_UPSTREAM:
		node_from_upstream(e->to, data);
		return;
	case ARRIVE_VERDICT:
		node_verdict(e->to, data);
		return;
	}
}

static void ring(struct world *w, struct timer *t)
{
	heap_clear(&w->timers, t);
	switch ((enum timer_kind)t->kind) {
	case TIMER_NODE:
		node_timeout(container_of(t, struct node, timer));
		return;
	case TIMER_HOST:
		mobile_timeout(w, container_of(t, struct mobile, timer));
		return;
	}
}

bool world_step(struct world *w, nsec_t t)
{
	const nsec_t flight = heap_due(&w->flights), timer = heap_due(&w->timers);
	const nsec_t at = sooner(flight, timer);

	if (at > t)
		return false;
	if (at > w->now)
		w->now = at;
	w->events++;
	if (flight <= timer) {
		struct timer *first = heap_first(&w->flights);
		struct in_flight *e = container_of(first, struct in_flight, timer);

		heap_clear(&w->flights, first);
		arrive(w, e);
		give_flight(w, e);
	} else {
		ring(w, heap_first(&w->timers));
	}
	if (w->check)
		check_event(w);
	return true;
}

void world_until(struct world *w, nsec_t t)
{
	while (world_step(w, t))
		;
	w->now = t;
}

void world_done(struct world *w)
{
	struct timer *t;

	while ((t = heap_first(&w->flights))) {
		heap_clear(&w->flights, t);
		free(container_of(t, struct in_flight, timer));
	}
	while (w->spare) {
		struct in_flight *next = w->spare->next;

		free(w->spare);
		w->spare = next;
	}
	free(w->last_rrq);
	for (uint32_t i = 0; i < w->n_nodes; i++) {
		disk_done(&w->nodes[i].disk);
		blocks_free(&w->nodes[i].memory);
	}
	blocks_free(&w->memory);
}
