/* SPDX-License-Identifier: Apache-2.0 */
/* RocksDB: write-ahead log and memtable; as it comes, and with the vector memtable, which only
 * sorts when it is flushed. Point-in-time recovery (the default) is what survives power loss. */
#include "engine.h"

#include <rocksdb/c.h>
#include <stdlib.h>

#define MEMTABLE (64u << 20)

struct rocks {
	rocksdb_t *db;
	rocksdb_options_t *options;
	rocksdb_writeoptions_t *write;
	rocksdb_writebatch_t *batch;
};

static void check(char *error)
{
	if (error)
		bench_fail("rocksdb", error);
}

static void *rocks_open_with(const char *path, bool sync_each, bool vector)
{
	struct rocks *e = calloc(1, sizeof(*e));
	char *error = NULL;

	e->options = rocksdb_options_create();
	rocksdb_options_set_create_if_missing(e->options, 1);
	rocksdb_options_set_compression(e->options, rocksdb_no_compression);
	rocksdb_options_set_write_buffer_size(e->options, MEMTABLE);
	rocksdb_options_set_max_write_buffer_number(e->options, 4);
	rocksdb_options_increase_parallelism(e->options, 2);
	if (vector) {
		rocksdb_options_set_memtable_vector_rep(e->options);
		rocksdb_options_set_allow_concurrent_memtable_write(e->options, 0);
	}
	e->write = rocksdb_writeoptions_create();
	rocksdb_writeoptions_set_sync(e->write, sync_each);
	e->batch = rocksdb_writebatch_create();
	e->db = rocksdb_open(e->options, path, &error);
	check(error);
	return e;
}

static void *rocks_open(const char *path, bool sync_each)
{
	return rocks_open_with(path, sync_each, false);
}

static void *rocks_open_vector(const char *path, bool sync_each)
{
	return rocks_open_with(path, sync_each, true);
}

static void rocks_commit(void *ctx, const struct record *r, size_t n)
{
	struct rocks *e = ctx;
	char *error = NULL;

	rocksdb_writebatch_clear(e->batch);
	for (size_t i = 0; i < n; i++)
		rocksdb_writebatch_put(e->batch, (const char *)r[i].key.p, r[i].key.n,
				       (const char *)r[i].value.p, r[i].value.n);
	rocksdb_write(e->db, e->write, e->batch, &error);
	check(error);
}

static void rocks_sync(void *ctx)
{
	struct rocks *e = ctx;
	char *error = NULL;

	rocksdb_flush_wal(e->db, 1, &error);
	check(error);
}

static size_t rocks_load(void *ctx)
{
	struct rocks *e = ctx;
	rocksdb_readoptions_t *options = rocksdb_readoptions_create();
	rocksdb_iterator_t *it;
	size_t n = 0;

	rocksdb_readoptions_set_fill_cache(options, 0);
	it = rocksdb_create_iterator(e->db, options);
	for (rocksdb_iter_seek_to_first(it); rocksdb_iter_valid(it); rocksdb_iter_next(it)) {
		size_t key, value;

		rocksdb_iter_key(it, &key);
		rocksdb_iter_value(it, &value);
		n += key && value;
	}
	rocksdb_iter_destroy(it);
	rocksdb_readoptions_destroy(options);
	return n;
}

static void rocks_close(void *ctx)
{
	struct rocks *e = ctx;

	rocksdb_close(e->db);
	rocksdb_writebatch_destroy(e->batch);
	rocksdb_writeoptions_destroy(e->write);
	rocksdb_options_destroy(e->options);
	free(e);
}

const struct engine engine_rocksdb = { "rocksdb",  rocks_open, rocks_commit,
				       rocks_sync, rocks_load, rocks_close };
const struct engine engine_rocksdb_vector = { "rocksdb-vector", rocks_open_vector, rocks_commit,
					      rocks_sync,       rocks_load,        rocks_close };
