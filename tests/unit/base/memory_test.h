/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for tests: from calloc, counted, so that a test can let it run out and give it back. */
#pragma once

#include <stdlib.h>

#include "base/memory.h"

#define TEST_BLOCKS_MAX 128

struct test_memory {
	struct memory memory;
	void *blocks[TEST_BLOCKS_MAX];
	size_t sizes[TEST_BLOCKS_MAX];
	size_t n, allowed;
	size_t missing; /* one more that cannot be had: after so many others */
};

static inline void *test_memory_alloc(void *ctx, size_t n)
{
	struct test_memory *m = ctx;

	if (m->n == m->allowed)
		return NULL;
	if (m->n == m->missing) {
		m->missing = TEST_BLOCKS_MAX;
		return NULL;
	}
	m->sizes[m->n] = n;
	return m->blocks[m->n++] = calloc(1, n);
}

/* `allowed` blocks can be had. */
static inline void test_memory_init(struct test_memory *m, size_t allowed)
{
	*m = (struct test_memory){ .memory = { test_memory_alloc, m },
				   .allowed = allowed,
				   .missing = TEST_BLOCKS_MAX };
}

static inline void test_memory_done(struct test_memory *m)
{
	while (m->n)
		free(m->blocks[--m->n]);
}
