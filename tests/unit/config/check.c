/* SPDX-License-Identifier: Apache-2.0 */
/* `netmip4d --check`, the program itself: what it prints and how it ends. */
#include "files.h"

#include <sys/wait.h>

#define OUTPUT_MAX 16384

static char output[OUTPUT_MAX];

/* Runs netmip4d with these arguments; its exit status, what it printed in `output`. */
static int run(const char *arguments)
{
	char command[256];
	size_t n;
	int status;

	snprintf(command, sizeof(command), "\"$NETMIP4D\" %s 2>&1", arguments);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	n = fread(output, 1, sizeof(output) - 1, f);
	output[n] = 0;
	status = pclose(f);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int check(const char *config, const char *keys)
{
	struct files f = files_new(config, keys);
	char arguments[128];
	int status;

	snprintf(arguments, sizeof(arguments), "--check -c %s", f.config);
	status = run(arguments);
	files_remove(&f);
	return status;
}

static size_t lines_with(const char *text)
{
	size_t n = 0;

	for (const char *p = output; (p = strstr(p, text)); p += strlen(text))
		n++;
	return n;
}

static void a_right_file_ends_with_0(void **state)
{
	assert_int_equal(check(GOOD_HA, GOOD_KEYS), 0);
	assert_non_null(strstr(output, "no mistakes"));
	assert_int_equal(check(GOOD_AN, GOOD_KEYS), 0);
}

static void twenty_mistakes_are_shown_at_once(void **state)
{
	char config[2048] = GOOD_HA;

	for (int i = 0; i < 23; i++)
		sprintf(config + strlen(config), "  wrong%d: x\n", i);
	assert_int_equal(check(config, GOOD_KEYS), 1);
	assert_int_equal(lines_with("there is no key"), 20);
	assert_non_null(strstr(output, "netmip4d.yaml:8: home-agent: there is no key \"wrong0\""));
	assert_non_null(
		strstr(output, "netmip4d.yaml:27: home-agent: there is no key \"wrong19\""));
	assert_non_null(strstr(output, "netmip4d.yaml: 23 mistakes; the first are listed"));
}

static void each_mistake_has_file_line_and_advice(void **state)
{
	assert_int_equal(check(GOOD_HA "  lifetime-max: soon\n  probes-max: 0\ncolour: red\n",
			       "- {realm: b, spi: 1, algorithm: rot13, key: 00}\n"),
			 1);
	assert_int_equal(lines_with("write"), 6);
	assert_int_equal(lines_with("netmip4d.yaml:8: "), 1);
	assert_int_equal(lines_with("netmip4d.yaml:9: "), 1);
	assert_int_equal(lines_with("netmip4d.yaml:10: "), 1);
	assert_int_equal(lines_with("/keys:1: "), 3);
	assert_non_null(strstr(output, "6 mistakes\n"));
}

static void a_file_that_is_not_there_is_one_mistake(void **state)
{
	assert_int_equal(run("--check -c /nonexistent.yaml"), 1);
	assert_non_null(strstr(output, "/nonexistent.yaml:1: No such file or directory"));
	assert_int_equal(run("--check -c /tmp"), 1);
	assert_non_null(strstr(output, "/tmp:1: cannot be read: Is a directory"));
}

static void a_wrong_command_line_ends_with_2_and_the_usage(void **state)
{
	static const char *const wrong[] = {
		"", "--check", "-c", "-c a b", "--nonsense", "-x", "--check --reset-store -c a"
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(run(wrong[i]), 2);
		assert_non_null(strstr(output, "netmip4d --check -c FILE"));
	}
}

static void version_and_help_end_with_0(void **state)
{
	assert_int_equal(run("--version"), 0);
	assert_int_equal(strncmp(output, "netmip4d ", 9), 0);
	assert_int_equal(run("--help"), 0);
	assert_non_null(strstr(output, "netmip4d --check -c FILE"));
}

static const struct test tests[] = {
	TEST(a_right_file_ends_with_0, ""),
	TEST(twenty_mistakes_are_shown_at_once, ""),
	TEST(each_mistake_has_file_line_and_advice, ""),
	TEST(a_file_that_is_not_there_is_one_mistake, ""),
	TEST(a_wrong_command_line_ends_with_2_and_the_usage, ""),
	TEST(version_and_help_end_with_0, ""),
};

int main(void)
{
	return TESTS_RUN("unit/config-check", tests);
}
