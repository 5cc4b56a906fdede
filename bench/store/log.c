/* SPDX-License-Identifier: Apache-2.0 */
/* Our own, as the daemon uses it. */
#include "engine.h"
#include "store/store.h"

#include <string.h>

static void check(int err, const char *why)
{
	if (err)
		bench_fail("log", why ? why : strerror(-err));
}

static void *log_engine_open(const char *path, bool sync_each)
{
	char why[512];
	struct store *s = NULL;

	check(store_open(path, sync_each ? STORE_SYNC_BATCH : STORE_SYNC_INTERVAL, 100, &s, why,
			 sizeof(why)),
	      why);
	return s;
}

static void log_engine_commit(void *s, const struct record *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		store_put(s, r[i].key, r[i].value);
	check(store_commit(s), NULL);
}

static int count(void *n, struct bytes key, struct bytes value)
{
	*(size_t *)n += key.n && value.n;
	return 0;
}

static size_t log_engine_load(void *s)
{
	size_t n = 0;

	check(store_load(s, count, &n), NULL);
	return n;
}

static void log_engine_close(void *s)
{
	check(store_close(s), NULL);
}

const struct engine engine_log = { "log", log_engine_open, log_engine_commit,
				   NULL,  log_engine_load, log_engine_close };
