/* SPDX-License-Identifier: Apache-2.0 */
#include "ar_disk.h"

size_t disk_records(const struct disk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < DISK_MAX; i++)
		n += d->v[i].key_length > 0;
	return n;
}

size_t disk_find(struct disk *d, struct bytes key)
{
	size_t free = DISK_MAX;

	for (size_t i = 0; i < DISK_MAX; i++) {
		if (bytes_equal(BYTES(d->v[i].key, d->v[i].key_length), key))
			return i;
		if (!d->v[i].key_length)
			free = i;
	}
	assert_true(free < DISK_MAX);
	return free;
}

int disk_store(struct world *w, struct disk *d, bool works)
{
	struct disk next = *d;
	struct bytes key, value;
	int n = 0;

	while (ar_role.changed(w->ar, w->now, &key, &value)) {
		size_t i = disk_find(&next, key);

		n++;
		assert_int_equal(key.p[0], ar_role.store_tag);
		assert_true(key.n <= sizeof(next.v[i].key) && value.n <= sizeof(next.v[i].value));
		next.v[i].key_length = value.p ? key.n : 0;
		memcpy(next.v[i].key, key.p, key.n);
		next.v[i].length = value.n;
		if (value.p)
			memcpy(next.v[i].value, value.p, value.n);
	}
	if (works)
		*d = next;
	assert_true(ar_role.batch_end(w->ar, works, w->now));
	return n;
}

void disk_restart(struct world *w, const struct disk *d)
{
	ar_done(w->ar);
	sa_table_done(w->keys);
	world_start(w);
	for (size_t i = DISK_MAX; i-- > 0;) { /* in whatever order */
		if (!d->v[i].key_length)
			continue;
		assert_int_equal(ar_role.restore(w->ar, BYTES(d->v[i].key, d->v[i].key_length),
						 BYTES(d->v[i].value, d->v[i].length), w->now),
				 0);
	}
	ar_role.restored(w->ar, w->now);
}
