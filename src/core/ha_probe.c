/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_probe.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"

#define UNANSWERED_MAX 3 /* MAX_UNICAST_SOLICIT (RFC 4861 10) */

/* Half of the lifetime: until then the agent may yet renew because it saw the host. */
static nsec_t quiet_time(const struct binding *b)
{
	return b->granted * NSEC_PER_SEC / 2;
}

/* The unanswered probes fit into the other half, so that the agent is revoked before the binding
 * ends (RFC 3543 forbids it afterwards; A15). */
static nsec_t probe_interval(const struct ha *h, const struct binding *b)
{
	const nsec_t t = quiet_time(b) / (h->c.probes_max + 1);
	const nsec_t min = h->c.retransmit * NSEC_PER_MSEC;

	return t > min ? t : min;
}

void probe_begin(struct ha *h, struct binding *b, struct now now)
{
	b->link->probes = 0;
	b->link->heard = false;
	b->link->probe_due = now.mono + quiet_time(b);
	binding_arm(h, b);
}

/* The answer says when next; if none comes, it is asked again. */
void probe_timeout(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	b->link->probe_due = now.mono + probe_interval(h, b);
	binding_arm(h, b);
	action_add(out, ACTION_TRAFFIC, b->id)->tunnel = binding_tunnel(b);
}

static void probe(struct ha *h, const struct host_address *a, struct actions *out)
{
	const struct nd ns = { .type = ND_NS,
			       .src = h->c.router_address,
			       .dst = a->address,
			       .target = a->address,
			       .has_lla = true,
			       .lla = h->c.router_mac };

	emit_nd_into_tunnel(out, 0, a->host->binding, &ns);
}

/* Every bound address: a host may have given up the one or the other. */
static void probe_all(struct ha *h, const struct binding *b, struct actions *out)
{
	const struct host *x = b->host;

	/* of a /64 of its own we know one address, which it may not have */
	if (x->home && x->home->state == HOST_ADDRESS_BOUND && x->home->length == 128)
		probe(h, x->home, out);
	for (const struct host_address *a = x->learnt; a; a = a->next)
		if (a->state == HOST_ADDRESS_BOUND)
			probe(h, a, out);
}

/* Only what is asked here counts: the host is there, for it takes a new address. */
static void check_all(struct ha *h, const struct binding *b, struct actions *out)
{
	for (struct host_address *a = b->host->learnt; a; a = a->next)
		if (a->state == HOST_ADDRESS_BOUND && a->proxy->unanswered < UNANSWERED_MAX)
			a->proxy->unanswered++;
	probe_all(h, b, out);
}

void probe_answered(struct ha *h, const struct binding *b, const struct in6_addr *target)
{
	struct host_address *a = address_find(&h->addresses, target);

	if (a && a->host == b->host && a->proxy)
		a->proxy->unanswered = 0;
}

/* The oldest of those that the host no longer answers for. */
static struct host_address *given_up(const struct binding *b)
{
	struct host_address *found = NULL;

	for (struct host_address *a = b->host->learnt; a; a = a->next)
		if (a->proxy->unanswered >= UNANSWERED_MAX)
			found = a;
	return found;
}

void probe_make_room(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	const uint32_t max = h->c.addresses_per_host;
	struct host_address *a = b->host->n_learnt >= max ? given_up(b) : NULL;

	if (a) {
		emit_event(out, 0, EVENT_ADDRESS_EXPIRED, b, &a->address, 0);
		address_remove(h, a, out);
	}
	if (b->host->n_learnt >= max / 2 &&
	    bucket_take(&b->link->checked, now.mono, h->c.retransmit * NSEC_PER_MSEC, 1))
		check_all(h, b, out);
}

static void end_silent(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	const struct registration r = registration_of(b);

	batch_changes(h, b->host, now);
	emit_event(out, 0, EVENT_EXPIRED, b, NULL, b->granted);
	binding_end(h, b, out);
	revocation_begin(h, &r, false, now, out); /* req: HA-56 */
}

void probe_traffic(struct ha *h, struct binding *b, uint64_t packets, struct now now,
		   struct actions *out)
{
	struct virtual_link *l = b->link;
	bool active;

	if (!l)
		return; /* a router has taken it over since we asked */
	active = packets != l->traffic || l->heard;
	l->traffic = packets;
	l->heard = false;
	l->probe_due = now.mono + probe_interval(h, b);
	binding_arm(h, b);
	/* without an address there is nobody to ask: the lifetime decides */
	if (active || !address_any_bound(b->host)) {
		l->probes = 0;
	} else if (l->probes < h->c.probes_max) {
		probe_all(h, b, out);
		l->probes++;
	} else if (batch_may_change(h, now)) {
		end_silent(h, b, now, out);
	}
}
