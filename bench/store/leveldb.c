/* SPDX-License-Identifier: Apache-2.0 */
/* LevelDB. It has no call to sync its log; an empty transaction that syncs does it. */
#include "engine.h"

#include <leveldb/c.h>
#include <stdlib.h>

#define MEMTABLE (64u << 20)

struct level {
	leveldb_t *db;
	leveldb_options_t *options;
	leveldb_writeoptions_t *write, *write_sync;
	leveldb_writebatch_t *batch, *empty;
};

static void check(char *error)
{
	if (error)
		bench_fail("leveldb", error);
}

static void *level_open(const char *path, bool sync_each)
{
	struct level *e = calloc(1, sizeof(*e));
	char *error = NULL;

	e->options = leveldb_options_create();
	leveldb_options_set_create_if_missing(e->options, 1);
	leveldb_options_set_compression(e->options, leveldb_no_compression);
	leveldb_options_set_write_buffer_size(e->options, MEMTABLE);
	e->write = leveldb_writeoptions_create();
	leveldb_writeoptions_set_sync(e->write, sync_each);
	e->write_sync = leveldb_writeoptions_create();
	leveldb_writeoptions_set_sync(e->write_sync, 1);
	e->batch = leveldb_writebatch_create();
	e->empty = leveldb_writebatch_create();
	e->db = leveldb_open(e->options, path, &error);
	check(error);
	return e;
}

static void level_commit(void *ctx, const struct record *r, size_t n)
{
	struct level *e = ctx;
	char *error = NULL;

	leveldb_writebatch_clear(e->batch);
	for (size_t i = 0; i < n; i++)
		leveldb_writebatch_put(e->batch, (const char *)r[i].key.p, r[i].key.n,
				       (const char *)r[i].value.p, r[i].value.n);
	leveldb_write(e->db, e->write, e->batch, &error);
	check(error);
}

static void level_sync(void *ctx)
{
	struct level *e = ctx;
	char *error = NULL;

	leveldb_write(e->db, e->write_sync, e->empty, &error);
	check(error);
}

static size_t level_load(void *ctx)
{
	struct level *e = ctx;
	leveldb_readoptions_t *options = leveldb_readoptions_create();
	leveldb_iterator_t *it;
	size_t n = 0;

	leveldb_readoptions_set_fill_cache(options, 0);
	it = leveldb_create_iterator(e->db, options);
	for (leveldb_iter_seek_to_first(it); leveldb_iter_valid(it); leveldb_iter_next(it)) {
		size_t key, value;

		leveldb_iter_key(it, &key);
		leveldb_iter_value(it, &value);
		n += key && value;
	}
	leveldb_iter_destroy(it);
	leveldb_readoptions_destroy(options);
	return n;
}

static void level_close(void *ctx)
{
	struct level *e = ctx;

	leveldb_close(e->db);
	leveldb_writebatch_destroy(e->batch);
	leveldb_writebatch_destroy(e->empty);
	leveldb_writeoptions_destroy(e->write);
	leveldb_writeoptions_destroy(e->write_sync);
	leveldb_options_destroy(e->options);
	free(e);
}

const struct engine engine_leveldb = { "leveldb",  level_open, level_commit,
				       level_sync, level_load, level_close };
