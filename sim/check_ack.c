/* SPDX-License-Identifier: Apache-2.0 */
/* What has been acknowledged, as the messages on the wire say: an account of its own, beside that
 * of the home agent. */
#include "sim/check_internal.h"

#include <assert.h>
#include <string.h>

#define WAITED_MAX 10                 /* s */
#define ENDS_SOON  (2 * NSEC_PER_SEC) /* in a reply lifetimes are whole seconds */

void check_ack_new(struct check *c, const struct world *w, const struct memory *m)
{
	const uint32_t max = 2 * w->n_hosts + 16;
	const uint64_t seed[2] = { 9, 10 };
	int err = slab_new(&c->acks, m, sizeof(struct acknowledged), max);

	if (!err)
		err = hash_new(&c->by_nai, m, max, seed);
	assert(!err);
	(void)err;
}

struct acknowledged *check_find_ack(const struct check *c, struct bytes nai)
{
	const uint64_t hash = hash_key(&c->by_nai, nai.p, nai.n);

	for (struct hash_node *n = hash_first(&c->by_nai, hash); n; n = hash_next(n, hash)) {
		struct acknowledged *a = container_of(n, struct acknowledged, by_nai);

		if (bytes_equal(BYTES(a->nai, a->n), nai))
			return a;
	}
	return NULL;
}

static struct acknowledged *get_ack(struct check *c, struct bytes nai)
{
	struct acknowledged *a = check_find_ack(c, nai);

	if (a)
		return a;
	a = slab_take(&c->acks);
	if (!a)
		return NULL;
	a->n = (uint8_t)nai.n;
	memcpy(a->nai, nai.p, nai.n);
	hash_insert(&c->by_nai, &a->by_nai, hash_key(&c->by_nai, nai.p, nai.n));
	return a;
}

/* It is not taken out of the table: its NAI may come again. */
static void end_ack(struct check *c, struct bytes nai)
{
	struct acknowledged *a = nai.n ? check_find_ack(c, nai) : NULL;

	if (a)
		a->until = 0;
}

static bool stands(const struct world *w, const struct acknowledged *a)
{
	return a->until > w->now + ENDS_SOON;
}

/* The reply to a request that was accepted before; one that has waited for DAD was received some
 * seconds ago. */
static bool is_repeated(const struct node *n, struct bytes nai)
{
	const struct host *x = host_find(&n->ha->hosts, nai);

	return x && ntp_seconds(world_now(n->w, n).ntp) - x->accepted > WAITED_MAX;
}

void check_sent(struct node *n, const struct datagram *d)
{
	struct world *w = n->w;
	struct acknowledged *a;
	struct mip4_message m;

	if (!w->check || n->kind != NODE_HOME_AGENT || !d->payload.n)
		return;
	if (d->payload.p[0] == MIP4_REVOCATION)
		w->check->early = NULL;
	if (d->payload.p[0] != MIP4_RRP || mip4_decode(d->payload, &mip4_numbers_default, &m) ||
	    m.code > MIP4_ACCEPTED_NO_SIMULTANEOUS || !m.nai.n)
		return;
	if (m.lifetime == 0) {
		end_ack(w->check, m.nai);
		return;
	}
	/* without the extension it is not tunnelling that has been accepted (HA-14) */
	a = m.hoa == MIP4_ABSENT ? NULL : get_ack(w->check, m.nai);
	if (!a)
		return;
	check_granted(n, a, d, &m);
	if (is_repeated(n,
			m.nai)) /* it has been noted, or is not held against it (check_forgive) */
		return;
	if (m.hoa == MIP4_FULL && a->has_home && stands(w, a) &&
	    !in6_equal(&a->home, &m.hoa_address))
		check_fail(w, CHECK_STABLE, "%.*s had %s, now %s", (int)m.nai.n,
			   (const char *)m.nai.p, text_in6(&a->home), text_in6(&m.hoa_address));
	a->care_of = d->remote;
	a->until = m.lifetime == UINT16_MAX ? NSEC_NEVER : w->now + m.lifetime * NSEC_PER_SEC;
	a->has_home = m.hoa == MIP4_FULL;
	a->home = m.hoa_address;
}

void check_told(struct node *n, const struct event_data *e)
{
	struct check *c = n->w->check;
	struct acknowledged *a;
	const struct host *x;

	if (!c || n->kind != NODE_HOME_AGENT)
		return;
	switch (e->event) {
	case EVENT_EXPIRED:
		a = e->nai.n ? check_find_ack(c, e->nai) : NULL;
		if (a && stands(n->w, a))
			c->early = a;
		end_ack(c, e->nai);
		return;
	case EVENT_DETACHED:
	case EVENT_REVOKED:
		end_ack(c, e->nai);
		return;
	case EVENT_REFUSED: /* a denial, or what the data plane could not do */
		x = e->nai.n ? host_find(&n->ha->hosts, e->nai) : NULL;
		if (!x || !x->binding)
			end_ack(c, e->nai);
		return;
	case EVENT_ATTACHED:
	case EVENT_MOVED:
	case EVENT_RENEWED:
	case EVENT_ADDRESS_BOUND:
	case EVENT_ADDRESS_DUPLICATE:
	case EVENT_ADDRESS_EXPIRED:
	case EVENT_LINK_LOST:
	case EVENT_UNREACHABLE:
	case EVENT_SESSION_OPENED:
	case EVENT_SESSION_ENDED:
	case EVENT_MAX:
		return;
	}
}

/* A host that is silent loses its registration early, but then its agent is told (D5). */
void check_early(struct node *n)
{
	struct check *c = n->w->check;
	const struct acknowledged *a = c->early;

	c->early = NULL;
	if (a && n->kind == NODE_HOME_AGENT)
		check_fail(n->w, CHECK_ACKNOWLEDGED, "%.*s expired before its time", (int)a->n,
			   (const char *)a->nai);
}

void check_stores(struct node *n, struct bytes key)
{
	struct check *c = n->w->check;
	struct acknowledged *a;

	if (!c || n->kind != NODE_HOME_AGENT || key.n < 2 || c->n_storing == TOUCHED_MAX)
		return;
	a = check_find_ack(c, (struct bytes){ key.p + 1, key.n - 1 });
	if (a)
		c->storing[c->n_storing++] = a;
}

/* Nothing of a batch that is not stored is done, which is counted as one. */
void check_committed(struct node *n, int err)
{
	struct check *c = n->w->check;

	if (!c || n->kind != NODE_HOME_AGENT)
		return;
	c->committed = !err;
	c->ledgers[n->index].undone = err;
}

/* What it has stored and nobody has heard of may be the end of a registration, or its movement. */
void check_killed(struct node *n)
{
	struct check *c = n->w->check;

	if (!c)
		return;
	c->n_touched = 0;
	c->early = NULL;
	check_remember(n);
	if (n->kind != NODE_HOME_AGENT)
		return;
	for (size_t i = 0; i < c->n_storing && c->committed; i++)
		c->storing[i]->until = 0;
	c->n_storing = 0;
	c->committed = false;
}

void check_forgive(struct node *n)
{
	struct check *c = n->w->check;

	if (!c || n->kind != NODE_HOME_AGENT)
		return;
	for (uint32_t i = 0; i < c->acks.next; i++)
		((struct acknowledged *)slab_at(&c->acks, i))->until = 0;
}

void check_acks(struct node *ha)
{
	const struct check *c = ha->w->check;

	for (uint32_t i = 0; i < c->acks.next; i++) {
		const struct acknowledged *a = slab_at(&c->acks, i);
		const struct bytes nai = BYTES(a->nai, a->n);
		const struct host *x;

		if (!stands(ha->w, a))
			continue;
		x = host_find(&ha->ha->hosts, nai);
		if (!x || !x->binding)
			check_fail(ha->w, CHECK_ACKNOWLEDGED, "%.*s has no binding", (int)nai.n,
				   (const char *)nai.p);
		if (!in4_equal(x->binding->tunnel->remote, a->care_of))
			check_fail(ha->w, CHECK_ACKNOWLEDGED, "%.*s was told %s, is at %s",
				   (int)nai.n, (const char *)nai.p, text_in4(a->care_of),
				   text_in4(x->binding->tunnel->remote));
		if (a->has_home && (!x->home || !in6_equal(&x->home->address, &a->home)))
			check_fail(ha->w, CHECK_ACKNOWLEDGED, "%.*s was given %s", (int)nai.n,
				   (const char *)nai.p, text_in6(&a->home));
	}
}
