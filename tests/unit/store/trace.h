/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program asks of the file system in one folder, in order: recorded by functions that stand
 * in front of the C library's when trace.c is linked. The file of the trace is these records, each
 * followed by `length` octets. The store's code knows nothing of it.
 */
#pragma once

#include <stdint.h>

enum trace_op {
	TRACE_CREATE,   /* data: name; `file` is its number from here on */
	TRACE_WRITE,    /* at `offset`; data: what */
	TRACE_TRUNCATE, /* to `offset` */
	TRACE_RENAME,   /* data: the new name */
	TRACE_UNLINK,
	TRACE_SYNC_BEGIN, /* `file` may be the folder; `offset`: which sync */
	TRACE_SYNC_END,   /* the same */
	TRACE_ACK,        /* transaction `offset` was reported as committed */
	TRACE_NEXT, /* the process has ended and its syncs have not; here begins the next one */
};

#define TRACE_FOLDER 0 /* the number of the folder itself */

struct trace_record {
	uint32_t op, file;
	uint64_t offset;
	uint32_t length;
	uint32_t reserved;
};

/* For the program that is traced: says that the transaction is committed. */
void trace_ack(uint32_t transaction);
/* Ends the process as a kill would, but not between a step and its record. */
void trace_die(void) __attribute__((noreturn));
