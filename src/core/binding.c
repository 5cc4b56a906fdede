/* SPDX-License-Identifier: Apache-2.0 */
#include "core/binding.h"
#include "core/ha_emit.h"
#include "core/ha_probe.h"
#include "core/ha_state.h"
#include "core/ra.h"

#include <assert.h>
#include <errno.h>

#define BINDING_ID_MAX 0x7fffffff /* the ids above are those of addresses */
/* RFC 3543 forbids the revocation of what has expired; so an agent that has not renewed is told
 * this long before (A15). */
#define REVOKED_BEFORE NSEC_PER_SEC

int binding_cache_new(struct binding_cache *c, const struct memory *m, uint32_t max,
		      const uint64_t seed[2])
{
	c->ids = memory_alloc(m, max * sizeof(*c->ids));
	if (!c->ids || slab_new(&c->slab, m, sizeof(struct binding), max) ||
	    slab_new(&c->links, m, sizeof(struct virtual_link), max) ||
	    slab_new(&c->tunnels, m, sizeof(struct ha_tunnel), max + 1) || /* while one moves */
	    hash_new(&c->by_ends, m, max, seed))
		return -ENOMEM;
	return 0;
}

static uint64_t ends_key(const struct binding_cache *c, struct in_addr local, struct in_addr remote,
			 uint32_t key)
{
	const uint32_t ends[3] = { local.s_addr, remote.s_addr, key };

	return hash_key(&c->by_ends, ends, sizeof(ends));
}

struct ha_tunnel *tunnel_find(const struct binding_cache *c, struct in_addr local,
			      struct in_addr remote, uint32_t key)
{
	const uint64_t hash = ends_key(c, local, remote, key);

	for (struct hash_node *n = hash_first(&c->by_ends, hash); n; n = hash_next(n, hash)) {
		struct ha_tunnel *t = container_of(n, struct ha_tunnel, by_ends);

		if (in4_equal(t->local, local) && in4_equal(t->remote, remote) && t->key == key)
			return t;
	}
	return NULL;
}

/* There are as many as bindings, and one. */
static struct ha_tunnel *tunnel_get(struct binding_cache *c, const struct tunnel *ends)
{
	struct ha_tunnel *t = tunnel_find(c, ends->local, ends->remote, ends->key);

	if (!t) {
		t = slab_take(&c->tunnels);
		t->local = ends->local;
		t->remote = ends->remote;
		t->key = ends->key;
		hash_insert(&c->by_ends, &t->by_ends, ends_key(c, t->local, t->remote, t->key));
	}
	t->users++;
	return t;
}

/* True if that was its last user. */
static bool tunnel_put(struct binding_cache *c, const struct binding *b, struct ha_tunnel *t)
{
	if (t->link == b)
		t->link = NULL;
	if (--t->users)
		return false;
	hash_remove(&c->by_ends, &t->by_ends);
	slab_give(&c->tunnels, t);
	return true;
}

struct binding *binding_at(const struct binding_cache *c, uint32_t slot)
{
	struct binding *b = slab_at(&c->slab, slot);

	return b->id && b->id == c->ids[slot] ? b : NULL;
}

struct binding *binding_find_id(const struct binding_cache *c, uint32_t id)
{
	struct binding *b = binding_at(c, (id - 1) % c->slab.count);

	return b && b->id == id ? b : NULL;
}

/* Ids of a slot are slot + 1, slot + 1 + count, and so on: a late answer about an ended binding
 * does not meet its successor. */
static uint32_t next_id(struct binding_cache *c, uint32_t slot)
{
	uint32_t *id = &c->ids[slot];

	*id = *id && *id <= BINDING_ID_MAX - c->slab.count ? *id + c->slab.count : slot + 1;
	return *id;
}

/* There are as many as bindings. */
static void add_link(struct binding_cache *c, struct binding *b)
{
	b->link = slab_take(&c->links);
	b->link->ra_due = b->link->probe_due = NSEC_NEVER;
	b->tunnel->link = b;
}

static void remove_link(struct ha *h, struct binding *b)
{
	if (!b->link)
		return;
	slab_give(&h->bindings.links, b->link);
	b->link = NULL;
	b->tunnel->link = NULL;
}

struct binding *binding_add(struct ha *h, struct host *x, const struct tunnel *t, bool link)
{
	struct binding_cache *c = &h->bindings;
	struct binding *b = slab_take(&c->slab);

	assert(!x->binding);
	if (!b)
		return NULL;
	b->id = next_id(c, slab_index(&c->slab, b));
	b->host = x;
	b->timer.kind = TIMER_BINDING;
	b->tunnel = tunnel_get(c, t);
	if (link)
		add_link(c, b);
	x->binding = b;
	host_wakes(&h->hosts, x);
	return b;
}

void binding_write(const struct binding *b, struct actions *out)
{
	const struct host *x = b->host;

	action_add(out, ACTION_TUNNEL_SET, b->id)->tunnel = binding_tunnel(b);
	if (x->home)
		address_write(x->home, b->id, out);
	for (const struct host_address *a = x->learnt; a; a = a->next)
		address_write(a, b->id, out);
}

static void forget_learnt(struct ha *h, struct host *x, struct actions *out)
{
	while (x->learnt)
		address_remove(h, x->learnt, out);
}

static void set_mode(struct ha *h, struct binding *b, bool link, struct actions *out)
{
	if (link && !b->link)
		add_link(&h->bindings, b);
	if (link || !b->link)
		return;
	forget_learnt(h, b->host, out);
	remove_link(h, b);
}

bool binding_move(struct ha *h, struct binding *b, const struct tunnel *t, bool link,
		  struct actions *out)
{
	struct ha_tunnel *old = b->tunnel;
	bool last;

	set_mode(h, b, link, out);
	b->tunnel = tunnel_get(&h->bindings, t);
	last = tunnel_put(&h->bindings, b, old);
	if (b->link) {
		b->tunnel->link = b;
		b->link->traffic = 0; /* the new tunnel counts from the beginning */
	}
	return last;
}

/* What is taken away has no id: it happens even if something else of the binding fails. */
void binding_end(struct ha *h, struct binding *b, struct actions *out)
{
	struct binding_cache *c = &h->bindings;
	const struct tunnel t = binding_tunnel(b);
	struct host *x = b->host;

	forget_learnt(h, x, out);
	if (x->home)
		address_keep(h, x->home, out);
	heap_clear(&h->timers, &b->timer);
	remove_link(h, b);
	if (tunnel_put(c, b, b->tunnel) && out)
		action_add(out, ACTION_TUNNEL_DEL, 0)->tunnel = t;
	b->id = 0;
	slab_give(&c->slab, b);
	x->binding = NULL;
	host_rests(&h->hosts, x);
}

static nsec_t end_of(const struct binding *b)
{
	const bool told = b->revocable && b->granted > 2;

	return b->expires == NSEC_NEVER ? NSEC_NEVER : b->expires - (told ? REVOKED_BEFORE : 0);
}

static nsec_t due(const struct binding *b)
{
	nsec_t t = end_of(b);

	return b->link ? sooner(t, sooner(b->link->ra_due, b->link->probe_due)) : t;
}

void binding_arm(struct ha *h, struct binding *b)
{
	const nsec_t t = due(b);

	if (t == NSEC_NEVER)
		heap_clear(&h->timers, &b->timer);
	else
		heap_put_off(&h->timers, &b->timer, t);
}

bool binding_shorten(struct ha *h, struct binding *b, struct now now)
{
	const struct host_address *a = b->link ? NULL : b->host->home;
	const uint32_t valid = a ? pool_valid(h, a, now) : UINT32_MAX;
	const nsec_t ends = now.mono + valid * NSEC_PER_SEC;

	if (valid == UINT32_MAX || b->expires <= ends)
		return true;
	if (!batch_may_change(h, now))
		return false;
	batch_changes(h, b->host, now);
	b->expires = ends;
	binding_arm(h, b);
	return true;
}

static void expire(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	const struct registration r = registration_of(b);

	if (!batch_may_change(h, now)) {
		heap_set(&h->timers, &b->timer, batch_retry(h));
		return;
	}
	batch_changes(h, b->host, now);
	/* req: HA-28 HA-55 */
	emit_event(out, 0, EVENT_EXPIRED, b, NULL, b->granted);
	binding_end(h, b, out);
	revocation_begin(h, &r, false, now, out); /* req: HA-56 */
}

void binding_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	struct binding *b = container_of(t, struct binding, timer);

	if (now.mono < due(b))
		binding_arm(h, b);
	else if (now.mono >= end_of(b))
		expire(h, b, now, out);
	else if (now.mono >= b->link->probe_due)
		probe_timeout(h, b, now, out);
	else
		ra_timeout(h, b, now, out);
}
