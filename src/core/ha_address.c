/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_address.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"

#include <assert.h>
#include <errno.h>

#define ADDRESS_ID 0x80000000 /* ids from here on are those of addresses */
#define INFINITE   0xffffffff

int address_table_new(struct address_table *t, const struct memory *m, uint32_t max,
		      const uint64_t seed[2])
{
	t->ids = memory_alloc(m, max * sizeof(*t->ids));
	if (!t->ids || slab_new(&t->slab, m, sizeof(struct host_address), max) ||
	    slab_new(&t->proxies, m, sizeof(struct proxy), max) ||
	    hash_new(&t->by_address, m, max, seed))
		return -ENOMEM;
	return 0;
}

/* As much of the address as the length says. */
static uint64_t key_of(const struct address_table *t, const struct in6_addr *a, uint8_t length)
{
	return hash_key(&t->by_address, a, length / 8);
}

struct host_address *address_lookup(const struct address_table *t, const struct in6_addr *a,
				    uint8_t length)
{
	const uint64_t key = key_of(t, a, length);

	for (struct hash_node *n = hash_first(&t->by_address, key); n; n = hash_next(n, key)) {
		struct host_address *found = container_of(n, struct host_address, by_address);

		if (found->length == length && memcmp(&found->address, a, length / 8) == 0)
			return found;
	}
	return NULL;
}

struct host_address *address_find(const struct address_table *t, const struct in6_addr *a)
{
	return address_lookup(t, a, 128);
}

struct host_address *address_owner(const struct address_table *t, const struct in6_addr *a)
{
	struct host_address *found = address_find(t, a);

	return found ? found : address_lookup(t, a, 64);
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

static struct host_address *add(struct ha *h, struct host *x, const struct in6_addr *address,
				uint8_t length)
{
	struct address_table *t = &h->addresses;
	struct host_address *a = slab_take(&t->slab);

	if (!a)
		return NULL;
	a->id = next_id(t, slab_index(&t->slab, a));
	a->address = *address;
	a->length = length;
	a->pool = POOL_NONE;
	a->host = x;
	hash_insert(&t->by_address, &a->by_address, key_of(t, address, length));
	return a;
}

void address_stand_for(struct ha *h, struct host_address *a)
{
	struct proxy *p = slab_take(&h->addresses.proxies); /* as many as addresses */

	p->address = a;
	p->valid_until = NSEC_NEVER;
	p->nd.kind = TIMER_ND;
	p->valid.kind = TIMER_VALID;
	a->proxy = p;
}

struct host_address *address_learn(struct ha *h, struct host *x, const struct in6_addr *address)
{
	struct host_address *a =
		x->n_learnt < h->c.addresses_per_host ? add(h, x, address, 128) : NULL;

	if (!a)
		return NULL;
	a->state = HOST_ADDRESS_TENTATIVE;
	address_stand_for(h, a);
	a->next = x->learnt;
	x->learnt = a;
	x->n_learnt++;
	return a;
}

struct host_address *address_give(struct ha *h, struct host *x, const struct in6_addr *address,
				  uint8_t length, uint8_t pool)
{
	struct host_address *a = add(h, x, address, length);

	assert(!x->home);
	if (!a)
		return NULL;
	a->state = HOST_ADDRESS_KEPT;
	a->pool = pool;
	x->home = a;
	pool_kept(h, a);
	return a;
}

static enum address_state plane_state(const struct host_address *a)
{
	return a->state == HOST_ADDRESS_BOUND ? ADDRESS_BOUND : ADDRESS_TENTATIVE;
}

/* A home address in DAD may not have a binding yet: nothing is forwarded to it then. */
static struct address as_data(const struct host_address *a)
{
	const struct binding *b = a->host->binding;
	struct address d = { .prefix = a->address, .length = a->length, .state = plane_state(a) };

	if (b) {
		d.local = b->tunnel->local;
		d.remote = b->tunnel->remote;
		d.key = b->tunnel->key;
	}
	if (a->length == 64)
		memset(&d.prefix.s6_addr[8], 0, 8);
	return d;
}

void address_write(const struct host_address *a, uint32_t id, struct actions *out)
{
	if (a->state != HOST_ADDRESS_KEPT)
		action_add(out, ACTION_ADDRESS_SET, id)->address = as_data(a);
}

static void leave_plane(const struct host_address *a, struct actions *out)
{
	if (out && a->state != HOST_ADDRESS_KEPT)
		action_add(out, ACTION_ADDRESS_DEL, 0)->address = as_data(a);
}

/* Off the home link: no more defence, no timers, nothing waits. */
static void remove_proxy(struct ha *h, struct host_address *a)
{
	struct proxy *p = a->proxy;

	if (!p)
		return;
	ha_hold_drop(h, p);
	group_leave(h, p);
	pending_drop(h, p);
	heap_clear(&h->timers, &p->nd);
	heap_clear(&h->timers, &p->valid);
	slab_give(&h->addresses.proxies, p);
	a->proxy = NULL;
}

void address_use(struct ha *h, struct host_address *a, enum host_address_state s)
{
	if (a->state == HOST_ADDRESS_KEPT && s != HOST_ADDRESS_KEPT)
		pool_used(h, a);
	a->state = s;
}

void address_keep(struct ha *h, struct host_address *a, struct actions *out)
{
	if (a->state == HOST_ADDRESS_KEPT)
		return;
	leave_plane(a, out);
	remove_proxy(h, a);
	a->state = HOST_ADDRESS_KEPT;
	pool_kept(h, a);
}

void address_remove(struct ha *h, struct host_address *a, struct actions *out)
{
	struct host *x = a->host;
	struct host_address **at = &x->learnt;

	leave_plane(a, out);
	remove_proxy(h, a);
	if (x->home == a) {
		address_use(h, a, HOST_ADDRESS_TENTATIVE); /* out of the kept ones */
		pool_returned(h, a);
		x->home = NULL;
	} else {
		while (*at != a)
			at = &(*at)->next;
		*at = a->next;
		x->n_learnt--;
	}
	hash_remove(&h->addresses.by_address, &a->by_address);
	a->id = 0;
	slab_give(&h->addresses.slab, a);
}

bool address_any_bound(const struct host *x)
{
	for (const struct host_address *a = x->learnt; a; a = a->next)
		if (a->state == HOST_ADDRESS_BOUND)
			return true;
	return x->home && x->home->state == HOST_ADDRESS_BOUND;
}

bool address_is_own(const struct ha *h, const struct in6_addr *a)
{
	const struct ha_config *c = &h->c;

	for (size_t i = 0; i < c->n_own; i++)
		if (in6_equal(a, &c->own[i]))
			return true;
	return in6_equal(a, &c->router_address) || in6_equal(a, &c->home_link_local);
}

bool address_is_on_home_link(const struct ha *h, const struct in6_addr *a)
{
	return prefix_find(&h->prefixes, a);
}

bool address_is_acceptable(const struct ha *h, const struct in6_addr *a)
{
	static const uint8_t anycast[8]; /* RFC 4291 2.6.1: the routers' */

	if (address_is_own(h, a) || memcmp(&a->s6_addr[8], anycast, 8) == 0)
		return false;
	return in6_is_link_local(a) || address_is_on_home_link(h, a);
}

#define TWO_HOURS (7200 * NSEC_PER_SEC)

/* An address of autoconfiguration ends with its prefix; what the host has from elsewhere (DHCPv6,
 * its administrator) and link-local addresses have no end that we know. */
nsec_t address_first_valid(const struct ha *h, const struct binding *b, const struct in6_addr *a,
			   struct now now)
{
	const struct home_prefix *p = prefix_find(&h->prefixes, a);
	const nsec_t from = b->link->ra_last ? b->link->ra_last : now.mono;
	const uint32_t valid = p ? prefix_valid(p, from) : INFINITE;

	if (!h->c.autonomous || valid == INFINITE)
		return NSEC_NEVER;
	/* From a prefix with lifetime zero the host makes no address (RFC 4862 5.5.3 d), but may
	 * keep one for two hours (e). */
	return from + (valid || prefix_is_deprecated(p) ? valid * NSEC_PER_SEC : TWO_HOURS);
}

void address_set_valid(struct ha *h, struct host_address *a, nsec_t until)
{
	struct proxy *p = a->proxy;

	p->valid_until = until;
	if (until == NSEC_NEVER)
		heap_clear(&h->timers, &p->valid);
	else
		heap_put_off(&h->timers, &p->valid, until);
}

/* RFC 4862 5.5.3 (e) on our side of the link. req: HA-29 */
static void advertised(struct ha *h, struct host_address *a, struct now now)
{
	const struct home_prefix *p = prefix_find(&h->prefixes, &a->address);
	const nsec_t before = a->proxy->valid_until;
	uint32_t seconds;
	nsec_t valid, until;

	if (!p || p->c.preferred > p->c.valid)
		return;
	seconds = prefix_valid(p, now.mono);
	valid = seconds * NSEC_PER_SEC;
	until = seconds == INFINITE ? NSEC_NEVER : now.mono + valid;
	if (seconds == INFINITE || valid > TWO_HOURS || until > before)
		address_set_valid(h, a, until);
	else if (before == NSEC_NEVER || before - now.mono > TWO_HOURS)
		address_set_valid(h, a, now.mono + TWO_HOURS);
}

void address_advertised(struct ha *h, struct binding *b, struct now now)
{
	if (!h->c.autonomous)
		return;
	for (struct host_address *a = b->host->learnt; a; a = a->next)
		if (!in6_is_link_local(&a->address))
			advertised(h, a, now);
}

void address_expire(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	struct proxy *p = container_of(t, struct proxy, valid);
	struct host_address *a = p->address;

	if (now.mono < p->valid_until) {
		heap_set(&h->timers, t, p->valid_until);
		return;
	}
	if (!batch_may_change(h, now)) {
		heap_set(&h->timers, t, batch_retry(h));
		return;
	}
	batch_changes(h, a->host, now);
	/* draft 3.2.5: no longer defended, out of the binding. req: HA-32 */
	emit_event(out, 0, EVENT_ADDRESS_EXPIRED, a->host->binding, &a->address, 0);
	address_remove(h, a, out);
}
