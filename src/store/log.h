/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store on the disk. The caller's thread appends each transaction to the current log by one
 * write. With STORE_SYNC_INTERVAL a thread syncs it. When the log has grown past what a snapshot
 * takes, the next one is begun, and another thread merges all that came before into a new snapshot:
 * it reads and writes files only, so neither the caller nor its memory is asked for anything.
 */
#pragma once

#include "store/files.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

/* A store of fewer octets than this is not worth compacting. The tests have a smaller one. */
#ifndef LOG_MIN
#define LOG_MIN (64u << 20)
#endif

struct log {
	char *path;
	int folder;
	enum store_sync sync;
	uint32_t interval_ms;

	/* of the committing thread */
	struct files loaded;    /* until the first commit */
	uint64_t start, end;    /* of the current log; written with the lock held */
	uint64_t snapshot;      /* position of the last snapshot, */
	uint64_t snapshot_size; /* its octets, */
	uint64_t compacting;    /* and the position of the one asked for */
	bool heal;              /* which makes good what a failed sync may have lost */
	int64_t compact_after;  /* ns: not before, after a failure */
	bool torn;              /* the file is longer than `end`, because a commit failed */
	bool closed;            /* its last block says so */

	/* with the lock, which nobody holds while waiting for the disk */
	pthread_mutex_t lock;
	pthread_cond_t wake_sync, wake_compact;
	int fd, former_fd;     /* `former_fd`: of the log before, until that is synced; or -1 */
	uint64_t synced;       /* up to here all is on the disk */
	int sync_error;        /* no commit succeeds until a snapshot made it good */
	bool sync_idle;        /* its thread waits for something to sync */
	uint64_t compact_upto; /* asked for; 0: nothing */
	bool compact_done;     /* with these results: */
	int compact_error;
	uint64_t compact_size;

	pthread_t sync_thread, compact_thread;
	bool has_sync_thread, has_compact_thread;
	atomic_bool stop;
};

/* As the functions of store.h. log_open.c: */
int log_open(const char *path, enum store_sync sync, uint32_t interval_ms, struct log **ret,
	     char *ret_why, size_t n);
int log_close(struct log *l);
/* log.c: */
int log_load(struct log *l, int (*each)(void *ctx, const struct record *r), void *ctx);
/* `block` has room for its header in front of its records. */
int log_commit(struct log *l, uint8_t *block, size_t n, uint32_t records);
int log_trouble(struct log *l, char *ret_why, size_t n);

/* log.c: begins the log that goes on where the current one ends. */
int log_go_on(struct log *l);
/* log_sync.c: makes all that was committed reach the disk. */
int log_sync(struct log *l);
void *log_sync_thread(void *log);
/* compact.c */
void *log_compact_thread(void *log);
