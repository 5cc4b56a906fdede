/* SPDX-License-Identifier: Apache-2.0 */
/* Text that is read from files. These are in memory only, under descriptors of fixed numbers, so
 * that a configuration can name the file of keys beside it: `keys: 101`. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "fuzz.h"

#define CONFIG_FD   100
#define CONFIG_PATH "/proc/self/fd/100"
#define KEYS_FD     101
#define KEYS_PATH   "/proc/self/fd/101"

static void text_write(int fd, const void *text, size_t n)
{
	if (fcntl(fd, F_GETFD) < 0) {
		int new = memfd_create("text", MFD_CLOEXEC);

		assert(new >= 0 && dup2(new, fd) == fd &&fchmod(fd, 0600) == 0);
		close(new);
	}
	assert(ftruncate(fd, (off_t)n) == 0 && pwrite(fd, text, n, 0) == (ssize_t)n);
}

static bool text_is_assigned(uint8_t type)
{
	return type == 32 || type == 131;
}

static const struct mac_algorithm text_md5 = { .name = "hmac-md5" };
static const struct mac_algorithm text_sha256 = { .name = "hmac-sha256" };
static const struct mac_algorithm *const text_algorithms[] = { &text_md5, &text_sha256, NULL };
static const struct config_env text_env = { text_algorithms, text_is_assigned };

/* What is wrong is told with its place. */
static void text_check(int err, struct config_mistakes *m)
{
	assert(err == 0 ? m->n == 0 && m->more == 0 : err == -EINVAL && m->n > 0);
	for (size_t i = 0; i < m->n; i++) {
		char place[32], *at;

		snprintf(place, sizeof(place), ":%u: ", m->v[i].line);
		at = m->v[i].text ? strstr(m->v[i].text, place) : NULL;
		assert(at && at > m->v[i].text && at[strlen(place)]);
	}
	config_mistakes_done(m);
}
