/* SPDX-License-Identifier: Apache-2.0 */
/* The store without files: what it holds, as transactions change it. */
#pragma once

#include "store/block.h"
#include "store/store.h"

int memory_load(struct store_memory *m, int (*each)(void *ctx, const struct record *r), void *ctx);
/* `records` of them from p on, all or none: 0 or -ENOMEM. */
int memory_commit(struct store_memory *m, const uint8_t *p, uint32_t records);
