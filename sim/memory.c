/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>

struct block {
	struct block *previous;
	_Alignas(max_align_t) uint8_t data[];
};

/* calloc takes large blocks from the kernel, which has zeroed them already: pages that are never
 * touched cost nothing. */
void *blocks_take(void *ctx, size_t n)
{
	struct blocks *b = ctx;
	struct block *new = calloc(1, sizeof(*new) + n);

	assert(new);
	new->previous = b->last;
	b->last = new;
	return new->data;
}

void blocks_free(struct blocks *b)
{
	while (b->last) {
		struct block *previous = b->last->previous;

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
