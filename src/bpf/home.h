/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The home agent's links to the IPv6 world (draft 3.2.2, 5.5.4; RFC 6275 10.4): packets to its
 * hosts are intercepted, neighbour discovery about their addresses is the daemon's.
 */
#pragma once

#include <linux/if_packet.h>

#include "bpf/address.h"

#define ND_TARGET_AT (IP6 + 8) /* from the IPv6 header on, in NS and NA */

ALWAYS struct ipv6hdr *ip6_of_frame(struct __sk_buff *skb)
{
	void *data;

	if (!untagged(skb, ETH_P_IPV6) || FIELD(skb, pkt_type) == PACKET_OTHERHOST)
		return 0;
	data = head(skb, L2 + IP6);
	if (!data || ((struct ipv6hdr *)(data + L2))->version != 6)
		return 0;
	return data + L2;
}

SEC("tc")
int nm4_upstream(struct __sk_buff *skb)
{
	struct ipv6hdr *ip = ip6_of_frame(skb);

	return ip ? to_host(skb, ip) : TC_ACT_OK;
}

ALWAYS bool about_host(struct __sk_buff *skb)
{
	union addr6 target;

	return !bpf_skb_load_bytes(skb, L2 + ND_TARGET_AT, &target, sizeof(target)) &&
	       bpf_map_lookup_elem(&nm4_addresses, &target);
}

/* Frames with the interface's own source are what nm4_core and nm4_home_out give to the kernel. */
ALWAYS bool from_ourselves(const struct ethhdr *e)
{
	for (int i = 0; i < ETH_ALEN; i++)
		if (e->h_source[i] != config.home_mac[i])
			return false;
	return true;
}

SEC("tc")
int nm4_home(struct __sk_buff *skb)
{
	struct ipv6hdr *ip = ip6_of_frame(skb);
	struct ethhdr *e;
	__u8 source[ETH_ALEN], type;

	if (!ip)
		return TC_ACT_OK;
	e = (void *)ip - L2;
	if (from_ourselves(e))
		return TC_ACT_OK;
	if (ip->nexthdr != IPPROTO_ICMPV6)
		return to_host(skb, ip);
	__builtin_memcpy(source, e->h_source, ETH_ALEN);
	if (bpf_skb_load_bytes(skb, L2 + IP6, &type, 1))
		return TC_ACT_OK;
	if (type == ND_RS) {
		punt_frame(skb, source, FROM_HOME, WHY_CONTROL);
		return TC_ACT_OK;
	}
	if ((type == ND_NS || type == ND_NA) && about_host(skb)) { /* req: HA-48 */
		punt_frame(skb, source, FROM_HOME, WHY_CONTROL);
		return TC_ACT_SHOT;
	}
	return to_host(skb, ip);
}
