/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_revocation.h"
#include "core/ha_state.h"

#include <assert.h>
#include <errno.h>

int revocation_table_new(struct revocation_table *t, const struct memory *m, uint32_t max,
			 const uint64_t seed[2])
{
	if (slab_new(&t->slab, m, sizeof(struct revocation), max) ||
	    hash_new(&t->by_nai, m, max, seed))
		return -ENOMEM;
	return 0;
}

struct registration registration_of(const struct binding *b)
{
	struct registration r = { .nai_length = b->nai_length,
				  .care_of = b->tunnel.remote,
				  .peer = b->peer,
				  .expires = b->expires,
				  .revocable = b->revocable,
				  .inform = b->inform };

	memcpy(r.nai, b->nai, b->nai_length);
	return r;
}

static struct bytes nai_of(const struct revocation *v)
{
	return (struct bytes){ v->of.nai, v->of.nai_length };
}

uint32_t revocation_timestamp(struct revocation_table *t, struct now now)
{
	if (ntp_seconds(now.ntp) > t->clock)
		t->clock = ntp_seconds(now.ntp);
	return t->clock;
}

/* Newer than all that any agent has seen from us (RFC 3543 5). */
static uint32_t next_identifier(struct revocation_table *t, struct now now)
{
	const uint32_t seconds = ntp_seconds(now.ntp);

	t->clock = seconds > t->clock ? seconds : t->clock + 1;
	return t->clock;
}

/* Signed as the registration was: FHAE with an agent, MHAE with a direct peer (draft 4.4). */
static void transmit(struct ha *h, const struct registration *r, uint32_t identifier,
		     struct actions *out)
{
	const struct bytes nai = { r->nai, r->nai_length };
	const struct mip4_message m = { .type = MIP4_REVOCATION,
					.home_agent = h->c.address,
					.care_of = r->care_of,
					.revocation_id = identifier,
					.revocation_from_home = true,
					.revocation_inform = r->inform,
					.nai = nai,
					.hoa = MIP4_EMPTY }; /* req: EXT-10 */
	const enum mip4_auth auth = r->peer.fa_spi ? MIP4_FHAE : MIP4_MHAE;
	const struct mip4_sa *sa = r->peer.fa_spi
					   ? sa_find_node(h->sas, r->peer.address, r->peer.fa_spi)
					   : sa_find_nai(h->sas, nai, r->peer.mn_spi);
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	/* The association may have gone with a reload: then the agent cannot be told. */
	if (!sa || mip4_encode(&m, &h->c.numbers, &auth, &sa, 1, &w)) {
		ha_drop(h, DROP_SA_UNKNOWN);
		return;
	}
	const struct datagram d = { .local = h->c.address,
				    .remote = r->peer.address,
				    .local_port = MIP4_PORT,
				    .remote_port = MIP4_PORT,
				    .payload = actions_copy(out, writer_bytes(&w)) };
	action_add(out, ACTION_SEND, 0)->datagram = d;
}

static void forget(struct ha *h, struct revocation *v)
{
	heap_clear(&h->timers, &v->timer);
	hash_remove(&h->revocations.by_nai, &v->by_nai);
	slab_give(&h->revocations.slab, v);
}

static void transmit_next(struct ha *h, struct revocation *v, struct now now, struct actions *out)
{
	const uint32_t identifier = next_identifier(&h->revocations, now);
	const nsec_t wait = NSEC_PER_SEC << v->sent;

	assert(v->sent < REVOCATION_TRANSMISSIONS);
	transmit(h, &v->of, identifier, out);
	v->ids[v->sent++] = identifier;
	/* never beyond the natural lifetime (RFC 3543 5.1) */
	heap_set(&h->timers, &v->timer,
		 now.mono + wait < v->of.expires ? now.mono + wait : v->of.expires);
}

void revocation_begin(struct ha *h, const struct registration *ended, bool detach, struct now now,
		      struct actions *out)
{
	struct revocation_table *t = &h->revocations;
	struct registration copy = *ended, *r = &copy;
	struct revocation *v;

	r->inform = ended->inform && detach;
	if (!r->revocable || r->expires <= now.mono)
		return;
	v = slab_take(&t->slab);
	if (!v) { /* too many at once: this agent is told, but only once */
		transmit(h, r, next_identifier(t, now), out);
		return;
	}
	v->of = *r;
	v->timer.kind = TIMER_REVOCATION;
	hash_insert(&t->by_nai, &v->by_nai, hash_key(&t->by_nai, r->nai, r->nai_length));
	transmit_next(h, v, now, out);
}

void revocation_timeout(struct ha *h, struct timer *timer, struct now now, struct actions *out)
{
	struct revocation *v = container_of(timer, struct revocation, timer);
	struct event_data e = { .event = EVENT_UNREACHABLE, .care_of = v->of.care_of };

	if (v->sent < REVOCATION_TRANSMISSIONS && now.mono < v->of.expires) {
		transmit_next(h, v, now, out);
		return;
	}
	e.nai = actions_copy(out, nai_of(v));
	action_add(out, ACTION_EVENT, 0)->event = e;
	forget(h, v);
}

/* The next of this NAI in the chain. */
static struct revocation *same_nai(struct hash_node *n, uint64_t key, struct bytes nai)
{
	for (; n; n = hash_next(n, key)) {
		struct revocation *v = container_of(n, struct revocation, by_nai);

		if (bytes_equal(nai_of(v), nai))
			return v;
	}
	return NULL;
}

static struct revocation *first_of(const struct revocation_table *t, struct bytes nai)
{
	const uint64_t key = hash_key(&t->by_nai, nai.p, nai.n);

	return same_nai(hash_first(&t->by_nai, key), key, nai);
}

static struct revocation *next_of(const struct revocation *v)
{
	return same_nai(hash_next(&v->by_nai, v->by_nai.hash), v->by_nai.hash, nai_of(v));
}

void revocation_cancel(struct ha *h, struct bytes nai, struct in_addr care_of)
{
	struct revocation *next;

	for (struct revocation *v = first_of(&h->revocations, nai); v; v = next) {
		next = next_of(v);
		if (in4_equal(v->of.care_of, care_of))
			forget(h, v);
	}
}

/* An acknowledgment of any transmission will do: each said the same. */
static bool has_identifier(const struct revocation *v, uint32_t identifier)
{
	for (uint32_t i = 0; i < v->sent; i++)
		if (v->ids[i] == identifier)
			return true;
	return false;
}

static int verify(struct ha *h, const struct revocation *v, const struct mip4_message *m)
{
	const struct peer *p = &v->of.peer;
	const struct mip4_authenticator *a = p->fa_spi ? &m->fhae : &m->mhae;
	const struct mip4_sa *sa;

	if (!a->present)
		return DROP_AUTH_MISSING;
	sa = p->fa_spi ? sa_find_node(h->sas, p->address, a->spi)
		       : sa_find_nai(h->sas, nai_of(v), a->spi);
	if (!sa)
		return DROP_SA_UNKNOWN;
	return mip4_verify(m, a, sa) ? DROP_AUTH_WRONG : -1;
}

void revocation_acknowledged(struct ha *h, const struct mip4_message *m)
{
	struct revocation *v = first_of(&h->revocations, m->nai);
	int wrong;

	while (v && (m->home.s_addr != 0 || !has_identifier(v, m->revocation_id)))
		v = next_of(v);
	if (!v) {
		ha_drop(h, DROP_REVOCATION_UNKNOWN);
		return;
	}
	wrong = verify(h, v, m);
	if (wrong >= 0)
		ha_drop(h, (enum drop)wrong);
	else
		forget(h, v);
}
