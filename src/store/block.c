/* SPDX-License-Identifier: Apache-2.0 */
#include "store/block.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#define BLOCK_MAGIC 0x4e4d3462u /* "NM4b" */
#define MAGIC_AT    8           /* octets into a block */

static const char file_magic[8] = "NM4STORE";

void file_header_write(uint8_t out[FILE_HEADER], enum file_kind kind, uint64_t start)
{
	struct writer w = writer_new(out, FILE_HEADER);

	write_bytes(&w, BYTES(file_magic, sizeof(file_magic)));
	write_u32(&w, STORE_VERSION);
	write_u32(&w, kind);
	write_u64(&w, start);
	write_u64(&w, XXH3_64bits(out, writer_length(&w)));
}

int file_header_check(struct bytes file, enum file_kind kind, uint64_t start)
{
	struct reader r = reader_new(file);
	struct bytes magic = read_bytes(&r, sizeof(file_magic));
	uint32_t version = read_u32(&r), is_kind = read_u32(&r);
	uint64_t is_start = read_u64(&r), checksum = read_u64(&r);

	if (r.failed || !bytes_equal(magic, BYTES(file_magic, sizeof(file_magic))) ||
	    checksum != XXH3_64bits(file.p, FILE_HEADER - sizeof(checksum)))
		return -EBADMSG;
	if (version > STORE_VERSION)
		return -ENOTSUP;
	return is_kind == kind && is_start == start ? 0 : -EBADMSG;
}

void block_seal(uint8_t *block, size_t n, uint32_t records, uint64_t position, uint64_t synced)
{
	struct writer w = writer_new(block + MAGIC_AT, BLOCK_HEADER - MAGIC_AT);

	write_u32(&w, BLOCK_MAGIC);
	write_u32(&w, (uint32_t)(n - BLOCK_HEADER));
	write_u32(&w, records);
	write_u64(&w, position);
	write_u64(&w, synced);
	w = writer_new(block, MAGIC_AT);
	write_u64(&w, XXH3_64bits(block + MAGIC_AT, n - MAGIC_AT));
}

struct block block_at(const uint8_t *p)
{
	struct reader r = reader_new(BYTES(p + MAGIC_AT + 4, BLOCK_HEADER - MAGIC_AT - 4));
	struct block b = { .length = read_u32(&r), .records = read_u32(&r) };

	read_u64(&r);
	b.synced = read_u64(&r);
	b.payload = BYTES(p + BLOCK_HEADER, b.length);
	return b;
}

/* Its records fill it exactly. */
static bool records_fit(const struct block *b)
{
	const uint8_t *p = b->payload.p, *end = p + b->length;

	for (uint32_t i = 0; i < b->records; i++) {
		struct record r;

		if (end - p < RECORD_HEADER)
			return false;
		/* only the lengths are looked at before it is known to fit */
		p = record_at(p, &r);
		if (p > end)
			return false;
	}
	return p == end;
}

bool block_read(struct bytes in, uint64_t position, struct block *ret)
{
	struct reader r = reader_new(in);
	uint64_t checksum = read_u64(&r);
	uint32_t magic = read_u32(&r), length = read_u32(&r);

	read_u32(&r);
	if (magic != BLOCK_MAGIC || read_u64(&r) != position || r.failed || in.n < BLOCK_HEADER ||
	    length > in.n - BLOCK_HEADER ||
	    checksum != XXH3_64bits(in.p + MAGIC_AT, BLOCK_HEADER - MAGIC_AT + length))
		return false;
	*ret = block_at(in.p);
	return records_fit(ret);
}

bool block_find(struct bytes file, size_t from, uint64_t start, struct block *ret)
{
	static const uint8_t magic[] = { BLOCK_MAGIC >> 24, BLOCK_MAGIC >> 16 & 0xff,
					 BLOCK_MAGIC >> 8 & 0xff, BLOCK_MAGIC & 0xff };

	for (size_t at = from + MAGIC_AT; at < file.n; at++) {
		const uint8_t *found = memmem(file.p + at, file.n - at, magic, sizeof(magic));

		if (!found)
			break;
		at = (size_t)(found - file.p);
		if (block_read(BYTES(found - MAGIC_AT, file.n - at + MAGIC_AT),
			       start + at - MAGIC_AT, ret))
			return true;
	}
	return false;
}

void record_write(struct writer *w, const struct record *r)
{
	write_u8(w, (uint8_t)r->key.n);
	write_u16(w, r->deleted ? DELETED : (uint16_t)r->value.n);
	write_bytes(w, r->key);
	write_bytes(w, r->value);
}
