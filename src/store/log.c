/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log.h"
#include "store/merge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COMPACT_RETRY 1000000000 /* ns */

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int log_load(struct log *l, int (*each)(void *ctx, const struct record *r), void *ctx)
{
	int err = merge(&l->loaded, each, ctx);

	files_close(&l->loaded);
	return err;
}

int log_go_on(struct log *l)
{
	char name[FILE_NAME_SIZE];
	int fd;

	file_name(name, FILE_LOG, l->end);
	fd = file_make(l->folder, name, FILE_LOG, l->end);
	if (fd < 0)
		return fd;
	pthread_mutex_lock(&l->lock);
	l->former_fd = l->fd;
	l->fd = fd;
	l->start = l->end;
	l->end += FILE_HEADER;
	pthread_mutex_unlock(&l->lock);
	return 0;
}

/* Not to be synced any more: what it holds is read and written anew. */
static void drop_former(struct log *l)
{
	pthread_mutex_lock(&l->lock);
	if (l->former_fd >= 0)
		close(l->former_fd);
	l->former_fd = -1;
	pthread_mutex_unlock(&l->lock);
}

/* Of the compaction that has ended since. With the lock. */
static void note_result(struct log *l)
{
	if (!l->compact_done)
		return;
	l->compact_done = false;
	if (l->compact_error) {
		l->compact_after = now_ns() + COMPACT_RETRY;
		return;
	}
	l->snapshot = l->compacting;
	l->snapshot_size = l->compact_size;
	if (l->synced < l->snapshot)
		l->synced = l->snapshot;
	/* All that was committed before the failure is in the snapshot, and nothing was after. */
	if (l->heal)
		l->sync_error = 0;
	l->heal = false;
}

/* Begins the next log if it is time to. 1: there is something to compact, 0: there is not. */
static int divide(struct log *l, int sync_error, bool has_former)
{
	uint64_t enough = l->snapshot_size > LOG_MIN ? l->snapshot_size : LOG_MIN;
	int err;

	if (sync_error && !l->heal) {
		/* the sync thread has stopped using them: what they hold is read and written anew
		 */
		drop_former(l);
		err = log_go_on(l);
		if (err)
			return err;
		drop_former(l);
		l->heal = true;
		return 1;
	}
	if (l->start > l->snapshot)
		return 1; /* the last one failed, or was cut short by the end of the process */
	if (l->end - l->start <= enough || has_former)
		return 0;
	err = log_go_on(l);
	return err ? err : 1;
}

static void compact_if_due(struct log *l, int sync_error, bool has_former)
{
	int err;

	if (l->compact_after && now_ns() < l->compact_after)
		return;
	l->compact_after = 0;
	err = divide(l, sync_error, has_former);
	if (!err)
		return;
	pthread_mutex_lock(&l->lock);
	if (err > 0) {
		l->compacting = l->compact_upto = l->start;
		pthread_cond_signal(&l->wake_compact);
	} else {
		l->compact_error = err;
		l->compact_after = now_ns() + COMPACT_RETRY;
	}
	pthread_mutex_unlock(&l->lock);
}

/* Takes back what a failed commit has written beyond the end. */
static int mend(struct log *l)
{
	if (l->torn && ftruncate(l->fd, (off_t)(l->end - l->start)) < 0)
		return -errno;
	l->torn = false;
	return 0;
}

static int append(struct log *l, uint8_t *block, size_t n, uint32_t records, uint64_t synced)
{
	int err = mend(l);

	if (err)
		return err;
	block_seal(block, n, records, l->end, synced);
	err = file_write(l->fd, BYTES(block, n), l->end - l->start);
	if (err) {
		l->torn = true;
		mend(l); /* if that fails, too, the next commit tries again */
		return err;
	}
	pthread_mutex_lock(&l->lock);
	l->end += n;
	if (l->sync_idle)
		pthread_cond_signal(&l->wake_sync);
	pthread_mutex_unlock(&l->lock);
	return 0;
}

static void take_back(struct log *l, size_t n)
{
	pthread_mutex_lock(&l->lock);
	l->end -= n;
	pthread_mutex_unlock(&l->lock);
	l->torn = true;
	mend(l);
}

int log_commit(struct log *l, uint8_t *block, size_t n, uint32_t records)
{
	uint64_t synced;
	bool compacting, has_former;
	int err;

	files_close(&l->loaded);
	pthread_mutex_lock(&l->lock);
	note_result(l);
	compacting = l->compact_upto;
	has_former = l->former_fd >= 0;
	err = l->sync_error;
	synced = l->synced;
	pthread_mutex_unlock(&l->lock);
	if (!compacting)
		compact_if_due(l, err, has_former);
	if (err)
		return err;
	err = append(l, block, n, records, synced);
	if (err)
		return err;
	l->closed = records == 0;
	if (l->sync == STORE_SYNC_BATCH) {
		err = log_sync(l);
		if (err)
			take_back(l, n);
	}
	return err;
}

int log_trouble(struct log *l, char *ret_why, size_t n)
{
	int sync_error, compact_error;

	pthread_mutex_lock(&l->lock);
	sync_error = l->sync_error;
	compact_error = l->compact_error;
	pthread_mutex_unlock(&l->lock);
	if (sync_error)
		snprintf(ret_why, n,
			 "the disk did not take what was written to the store %s: %s; nothing is "
			 "stored "
			 "until all of it could be written anew%s%s",
			 l->path, strerror(-sync_error),
			 compact_error ? ", which failed, too: " : "",
			 compact_error ? strerror(-compact_error) : "");
	else if (compact_error)
		snprintf(ret_why, n,
			 "the files of the store %s cannot be replaced by a smaller one: %s; they "
			 "grow "
			 "until they can",
			 l->path, strerror(-compact_error));
	return sync_error ? sync_error : compact_error;
}
