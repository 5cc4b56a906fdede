/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

/* What a log needs to be found comes first, and then the logs in order: whatever a power loss
 * leaves is the beginning of what was committed. */
static int sync_files(int folder, int former, int current)
{
	int err = 0;

	if (former >= 0) {
		err = file_sync(former);
		if (!err)
			err = file_sync(folder);
	}
	if (!err && fdatasync(current) < 0)
		err = -errno;
	return err;
}

int log_sync(struct log *l)
{
	uint64_t end;
	int former, current, err;

	pthread_mutex_lock(&l->lock);
	err = l->sync_error;
	end = l->end;
	former = l->former_fd;
	current = l->fd;
	pthread_mutex_unlock(&l->lock);
	if (err)
		return err;
	/* A log is begun only when no former one waits, so none of these is closed meanwhile. */
	err = sync_files(l->folder, former, current);
	pthread_mutex_lock(&l->lock);
	if (err) {
		l->sync_error = err;
	} else {
		if (end > l->synced)
			l->synced = end;
		if (former >= 0) {
			close(former);
			l->former_fd = -1;
		}
	}
	pthread_mutex_unlock(&l->lock);
	return err;
}

static void add_ms(struct timespec *t, uint32_t ms)
{
	t->tv_sec += ms / 1000;
	t->tv_nsec += (long)(ms % 1000) * 1000000;
	if (t->tv_nsec >= 1000000000) {
		t->tv_nsec -= 1000000000;
		t->tv_sec++;
	}
}

/* One interval after another, counted from when a sync begins. */
void *log_sync_thread(void *log)
{
	struct log *l = log;
	struct timespec next;

	clock_gettime(CLOCK_MONOTONIC, &next);
	pthread_mutex_lock(&l->lock);
	while (!l->stop) {
		add_ms(&next, l->interval_ms);
		while (!l->stop &&
		       pthread_cond_timedwait(&l->wake_sync, &l->lock, &next) != ETIMEDOUT)
			;
		l->sync_idle = true;
		while (!l->stop && (l->sync_error || l->synced >= l->end))
			pthread_cond_wait(&l->wake_sync, &l->lock);
		l->sync_idle = false;
		clock_gettime(CLOCK_MONOTONIC, &next);
		pthread_mutex_unlock(&l->lock);
		log_sync(l); /* its error stays in sync_error, which the next commit reports */
		pthread_mutex_lock(&l->lock);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}
