/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *test_group;

/* cmocka leaves a test that fails or skips by longjmp: what follows the call is only reached by one
 * that passed. */
static void run_one(void **state)
{
	const struct test *t = *state;
	const char *path = getenv("NETMIP4_REQS");

	*state = NULL;
	t->run(state);
	if (!path || !*t->req)
		return;

	FILE *f = fopen(path, "a");
	char *rows = strdup(t->req), *at = rows;
	assert_non_null(f);
	assert_non_null(rows);
	for (char *row; (row = strsep(&at, " "));)
		fprintf(f, "%s %s:%s\n", row, test_group, t->name);
	free(rows);
	fclose(f);
}

int tests_run(const char *group, const struct test *tests, size_t n)
{
	struct CMUnitTest *v = calloc(n, sizeof(*v));
	int failed;

	if (!v)
		abort();
	test_group = group;
	for (size_t i = 0; i < n; i++)
		v[i] = (struct CMUnitTest){ .name = tests[i].name,
					    .test_func = run_one,
					    .initial_state = (void *)(uintptr_t)&tests[i] };
	failed = _cmocka_run_group_tests(group, v, n, NULL, NULL);
	free(v);
	return failed;
}
