/* SPDX-License-Identifier: Apache-2.0 */
/* Tests in C: cmocka, and the requirement rows that each test shows. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct test {
	const char *name;
	const char *req; /* rows of docs/conformance.md, separated by spaces; "" if none */
	void (*run)(void **state);
};

/* clang-format off */
#define TEST(function, rows) { #function, rows, function }
/* clang-format on */

/* Leaves the running test; tests/check shows the reason. */
#define SKIP(reason)                                                                               \
	do {                                                                                       \
		print_message("# skipped: %s\n", reason);                                          \
		skip();                                                                            \
	} while (0)

/* Runs them all; a test that passed has its rows appended to the file named by NETMIP4_REQS, if
 * set, as "ROW GROUP:NAME". Returns the number of failures. */
int tests_run(const char *group, const struct test *tests, size_t n);
#define TESTS_RUN(group, tests) tests_run(group, tests, sizeof(tests) / sizeof(tests[0]))
