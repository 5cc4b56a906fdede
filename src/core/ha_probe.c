/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_probe.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"

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

/* The next bound address in turn: a host may have given up the one or the other. */
static const struct host_address *address_to_probe(const struct binding *b)
{
	const struct host_address *found = NULL;
	uint32_t skip = 0, n = 0;

	for (const struct host_address *a = b->addresses; a; a = a->next)
		n += a->state == ADDRESS_BOUND;
	if (n)
		skip = b->probes % n;
	for (const struct host_address *a = b->addresses; a && !found; a = a->next)
		if (a->state == ADDRESS_BOUND && skip-- == 0)
			found = a;
	return found;
}

static void probe(struct ha *h, const struct binding *b, const struct in6_addr *target,
		  struct actions *out)
{
	const struct nd ns = { .type = ND_NS,
			       .src = h->c.router_address,
			       .dst = *target,
			       .target = *target,
			       .has_lla = true,
			       .lla = h->c.router_mac };

	emit_nd_into_tunnel(out, 0, b, &ns);
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
	const struct host_address *a = address_to_probe(b);

	b->traffic = packets;
	b->asked = now.mono;
	if (active || !a) { /* without an address there is nobody to ask: the lifetime decides */
		b->probes = 0;
		heap_set(&h->timers, &b->probe, now.mono + probe_interval(h, b));
	} else if (b->probes >= h->c.probes_max) {
		end_silent(h, b, now, out);
	} else {
		probe(h, b, &a->address, out);
		b->probes++;
		heap_set(&h->timers, &b->probe, now.mono + probe_interval(h, b));
	}
}
