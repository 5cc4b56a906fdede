/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded into the file STORE_TRACE: what is done in the folder STORE_TRACE_FOLDER. What stands
 * there at first is recorded as if it had just been made and synced. If there is a trace already,
 * it goes on. */
#include "trace.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MAX 4096
#define FDS_MAX   256
#define NO_FILE   UINT32_MAX

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static char folder[256];
static char names[FILES_MAX][32]; /* of each file, "" once it is unlinked */
static uint32_t n_files = 1;      /* 0 is the folder */
static uint32_t file_of[FDS_MAX];

static void put(enum trace_op op, uint32_t file, uint64_t offset, const void *data, size_t n)
{
	struct trace_record r = { .op = op, .file = file, .offset = offset, .length = (uint32_t)n };

	if (syscall(SYS_write, out, &r, sizeof(r)) != (long)sizeof(r) ||
	    (n && syscall(SYS_write, out, data, n) != (long)n))
		abort();
}

/* A file that is there: as the trace must be told of it. */
static void record_file(const char *name)
{
	static uint8_t content[1 << 20];
	char path[512];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	if (!f || n_files == FILES_MAX)
		abort();
	n = fread(content, 1, sizeof(content), f);
	fclose(f);
	snprintf(names[n_files], sizeof(names[n_files]), "%.31s", name);
	put(TRACE_CREATE, n_files, 0, name, strlen(name));
	put(TRACE_WRITE, n_files, 0, content, n);
	put(TRACE_SYNC_BEGIN, n_files, 0, NULL, 0);
	put(TRACE_SYNC_END, n_files, 0, NULL, 0);
	n_files++;
}

static void record_folder(void)
{
	DIR *d = opendir(folder);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (entry->d_type == DT_REG)
			record_file(entry->d_name);
	if (d)
		closedir(d);
	put(TRACE_SYNC_BEGIN, TRACE_FOLDER, 0, NULL, 0);
	put(TRACE_SYNC_END, TRACE_FOLDER, 0, NULL, 0);
}

/* The names that the former process left. False: there was none. */
static bool go_on(const char *path)
{
	FILE *f = fopen(path, "r");
	struct trace_record r;

	if (!f)
		return false;
	while (fread(&r, sizeof(r), 1, f) == 1) {
		bool names_it = r.op == TRACE_CREATE || r.op == TRACE_RENAME;

		if (r.op == TRACE_CREATE)
			n_files = r.file + 1;
		if (names_it || r.op == TRACE_UNLINK)
			memset(names[r.file], 0, sizeof(names[r.file]));
		if (names_it && fread(names[r.file], r.length, 1, f) != 1)
			abort();
		if (!names_it && fseek(f, r.length, SEEK_CUR))
			abort();
	}
	fclose(f);
	return true;
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("STORE_TRACE"), *where = getenv("STORE_TRACE_FOLDER");
	bool next;

	for (uint32_t i = 0; i < FDS_MAX; i++)
		file_of[i] = NO_FILE;
	if (!path || !where)
		return;
	snprintf(folder, sizeof(folder), "%s", where);
	next = go_on(path);
	out = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (out < 0)
		abort();
	if (next)
		put(TRACE_NEXT, 0, 0, NULL, 0);
	else
		record_folder();
}

static bool is_folder(int fd)
{
	struct stat a, b;

	return out >= 0 && fstat(fd, &a) == 0 && stat(folder, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static uint32_t by_name(const char *name)
{
	for (uint32_t i = 1; i < n_files; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return NO_FILE;
}

int openat(int at, const char *name, int flags, ...)
{
	va_list args;
	int mode, fd;
	uint32_t file;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, int) : 0;
	va_end(args);
	pthread_mutex_lock(&lock);
	fd = (int)syscall(SYS_openat, at, name, flags, mode);
	if (fd >= 0 && fd < FDS_MAX)
		file_of[fd] = NO_FILE;
	if (fd >= 0 && fd < FDS_MAX && !(flags & O_DIRECTORY) && is_folder(at)) {
		file = by_name(name);
		if (file == NO_FILE && flags & O_CREAT) {
			if (n_files == FILES_MAX)
				abort();
			file = n_files++;
			snprintf(names[file], sizeof(names[file]), "%s", name);
			put(TRACE_CREATE, file, 0, name, strlen(name));
		} else if (file != NO_FILE && flags & O_TRUNC) {
			put(TRACE_TRUNCATE, file, 0, NULL, 0);
		}
		file_of[fd] = file;
	}
	pthread_mutex_unlock(&lock);
	return fd;
}

static uint32_t file_at(int fd)
{
	return fd >= 0 && fd < FDS_MAX ? file_of[fd] : NO_FILE;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t offset)
{
	ssize_t done;

	pthread_mutex_lock(&lock);
	done = syscall(SYS_pwrite64, fd, p, n, offset);
	if (done > 0 && file_at(fd) != NO_FILE)
		put(TRACE_WRITE, file_at(fd), (uint64_t)offset, p, (size_t)done);
	pthread_mutex_unlock(&lock);
	return done;
}

int ftruncate(int fd, off_t length)
{
	int done;

	pthread_mutex_lock(&lock);
	done = (int)syscall(SYS_ftruncate, fd, length);
	if (done == 0 && file_at(fd) != NO_FILE)
		put(TRACE_TRUNCATE, file_at(fd), (uint64_t)length, NULL, 0);
	pthread_mutex_unlock(&lock);
	return done;
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
	int done;

	pthread_mutex_lock(&lock);
	done = (int)syscall(SYS_renameat, from_at, from, to_at, to);
	if (done == 0 && is_folder(from_at)) {
		uint32_t file = by_name(from);

		snprintf(names[file], sizeof(names[file]), "%s", to);
		put(TRACE_RENAME, file, 0, to, strlen(to));
	}
	pthread_mutex_unlock(&lock);
	return done;
}

int unlinkat(int at, const char *name, int flags)
{
	int done;

	pthread_mutex_lock(&lock);
	done = (int)syscall(SYS_unlinkat, at, name, flags);
	if (done == 0 && is_folder(at)) {
		uint32_t file = by_name(name);

		names[file][0] = 0;
		put(TRACE_UNLINK, file, 0, NULL, 0);
	}
	pthread_mutex_unlock(&lock);
	return done;
}

/* What was done before it begins is on the disk when it ends. */
static int sync_fd(int fd, long call)
{
	static uint64_t syncs;
	uint32_t file = is_folder(fd) ? TRACE_FOLDER : file_at(fd);
	uint64_t number;
	int done;

	pthread_mutex_lock(&lock);
	number = ++syncs;
	if (file != NO_FILE)
		put(TRACE_SYNC_BEGIN, file, number, NULL, 0);
	pthread_mutex_unlock(&lock);
	done = (int)syscall(call, fd);
	pthread_mutex_lock(&lock);
	if (file != NO_FILE && done == 0)
		put(TRACE_SYNC_END, file, number, NULL, 0);
	pthread_mutex_unlock(&lock);
	return done;
}

int fsync(int fd)
{
	return sync_fd(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return sync_fd(fd, SYS_fdatasync);
}

void trace_ack(uint32_t transaction)
{
	pthread_mutex_lock(&lock);
	if (out >= 0)
		put(TRACE_ACK, 0, transaction, NULL, 0);
	pthread_mutex_unlock(&lock);
}

void trace_die(void)
{
	pthread_mutex_lock(&lock);
	_exit(0);
}
