/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the newest record to the oldest: the first of its key that is met is the one that counts. A
 * table of the keys met holds where each stands, not the key, so it takes little memory; what takes
 * time is waiting for memory, hence the groups whose places are all asked for before the first is
 * needed.
 */
#include "store/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <xxhash.h>

#define PLACE_BITS 48 /* 256 TiB of logs */
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)
#define GROUP      32 /* about as many places as a processor waits for at once */
#define CACHE_LINE 64
#define AHEAD      1024 /* octets: reading in order, a processor does not look beyond a page itself */

struct merge {
	const struct files *files;
	uint64_t base;  /* position that counts as place 0 */
	uint64_t *slot; /* 16 bits of the hash, and place + 1; 0: free */
	uint64_t mask, seed;
	const uint8_t **record; /* of the block at hand */
	int (*each)(void *ctx, const struct record *r);
	void *ctx;
};

/* The record at a place of the logs. */
static const uint8_t *at_place(const struct merge *m, uint64_t place)
{
	const struct file *f = &m->files->file[m->files->n_whole - 1];

	while (f->start > m->base + place)
		f--;
	return f->content.p + (m->base + place - f->start);
}

/* The slot that has this key, or the free one where it belongs. */
static uint64_t *find(const struct merge *m, uint64_t hash, struct bytes key)
{
	for (uint64_t i = hash & m->mask;; i = (i + 1) & m->mask) {
		uint64_t slot = m->slot[i];
		struct record r;

		if (!slot)
			return &m->slot[i];
		if ((slot ^ hash) >> PLACE_BITS)
			continue;
		record_at(at_place(m, (slot & PLACE_MASK) - 1), &r);
		if (bytes_equal(r.key, key))
			return &m->slot[i];
	}
}

/* Asks for the record that find() is going to compare with. */
static void ask_for(const struct merge *m, uint64_t hash)
{
	for (uint64_t i = hash & m->mask; m->slot[i]; i = (i + 1) & m->mask) {
		const uint8_t *p;

		if ((m->slot[i] ^ hash) >> PLACE_BITS)
			continue;
		p = at_place(m, (m->slot[i] & PLACE_MASK) - 1);
		__builtin_prefetch(p);
		__builtin_prefetch(p + CACHE_LINE);
		return;
	}
}

/* Handles n records of a block in the order in which they stand; newer ones were before. */
static int merge_group(struct merge *m, const struct file *f, const uint8_t *const *record,
		       size_t n)
{
	uint64_t hash[GROUP];
	struct record r;
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		record_at(record[i], &r);
		hash[i] = XXH3_64bits_withSeed(r.key.p, r.key.n, m->seed);
		__builtin_prefetch(&m->slot[hash[i] & m->mask]);
	}
	for (size_t i = 0; i < n; i++)
		ask_for(m, hash[i]);
	for (size_t i = n; !err && i-- > 0;) {
		uint64_t *slot, place = f->start + (uint64_t)(record[i] - f->content.p) - m->base;

		record_at(record[i], &r);
		slot = find(m, hash[i], r.key);
		if (*slot)
			continue;
		if (f->kind == FILE_LOG) /* a snapshot has a key only once */
			*slot = (hash[i] & ~PLACE_MASK) | (place + 1);
		if (!r.deleted)
			err = m->each(m->ctx, &r);
	}
	return err;
}

static int merge_block(struct merge *m, const struct file *f, const struct block *b)
{
	const uint8_t *p = b->payload.p;
	size_t left = b->records;
	int err = 0;

	for (uint32_t i = 0; i < b->records; i++) {
		struct record r;

		m->record[i] = p;
		__builtin_prefetch(p + AHEAD);
		p = record_at(p, &r);
	}
	while (!err && left) {
		size_t n = left < GROUP ? left : GROUP;

		left -= n;
		err = merge_group(m, f, m->record + left, n);
	}
	return err;
}

static int merge_files(struct merge *m)
{
	int err = 0;

	for (size_t i = m->files->n_whole; !err && i-- > 0;) {
		const struct file *f = &m->files->file[i];

		for (size_t k = f->n_blocks; !err && k-- > 0;) {
			struct block b = block_at(f->content.p + f->blocks[k]);

			for (size_t at = 0; k && at < AHEAD; at += CACHE_LINE)
				__builtin_prefetch(f->content.p + f->blocks[k - 1] + at);
			err = merge_block(m, f, &b);
		}
	}
	return err;
}

int merge(const struct files *f, int (*each)(void *ctx, const struct record *r), void *ctx)
{
	struct merge m = { .files = f, .each = each, .ctx = ctx, .mask = 15 };
	uint64_t keys = 0;
	uint32_t largest = 1;
	size_t size;
	void *table;
	int err = -ENOMEM;

	for (size_t i = 0; i < f->n_whole; i++) {
		if (f->file[i].kind == FILE_LOG)
			keys += f->file[i].records;
		if (f->file[i].records_max > largest)
			largest = f->file[i].records_max;
	}
	if (f->n_whole)
		m.base = f->file[0].start;
	while (m.mask < 2 * keys)
		m.mask = 2 * m.mask + 1;
	/* keys come from hosts: none shall know which of them meet in a slot */
	if (getrandom(&m.seed, sizeof(m.seed), 0) != (ssize_t)sizeof(m.seed))
		return -errno;
	size = (m.mask + 1) * sizeof(*m.slot);
	table = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	m.record = malloc(largest * sizeof(*m.record));
	if (table != MAP_FAILED && m.record) {
		/* large pages, if there are any: most of the waiting is for the page tables */
		madvise(table, size, MADV_HUGEPAGE);
		m.slot = table;
		err = merge_files(&m);
	}
	if (table != MAP_FAILED)
		munmap(table, size);
	free(m.record);
	return err;
}
