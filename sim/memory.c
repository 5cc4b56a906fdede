/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE ((size_t)4 << 20)

struct block {
	struct block *previous;
	size_t mapped; /* octets; 0: of malloc */
	_Alignas(max_align_t) uint8_t data[];
};

/* In pages of 2 MiB where the kernel has them: with a million hosts hardly anything that is looked
 * for is in a cache, and half of the time would go into finding its page. What is never touched
 * costs nothing. */
static struct block *map(size_t n)
{
	struct block *b = mmap(NULL, n, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert(b != MAP_FAILED);
	madvise(b, n, MADV_HUGEPAGE);
	b->mapped = n;
	return b;
}

void *blocks_take(void *ctx, size_t n)
{
	struct blocks *b = ctx;
	const size_t whole = sizeof(struct block) + n;
	struct block *new = n >= LARGE ? map(whole) : calloc(1, whole);

	assert(new);
	new->previous = b->last;
	b->last = new;
	return new->data;
}

void blocks_free(struct blocks *b)
{
	while (b->last) {
		struct block *previous = b->last->previous;

		if (b->last->mapped)
			munmap(b->last, b->last->mapped);
		else
			free(b->last);
		b->last = previous;
	}
}

void *memory_of_process(void *ctx, size_t n)
{
	void *p = calloc(1, n);

	assert(p);
	return p;
}
