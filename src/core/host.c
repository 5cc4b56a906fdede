/* SPDX-License-Identifier: Apache-2.0 */
#include "core/host.h"
#include "core/ha_replay.h"
#include "core/ha_state.h"

#include <assert.h>
#include <errno.h>

#define OLDEST_MAX 8 /* looked at for one request */

int host_table_new(struct host_table *t, const struct memory *m, uint32_t expected, uint32_t max,
		   const uint64_t seed[2])
{
	if (slab_new(&t->slab, m, sizeof(struct host), max) ||
	    hash_new(&t->by_nai, m, expected, seed))
		return -ENOMEM;
	for (size_t i = 0; i < NAI_MAX / HOST_NAME_STEP; i++)
		if (slab_new(&t->names[i], m, (i + 1) * HOST_NAME_STEP, max))
			return -ENOMEM;
	return 0;
}

static struct slab *names_of(struct host_table *t, size_t n)
{
	return &t->names[(n - 1) / HOST_NAME_STEP];
}

struct host *host_find(const struct host_table *t, struct bytes nai)
{
	const uint64_t key = hash_key(&t->by_nai, nai.p, nai.n);

	for (struct hash_node *n = hash_first(&t->by_nai, key); n; n = hash_next(n, key)) {
		struct host *x = container_of(n, struct host, by_nai);

		if (bytes_equal(host_nai(x), nai))
			return x;
	}
	return NULL;
}

void host_rests(struct host_table *t, struct host *x)
{
	assert(!x->resting);
	x->resting = true;
	x->newer = NULL;
	x->older = t->newest;
	*(t->newest ? &t->newest->newer : &t->oldest) = x;
	t->newest = x;
}

void host_wakes(struct host_table *t, struct host *x)
{
	if (!x->resting)
		return;
	x->resting = false;
	*(x->older ? &x->older->newer : &t->oldest) = x->newer;
	*(x->newer ? &x->newer->older : &t->newest) = x->older;
}

struct host *host_add(struct host_table *t, struct bytes nai)
{
	struct host *x;

	assert(nai.n > 0 && nai.n <= NAI_MAX);
	x = slab_take(&t->slab);
	if (!x)
		return NULL;
	x->nai = slab_take(names_of(t, nai.n)); /* as many as hosts */
	memcpy(x->nai, nai.p, nai.n);
	x->nai_length = (uint8_t)nai.n;
	hash_insert(&t->by_nai, &x->by_nai, hash_key(&t->by_nai, nai.p, nai.n));
	host_rests(t, x);
	return x;
}

void host_remove(struct ha *h, struct host *x)
{
	struct host_table *t = &h->hosts;

	assert(!x->binding && !x->learnt);
	if (x->home)
		address_remove(h, x->home, NULL);
	if (x->home4.s_addr)
		care_of_give(&h->home4, x->home4, 0);
	host_wakes(t, x);
	hash_remove(&t->by_nai, &x->by_nai);
	slab_give(names_of(t, x->nai_length), x->nai);
	slab_give(&t->slab, x);
}

/* No request that it has sent could be accepted once more, and none waits. */
static bool may_go(const struct ha *h, const struct host *x, struct now now)
{
	const bool waits = x->home && x->home->state == HOST_ADDRESS_TENTATIVE;

	return !waits && replay_is_over(x, h->c.timestamp_tolerance, now);
}

/* The first of the oldest ones that may go; those that may not go to the end, so that none of them,
 * whatever its clock says, stands in the way of others for long. */
static bool make_room(struct ha *h, struct now now)
{
	struct host_table *t = &h->hosts;

	if (slab_left(&t->slab))
		return true;
	for (int i = 0; i < OLDEST_MAX && t->oldest; i++) {
		struct host *x = t->oldest;

		if (may_go(h, x, now)) {
			batch_changes(h, x, now);
			host_remove(h, x);
			return true;
		}
		host_wakes(t, x);
		host_rests(t, x);
	}
	return false;
}

struct host *host_get(struct ha *h, struct bytes nai, struct now now)
{
	struct host *x = host_find(&h->hosts, nai);

	if (!x && make_room(h, now)) {
		x = host_add(&h->hosts, nai);
		batch_adds(h, x);
	} else if (x) {
		batch_changes(h, x, now);
	}
	return x;
}
