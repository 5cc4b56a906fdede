/* SPDX-License-Identifier: Apache-2.0 */
/* netmip4: what a person types. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#define CLI_SOCKET_DEFAULT "/run/netmip4/netmip4d.sock"

enum cli_exit {
	CLI_OK = 0,
	CLI_REFUSED = 1,     /* the daemon said no */
	CLI_USAGE = 2,       /* the command line is wrong */
	CLI_UNREACHABLE = 3, /* no daemon answers */
};

/*
 * client.c: asks the daemon. `body` NULL = GET. CLI_OK: *ret is a new reference. Otherwise what
 * went wrong and what to do has been printed.
 */
int client_ask(const char *socket, const char *path, const json_t *body, json_t **ret);
/* All pages of a list, in one. */
int client_list(const char *socket, const char *path, const char *name, json_t **ret);

/* table.c: rows of text under headings, columns as wide as needed. */
struct table;

struct table *table_new(const char *const *headings); /* ends with NULL */
/* One cell after the other, row by row; printf's format. */
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints it, or `empty` if it has no rows, and frees it. */
void table_print(struct table *t, const char *empty);

/* show.c: an answer as a table for people. */
struct show {
	const char *name; /* also of the list in the answer, and of its path */
	bool list;
	void (*print)(const json_t *answer);
};
extern const struct show shows[]; /* ends with name NULL */
