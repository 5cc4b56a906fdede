/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run: a world whose size and configuration, and a plan of what goes wrong in it, are made from
 * a seed. When the plan is over, all that is broken is mended, and after a time that follows from
 * the configured timers everybody has to be reachable; then all hosts leave, and after another such
 * time nothing may be left.
 */
#pragma once

#include "sim/check.h"
#include "sim/plan.h"

struct run_options {
	uint64_t seed;
	const char *keep;                            /* of the plan (plan_keep); NULL = all */
	void (*line)(void *ctx, const char *text);   /* gets each line of the trace; may be NULL */
	void (*failed)(void *ctx, const char *text); /* an invariant; does not return */
	void *ctx;
};

struct run {
	struct run_options o;
	struct world w;
	struct plan plan;
	struct ha_config config; /* of the home agent, as it began */
	size_t faults;           /* that have been done */
	nsec_t ends;             /* of the faults */
};

/* 0, or -EINVAL: `keep` is not a list of the plan. On success call run_done. */
int run_new(struct run *r, const struct run_options *o);
void run_all(struct run *r);
void run_done(struct run *r);

/* Until all is forgotten of hosts that are not there. */
nsec_t run_forgotten_within(const struct world *w);

/* faults.c: the next step of the plan, and back to a sound world. */
void faults_run(struct run *r);
void faults_mend(struct run *r);

/* setup.c: configurations from a generator. */
void setup_random(struct world *w, uint64_t seed);
/* Many hosts at equal access nodes. */
void setup_scale(struct world *w, uint64_t seed, uint32_t hosts, uint32_t nodes);
