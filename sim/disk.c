/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/disk.h"

#include "sim/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct disk_record {
	struct hash_node by_key;
	struct disk_record *next, *previous; /* of all; `next` also of the transaction */
	uint16_t key_length, value_length, room;
	uint8_t data[]; /* key, then value */
};

void disk_new(struct disk *d, uint32_t expected)
{
	const struct memory m = { .alloc = memory_of_process };
	const uint64_t seed[2] = { 5, 6 };
	int err = hash_new(&d->records, &m, expected, seed);

	assert(!err);
	(void)err;
}

static void free_list(struct disk_record *r)
{
	while (r) {
		struct disk_record *next = r->next;

		free(r);
		r = next;
	}
}

void disk_abort(struct disk *d)
{
	free_list(d->pending);
	d->pending = NULL;
}

void disk_forget(struct disk *d)
{
	disk_abort(d);
	free_list(d->first);
	d->first = d->last = NULL;
	d->n = 0;
	d->digest = 0;
	d->records.n = 0;
	memset(d->records.buckets, 0, (d->records.mask + 1) * sizeof(*d->records.buckets));
}

void disk_done(struct disk *d)
{
	disk_forget(d);
	free(d->records.buckets);
}

static struct bytes key_of(const struct disk_record *r)
{
	return (struct bytes){ r->data, r->key_length };
}

static struct disk_record *find(const struct disk *d, struct bytes key, uint64_t hash)
{
	for (struct hash_node *n = hash_first(&d->records, hash); n; n = hash_next(n, hash)) {
		struct disk_record *r = container_of(n, struct disk_record, by_key);

		if (bytes_equal(key_of(r), key))
			return r;
	}
	return NULL;
}

static uint64_t digest_of(const struct disk_record *r)
{
	static const uint64_t seed[2] = { 7, 8 };

	return siphash24(seed, r->data, (size_t)r->key_length + r->value_length);
}

static struct disk_record *record_new(struct bytes key, struct bytes value)
{
	const size_t n = key.n + value.n;
	struct disk_record *r = malloc(sizeof(*r) + n);

	assert(r && n <= UINT16_MAX);
	*r = (struct disk_record){ .key_length = (uint16_t)key.n,
				   .value_length = (uint16_t)value.n,
				   .room = (uint16_t)n };
	memcpy(r->data, key.p, key.n);
	if (value.n)
		memcpy(r->data + key.n, value.p, value.n);
	return r;
}

void disk_put(struct disk *d, struct bytes key, struct bytes value)
{
	struct disk_record *r = record_new(key, value);

	assert(value.n > 0);
	r->next = d->pending;
	d->pending = r;
}

void disk_del(struct disk *d, struct bytes key)
{
	disk_put(d, key, (struct bytes){ (const uint8_t *)"", 1 });
	d->pending->value_length = 0;
}

static void take_out(struct disk *d, struct disk_record *r)
{
	d->digest ^= digest_of(r);
	hash_remove(&d->records, &r->by_key);
	*(r->previous ? &r->previous->next : &d->first) = r->next;
	*(r->next ? &r->next->previous : &d->last) = r->previous;
	d->n--;
	free(r);
}

static void add(struct disk *d, struct disk_record *r, uint64_t hash)
{
	r->previous = d->last;
	r->next = NULL;
	*(d->last ? &d->last->next : &d->first) = r;
	d->last = r;
	d->n++;
	hash_insert(&d->records, &r->by_key, hash);
	d->digest ^= digest_of(r);
}

/* Takes r: in place of the record with its key, which keeps its turn. */
static void replace(struct disk *d, struct disk_record *old, struct disk_record *r)
{
	if (old->room < r->key_length + r->value_length) {
		const uint64_t hash = old->by_key.hash;

		take_out(d, old);
		add(d, r, hash);
		return;
	}
	d->digest ^= digest_of(old);
	old->value_length = r->value_length;
	memcpy(old->data, r->data, (size_t)r->key_length + r->value_length);
	d->digest ^= digest_of(old);
	free(r);
}

static void carry_out(struct disk *d, struct disk_record *r)
{
	const uint64_t hash = hash_key(&d->records, r->data, r->key_length);
	struct disk_record *old = find(d, key_of(r), hash);

	if (r->value_length && old) {
		replace(d, old, r);
	} else if (r->value_length) {
		add(d, r, hash);
	} else {
		if (old)
			take_out(d, old);
		free(r);
	}
}

int disk_commit(struct disk *d)
{
	struct disk_record *list = NULL;

	if (d->full) {
		disk_abort(d);
		return -ENOSPC;
	}
	for (struct disk_record *r = d->pending, *next; r; r = next) { /* oldest first */
		next = r->next;
		r->next = list;
		list = r;
	}
	d->pending = NULL;
	for (struct disk_record *r = list, *next; r; r = next) {
		next = r->next;
		carry_out(d, r);
	}
	return 0;
}

int disk_each(const struct disk *d, int (*each)(void *ctx, struct bytes key, struct bytes value),
	      void *ctx)
{
	for (const struct disk_record *r = d->first; r; r = r->next) {
		int err = each(ctx, key_of(r),
			       (struct bytes){ r->data + r->key_length, r->value_length });

		if (err)
			return err;
	}
	return 0;
}
