/* SPDX-License-Identifier: Apache-2.0 */
#include "io/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int access_file(const char *path, int flags, char *buf, size_t n)
{
	char whole[128];
	ssize_t done;
	int fd, err;

	snprintf(whole, sizeof(whole), "/proc/sys/%s", path);
	fd = open(whole, flags | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	done = flags == O_RDONLY ? read(fd, buf, n) : write(fd, buf, n);
	err = done < 0 ? -errno : (int)done;
	close(fd);
	return err;
}

static int write_value(const char *path, const char *value)
{
	char buf[16];
	int n = snprintf(buf, sizeof(buf), "%s", value);
	int done = access_file(path, O_WRONLY, buf, (size_t)n);

	return done < 0 ? done : 0;
}

int sysctl_set(struct sysctls *s, const char *family, const char *interface, const char *name,
	       const char *value, bool *ret_changed)
{
	struct sysctl *e = &s->v[s->n];
	int n, err;

	if (s->n == SYSCTLS_MAX)
		return -ENOSPC;
	snprintf(e->path, sizeof(e->path), "net/%s/conf/%s/%s", family, interface, name);
	n = access_file(e->path, O_RDONLY, e->former, sizeof(e->former) - 1);
	if (n < 0)
		return n;
	e->former[n] = 0;
	e->former[strcspn(e->former, "\n")] = 0;
	if (strcmp(e->former, value) == 0) {
		*ret_changed = false;
		return 0;
	}
	err = write_value(e->path, value);
	if (err)
		return err;
	s->n++;
	*ret_changed = true;
	return 0;
}

void sysctls_restore(struct sysctls *s)
{
	while (s->n) {
		s->n--;
		write_value(s->v[s->n].path, s->v[s->n].former);
	}
}
