/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_pool.h"
#include "core/ha_state.h"

#include <assert.h>
#include <errno.h>

#define INFINITE  0xffffffff
#define TWO_HOURS 7200 /* of addresses that were promised for ever */
/* Places looked at for a free one; where there is none among so many, whoever has been away longest
 * gives way. */
#define SEARCH_MAX 64
/* Kept addresses that one request finds assigned to others: it changes their hosts. */
#define ASSIGNED_MAX 4
#define IID_LOCAL    ((uint64_t)2 << 56) /* RFC 4291 appendix A: the u bit */

/* --- addresses of one NAI each --- */

static uint64_t name_key(const struct static_table *t, struct bytes nai)
{
	return hash_key(&t->by_nai, nai.p, nai.n);
}

static uint64_t address_key(const struct static_table *t, const struct in6_addr *a, bool unique)
{
	return hash_key(&t->by_address, a, unique ? 8 : 16);
}

int static_table_new(struct static_table *t, const struct memory *m, const struct ha_config *c,
		     const uint64_t seed[2])
{
	const uint32_t n = (uint32_t)c->n_statics;
	struct static_entry *v = memory_alloc(m, (n ? n : 1) * sizeof(*v));

	if (!v || hash_new(&t->by_nai, m, n, seed) || hash_new(&t->by_address, m, n, seed))
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		struct static_entry *e = &v[i];

		e->c = c->statics[i];
		hash_insert(&t->by_nai, &e->by_nai, name_key(t, BYTES(e->c.nai, strlen(e->c.nai))));
		hash_insert(&t->by_address, &e->by_address,
			    address_key(t, &e->c.address, e->c.unique));
	}
	return 0;
}

const struct ha_static *static_find(const struct static_table *t, struct bytes nai)
{
	const uint64_t key = name_key(t, nai);

	for (struct hash_node *n = hash_first(&t->by_nai, key); n; n = hash_next(n, key)) {
		const struct static_entry *e = container_of(n, struct static_entry, by_nai);

		if (bytes_equal(BYTES(e->c.nai, strlen(e->c.nai)), nai))
			return &e->c;
	}
	return NULL;
}

/* Somebody's own: that very address, or the /64 around it. */
static bool is_static(const struct static_table *t, const struct in6_addr *a, bool unique)
{
	const uint64_t key = address_key(t, a, unique);

	for (struct hash_node *n = hash_first(&t->by_address, key); n; n = hash_next(n, key)) {
		const struct static_entry *e = container_of(n, struct static_entry, by_address);

		if (e->c.unique == unique && memcmp(&e->c.address, a, unique ? 8 : 16) == 0)
			return true;
	}
	return false;
}

/* --- a pool's place in the address space --- */

static uint64_t half(const struct in6_addr *a, int which)
{
	struct reader r = reader_new(BYTES(&a->s6_addr[8 * which], 8));

	return read_u64(&r);
}

static struct in6_addr address_of(uint64_t prefix, uint64_t iid)
{
	struct in6_addr a;
	struct writer w = writer_new(&a, sizeof(a));

	write_u64(&w, prefix);
	write_u64(&w, iid);
	return a;
}

static uint8_t length_of(const struct pool *p)
{
	return p->c.kind == HA_POOL_PREFIXES ? 64 : 128;
}

/* How many it can give; of a shared /64 more than there are hosts. */
static uint64_t size_of(const struct pool *p)
{
	return p->c.kind == HA_POOL_SHARED ? UINT32_MAX : p->c.size;
}

static bool lies_in(const struct pool *p, const struct in6_addr *a)
{
	switch (p->c.kind) {
	case HA_POOL_PREFIXES:
		return half(a, 0) - half(&p->c.first, 0) < p->c.size;
	case HA_POOL_SHARED:
		return half(a, 0) == half(&p->c.first, 0);
	case HA_POOL_ADDRESSES:
		return half(a, 0) == half(&p->c.first, 0) &&
		       half(a, 1) - half(&p->c.first, 1) < p->c.size;
	}
	return false;
}

static bool is_assigned(const struct ha_static *s, const struct in6_addr *a, uint8_t length)
{
	return s && s->unique == (length == 64) && in6_equal(&s->address, a);
}

uint8_t pool_of(const struct ha *h, const struct host *x, const struct in6_addr *a, uint8_t length)
{
	if (is_assigned(static_find(&h->statics, host_nai(x)), a, length))
		return POOL_NONE;
	for (uint8_t i = 0; i < POOLS_MAX; i++) {
		const struct pool *p = &h->pools[i];

		if (p->is_used && length_of(p) == length && lies_in(p, a))
			return i;
	}
	return POOL_NONE;
}

static bool same_pool(const struct ha_pool_config *a, const struct ha_pool_config *b)
{
	return a->kind == b->kind && in6_equal(&a->first, &b->first) && a->size == b->size;
}

static struct pool *place_for(struct ha *h, const struct ha_pool_config *c)
{
	struct pool *free = NULL;

	for (size_t i = 0; i < POOLS_MAX; i++) {
		struct pool *p = &h->pools[i];

		if (p->is_used && same_pool(&p->c, c))
			return p;
		if (!p->is_used && !free)
			free = p;
	}
	return free;
}

static bool is_configured(const struct ha_config *c, const struct pool *p)
{
	for (size_t i = 0; i < c->n_pools; i++)
		if (same_pool(&c->pools[i], &p->c))
			return true;
	return false;
}

/* Those taken away end by their lifetime, which nobody is promised beyond; their places are free
 * again once no address of theirs is left. */
void pool_configure(struct ha *h, const struct ha_config *c, struct now now)
{
	for (size_t i = 0; i < POOLS_MAX; i++) {
		struct pool *p = &h->pools[i];

		if (!p->is_used || is_configured(c, p))
			continue;
		if (p->taken == 0)
			*p = (struct pool){ 0 };
		else if (!p->ends)
			p->ends = now.mono +
				  (p->c.valid == INFINITE ? TWO_HOURS : p->c.valid) * NSEC_PER_SEC;
	}
	for (size_t i = 0; i < c->n_pools; i++) {
		struct pool *p = place_for(h, &c->pools[i]);

		if (!p)
			continue; /* many reloads ago: those that were taken away go first */
		p->c = c->pools[i];
		p->is_used = true;
		p->ends = 0;
	}
}

/* --- lifetime --- */

uint32_t pool_valid(const struct ha *h, const struct host_address *a, struct now now)
{
	const struct pool *p = a->pool == POOL_NONE ? NULL : &h->pools[a->pool];

	if (!p)
		return INFINITE;
	if (!p->ends)
		return p->c.valid;
	return p->ends > now.mono ? (uint32_t)((p->ends - now.mono) / NSEC_PER_SEC) : 0;
}

bool pool_still_has(const struct ha *h, const struct host_address *a, struct now now)
{
	const struct ha_static *s = static_find(&h->statics, host_nai(a->host));

	/* what is assigned without a /64 does not serve those that ask for one (HA-37) */
	if (s && (s->unique || a->length == 128))
		return is_assigned(s, &a->address, a->length);
	return a->pool != POOL_NONE && pool_valid(h, a, now) > 0 &&
	       !is_static(&h->statics, &a->address, a->length == 64);
}

/* --- kept addresses, in the order in which their hosts went --- */

static struct pool *pool_at(struct ha *h, const struct host_address *a)
{
	return a->pool == POOL_NONE ? NULL : &h->pools[a->pool];
}

void pool_kept(struct ha *h, struct host_address *a)
{
	struct pool *p = pool_at(h, a);

	if (!p)
		return;
	p->kept++;
	a->newer = NULL;
	a->older = p->newest;
	*(p->newest ? &p->newest->newer : &p->oldest) = a;
	p->newest = a;
}

void pool_used(struct ha *h, struct host_address *a)
{
	struct pool *p = pool_at(h, a);

	if (!p)
		return;
	p->kept--;
	*(a->older ? &a->older->newer : &p->oldest) = a->newer;
	*(a->newer ? &a->newer->older : &p->newest) = a->older;
}

void pool_returned(struct ha *h, struct host_address *a)
{
	struct pool *p = pool_at(h, a);

	if (p)
		p->taken--;
}

void pool_restored(struct ha *h, struct host_address *a)
{
	struct pool *p = pool_at(h, a);
	uint64_t place;

	if (!p)
		return;
	p->taken++;
	if (p->c.kind == HA_POOL_SHARED && p->c.identifiers != HA_IDENTIFIERS_SEQUENTIAL)
		return;
	place = p->c.kind == HA_POOL_PREFIXES ? half(&a->address, 0) - half(&p->c.first, 0)
					      : half(&a->address, 1) - half(&p->c.first, 1);
	if (p->c.kind == HA_POOL_SHARED)
		place--; /* identifiers begin with 1 */
	if (place >= p->next)
		p->next = (place + 1) % size_of(p);
}

void pool_adopt(struct ha *h, struct host_address *a)
{
	if (a->pool != POOL_NONE)
		return;
	a->pool = pool_of(h, a->host, &a->address, a->length);
	pool_restored(h, a);
	if (a->state == HOST_ADDRESS_KEPT)
		pool_kept(h, a);
}

/* --- taking --- */

/* Reserved identifiers are not given (RFC 5453, RFC 4291 2.6.1); what a router chooses is its own
 * affair. */
static bool is_reserved(uint64_t iid)
{
	return iid == 0 || iid >> 7 == UINT64_C(0xfdffffffffffff80) >> 7;
}

static bool is_free(const struct ha *h, const struct pool *p, const struct in6_addr *a)
{
	const bool unique = length_of(p) == 64;

	return !address_is_own(h, a) && !is_static(&h->statics, a, unique) &&
	       !address_lookup(&h->addresses, a, unique ? 64 : 128);
}

/* An identifier that is the same whenever this NAI comes into this prefix (RFC 7217), and that says
 * nothing of it to those without the secret. */
static uint64_t stable_iid(const struct ha *h, const struct host *x, uint64_t prefix,
			   uint32_t attempt)
{
	uint8_t buf[16 + NAI_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	uint64_t key[2];

	memcpy(key, h->secret.v, sizeof(key));
	write_u64(&w, prefix);
	write_u32(&w, attempt);
	write_bytes(&w, host_nai(x));
	return siphash24(key, buf, writer_length(&w)) & ~IID_LOCAL;
}

/* The n-th place to look at. */
static struct in6_addr candidate(struct ha *h, const struct pool *p, const struct host *x,
				 const struct pool_wish *w, uint32_t n)
{
	const uint64_t prefix = half(&p->c.first, 0), at = (p->next + n) % size_of(p);
	const uint32_t attempt = w->attempt * SEARCH_MAX + n;

	switch (p->c.kind) {
	case HA_POOL_PREFIXES:
		return address_of(prefix + at, w->iid ? w->iid : stable_iid(h, x, prefix + at, 0));
	case HA_POOL_ADDRESSES:
		return address_of(prefix, half(&p->c.first, 1) + at);
	case HA_POOL_SHARED:
		break;
	}
	switch (p->c.identifiers) {
	case HA_IDENTIFIERS_RANDOM:
		return address_of(prefix, rng_next(&h->rng) & ~IID_LOCAL);
	case HA_IDENTIFIERS_STABLE:
		return address_of(prefix, stable_iid(h, x, prefix, attempt));
	case HA_IDENTIFIERS_SEQUENTIAL:
		break;
	}
	return address_of(prefix, at + 1);
}

static bool find_free(struct ha *h, struct pool *p, const struct host *x, const struct pool_wish *w,
		      struct in6_addr *ret)
{
	const uint64_t size = size_of(p);
	const uint32_t tries = size < SEARCH_MAX ? (uint32_t)size : SEARCH_MAX;

	for (uint32_t n = 0; n < tries && p->taken < size; n++) {
		const struct in6_addr a = candidate(h, p, x, w, n);

		if ((!w->iid && is_reserved(half(&a, 1))) || !is_free(h, p, &a))
			continue;
		p->next = (p->next + n + 1) % size;
		*ret = a;
		return true;
	}
	p->next = (p->next + tries) % size;
	return false;
}

/* Takes a kept address from the host that has been away longest. */
static void take_away(struct ha *h, struct host_address *a, struct now now)
{
	struct host *former = a->host;

	batch_changes(h, former, now);
	address_remove(h, a, NULL);
}

/* One that a reload has assigned to somebody is not given to another; of those there may be a few
 * at a time. */
static bool take_oldest(struct ha *h, struct pool *p, const struct pool_wish *w, struct now now,
			struct in6_addr *ret)
{
	for (int n = 0; n < ASSIGNED_MAX && p->oldest; n++) {
		*ret = p->oldest->address;
		take_away(h, p->oldest, now);
		if (is_static(&h->statics, ret, length_of(p) == 64))
			continue;
		if (w->iid)
			*ret = address_of(half(ret, 0), w->iid);
		return true;
	}
	return false;
}

/* Of any pool, when the table of addresses is full. */
static void make_room(struct ha *h, struct now now)
{
	for (size_t i = 0; i < POOLS_MAX && !slab_left(&h->addresses.slab); i++)
		if (h->pools[i].oldest)
			take_away(h, h->pools[i].oldest, now);
}

static bool serves(const struct pool *p, const struct host *x)
{
	const struct bytes nai = host_nai(x);
	const size_t n = strlen(p->c.realm);

	if (!p->is_used || p->ends)
		return false;
	return n == 0 || (nai.n > n && nai.p[nai.n - n - 1] == '@' &&
			  memcmp(&nai.p[nai.n - n], p->c.realm, n) == 0);
}

static struct host_address *give(struct ha *h, struct host *x, const struct in6_addr *a,
				 uint8_t length, uint8_t pool, struct now now, uint8_t *ret_code)
{
	struct host_address *given;

	make_room(h, now);
	given = address_give(h, x, a, length, pool);
	if (!given) {
		ha_drop(h, DROP_ADDRESSES_FULL);
		*ret_code = MIP4_HA_RESOURCES;
	} else if (pool != POOL_NONE) {
		h->pools[pool].taken++;
	}
	return given;
}

/* The address of its own; whoever has been given it before it was assigned keeps it as long as its
 * binding lives. */
static struct host_address *take_static(struct ha *h, struct host *x, const struct ha_static *s,
					struct now now, uint8_t *ret_code)
{
	const uint8_t length = s->unique ? 64 : 128;
	struct host_address *other = address_lookup(&h->addresses, &s->address, length);

	if (other && other->state == HOST_ADDRESS_KEPT) {
		take_away(h, other, now);
	} else if (other) {
		ha_drop(h, DROP_POOL_EXHAUSTED);
		*ret_code = MIP4_HA_RESOURCES;
		return NULL;
	}
	return give(h, x, &s->address, length, POOL_NONE, now, ret_code);
}

void pool_again(struct ha *h, struct host *x, const struct host_address *former)
{
	if (address_give(h, x, &former->address, former->length, former->pool) &&
	    former->pool != POOL_NONE)
		h->pools[former->pool].taken++;
}

static bool finds(struct ha *h, struct pool *p, const struct host *x, const struct pool_wish *w,
		  struct now now, struct in6_addr *ret)
{
	if (w->unique && p->c.kind != HA_POOL_PREFIXES)
		return false;
	if (find_free(h, p, x, w, ret) || take_oldest(h, p, w, now, ret))
		return true;
	p->denied++;
	return false;
}

/* In the order of the configuration, which is that of h->c, not that of the places. req: HA-2 HA-36
 */
struct host_address *pool_take(struct ha *h, struct host *x, const struct pool_wish *w,
			       struct now now, uint8_t *ret_code)
{
	const struct ha_static *s = static_find(&h->statics, host_nai(x));
	struct in6_addr found;

	if (s && (s->unique || !w->unique))
		return take_static(h, x, s, now, ret_code);
	*ret_code = MIP4_HA_PROHIBITED; /* nothing here serves this NAI */
	for (size_t i = 0; i < h->c.n_pools; i++) {
		struct pool *p = place_for(h, &h->c.pools[i]);

		if (!p || !serves(p, x))
			continue;
		if (finds(h, p, x, w, now, &found))
			return give(h, x, &found, length_of(p), (uint8_t)(p - h->pools), now,
				    ret_code);
		*ret_code = MIP4_HA_RESOURCES;
	}
	if (*ret_code == MIP4_HA_RESOURCES)
		ha_drop(h, DROP_POOL_EXHAUSTED);
	return NULL;
}
