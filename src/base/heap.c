/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <assert.h>
#include <errno.h>

int heap_new(struct heap *h, const struct memory *m, uint32_t max)
{
	struct timer **v = memory_alloc(m, (size_t)max * sizeof(*v));

	if (!v)
		return -ENOMEM;
	*h = (struct heap){ .v = v, .max = max };
	return 0;
}

static void place(struct heap *h, struct timer *t, uint32_t i)
{
	h->v[i] = t;
	t->slot = i + 1;
}

static void sift_up(struct heap *h, struct timer *t, uint32_t i)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / 2;

		if (h->v[parent]->due <= t->due)
			break;
		place(h, h->v[parent], i);
		i = parent;
	}
	place(h, t, i);
}

static void sift_down(struct heap *h, struct timer *t, uint32_t i)
{
	for (;;) {
		uint64_t child = 2 * (uint64_t)i + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n && h->v[child + 1]->due < h->v[child]->due)
			child++;
		if (t->due <= h->v[child]->due)
			break;
		place(h, h->v[child], i);
		i = (uint32_t)child;
	}
	place(h, t, i);
}

/* Puts t, whose place i is free, where its time belongs. */
static void settle(struct heap *h, struct timer *t, uint32_t i)
{
	if (i > 0 && t->due < h->v[(i - 1) / 2]->due)
		sift_up(h, t, i);
	else
		sift_down(h, t, i);
}

void heap_set(struct heap *h, struct timer *t, nsec_t due)
{
	uint32_t i;

	if (timer_is_set(t)) {
		i = t->slot - 1;
		assert(i < h->n && h->v[i] == t);
	} else {
		assert(h->n < h->max);
		i = h->n++;
	}
	t->due = due;
	settle(h, t, i);
}

void heap_clear(struct heap *h, struct timer *t)
{
	if (!timer_is_set(t))
		return;

	uint32_t i = t->slot - 1;
	assert(i < h->n && h->v[i] == t);
	struct timer *last = h->v[--h->n];

	t->slot = 0;
	if (last != t)
		settle(h, last, i);
}

struct timer *heap_first(const struct heap *h)
{
	return h->n ? h->v[0] : NULL;
}

nsec_t heap_due(const struct heap *h)
{
	return h->n ? h->v[0]->due : NSEC_NEVER;
}
