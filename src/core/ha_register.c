/* SPDX-License-Identifier: Apache-2.0 */
/* What an acceptable Registration Request does (draft 3.2.2, 3.2.3, RFC 5944 3.8.2.2). */
#include "core/ha_emit.h"
#include "core/ha_probe.h"
#include "core/ha_receive.h"
#include "core/ha_state.h"
#include "core/ra.h"

#define INFINITE_LIFETIME 0xffff
#define INFINITE_PREFIX   0xffffffff

/* Not longer than asked for, than we allow, and than the prefixes of autoconfiguration are valid:
 * advertised lifetimes do not run down, so what remains is what is configured. req: HA-30 */
static uint16_t grant(const struct ha *h, uint16_t requested)
{
	uint32_t s = requested < h->c.lifetime_max ? requested : h->c.lifetime_max;

	for (size_t i = 0; i < h->c.n_prefixes && h->c.autonomous; i++) {
		const uint32_t valid = h->c.prefixes[i].valid;

		if (valid != 0 && valid != INFINITE_PREFIX && valid < s)
			s = valid;
	}
	return (uint16_t)s;
}

static uint8_t accepted_code(const struct request *q)
{
	return q->m.flags & MIP4_S ? MIP4_ACCEPTED_NO_SIMULTANEOUS : MIP4_ACCEPTED;
}

static void remember(struct ha *h, const struct request *q, struct now now)
{
	replay_accept(&h->replays, q->m.nai, q->m.identification, q->m.care_of, q->m.lifetime == 0,
		      now);
}

/* Once more what the first copy was answered, with what is left of the lifetime (RFC 5944 3.8). */
static void repeat_reply(struct ha *h, const struct request *q, struct now now, struct actions *out)
{
	const struct binding *b = q->binding;
	uint16_t left = 0;

	if (q->m.lifetime == 0)
		b = NULL;
	else if (b->expires == NSEC_NEVER)
		left = INFINITE_LIFETIME;
	else if (b->expires > now.mono)
		left = (uint16_t)((b->expires - now.mono) / NSEC_PER_SEC);
	reply_send(h, q, b ? b->id : 0, accepted_code(q), left, now, out);
}

/* Only for the care-of address that the binding has: an agent that the host has left may say so
 * late. req: HA-34 */
static void deregister(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	struct binding *b = q->binding;
	const struct in_addr care_of = q->m.care_of;

	remember(h, q, now);
	revocation_cancel(h, q->m.nai, care_of);
	if (b && (in4_equal(care_of, b->tunnel.remote) || in4_equal(care_of, q->m.home))) {
		emit_event(out, 0, EVENT_DETACHED, b, NULL, 0);
		binding_end(h, b, out);
	}
	reply_send(h, q, 0, MIP4_ACCEPTED, 0, now, out);
}

/* D15: without a key the care-of address is the tunnel, and that has one host. */
static void end_former_user(struct ha *h, const struct request *q, const struct tunnel *t,
			    struct actions *out)
{
	struct binding *b = binding_find_tunnel(&h->bindings, t->local, t->remote, t->key);

	if (!b || b == q->binding)
		return;
	emit_event(out, 0, EVENT_DETACHED, b, NULL, 0);
	binding_end(h, b, out);
}

static struct peer peer_of(const struct request *q)
{
	return (struct peer){ .address = q->in->remote,
			      .port = q->in->remote_port,
			      .local_port = q->in->local_port,
			      .mn_spi = q->mn.spi,
			      .fa_spi = q->has_fa ? q->fa.spi : 0 };
}

static void note_request(struct ha *h, struct binding *b, const struct request *q, struct now now)
{
	const struct mip4_message *m = &q->m;

	remember(h, q, now);
	revocation_cancel(h, m->nai, m->care_of);

	b->peer = peer_of(q);
	b->identification = m->identification;
	b->revocable = m->revocation_support;
	b->inform = m->revocation_support && m->support_inform;
	b->granted = grant(h, m->lifetime);
	b->accepted = now.mono;
	b->expires = NSEC_NEVER;
	if (b->granted == INFINITE_LIFETIME) {
		heap_clear(&h->timers, &b->expiry);
	} else {
		b->expires = now.mono + b->granted * NSEC_PER_SEC;
		heap_set(&h->timers, &b->expiry, b->expires);
	}
	probe_begin(h, b, now);
}

/* Reply, revocation to the agent before (draft 3.2.3 step 5: both at once), advertisement. */
static void confirm(struct ha *h, const struct request *q, enum event e,
		    const struct registration *before, struct now now, struct actions *out)
{
	struct binding *b = q->binding;

	reply_send(h, q, b->id, accepted_code(q), b->granted, now, out);
	if (before)
		revocation_begin(h, before, false, now, out); /* req: HA-24 HA-25 */
	emit_event(out, b->id, e, b, NULL, b->granted);
	ra_registered(h, b, e != EVENT_RENEWED, now, out);
}

static void create(struct ha *h, struct request *q, const struct tunnel *t, struct now now,
		   struct actions *out)
{
	struct binding *b = binding_add(&h->bindings, q->m.nai, t);

	if (!b) {
		ha_drop(h, DROP_BINDINGS_FULL);
		request_deny(h, q, MIP4_HA_RESOURCES, now, out);
		return;
	}
	q->binding = b;
	note_request(h, b, q, now);
	action_add(out, ACTION_TUNNEL_SET, b->id)->tunnel = *t;
	confirm(h, q, EVENT_ATTACHED, NULL, now, out);
}

static void renew(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	note_request(h, q->binding, q, now);
	confirm(h, q, EVENT_RENEWED, NULL, now, out);
}

/* All addresses go with the host. What may fail comes before the reply, and the old tunnel goes in
 * any case. req: GEN-2 */
static void move(struct ha *h, struct request *q, const struct tunnel *t, struct now now,
		 struct actions *out)
{
	struct binding *b = q->binding;
	const struct registration before = registration_of(b);
	const struct tunnel old = b->tunnel;

	b->left = old.remote;
	binding_move(&h->bindings, b, t);
	note_request(h, b, q, now);
	action_add(out, ACTION_TUNNEL_SET, b->id)->tunnel = *t;
	for (const struct host_address *a = b->addresses; a; a = a->next)
		address_write(a, b->id, out);
	action_add(out, ACTION_TUNNEL_DEL, 0)->tunnel = old;
	confirm(h, q, EVENT_MOVED, &before, now, out);
}

/* A renewal, not the beginning of a registration (draft 4.1), by the agent that the host has left:
 * it has not heard our revocation. */
static bool is_from_former_agent(const struct request *q)
{
	return q->binding && q->m.hoa_request == MIP4_ABSENT &&
	       in4_equal(q->m.care_of, q->binding->left);
}

/* It is told once more, or it would take the host away from where it is. Should the host be back,
 * its next frame after the hold-down (D4) registers it. */
static void refuse_former_agent(struct ha *h, struct request *q, struct now now,
				struct actions *out)
{
	struct registration r = registration_of(q->binding);

	r.care_of = q->m.care_of;
	r.peer = peer_of(q);
	r.expires = now.mono + q->m.lifetime * NSEC_PER_SEC;
	r.revocable = q->m.revocation_support;
	remember(h, q, now);
	request_deny(h, q, MIP4_HA_PROHIBITED, now, out);
	revocation_cancel(h, q->m.nai, r.care_of);
	revocation_begin(h, &r, false, now, out);
}

/* Draft 3.2.2 step 5: a binding between NAI and care-of address. An empty extension on one that
 * exists is its renewal or movement, never a new beginning (D12). req: HA-11 HA-12 HA-50 */
static void bind_host(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	const struct tunnel t = { .local = h->c.address,
				  .remote = q->m.care_of,
				  .router_address = h->c.router_address };

	if (is_from_former_agent(q)) {
		refuse_former_agent(h, q, now, out);
		return;
	}
	end_former_user(h, q, &t, out);
	if (!q->binding)
		create(h, q, &t, now, out);
	else if (tunnel_same(&q->binding->tunnel, &t))
		renew(h, q, now, out);
	else
		move(h, q, &t, now, out);
}

void register_request(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	if (q->duplicate) {
		repeat_reply(h, q, now, out);
	} else if (!replay_has_room(&h->replays, q->m.nai, h->c.timestamp_tolerance, now)) {
		ha_drop(h, DROP_BINDINGS_FULL);
		request_deny(h, q, MIP4_HA_RESOURCES, now, out);
	} else if (q->m.lifetime == 0) {
		deregister(h, q, now, out);
	} else if (!h->c.tunnelling) {
		/* Accepted without our extension: no service (draft 3.2.2 step 5). req: HA-14 */
		remember(h, q, now);
		reply_send(h, q, 0, accepted_code(q), grant(h, q->m.lifetime), now, out);
	} else {
		bind_host(h, q, now, out);
	}
}
