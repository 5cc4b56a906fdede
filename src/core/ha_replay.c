/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_replay.h"

#include <assert.h>
#include <errno.h>

#define NTP_SECOND ((uint64_t)1 << 32)
/* A client that took its clock from our code 133 (D13) may end up to two seconds after the last
 * accepted one, and so beyond the tolerance if that one was at its edge. */
#define RESYNCHRONISED (2 * NTP_SECOND)

int replay_table_new(struct replay_table *t, const struct memory *m, uint32_t max,
		     const uint64_t seed[2])
{
	if (slab_new(&t->slab, m, sizeof(struct replay), max) || hash_new(&t->by_nai, m, max, seed))
		return -ENOMEM;
	return 0;
}

struct replay *replay_find(const struct replay_table *t, struct bytes nai)
{
	const uint64_t key = hash_key(&t->by_nai, nai.p, nai.n);

	for (struct hash_node *n = hash_first(&t->by_nai, key); n; n = hash_next(n, key)) {
		struct replay *r = container_of(n, struct replay, by_nai);

		if (bytes_equal((struct bytes){ r->nai, r->nai_length }, nai))
			return r;
	}
	return NULL;
}

static void unlink_queue(struct replay_table *t, struct replay *r)
{
	*(r->older ? &r->older->newer : &t->oldest) = r->newer;
	*(r->newer ? &r->newer->older : &t->newest) = r->older;
}

static void append_queue(struct replay_table *t, struct replay *r)
{
	r->newer = NULL;
	r->older = t->newest;
	*(t->newest ? &t->newest->newer : &t->oldest) = r;
	t->newest = r;
}

/* Nothing that was accepted up to r could pass the clock check again. */
static bool is_over(const struct replay *r, uint16_t tolerance, struct now now)
{
	const uint64_t from = ntp_later(r->last, r->accepted) ? r->last : r->accepted;

	return ntp_later(now.ntp, from + 2 * tolerance * NTP_SECOND);
}

bool replay_has_room(struct replay_table *t, struct bytes nai, uint16_t tolerance, struct now now)
{
	struct replay *r = t->oldest;

	if (slab_used(&t->slab) < t->slab.count || replay_find(t, nai))
		return true;
	if (!r || !is_over(r, tolerance, now))
		return false;
	unlink_queue(t, r);
	hash_remove(&t->by_nai, &r->by_nai);
	slab_give(&t->slab, r);
	return true;
}

void replay_accept(struct replay_table *t, struct bytes nai, uint64_t identification,
		   struct in_addr care_of, bool deregistration, struct now now)
{
	struct replay *r = replay_find(t, nai);

	if (r) {
		unlink_queue(t, r);
	} else {
		r = slab_take(&t->slab);
		assert(r && nai.n <= NAI_MAX);
		memcpy(r->nai, nai.p, nai.n);
		r->nai_length = nai.n;
		hash_insert(&t->by_nai, &r->by_nai, hash_key(&t->by_nai, nai.p, nai.n));
	}
	append_queue(t, r);
	r->last = identification;
	r->accepted = now.ntp;
	r->care_of = care_of;
	r->deregistration = deregistration;
}

bool replay_is_fresh(const struct replay *r, uint64_t identification, uint16_t tolerance,
		     struct now now)
{
	const uint64_t t = tolerance * NTP_SECOND;

	if (r && !ntp_later(identification, r->last))
		return false;
	if (!ntp_later(identification, now.ntp))
		return now.ntp - identification <= t;
	return identification - now.ntp <= t || (r && identification - r->last <= RESYNCHRONISED);
}

uint64_t replay_resynchronise(const struct replay *r, uint64_t identification, struct now now)
{
	uint32_t seconds = ntp_seconds(now.ntp);

	if (r && (int32_t)(ntp_seconds(r->last) - seconds) >= 0)
		seconds = ntp_seconds(r->last) + 1;
	return (uint64_t)seconds << 32 | (uint32_t)identification;
}
