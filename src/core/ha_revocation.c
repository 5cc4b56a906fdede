/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_revocation.h"
#include "core/ha_emit.h"
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
	const struct host *x = b->host;
	struct registration r = { .nai_length = x->nai_length,
				  .care_of = b->tunnel->remote,
				  .peer = b->peer,
				  .expires = b->expires,
				  .revocable = b->revocable,
				  .inform = b->inform };

	memcpy(r.nai, x->nai, x->nai_length);
	if (!b->link && x->home) {
		r.home_address = x->home->address;
		r.unique = x->home->length == 64;
	}
	return r;
}

static struct bytes nai_of(const struct revocation *v)
{
	return (struct bytes){ v->of.nai, v->of.nai_length };
}

/* b 0 = none yet */
static uint32_t later(uint32_t a, uint32_t b)
{
	return b == 0 || (int32_t)(a - b) > 0 ? a : b;
}

uint32_t revocation_timestamp(struct host *x, struct now now)
{
	x->stamp = later(ntp_seconds(now.ntp), x->stamp);
	return x->stamp;
}

/* Newer than all that an agent has heard about this host (RFC 3543 5); what is sent once more to an
 * agent of one that we have forgotten is newer than what was sent before. */
static uint32_t next_identifier(struct ha *h, struct bytes nai, uint32_t before, struct now now)
{
	struct host *x = host_find(&h->hosts, nai);
	uint32_t id = later(ntp_seconds(now.ntp), before ? before + 1 : 0);

	if (x)
		id = x->stamp = later(id, x->stamp ? x->stamp + 1 : 0);
	return id;
}

/* Signed as the registration was: FHAE with an agent, MHAE with a direct peer (draft 4.4). */
static void transmit(struct ha *h, const struct registration *r, uint32_t identifier,
		     struct actions *out)
{
	const struct bytes nai = { r->nai, r->nai_length };
	struct mip4_message m = { .type = MIP4_REVOCATION,
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

	if (!in6_is_unspecified(&r->home_address)) {
		m.hoa = MIP4_FULL;
		m.hoa_address = r->home_address;
		m.hoa_unique = r->unique;
	}
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

/* A host whose agents move it on and on takes neither the others' room nor our time. */
static bool has_many(const struct revocation_table *t, struct bytes nai)
{
	unsigned n = 0;

	for (const struct revocation *v = first_of(t, nai); v; v = next_of(v))
		n++;
	return n >= REVOCATIONS_OF_HOST_MAX;
}

static void forget(struct ha *h, struct revocation *v)
{
	heap_clear(&h->timers, &v->timer);
	hash_remove(&h->revocations.by_nai, &v->by_nai);
	slab_give(&h->revocations.slab, v);
}

static void transmit_next(struct ha *h, struct revocation *v, struct now now, struct actions *out)
{
	const uint32_t identifier =
		next_identifier(h, nai_of(v), v->sent ? v->ids[v->sent - 1] : 0, now);
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
	const struct bytes nai = { ended->nai, ended->nai_length };
	struct revocation_table *t = &h->revocations;
	struct registration copy = *ended, *r = &copy;
	struct revocation *v;

	r->inform = ended->inform && detach;
	if (!r->revocable || r->expires <= now.mono)
		return;
	v = has_many(t, nai) ? NULL : slab_take(&t->slab);
	if (!v) { /* too many at once: this agent is told, but only once */
		transmit(h, r, next_identifier(h, nai, 0, now), out);
		return;
	}
	v->of = *r;
	v->batch = h->batch.serial;
	v->timer.kind = TIMER_REVOCATION;
	hash_insert(&t->by_nai, &v->by_nai, hash_key(&t->by_nai, nai.p, nai.n));
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

void revocation_cancel(struct ha *h, struct bytes nai, struct in_addr care_of)
{
	struct revocation *next;

	for (struct revocation *v = first_of(&h->revocations, nai); v; v = next) {
		next = next_of(v);
		if (in4_equal(v->of.care_of, care_of))
			forget(h, v);
	}
}

void revocation_undo(struct ha *h, struct bytes nai)
{
	struct revocation *next;

	for (struct revocation *v = first_of(&h->revocations, nai); v; v = next) {
		next = next_of(v);
		if (v->batch == h->batch.serial)
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

/* RFC 3543 3.4: agents sign with the association that they have with us. */
static int verify_agent(struct ha *h, const struct datagram *in, const struct mip4_message *m,
			const struct mip4_sa **ret)
{
	const struct mip4_authenticator *a = &m->fhae;

	if (!a->present)
		return DROP_AUTH_MISSING;
	*ret = sa_find_node(h->sas, in->remote, a->spi);
	if (!*ret)
		return DROP_SA_UNKNOWN;
	return mip4_verify(m, a, *ret) ? DROP_AUTH_WRONG : -1;
}

static void acknowledge(struct ha *h, const struct datagram *in, const struct mip4_message *m,
			const struct mip4_sa *sa, struct actions *out)
{
	const struct mip4_message ack = { .type = MIP4_REVOCATION_ACK,
					  .home = m->home,
					  .revocation_id = m->revocation_id,
					  .revocation_inform = m->revocation_inform,
					  .nai = m->nai,
					  .hoa = m->hoa,
					  .hoa_address = m->hoa_address,
					  .hoa_unique = m->hoa_unique };
	const enum mip4_auth auth = MIP4_FHAE;
	struct datagram d = *in;
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (mip4_encode(&ack, &h->c.numbers, &auth, &sa, 1, &w))
		return;
	d.payload = actions_copy(out, writer_bytes(&w));
	action_add(out, ACTION_SEND, 0)->datagram = d;
}

/* The binding that a revocation means, if it is newer than that (RFC 3543 3.4): the agent's last
 * Timestamp of a registration stands with it, so an old one does not end a newer registration. */
static struct binding *revoked_binding(struct ha *h, const struct datagram *in,
				       const struct mip4_message *m)
{
	const struct host *x = host_find(&h->hosts, m->nai);
	struct binding *b = x ? x->binding : NULL;

	if (!b || !in4_equal(b->tunnel->remote, m->care_of) ||
	    !in4_equal(b->peer.address, in->remote) || !in4_equal(m->home_agent, h->c.address))
		return NULL;
	return b;
}

/* What is gone already is acknowledged, too: the agent has not heard the first time. */
void revocation_received(struct ha *h, const struct datagram *in, const struct mip4_message *m,
			 struct now now, struct actions *out)
{
	const struct mip4_sa *sa;
	struct binding *b;
	int wrong;

	if (m->nai.n == 0 || m->nai.n > NAI_MAX) {
		ha_drop(h, DROP_NAI_MISSING);
		return;
	}
	wrong = verify_agent(h, in, m, &sa);
	if (wrong >= 0) {
		ha_drop(h, (enum drop)wrong);
		return;
	}
	if (m->revocation_from_home) { /* one of ours that came back (RFC 3543 3.3.1) */
		ha_drop(h, DROP_ROLE_WRONG);
		return;
	}
	b = revoked_binding(h, in, m);
	if (b && (int32_t)(m->revocation_id - b->timestamp) <= 0) {
		ha_drop(h, DROP_REPLAY);
		return;
	}
	if (b && !batch_may_change(h, now)) {
		ha_drop(h, DROP_STORE_FAILED);
		return;
	}
	if (b) {
		batch_changes(h, b->host, now);
		emit_event(out, 0, EVENT_DETACHED, b, NULL, 0);
		binding_end(h, b, out);
	}
	acknowledge(h, in, m, sa, out);
}
