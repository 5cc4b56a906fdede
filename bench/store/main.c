/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the candidates for the embedded store cost: a million records of 120 octets, overwritten at
 * random in transactions of 64 and of 1,024, as fast as it goes and then at the rate of the daemon.
 * One engine in one way of syncing a run; bench/store/run runs them all. The committing thread has
 * the processor 0 to itself as far as this program goes; what an engine does in threads of its own
 * runs on the others.
 */
#include "engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KEYS        1000000
#define KEY         24 /* a tag and a NAI */
#define VALUE       120
#define BATCH_MAX   1024
#define RATE        200000    /* records/s: registrations that a core is to reach */
#define SYNC_PERIOD 100000000 /* ns */
#define LOADS       7

static const struct engine *const engines[] = {
	&engine_log,
#ifdef HAVE_ROCKSDB
	&engine_rocksdb, &engine_rocksdb_vector,
#endif
#ifdef HAVE_LEVELDB
	&engine_leveldb,
#endif
#ifdef HAVE_SQLITE
	&engine_sqlite,
#endif
#ifdef HAVE_LMDB
	&engine_lmdb,
#endif
};

struct bench {
	const struct engine *engine;
	const char *path, *mode;
	bool sync_each;
	double seconds;
	void *e;
	uint64_t random;
	atomic_bool stop;
	char keys[BATCH_MAX][KEY + 16];
	uint64_t values[BATCH_MAX][VALUE / 8];
	struct record records[BATCH_MAX];
};

void bench_fail(const char *what, const char *why)
{
	fprintf(stderr, "bench/store: %s: %s\n", what, why);
	exit(1);
}

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_total(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static uint64_t random64(struct bench *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

static void fill(struct bench *b, size_t i, uint32_t number)
{
	snprintf(b->keys[i], sizeof(b->keys[i]), "bhost%07u@example.org", number);
	for (size_t w = 0; w < VALUE / 8; w++)
		b->values[i][w] = random64(b);
	b->records[i] = (struct record){ BYTES(b->keys[i], KEY), BYTES(b->values[i], VALUE) };
}

static void *sync_thread(void *ctx)
{
	struct bench *b = ctx;
	struct timespec period = { .tv_nsec = SYNC_PERIOD };

	while (!atomic_load(&b->stop)) {
		nanosleep(&period, NULL);
		b->engine->sync(b->e);
	}
	return NULL;
}

/* What an engine starts, and the thread that syncs, leave the committing thread its processor. */
static void use_processors(bool committing)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int i = committing ? 0 : 1; i < (committing ? 1 : (int)sysconf(_SC_NPROCESSORS_ONLN));
	     i++)
		CPU_SET(i, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static double read_file(const char *path)
{
	static char buffer[1 << 20];
	double n = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		n += (double)got;
	close(fd);
	return n;
}

/* Octets of all files of the store, read through. */
static double read_all(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	double n = 0;

	if (!d)
		bench_fail(path, strerror(errno));
	while ((entry = readdir(d))) {
		char name[512];

		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_REG)
			n += read_file(name);
	}
	closedir(d);
	return n;
}

static void open_engine(struct bench *b)
{
	use_processors(false);
	b->e = b->engine->open(b->path, b->sync_each);
	use_processors(true);
}

/* Waits until `when` (s); at once if that has passed. */
static void wait_until(double when)
{
	double left = when - seconds_of(CLOCK_MONOTONIC);
	struct timespec t = { .tv_sec = (time_t)left };

	if (left <= 0)
		return;
	t.tv_nsec = (long)((left - (double)t.tv_sec) * 1e9);
	nanosleep(&t, NULL);
}

static void make_batch(struct bench *b, size_t batch)
{
	for (size_t i = 0; i < batch; i++)
		fill(b, i, (uint32_t)(random64(b) % KEYS));
}

static void longer(double *longest, double begin)
{
	double took = seconds_of(CLOCK_MONOTONIC) - begin;

	if (took > *longest)
		*longest = took;
}

/* As fast as it goes, or with `rate` records/s. The longest time that making a batch takes, in
 * which there is nothing to wait for, says how long the processor was away with others. */
static void measure_commits(struct bench *b, size_t batch, double rate)
{
	double begin = seconds_of(CLOCK_MONOTONIC), total = cpu_total(), now = begin;
	double making = 0, making_wall = 0, own = 0, commit_longest = 0, away_longest = 0, n = 0;

	while (now - begin < b->seconds) {
		double cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID), before;

		make_batch(b, batch);
		longer(&away_longest, now);
		making_wall += seconds_of(CLOCK_MONOTONIC) - now;
		before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
		making += before - cpu;
		if (rate > 0)
			wait_until(begin + n / rate);
		now = seconds_of(CLOCK_MONOTONIC);
		b->engine->commit(b->e, b->records, batch);
		longer(&commit_longest, now);
		own += seconds_of(CLOCK_THREAD_CPUTIME_ID) - before;
		now = seconds_of(CLOCK_MONOTONIC);
		n += (double)batch;
	}
	total = cpu_total() - total - making;
	printf("%-15s %-8s batch %4zu%s: %8.0f records/s, us/record %.3f of its thread, %.3f in "
	       "all, "
	       "longest commit %.1f ms (%.1f ms away)\n",
	       b->engine->name, b->mode, batch, rate > 0 ? " paced" : "      ",
	       n / (now - begin - (rate > 0 ? 0 : making_wall)), own / n * 1e6, total / n * 1e6,
	       commit_longest * 1e3, away_longest * 1e3);
	fflush(stdout);
}

static void preload(struct bench *b)
{
	for (uint32_t first = 0; first < KEYS; first += BATCH_MAX) {
		size_t n = KEYS - first < BATCH_MAX ? KEYS - first : BATCH_MAX;

		for (size_t i = 0; i < n; i++)
			fill(b, i, first + (uint32_t)i);
		b->engine->commit(b->e, b->records, n);
	}
}

static void measure_load(struct bench *b)
{
	double reading = 1e9, loading = 1e9, size = 0;

	for (int i = 0; i < LOADS; i++) {
		double begin = seconds_of(CLOCK_MONOTONIC), took;
		size_t n;

		size = read_all(b->path);
		took = seconds_of(CLOCK_MONOTONIC) - begin;
		/* the first reading may have been from the disk */
		if (i > 0 && took < reading)
			reading = took;
		begin = seconds_of(CLOCK_MONOTONIC);
		open_engine(b);
		n = b->engine->load(b->e);
		took = seconds_of(CLOCK_MONOTONIC) - begin;
		if (took < loading)
			loading = took;
		b->engine->close(b->e);
		if (n != KEYS)
			bench_fail(b->engine->name, "records are missing");
	}
	printf("%-15s %-8s %.0f MB; read in %.0f ms, opened and loaded in %.0f ms: %.1f times\n",
	       b->engine->name, b->mode, size / 1e6, reading * 1e3, loading * 1e3,
	       loading / reading);
}

int main(int argc, char **argv)
{
	static struct bench b = { .random = 88172645463325252 };
	pthread_t thread;
	bool with_thread;

	if (argc != 5)
		bench_fail("usage", "bench_store ENGINE interval|batch SECONDS FOLDER");
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (strcmp(engines[i]->name, argv[1]) == 0)
			b.engine = engines[i];
	if (!b.engine) {
		printf("%s: not built in, its package is missing\n", argv[1]);
		return 0;
	}
	b.mode = argv[2];
	b.sync_each = strcmp(argv[2], "batch") == 0;
	b.seconds = strtod(argv[3], NULL);
	b.path = argv[4];
	with_thread = !b.sync_each && b.engine->sync;
	open_engine(&b);
	use_processors(false);
	if (with_thread && pthread_create(&thread, NULL, sync_thread, &b))
		bench_fail("thread", "cannot be started");
	use_processors(true);
	preload(&b);
	measure_commits(&b, 64, 0);
	measure_commits(&b, BATCH_MAX, 0);
	measure_commits(&b, 64, RATE);
	atomic_store(&b.stop, true);
	if (with_thread)
		pthread_join(thread, NULL);
	b.engine->close(b.e);
	measure_load(&b);
	return 0;
}
