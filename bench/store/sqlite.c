/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite in WAL mode; synced in the background by fdatasync on its log, which is append-only
 * between checkpoints (synchronous=NORMAL syncs around those). */
#include "engine.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct sqlite {
	sqlite3 *db;
	sqlite3_stmt *put;
	int wal;
};

static void run(struct sqlite *e, const char *sql)
{
	char *error = NULL;

	if (sqlite3_exec(e->db, sql, NULL, NULL, &error))
		bench_fail(sql, error);
}

static void *sqlite_open(const char *path, bool sync_each)
{
	struct sqlite *e = calloc(1, sizeof(*e));
	char file[512];

	mkdir(path, 0700);
	snprintf(file, sizeof(file), "%s/db", path);
	if (sqlite3_open(file, &e->db))
		bench_fail(file, sqlite3_errmsg(e->db));
	run(e, "PRAGMA locking_mode=EXCLUSIVE");
	run(e, "PRAGMA journal_mode=WAL");
	run(e, sync_each ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
	run(e, "PRAGMA cache_size=-262144");
	run(e, "PRAGMA wal_autocheckpoint=16384");
	run(e, "CREATE TABLE IF NOT EXISTS r (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID");
	if (sqlite3_prepare_v2(e->db, "INSERT OR REPLACE INTO r VALUES (?, ?)", -1, &e->put, NULL))
		bench_fail(file, sqlite3_errmsg(e->db));
	snprintf(file, sizeof(file), "%s/db-wal", path);
	e->wal = open(file, O_RDWR | O_CLOEXEC);
	return e;
}

static void sqlite_commit(void *ctx, const struct record *r, size_t n)
{
	struct sqlite *e = ctx;

	run(e, "BEGIN");
	for (size_t i = 0; i < n; i++) {
		sqlite3_bind_blob(e->put, 1, r[i].key.p, (int)r[i].key.n, SQLITE_STATIC);
		sqlite3_bind_blob(e->put, 2, r[i].value.p, (int)r[i].value.n, SQLITE_STATIC);
		if (sqlite3_step(e->put) != SQLITE_DONE)
			bench_fail("insert", sqlite3_errmsg(e->db));
		sqlite3_reset(e->put);
	}
	run(e, "COMMIT");
}

static void sqlite_sync(void *ctx)
{
	struct sqlite *e = ctx;

	if (fdatasync(e->wal) < 0)
		bench_fail("sqlite", "its log cannot be synced");
}

static size_t sqlite_load(void *ctx)
{
	struct sqlite *e = ctx;
	sqlite3_stmt *all;
	size_t n = 0;

	if (sqlite3_prepare_v2(e->db, "SELECT k, v FROM r", -1, &all, NULL))
		bench_fail("select", sqlite3_errmsg(e->db));
	while (sqlite3_step(all) == SQLITE_ROW)
		n += sqlite3_column_blob(all, 0) && sqlite3_column_blob(all, 1);
	sqlite3_finalize(all);
	return n;
}

static void sqlite_close(void *ctx)
{
	struct sqlite *e = ctx;

	sqlite3_finalize(e->put);
	sqlite3_close(e->db);
	close(e->wal);
	free(e);
}

const struct engine engine_sqlite = { "sqlite",    sqlite_open, sqlite_commit,
				      sqlite_sync, sqlite_load, sqlite_close };
