/* SPDX-License-Identifier: Apache-2.0 */
/* Who is registered where, and who waits for a reply. All operations take constant time. */
#include "load.h"

#include <errno.h>
#include <stdlib.h>

static void set_add(struct population *p, enum state s, uint32_t host)
{
	struct set *set = &p->sets[s];

	p->hosts[host].slot = set->n;
	set->v[set->n++] = host;
}

static void set_remove(struct population *p, enum state s, uint32_t host)
{
	struct set *set = &p->sets[s];
	const uint32_t slot = p->hosts[host].slot, last = set->v[--set->n];

	set->v[slot] = last;
	p->hosts[last].slot = slot;
}

int population_new(const struct options *o, struct population *ret)
{
	struct population p = { .n_routed = o->routers * o->hosts,
				.n = (o->routers + o->nodes) * o->hosts,
				.oldest = NOBODY,
				.newest = NOBODY };

	p.hosts = calloc(p.n, sizeof(*p.hosts));
	p.sets[HOST_FREE].v = calloc(p.n, sizeof(uint32_t));
	p.sets[HOST_REGISTERED].v = calloc(p.n, sizeof(uint32_t));
	if (!p.hosts || !p.sets[HOST_FREE].v || !p.sets[HOST_REGISTERED].v) {
		population_done(&p);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < p.n; i++) {
		p.hosts[i].place = i < p.n_routed ? i / o->hosts : 0;
		set_add(&p, HOST_FREE, i);
	}
	*ret = p;
	return 0;
}

void population_done(struct population *p)
{
	free(p->hosts);
	free(p->sets[HOST_FREE].v);
	free(p->sets[HOST_REGISTERED].v);
}

uint32_t population_pick(const struct population *p, enum kind k, struct rng *rng)
{
	const struct set *s = &p->sets[k == INITIAL ? HOST_FREE : HOST_REGISTERED];

	return s->n ? s->v[rng_below(rng, s->n)] : NOBODY;
}

void population_wait(struct population *p, uint32_t host)
{
	struct host *h = &p->hosts[host];

	set_remove(p, h->state, host);
	h->former = h->state;
	h->state = HOST_WAITING;
	h->prev = p->newest;
	h->next = NOBODY;
	*(p->newest == NOBODY ? &p->oldest : &p->hosts[p->newest].next) = host;
	p->newest = host;
	p->n_waiting++;
}

void population_settle(struct population *p, uint32_t host, enum state s)
{
	struct host *h = &p->hosts[host];

	if (h->state == HOST_WAITING) {
		*(h->prev == NOBODY ? &p->oldest : &p->hosts[h->prev].next) = h->next;
		*(h->next == NOBODY ? &p->newest : &p->hosts[h->next].prev) = h->prev;
		p->n_waiting--;
	} else {
		set_remove(p, h->state, host);
	}
	h->state = (uint8_t)s;
	set_add(p, s, host);
}

/* The sources are the routers' addresses, then two for each host of an access node: its care-of
 * addresses at that node and at the next one. */
struct in_addr population_care_of(const struct options *o, const struct population *p,
				  uint32_t host, uint32_t place)
{
	const uint32_t offset =
		is_routed(p, host) ? place : o->routers + 2 * (host - p->n_routed) + place;

	return (struct in_addr){ htonl(ntohl(o->sources.s_addr) + offset) };
}

uint32_t population_elsewhere(const struct options *o, const struct population *p, uint32_t host,
			      struct rng *rng)
{
	const uint32_t here = p->hosts[host].place;

	if (!is_routed(p, host))
		return !here;
	if (o->routers == 1)
		return here;
	return (here + 1 + (uint32_t)rng_below(rng, o->routers - 1)) % o->routers;
}
