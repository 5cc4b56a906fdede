/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers: a heap of those that live inside other objects. Setting, moving and clearing are
 * O(log n); nothing is allocated after heap_new. Four children to a node, and the times beside the
 * pointers: comparing needs one cache line a level, not one a timer.
 */
#pragma once

#include "base/memory.h"
#include "base/time.h"

struct timer {
	nsec_t due;
	uint32_t slot; /* place in the heap plus one; 0 = not set */
	uint16_t kind; /* the owner's enumeration of its timers */
};

struct heap_entry {
	nsec_t due;
	struct timer *timer;
};

struct heap {
	struct heap_entry *v;
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
/* Sets a timer, or leaves it if it rings before `due`: whoever it rings for looks when it is due.
 * So what is put off again and again, as by every renewal, costs nothing. */
static inline void heap_put_off(struct heap *h, struct timer *t, nsec_t due)
{
	if (!timer_is_set(t) || t->due > due)
		heap_set(h, t, due);
}
