/* SPDX-License-Identifier: Apache-2.0 */
/* Its addresses, by the rules of RFC 4862. */
#include "sim/mobile_internal.h"

#include <string.h>

#define RETRANS_TIMER (1 * NSEC_PER_SEC)   /* RFC 4861 10 */
#define DELAY_MAX     (1 * NSEC_PER_SEC)   /* MAX_RTR_SOLICITATION_DELAY, also before DAD */
#define TEMPORARY     (300 * NSEC_PER_SEC) /* a temporary address is used, and then kept, so long */

bool mobile_usable(const struct mobile_own_address *a)
{
	return a->dad == MOBILE_VALID || a->dad == MOBILE_OLD;
}

struct mobile_own_address *mobile_own(struct mobile *h, const struct in6_addr *a)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		if (h->v[i].dad != MOBILE_NONE && in6_equal(&h->v[i].a, a))
			return &h->v[i];
	return NULL;
}

const struct mobile *mobile_owner(const struct world *w, const struct in6_addr *a)
{
	for (uint32_t i = 0; i < w->n_hosts; i++)
		for (int j = 0; j < MOBILE_ADDRESSES_MAX; j++)
			if (mobile_usable(&w->hosts[i].v[j]) && in6_equal(&w->hosts[i].v[j].a, a))
				return &w->hosts[i];
	return NULL;
}

struct mobile_own_address *mobile_of_kind(const struct mobile *h, enum mobile_address_kind kind)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		if (h->v[i].dad != MOBILE_NONE && h->v[i].dad != MOBILE_OLD && h->v[i].kind == kind)
			return (struct mobile_own_address *)&h->v[i];
	return NULL;
}

nsec_t mobile_delay(struct world *w)
{
	return w->now + (nsec_t)rng_below(&w->rng, (uint64_t)DELAY_MAX);
}

void mobile_add_address(struct world *w, struct mobile *h, const struct in6_addr *a,
			enum mobile_address_kind kind)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++) {
		if (h->v[i].dad != MOBILE_NONE)
			continue;
		h->v[i] = (struct mobile_own_address){ .a = *a, .kind = kind };
		if (h->dial.wanted) { /* nobody else on the link (RFC 5072 5) */
			h->v[i].dad = MOBILE_VALID;
			h->v[i].due = NSEC_NEVER;
		} else {
			h->v[i].dad = MOBILE_DELAYED;
			h->v[i].due = mobile_delay(w);
		}
		return;
	}
}

void mobile_session_up(struct world *w, struct mobile *h)
{
	mobile_add_address(w, h, &h->link_local, MOBILE_LINK_LOCAL);
	h->rs_sent = 0;
	h->rs_due = mobile_delay(w);
}

void mobile_session_down(struct mobile *h)
{
	for (int i = 0; i < MOBILE_ADDRESSES_MAX; i++)
		h->v[i].dad = MOBILE_NONE;
	h->rs_due = NSEC_NEVER;
	h->router_until = 0;
}

void mobile_drop_address(struct mobile *h, const struct in6_addr *a)
{
	struct mobile_own_address *mine = mobile_own(h, a);

	if (mine)
		mine->dad = MOBILE_NONE;
}

struct in6_addr mobile_make_address(struct world *w, struct mobile *h,
				    const struct in6_addr *prefix, bool random)
{
	struct in6_addr a = *prefix;
	uint64_t iid = rng_next(&w->rng);

	memcpy(&a.s6_addr[8], &h->link_local.s6_addr[8], 8);
	if (random)
		memcpy(&a.s6_addr[8], &iid, 8);
	a.s6_addr[8] &= random ? 0xfd : 0xff;
	return a;
}

void mobile_begin_link_local(struct world *w, struct mobile *h)
{
	const struct in6_addr prefix = { .s6_addr = { 0xfe, 0x80 } };

	if (h->tries)
		h->link_local = mobile_make_address(w, h, &prefix, true);
	mobile_add_address(w, h, &h->link_local, MOBILE_LINK_LOCAL);
}

/* Another has it (RFC 4862 5.4.5): tried again with another identifier. */
void mobile_duplicate(struct world *w, struct mobile *h, struct mobile_own_address *a)
{
	const struct in6_addr was = a->a;

	TRACE(w, TRACE_HOST, (uint64_t)(h - w->hosts), BYTES(&a->a, 16), "%s duplicate %s",
	      mobile_name(w, h), text_in6(&a->a));
	if (a->kind == MOBILE_LEASED) {
		lease_decline(w, h);
		return;
	}
	a->dad = MOBILE_NONE;
	if (a->kind == MOBILE_LINK_LOCAL) {
		h->tries++;
		mobile_begin_link_local(w, h);
	} else {
		const struct in6_addr next = mobile_make_address(w, h, &was, true);

		mobile_add_address(w, h, &next, a->kind);
	}
}

void mobile_address_step(struct world *w, struct mobile *h, struct mobile_own_address *a)
{
	switch ((enum mobile_dad)a->dad) {
	case MOBILE_DELAYED:
		a->dad = MOBILE_TENTATIVE;
		a->due = w->now + RETRANS_TIMER;
		mobile_dad(w, h, &a->a);
		return;
	case MOBILE_TENTATIVE:
		a->dad = MOBILE_VALID;
		a->due = a->kind == MOBILE_TEMPORARY ? w->now + TEMPORARY : NSEC_NEVER;
		TRACE(w, TRACE_HOST, (uint64_t)(h - w->hosts), BYTES(&a->a, 16), "%s has %s",
		      mobile_name(w, h), text_in6(&a->a));
		if (a->kind != MOBILE_LINK_LOCAL)
			return;
		if (h->rs_due == NSEC_NEVER)
			h->rs_due = mobile_delay(w);
		lease_link_up(w, h);
		return;
	case MOBILE_VALID: /* a temporary one: the next takes its place */
		a->dad = MOBILE_OLD;
		a->due = w->now + TEMPORARY;
		if (h->privacy) {
			const struct in6_addr next = mobile_make_address(w, h, &a->a, true);

			mobile_add_address(w, h, &next, MOBILE_TEMPORARY);
		}
		return;
	case MOBILE_OLD:
	case MOBILE_NONE:
		a->dad = MOBILE_NONE;
		return;
	}
}

const struct in6_addr *mobile_source(const struct mobile *h)
{
	const struct mobile_own_address *t = mobile_of_kind(h, MOBILE_TEMPORARY),
					*s = mobile_of_kind(h, h->lease.wanted ? MOBILE_LEASED
									       : MOBILE_STABLE);

	if (h->manual)
		return h->has_global ? &h->global : NULL;
	if (t && t->dad == MOBILE_VALID)
		return &t->a;
	return s && s->dad == MOBILE_VALID ? &s->a : NULL;
}

void mobile_take(struct world *w, struct mobile *h, const struct in6_addr *a)
{
	struct mobile_own_address *s = mobile_of_kind(h, MOBILE_STABLE);

	if (!s || mobile_own(h, a))
		return;
	s->dad = MOBILE_NONE;
	mobile_add_address(w, h, a, MOBILE_STABLE);
	h->taken = true;
	mobile_arm(w, h);
}

void mobile_untake(struct world *w, struct mobile *h)
{
	struct mobile_own_address *s = h->taken ? mobile_of_kind(h, MOBILE_STABLE) : NULL;

	h->taken = false;
	if (s)
		*s = (struct mobile_own_address){ 0 };
	h->router_until = 0; /* looks for a router, whose advertisement gives it the next */
}

bool mobile_is_ready(const struct world *w, const struct mobile *h)
{
	return h->at && h->at->carrier[h->port] && !h->silent && mobile_source(h) &&
	       h->router_until > w->now;
}
