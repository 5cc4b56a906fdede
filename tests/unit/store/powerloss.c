/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store's folder in thousands of states that a kill or a power loss may leave it in: each must
 * open, hold the first N transactions whole, N no less than what was promised, and go on from
 * there.
 */
#include "bed.h"
#include "crash.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRANSACTIONS 150
#define STATES       1500
#define AGAIN        12 /* crashes after whose recovery there is another */
#define STATES_AGAIN 60
#define MORE         8 /* transactions then */
#define SEED         20261124

static char top[64], path[128], trace_path[128], state_path[128];
static uint64_t seed = SEED;

static void begin(void)
{
	bed_remove(top);
	assert_int_equal(mkdir(top, 0700), 0);
	assert_int_equal(mkdir(state_path, 0700), 0);
}

/* Runs the workload in `folder`; its trace goes on if there is one. */
static void run_workload(const char *folder, enum store_sync sync, unsigned transactions,
			 const char *end)
{
	bool batch = sync == STORE_SYNC_BATCH;
	char count[16];
	int status;
	pid_t pid;

	snprintf(count, sizeof(count), "%u", transactions);
	pid = fork();
	if (pid == 0) {
		setenv("STORE_TRACE", trace_path, 1);
		setenv("STORE_TRACE_FOLDER", folder, 1);
		execl(WORKLOAD, WORKLOAD, folder, batch ? "batch" : "interval", count, end, NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* And reads its trace, of a store that had `first` transactions. */
static void run_traced(const char *folder, enum store_sync sync, unsigned transactions,
		       uint32_t first, struct trace *ret)
{
	unlink(trace_path);
	run_workload(folder, sync, transactions, "close");
	trace_read(trace_path, first, sync == STORE_SYNC_BATCH, ret);
}

/* What the store in that state holds; 0 if it breaks a promise, with the reason in `why`. */
static bool is_right(const char *folder, uint32_t least, uint32_t most, uint32_t *ret_n,
		     char why[512])
{
	struct store *s;
	uint32_t n = 0, again = 0;

	if (store_open(folder, STORE_SYNC_BATCH, 0, &s, why, 512))
		return false;
	if (!bed_load(s, &n) || n < least || n > most) {
		snprintf(why, 512, "transaction %u, or a part of it; it had to be %u to %u", n,
			 least, most);
		store_close(s);
		return false;
	}
	/* what the crash left behind the end does not come back */
	snprintf(why, 512, "it does not go on from transaction %u", n);
	if (bed_commit(s, n + 1) || store_close(s) ||
	    store_open(folder, STORE_SYNC_BATCH, 0, &s, why, 512))
		return false;
	if (!bed_load(s, &again) || again != n + 1) {
		store_close(s);
		return false;
	}
	store_close(s);
	*ret_n = n;
	return true;
}

/* Some states after a power loss; how many were wrong. */
static unsigned lose_power(const struct trace *t, unsigned states, enum crash_fault fault,
			   bool tell)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < states; i++) {
		size_t n = t->begin + (size_t)crash_random(&seed, t->n - t->begin + 1);
		const struct trace_step *s = &t->step[n - 1];
		uint32_t is;
		char why[512];

		crash_power(t, n, &seed, fault, state_path);
		if (is_right(state_path, s->synced, s->reported + 1, &is, why))
			continue;
		if (tell)
			print_message("# state %u, after %zu of %zu steps: %s\n", i, n, t->n, why);
		wrong++;
	}
	return wrong;
}

static void power_is_lost(enum store_sync sync)
{
	struct trace t;

	begin();
	run_traced(path, sync, TRANSACTIONS, 0, &t);
	assert_int_equal(lose_power(&t, STATES, CRASH_FAULT_NONE, true), 0);
	trace_free(&t);
}

static void power_loss_takes_no_committed_batch(void **state)
{
	power_is_lost(STORE_SYNC_BATCH);
}

static void power_loss_takes_only_what_was_not_synced(void **state)
{
	power_is_lost(STORE_SYNC_INTERVAL);
}

/* A power loss while the store opens or goes on after a power loss. */
static void power_loss_after_power_loss_is_no_different(void **state)
{
	struct trace t, second;

	begin();
	run_traced(path, STORE_SYNC_INTERVAL, TRANSACTIONS, 0, &t);
	for (unsigned i = 0; i < AGAIN; i++) {
		size_t n = t.n / 4 + (size_t)crash_random(&seed, t.n * 3 / 4);
		uint64_t same = seed;
		uint32_t first;
		char why[512];

		crash_power(&t, n, &same, CRASH_FAULT_NONE, state_path);
		assert_true(
			is_right(state_path, t.step[n - 1].synced, UINT32_MAX - 1, &first, why));
		crash_power(&t, n, &seed, CRASH_FAULT_NONE, path);
		run_traced(path, STORE_SYNC_INTERVAL, MORE, first, &second);
		assert_int_equal(lose_power(&second, STATES_AGAIN, CRASH_FAULT_NONE, true), 0);
		trace_free(&second);
	}
	trace_free(&t);
}

/* What a killed process had not synced is the next one's to sync. */
static void power_loss_after_a_kill_is_no_different(void **state)
{
	struct trace t;

	begin();
	for (unsigned i = 0; i < AGAIN; i++)
		run_workload(path, STORE_SYNC_INTERVAL, MORE, "die");
	run_workload(path, STORE_SYNC_INTERVAL, MORE, "close");
	trace_read(trace_path, 0, false, &t);
	assert_int_equal(lose_power(&t, STATES, CRASH_FAULT_NONE, true), 0);
	trace_free(&t);
}

static void a_kill_at_any_step_takes_nothing(void **state)
{
	struct trace t;

	begin();
	run_traced(path, STORE_SYNC_INTERVAL, TRANSACTIONS, 0, &t);
	for (size_t n = t.begin; n <= t.n; n++) {
		const struct trace_step *s = &t.step[n - 1];
		uint32_t is;
		char why[512] = "";

		crash_killed(&t, n, &seed, state_path);
		if (!is_right(state_path, s->reported, s->reported + 1, &is, why))
			fail_msg("after %zu of %zu steps: %s", n, t.n, why);
	}
	trace_free(&t);
}

/* Nothing that the store does to its files escapes the trace. */
static void the_trace_is_complete(void **state)
{
	char line[512];
	struct trace t;
	unsigned syncs = 0, names = 0;

	begin();
	run_traced(path, STORE_SYNC_INTERVAL, TRANSACTIONS, 0, &t);
	crash_none(&t, state_path);
	snprintf(line, sizeof(line), "diff -r '%s' '%s'", path, state_path);
	assert_int_equal(system(line), 0);
	for (size_t i = 0; i < t.n; i++) {
		syncs += t.step[i].r.op == TRACE_SYNC_END;
		names += t.step[i].r.op == TRACE_RENAME;
	}
	assert_true(syncs > 10);
	assert_true(names > 0);
	trace_free(&t);
}

/* If the store did not sync its files or its folder, this test would see it. */
static void a_store_that_does_not_sync_is_caught(void **state)
{
	struct trace t;

	begin();
	run_traced(path, STORE_SYNC_INTERVAL, TRANSACTIONS, 0, &t);
	assert_int_not_equal(lose_power(&t, STATES / 10, CRASH_FAULT_NO_FILE_SYNC, false), 0);
	assert_int_not_equal(lose_power(&t, STATES / 10, CRASH_FAULT_NO_FOLDER_SYNC, false), 0);
	trace_free(&t);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_trace_is_complete, ""),
		TEST(a_kill_at_any_step_takes_nothing, ""),
		TEST(power_loss_takes_no_committed_batch, ""),
		TEST(power_loss_takes_only_what_was_not_synced, ""),
		TEST(power_loss_after_power_loss_is_no_different, ""),
		TEST(power_loss_after_a_kill_is_no_different, ""),
		TEST(a_store_that_does_not_sync_is_caught, ""),
	};
	int failed;

	bed_folder(top);
	snprintf(path, sizeof(path), "%s/store", top);
	snprintf(state_path, sizeof(state_path), "%s/state", top);
	snprintf(trace_path, sizeof(trace_path), "%s/trace", top);
	failed = TESTS_RUN("unit/store-powerloss", tests);
	bed_remove(top);
	return failed;
}
