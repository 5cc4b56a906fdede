/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ra.h"
#include "core/ha_emit.h"
#include "core/ha_state.h"
#include "core/ra_interval.h"

#define RA_RANDOM_DELAY  (500 * NSEC_PER_MSEC) /* MAX_RA_DELAY_TIME */
#define RA_RELOAD_STEP   256
#define RA_RELOAD_SPREAD NSEC_PER_SEC

/* What both kinds of link have in common. req: HA-16 HA-17 */
static struct nd advertisement(const struct ha *h, const struct in6_addr *src, struct mac_addr lla,
			       bool on_link, struct now now)
{
	const struct ha_config *c = &h->c;
	struct nd ra = { .type = ND_RA,
			 .src = *src,
			 .dst = in6_all_nodes,
			 .managed = c->managed,
			 .other = c->other,
			 .hop_limit = c->hop_limit,
			 .lifetime = c->router_lifetime,
			 .has_lla = true,
			 .lla = lla,
			 .n_rdnss = c->n_rdnss,
			 .rdnss_lifetime = 3u * c->ra_max }; /* RFC 8106 5.1 */

	for (size_t i = 0; i < h->prefixes.n; i++) {
		const struct home_prefix *p = &h->prefixes.v[i];

		if (prefix_is_deprecated(p) && prefix_valid(p, now.mono) == 0)
			continue; /* it has ended */
		ra.prefixes[ra.n_prefixes++] =
			(struct nd_prefix){ .prefix = p->c.prefix,
					    .length = 64,
					    .on_link = on_link,
					    .autonomous = c->autonomous,
					    .valid = prefix_valid(p, now.mono),
					    .preferred = prefix_preferred(p) };
	}
	memcpy(ra.rdnss, c->rdnss, sizeof(ra.rdnss));
	return ra;
}

static nsec_t interval(struct ha *h, uint8_t *initial)
{
	return ra_interval(&h->rng, h->c.ra_min, h->c.ra_max, initial);
}

/* On a virtual link no prefix is on-link: neighbours are reached through us (D8, A11). */
static void advertise(struct ha *h, uint32_t id, struct binding *b, struct now now,
		      struct actions *out)
{
	struct virtual_link *l = b->link;
	struct nd ra = advertisement(h, &h->c.router_address, h->c.router_mac, false, now);

	ra.mtu = h->c.link_mtu;
	emit_nd_into_tunnel(out, id, b, &ra);
	l->ra_last = now.mono;
	address_advertised(h, b, now);
	l->ra_due = now.mono + interval(h, &l->ra_initial);
	binding_arm(h, b);
}

void ra_registered(struct ha *h, struct binding *b, bool at_new_place, struct now now,
		   struct actions *out)
{
	struct virtual_link *l = b->link;

	/* Of a renewal the host notices nothing: what is advertised is still so. */
	if (!at_new_place && l->ra_last && now.mono - l->ra_last < h->c.ra_min * NSEC_PER_SEC)
		return;
	/* The one sent here may overtake the reply and be lost: the next two come soon. */
	if (at_new_place)
		l->ra_initial = RA_INITIAL - 1;
	advertise(h, b->id, b, now, out); /* req: HA-15 */
}

/* Not later than this. */
static void advertise_by(struct ha *h, struct binding *b, nsec_t due)
{
	if (due < b->link->ra_due)
		b->link->ra_due = due;
	binding_arm(h, b);
}

void ra_restored(struct ha *h, struct binding *b, struct now now)
{
	b->link->ra_due = now.mono + interval(h, &b->link->ra_initial);
	binding_arm(h, b);
}

void ra_solicited(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	struct virtual_link *l = b->link;

	/* req: HA-23 */
	if (bucket_take(&l->ra_asked, now.mono, RA_MIN_DELAY, RA_ASKED_BURST))
		advertise(h, 0, b, now, out);
	else
		advertise_by(h, b, bucket_next(&l->ra_asked, RA_MIN_DELAY, RA_ASKED_BURST));
}

void ra_timeout(struct ha *h, struct binding *b, struct now now, struct actions *out)
{
	advertise(h, 0, b, now, out);
}

void ra_home_begin(struct ha *h)
{
	if (!h->c.advertise)
		return;
	h->home_ra.initial = RA_INITIAL;
	heap_set(&h->timers, &h->home_ra.timer, 0);
}

/* RFC 4861 6.2.6: after a random delay, not sooner than MIN_DELAY after the last. req: HA-9 */
void ra_home_solicited(struct ha *h, struct now now)
{
	struct home_ra *r = &h->home_ra;
	nsec_t due = now.mono + (nsec_t)rng_below(&h->rng, RA_RANDOM_DELAY);

	if (!h->c.advertise)
		return;
	if (due < r->last + RA_MIN_DELAY)
		due = r->last + RA_MIN_DELAY;
	if (!timer_is_set(&r->timer) || due < r->timer.due)
		heap_set(&h->timers, &r->timer, due);
}

void ra_home_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	/* req: HA-47 */
	const struct nd ra = advertisement(h, &h->c.home_link_local, h->c.home_mac, true, now);

	emit_nd_on_home_link(h, out, mac_of_group(&ra.dst), &ra);
	h->home_ra.last = now.mono;
	heap_set(&h->timers, t, now.mono + interval(h, &h->home_ra.initial));
}

void ra_reload(struct ha *h, struct now now)
{
	ra_home_solicited(h, now);
	h->reload_at = 0;
	heap_set(&h->timers, &h->reload, now.mono);
}

/* Advertisements are spread, so that a full cache neither stops us nor floods the core. Where there
 * are none, the home address may have an end now. */
void ra_reload_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out)
{
	const uint32_t count = h->bindings.slab.next;

	for (uint32_t i = 0; i < RA_RELOAD_STEP && h->reload_at < count; i++) {
		struct binding *b = binding_at(&h->bindings, h->reload_at++);

		if (b && b->link) {
			advertise_by(h, b, now.mono + (nsec_t)rng_below(&h->rng, RA_RELOAD_SPREAD));
		} else if (b && !binding_shorten(h, b, now)) {
			h->reload_at--;
			heap_set(&h->timers, t, h->batch.retry);
			return;
		}
	}
	if (h->reload_at < count) /* in another batch, as there may be nothing but changes in it */
		heap_set(&h->timers, t, now.mono + NSEC_PER_MSEC);
}
