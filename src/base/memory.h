/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a core's memory comes from: blocks asked for once, at `_new`, through a function that the
 * environment gives. A slab cuts such a block into objects of one size.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory {
	/* n zeroed octets, aligned as malloc does, or NULL. Freed as a whole by the environment. */
	void *(*alloc)(void *ctx, size_t n);
	void *ctx;
};

static inline void *memory_alloc(const struct memory *m, size_t n)
{
	return m->alloc(m->ctx, n);
}

/* Objects keep their index while they live; a freed object's octets are zeroed on the next take.
 * What was never taken is not touched, so it costs addresses only. */
struct slab {
	uint8_t *base;
	uint32_t *free; /* stack of indices that were taken and given back */
	size_t size;
	uint32_t count, n_free, next; /* next: the first that was never taken */
};

/* 0 or -ENOMEM. */
int slab_new(struct slab *s, const struct memory *m, size_t object_size, uint32_t count);
void *slab_take(struct slab *s); /* zeroed; NULL when exhausted */
void slab_give(struct slab *s, void *object);
uint32_t slab_index(const struct slab *s, const void *object);
void *slab_at(const struct slab *s, uint32_t index); /* any index < count, taken or not */
/* An object is going to be used: the processor may fetch it meanwhile. NULL is nothing. */
static inline void memory_ask(const void *p, size_t n)
{
	for (size_t at = 0; p && at < n; at += 64) /* a cache line of most processors */
		__builtin_prefetch((const uint8_t *)p + at);
}
static inline uint32_t slab_left(const struct slab *s)
{
	return s->count - s->next + s->n_free;
}
static inline uint32_t slab_used(const struct slab *s)
{
	return s->next - s->n_free;
}
