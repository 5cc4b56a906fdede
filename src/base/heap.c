/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <assert.h>
#include <errno.h>

#define CHILDREN 4

int heap_new(struct heap *h, const struct memory *m, uint32_t max)
{
	struct heap_entry *v = memory_alloc(m, (size_t)max * sizeof(*v));

	if (!v)
		return -ENOMEM;
	*h = (struct heap){ .v = v, .max = max };
	return 0;
}

static void place(struct heap *h, struct heap_entry e, uint32_t i)
{
	h->v[i] = e;
	e.timer->slot = i + 1;
}

static uint32_t parent_of(uint32_t i)
{
	return (i - 1) / CHILDREN;
}

static void sift_up(struct heap *h, struct heap_entry e, uint32_t i)
{
	while (i > 0 && h->v[parent_of(i)].due > e.due) {
		place(h, h->v[parent_of(i)], i);
		i = parent_of(i);
	}
	place(h, e, i);
}

/* The child that is due first, or h->n if there is none. */
static uint32_t first_child(const struct heap *h, uint32_t i)
{
	const uint64_t from = CHILDREN * (uint64_t)i + 1;
	uint32_t first = h->n;

	for (uint64_t c = from; c < from + CHILDREN && c < h->n; c++)
		if (first == h->n || h->v[c].due < h->v[first].due)
			first = (uint32_t)c;
	return first;
}

static void sift_down(struct heap *h, struct heap_entry e, uint32_t i)
{
	for (uint32_t c; (c = first_child(h, i)) < h->n && h->v[c].due < e.due; i = c)
		place(h, h->v[c], i);
	place(h, e, i);
}

/* Puts e, whose place i is free, where its time belongs. */
static void settle(struct heap *h, struct heap_entry e, uint32_t i)
{
	if (i > 0 && e.due < h->v[parent_of(i)].due)
		sift_up(h, e, i);
	else
		sift_down(h, e, i);
}

void heap_set(struct heap *h, struct timer *t, nsec_t due)
{
	uint32_t i;

	if (timer_is_set(t)) {
		i = t->slot - 1;
		assert(i < h->n && h->v[i].timer == t);
	} else {
		assert(h->n < h->max);
		i = h->n++;
	}
	t->due = due;
	settle(h, (struct heap_entry){ due, t }, i);
}

void heap_clear(struct heap *h, struct timer *t)
{
	if (!timer_is_set(t))
		return;

	uint32_t i = t->slot - 1;
	assert(i < h->n && h->v[i].timer == t);
	struct heap_entry last = h->v[--h->n];

	t->slot = 0;
	if (last.timer != t)
		settle(h, last, i);
}

struct timer *heap_first(const struct heap *h)
{
	return h->n ? h->v[0].timer : NULL;
}

nsec_t heap_due(const struct heap *h)
{
	return h->n ? h->v[0].due : NSEC_NEVER;
}
