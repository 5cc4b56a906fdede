/* SPDX-License-Identifier: Apache-2.0 */
/* The store of a node, in memory: what is committed is there after a restart. */
#include "world.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static struct bytes key_of(const struct record *r)
{
	return (struct bytes){ r->key, r->key_length };
}

static void collect(struct disk *d, struct bytes key, struct bytes value)
{
	struct record *r = &d->pending[d->n_pending++];

	assert(d->n_pending <= WORLD_RECORDS && key.n <= sizeof(r->key) &&
	       value.n <= sizeof(r->value));
	r->key_length = key.n;
	r->value_length = value.n;
	memcpy(r->key, key.p, key.n);
	if (value.n)
		memcpy(r->value, value.p, value.n);
}

void disk_put(void *ctx, struct bytes key, struct bytes value)
{
	collect(&((struct node *)ctx)->disk, key, value);
}

void disk_del(void *ctx, struct bytes key)
{
	collect(&((struct node *)ctx)->disk, key, (struct bytes){ NULL, 0 });
}

/* Where the key is, or a free place. */
static struct record *place_of(struct disk *d, struct bytes key)
{
	struct record *free = NULL;

	for (size_t i = 0; i < WORLD_RECORDS; i++) {
		struct record *r = &d->records[i];

		if (r->key_length && bytes_equal(key_of(r), key))
			return r;
		if (!r->key_length && !free)
			free = r;
	}
	assert(free);
	return free;
}

int disk_commit(void *ctx)
{
	struct disk *d = &((struct node *)ctx)->disk;
	const size_t n = d->n_pending;

	d->n_pending = 0;
	if (d->full)
		return -ENOSPC;
	for (size_t i = 0; i < n; i++) {
		struct record *r = place_of(d, key_of(&d->pending[i]));

		*r = d->pending[i];
		if (!r->value_length)
			r->key_length = 0;
	}
	return 0;
}

void disk_restore(struct node *n, const struct role_ops *role, void *self)
{
	const struct now now = world_now(n->w, n);

	for (size_t i = 0; i < WORLD_RECORDS; i++) {
		const struct record *r = &n->disk.records[i];

		if (r->key_length) {
			int err = role->restore(self, key_of(r),
						(struct bytes){ r->value, r->value_length }, now);

			assert(err == 0);
			(void)err;
		}
	}
	role->restored(self, now);
}
