/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dad.h"
#include "core/ha_emit.h"
#include "core/ha_probe.h"
#include "core/ha_state.h"

#include <assert.h>

#define DAD_TRANSMITS     1 /* DupAddrDetectTransmits (RFC 4862 5.1) */
#define DAD_ANNOUNCEMENTS 3 /* RFC 4861 7.2.6: MAX_NEIGHBOR_ADVERTISEMENT */

static nsec_t retransmit(const struct ha *h)
{
	return h->c.retransmit * NSEC_PER_MSEC;
}

static void solicit(struct ha *h, const struct host_address *a, struct actions *out)
{
	struct nd ns = { .type = ND_NS,
			 .dst = in6_solicited_node(&a->address),
			 .target = a->address,
			 .has_nonce = true };

	memcpy(ns.nonce, a->proxy->nonce, sizeof(ns.nonce));
	emit_nd_on_home_link(h, out, mac_of_group(&ns.dst), &ns);
}

/* Sends the solicitation if the rate allows, else later (D16). req: HA-18 HA-49 HA-52 */
static void solicit_paced(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	if (!ha_nd_own(h, now)) {
		heap_set(&h->timers, &a->proxy->nd, ha_nd_own_turn(h, now));
		return;
	}
	solicit(h, a, out);
	a->proxy->sent++;
	a->proxy->solicited = now.mono;
	heap_set(&h->timers, &a->proxy->nd, now.mono + retransmit(h));
}

static void choose_nonce(struct ha *h, struct proxy *p)
{
	const uint64_t nonce = rng_next(&h->rng);

	memcpy(p->nonce, &nonce, sizeof(p->nonce));
}

struct host_address *dad_begin(struct ha *h, struct binding *b, const struct in6_addr *address,
			       struct now now, struct actions *out)
{
	const nsec_t until = address_first_valid(h, b, address, now);
	struct host_address *a;

	if (until <= now.mono) {
		ha_drop(h, DROP_SOURCE_WRONG);
		return NULL;
	}
	if (!batch_may_change(h, now)) {
		ha_drop(h, DROP_STORE_FAILED);
		return NULL;
	}
	batch_changes(h, b->host, now);
	probe_make_room(h, b, now, out);
	a = address_learn(h, b->host, address);
	if (!a) {
		ha_drop(h, DROP_ADDRESSES_FULL);
		return NULL;
	}
	choose_nonce(h, a->proxy);
	address_set_valid(h, a, until);
	address_write(a, a->id, out);
	group_join(h, a, now, out);
	solicit_paced(h, a, now, out);
	return a;
}

void dad_begin_home(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	address_use(h, a, HOST_ADDRESS_TENTATIVE);
	address_stand_for(h, a);
	choose_nonce(h, a->proxy);
	address_write(a, a->id, out);
	group_join(h, a, now, out);
	solicit_paced(h, a, now, out);
}

bool dad_is_over(const struct host_address *a)
{
	return a->proxy && a->proxy->passed;
}

void dad_again(struct ha *h, struct host_address *a, struct now now)
{
	choose_nonce(h, a->proxy);
	group_join(h, a, now, NULL);
	heap_set(&h->timers, &a->proxy->nd, now.mono);
}

void dad_restored(struct ha *h, struct host_address *a)
{
	if (!a->proxy && (a->length != 128 || !address_is_on_home_link(h, &a->address)))
		return;
	if (!a->proxy)
		address_stand_for(h, a);
	group_join(h, a, (struct now){ 0 }, NULL);
}

void dad_announce(struct ha *h, const struct host_address *a, struct actions *out)
{
	const struct nd na = { .type = ND_NA,
			       .src = h->c.home_link_local,
			       .dst = in6_all_nodes,
			       .target = a->address,
			       .override = true,
			       .has_lla = true,
			       .lla = h->c.home_mac };

	emit_nd_on_home_link(h, out, mac_of_group(&na.dst), &na);
}

/* RFC 6275 10.4.1: up to three announcements after the address is bound. */
static void announce_paced(struct ha *h, struct host_address *a, struct now now,
			   struct actions *out)
{
	struct proxy *p = a->proxy;

	if (!ha_nd_own(h, now)) {
		heap_set(&h->timers, &p->nd, ha_nd_own_turn(h, now));
		return;
	}
	dad_announce(h, a, out);
	if (++p->sent < DAD_ANNOUNCEMENTS)
		heap_set(&h->timers, &p->nd, now.mono + retransmit(h));
}

/* In service from now on. req: HA-19 HA-20 HA-21 HA-53 */
void dad_bind(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	const struct binding *b = a->host->binding;
	/* a registration that promises the address falls with it */
	const uint32_t id = a == a->host->home && !b->link ? b->id : a->id;

	/* on the home link it has passed DAD */
	assert(a->proxy || a->length != 128 || !address_is_on_home_link(h, &a->address));
	address_use(h, a, HOST_ADDRESS_BOUND);
	address_write(a, id, out);
	emit_event(out, id, EVENT_ADDRESS_BOUND, b, &a->address, 0);
	if (!a->proxy)
		return;
	a->proxy->bound = now.mono;
	a->proxy->sent = 0;
	group_repeat(h, a, now, out);
	announce_paced(h, a, now, out);
	ha_hold_forward(h, a, out);
}

/* The request that has waited is judged; if nothing came of it, the address is kept for its host.
 */
static void resume(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	const struct pending *p = a->proxy->pending;
	const uint32_t id = a->id;
	struct pending request;

	a->proxy->passed = true;
	if (p) {
		request = *p;
		pending_resume(h, &request, now, out);
	}
	a = address_find_id(&h->addresses, id);
	if (a && a->state == HOST_ADDRESS_TENTATIVE)
		address_keep(h, a, out);
	else if (a)
		pending_drop(h, a->proxy);
}

/* It has waited for the rate, or for the store, or has been restored: then the data plane may not
 * have it, and would not tell us of others who do. While the store fails, what the data plane
 * refuses could not be taken back; it is solicited once more when the store works again. */
static void solicit_late(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	address_write(a, h->batch.failing ? 0 : a->id, out);
	solicit_paced(h, a, now, out);
}

static void succeed(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	if (!batch_may_change(h, now)) {
		heap_set(&h->timers, &a->proxy->nd, batch_retry(h));
		return;
	}
	if (a->proxy->solicited <= h->batch.failed) { /* nobody has heard it */
		solicit_late(h, a, now, out);
		return;
	}
	batch_changes(h, a->host, now);
	if (a->host->home == a)
		resume(h, a, now, out);
	else
		dad_bind(h, a, now, out);
}

void dad_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	struct host_address *a = container_of(t, struct proxy, nd)->address;

	if (a->state == HOST_ADDRESS_BOUND)
		announce_paced(h, a, now, out);
	else if (a->proxy->sent < DAD_TRANSMITS)
		solicit_late(h, a, now, out);
	else
		succeed(h, a, now, out);
}

/*
 * Tells the host as a node on its link would (RFC 4862 5.4.4): the other's advertisement as it was
 * received, but to all nodes and unsolicited, or one of our own making. req: HA-26 HA-54
 */
static void tell_host(struct ha *h, const struct binding *b, const struct in6_addr *address,
		      const struct nd *received, struct actions *out)
{
	struct nd na = { .type = ND_NA,
			 .src = h->c.router_address,
			 .target = *address,
			 .override = true,
			 .has_lla = true,
			 .lla = h->c.router_mac };

	if (received)
		na = *received;
	na.dst = in6_all_nodes;
	na.solicited = false;
	emit_nd_into_tunnel(out, 0, b, &na);
}

/* D10: a host without any verified address cannot have gone on, so it is detached (draft 3.2.4);
 * others keep what they have. req: HA-27 */
static void detach_if_bare(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	const struct registration r = registration_of(b);

	if (address_any_bound(b->host))
		return;
	emit_event(out, 0, EVENT_REVOKED, b, NULL, 0);
	binding_end(h, b, out);
	revocation_begin(h, &r, true, now, out);
}

/* The host does not have it yet: it is given another (D11), or its request is denied. */
static void give_another(struct ha *h, struct host_address *a, struct now now, struct actions *out)
{
	const struct pending *p = a->proxy->pending;
	struct pending request;
	const bool waits = p;

	if (waits)
		request = *p;
	address_remove(h, a, out);
	if (!waits)
		return;
	request.attempt++;
	pending_resume(h, &request, now, out);
}

void dad_failed(struct ha *h, struct host_address *a, const struct nd *na, struct now now,
		struct actions *out)
{
	struct binding *b = a->host->binding;

	/* Told again when the store works: DAD goes on until then. */
	if (!batch_may_change(h, now)) {
		ha_drop(h, DROP_STORE_FAILED);
		a->proxy->sent = 0;
		heap_set(&h->timers, &a->proxy->nd, batch_retry(h));
		return;
	}
	batch_changes(h, a->host, now);
	emit_host_event(out, EVENT_ADDRESS_DUPLICATE, a->host, &a->address);
	if (a->host->home == a) {
		give_another(h, a, now, out);
		return;
	}
	tell_host(h, b, &a->address, na, out);
	address_remove(h, a, out);
	detach_if_bare(h, b, now, out);
}

void dad_conflict(struct ha *h, struct binding *b, const struct in6_addr *address, struct now now,
		  struct actions *out)
{
	emit_event(out, 0, EVENT_ADDRESS_DUPLICATE, b, address, 0);
	tell_host(h, b, address, NULL, out);
	if (!batch_may_change(h, now))
		return;
	batch_changes(h, b->host, now);
	detach_if_bare(h, b, now, out);
}
