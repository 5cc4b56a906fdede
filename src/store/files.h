/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a store's folder. `snapshot-POSITION` has the records as they were at that position,
 * `log-POSITION` the transactions from there on; 16 hexadecimal digits. Each log begins where the
 * one before ends, the first at the snapshot or, without one, at 0. `new` is a snapshot in the
 * making. Files of before a snapshot may be left when a process dies; they are of no use then.
 */
#pragma once

#include "store/block.h"

#define FILE_NAME_SIZE 32
#define FILE_NEW       "new"

/* One of them, mapped for reading. */
struct file {
	enum file_kind kind;
	uint64_t start;
	struct bytes content;
	size_t *blocks; /* offsets of those that are whole */
	size_t n_blocks;
	uint64_t records;     /* in them */
	uint32_t records_max; /* in the largest */
};

/* The last snapshot, if there is one, and then the logs in order. */
struct files {
	struct file *file;
	size_t n, n_whole; /* the others come after an unfinished end */
	uint64_t end;      /* position after the last whole transaction */
	bool unfinished;   /* something stands after `end`; it was never promised */
};

void file_name(char ret[FILE_NAME_SIZE], enum file_kind kind, uint64_t start);
/* Makes or empties a file, writes its header, and returns a descriptor to write to; or a negative
 * errno. */
int file_make(int folder, const char *name, enum file_kind kind, uint64_t start);
/* All of it at this offset, or a negative errno. */
int file_write(int fd, struct bytes b, uint64_t offset);
/* Also for the folder itself: whatever the file system may still hold back. */
int file_sync(int fd);

/* Which files count: neither mapped nor checked. 0 or a negative errno. */
int files_list(int folder, struct files *ret);
/* Removes the files of before a snapshot that is safe on the disk. */
int files_remove_before(int folder, uint64_t snapshot);

/* Lists, maps and checks the files up to the position `upto` (all: UINT64_MAX). Changes nothing. 0
 * or a negative errno as of store_open; then `ret_name` is the file and, for -EBADMSG, `ret_offset`
 * the octet from which on it is not whole. */
int files_open(int folder, uint64_t upto, struct files *ret, char ret_name[FILE_NAME_SIZE],
	       uint64_t *ret_offset);
void files_close(struct files *f);
/* Removes what is unfinished. To be synced, files and folder, before anything new is written: that
 * could end where a file that comes back begins. */
int files_cut(int folder, const struct files *f);
