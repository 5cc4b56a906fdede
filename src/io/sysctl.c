/* SPDX-License-Identifier: Apache-2.0 */
#include "io/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROMISC "promisc/" /* before an interface's name: not a file */

static const char *path_of(char buf[SYSCTL_PATH_MAX], const char *family, const char *interface,
			   const char *name)
{
	snprintf(buf, SYSCTL_PATH_MAX, "net/%s/conf/%s/%s", family, interface, name);
	return buf;
}

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

/* Whether an interface is promiscuous by itself, not by a socket; `set` is -1 to leave it so. */
static int access_promisc(const char *interface, int set)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { 0 };
	int err;

	if (fd < 0)
		return -errno;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", interface);
	err = ioctl(fd, SIOCGIFFLAGS, &r) ? -errno : !!(r.ifr_flags & IFF_PROMISC);
	if (err >= 0 && set >= 0) {
		r.ifr_flags = (short)(set ? r.ifr_flags | IFF_PROMISC : r.ifr_flags & ~IFF_PROMISC);
		err = ioctl(fd, SIOCSIFFLAGS, &r) ? -errno : 0;
	}
	close(fd);
	return err;
}

static bool is_promisc(const char *path)
{
	return strncmp(path, PROMISC, sizeof(PROMISC) - 1) == 0;
}

/* The value as text without the end of the line; its length or a negative errno. */
static int read_value(const char *path, char *buf, size_t n)
{
	int length;

	if (is_promisc(path)) {
		int on = access_promisc(path + sizeof(PROMISC) - 1, -1);

		return on < 0 ? on : snprintf(buf, n, "%d", on);
	}
	length = access_file(path, O_RDONLY, buf, n - 1);
	if (length < 0)
		return length;
	buf[length] = 0;
	buf[strcspn(buf, "\n")] = 0;
	return length;
}

static int write_value(const char *path, const char *value)
{
	char buf[16];
	int n, done;

	if (is_promisc(path))
		return access_promisc(path + sizeof(PROMISC) - 1, value[0] == '1');
	n = snprintf(buf, sizeof(buf), "%s", value);
	done = access_file(path, O_WRONLY, buf, (size_t)n);

	return done < 0 ? done : 0;
}

int sysctls_keep_in(struct sysctls *s, int file)
{
	int copy = dup(file);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
	struct sysctl e;

	if (!f) {
		if (copy >= 0)
			close(copy);
		return -ENOMEM;
	}
	while (s->n_left < SYSCTLS_MAX && fscanf(f, "%95s %15s", e.path, e.former) == 2)
		s->left[s->n_left++] = e;
	fclose(f);
	s->file = file;
	return 0;
}

/* What a killed predecessor has set is to be restored by us. */
static const struct sysctl *find_left(const struct sysctls *s, const char *path)
{
	for (const struct sysctl *e = s->left; e < s->left + s->n_left; e++)
		if (strcmp(e->path, path) == 0)
			return e;
	return NULL;
}

static int change(struct sysctls *s, struct sysctl *e, const char *value)
{
	/* On file first: there is no moment at which a kill would lose it. */
	if (s->file && dprintf(s->file, "%s %s\n", e->path, e->former) < 0)
		return -errno;
	return write_value(e->path, value);
}

/* The entry behind the last, whose path is written. */
static int set(struct sysctls *s, struct sysctl *e, const char *value, bool *ret_changed)
{
	const struct sysctl *left;
	int err = read_value(e->path, e->former, sizeof(e->former));

	if (err < 0)
		return err;
	left = find_left(s, e->path);
	if (strcmp(e->former, value) != 0)
		err = change(s, e, value);
	else if (left)
		*e = *left;
	if (err < 0)
		return err;
	*ret_changed = strcmp(e->former, value) != 0;
	s->n += *ret_changed;
	return 0;
}

int sysctl_set(struct sysctls *s, const char *family, const char *interface, const char *name,
	       const char *value, bool *ret_changed)
{
	if (s->n == SYSCTLS_MAX)
		return -ENOSPC;
	path_of(s->v[s->n].path, family, interface, name);
	return set(s, &s->v[s->n], value, ret_changed);
}

int sysctl_set_promiscuous(struct sysctls *s, const char *interface, bool *ret_changed)
{
	if (s->n == SYSCTLS_MAX)
		return -ENOSPC;
	snprintf(s->v[s->n].path, SYSCTL_PATH_MAX, PROMISC "%s", interface);
	return set(s, &s->v[s->n], "1", ret_changed);
}

void sysctls_restore(struct sysctls *s)
{
	/* What a predecessor needed and we did not, too; of several entries the first is the oldest
	 * and the last word. */
	while (s->n_left) {
		s->n_left--;
		write_value(s->left[s->n_left].path, s->left[s->n_left].former);
	}
	while (s->n) {
		s->n--;
		write_value(s->v[s->n].path, s->v[s->n].former);
	}
	if (s->file && ftruncate(s->file, 0) == 0)
		lseek(s->file, 0, SEEK_SET);
}

int sysctl_write(const char *family, const char *interface, const char *name, const char *value)
{
	char path[SYSCTL_PATH_MAX];

	return write_value(path_of(path, family, interface, name), value);
}

bool sysctl_is(const char *family, const char *interface, const char *name, const char *value)
{
	char path[SYSCTL_PATH_MAX], now[16];

	path_of(path, family, interface, name);
	return read_value(path, now, sizeof(now)) >= 0 && strcmp(now, value) == 0;
}
