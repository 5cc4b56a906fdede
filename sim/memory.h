/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of roles and models: blocks that are given back together, when a process "ends". */
#pragma once

#include "base/memory.h"

struct blocks {
	struct block *last;
};

/* For struct memory, ctx being a struct blocks. */
void *blocks_take(void *ctx, size_t n);
void blocks_free(struct blocks *b);
/* For what lives as long as the simulator or is freed by its owner; ctx is not used. */
void *memory_of_process(void *ctx, size_t n);
