/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that outlive the process: a key, a value, transactions. The caller has everything in its
 * own memory and asks for it once, at start; so a store keeps no index and cannot look anything up.
 *
 * Two promises: a transaction that was committed survives `kill -9` always; and after a power loss
 * the store is whole, holds the first N of the committed transactions, each complete, and misses at
 * most what `enum store_sync` says. Not for more than one thread at a time.
 */
#pragma once

#include "base/bytes.h"

#define STORE_KEY_MAX         255       /* a tag and the longest NAI that fits into a message */
#define STORE_VALUE_MAX       4096      /* a binding with all its addresses takes some 700 */
#define STORE_TRANSACTION_MAX (4 << 20) /* octets: 1,024 records of nearly the largest size */

struct store;

enum store_sync {
	STORE_SYNC_INTERVAL, /* power loss takes what was committed within the interval before it
				and the time that one sync takes */
	STORE_SYNC_BATCH,    /* power loss takes nothing; a commit waits for the disk */
};

/* Opens the store in folder `path`, made if it is not there (its parent must be). 0 or a negative
 * errno, and then `ret_why` is a sentence for a person:
 *   -EBADMSG  damaged; nothing was changed. store_move_aside makes room for a new one
 *   -ENOTSUP  made by a newer version
 *   -EBUSY    another process has it open
 *   others    of the file system: -EACCES, -EROFS, -ENOSPC, -EIO, ...; -ENOMEM
 * What a power loss or a kill left unfinished at the end is no damage: it was never promised.
 * `interval_ms` only with STORE_SYNC_INTERVAL, at least 1. */
int store_open(const char *path, enum store_sync sync, uint32_t interval_ms, struct store **ret,
	       char *ret_why, size_t n);

/* What a store in memory holds, apart from the store: it outlives store_close as files would. */
struct store_memory;
int store_memory_new(struct store_memory **ret);
void store_memory_free(struct store_memory *m);
/* A store without files. With `m` NULL it keeps nothing at all: for running without durability.
 * `m` stays the caller's. 0 or -ENOMEM. */
int store_open_memory(struct store_memory *m, struct store **ret);

/* Syncs and frees; takes NULL. A negative errno if that last sync failed. */
int store_close(struct store *s);

/* Calls `each` once for every record, in any order; stops at the first non-zero result and returns
 * it. Once, and before the first put. The views live until `each` returns. -ENOMEM. */
int store_load(struct store *s, int (*each)(void *ctx, struct bytes key, struct bytes value),
	       void *ctx);

/* They collect a transaction; the bytes are copied. 0, or -EINVAL for a key or value that is too
 * long, -E2BIG for a transaction that is: then its commit fails in the same way. */
int store_put(struct store *s, struct bytes key, struct bytes value);
int store_del(struct store *s, struct bytes key);

/* Commits it: 0 when it survives. A negative errno when none of it is stored, now or after a
 * restart: -ENOSPC, -EDQUOT, -EIO, ...; the next commit tries again and works as soon as the cause
 * is gone. The transaction is empty afterwards in either case; one without records is 0. Does not
 * wait for the disk with STORE_SYNC_INTERVAL. */
int store_commit(struct store *s);

/* What went wrong in the store's own threads and still is: 0, or a negative errno and a sentence
 * for the log. -EIO: a sync failed, no commit succeeds until all was written anew, which the next
 * commits try. Any other: old files cannot be replaced by a smaller one, so they grow. */
int store_trouble(struct store *s, char *ret_why, size_t n);

/* When the operator says that a store (damaged, or of a newer version) is to be given up: renames
 * the folder to PATH.aside-YYYYMMDDTHHMMSSZ, with the time `now` (s since 1970, UTC), and writes
 * that name to `ret_where`. 0; -EBUSY if a process has it open; -ENOENT, -EACCES, ...: nothing was
 * changed. `ret_where` then is a sentence that says why. */
int store_move_aside(const char *path, int64_t now, char *ret_where, size_t n);
