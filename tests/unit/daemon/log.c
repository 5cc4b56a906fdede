/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines: whole, one each, whatever a peer has sent. */
#include "test.h"

#include "daemon/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static char written[1 << 18];

/* Runs `say` with stderr going into `written`; `told` = as if the journal read it. */
static void capture(void (*say)(void), bool told)
{
	int pipes[2], saved = dup(STDERR_FILENO);
	struct stat st;
	char stream[64];

	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDERR_FILENO);
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + !told);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init();
	say();
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipes[1]);
	size_t n = 0;
	for (ssize_t k; (k = read(pipes[0], written + n, sizeof(written) - 1 - n)) > 0;)
		n += (size_t)k;
	written[n] = 0;
	close(pipes[0]);
}

static void say_event(void)
{
	struct log_line l = log_begin(LOG_LEVEL_WARNING, "attached");

	log_text(&l, "nai", "a@b");
	log_number(&l, "code", 7);
	log_in4(&l, "care-of", (struct in_addr){ htonl(0xc0000201) });
	log_end(&l);
}

static void a_line_is_key_value_with_the_time(void **state)
{
	capture(say_event, false);
	assert_int_equal(strncmp(written, "time=20", 7), 0);
	assert_string_equal(strchr(written, ' '),
			    " level=warning msg=attached nai=a@b code=7 care-of=192.0.2.1\n");
}

static void the_journal_gets_a_priority_instead_of_the_time(void **state)
{
	capture(say_event, true);
	assert_string_equal(written,
			    "<4>level=warning msg=attached nai=a@b code=7 care-of=192.0.2.1\n");
}

static void say_evil(void)
{
	struct log_line l = log_begin(LOG_LEVEL_INFO, "x");

	log_bytes(&l, "nai", BYTES("a\nlevel=error msg=\"fake\\\"", 25));
	log_bytes(&l, "empty", BYTES("", 0));
	log_end(&l);
}

static void what_a_peer_sent_cannot_break_the_line(void **state)
{
	capture(say_evil, true);
	assert_string_equal(written, "<6>level=info msg=x "
				     "nai=\"a\\x0alevel=error msg=\\\"fake\\\\\\\"\" empty=\"\"\n");
}

static void say_much(void)
{
	char text[3000];
	struct log_line l = log_begin(LOG_LEVEL_INFO, "x");

	memset(text, 'y', sizeof(text));
	log_bytes(&l, "nai", BYTES(text, sizeof(text)));
	log_end(&l);
}

static void a_line_that_is_too_long_still_ends(void **state)
{
	capture(say_much, true);
	assert_true(strlen(written) < 1100);
	assert_int_equal(written[strlen(written) - 1], '\n');
	assert_null(memchr(written, '\n', strlen(written) - 1));
}

static void say_number(enum log_level level, unsigned i)
{
	struct log_line l = log_begin(level, "x");

	log_number(&l, "i", i);
	log_end(&l);
}

static size_t before_flush;

/* What is in the pipe that stands for stderr. */
static size_t waiting(void)
{
	int n = 0;

	assert_int_equal(ioctl(STDERR_FILENO, FIONREAD, &n), 0);
	return (size_t)n;
}

static void say_batch(void)
{
	log_hold(true);
	say_number(LOG_LEVEL_INFO, 1);
	say_number(LOG_LEVEL_WARNING, 2);
	before_flush = waiting();
	log_flush();
	say_number(LOG_LEVEL_INFO, 3);
	log_hold(false);
	say_number(LOG_LEVEL_INFO, 4);
}

static void lines_of_a_batch_wait_for_its_end(void **state)
{
	capture(say_batch, true);
	assert_int_equal(before_flush, 0);
	assert_string_equal(written, "<6>level=info msg=x i=1\n<4>level=warning msg=x i=2\n"
				     "<6>level=info msg=x i=3\n<6>level=info msg=x i=4\n");
}

static void say_error(void)
{
	log_hold(true);
	say_number(LOG_LEVEL_INFO, 1);
	say_number(LOG_LEVEL_ERROR, 2);
	before_flush = waiting();
	log_hold(false);
}

static void an_error_does_not_wait_nor_what_came_before_it(void **state)
{
	capture(say_error, true);
	assert_string_equal(written, "<6>level=info msg=x i=1\n<3>level=error msg=x i=2\n");
	assert_int_equal(before_flush, strlen(written));
}

#define MANY 4000u /* more than is held */

static void say_many(void)
{
	fcntl(STDERR_FILENO, F_SETPIPE_SZ, (int)sizeof(written)); /* nobody reads meanwhile */
	log_hold(true);
	for (unsigned i = 0; i < MANY; i++)
		say_number(LOG_LEVEL_INFO, i);
	log_hold(false);
}

static void more_lines_than_are_held_are_all_there_in_order(void **state)
{
	const char *p = written;

	capture(say_many, true);
	for (unsigned i = 0; i < MANY; i++) {
		char line[64];
		size_t n = (size_t)snprintf(line, sizeof(line), "<6>level=info msg=x i=%u\n", i);

		assert_memory_equal(p, line, n);
		p += n;
	}
	assert_int_equal(*p, 0);
}

static const struct test tests[] = {
	TEST(a_line_is_key_value_with_the_time, ""),
	TEST(the_journal_gets_a_priority_instead_of_the_time, ""),
	TEST(what_a_peer_sent_cannot_break_the_line, ""),
	TEST(a_line_that_is_too_long_still_ends, ""),
	TEST(lines_of_a_batch_wait_for_its_end, ""),
	TEST(an_error_does_not_wait_nor_what_came_before_it, ""),
	TEST(more_lines_than_are_held_are_all_there_in_order, ""),
};

int main(void)
{
	return TESTS_RUN("unit/daemon-log", tests);
}
