/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

struct arena_block {
	struct arena_block *next;
	max_align_t data[];
};

#define HUGE_PAGE ((size_t)2 << 20)

/* Tables for a million hosts are met at random: pages of 2 MiB save most of the walks through page
 * tables that a request costs then. Where there are none, nothing is lost. */
static void ask_for_huge_pages(struct arena_block *b, size_t n)
{
	const uintptr_t from = ((uintptr_t)b + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	const uintptr_t to = ((uintptr_t)b + n) & ~(HUGE_PAGE - 1);

	if (to > from)
		madvise((void *)from, to - from, MADV_HUGEPAGE);
}

static void *take(void *ctx, size_t n)
{
	struct arena *a = ctx;
	struct arena_block *b;

	if (n > SIZE_MAX - sizeof(*b))
		return NULL;
	b = calloc(1, sizeof(*b) + n); /* large ones come zeroed from the kernel, page by page */
	if (!b)
		return NULL;
	ask_for_huge_pages(b, sizeof(*b) + n);
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
