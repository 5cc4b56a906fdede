/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel settings that the daemon needs on its own interfaces: remembered when set, restored at
 * exit (D18). Whether an interface is promiscuous is one of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SYSCTLS_MAX 640 /* four for each of 128 ports, two for each other interface */

#define SYSCTL_PATH_MAX 96

struct sysctl {
	char path[SYSCTL_PATH_MAX]; /* "net/ipv6/conf/eth0/forwarding", "promisc/eth0" */
	char former[16];
};

struct sysctls {
	struct sysctl v[SYSCTLS_MAX];
	size_t n;
	int file;                        /* 0 = none */
	struct sysctl left[SYSCTLS_MAX]; /* by a predecessor */
	size_t n_left;
};

/* Former values are kept in this file, too, so that the next process with it restores them if this
 * one is killed. Stays the caller's. 0 or a negative errno. */
int sysctls_keep_in(struct sysctls *s, int file);

/* Sets net/FAMILY/conf/INTERFACE/NAME to `value`; *ret_changed says whether it had another one.
 * 0 or a negative errno. */
int sysctl_set(struct sysctls *s, const char *family, const char *interface, const char *name,
	       const char *value, bool *ret_changed);
/* As `ip link set INTERFACE promisc on`: unlike a socket's membership it outlives the process, so
 * that frames to others' addresses reach what is attached there. Otherwise as sysctl_set. */
int sysctl_set_promiscuous(struct sysctls *s, const char *interface, bool *ret_changed);
/* For good. 0 or a negative errno. */
int sysctl_write(const char *family, const char *interface, const char *name, const char *value);
bool sysctl_is(const char *family, const char *interface, const char *name, const char *value);
/* Puts back what was there before, last first; an interface that has gone is no error. */
void sysctls_restore(struct sysctls *s);
