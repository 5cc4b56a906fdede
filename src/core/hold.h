/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that wait for a registration (draft 3.2.2 steps 2 and 9): queues of copies, cut into
 * blocks of one pool, so that what hosts can make us hold is bounded. */
#pragma once

#include "base/bytes.h"
#include "base/memory.h"

/* A host that comes up sends an MLD report, two or three NS, an RS and a report again, each below
 * 120 octets: sixteen are two rounds of it with data. */
#define HOLD_PACKETS_MAX 16
#define HOLD_BYTES_MAX   16384
/* From the home agent: its first router advertisements (A23). */
#define HOLD_EARLY_MAX 4

struct hold_block;

struct hold_pool {
	struct slab blocks;
};

struct hold_queue {
	struct hold_block *first, *last;
	uint32_t packets, bytes;
};

/* Room for about `bytes` octets in all. 0 or -ENOMEM. */
int hold_pool_new(struct hold_pool *p, const struct memory *m, uint32_t bytes);
/* Copies a packet to the end. 0, or -ENOBUFS: the queue would exceed `max` packets or
 * HOLD_BYTES_MAX, or the pool is empty. */
int hold_put(struct hold_pool *p, struct hold_queue *q, struct bytes packet, uint32_t max);
/* Length of the first packet; 0 if there is none. */
size_t hold_first(const struct hold_queue *q);
/* Takes the first packet out, into hold_first() octets at ret. */
void hold_take(struct hold_pool *p, struct hold_queue *q, uint8_t *ret);
/* Empties the queue: how many packets that were. */
uint32_t hold_drop(struct hold_pool *p, struct hold_queue *q);
