/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program's tests and prints TAP: what test.c does with cmocka, without it. */
#include "test.h"

#include <stdio.h>

static jmp_buf failed;
static const char *name;
static size_t number;

void fail_at(const char *file, int line, const char *format, ...)
{
	va_list args;

	printf("not ok %zu - %s\n# %s:%d: ", number, name, file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	longjmp(failed, 1);
}

int tests_run(const char *group, const struct test *tests, size_t n)
{
	volatile int failures = 0;

	setvbuf(stdout, NULL, _IOLBF, 0); /* a test that crashes leaves what came before it */
	printf("1..%zu\n", n);
	for (number = 1; number <= n; number++) {
		void *state = NULL;

		name = tests[number - 1].name;
		if (setjmp(failed)) {
			failures++;
			continue;
		}
		tests[number - 1].run(&state);
		printf("ok %zu - %s\n", number, name);
	}
	return failures;
}
