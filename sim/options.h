/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum mode {
	MODE_MANY,  /* seeds in parallel, until one fails or the time is over */
	MODE_ONE,   /* a run once more */
	MODE_SCALE, /* many hosts, a day */
};

struct options {
	enum mode mode;
	uint64_t seed, last; /* the first or the only one; the last one of several */
	uint32_t seconds;    /* 0: until `last` */
	uint32_t jobs;
	const char *faults; /* which of the plan; NULL = all */
	bool plan, trace;
	uint32_t hosts, nodes, hours;
};

/* 0: go on; else the exit status plus one: help has been printed, or what is wrong. */
int options_read(struct options *o, int argc, char **argv);
