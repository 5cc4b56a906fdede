/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs in processes of their own: a run that goes wrong ends its process, by an invariant or by an
 * assertion of the code under test. What is to be known of it stands in memory that is shared.
 */
#pragma once

#include "sim/run.h"

#define CHILD_SECONDS_MAX 30 /* of the processor: a run takes a hundredth of one */
#define CHILD_LINES       60
#define CHILD_LINE_MAX    240

struct child {
	uint64_t seed;   /* that runs, or has failed */
	char text[1024]; /* the invariant; empty: it ended otherwise */
	/* the last lines of the trace, in a ring */
	uint64_t n_lines;
	char lines[CHILD_LINES][CHILD_LINE_MAX];
};

/* n zeroed octets that processes share. */
void *child_share(size_t n);
/* Options of a run in this process that tells `c` what goes wrong and exits with status 1; with
 * its trace, which takes time, if `lines`. */
struct run_options child_options(struct child *c, struct run *r, uint64_t seed, const char *keep,
				 bool lines);
/* One run in another process; true if it went well. */
bool child_run(struct child *c, uint64_t seed, const char *keep, bool lines);
/* Finds a short plan that still fails, prints it, the trace before, and how to see it again. */
void shrink_and_report(struct child *c, uint64_t seed);
