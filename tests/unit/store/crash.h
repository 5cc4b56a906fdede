/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a traced store may look like after a crash. When the process dies, the file system has all
 * that was asked of it. When the power goes, it has what was synced; of what was not, any part:
 * writes whole, in some of their sectors or not at all, in any order; files longer than what was
 * written, with zeros; names made, changed and removed, or not.
 */
#pragma once

#include "trace.h"

#include <stdbool.h>
#include <stddef.h>

struct trace_step {
	struct trace_record r;
	const uint8_t *data;
	/* transactions that a crash right after it may not lose, and the last that may be there */
	uint32_t synced, reported;
};

struct trace {
	struct trace_step *step;
	size_t begin, n; /* `begin`: before it, only what was there at first */
	uint8_t *octets;
};

/* What a test of the test leaves out. */
enum crash_fault { CRASH_FAULT_NONE, CRASH_FAULT_NO_FILE_SYNC, CRASH_FAULT_NO_FOLDER_SYNC };

/* Reads a trace of a store that began with `first` transactions. */
void trace_read(const char *path, uint32_t first, bool batch, struct trace *ret);
void trace_free(struct trace *t);

/* Makes in `folder`, which is emptied, what is there when the first n steps have been taken, the
 * last of which may be half done, if it is a write. */
void crash_killed(const struct trace *t, size_t n, uint64_t *random, const char *folder);
void crash_power(const struct trace *t, size_t n, uint64_t *random, enum crash_fault fault,
		 const char *folder);
/* All steps whole. */
void crash_none(const struct trace *t, const char *folder);

uint64_t crash_random(uint64_t *random, uint64_t below);
