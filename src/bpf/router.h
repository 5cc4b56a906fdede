/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Ingress of an access router's port (draft 3.1.2, 5.4.3): what a host sends from its home address
 * goes into the tunnel; neighbour discovery, DHCPv6 and all that is new are the daemon's.
 */
#pragma once

#include <linux/udp.h>

#include "bpf/neighbour.h"

#define DHCP6_SERVER_PORT 547
#define DHCP6_OPTIONS_AT  (L2 + IP6 + sizeof(struct udphdr) + 4)
#define DUID_WORDS        7 /* an option's header, and as much of a DUID as tells hosts apart */

/* Groups, or the one router; hosts behind a switch speak with each other, too. */
ALWAYS bool for_router(const struct ethhdr *e)
{
	if (e->h_dest[0] & 1)
		return true;
	for (int i = 0; i < ETH_ALEN; i++)
		if (e->h_dest[i] != config.access_mac[i])
			return false;
	return true;
}

ALWAYS bool is_dhcp6(struct __sk_buff *skb, __u32 at, __u8 next)
{
	__be16 port;

	return next == IPPROTO_UDP &&
	       !bpf_skb_load_bytes(skb, at + IP6 + offsetof(struct udphdr, dest), &port,
				   sizeof(port)) &&
	       port == bpf_htons(DHCP6_SERVER_PORT);
}

/* Clients put their DUID first (option 1), so hosts that share a MAC are told apart by a hash of
 * how the options begin. */
ALWAYS __u32 duid_hash(struct __sk_buff *skb)
{
	__u32 w[DUID_WORDS], h = 0;

	if (bpf_skb_load_bytes(skb, DHCP6_OPTIONS_AT, w, sizeof(w)))
		return 0;
	for (int i = 0; i < DUID_WORDS; i++)
		h = (h ^ w[i] ^ h >> 15) * 0x9e3779b1;
	return h;
}

/* To a host of ours whose packet does not fit into the tunnel. */
ALWAYS int tell_too_big(struct __sk_buff *skb, const struct neighbour_value *n,
			const struct inner *i, __u32 limit)
{
	union addr6 router = { .d = { config.access.d[0], config.access.d[1] } };

	if (!n->session)
		return answer_too_big(skb, &router, &i->source, i->next, limit);
	count_drop(DROP_TOO_BIG);
	if (!may_answer(skb, &i->source, i->next) ||
	    !make_too_big(skb, &router, &i->source, limit) ||
	    !push_session(skb, n->mac, n->session))
		return TC_ACT_SHOT;
	return bpf_redirect(n->ifindex, 0);
}

/* A plain frame of its, with a hop left. */
ALWAYS int from_neighbour(struct __sk_buff *skb, struct neighbour_value *n, const struct inner *i)
{
	__u32 length = segment_length(skb, L2, i->next);
	struct path path;

	find_path(skb, FIELD(skb, ifindex), &n->tunnel, length, &path);
	if (length > path.limit)
		return tell_too_big(skb, n, i, path.limit);
	if (!decrement_hop_limit(skb, L2))
		return drop(DROP_ADJUST);
	COUNT(&n->in, FIELD(skb, len) - L2);
	return encapsulate(skb, &n->tunnel, &path); /* req: AR-8 AR-9 AR-36 */
}

ALWAYS bool same_mac(const __u8 *a, const __u8 *b)
{
	for (int i = 0; i < ETH_ALEN; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* From a source that is not known here: a new host's, one's that has come from another port, or one
 * that is not the sender's own. The daemon knows its hosts. */
ALWAYS int from_stranger(struct __sk_buff *skb, const struct neighbour_value *n, const __u8 *mac)
{
	bool stolen = n && (n->session || !same_mac(n->mac, mac));

	if (stolen)
		count_drop(DROP_SOURCE_WRONG);
	punt_frame(skb, mac, FROM_ACCESS, stolen ? WHY_REFUSED : WHY_UNKNOWN);
	return TC_ACT_SHOT;
}

ALWAYS int router(struct __sk_buff *skb, bool by_duid)
{
	bool dhcp6;
	struct neighbour_value *n;
	struct inner i = {};
	struct ipv6hdr *ip;
	__u8 mac[ETH_ALEN];
	void *data;

	if (!untagged(skb, ETH_P_IPV6))
		return TC_ACT_OK;
	data = head(skb, L2 + IP6);
	if (!data)
		return drop(DROP_TRUNCATED);
	ip = data + L2;
	if (!for_router(data))
		return TC_ACT_OK;
	if (ip->version != 6)
		return drop(DROP_FRAME_MALFORMED);
	__builtin_memcpy(mac, ((struct ethhdr *)data)->h_source, ETH_ALEN);
	get_inner(&i, ip);
	if (!trim(skb, L2, bpf_ntohs(ip->payload_len)))
		return drop(DROP_TRUNCATED);
	dhcp6 = (multicast(&i.destination) || link_local(&i.destination)) &&
		is_dhcp6(skb, L2, i.next);
	i.control = dhcp6 || is_nd_or_mld(skb, L2, i.next);
	if (i.control || on_one_link(&i.source, &i.destination)) {
		punt_frame_of(skb, mac, by_duid && dhcp6 ? duid_hash(skb) : 0, FROM_ACCESS,
			      i.control ? WHY_CONTROL : WHY_UNKNOWN);
		return TC_ACT_SHOT;
	}
	if (bogus_source(&i.source))
		return drop(DROP_SOURCE_BOGUS);
	n = find_neighbour(&i.source);
	if (!n || n->session || n->ifindex != FIELD(skb, ifindex) || !same_mac(n->mac, mac))
		return from_stranger(skb, n, mac);
	if (i.hop_limit <= 1) {
		count_drop(DROP_HOP_LIMIT);
		punt_frame(skb, mac, FROM_ACCESS, WHY_EXPIRED);
		return TC_ACT_SHOT;
	}
	return from_neighbour(skb, n, &i);
}

SEC("tc")
int nm4_router(struct __sk_buff *skb)
{
	return router(skb, false);
}

SEC("tc")
int nm4_router_duid(struct __sk_buff *skb)
{
	return router(skb, true);
}
