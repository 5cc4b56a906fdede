/* SPDX-License-Identifier: Apache-2.0 */
#include "store/memory.h"
#include "base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED 4096 /* entries; more than these only make it slower */

/* A record, in the form in which it stands in a block. */
struct entry {
	struct hash_node node;
	uint8_t record[];
};

struct store_memory {
	struct hash by_key;
};

static void *get(void *ctx, size_t n)
{
	return calloc(1, n);
}

int store_memory_new(struct store_memory **ret)
{
	static const struct memory heap = { .alloc = get };
	static const uint64_t seed[2]; /* its keys are those of tests */
	struct store_memory *m = calloc(1, sizeof(*m));
	int err = m ? hash_new(&m->by_key, &heap, EXPECTED, seed) : -ENOMEM;

	if (err)
		free(m);
	else
		*ret = m;
	return err;
}

void store_memory_free(struct store_memory *m)
{
	if (!m)
		return;
	for (uint64_t i = 0; i <= m->by_key.mask; i++) {
		struct hash_node *n = m->by_key.buckets[i];

		while (n) {
			struct entry *e = container_of(n, struct entry, node);

			n = n->next;
			free(e);
		}
	}
	free(m->by_key.buckets);
	free(m);
}

int memory_load(struct store_memory *m, int (*each)(void *ctx, const struct record *r), void *ctx)
{
	for (uint64_t i = 0; i <= m->by_key.mask; i++) {
		for (struct hash_node *n = m->by_key.buckets[i]; n; n = n->next) {
			struct record r;
			int err;

			record_at(container_of(n, struct entry, node)->record, &r);
			err = each(ctx, &r);
			if (err)
				return err;
		}
	}
	return 0;
}

static void forget(struct store_memory *m, uint64_t hash, struct bytes key)
{
	for (struct hash_node *n = hash_first(&m->by_key, hash); n; n = hash_next(n, hash)) {
		struct entry *e = container_of(n, struct entry, node);
		struct record r;

		record_at(e->record, &r);
		if (bytes_equal(r.key, key)) {
			hash_remove(&m->by_key, n);
			free(e);
			return;
		}
	}
}

int memory_commit(struct store_memory *m, const uint8_t *p, uint32_t records)
{
	struct entry **made = calloc(records, sizeof(struct entry *));
	bool whole = made;

	/* all memory first: what can fail does so before anything has changed */
	for (uint32_t i = 0; whole && i < records; i++) {
		struct record r;
		const uint8_t *next = record_at(p, &r);

		made[i] = malloc(sizeof(struct entry) + (size_t)(next - p));
		if (made[i])
			memcpy(made[i]->record, p, (size_t)(next - p));
		whole = made[i];
		p = next;
	}
	for (uint32_t i = 0; made && i < records && made[i]; i++) {
		struct record r;
		uint64_t hash;

		record_at(made[i]->record, &r);
		hash = hash_key(&m->by_key, r.key.p, r.key.n);
		if (whole)
			forget(m, hash, r.key);
		if (whole && !r.deleted)
			hash_insert(&m->by_key, &made[i]->node, hash);
		else
			free(made[i]);
	}
	free(made);
	return whole ? 0 : -ENOMEM;
}
