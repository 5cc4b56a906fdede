/* SPDX-License-Identifier: Apache-2.0 */
#include "core/binding.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"

#include <assert.h>
#include <errno.h>

#define BINDING_ID_MAX 0x7fffffff /* the ids above are those of addresses */

int binding_cache_new(struct binding_cache *c, const struct memory *m, uint32_t max,
		      const uint64_t seed[2])
{
	c->ids = memory_alloc(m, max * sizeof(*c->ids));
	if (!c->ids || slab_new(&c->slab, m, sizeof(struct binding), max) ||
	    hash_new(&c->by_nai, m, max, seed) || hash_new(&c->by_tunnel, m, max, seed))
		return -ENOMEM;
	return 0;
}

struct binding *binding_find(const struct binding_cache *c, struct bytes nai)
{
	const uint64_t key = hash_key(&c->by_nai, nai.p, nai.n);

	for (struct hash_node *n = hash_first(&c->by_nai, key); n; n = hash_next(n, key)) {
		struct binding *b = container_of(n, struct binding, by_nai);

		if (bytes_equal(binding_nai(b), nai))
			return b;
	}
	return NULL;
}

static uint64_t tunnel_key(const struct binding_cache *c, const struct tunnel *t)
{
	const uint32_t id[3] = { t->local.s_addr, t->remote.s_addr, t->key };

	return hash_key(&c->by_tunnel, id, sizeof(id));
}

struct binding *binding_find_tunnel(const struct binding_cache *c, struct in_addr local,
				    struct in_addr remote, uint32_t key)
{
	const struct tunnel t = { .local = local, .remote = remote, .key = key };
	const uint64_t hash = tunnel_key(c, &t);

	for (struct hash_node *n = hash_first(&c->by_tunnel, hash); n; n = hash_next(n, hash)) {
		struct binding *b = container_of(n, struct binding, by_tunnel);

		if (tunnel_same(&b->tunnel, &t))
			return b;
	}
	return NULL;
}

struct binding *binding_at(const struct binding_cache *c, uint32_t slot)
{
	struct binding *b = slab_at(&c->slab, slot);

	return b->id && b->id == c->ids[slot] ? b : NULL;
}

struct binding *binding_find_id(const struct binding_cache *c, uint32_t id)
{
	struct binding *b;

	if (id == 0 || id > BINDING_ID_MAX)
		return NULL;
	b = binding_at(c, (id - 1) % c->slab.count);
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

struct binding *binding_add(struct binding_cache *c, struct bytes nai, const struct tunnel *t)
{
	struct binding *b = slab_take(&c->slab);

	if (!b)
		return NULL;
	assert(nai.n <= NAI_MAX);
	b->id = next_id(c, slab_index(&c->slab, b));
	memcpy(b->nai, nai.p, nai.n);
	b->nai_length = nai.n;
	b->tunnel = *t;
	b->expiry.kind = TIMER_EXPIRY;
	b->ra.kind = TIMER_RA;
	b->probe.kind = TIMER_PROBE;
	hash_insert(&c->by_nai, &b->by_nai, hash_key(&c->by_nai, nai.p, nai.n));
	hash_insert(&c->by_tunnel, &b->by_tunnel, tunnel_key(c, t));
	return b;
}

void binding_move(struct binding_cache *c, struct binding *b, const struct tunnel *t)
{
	hash_remove(&c->by_tunnel, &b->by_tunnel);
	b->tunnel = *t;
	b->traffic = 0; /* the new tunnel counts from the beginning */
	hash_insert(&c->by_tunnel, &b->by_tunnel, tunnel_key(c, t));
}

/* What is taken away has no id: it happens even if something else of the binding fails. */
void binding_end(struct ha *h, struct binding *b, struct actions *out)
{
	struct binding_cache *c = &h->bindings;

	while (b->addresses)
		address_remove(h, b->addresses, out);
	action_add(out, ACTION_TUNNEL_DEL, 0)->tunnel = b->tunnel;
	heap_clear(&h->timers, &b->expiry);
	heap_clear(&h->timers, &b->ra);
	heap_clear(&h->timers, &b->probe);
	hash_remove(&c->by_nai, &b->by_nai);
	hash_remove(&c->by_tunnel, &b->by_tunnel);
	b->id = 0;
	slab_give(&c->slab, b);
}

void binding_expire(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	struct binding *b = container_of(t, struct binding, expiry);

	/* req: HA-28 HA-55 */
	emit_event(out, 0, EVENT_EXPIRED, b, NULL, b->granted);
	binding_end(h, b, out);
}
