/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_address.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"

#include <errno.h>

#define ADDRESS_ID 0x80000000 /* ids from here on are those of addresses */
#define INFINITE   0xffffffff

int address_table_new(struct address_table *t, const struct memory *m, uint32_t max,
		      const uint64_t seed[2])
{
	t->ids = memory_alloc(m, max * sizeof(*t->ids));
	if (!t->ids || slab_new(&t->slab, m, sizeof(struct host_address), max) ||
	    hash_new(&t->by_address, m, max, seed))
		return -ENOMEM;
	return 0;
}

struct host_address *address_find(const struct address_table *t, const struct in6_addr *a)
{
	const uint64_t key = hash_key(&t->by_address, a, sizeof(*a));

	for (struct hash_node *n = hash_first(&t->by_address, key); n; n = hash_next(n, key)) {
		struct host_address *found = container_of(n, struct host_address, by_address);

		if (in6_equal(&found->address, a))
			return found;
	}
	return NULL;
}

struct host_address *address_find_id(const struct address_table *t, uint32_t id)
{
	struct host_address *a;

	if (id < ADDRESS_ID)
		return NULL;
	a = slab_at(&t->slab, (id - ADDRESS_ID) % t->slab.count);
	return a->id == id ? a : NULL;
}

static uint32_t next_id(struct address_table *t, uint32_t slot)
{
	uint32_t *id = &t->ids[slot];

	*id = *id && *id <= UINT32_MAX - t->slab.count ? *id + t->slab.count : ADDRESS_ID + slot;
	return *id;
}

struct host_address *address_add(struct ha *h, struct binding *b, const struct in6_addr *address)
{
	struct address_table *t = &h->addresses;
	const uint32_t max = h->c.addresses_per_host;
	struct host_address *a = b->n_addresses < max ? slab_take(&t->slab) : NULL;

	if (!a)
		return NULL;
	a->id = next_id(t, slab_index(&t->slab, a));
	a->address = *address;
	a->state = ADDRESS_TENTATIVE;
	a->valid_until = NSEC_NEVER;
	a->nd.kind = TIMER_ND;
	a->valid.kind = TIMER_VALID;
	a->binding = b;
	a->next = b->addresses;
	b->addresses = a;
	b->n_addresses++;
	hash_insert(&t->by_address, &a->by_address, hash_key(&t->by_address, address, 16));
	return a;
}

static struct address as_data(const struct host_address *a)
{
	const struct tunnel *t = &a->binding->tunnel;

	return (struct address){ .prefix = a->address,
				 .length = 128,
				 .state = a->state,
				 .local = t->local,
				 .remote = t->remote,
				 .key = t->key };
}

void address_write(const struct host_address *a, uint32_t id, struct actions *out)
{
	action_add(out, ACTION_ADDRESS_SET, id)->address = as_data(a);
}

void address_remove(struct ha *h, struct host_address *a, struct actions *out)
{
	struct host_address **at = &a->binding->addresses;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	a->binding->n_addresses--;
	action_add(out, ACTION_ADDRESS_DEL, 0)->address = as_data(a);
	ha_hold_drop(h, a);
	group_leave(h, a);
	heap_clear(&h->timers, &a->nd);
	heap_clear(&h->timers, &a->valid);
	hash_remove(&h->addresses.by_address, &a->by_address);
	a->id = 0;
	slab_give(&h->addresses.slab, a);
}

bool address_any_bound(const struct binding *b)
{
	for (const struct host_address *a = b->addresses; a; a = a->next)
		if (a->state == ADDRESS_BOUND)
			return true;
	return false;
}

bool address_is_own(const struct ha *h, const struct in6_addr *a)
{
	const struct ha_config *c = &h->c;

	for (size_t i = 0; i < c->n_own; i++)
		if (in6_equal(a, &c->own[i]))
			return true;
	return in6_equal(a, &c->router_address) || in6_equal(a, &c->home_link_local);
}

static const struct ha_prefix *prefix_of(const struct ha *h, const struct in6_addr *a)
{
	for (size_t i = 0; i < h->c.n_prefixes; i++)
		if (in6_in_prefix(a, &h->c.prefixes[i].prefix, 64))
			return &h->c.prefixes[i];
	return NULL;
}

bool address_is_acceptable(const struct ha *h, const struct in6_addr *a)
{
	static const uint8_t anycast[8]; /* RFC 4291 2.6.1: the routers' */

	if (address_is_own(h, a) || memcmp(&a->s6_addr[8], anycast, 8) == 0)
		return false;
	return in6_is_link_local(a) || prefix_of(h, a);
}

#define TWO_HOURS (7200 * NSEC_PER_SEC)

/* An address of autoconfiguration ends with its prefix; what the host has from elsewhere (DHCPv6,
 * its administrator) and link-local addresses have no end that we know. */
nsec_t address_first_valid(const struct ha *h, const struct binding *b, const struct in6_addr *a,
			   struct now now)
{
	const struct ha_prefix *p = prefix_of(h, a);
	const nsec_t from = b->ra_last ? b->ra_last : now.mono;

	if (!h->c.autonomous || !p || p->valid == INFINITE)
		return NSEC_NEVER;
	/* From a prefix with lifetime zero the host makes no address (RFC 4862 5.5.3 d), but may
	 * keep one for two hours (e). */
	return from + (p->valid ? p->valid * NSEC_PER_SEC : TWO_HOURS);
}

void address_set_valid(struct ha *h, struct host_address *a, nsec_t until)
{
	a->valid_until = until;
	if (until == NSEC_NEVER)
		heap_clear(&h->timers, &a->valid);
	else
		heap_set(&h->timers, &a->valid, until);
}

/* RFC 4862 5.5.3 (e) on our side of the link. req: HA-29 */
static void advertised(struct ha *h, struct host_address *a, struct now now)
{
	const struct ha_prefix *p = prefix_of(h, &a->address);
	nsec_t valid, until;

	if (!p || p->preferred > p->valid)
		return;
	valid = p->valid * NSEC_PER_SEC;
	until = p->valid == INFINITE ? NSEC_NEVER : now.mono + valid;
	if (p->valid == INFINITE || valid > TWO_HOURS || until > a->valid_until)
		address_set_valid(h, a, until);
	else if (a->valid_until == NSEC_NEVER || a->valid_until - now.mono > TWO_HOURS)
		address_set_valid(h, a, now.mono + TWO_HOURS);
}

void address_advertised(struct ha *h, struct binding *b, struct now now)
{
	if (!h->c.autonomous)
		return;
	for (struct host_address *a = b->addresses; a; a = a->next)
		if (!in6_is_link_local(&a->address))
			advertised(h, a, now);
}

void address_expire(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	struct host_address *a = container_of(t, struct host_address, valid);

	/* draft 3.2.5: no longer defended, out of the binding. req: HA-32 */
	emit_event(out, 0, EVENT_ADDRESS_EXPIRED, a->binding, &a->address, 0);
	address_remove(h, a, out);
}
