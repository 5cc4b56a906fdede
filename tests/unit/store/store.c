/* SPDX-License-Identifier: Apache-2.0 */
#include "bed.h"
#include "test.h"

#include <errno.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRANSACTIONS 300
#define ROUNDS       20 /* of killing */

static char top[64], path[128];

static void commit_all(struct store *s, uint32_t first, uint32_t last)
{
	for (uint32_t n = first; n <= last; n++)
		assert_int_equal(bed_commit(s, n), 0);
}

static unsigned count_files(const char *folder)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* Each test begins without a store. */
static void begin(void)
{
	bed_remove(top);
	assert_int_equal(mkdir(top, 0700), 0);
}

static void an_empty_store_has_nothing(void **state)
{
	struct store *s;
	uint32_t n = 1;

	begin();
	s = bed_open(path, STORE_SYNC_INTERVAL);
	assert_true(bed_load(s, &n));
	assert_int_equal(n, 0);
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), 0);
	store_close(s);
	store_close(NULL);
}

static void what_was_committed_is_there_again(void **state)
{
	begin();
	for (int sync = STORE_SYNC_INTERVAL; sync <= STORE_SYNC_BATCH; sync++) {
		struct store *s = bed_open(path, sync);

		commit_all(s, 1, TRANSACTIONS);
		assert_int_equal(bed_reopen(&s, path, sync), TRANSACTIONS);
		commit_all(s, TRANSACTIONS + 1, TRANSACTIONS + 9);
		assert_int_equal(bed_reopen(&s, path, sync), TRANSACTIONS + 9);
		store_close(s);
		bed_remove(path);
	}
}

/* The store of this test compacts from 4 KiB on; these are a hundred times that. */
static void old_files_are_replaced_by_a_snapshot(void **state)
{
	struct store *s;
	char why[512];
	struct stat st;
	char line[256];
	FILE *list;
	int snapshots = 0;

	begin();
	s = bed_open(path, STORE_SYNC_INTERVAL);
	commit_all(s, 1, TRANSACTIONS);
	assert_int_equal(store_trouble(s, why, sizeof(why)), 0);
	assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), TRANSACTIONS);
	/* the first log is not needed any more once there is a snapshot */
	snprintf(line, sizeof(line), "%s/log-%016x", path, 0);
	for (uint32_t n = TRANSACTIONS + 1; stat(line, &st) == 0; n++) {
		assert_true(n < 100 * TRANSACTIONS);
		assert_int_equal(bed_commit(s, n), 0);
	}
	snprintf(line, sizeof(line), "ls %s | grep -c snapshot-", path);
	list = popen(line, "r");
	assert_non_null(list);
	assert_int_equal(fscanf(list, "%d", &snapshots), 1);
	pclose(list);
	assert_int_equal(snapshots, 1);
	assert_true(count_files(path) <= 4); /* and a log or two, and the next in the making */
	store_close(s);
}

static void a_transaction_too_large_is_refused_whole(void **state)
{
	struct store *s;
	static uint8_t large[STORE_VALUE_MAX + 1];
	int err = 0;

	begin();
	s = bed_open(path, STORE_SYNC_INTERVAL);
	commit_all(s, 1, 1);
	assert_int_equal(store_put(s, BYTES("k", 1), BYTES(large, sizeof(large))), -EINVAL);
	assert_int_equal(store_put(s, BYTES("k", 1), BYTES(large, 1)), 0);
	assert_int_equal(store_commit(s), -EINVAL);
	assert_int_equal(store_put(s, BYTES(large, STORE_KEY_MAX + 1), BYTES("", 0)), -EINVAL);
	assert_int_equal(store_commit(s), -EINVAL);
	for (int i = 0; i < STORE_TRANSACTION_MAX / STORE_VALUE_MAX; i++)
		err = store_put(s, BYTES("k", 1), BYTES(large, STORE_VALUE_MAX));
	assert_int_equal(err, -E2BIG);
	assert_int_equal(store_commit(s), -E2BIG);
	commit_all(s, 2, 2);
	assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), 2);
	store_close(s);
}

static int count_and_stop(void *ctx, struct bytes key, struct bytes value)
{
	return ++*(int *)ctx == 3 ? 42 : 0;
}

static void loading_stops_where_it_is_told_to(void **state)
{
	struct store *s;
	int n = 0;

	begin();
	s = bed_open(path, STORE_SYNC_INTERVAL);
	commit_all(s, 1, 50);
	store_close(s);
	s = bed_open(path, STORE_SYNC_INTERVAL);
	assert_int_equal(store_load(s, count_and_stop, &n), 42);
	assert_int_equal(n, 3);
	store_close(s);
}

static void a_store_in_memory_outlives_its_user(void **state)
{
	struct store_memory *m;
	struct store *s;
	uint32_t n;

	begin();
	assert_int_equal(store_memory_new(&m), 0);
	assert_int_equal(store_open_memory(m, &s), 0);
	commit_all(s, 1, TRANSACTIONS);
	store_put(s, BYTES("never committed", 15), BYTES("", 0));
	store_close(s);
	assert_int_equal(store_open_memory(m, &s), 0);
	assert_true(bed_load(s, &n));
	assert_int_equal(n, TRANSACTIONS);
	store_close(s);
	store_memory_free(m);
	store_memory_free(NULL);
}

static void a_store_without_memory_keeps_nothing(void **state)
{
	struct store *s;
	uint32_t n = 1;

	begin();
	assert_int_equal(store_open_memory(NULL, &s), 0);
	commit_all(s, 1, 3);
	assert_true(bed_load(s, &n));
	assert_int_equal(n, 0);
	store_close(s);
}

static void a_second_opener_is_refused(void **state)
{
	struct store *s, *second = NULL;
	char why[512];
	pid_t pid;
	int status;

	begin();
	s = bed_open(path, STORE_SYNC_INTERVAL);
	assert_int_equal(store_open(path, STORE_SYNC_BATCH, 0, &second, why, sizeof(why)), -EBUSY);
	assert_non_null(strstr(why, path));
	assert_int_equal(store_move_aside(path, 0, why, sizeof(why)), -EBUSY);
	pid = fork();
	if (pid == 0)
		_exit(store_open(path, STORE_SYNC_BATCH, 0, &second, why, sizeof(why)) != -EBUSY);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	store_close(s);
}

static void moving_aside_makes_room_and_loses_nothing(void **state)
{
	struct store *s;
	char where[512], expected[256], again[512], with_slash[160];

	begin();
	s = bed_open(path, STORE_SYNC_INTERVAL);
	commit_all(s, 1, 7);
	store_close(s);
	snprintf(with_slash, sizeof(with_slash), "%s/", path);
	snprintf(expected, sizeof(expected), "%s.aside-20261124T123456Z", path);
	assert_int_equal(store_move_aside(with_slash, 1795523696, where, sizeof(where)), 0);
	assert_string_equal(where, expected);
	s = bed_open(path, STORE_SYNC_INTERVAL);
	assert_int_equal(bed_reopen(&s, path, STORE_SYNC_INTERVAL), 0);
	store_close(s);
	/* a second one in the same second does not go over it */
	assert_int_equal(store_move_aside(path, 1795523696, again, sizeof(again)), -EEXIST);
	s = bed_open(where, STORE_SYNC_INTERVAL);
	assert_int_equal(bed_reopen(&s, where, STORE_SYNC_INTERVAL), 7);
	store_close(s);
	bed_remove(path);
	assert_int_equal(store_move_aside(path, 1795523696, again, sizeof(again)), -ENOENT);
}

/* Goes on where the store is, and says after each commit which it was. */
static void write_until_killed(enum store_sync sync, int out)
{
	struct store *s = bed_open(path, sync);
	uint32_t n;

	if (!bed_load(s, &n))
		_exit(1);
	while (bed_commit(s, ++n) == 0 && write(out, &n, sizeof(n)) == (ssize_t)sizeof(n))
		;
	_exit(1);
}

/* Runs it until it has said that it committed some; returns the last. */
static uint32_t kill_writer(enum store_sync sync, unsigned commits)
{
	uint32_t last = 0, n;
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		write_until_killed(sync, ends[1]);
	close(ends[1]);
	for (unsigned i = 0; i < commits; i++)
		assert_int_equal(read(ends[0], &last, sizeof(last)), sizeof(last));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &n, sizeof(n)) == (ssize_t)sizeof(n))
		last = n;
	close(ends[0]);
	return last;
}

static void what_was_committed_survives_kill_9(void **state)
{
	unsigned seed = 1;

	begin();
	for (int i = 0; i < ROUNDS; i++) {
		enum store_sync sync = i % 2 ? STORE_SYNC_BATCH : STORE_SYNC_INTERVAL;
		uint32_t said = kill_writer(sync, 1 + (unsigned)rand_r(&seed) % 200), n = 0;
		struct store *s = bed_open(path, sync);

		assert_true(bed_load(s, &n));
		/* one more may have been written and not reported */
		assert_in_range(n, said, said + 1);
		if (i % 2)
			assert_int_equal(bed_reopen(&s, path, sync), n);
		store_close(s);
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(an_empty_store_has_nothing, ""),
		TEST(what_was_committed_is_there_again, ""),
		TEST(old_files_are_replaced_by_a_snapshot, ""),
		TEST(a_transaction_too_large_is_refused_whole, ""),
		TEST(loading_stops_where_it_is_told_to, ""),
		TEST(a_store_in_memory_outlives_its_user, ""),
		TEST(a_store_without_memory_keeps_nothing, ""),
		TEST(a_second_opener_is_refused, ""),
		TEST(moving_aside_makes_room_and_loses_nothing, ""),
		TEST(what_was_committed_survives_kill_9, ""),
	};

	int failed;

	bed_folder(top);
	snprintf(path, sizeof(path), "%s/store", top);
	failed = TESTS_RUN("unit/store", tests);
	bed_remove(top);
	return failed;
}
