/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_group.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"

#include <errno.h>

#define GROUPS_PER_REPORT 32  /* 680 octets of records: within any MTU */
#define GROUP_SCAN_MAX    512 /* slots looked at in one step of the answer to a query */

int group_table_new(struct group_table *t, const struct memory *m, uint32_t max,
		    const uint64_t seed[2])
{
	t->timer.kind = TIMER_GROUPS;
	if (slab_new(&t->slab, m, sizeof(struct group), max) ||
	    hash_new(&t->by_group, m, max, seed))
		return -ENOMEM;
	return 0;
}

static struct group *find(const struct group_table *t, const struct in6_addr *group)
{
	const uint64_t key = hash_key(&t->by_group, group, sizeof(*group));

	for (struct hash_node *n = hash_first(&t->by_group, key); n; n = hash_next(n, key)) {
		struct group *g = container_of(n, struct group, by_group);

		if (in6_equal(&g->group, group))
			return g;
	}
	return NULL;
}

static void enqueue(struct group_table *t, struct group *g)
{
	if (g->queued)
		return;
	g->queued = true;
	g->next = NULL;
	*(t->first ? &t->last->next : &t->first) = g;
	t->last = g;
}

static void forget(struct group_table *t, struct group *g)
{
	hash_remove(&t->by_group, &g->by_group);
	slab_give(&t->slab, g);
}

/* The first groups of the queue that want the same report. */
static size_t take_queued(struct group_table *t, struct in6_addr *ret, bool *ret_leave)
{
	size_t n = 0;

	*ret_leave = t->first && t->first->users == 0;
	while (n < GROUPS_PER_REPORT && t->first && (t->first->users == 0) == *ret_leave) {
		struct group *g = t->first;

		ret[n++] = g->group;
		t->first = g->next;
		g->queued = false;
		if (*ret_leave)
			forget(t, g);
	}
	return n;
}

/* The next groups of the answer to a query. */
static size_t take_answer(struct group_table *t, struct in6_addr *ret)
{
	size_t n = 0;

	for (uint32_t i = 0; i < GROUP_SCAN_MAX && n < GROUPS_PER_REPORT; i++) {
		const struct group *g;

		if (t->slot >= t->slab.count) {
			t->answering = false;
			break;
		}
		g = slab_at(&t->slab, t->slot++);
		if (g->users)
			ret[n++] = g->group;
	}
	return n;
}

static void report(struct ha *h, const struct in6_addr *groups, size_t n, bool leave,
		   struct actions *out)
{
	static const struct in6_addr listeners = { .s6_addr = { 0xff, 0x02, [15] = 0x16 } };
	uint8_t buf[EMIT_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (n && mld_write_report(&w, &h->c.home_link_local, groups, n, leave) == 0)
		emit_on_home_link(h, out, mac_of_group(&listeners), writer_bytes(&w));
}

static void pump(struct ha *h, struct now now, struct actions *out)
{
	struct group_table *t = &h->groups;
	struct in6_addr groups[GROUPS_PER_REPORT];
	bool leave;
	size_t n;

	if (t->first && ha_nd_own(h, now)) {
		n = take_queued(t, groups, &leave);
		report(h, groups, n, leave, out);
	} else if (!t->first && t->answering && ha_nd_asked(h, now)) {
		n = take_answer(t, groups);
		report(h, groups, n, false, out);
	}
	if (t->first)
		heap_set(&h->timers, &t->timer, ha_nd_own_next(h, now));
	else if (t->answering)
		heap_set(&h->timers, &t->timer, ha_nd_asked_next(h, now));
	else
		heap_clear(&h->timers, &t->timer);
}

void group_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	pump(h, now, out);
}

static void wake(struct ha *h)
{
	if (!timer_is_set(&h->groups.timer))
		heap_set(&h->timers, &h->groups.timer, 0);
}

void group_join(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	struct group_table *t = &h->groups;
	const struct in6_addr group = in6_solicited_node(&a->address);
	struct group *g = find(t, &group);

	/* There are as many groups as addresses, but leaving ones may not have been reported yet:
	 * then this one goes unreported. */
	if (!g && (g = slab_take(&t->slab))) {
		g->group = group;
		hash_insert(&t->by_group, &g->by_group,
			    hash_key(&t->by_group, &group, sizeof(group)));
	}
	if (!g)
		return;
	a->proxy->group = g;
	if (g->users++)
		return;
	enqueue(t, g);
	if (out)
		pump(h, now, out);
	else
		wake(h);
}

void group_repeat(struct ha *h, const struct host_address *a, struct now now, struct actions *out)
{
	if (!a->proxy->group)
		return;
	enqueue(&h->groups, a->proxy->group);
	pump(h, now, out);
}

void group_leave(struct ha *h, struct proxy *p)
{
	struct group *g = p->group;

	if (!g || --g->users > 0)
		return;
	enqueue(&h->groups, g);
	wake(h);
}

void group_query(struct ha *h, struct now now)
{
	struct group_table *t = &h->groups;

	/* An answer under way is not begun anew: whoever asks without end would never hear the last
	 * groups, and has just heard the first. */
	if (t->answering)
		return;
	t->answering = true;
	t->slot = 0;
	if (!timer_is_set(&t->timer))
		heap_set(&h->timers, &t->timer, now.mono);
}
