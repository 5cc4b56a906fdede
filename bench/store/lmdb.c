/* SPDX-License-Identifier: Apache-2.0 */
/* LMDB. MDB_NOSYNC may leave it corrupt after power loss whenever it is synced in the background
 * (its pages and the root that names them reach the disk in any order), so it syncs each commit. */
#include "engine.h"

#include <lmdb.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAP ((size_t)8 << 30)

struct lmdb {
	MDB_env *env;
	MDB_dbi dbi;
};

static void check(int err)
{
	if (err)
		bench_fail("lmdb", mdb_strerror(err));
}

static void *lmdb_open(const char *path, bool sync_each)
{
	struct lmdb *e = calloc(1, sizeof(*e));
	MDB_txn *t;

	mkdir(path, 0700);
	check(mdb_env_create(&e->env));
	check(mdb_env_set_mapsize(e->env, MAP));
	check(mdb_env_open(e->env, path, 0, 0600));
	check(mdb_txn_begin(e->env, NULL, 0, &t));
	check(mdb_dbi_open(t, NULL, 0, &e->dbi));
	check(mdb_txn_commit(t));
	return e;
}

static void lmdb_commit(void *ctx, const struct record *r, size_t n)
{
	struct lmdb *e = ctx;
	MDB_txn *t;

	check(mdb_txn_begin(e->env, NULL, 0, &t));
	for (size_t i = 0; i < n; i++) {
		MDB_val key = { r[i].key.n, (void *)(uintptr_t)r[i].key.p };
		MDB_val value = { r[i].value.n, (void *)(uintptr_t)r[i].value.p };

		check(mdb_put(t, e->dbi, &key, &value, 0));
	}
	check(mdb_txn_commit(t));
}

static size_t lmdb_load(void *ctx)
{
	struct lmdb *e = ctx;
	MDB_txn *t;
	MDB_cursor *c;
	MDB_val key, value;
	size_t n = 0;

	check(mdb_txn_begin(e->env, NULL, MDB_RDONLY, &t));
	check(mdb_cursor_open(t, e->dbi, &c));
	while (mdb_cursor_get(c, &key, &value, MDB_NEXT) == 0)
		n += key.mv_size && value.mv_size;
	mdb_cursor_close(c);
	mdb_txn_abort(t);
	return n;
}

static void lmdb_close(void *ctx)
{
	struct lmdb *e = ctx;

	mdb_env_close(e->env);
	free(e);
}

const struct engine engine_lmdb = { "lmdb", lmdb_open, lmdb_commit, NULL, lmdb_load, lmdb_close };
