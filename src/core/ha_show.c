/* SPDX-License-Identifier: Apache-2.0 */
/* The binding cache as people see it. */
#include "core/ha_state.h"

_Static_assert(ADDRESSES_PER_HOST_MAX <= HA_INFO_ADDRESSES_MAX, "all are shown");

/* Whole seconds left, 0xffffffff = no end. */
static uint32_t seconds_left(nsec_t until, struct now now)
{
	if (until == NSEC_NEVER)
		return UINT32_MAX;
	return until > now.mono ? (uint32_t)((until - now.mono) / NSEC_PER_SEC) : 0;
}

static void fill(const struct binding *b, struct now now, struct ha_binding_info *ret)
{
	*ret = (struct ha_binding_info){ .nai = binding_nai(b),
					 .tunnel = b->tunnel,
					 .lifetime = seconds_left(b->expires, now),
					 .granted = b->granted };
	for (const struct host_address *a = b->addresses; a; a = a->next)
		ret->addresses[ret->n_addresses++] = (struct ha_address_info){
			.address = a->address,
			.bound = a->state == ADDRESS_BOUND,
			.valid = seconds_left(a->valid_until, now),
		};
}

bool ha_binding_next(struct ha *h, uint32_t *cursor, struct now now, struct ha_binding_info *ret)
{
	while (*cursor < h->bindings.slab.count) {
		const struct binding *b = binding_at(&h->bindings, (*cursor)++);

		if (b) {
			fill(b, now, ret);
			return true;
		}
	}
	return false;
}
