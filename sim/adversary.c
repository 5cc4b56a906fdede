/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/adversary.h"

#include "proto/mip4.h"

#include <string.h>

#define REMEMBERED 64

struct heard {
	struct node *to;
	struct in_addr local, remote;
	uint16_t n;
	uint8_t data[512]; /* no message of ours is longer */
};

struct adversary {
	struct heard v[REMEMBERED];
	uint32_t n;
	bool forging;
	uint32_t bit;
};

void adversary_new(struct world *w)
{
	w->adversary = blocks_take(&w->memory, sizeof(*w->adversary));
}

void adversary_saw(struct world *w, const struct in_flight *e)
{
	struct adversary *a = w->adversary;
	struct heard *h;

	if (!a || e->n > sizeof(h->data))
		return;
	h = &a->v[a->n++ % REMEMBERED];
	*h = (struct heard){ .to = e->to, .local = e->local, .remote = e->remote, .n = e->n };
	memcpy(h->data, e->data, e->n);
}

void adversary_replay(struct world *w, uint32_t which)
{
	const struct adversary *a = w->adversary;
	const uint32_t n = a->n < REMEMBERED ? a->n : REMEMBERED;
	const struct heard *h;

	if (!n)
		return;
	h = &a->v[which % n];
	if (!h->n)
		return;
	world_post(w, ARRIVE_DATAGRAM, h->to, h->local, h->remote, BYTES(h->data, h->n), 0)
		->replayed = true;
}

void adversary_forgets(struct world *w, const struct node *n)
{
	struct adversary *a = w->adversary;

	for (uint32_t i = 0; a && i < REMEMBERED; i++)
		if (a->v[i].to == n && a->v[i].data[0] == MIP4_REVOCATION)
			a->v[i].n = 0;
}

void adversary_forge(struct world *w, uint32_t bit)
{
	w->adversary->forging = true;
	w->adversary->bit = bit;
}

void adversary_passes(struct world *w, struct node *to, struct in_addr local, struct in_addr remote,
		      struct bytes data)
{
	struct adversary *a = w->adversary;
	uint8_t copy[512];
	uint32_t bit;

	if (!a || !a->forging || data.n > sizeof(copy) || to->kind == NODE_ROUTER)
		return;
	a->forging = false;
	bit = a->bit % (uint32_t)(8 * data.n);
	memcpy(copy, data.p, data.n);
	copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	world_post(w, ARRIVE_DATAGRAM, to, local, remote, BYTES(copy, data.n), 0)->replayed = true;
}
