/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct why {
	char *text;
	size_t n;
};

static int fail(struct why why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct why why, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why.text, why.n, format, args);
	va_end(args);
	return err;
}

/* A folder just made is not safe before the one it stands in is. */
static int sync_parent(int folder)
{
	int parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = parent < 0 ? -errno : file_sync(parent);

	if (parent >= 0)
		close(parent);
	return err;
}

/* The lock is on the folder itself: it goes when the process does, however it ends. */
static int open_folder(struct log *l, struct why why)
{
	bool made = mkdir(l->path, 0700) == 0;
	int err;

	if (!made && errno != EEXIST)
		return fail(why, -errno,
			    "cannot make the store's folder %s: %s; make the one it stands in, and "
			    "writable for this user",
			    l->path, strerror(errno));
	l->folder = open(l->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->folder < 0)
		return fail(why, -errno,
			    "cannot open the store's folder %s: %s; it must be a folder that this "
			    "user may read and write",
			    l->path, strerror(errno));
	if (flock(l->folder, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			       ? fail(why, -EBUSY,
				      "another process uses the store %s; stop it first, or give "
				      "this "
				      "one a store of its own",
				      l->path)
			       : fail(why, -errno, "cannot lock the store's folder %s: %s", l->path,
				      strerror(errno));
	err = made ? sync_parent(l->folder) : 0;
	return err ? fail(why, err, "cannot sync the folder above %s: %s", l->path, strerror(-err))
		   : 0;
}

static int read_files(struct log *l, struct why why)
{
	char name[FILE_NAME_SIZE];
	uint64_t offset;
	int err = files_open(l->folder, UINT64_MAX, &l->loaded, name, &offset);

	if (err == -EBADMSG)
		return fail(
			why, err,
			"the store %s is damaged: %s is not what was written, from octet %llu on; "
			"bring it back from a backup, or start without what it holds "
			"(netmip4d --reset-store moves it aside)",
			l->path, name, (unsigned long long)offset);
	if (err == -ENOTSUP)
		return fail(
			why, err,
			"the store %s was made by a newer version of netmip4d (%s); run that, or "
			"start without what it holds (netmip4d --reset-store moves it aside)",
			l->path, name);
	return err ? fail(why, err, "cannot read %s/%s: %s", l->path, name, strerror(-err)) : 0;
}

static int open_for_writing(struct log *l, const struct file *f)
{
	char name[FILE_NAME_SIZE];
	int fd;

	file_name(name, f->kind, f->start);
	fd = openat(l->folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* What a killed process wrote may not have reached the disk yet, nor what was cut off now. */
static int sync_whole(struct log *l)
{
	int err = file_sync(l->folder); /* first, as in log_sync.c */

	for (size_t i = 0; !err && i < l->loaded.n_whole; i++) {
		int fd = open_for_writing(l, &l->loaded.file[i]);

		err = fd < 0 ? fd : file_sync(fd);
		if (fd >= 0)
			close(fd);
	}
	return err;
}

/* Goes on with the last log, or begins one. */
static int continue_log(struct log *l)
{
	const struct files *f = &l->loaded;
	const struct file *last = f->n_whole ? &f->file[f->n_whole - 1] : NULL;
	int err;

	l->end = f->end;
	if (!last || last->kind != FILE_LOG) {
		err = log_go_on(l);
		if (!err)
			err = file_sync(l->fd);
		return err ? err : file_sync(l->folder);
	}
	l->fd = open_for_writing(l, last);
	if (l->fd < 0)
		return l->fd;
	l->start = last->start;
	l->closed = last->n_blocks &&
		    block_at(last->content.p + last->blocks[last->n_blocks - 1]).records == 0;
	return 0;
}

static int make_ready(struct log *l, struct why why)
{
	const struct file *first = l->loaded.n_whole ? &l->loaded.file[0] : NULL;
	int err = files_cut(l->folder, &l->loaded);

	if (first && first->kind == FILE_SNAPSHOT) {
		l->snapshot = first->start;
		l->snapshot_size = first->content.n;
	}
	if (!err)
		err = sync_whole(l);
	if (!err)
		err = files_remove_before(l->folder, l->snapshot);
	if (!err && unlinkat(l->folder, FILE_NEW, 0) < 0 && errno != ENOENT)
		err = -errno;
	if (!err)
		err = continue_log(l);
	l->synced = l->end;
	return err ? fail(why, err,
			  "cannot write to the store's folder %s: %s; it must be writable for this "
			  "user and have room",
			  l->path, strerror(-err))
		   : 0;
}

/* Signals are for the caller's thread. */
static int start_threads(struct log *l)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&l->compact_thread, NULL, log_compact_thread, l);
	l->has_compact_thread = err == 0;
	if (!err && l->sync == STORE_SYNC_INTERVAL) {
		err = pthread_create(&l->sync_thread, NULL, log_sync_thread, l);
		l->has_sync_thread = err == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

static void stop_threads(struct log *l)
{
	pthread_mutex_lock(&l->lock);
	atomic_store(&l->stop, true);
	pthread_cond_signal(&l->wake_sync);
	pthread_cond_signal(&l->wake_compact);
	pthread_mutex_unlock(&l->lock);
	if (l->has_sync_thread)
		pthread_join(l->sync_thread, NULL);
	if (l->has_compact_thread)
		pthread_join(l->compact_thread, NULL);
	l->has_sync_thread = l->has_compact_thread = false;
}

static void log_free(struct log *l)
{
	stop_threads(l);
	files_close(&l->loaded);
	for (size_t i = 0; i < 3; i++) {
		int fd = i == 0 ? l->fd : i == 1 ? l->former_fd : l->folder;

		if (fd >= 0)
			close(fd);
	}
	pthread_cond_destroy(&l->wake_sync);
	pthread_cond_destroy(&l->wake_compact);
	pthread_mutex_destroy(&l->lock);
	free(l->path);
	free(l);
}

static struct log *log_new(const char *path, enum store_sync sync, uint32_t interval_ms)
{
	struct log *l = calloc(1, sizeof(*l));
	pthread_condattr_t monotonic;

	if (!l)
		return NULL;
	*l = (struct log){ .path = strdup(path), .sync = sync, .interval_ms = interval_ms };
	l->folder = l->fd = l->former_fd = -1;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&l->wake_sync, &monotonic);
	pthread_cond_init(&l->wake_compact, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (l->path)
		return l;
	log_free(l);
	return NULL;
}

int log_open(const char *path, enum store_sync sync, uint32_t interval_ms, struct log **ret,
	     char *ret_why, size_t n)
{
	struct why why = { ret_why, n };
	struct log *l = log_new(path, sync, interval_ms);
	int err;

	if (!l)
		return fail(why, -ENOMEM, "no memory for the store %s", path);
	err = open_folder(l, why);
	if (!err)
		err = read_files(l, why);
	if (!err)
		err = make_ready(l, why);
	if (!err) {
		err = start_threads(l);
		if (err)
			fail(why, err, "cannot start the store's threads: %s", strerror(-err));
	}
	if (err)
		log_free(l);
	else
		*ret = l;
	return err;
}

int log_close(struct log *l)
{
	uint8_t nothing[BLOCK_HEADER];
	int err;

	stop_threads(l);
	err = log_sync(l);
	/* With it the next start knows that all before was on the disk. */
	if (!err && !l->closed && l->end - l->start > FILE_HEADER) {
		err = log_commit(l, nothing, sizeof(nothing), 0);
		if (!err)
			err = log_sync(l);
	}
	log_free(l);
	return err;
}
