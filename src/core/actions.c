/* SPDX-License-Identifier: Apache-2.0 */
#include "core/actions.h"

#include <assert.h>

const char *const event_names[EVENT_MAX] = {
	[EVENT_ATTACHED] = "attached",
	[EVENT_MOVED] = "moved",
	[EVENT_RENEWED] = "renewed",
	[EVENT_DETACHED] = "detached",
	[EVENT_EXPIRED] = "expired",
	[EVENT_REVOKED] = "revoked",
	[EVENT_REFUSED] = "refused",
	[EVENT_ADDRESS_BOUND] = "address-bound",
	[EVENT_ADDRESS_DUPLICATE] = "address-duplicate",
	[EVENT_ADDRESS_EXPIRED] = "address-expired",
	[EVENT_LINK_LOST] = "link-lost",
	[EVENT_UNREACHABLE] = "unreachable",
	[EVENT_SESSION_OPENED] = "session-opened",
	[EVENT_SESSION_ENDED] = "session-ended",
};

struct action *action_add(struct actions *a, enum action_type type, uint32_t id)
{
	struct action *v = &a->v[a->n];

	assert(a->n < a->max);
	a->n++;
	/* an initializer need not zero the union beyond its first member */
	memset(v, 0, sizeof(*v));
	v->type = type;
	v->id = id;
	return v;
}

uint8_t *actions_reserve(struct actions *a, size_t n)
{
	uint8_t *p = a->payload + a->used;

	assert(n <= a->payload_max - a->used);
	a->used += n;
	return p;
}

struct bytes actions_copy(struct actions *a, struct bytes b)
{
	uint8_t *p = actions_reserve(a, b.n);

	if (b.n)
		memcpy(p, b.p, b.n);
	return (struct bytes){ p, b.n };
}
