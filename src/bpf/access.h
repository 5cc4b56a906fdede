/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Ingress of an access node's port (draft 3.2.1, 5.2.2): whatever IPv6 a known host sends goes into
 * its tunnel, no bit of it changed; first frames of unknown hosts are the daemon's.
 */
#pragma once

#include "bpf/encap.h"

/* D21: the error comes from the router whose address the home agent's RA has shown. Before any RA,
 * and for what was sent to a group, there is nobody to answer: the packet goes in fragments. */
ALWAYS bool answerable(const struct host_value *h, const struct ethhdr *e)
{
	return !unspecified(&h->router) && !(e->h_dest[0] & 1);
}

SEC("tc")
int nm4_access(struct __sk_buff *skb)
{
	struct host_key k = { .ifindex = FIELD(skb, ifindex) };
	struct host_value *h;
	union addr6 source;
	struct ipv6hdr *ip;
	struct path path;
	void *data;
	__u32 length;
	__u8 next;
	bool answer;

	if (!untagged(skb, ETH_P_IPV6))
		return TC_ACT_OK;
	data = head(skb, L2 + IP6);
	if (!data)
		return drop(DROP_TRUNCATED);
	ip = data + L2;
	if (ip->version != 6)
		return drop(DROP_FRAME_MALFORMED);
	__builtin_memcpy(k.mac, ((struct ethhdr *)data)->h_source, ETH_ALEN);
	get6(&source, &ip->saddr);
	next = ip->nexthdr;
	h = bpf_map_lookup_elem(&nm4_hosts, &k);
	answer = h && answerable(h, data);
	if (!trim(skb, L2, bpf_ntohs(ip->payload_len)))
		return drop(DROP_TRUNCATED);
	if (!h) {
		punt_frame(skb, k.mac, FROM_ACCESS, WHY_UNKNOWN);
		return TC_ACT_SHOT;
	}

	length = segment_length(skb, L2, next);
	find_path(skb, FIELD(skb, ifindex), &h->tunnel, length, &path);
	if (length > path.limit) {
		if (answer)
			return answer_too_big(skb, &h->router, &source, next, path.limit);
		path.df = false;
	}
	COUNT(h, FIELD(skb, len) - L2);
	return encapsulate(skb, &h->tunnel, &path); /* req: AN-2 AN-30 AN-35 */
}
