/* SPDX-License-Identifier: Apache-2.0 */
/* The memory that cores are given: blocks that are freed all at once. */
#pragma once

#include "base/memory.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* The arena must stay where it is as long as the result is used. */
struct memory arena_memory(struct arena *a);
void arena_free(struct arena *a);
