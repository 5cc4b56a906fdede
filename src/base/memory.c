/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

int slab_new(struct slab *s, const struct memory *m, size_t object_size, uint32_t count)
{
	size_t align = _Alignof(max_align_t), size, total;
	uint8_t *base;
	uint32_t *stack;

	if (__builtin_add_overflow(object_size, align - 1, &size))
		return -ENOMEM;
	size -= size % align;
	if (__builtin_mul_overflow(size, count, &total))
		return -ENOMEM;
	base = memory_alloc(m, total);
	stack = memory_alloc(m, (size_t)count * sizeof(*stack));
	if (!base || !stack)
		return -ENOMEM;
	*s = (struct slab){ .base = base, .free = stack, .size = size, .count = count };
	return 0;
}

void *slab_take(struct slab *s)
{
	if (s->n_free)
		return memset(slab_at(s, s->free[--s->n_free]), 0, s->size);
	return s->next < s->count ? slab_at(s, s->next++) : NULL; /* zeroed when it was new */
}

void slab_give(struct slab *s, void *object)
{
	assert(s->n_free < s->next);
	s->free[s->n_free++] = slab_index(s, object);
}

uint32_t slab_index(const struct slab *s, const void *object)
{
	size_t offset = (size_t)((const uint8_t *)object - s->base);

	assert(offset % s->size == 0 && offset / s->size < s->count);
	return (uint32_t)(offset / s->size);
}

void *slab_at(const struct slab *s, uint32_t index)
{
	assert(index < s->count);
	return s->base + s->size * index;
}
