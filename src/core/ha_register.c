/* SPDX-License-Identifier: Apache-2.0 */
/* What an acceptable Registration Request does (draft 3.1, 3.2.2, 3.2.3, RFC 5944 3.8.2.2). */
#include "core/dad.h"
#include "core/ha_emit.h"
#include "core/ha_home_address.h"
#include "core/ha_probe.h"
#include "core/ha_receive.h"
#include "core/ha_state.h"
#include "core/ra.h"

#define INFINITE_LIFETIME 0xffff
#define INFINITE_PREFIX   0xffffffff

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Of the prefixes from which a host makes its addresses: advertised lifetimes do not run down, so
 * what remains is what is configured, but for those that are being withdrawn. */
static uint32_t autoconfigured_valid(const struct ha *h, struct now now)
{
	uint32_t s = INFINITE_PREFIX;

	for (size_t i = 0; i < h->prefixes.n && h->c.autonomous; i++) {
		const struct home_prefix *p = &h->prefixes.v[i];
		const uint32_t valid = prefix_is_deprecated(p) ? 0 : p->c.valid;

		if (valid != 0)
			s = least(s, valid);
	}
	return s;
}

/* Not longer than asked for, than we allow, and than the addresses are valid. req: HA-30 */
static uint16_t grant(const struct ha *h, const struct request *q, bool link, struct now now)
{
	const uint32_t s = least(q->m.lifetime, h->c.lifetime_max);
	uint32_t valid = INFINITE_PREFIX;

	if (link)
		valid = autoconfigured_valid(h, now);
	else if (q->host && q->host->home)
		valid = pool_valid(h, q->host->home, now);
	if (s == INFINITE_LIFETIME && valid != INFINITE_PREFIX)
		return (uint16_t)least(INFINITE_LIFETIME - 1, valid); /* has an end (A24) */
	return (uint16_t)least(s, valid);
}

static uint8_t accepted_code(const struct request *q)
{
	return q->m.flags & MIP4_S ? MIP4_ACCEPTED_NO_SIMULTANEOUS : MIP4_ACCEPTED;
}

static void remember(struct request *q, struct now now)
{
	replay_accept(q->host, q->m.identification, q->m.care_of, q->m.lifetime == 0, now);
}

/* Once more what the first copy was answered, with what is left of the lifetime (RFC 5944 3.8).
 * What the data plane may have lost comes with it, and again until the binding is changed, as this
 * batch may not be carried out. */
static void repeat_reply(struct ha *h, const struct request *q, struct now now, struct actions *out)
{
	const struct binding *b = q->m.lifetime ? q->binding : NULL;
	uint16_t left = 0;

	if (b && b->unsure)
		binding_write(b, out);
	if (b && b->expires == NSEC_NEVER)
		left = INFINITE_LIFETIME;
	else if (b && b->expires > now.mono)
		left = (uint16_t)((b->expires - now.mono) / NSEC_PER_SEC);
	reply_send(h, q, b ? b->id : 0, accepted_code(q), left, now, out);
}

/* Only for the care-of address that the binding has: an agent that the host has left may say so
 * late. req: HA-34 */
static void deregister(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	struct binding *b = q->binding;
	const struct in_addr care_of = q->m.care_of;

	remember(q, now);
	revocation_cancel(h, q->m.nai, care_of);
	if (b && (in4_equal(care_of, b->tunnel->remote) || in4_equal(care_of, q->m.home))) {
		emit_event(out, 0, EVENT_DETACHED, b, NULL, 0);
		binding_end(h, b, out);
		q->binding = NULL;
	}
	reply_send(h, q, 0, MIP4_ACCEPTED, 0, now, out);
}

/* The tunnel that the care-of address has already; a renewal does not look for it. */
static const struct ha_tunnel *present_tunnel(const struct ha *h, const struct request *q,
					      const struct tunnel *t)
{
	if (q->binding && in4_equal(q->binding->tunnel->remote, t->remote))
		return q->binding->tunnel;
	return tunnel_find(&h->bindings, t->local, t->remote, t->key);
}

/* D15: in tunnelling mode the care-of address is the tunnel, and that has one host. */
static void end_former_user(struct ha *h, const struct request *q, const struct tunnel *t,
			    struct now now, struct actions *out)
{
	const struct ha_tunnel *found = present_tunnel(h, q, t);
	struct binding *b = found ? found->link : NULL;

	if (!b || b == q->binding)
		return;
	batch_changes(h, b->host, now);
	emit_event(out, 0, EVENT_DETACHED, b, NULL, 0);
	binding_end(h, b, out);
}

/* The care-of address of a router and its hosts cannot be that of one host alone, too. */
static bool is_of_router(const struct ha *h, const struct request *q, const struct tunnel *t)
{
	const struct ha_tunnel *found = present_tunnel(h, q, t);
	const bool alone = found && q->binding && q->binding->tunnel == found && found->users == 1;

	return found && !found->link && !alone;
}

static struct peer peer_of(const struct request *q)
{
	return (struct peer){ .address = q->in->remote,
			      .port = q->in->remote_port,
			      .local_port = q->in->local_port,
			      .mn_spi = q->mn ? q->mn->spi : 0,
			      .fa_spi = q->fa ? q->fa->spi : 0 };
}

static void note_request(struct ha *h, struct binding *b, struct request *q, struct now now)
{
	const struct mip4_message *m = &q->m;

	remember(q, now);
	revocation_cancel(h, m->nai, m->care_of);
	b->peer = peer_of(q);
	b->timestamp = m->support_timestamp;
	b->revocable = m->revocation_support;
	b->inform = m->revocation_support && m->support_inform;
	b->granted = grant(h, q, b->link, now);
	b->accepted = now.mono;
	b->expires =
		b->granted == INFINITE_LIFETIME ? NSEC_NEVER : now.mono + b->granted * NSEC_PER_SEC;
	binding_arm(h, b);
	if (b->link)
		probe_begin(h, b, now);
}

/* The home address serves from now on, if the registration is about it. */
static void use_home(struct ha *h, struct host *x, struct now now, struct actions *out)
{
	if (x->home && x->home->state != HOST_ADDRESS_BOUND)
		dad_bind(h, x->home, now, out);
}

/* Reply, revocation to the agent before (draft 3.2.3 step 5: both at once), advertisement. */
static void confirm(struct ha *h, struct request *q, enum event e,
		    const struct registration *before, struct now now, struct actions *out)
{
	struct binding *b = q->binding;

	home_address_ipv4(h, q, now);
	reply_send(h, q, b->id, accepted_code(q), b->granted, now, out);
	if (before)
		revocation_begin(h, before, false, now, out); /* req: HA-24 HA-25 */
	emit_event(out, b->id, e, b, NULL, b->granted);
	/* draft 5.5.4: the extension that begins a registration asks for it, also when it comes
	 * again because the reply was lost */
	if (b->link)
		ra_registered(h, b, e != EVENT_RENEWED || q->m.hoa_request != MIP4_ABSENT, now,
			      out);
}

static void create(struct ha *h, struct request *q, const struct tunnel *t, bool link,
		   struct now now, struct actions *out)
{
	struct host_address *home = q->host->home;
	struct binding *b;

	/* What the host asked for before, by a router, is not waited for any more (D11). */
	if (link && home)
		address_keep(h, home, out);
	b = binding_add(h, q->host, t, link);
	if (!b) {
		ha_drop(h, DROP_BINDINGS_FULL);
		request_deny(h, q, MIP4_HA_RESOURCES, now, out);
		return;
	}
	q->binding = b;
	note_request(h, b, q, now);
	action_add(out, ACTION_TUNNEL_SET, b->id)->tunnel = *t;
	if (!link)
		use_home(h, q->host, now, out);
	confirm(h, q, EVENT_ATTACHED, NULL, now, out);
}

/* What the data plane may have lost comes again with it. */
static void renew(struct ha *h, struct request *q, bool link, struct now now, struct actions *out)
{
	struct binding *b = q->binding;

	if (link != (b->link != NULL)) {
		const struct tunnel t = binding_tunnel(b);

		binding_move(h, b, &t, link, out);
	}
	note_request(h, b, q, now);
	if (b->unsure)
		binding_write(b, out);
	b->unsure = false;
	if (!link)
		use_home(h, q->host, now, out);
	confirm(h, q, EVENT_RENEWED, NULL, now, out);
}

/* All addresses go with the host. What may fail comes before the reply, and the old tunnel goes in
 * any case. req: GEN-2 */
static void move(struct ha *h, struct request *q, const struct tunnel *t, bool link,
		 const struct registration *before, struct now now, struct actions *out)
{
	struct binding *b = q->binding;
	const struct tunnel old = binding_tunnel(b);
	bool last;

	b->left = old.remote;
	last = binding_move(h, b, t, link, out);
	note_request(h, b, q, now);
	binding_write(b, out);
	if (!link)
		use_home(h, q->host, now, out);
	if (last)
		action_add(out, ACTION_TUNNEL_DEL, 0)->tunnel = old;
	confirm(h, q, EVENT_MOVED, before, now, out);
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
	remember(q, now);
	request_deny(h, q, MIP4_HA_PROHIBITED, now, out);
	revocation_cancel(h, q->m.nai, r.care_of);
	revocation_begin(h, &r, false, now, out);
}

/* In tunnelling mode an empty extension begins or goes on (draft 3.2.2 step 5), never a new
 * beginning for a binding that exists (D12). */
static bool wants_link(const struct request *q)
{
	return !request_about_address(q);
}

/* A binding between NAI and care-of address, with the home address if it is about one. req: HA-11
 * HA-12 HA-50 */
static void bind_host(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	const struct tunnel t = { .local = h->c.address, .remote = q->m.care_of };
	const bool link = wants_link(q);
	const bool moves = q->binding && !in4_equal(q->binding->tunnel->remote, t.remote);
	struct registration before; /* as the agent knows it that the host leaves */
	int verdict = HOME_GIVEN;

	if (is_from_former_agent(q)) {
		refuse_former_agent(h, q, now, out);
		return;
	}
	if (moves)
		before = registration_of(q->binding);
	if (link && is_of_router(h, q, &t))
		verdict = MIP4_HA_PROHIBITED;
	else if (request_about_address(q))
		verdict = home_address_assign(h, q, now, out);
	if (verdict == HOME_LATER)
		return;
	if (verdict != HOME_GIVEN) {
		request_deny(h, q, (uint8_t)verdict, now, out);
		return;
	}
	end_former_user(h, q, &t, now, out);
	if (!q->binding)
		create(h, q, &t, link, now, out);
	else if (moves)
		move(h, q, &t, link, &before, now, out);
	else
		renew(h, q, link, now, out);
}

/* Accepted without our extension: no service (draft 3.2.2 step 5). req: HA-14 */
static void accept_without_service(struct ha *h, struct request *q, struct now now,
				   struct actions *out)
{
	remember(q, now);
	reply_send(h, q, 0, accepted_code(q), grant(h, q, true, now), now, out);
}

void register_request(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	enum drop full = DROP_STORE_FAILED;

	if (q->duplicate) {
		repeat_reply(h, q, now, out);
		return;
	}
	q->host = NULL;
	if (batch_may_change(h, now)) {
		q->host = host_get(h, q->m.nai, now);
		full = DROP_BINDINGS_FULL;
	}
	if (!q->host) {
		ha_drop(h, full);
		request_deny(h, q, MIP4_HA_RESOURCES, now, out);
	} else if (q->m.lifetime == 0) {
		deregister(h, q, now, out);
	} else if (!h->c.tunnelling && wants_link(q)) {
		accept_without_service(h, q, now, out);
	} else {
		bind_host(h, q, now, out);
	}
}
