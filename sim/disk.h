/* SPDX-License-Identifier: Apache-2.0 */
/* The store of a node, in memory: what is committed is there after a restart. */
#pragma once

#include "base/hash.h"
#include "core/role.h"

struct disk {
	struct hash records;
	struct disk_record *first, *last; /* in the order in which their keys came */
	struct disk_record *pending; /* the transaction, newest first; no value: to be deleted */
	uint32_t n;
	uint64_t digest; /* of all records */
	bool full;       /* commits fail */
};

void disk_new(struct disk *d, uint32_t expected);
void disk_done(struct disk *d);
/* As if it had never been written to. */
void disk_forget(struct disk *d);
void disk_put(struct disk *d, struct bytes key, struct bytes value);
void disk_del(struct disk *d, struct bytes key);
/* 0, or -ENOSPC: nothing of the transaction is there. */
int disk_commit(struct disk *d);
/* Drops a transaction that has begun. */
void disk_abort(struct disk *d);
/* Each record; stops at the first that `each` returns an error for. */
int disk_each(const struct disk *d, int (*each)(void *ctx, struct bytes key, struct bytes value),
	      void *ctx);
