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
	b->probes = 0;
	b->asked = now.mono;
	heap_set(&h->timers, &b->probe, now.mono + quiet_time(b));
}

void probe_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	const struct binding *b = container_of(t, struct binding, probe);

	action_add(out, ACTION_TRAFFIC, b->id)->tunnel = b->tunnel;
}

static void probe(struct ha *h, const struct host_address *a, struct actions *out)
{
	const struct nd ns = { .type = ND_NS,
			       .src = h->c.router_address,
			       .dst = a->address,
			       .target = a->address,
			       .has_lla = true,
			       .lla = h->c.router_mac };

	emit_nd_into_tunnel(out, 0, a->binding, &ns);
}

/* Every bound address: a host may have given up the one or the other. */
static void probe_all(struct ha *h, const struct binding *b, struct actions *out)
{
	for (const struct host_address *a = b->addresses; a; a = a->next)
		if (a->state == ADDRESS_BOUND)
			probe(h, a, out);
}

/* Only what is asked here counts: the host is there, for it takes a new address. */
static void check_all(struct ha *h, const struct binding *b, struct actions *out)
{
	for (struct host_address *a = b->addresses; a; a = a->next)
		if (a->state == ADDRESS_BOUND && a->unanswered < UNANSWERED_MAX)
			a->unanswered++;
	probe_all(h, b, out);
}

void probe_answered(struct ha *h, const struct binding *b, const struct in6_addr *target)
{
	struct host_address *a = address_find(&h->addresses, target);

	if (a && a->binding == b)
		a->unanswered = 0;
}

/* The oldest of those that the host no longer answers for. */
static struct host_address *given_up(const struct binding *b)
{
	struct host_address *found = NULL;

	for (struct host_address *a = b->addresses; a; a = a->next)
		if (a->unanswered >= UNANSWERED_MAX)
			found = a;
	return found;
}

void probe_make_room(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	const uint32_t max = h->c.addresses_per_host;
	struct host_address *a = b->n_addresses >= max ? given_up(b) : NULL;

	if (a) {
		emit_event(out, 0, EVENT_ADDRESS_EXPIRED, b, &a->address, 0);
		address_remove(h, a, out);
	}
	if (b->n_addresses >= max / 2 &&
	    bucket_take(&b->checked, now.mono, h->c.retransmit * NSEC_PER_MSEC, 1))
		check_all(h, b, out);
}

static void end_silent(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	const struct registration r = registration_of(b);

	emit_event(out, 0, EVENT_EXPIRED, b, NULL, b->granted);
	binding_end(h, b, out);
	revocation_begin(h, &r, false, now, out); /* req: HA-56 */
}

void probe_traffic(struct ha *h, struct binding *b, uint64_t packets, struct now now,
		   struct actions *out)
{
	const bool active = packets != b->traffic || b->heard >= b->asked;

	b->traffic = packets;
	b->asked = now.mono;
	/* without an address there is nobody to ask: the lifetime decides */
	if (active || !address_any_bound(b)) {
		b->probes = 0;
		heap_set(&h->timers, &b->probe, now.mono + probe_interval(h, b));
	} else if (b->probes >= h->c.probes_max) {
		end_silent(h, b, now, out);
	} else {
		probe_all(h, b, out);
		b->probes++;
		heap_set(&h->timers, &b->probe, now.mono + probe_interval(h, b));
	}
}
