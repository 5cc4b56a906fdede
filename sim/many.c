/* SPDX-License-Identifier: Apache-2.0 */
/* Many seeds: a process on each processor takes the next one, again and again. */
#include "sim/many.h"

#include "sim/child.h"
#include "sim/cover.h"

#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY 100 /* ms */
#define SAY_EVERY  10  /* s, where nobody sees a line change */

struct shared {
	_Atomic uint64_t next, seeds, events, faults;
	_Atomic bool stop;
	uint8_t cover[COVER_BITS];
	struct child children[];
};

struct many {
	const struct options *o;
	struct shared *s;
	pid_t *pids;
	struct timespec began;
};

static double seconds(const struct many *m)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - m->began.tv_sec) +
	       (double)(now.tv_nsec - m->began.tv_nsec) / 1e9;
}

static void work(struct many *m, struct child *c)
{
	static struct run r;
	uint64_t seed;

	cover_map = m->s->cover;
	while (!m->s->stop && (seed = m->s->next++) <= m->o->last) {
		struct rlimit limit = { 0 };
		struct rusage used;
		struct run_options o = child_options(c, &r, seed, NULL, false);
		int err;

		getrusage(RUSAGE_SELF, &used);
		limit.rlim_cur = (rlim_t)used.ru_utime.tv_sec + CHILD_SECONDS_MAX;
		limit.rlim_max = RLIM_INFINITY;
		setrlimit(RLIMIT_CPU, &limit);
		err = run_new(&r, &o);
		assert(!err);
		(void)err;
		run_all(&r);
		m->s->seeds++;
		m->s->events += r.w.events;
		m->s->faults += r.faults;
		run_done(&r);
	}
	_exit(0);
}

static void say(const struct many *m, bool last)
{
	static double said;
	const double t = seconds(m);
	const bool seen = isatty(STDOUT_FILENO);

	if (!last && t - said < (seen ? 1 : SAY_EVERY))
		return;
	said = t;
	printf("%s%5.0f s  %" PRIu64 " seeds  %.2f M events/s  %" PRIu64
	       " faults  %u pairs of state and event%s",
	       seen ? "\r" : "", t, (uint64_t)m->s->seeds, (double)m->s->events / t / 1e6,
	       (uint64_t)m->s->faults, cover_count(), seen && !last ? "" : "\n");
	fflush(stdout);
}

/* A process has ended: the seed that it was at, if that went wrong. */
static bool look(struct many *m, uint32_t *ret_left, uint32_t *ret_failed)
{
	int status;
	const pid_t pid = waitpid(-1, &status, WNOHANG);

	for (uint32_t i = 0; pid > 0 && i < m->o->jobs; i++)
		if (m->pids[i] == pid) {
			(*ret_left)--;
			*ret_failed = i;
			return !WIFEXITED(status) || WEXITSTATUS(status);
		}
	return false;
}

static void begin(struct many *m)
{
	fflush(NULL);
	for (uint32_t i = 0; i < m->o->jobs; i++) {
		m->pids[i] = fork();
		assert(m->pids[i] >= 0);
		if (m->pids[i] == 0)
			work(m, &m->s->children[i]);
	}
}

int many_run(const struct options *o)
{
	struct many m = { .o = o };
	uint32_t left = o->jobs, which = 0, failed = o->jobs;

	m.s = child_share(sizeof(*m.s) + o->jobs * sizeof(struct child));
	m.pids = calloc(o->jobs, sizeof(*m.pids));
	assert(m.pids);
	m.s->next = o->seed;
	cover_map = m.s->cover;
	clock_gettime(CLOCK_MONOTONIC, &m.began);
	begin(&m);
	while (left) {
		if (look(&m, &left, &which)) {
			failed = failed == o->jobs ? which : failed;
			m.s->stop = true;
		}
		if (o->seconds && seconds(&m) >= o->seconds)
			m.s->stop = true;
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_EVERY * 1000000L }, NULL);
		say(&m, false);
	}
	say(&m, true);
	free(m.pids);
	if (failed == o->jobs)
		return 0;
	shrink_and_report(&m.s->children[failed], m.s->children[failed].seed);
	return 1;
}
