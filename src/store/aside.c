/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* The folder stays locked until it has its new name. */
static int move(const char *path, const char *aside)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), parent = -1, err = 0;

	if (folder < 0)
		return -errno;
	if (flock(folder, LOCK_EX | LOCK_NB) < 0)
		err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	/* never over what a former reset has moved there */
	if (!err && renameat2(AT_FDCWD, path, AT_FDCWD, aside, RENAME_NOREPLACE) < 0)
		err = -errno;
	if (!err) {
		parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (parent < 0 || fsync(parent) < 0)
			err = -errno;
	}
	if (parent >= 0)
		close(parent);
	close(folder);
	return err;
}

int store_move_aside(const char *path, int64_t now, char *ret_where, size_t n)
{
	char aside[PATH_MAX], stamp[32];
	size_t length = strlen(path);
	time_t t = now;
	struct tm tm;
	int err;

	while (length > 1 && path[length - 1] == '/')
		length--;
	gmtime_r(&t, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (snprintf(aside, sizeof(aside), "%.*s.aside-%s", (int)length, path, stamp) >=
	    (int)sizeof(aside))
		err = -ENAMETOOLONG;
	else
		err = move(path, aside);
	if (err == -EBUSY)
		snprintf(ret_where, n, "another process uses the store %s; stop it first", path);
	else if (err == -ENOENT)
		snprintf(ret_where, n, "there is no store %s to move aside", path);
	else if (err)
		snprintf(ret_where, n, "cannot move the store %s to %s: %s", path, aside,
			 strerror(-err));
	else
		snprintf(ret_where, n, "%s", aside);
	return err;
}
