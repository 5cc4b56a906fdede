/* SPDX-License-Identifier: Apache-2.0 */
/* The binding cache as people see it. */
#include "core/ha_state.h"

_Static_assert(ADDRESSES_PER_HOST_MAX + 1 <= HA_INFO_ADDRESSES_MAX, "all are shown");

/* Whole seconds left, 0xffffffff = no end. */
static uint32_t seconds_left(nsec_t until, struct now now)
{
	if (until == NSEC_NEVER)
		return UINT32_MAX;
	return until > now.mono ? (uint32_t)((until - now.mono) / NSEC_PER_SEC) : 0;
}

static void add(const struct host_address *a, uint32_t valid, struct ha_binding_info *ret)
{
	ret->addresses[ret->n_addresses++] = (struct ha_address_info){
		.address = a->address, .bound = a->state == HOST_ADDRESS_BOUND, .valid = valid
	};
}

/* req: HA-29 */
static void fill(const struct ha *h, const struct binding *b, struct now now,
		 struct ha_binding_info *ret)
{
	const struct host *x = b->host;

	*ret = (struct ha_binding_info){ .nai = binding_nai(b),
					 .tunnel = binding_tunnel(b),
					 .lifetime = seconds_left(b->expires, now),
					 .granted = b->granted,
					 .tunnelling = b->link };
	if (x->home && x->home->state != HOST_ADDRESS_KEPT) {
		ret->has_home = true;
		ret->home = x->home->address;
		ret->unique = x->home->length == 64;
		add(x->home, pool_valid(h, x->home, now), ret);
	}
	for (const struct host_address *a = x->learnt; a; a = a->next)
		add(a, seconds_left(a->proxy->valid_until, now), ret);
}

bool ha_binding_next(struct ha *h, uint32_t *cursor, struct now now, struct ha_binding_info *ret)
{
	while (*cursor < h->bindings.slab.next) {
		const struct binding *b = binding_at(&h->bindings, (*cursor)++);

		if (b) {
			fill(h, b, now, ret);
			return true;
		}
	}
	return false;
}

bool ha_pool_next(const struct ha *h, uint32_t *cursor, struct ha_pool_info *ret)
{
	while (*cursor < POOLS_MAX) {
		const struct pool *p = &h->pools[(*cursor)++];

		if (!p->is_used || (p->ends && !p->taken))
			continue;
		*ret = (struct ha_pool_info){ .config = &p->c,
					      .ending = p->ends,
					      .used = p->taken - p->kept,
					      .kept = p->kept,
					      .denied = p->denied };
		return true;
	}
	return false;
}

size_t ha_prefixes(const struct ha *h, struct in6_addr ret[ND_PREFIXES_MAX])
{
	for (size_t i = 0; i < h->prefixes.n; i++)
		ret[i] = h->prefixes.v[i].c.prefix;
	return h->prefixes.n;
}
