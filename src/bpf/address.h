/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* The home agent's hosts: whose an address is, and the way of a packet to its host. */
#pragma once

#include "bpf/encap.h"

/* What is known about a host's address: a copy, and where to count. */
struct found {
	struct tunnel_key tunnel;
	__u32 tentative;
	struct counters *counters;
};

ALWAYS bool find_in_slot(__u32 at, const union addr6 *a, struct found *ret)
{
	struct address_slot *s = bpf_map_lookup_elem(&nm4_slots, &at);
	bool same;

	if (!s || !same6(a, &s->address))
		return false;
	bpf_spin_lock(&s->lock); /* the slot may be changing hands */
	same = same6(a, &s->address);
	ret->tunnel = s->tunnel;
	bpf_spin_unlock(&s->lock);
	ret->tentative = 0;
	ret->counters = &s->counters;
	return same && ret->tunnel.remote;
}

/* The address itself wins over the /64 that it lies in. */
ALWAYS bool find_address(const union addr6 *a, struct found *ret)
{
	__u32 at = address_slot_of(a, config.hash_seed, config.bucket_mask);
	struct address_value *v;

	if (find_in_slot(at, a, ret) || find_in_slot(at + 1, a, ret))
		return true;
	v = bpf_map_lookup_elem(&nm4_addresses, a);
	if (!v && state.prefixes)
		v = bpf_map_lookup_elem(&nm4_prefixes, &a->d[0]);
	if (!v)
		return false;
	ret->tunnel = v->tunnel;
	ret->tentative = v->tentative;
	ret->counters = &v->counters;
	return true;
}

/* A frame from the home link or upstream whose IPv6 header has been read: into the tunnel if its
 * destination is a host's, else the kernel's. */
ALWAYS int to_host(struct __sk_buff *skb, const struct ipv6hdr *ip)
{
	union addr6 source, destination, error;
	struct found a;
	struct path path;
	__u8 next = ip->nexthdr, hop_limit = ip->hop_limit;
	__u32 length;

	get6(&destination, &ip->daddr);
	if (multicast(&destination))
		return TC_ACT_OK;
	if (!find_address(&destination, &a))
		return TC_ACT_OK;
	get6(&source, &ip->saddr);
	if (bogus_source(&source) || unspecified(&source))
		return drop(DROP_SOURCE_BOGUS);
	if (link_local(&destination)) /* RFC 4291 2.5.6: not from one link to another */
		return drop(DROP_NO_ROUTE);
	if (link_local(&source)) /* likewise, and the kernel says so to the sender */
		return TC_ACT_OK;
	if (a.tentative)
		return drop(DROP_ADDRESS_TENTATIVE);
	if (hop_limit <= 1) { /* the kernel answers */
		count_drop(DROP_HOP_LIMIT);
		return TC_ACT_OK;
	}
	if (!trim(skb, L2, bpf_ntohs(ip->payload_len)))
		return drop(DROP_TRUNCATED);

	length = segment_length(skb, L2, next);
	find_path(skb, FIELD(skb, ifindex), &a.tunnel, length, &path);
	if (length > path.limit) {
		error.d[0] = config.error.d[0];
		error.d[1] = config.error.d[1];
		return answer_too_big(skb, &error, &source, next, path.limit);
	}
	if (!decrement_hop_limit(skb, L2))
		return drop(DROP_ADJUST);
	COUNT(a.counters, FIELD(skb, len) - L2);
	return encapsulate(skb, &a.tunnel, &path);
}
