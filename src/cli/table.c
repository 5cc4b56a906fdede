/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 12
#define GAP         2

struct table {
	const char *const *headings;
	size_t columns, widths[COLUMNS_MAX];
	char **cells;
	size_t n, max;
};

static void *checked(void *p)
{
	if (!p) {
		fputs("netmip4: out of memory\n", stderr);
		exit(CLI_REFUSED);
	}
	return p;
}

struct table *table_new(const char *const *headings)
{
	struct table *t = checked(calloc(1, sizeof(*t)));

	t->headings = headings;
	for (; headings[t->columns]; t->columns++)
		t->widths[t->columns] = strlen(headings[t->columns]);
	return t;
}

void table_cell(struct table *t, const char *format, ...)
{
	size_t column = t->n % t->columns;
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	checked(text);
	for (char *c = text; *c; c++) /* what a peer called itself must not command the terminal */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	if (strlen(text) > t->widths[column])
		t->widths[column] = strlen(text);
	if (t->n == t->max) {
		t->max = t->max ? 2 * t->max : 64;
		t->cells = checked(realloc(t->cells, t->max * sizeof(*t->cells)));
	}
	t->cells[t->n++] = text;
}

static void print_row(const struct table *t, const char *const *row)
{
	size_t pad = 0;

	for (size_t i = 0; i < t->columns; i++) {
		printf("%*s%s", (int)pad, "", row[i]);
		pad = t->widths[i] - strlen(row[i]) + GAP;
	}
	putchar('\n');
}

void table_print(struct table *t, const char *empty)
{
	if (t->n)
		print_row(t, t->headings);
	else
		puts(empty);
	for (size_t i = 0; i + t->columns <= t->n; i += t->columns)
		print_row(t, (const char *const *)t->cells + i);
	for (size_t i = 0; i < t->n; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t);
}
