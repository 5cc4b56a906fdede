/* SPDX-License-Identifier: Apache-2.0 */
/* What outlives the process: the store, bound to the runtime's transactions and to the roles. */
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "io/clock.h"
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define WHY_MAX    512
#define LOOK_EVERY NSEC_PER_SEC /* at what the store's own threads have to say */

struct keep {
	struct store *store;
	int error; /* of the last commit, or of its threads; 0 = all is well */
	nsec_t looked_at;
	char why[WHY_MAX];
	struct store_restored {
		uint64_t records, ignored;
	} restored;
};

/* --- start --- */

static int open_store(struct daemon *d, struct keep *k)
{
	const struct config *c = d->config;
	const unsigned line = config_line(c, c->store); /* 0: the default */
	int err;

	if (c->store_sync == CONFIG_SYNC_NONE)
		return store_open_memory(NULL, &k->store);
	err = store_open(c->store,
			 c->store_sync == CONFIG_SYNC_BATCH ? STORE_SYNC_BATCH
							    : STORE_SYNC_INTERVAL,
			 c->store_interval, &k->store, k->why, sizeof(k->why));
	if (err && line)
		log_say(LOG_LEVEL_ERROR, "%s:%u: store.path: %s", c->file, line, k->why);
	else if (err)
		log_say(LOG_LEVEL_ERROR, "%s: store.path: %s", c->file, k->why);
	return err;
}

/* To the role that it is of; one that this process does not have any more is left alone. */
static int restore(void *ctx, struct bytes key, struct bytes value)
{
	struct daemon *d = ctx;
	int err = -ENOENT;

	d->keep->restored.records++;
	for (size_t i = 0; i < d->runtime.n_roles; i++) {
		const struct runtime_role *r = &d->runtime.roles[i];

		if (key.n && key.p[0] == r->ops->store_tag)
			err = r->ops->restore(r->self, key, value, d->now);
	}
	if (err != -ENOENT)
		return err;
	d->keep->restored.ignored++;
	return 0;
}

static void explain(const struct daemon *d, int err)
{
	const char *path = d->config->store;

	if (err == -ENOSPC)
		log_say(LOG_LEVEL_ERROR,
			"the store %s holds more than the configured numbers of bindings, "
			"addresses and attachments; write larger ones",
			path);
	else if (err == -ENOTSUP)
		log_say(LOG_LEVEL_ERROR,
			"the store %s was written by a newer netmip4d; run that one, or give the "
			"store up by netmip4d --reset-store -c %s",
			path, d->config->file);
	else if (err == -EBADMSG)
		log_say(LOG_LEVEL_ERROR,
			"the store %s holds a record that is none; give the store up by "
			"netmip4d --reset-store -c %s",
			path, d->config->file);
	else
		log_say(LOG_LEVEL_ERROR, "the store %s cannot be read: %s", path, strerror(-err));
}

int keep_start(struct daemon *d)
{
	struct keep *k = calloc(1, sizeof(*k));
	struct log_line l;
	int err = k ? open_store(d, k) : -ENOMEM;

	if (err) {
		free(k);
		return err;
	}
	d->keep = k;
	d->now = clock_now();
	err = store_load(k->store, restore, d);
	if (err) {
		explain(d, err);
		return err;
	}
	for (size_t i = 0; i < d->runtime.n_roles; i++)
		d->runtime.roles[i].ops->restored(d->runtime.roles[i].self, d->now);
	if (k->restored.records) {
		l = log_begin(LOG_LEVEL_INFO, "restored");
		log_text(&l, "store", d->config->store);
		log_number(&l, "records", k->restored.records - k->restored.ignored);
		log_end(&l);
	}
	if (k->restored.ignored)
		log_say(LOG_LEVEL_WARNING,
			"%llu records of the store are of a role, pool or port that is not "
			"configured; they stay there",
			(unsigned long long)k->restored.ignored);
	return 0;
}

void keep_stop(struct daemon *d)
{
	int err;

	if (!d->keep)
		return;
	err = store_close(d->keep->store);
	if (err)
		log_say(LOG_LEVEL_ERROR, "the store %s could not be synced: %s", d->config->store,
			strerror(-err));
	free(d->keep);
	d->keep = NULL;
}

/* --- the runtime's transactions --- */

void keep_put(struct daemon *d, struct bytes key, struct bytes value)
{
	store_put(d->keep->store, key, value); /* what fails fails the commit */
}

void keep_del(struct daemon *d, struct bytes key)
{
	store_del(d->keep->store, key);
}

/* Says it once, and once more when it is over. */
static void note(struct daemon *d, int err)
{
	struct keep *k = d->keep;

	if (err == k->error)
		return;
	k->error = err;
	if (err)
		log_say(LOG_LEVEL_ERROR, "%s", k->why);
	else
		log_say(LOG_LEVEL_INFO, "the store %s works again", d->config->store);
}

int keep_commit(struct daemon *d)
{
	struct keep *k = d->keep;
	const int err = store_commit(k->store);
	int trouble;

	if (!err && !k->error && d->now.mono - k->looked_at < LOOK_EVERY)
		return 0;
	k->looked_at = d->now.mono;
	trouble = store_trouble(k->store, k->why, sizeof(k->why));
	if (err && !trouble)
		snprintf(k->why, sizeof(k->why),
			 "the store %s cannot be written: %s; make it writable, and room on its "
			 "disk: until then %s",
			 d->config->store, strerror(-err),
			 d->ha ? "new sessions, renewals and movements are denied"
			       : "a restart finds what was written last");
	note(d, err ? err : trouble);
	return err;
}

/* --- for people --- */

const char *keep_trouble(const struct daemon *d)
{
	return d->keep->error ? d->keep->why : NULL;
}

int keep_reset(const struct config *c)
{
	char where[WHY_MAX];
	int err;

	if (c->store_sync == CONFIG_SYNC_NONE) {
		log_plain(LOG_LEVEL_ERROR, "the configuration has no store (sync: none)");
		return -ENOENT;
	}
	err = store_move_aside(c->store, time(NULL), where, sizeof(where));
	if (err)
		log_plain(LOG_LEVEL_ERROR, where);
	else
		printf("the store was moved to %s; the next start begins with an empty one\n",
		       where);
	return err;
}
