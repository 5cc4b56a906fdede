/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the newest record to the oldest: the first of its key that is met is the one that counts. A
 * table of the keys met holds where each stands, not the key, so it takes little memory; the cost
 * is the time that the processor waits for memory, hence the prefetching of a whole block's places.
 */
#include "store/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

#define PLACE_BITS 48 /* 256 TiB of logs */
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)

/* A record of the block at hand. */
struct met {
	const uint8_t *p;
	uint64_t hash;
};

struct merge {
	const struct files *files;
	uint64_t base;  /* position that counts as place 0 */
	uint64_t *slot; /* 16 bits of the hash, and place + 1; 0: free */
	uint64_t mask, seed;
	struct met *met;
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

/* Reads through a block once, so that what its records need is on its way when they are looked up.
 */
static void meet(struct merge *m, const struct block *b)
{
	const uint8_t *p = b->payload.p;

	for (uint32_t i = 0; i < b->records; i++) {
		struct record r;

		m->met[i].p = p;
		p = record_at(p, &r);
		m->met[i].hash = XXH3_64bits_withSeed(r.key.p, r.key.n, m->seed);
		__builtin_prefetch(&m->slot[m->met[i].hash & m->mask]);
	}
	for (uint32_t i = 0; i < b->records; i++) {
		uint64_t slot = m->slot[m->met[i].hash & m->mask];

		if (slot)
			__builtin_prefetch(at_place(m, (slot & PLACE_MASK) - 1));
	}
}

static int merge_log_block(struct merge *m, const struct file *f, const struct block *b)
{
	int err = 0;

	meet(m, b);
	for (uint32_t i = b->records; !err && i-- > 0;) {
		const struct met *met = &m->met[i];
		struct record r;
		uint64_t *slot;

		record_at(met->p, &r);
		slot = find(m, met->hash, r.key);
		if (*slot)
			continue;
		*slot = (met->hash & ~PLACE_MASK) |
			(f->start + (uint64_t)(met->p - f->content.p) - m->base + 1);
		if (!r.deleted)
			err = m->each(m->ctx, &r);
	}
	return err;
}

/* A key is there only once. */
static int merge_snapshot_block(struct merge *m, const struct block *b)
{
	int err = 0;

	meet(m, b);
	for (uint32_t i = 0; !err && i < b->records; i++) {
		struct record r;

		record_at(m->met[i].p, &r);
		if (!*find(m, m->met[i].hash, r.key))
			err = m->each(m->ctx, &r);
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

			if (f->kind == FILE_LOG)
				err = merge_log_block(m, f, &b);
			else
				err = merge_snapshot_block(m, &b);
		}
	}
	return err;
}

int merge(const struct files *f, int (*each)(void *ctx, const struct record *r), void *ctx)
{
	struct merge m = { .files = f, .each = each, .ctx = ctx, .mask = 15 };
	uint64_t keys = 0;
	uint32_t met = 1;
	int err = -ENOMEM;

	for (size_t i = 0; i < f->n_whole; i++) {
		if (f->file[i].kind == FILE_LOG)
			keys += f->file[i].records;
		if (f->file[i].records_max > met)
			met = f->file[i].records_max;
	}
	if (f->n_whole)
		m.base = f->file[0].start;
	while (m.mask < 2 * keys)
		m.mask = 2 * m.mask + 1;
	/* keys come from hosts: none shall know which of them meet in a slot */
	if (getrandom(&m.seed, sizeof(m.seed), 0) != (ssize_t)sizeof(m.seed))
		return -errno;
	m.slot = calloc(m.mask + 1, sizeof(*m.slot));
	m.met = malloc(met * sizeof(*m.met));
	if (m.slot && m.met)
		err = merge_files(&m);
	free(m.slot);
	free(m.met);
	return err;
}
