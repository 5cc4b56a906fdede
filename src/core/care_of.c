/* SPDX-License-Identifier: Apache-2.0 */
#include "core/care_of.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>

#define RELEASE_MAX 8 /* addresses let out of quarantine in one take: keeps a step short */

static struct care_of_slot *slot(const struct care_of_pool *p, uint32_t place)
{
	return &p->v[place - 1];
}

static uint32_t place_of(const struct care_of_pool *p, struct in_addr a)
{
	return ntohl(a.s_addr) - p->base + 1;
}

static void append(struct care_of_pool *p, struct care_of_list *l, uint32_t place)
{
	slot(p, place)->previous = l->last;
	slot(p, place)->next = 0;
	*(l->last ? &slot(p, l->last)->next : &l->first) = place;
	l->last = place;
}

static void take_out(struct care_of_pool *p, struct care_of_list *l, uint32_t place)
{
	const struct care_of_slot *s = slot(p, place);

	*(s->previous ? &slot(p, s->previous)->next : &l->first) = s->next;
	*(s->next ? &slot(p, s->next)->previous : &l->last) = s->previous;
}

int care_of_new(struct care_of_pool *p, const struct memory *m, struct in_addr first, uint32_t size)
{
	struct care_of_slot *v = memory_alloc(m, (size_t)size * sizeof(*v));

	if (!v)
		return -ENOMEM;
	*p = (struct care_of_pool){ .base = ntohl(first.s_addr), .size = size, .v = v };
	if (changes_new(&p->changes, m, size) < 0)
		return -ENOMEM;
	for (uint32_t i = 1; i <= size; i++)
		append(p, &p->free, i);
	return 0;
}

/* The quarantine is a queue by the time of giving. Lifetimes are nearly all the same; where one is
 * shorter, its address waits for those before it: later than it must, never earlier. So do those
 * of before a restart, which come in the order of addresses. */
static void release(struct care_of_pool *p, nsec_t now)
{
	for (int i = 0; i < RELEASE_MAX; i++) {
		uint32_t place = p->quarantine.first;

		if (!place || slot(p, place)->until > now)
			return;
		take_out(p, &p->quarantine, place);
		slot(p, place)->until = 0;
		append(p, &p->free, place);
		changes_add(&p->changes, place);
	}
}

int care_of_take(struct care_of_pool *p, void *owner, nsec_t now, struct in_addr *ret)
{
	uint32_t place;

	assert(owner);
	release(p, now);
	place = p->free.first;
	if (!place)
		return -ENOENT;
	take_out(p, &p->free, place);
	slot(p, place)->owner = owner;
	changes_add(&p->changes, place);
	ret->s_addr = htonl(p->base + place - 1);
	return 0;
}

bool care_of_has(const struct care_of_pool *p, struct in_addr a)
{
	return ntohl(a.s_addr) - p->base < p->size;
}

void care_of_give(struct care_of_pool *p, struct in_addr a, nsec_t until)
{
	uint32_t place = place_of(p, a);

	assert(care_of_has(p, a) && slot(p, place)->owner);
	slot(p, place)->owner = NULL;
	slot(p, place)->until = until;
	append(p, until ? &p->quarantine : &p->free, place);
	changes_add(&p->changes, place);
}

void *care_of_owner(const struct care_of_pool *p, struct in_addr a)
{
	return care_of_has(p, a) ? slot(p, place_of(p, a))->owner : NULL;
}

nsec_t care_of_quarantined(const struct care_of_pool *p, struct in_addr a)
{
	return care_of_has(p, a) ? slot(p, place_of(p, a))->until : 0;
}

int care_of_restore(struct care_of_pool *p, struct in_addr a, void *owner, nsec_t until)
{
	struct care_of_slot *s;

	assert(owner || until);
	if (!care_of_has(p, a))
		return -ENOENT;
	s = slot(p, place_of(p, a));
	if (s->owner || s->until)
		return -EEXIST;
	take_out(p, &p->free, place_of(p, a));
	s->owner = owner;
	s->until = owner ? 0 : until;
	if (!owner)
		append(p, &p->quarantine, place_of(p, a));
	return 0;
}

void care_of_changed(struct care_of_pool *p, struct in_addr a)
{
	assert(care_of_has(p, a));
	changes_add(&p->changes, place_of(p, a));
}

bool care_of_next_changed(struct care_of_pool *p, struct in_addr *ret)
{
	uint32_t place = changes_next(&p->changes);

	if (!place)
		return false;
	ret->s_addr = htonl(p->base + place - 1);
	return true;
}

void care_of_stored(struct care_of_pool *p, bool stored)
{
	changes_stored(&p->changes, stored);
}
