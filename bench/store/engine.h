/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmark asks of a store; each candidate is a file of this folder. */
#pragma once

#include "base/bytes.h"

struct record {
	struct bytes key, value;
};

struct engine {
	const char *name;
	void *(*open)(const char *path, bool sync_each);
	/* One transaction; on return it survives kill -9 and, with sync_each, power loss. */
	void (*commit)(void *e, const struct record *r, size_t n);
	/* Called by a thread of its own every 100 ms without sync_each; NULL: the engine has no way
	 * to sync in the background that keeps it whole after power loss, or does it by itself. */
	void (*sync)(void *e);
	/* Reads every record of the store just opened; returns how many. */
	size_t (*load)(void *e);
	void (*close)(void *e);
};

extern const struct engine engine_log, engine_rocksdb, engine_rocksdb_vector, engine_leveldb,
	engine_sqlite, engine_lmdb;

/* Says what failed and ends the program. */
void bench_fail(const char *what, const char *why) __attribute__((noreturn));
