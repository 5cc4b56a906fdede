/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_hold.h"
#include "core/ha_state.h"

int ha_hold_pool_new(struct ha_hold_pool *p, const struct memory *m, uint32_t bindings_max)
{
	const uint32_t n = bindings_max < HOLD_TOTAL_MAX / HOLD_PER_ADDRESS_MAX
				   ? bindings_max * HOLD_PER_ADDRESS_MAX
				   : HOLD_TOTAL_MAX;

	return slab_new(&p->slab, m, sizeof(struct ha_held), n);
}

void ha_hold_packet(struct ha *h, struct host_address *a, struct bytes packet)
{
	struct ha_held **at = &a->proxy->held, *p;
	uint32_t n = 0;

	for (; *at; at = &(*at)->next)
		n++;
	if (n >= HOLD_PER_ADDRESS_MAX || packet.n > HOLD_PACKET_MAX ||
	    !(p = slab_take(&h->held.slab))) {
		ha_drop(h, DROP_BUFFER_FULL);
		return;
	}
	p->n = (uint16_t)packet.n;
	memcpy(p->packet, packet.p, packet.n);
	*at = p;
}

void ha_hold_forward(struct ha *h, struct host_address *a, struct actions *out)
{
	const struct ha_tunnel *t = a->host->binding->tunnel;

	for (struct ha_held *p; (p = a->proxy->held);) {
		struct bytes packet = actions_copy(out, (struct bytes){ p->packet, p->n });
		struct action *f = action_add(out, ACTION_FORWARD, a->id);

		f->tunnel_send.local = t->local;
		f->tunnel_send.remote = t->remote;
		f->tunnel_send.key = t->key;
		f->tunnel_send.packet = packet;
		a->proxy->held = p->next;
		slab_give(&h->held.slab, p);
	}
}

void ha_hold_drop(struct ha *h, struct proxy *proxy)
{
	for (struct ha_held *p; (p = proxy->held);) {
		ha_drop(h, DROP_NOT_REGISTERED);
		proxy->held = p->next;
		slab_give(&h->held.slab, p);
	}
}
