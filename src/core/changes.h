/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of which places of a table the store has yet to hear: a queue, each place once. A batch is told
 * the first of them; they are forgotten when it is stored.
 */
#pragma once

#include "base/memory.h"

struct changes {        /* places are numbered from 1, so that a zeroed number is none */
	uint32_t *next; /* of each: the next changed one, itself if it is the last, 0 = unchanged */
	uint32_t first, last;
	uint32_t told; /* the last one that changes_next has given */
};

/* Of places 1 to n. 0 or -ENOMEM. */
int changes_new(struct changes *c, const struct memory *m, uint32_t n);
/* What the place's record says is no longer so. */
void changes_add(struct changes *c, uint32_t place);
/* The changed ones, each once, in the order of change; 0 when there are no more. */
uint32_t changes_next(struct changes *c);
/* Those that changes_next has given are stored; or they are not, and it begins anew. */
void changes_stored(struct changes *c, bool stored);
