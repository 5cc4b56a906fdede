/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers: a binary heap of pointers to timers that live inside other objects. Setting, moving and
 * clearing are O(log n); nothing is allocated after heap_new.
 */
#pragma once

#include "base/memory.h"
#include "base/time.h"

struct timer {
	nsec_t due;
	uint32_t slot; /* place in the heap plus one; 0 = not set */
	uint16_t kind; /* the owner's enumeration of its timers */
};

struct heap {
	struct timer **v;
	uint32_t n, max;
};

/* Room for max timers set at once; 0 or -ENOMEM. */
int heap_new(struct heap *h, const struct memory *m, uint32_t max);
/* Sets or moves a timer. */
void heap_set(struct heap *h, struct timer *t, nsec_t due);
void heap_clear(struct heap *h, struct timer *t);
/* The earliest timer, still set, or NULL. */
struct timer *heap_first(const struct heap *h);
/* When the earliest timer is due, or NSEC_NEVER. */
nsec_t heap_due(const struct heap *h);
static inline bool timer_is_set(const struct timer *t)
{
	return t->slot != 0;
}
