/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The hosts of an access router (draft 3.1, 5.4.3): known by their addresses, behind one tunnel for
 * all of them. It is their first router, so hop limits go down here, and its ports' MTUs count.
 */
#pragma once

#include "bpf/session.h"

/* The address itself wins over the /64 that it lies in. */
ALWAYS struct neighbour_value *find_neighbour(const union addr6 *a)
{
	struct neighbour_value *n = bpf_map_lookup_elem(&nm4_neighbours, a);

	return n ?: bpf_map_lookup_elem(&nm4_neighbour64, &a->d[0]);
}

ALWAYS bool on_one_link(const union addr6 *source, const union addr6 *destination)
{
	return multicast(destination) || link_local(destination) || unspecified(source) ||
	       link_local(source);
}

/* The largest packet that the host's link takes. */
ALWAYS bool link_mtu(struct __sk_buff *skb, const struct neighbour_value *n, __u32 *ret)
{
	*ret = 0; /* the question is not whether this packet fits: it is longer now */
	if (bpf_check_mtu(skb, n->ifindex, ret, 0, 0) < 0)
		return false;
	if (n->session)
		*ret = *ret < SESSION_MTU + SESSION ? *ret - SESSION : SESSION_MTU;
	return true;
}

/* Out of the tunnel. An access router has no address that the home agent would take out of the
 * tunnel, so its errors towards correspondents come from the host's (D24). */
ALWAYS int to_neighbour(struct __sk_buff *skb, const struct tunnel_key *k, const struct inner *i)
{
	__u32 length = segment_length(skb, L2 + OUTER, i->next), mtu;
	struct neighbour_value *n;
	__u8 mac[ETH_ALEN], router[ETH_ALEN];

	if (bogus_source(&i->source))
		return drop(DROP_SOURCE_BOGUS);
	if (on_one_link(&i->source, &i->destination) || is_nd_or_mld(skb, L2 + OUTER, i->next))
		return punt_tunnelled(skb, k, WHY_CONTROL);
	n = find_neighbour(&i->destination);
	if (!n || !same_tunnel(&n->tunnel, k))
		return punt_tunnelled(skb, k, WHY_UNKNOWN);
	if (i->hop_limit <= 1) {
		count_drop(DROP_HOP_LIMIT);
		return punt_tunnelled(skb, k, WHY_EXPIRED);
	}
	if (!link_mtu(skb, n, &mtu))
		return drop(DROP_NO_ROUTE);
	if (length > mtu)
		return refuse_too_big(skb, k, i, &i->destination, FIELD(skb, ifindex), mtu);
	for (int b = 0; b < ETH_ALEN; b++)
		router[b] = config.access_mac[b];
	__builtin_memcpy(mac, n->mac, ETH_ALEN);
	COUNT(&n->out, FIELD(skb, len) - L2 - OUTER);
	if (!decrement_hop_limit(skb, L2 + OUTER))
		return drop(DROP_ADJUST);
	if (n->session)
		return to_session(skb, mac, n->ifindex, n->session);
	if (!pop_outer(skb, 0) || !write_ether(skb, mac, router, ETH_P_IPV6))
		return drop(DROP_ADJUST);
	return bpf_redirect(n->ifindex, 0); /* req: AR-37 */
}
