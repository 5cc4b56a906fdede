/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dad.h"
#include "core/ha_emit.h"
#include "core/ha_packet.h"
#include "core/ha_state.h"
#include "core/ra.h"

#define MLD_QUERY        130
#define DEFENCE_INTERVAL NSEC_PER_SEC /* for one address */

/* Was it one of our own solicitations that came back (RFC 7527)? */
static bool is_echo(const struct host_address *a, const struct nd *ns)
{
	return ns->has_nonce && memcmp(ns->nonce, a->proxy->nonce, sizeof(a->proxy->nonce)) == 0;
}

/* A proxy's answer: not a router, no override (RFC 4861 7.2.4, 7.2.8). req: HA-48 */
static void defend(struct ha *h, const struct packet *in, const struct nd *ns, struct now now,
		   struct actions *out)
{
	const bool dad = nd_is_dad(ns);
	const struct nd na = { .type = ND_NA,
			       .src = h->c.home_link_local,
			       .dst = dad ? in6_all_nodes : ns->src,
			       .target = ns->target,
			       .solicited = !dad,
			       .has_lla = true,
			       .lla = h->c.home_mac };
	struct mac_addr dst = ns->has_lla ? ns->lla : in->source;

	if (dad)
		dst = mac_of_group(&in6_all_nodes);
	if (!ha_nd_asked(h, now))
		ha_drop(h, DROP_RATE_LIMITED);
	else
		emit_nd_on_home_link(h, out, dst, &na);
}

static void on_solicitation(struct ha *h, const struct packet *in, const struct nd *ns,
			    struct now now, struct actions *out)
{
	struct host_address *a = address_find(&h->addresses, &ns->target);

	if (a && a->state == HOST_ADDRESS_BOUND)
		defend(h, in, ns, now, out);
	else if (a && a->state == HOST_ADDRESS_TENTATIVE && nd_is_dad(ns) && !is_echo(a, ns))
		dad_failed(h, a, NULL, now, out); /* two at once: neither may have it */
	else
		ha_drop(h, DROP_ND_IGNORED);
}

static void on_advertisement(struct ha *h, const struct nd *na, struct now now, struct actions *out)
{
	struct host_address *a = address_find(&h->addresses, &na->target);

	if (!a || a->state == HOST_ADDRESS_KEPT)
		ha_drop(h, DROP_ND_IGNORED);
	else if (a->state == HOST_ADDRESS_TENTATIVE)
		dad_failed(h, a, na, now, out);
	else if (a->proxy && bucket_take(&a->proxy->defence, now.mono, DEFENCE_INTERVAL, 1) &&
		 ha_nd_own(h, now))
		dad_announce(h, a, out);
	else
		ha_drop(h, DROP_RATE_LIMITED);
}

static void on_nd(struct ha *h, const struct packet *in, const struct ip6 *ip, struct now now,
		  struct actions *out)
{
	struct nd m;

	if (nd_decode(ip, &m)) {
		ha_drop(h, DROP_ND_MALFORMED);
		return;
	}
	switch (m.type) {
	case ND_RS:
		if (h->c.advertise)
			ra_home_solicited(h, now);
		else
			ha_drop(h, DROP_ND_IGNORED);
		break;
	case ND_NS:
		on_solicitation(h, in, &m, now, out);
		break;
	case ND_NA:
		on_advertisement(h, &m, now, out);
		break;
	case ND_RA:
		ha_drop(h, DROP_ND_IGNORED);
		break;
	}
}

void home_packet(struct ha *h, const struct packet *in, struct now now, struct actions *out)
{
	struct ip6 ip;
	int type;

	if (mac_equal(in->source, h->c.home_mac)) {
		ha_drop(h, DROP_ND_IGNORED); /* our own, by a loop of the link */
		return;
	}
	if (ip6_decode(in->payload, &ip)) {
		ha_drop(h, DROP_FRAME_MALFORMED);
		return;
	}
	type = ip6_icmp_type(&ip);
	if (type >= ND_RS && type <= ND_NA)
		on_nd(h, in, &ip, now, out);
	else if (type == MLD_QUERY && in6_is_link_local(&ip.src) && ip.hop_limit == 1)
		group_query(h, now);
	else
		ha_drop(h, DROP_ND_IGNORED);
}
