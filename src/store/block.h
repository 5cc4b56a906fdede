/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store's files are made of: a header, then blocks, one per transaction. Integers are in
 * network byte order; checksums are XXH3 (64 bits) of what follows or precedes them as shown.
 *
 *	file    "NM4STORE"  version:4  kind:4  start:8  checksum:8 (of the 24 octets before)
 *	block   checksum:8 (of all that follows)  magic:4  length:4  records:4  position:8  synced:8
 *	        records, `length` octets
 *	record  key length:1  value length:2 (65535: deleted)  key  value
 *
 * A position counts the octets of all logs since the store was made: that of a block is its file's
 * start plus its offset there, so no block can be taken for one at another place. `synced` is the
 * position up to which everything had reached the disk when the block was written: it tells an
 * unfinished end from damage. A block without records says that the file was closed there.
 *
 * The file header is the same in every version, so that an old program can tell a newer store.
 */
#pragma once

#include "base/bytes.h"

#define FILE_HEADER   32
#define BLOCK_HEADER  36
#define RECORD_HEADER 3
#define STORE_VERSION 1
#define DELETED       0xffff

enum file_kind { FILE_LOG = 1, FILE_SNAPSHOT = 2 };

struct record {
	struct bytes key, value;
	bool deleted;
};

struct block {
	uint32_t length, records; /* `length`: of the records */
	uint64_t synced;
	struct bytes payload;
};

void file_header_write(uint8_t out[FILE_HEADER], enum file_kind kind, uint64_t start);
/* 0; -EBADMSG: not one of this kind and start, or damaged; -ENOTSUP: whole, of a newer version. */
int file_header_check(struct bytes file, enum file_kind kind, uint64_t start);

/* Fills in the header of a block of n octets, whose records follow it already. */
void block_seal(uint8_t *block, size_t n, uint32_t records, uint64_t position, uint64_t synced);
/* The block at the front of `in`, which must stand at `position`; all of it is checked. */
bool block_read(struct bytes in, uint64_t position, struct block *ret);
/* Without checksum, for a block that has been checked; of a block that begins at p. */
struct block block_at(const uint8_t *p);
/* The first block that is whole at an offset of `file` from `from` on; false: none. */
bool block_find(struct bytes file, size_t from, uint64_t start, struct block *ret);

void record_write(struct writer *w, const struct record *r);
/* The record at p; returns what follows it. Only its header need be there: the views it makes are
 * not looked at. Inline, because a start does this for every record, several times. */
static inline const uint8_t *record_at(const uint8_t *p, struct record *ret)
{
	size_t key = p[0], value = (size_t)p[1] << 8 | p[2];

	ret->deleted = value == DELETED;
	if (ret->deleted)
		value = 0;
	ret->key = BYTES(p + RECORD_HEADER, key);
	ret->value = BYTES(p + RECORD_HEADER + key, value);
	return p + RECORD_HEADER + key + value;
}
