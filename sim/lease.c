/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/lease.h"

#include "sim/check.h"
#include "sim/dhcp6.h"
#include "sim/mobile.h"

#define SEC(n)      ((nsec_t)(n)*NSEC_PER_SEC)
#define INFINITE    0xffffffff
#define START_DELAY SEC(1) /* SOL_MAX_DELAY, CNF_MAX_DELAY */
#define SPREAD      10     /* per cent of a timeout, up and down (RFC 8415 15) */

/* RFC 8415 7.6, in s and messages; 0 = no end. */
static const struct exchange {
	enum dhcp6_type type;
	uint16_t first, longest, messages, lasts;
	bool delayed;
} exchanges[LEASE_STATE_MAX] = {
	[LEASE_SOLICIT] = { DHCP6_SOLICIT, 1, 64, 0, 0, true }, /* SOL_MAX_RT would be an hour */
	[LEASE_REQUEST] = { DHCP6_REQUEST, 1, 30, 10, 0, false },
	[LEASE_CONFIRM] = { DHCP6_CONFIRM, 1, 4, 0, 10, true },
	[LEASE_RENEW] = { DHCP6_RENEW, 10, 600, 0, 0, false },
	[LEASE_REBIND] = { DHCP6_REBIND, 10, 600, 0, 0, false },
	[LEASE_RELEASE] = { DHCP6_RELEASE, 1, 0, 4, 0, false },
	[LEASE_DECLINE] = { DHCP6_DECLINE, 1, 0, 4, 0, false },
};

static nsec_t until(nsec_t now, uint32_t seconds)
{
	return seconds == INFINITE ? NSEC_NEVER : now + SEC(seconds);
}

/* --- messages --- */

static void begin(struct world *w, struct mobile *h, enum lease_state state)
{
	struct lease *l = &h->lease;

	l->state = (uint8_t)state;
	l->sent = 0;
	l->id = (uint32_t)rng_below(&w->rng, 1 << 24);
	l->began = l->due = w->now;
	if (exchanges[state].delayed)
		l->due += (nsec_t)rng_below(&w->rng, (uint64_t)START_DELAY);
}

static void rest(struct mobile *h)
{
	h->lease.state = LEASE_BOUND;
	h->lease.due = h->lease.t1;
}

static void lose(struct mobile *h)
{
	if (h->lease.has)
		mobile_drop_address(h, &h->lease.address);
	h->lease.has = false;
}

/* When the exchange is over, answered or not. */
static nsec_t ends(const struct lease *l)
{
	const struct exchange *x = &exchanges[l->state];

	if (l->state == LEASE_RENEW)
		return l->t2;
	return x->lasts ? l->began + SEC(x->lasts) : NSEC_NEVER;
}

/* RFC 8415 15; the first of a Solicit is never early. */
static nsec_t next_timeout(struct world *w, const struct lease *l)
{
	const struct exchange *x = &exchanges[l->state];
	nsec_t t = l->sent ? 2 * l->timeout : SEC(x->first);
	const nsec_t tenth = t / SPREAD;

	if (x->longest && t > SEC(x->longest))
		t = SEC(x->longest);
	if (l->state == LEASE_SOLICIT && !l->sent)
		return t + (nsec_t)rng_below(&w->rng, (uint64_t)tenth);
	return t - tenth + (nsec_t)rng_below(&w->rng, 2 * (uint64_t)tenth);
}

static void give_up(struct world *w, struct mobile *h)
{
	switch ((enum lease_state)h->lease.state) {
	case LEASE_CONFIRM: /* RFC 8415 18.2.3: it goes on with what it has */
		rest(h);
		return;
	case LEASE_RENEW:
		begin(w, h, LEASE_REBIND);
		return;
	case LEASE_REQUEST:
	case LEASE_RELEASE:
	case LEASE_DECLINE:
		begin(w, h, LEASE_SOLICIT);
		return;
	case LEASE_OFF:
	case LEASE_BOUND:
	case LEASE_SOLICIT:
	case LEASE_REBIND:
	case LEASE_STATE_MAX:
		return;
	}
}

static void transmit(struct world *w, struct mobile *h)
{
	struct lease *l = &h->lease;
	const struct exchange *x = &exchanges[l->state];

	if (w->now >= ends(l) || (x->messages && l->sent == x->messages)) {
		give_up(w, h);
		return;
	}
	l->timeout = next_timeout(w, l);
	l->sent++;
	l->due = sooner(w->now + l->timeout, ends(l));
	mobile_ask(w, h,
		   &(struct dhcp6_question){
			   .type = x->type,
			   .id = l->id,
			   .client = h->mac,
			   .address = l->state == LEASE_SOLICIT ? NULL : &l->address,
			   .rapid = l->state == LEASE_SOLICIT && l->rapid,
			   .elapsed = (uint16_t)((w->now - l->began) / (NSEC_PER_SEC / 100)) });
}

nsec_t lease_due(const struct mobile *h)
{
	const struct lease *l = &h->lease;

	if (!l->wanted)
		return NSEC_NEVER;
	return l->has ? sooner(l->due, l->valid) : l->due;
}

void lease_timeout(struct world *w, struct mobile *h)
{
	struct lease *l = &h->lease;

	if (l->has && l->valid <= w->now) {
		lose(h);
		if (l->state != LEASE_OFF)
			begin(w, h, LEASE_SOLICIT);
	}
	if (l->due > w->now)
		return;
	if (l->state == LEASE_BOUND)
		begin(w, h, LEASE_RENEW);
	else
		transmit(w, h);
}

/* --- the link --- */

void lease_link_down(struct mobile *h)
{
	h->lease.state = LEASE_OFF;
	h->lease.due = NSEC_NEVER;
}

void lease_link_up(struct world *w, struct mobile *h)
{
	static const enum lease_state does[LEASE_HABIT_MAX] = {
		[LEASE_CONFIRMS] = LEASE_CONFIRM,
		[LEASE_REBINDS] = LEASE_REBIND,
		[LEASE_RENEWS] = LEASE_RENEW,
	};

	if (!h->lease.has)
		return; /* waits for an advertisement */
	if (h->lease.habit == LEASE_KEEPS_SILENT)
		rest(h);
	else
		begin(w, h, does[h->lease.habit]);
}

void lease_managed(struct world *w, struct mobile *h)
{
	if (h->lease.wanted && h->lease.state == LEASE_OFF && !h->lease.has)
		begin(w, h, LEASE_SOLICIT);
}

static void give_back(struct world *w, struct mobile *h, enum lease_state state)
{
	if (!h->lease.has || h->lease.state == LEASE_OFF)
		return;
	lose(h);
	begin(w, h, state);
	transmit(w, h);
}

void lease_release(struct world *w, struct mobile *h)
{
	give_back(w, h, LEASE_RELEASE);
}

void lease_decline(struct world *w, struct mobile *h)
{
	give_back(w, h, LEASE_DECLINE);
}

/* --- answers --- */

/* Where the server leaves T1 and T2 to the client, that must not ask at once (RFC 8415 14.2). */
static void take(struct world *w, struct mobile *h, const struct dhcp6_ia *ia,
		 const struct dhcp6_lease *given)
{
	struct lease *l = &h->lease;

	if (l->has && !in6_equal(&l->address, &given->address))
		lose(h);
	if (!l->has)
		mobile_add_address(w, h, &given->address, MOBILE_LEASED);
	l->has = true;
	l->address = given->address;
	l->t1 = until(w->now, ia->t1 ? ia->t1 : given->valid / 2 + 1);
	l->t2 = until(w->now, ia->t2 ? ia->t2 : given->valid / 2 + 2);
	l->valid = until(w->now, given->valid);
	rest(h);
}

/* The first address with a time to live; NULL if there is none. */
static const struct dhcp6_lease *given(const struct dhcp6_ia *ia)
{
	for (size_t i = 0; i < ia->n_leases; i++)
		if (ia->leases[i].valid)
			return &ia->leases[i];
	return NULL;
}

/* RFC 8415 18.2.10.1. */
static void on_leases(struct world *w, struct mobile *h, const struct dhcp6_ia *ia)
{
	const enum lease_state state = h->lease.state;
	const struct dhcp6_lease *g = given(ia);

	if (g)
		take(w, h, ia, g);
	else if (state == LEASE_REQUEST)
		begin(w, h, LEASE_SOLICIT);
	else if (ia->status.present && ia->status.code == DHCP6_NO_BINDING)
		begin(w, h, LEASE_REQUEST);
}

static void on_confirmed(struct world *w, struct mobile *h, const struct dhcp6_message *m)
{
	if (!m->status.present || m->status.code != DHCP6_NOT_ON_LINK) {
		rest(h);
		return;
	}
	lose(h);
	begin(w, h, LEASE_SOLICIT);
}

static void on_reply(struct world *w, struct mobile *h, const struct dhcp6_message *m)
{
	switch ((enum lease_state)h->lease.state) {
	case LEASE_SOLICIT:
		if (!m->rapid_commit)
			return;
		__attribute__((fallthrough));
	case LEASE_REQUEST:
	case LEASE_RENEW:
	case LEASE_REBIND:
		if (m->n_ias)
			on_leases(w, h, &m->ias[0]);
		return;
	case LEASE_CONFIRM:
		on_confirmed(w, h, m);
		return;
	case LEASE_RELEASE:
	case LEASE_DECLINE:
		check_released(w, h);
		begin(w, h, LEASE_SOLICIT);
		return;
	case LEASE_OFF:
	case LEASE_BOUND:
	case LEASE_STATE_MAX:
		return;
	}
}

/* Advertises are of the one server there is, whose preference says not to wait for others. */
void lease_receive(struct world *w, struct mobile *h, const struct dhcp6_message *m)
{
	const struct dhcp6_lease *offered = m->n_ias ? given(&m->ias[0]) : NULL;

	if (m->transaction_id != h->lease.id || !h->lease.wanted)
		return;
	if (m->type == DHCP6_REPLY) {
		on_reply(w, h, m);
	} else if (m->type == DHCP6_ADVERTISE && h->lease.state == LEASE_SOLICIT && offered) {
		h->lease.address = offered->address;
		begin(w, h, LEASE_REQUEST);
	}
}
