/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Ingress of an access router's port whose hosts speak PPP over Ethernet (draft 3.1.1, RFC 2516):
 * IPv6 that a host sends within its session from its home address goes into the tunnel; everything
 * else of discovery and sessions is the daemon's.
 */
#pragma once

#include "bpf/router.h"

#define LIMIT_DISCOVERIES    0xfffe
#define DISCOVERIES_INTERVAL (1000000000ull / ABI_DISCOVERIES_PER_S)

/* Limited per host, and all hosts of a port: whoever floods it with ever other sources keeps other
 * hosts from dialling in, but nobody's session from being heard. */
ALWAYS int discovery(struct __sk_buff *skb, const __u8 *mac)
{
	struct limit_key k = { .kind = LIMIT_DISCOVERIES, .w = { FIELD(skb, ifindex) } };

	if (frame_allowed(skb, mac, 0, FROM_DISCOVERY, WHY_CONTROL) &&
	    allowed_every(&k, DISCOVERIES_INTERVAL))
		punt_allowed(skb, mac, FROM_DISCOVERY, WHY_CONTROL);
	else
		count_drop(DROP_PUNT_LIMITED);
	return TC_ACT_SHOT;
}

ALWAYS int session_punt(struct __sk_buff *skb, const __u8 *mac, __u8 why)
{
	punt_frame(skb, mac, FROM_SESSION, why);
	return TC_ACT_SHOT;
}

/* IPv6 within a session, all lengths right. */
ALWAYS int from_session(struct __sk_buff *skb, const __u8 *mac, __be16 session,
			const struct inner *i)
{
	struct neighbour_value *n;

	if (on_one_link(&i->source, &i->destination) || is_dhcp6(skb, L2 + SESSION, i->next) ||
	    is_nd_or_mld(skb, L2 + SESSION, i->next))
		return session_punt(skb, mac, WHY_CONTROL);
	if (bogus_source(&i->source))
		return drop(DROP_SOURCE_BOGUS);
	n = find_neighbour(&i->source);
	if (!n)
		return session_punt(skb, mac, WHY_UNKNOWN);
	if (!session || n->session != session || n->ifindex != FIELD(skb, ifindex) ||
	    !same_mac(n->mac, mac)) {
		count_drop(DROP_SOURCE_WRONG);
		return session_punt(skb, mac, WHY_REFUSED);
	}
	if (i->hop_limit <= 1) {
		count_drop(DROP_HOP_LIMIT);
		return session_punt(skb, mac, WHY_EXPIRED);
	}
	if (!strip_session(skb))
		return drop(DROP_ADJUST);
	return from_neighbour(skb, n, i); /* req: AR-36 */
}

ALWAYS int session(struct __sk_buff *skb, const __u8 *mac)
{
	struct session_header h;
	struct inner i = {};
	struct ipv6hdr *ip;
	__u32 length;
	void *data;

	if (bpf_skb_load_bytes(skb, L2, &h, sizeof(h)))
		return drop(DROP_TRUNCATED);
	length = bpf_ntohs(h.length);
	if (FIELD(skb, len) < L2 + PPPOE_HEADER + length)
		return drop(DROP_TRUNCATED);
	if (h.version != PPPOE_VERSION || h.code || h.protocol != bpf_htons(PPP_IPV6))
		return session_punt(skb, mac, WHY_CONTROL);
	data = head(skb, L2 + SESSION + IP6);
	if (!data)
		return drop(DROP_TRUNCATED);
	ip = data + L2 + SESSION;
	if (ip->version != 6)
		return drop(DROP_FRAME_MALFORMED);
	get_inner(&i, ip);
	if (length < SESSION - PPPOE_HEADER + IP6 + bpf_ntohs(ip->payload_len) ||
	    !trim(skb, L2 + SESSION, bpf_ntohs(ip->payload_len)))
		return drop(DROP_TRUNCATED);
	return from_session(skb, mac, h.session, &i);
}

SEC("tc")
int nm4_ppp(struct __sk_buff *skb)
{
	__u8 mac[ETH_ALEN];
	struct ethhdr *e = head(skb, L2);

	if (!e || FIELD(skb, vlan_present) || !for_router(e))
		return TC_ACT_OK;
	__builtin_memcpy(mac, e->h_source, ETH_ALEN);
	switch (FIELD(skb, protocol)) {
	case bpf_htons(ETH_P_PPP_SES):
		return session(skb, mac);
	case bpf_htons(ETH_P_PPP_DISC):
		return discovery(skb, mac);
	case bpf_htons(ETH_P_IPV6):
		return drop(DROP_NOT_PPP);
	}
	return TC_ACT_OK;
}
