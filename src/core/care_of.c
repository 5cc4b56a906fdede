/* SPDX-License-Identifier: Apache-2.0 */
#include "core/care_of.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>

#define RELEASE_MAX 8 /* addresses let out of quarantine in one take: keeps a step short */

static void append(struct care_of_pool *p, struct care_of_list *l, uint32_t place)
{
	p->v[place - 1].next = 0;
	if (l->first)
		p->v[l->last - 1].next = place;
	else
		l->first = place;
	l->last = place;
}

static uint32_t pop(struct care_of_pool *p, struct care_of_list *l)
{
	uint32_t place = l->first;

	if (place)
		l->first = p->v[place - 1].next;
	return place;
}

int care_of_new(struct care_of_pool *p, const struct memory *m, struct in_addr first, uint32_t size)
{
	struct care_of_slot *v = memory_alloc(m, (size_t)size * sizeof(*v));

	if (!v)
		return -ENOMEM;
	*p = (struct care_of_pool){ .base = ntohl(first.s_addr), .size = size, .v = v };
	for (uint32_t i = 1; i <= size; i++)
		append(p, &p->free, i);
	return 0;
}

/* The quarantine is a queue by the time of giving. Lifetimes are nearly all the same; where one is
 * shorter, its address waits for those before it: later than it must, never earlier. */
static void release(struct care_of_pool *p, nsec_t now)
{
	for (int i = 0; i < RELEASE_MAX; i++) {
		if (!p->quarantine.first || p->v[p->quarantine.first - 1].until > now)
			return;
		append(p, &p->free, pop(p, &p->quarantine));
	}
}

int care_of_take(struct care_of_pool *p, void *owner, nsec_t now, struct in_addr *ret)
{
	uint32_t place;

	assert(owner);
	release(p, now);
	place = pop(p, &p->free);
	if (!place)
		return -ENOENT;
	p->v[place - 1].owner = owner;
	ret->s_addr = htonl(p->base + place - 1);
	return 0;
}

/* Out of the middle of a list. */
static bool unlink_place(struct care_of_pool *p, struct care_of_list *l, uint32_t place)
{
	for (uint32_t before = 0, at = l->first; at; before = at, at = p->v[at - 1].next) {
		if (at != place)
			continue;
		*(before ? &p->v[before - 1].next : &l->first) = p->v[place - 1].next;
		if (l->last == place)
			l->last = before;
		return true;
	}
	return false;
}

int care_of_take_this(struct care_of_pool *p, void *owner, struct in_addr a)
{
	const uint32_t place = ntohl(a.s_addr) - p->base + 1;

	if (!care_of_has(p, a) || p->v[place - 1].owner ||
	    (!unlink_place(p, &p->free, place) && !unlink_place(p, &p->quarantine, place)))
		return -ENOENT;
	p->v[place - 1].owner = owner;
	return 0;
}

bool care_of_has(const struct care_of_pool *p, struct in_addr a)
{
	return ntohl(a.s_addr) - p->base < p->size;
}

void care_of_give(struct care_of_pool *p, struct in_addr a, nsec_t until)
{
	uint32_t place = ntohl(a.s_addr) - p->base + 1;

	assert(care_of_has(p, a) && p->v[place - 1].owner);
	p->v[place - 1].owner = NULL;
	p->v[place - 1].until = until;
	append(p, until ? &p->quarantine : &p->free, place);
}

void *care_of_owner(const struct care_of_pool *p, struct in_addr a)
{
	return care_of_has(p, a) ? p->v[ntohl(a.s_addr) - p->base].owner : NULL;
}
