/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hold.h"

#include <errno.h>
#include <string.h>

#define BLOCK_DATA 240 /* the usual NS, RS and MLD reports fit into one */

struct hold_block {
	struct hold_block *next; /* of the same queue */
	uint16_t used;           /* octets of data */
	uint16_t length;         /* of the whole packet in its first block, 0 in the others */
	uint8_t data[BLOCK_DATA];
};

static uint32_t blocks_of(size_t n)
{
	return (uint32_t)((n + BLOCK_DATA - 1) / BLOCK_DATA);
}

int hold_pool_new(struct hold_pool *p, const struct memory *m, uint32_t bytes)
{
	return slab_new(&p->blocks, m, sizeof(struct hold_block), blocks_of(bytes));
}

int hold_put(struct hold_pool *p, struct hold_queue *q, struct bytes packet, uint32_t max)
{
	if (packet.n == 0 || q->packets >= max || packet.n > HOLD_BYTES_MAX - q->bytes ||
	    blocks_of(packet.n) > slab_left(&p->blocks))
		return -ENOBUFS;
	for (size_t at = 0; at < packet.n; at += BLOCK_DATA) {
		struct hold_block *b = slab_take(&p->blocks);
		size_t left = packet.n - at;

		b->used = (uint16_t)(left < BLOCK_DATA ? left : BLOCK_DATA);
		b->length = at ? 0 : (uint16_t)packet.n;
		memcpy(b->data, packet.p + at, b->used);
		*(q->first ? &q->last->next : &q->first) = b;
		q->last = b;
	}
	q->packets++;
	q->bytes += (uint32_t)packet.n;
	return 0;
}

size_t hold_first(const struct hold_queue *q)
{
	return q->first ? q->first->length : 0;
}

/* The first block of the queue, copied to ret if there is one; how many octets it had. */
static size_t take_block(struct hold_pool *p, struct hold_queue *q, uint8_t *ret)
{
	struct hold_block *b = q->first;
	size_t n = b->used;

	if (ret)
		memcpy(ret, b->data, n);
	q->first = b->next;
	slab_give(&p->blocks, b);
	return n;
}

void hold_take(struct hold_pool *p, struct hold_queue *q, uint8_t *ret)
{
	size_t n = hold_first(q);

	for (size_t at = 0; at < n;)
		at += take_block(p, q, ret + at);
	q->packets--;
	q->bytes -= (uint32_t)n;
}

uint32_t hold_drop(struct hold_pool *p, struct hold_queue *q)
{
	uint32_t n = q->packets;

	while (q->first)
		take_block(p, q, NULL);
	*q = (struct hold_queue){ 0 };
	return n;
}
