/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/arena.h"

#include <stdlib.h>

struct arena_block {
	struct arena_block *next;
	max_align_t data[];
};

static void *take(void *ctx, size_t n)
{
	struct arena *a = ctx;
	struct arena_block *b;

	if (n > SIZE_MAX - sizeof(*b))
		return NULL;
	b = calloc(1, sizeof(*b) + n); /* large ones come zeroed from the kernel, page by page */
	if (!b)
		return NULL;
	b->next = a->blocks;
	a->blocks = b;
	return b->data;
}

struct memory arena_memory(struct arena *a)
{
	return (struct memory){ take, a };
}

void arena_free(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
}
