/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines: whole, one each, whatever a peer has sent. */
#include "test.h"

#include "daemon/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char written[4096];

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
	ssize_t n = read(pipes[0], written, sizeof(written) - 1);
	written[n > 0 ? n : 0] = 0;
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

static const struct test tests[] = {
	TEST(a_line_is_key_value_with_the_time, ""),
	TEST(the_journal_gets_a_priority_instead_of_the_time, ""),
	TEST(what_a_peer_sent_cannot_break_the_line, ""),
	TEST(a_line_that_is_too_long_still_ends, ""),
};

int main(void)
{
	return TESTS_RUN("unit/daemon-log", tests);
}
