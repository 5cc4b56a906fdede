/* SPDX-License-Identifier: Apache-2.0 */
#include "control/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 16 /* people and scripts, not a service */

/* /run is empty after a start of the machine: the last folder of the path is ours to make. */
static void make_folder(const char *path)
{
	char folder[108];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return;
	*slash = 0;
	mkdir(folder, 0755);
}

/* Held as long as the process lives, however it dies: so a socket without a holder is stale, and
 * two daemons that start at once cannot both think so. */
static int take_lock(const char *path)
{
	char name[128];
	int fd, err;

	snprintf(name, sizeof(name), "%s.lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err = errno == EWOULDBLOCK ? -EADDRINUSE : -errno;
	close(fd);
	return err;
}

static int bind_and_listen(int fd, const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct stat st;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (lstat(path, &st) == 0) {
		if (!S_ISSOCK(st.st_mode))
			return -EEXIST;
		unlink(path);
	}
	/* Nobody can connect before listen: the mode is right by then. */
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || chmod(path, 0660) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	return 0;
}

int control_socket_open(const char *path, struct control_socket *ret, char *why, size_t why_size)
{
	struct control_socket s = { .fd = -1 };
	int err;

	snprintf(s.path, sizeof(s.path), "%s", path);
	make_folder(path);
	s.lock = take_lock(path);
	err = s.lock < 0 ? s.lock : 0;
	if (!err) {
		s.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		err = s.fd < 0 ? -errno : bind_and_listen(s.fd, path);
	}
	if (!err) {
		*ret = s;
		return 0;
	}
	if (err == -EADDRINUSE)
		snprintf(why, why_size,
			 "another netmip4d is running with the control socket %s; stop it "
			 "first, or give this one another \"control:\"",
			 path);
	else if (err == -EEXIST)
		snprintf(why, why_size,
			 "%s exists and is not a socket; remove it, or write another path "
			 "for \"control:\"",
			 path);
	else
		snprintf(why, why_size,
			 "cannot make the control socket %s: %s; make its folder one that this "
			 "user may write to, or write another path for \"control:\"",
			 path, strerror(-err));
	if (s.fd >= 0)
		close(s.fd);
	if (s.lock >= 0)
		close(s.lock);
	return err;
}

void control_socket_close(struct control_socket *s)
{
	if (s->fd >= 0) {
		unlink(s->path);
		close(s->fd);
	}
	if (s->lock >= 0)
		close(s->lock); /* the file stays: removing it would let two hold "the" lock */
	s->fd = s->lock = -1;
}
