/* SPDX-License-Identifier: Apache-2.0 */
/* The UNIX socket on which a daemon is asked and told things; also what makes it the only one of
 * its configuration. */
#pragma once

#include <stddef.h>

struct control_socket {
	char path[108];
	int fd, lock; /* -1 = none */
};

/*
 * Listens on `path`, mode 0660. The socket of a daemon that died is taken over. On failure `why` is
 * one sentence for a person. 0; -EADDRINUSE: a living daemon has it; another negative errno.
 */
int control_socket_open(const char *path, struct control_socket *ret, char *why, size_t why_size);
/* Removes the socket's name, too. */
void control_socket_close(struct control_socket *s);
