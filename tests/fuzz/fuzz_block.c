/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a block of the store, or any records under a right header: what is accepted is
 * written again record by record, and is the same; it is found behind any octets, too. */
#include <stdint.h>

#include "fuzz.h"
#include "store/block.h"

#define HOW_SEALED 1
#define START      UINT64_C(0x1000)

static void rewrite(struct bytes in, const struct block *b)
{
	const uint8_t *p = b->payload.p;
	size_t n = BLOCK_HEADER + b->length;
	uint8_t *again = malloc(n);
	struct writer w;

	assert(again && b->payload.n == b->length && n <= in.n);
	w = writer_new(again + BLOCK_HEADER, b->length);
	for (uint32_t i = 0; i < b->records; i++) {
		struct record r;

		p = record_at(p, &r);
		record_write(&w, &r);
	}
	assert(!w.failed && writer_length(&w) == b->length);
	block_seal(again, n, b->records, START, b->synced);
	assert(bytes_equal(BYTES(again, n), BYTES(in.p, n)));
	free(again);
}

/* Behind `before` octets that it says nothing about. */
static void find(struct bytes in, size_t before)
{
	size_t n = before + in.n;
	uint8_t *file = malloc(n);
	struct block b;

	assert(file);
	memset(file, 'N', before); /* of "NM4b" */
	memcpy(file + before, in.p, in.n);
	assert(block_find(BYTES(file, n), 0, START - before, &b));
	assert(b.payload.p == file + before + BLOCK_HEADER);
	free(file);
}

static void header(struct bytes in)
{
	uint8_t again[FILE_HEADER];

	for (int kind = FILE_LOG; kind <= FILE_SNAPSHOT; kind++) {
		if (file_header_check(in, (enum file_kind)kind, START) != 0)
			continue;
		file_header_write(again, (enum file_kind)kind, START);
		assert(bytes_equal(BYTES(again, FILE_HEADER), BYTES(in.p, FILE_HEADER)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));
	const uint8_t how = read_u8(&r), records = read_u8(&r), before = read_u8(&r);
	const size_t n = reader_left(&r);
	uint8_t *octets = fuzz_copy(read_bytes(&r, n));
	const struct bytes in = { octets, n };
	struct block b;

	header(in);
	if (how & HOW_SEALED && n >= BLOCK_HEADER)
		block_seal(octets, n, records, START, records);
	if (block_read(in, START, &b)) {
		rewrite(in, &b);
		find(in, before);
	}
	block_find(in, before, START, &b);
	free(octets);
	return 0;
}
