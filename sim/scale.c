/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scale.h"

#include "sim/mobile.h"
#include "sim/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define HOUR        (3600 * NSEC_PER_SEC)
#define ARRIVAL     (600 * NSEC_PER_SEC) /* all hosts come within */
#define LOSS        10000                /* ppm */
#define DOWN_MAX    60                   /* s that a killed node is down */
#define CHECK_EVERY 5000000 /* batches of the home agent between two comparisons of all tables */
#define SAMPLE      10000   /* hosts that are called at the end */

struct scale {
	const struct options *o;
	struct world w;
	struct timespec began;
};

static double seconds(const struct scale *s)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - s->began.tv_sec) +
	       (double)(now.tv_nsec - s->began.tv_nsec) / 1e9;
}

static void failed(void *ctx, const char *text)
{
	const struct scale *s = ctx;

	printf("%.3f s: %s\n", (double)(s->w.now - WORLD_START) / 1e9, text);
	exit(1);
}

static double peak_memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / (1 << 20);
}

static void say(const struct scale *s, const char *when)
{
	const struct world *w = &s->w;
	const double t = seconds(s);

	printf("%-8s %6.0f s  %11" PRIu64 " events (%.2f M/s)  %10" PRIu64
	       " registrations  %9" PRIu64 " handovers  %u bindings  %.2f GiB\n",
	       when, t, w->events, (double)w->events / t / 1e6, w->registrations, w->handovers,
	       plane_tunnels(&w->nodes[WORLD_HA].plane), peak_memory());
	fflush(stdout);
}

/* One node an hour; in the middle of the whole it is the home agent. */
static void one_hour(struct scale *s, uint32_t hour)
{
	struct world *w = &s->w;
	const nsec_t end = WORLD_START + (hour + 1) * HOUR;
	const nsec_t at = w->now + (nsec_t)rng_below(&w->rng, (uint64_t)HOUR / 2);
	const bool home = hour == s->o->hours / 2;
	const uint32_t i = home ? WORLD_HA : 1 + (uint32_t)rng_below(&w->rng, w->n_nodes - 1);
	char when[20];

	world_until(w, at);
	node_kill(&w->nodes[i]);
	world_until(w, at + (1 + (nsec_t)rng_below(&w->rng, DOWN_MAX)) * NSEC_PER_SEC);
	world_start_node(w, i);
	world_until(w, end);
	snprintf(when, sizeof(when), "%u h", hour + 1);
	say(s, when);
}

static void leave(struct world *w)
{
	w->net.loss = 0;
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		w->hosts[i].move_due = w->hosts[i].talk_due = NSEC_NEVER;
		mobile_move(w, &w->hosts[i], NULL, 0, true);
	}
	world_until(w, w->now + run_forgotten_within(w));
}

int scale_run(const struct options *o)
{
	static struct scale s;
	struct world *w = &s.w;

	s.o = o;
	clock_gettime(CLOCK_MONOTONIC, &s.began);
	setup_scale(w, o->seed, o->hosts, o->nodes);
	world_begin(w);
	check_new(w, CHECK_EVERY, failed, &s);
	for (uint32_t i = 0; i < w->n_nodes; i++)
		world_start_node(w, i);
	for (uint32_t i = 0; i < w->n_hosts; i++) {
		w->hosts[i].move_due = w->now + (nsec_t)rng_below(&w->rng, (uint64_t)ARRIVAL);
		mobile_arm(w, &w->hosts[i]);
	}
	w->net.loss = LOSS;
	for (uint32_t hour = 0; hour < o->hours; hour++)
		one_hour(&s, hour);
	check_tables(w);
	leave(w);
	check_tables(w);
	check_nothing_left(w);
	say(&s, "empty");
	printf("%u hosts, %u access nodes, %u h: %" PRIu64 " registrations, %" PRIu64
	       " handovers, %" PRIu64 " packets lost; %.1f GiB at most, %.0f s, %.2f M events/s\n",
	       o->hosts, o->nodes, o->hours, w->registrations, w->handovers, w->lost, peak_memory(),
	       seconds(&s), (double)w->events / seconds(&s) / 1e6);
	printf("%016" PRIx64 "\n", w->hash);
	world_done(w);
	return 0;
}
