/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* Turns a packet that is too big for its tunnel into the Packet Too Big that answers it. */
#pragma once

#include "bpf/punt.h"

#define TOO_BIG_TYPE 2
#define QUOTED       (IPV6_MIN_MTU - IP6 - 8) /* RFC 4443 3.2: as much as fits into 1280 */
#define CHUNK        512                      /* bpf_csum_diff takes no more at once */

struct too_big {
	struct ipv6hdr ip;
	__u8 type, code;
	__be16 checksum;
	__be32 mtu;
};

/* RFC 4443 2.4 (e): never about an ICMPv6 error or redirect, never to what is not one node. */
ALWAYS bool may_answer(struct __sk_buff *skb, const union addr6 *source, __u8 next)
{
	struct limit_key k = { .kind = LIMIT_TOO_BIG };
	bool hop_by_hop;
	int type = icmp6_type(skb, L2, next, &hop_by_hop);

	if (unspecified(source) || multicast(source) || (type >= 0 && type < ICMP6_ERRORS_END) ||
	    type == ND_REDIRECT)
		return false;
	__builtin_memcpy(k.w, source, sizeof(*source));
	return allowed(&k);
}

ALWAYS __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The ones' complement sum of the QUOTED octets at data. */
ALWAYS __s64 sum_quoted(void *data)
{
	__s64 sum = bpf_csum_diff(0, 0, data, CHUNK, 0);

	sum = bpf_csum_diff(0, 0, data + CHUNK, CHUNK, sum);
	return bpf_csum_diff(0, 0, data + 2 * CHUNK, QUOTED - 2 * CHUNK, sum);
}

/* The frame, IPv6 right behind Ethernet and longer than 1280, becomes the error to its source. */
ALWAYS bool make_too_big(struct __sk_buff *skb, const union addr6 *from, const union addr6 *to,
			 __u32 mtu)
{
	struct too_big e = {
		.ip = { .version = 6,
			.payload_len = bpf_htons(8 + QUOTED),
			.nexthdr = IPPROTO_ICMPV6,
			.hop_limit = 64 },
		.type = TOO_BIG_TYPE,
		.mtu = bpf_htonl(mtu),
	};
	__be32 pseudo[2] = { bpf_htonl(8 + QUOTED), bpf_htonl(IPPROTO_ICMPV6) };
	__s64 sum;
	void *data;

	__builtin_memcpy(&e.ip.saddr, from, sizeof(*from));
	__builtin_memcpy(&e.ip.daddr, to, sizeof(*to));
	if (bpf_skb_change_tail(skb, L2 + QUOTED, 0) ||
	    bpf_skb_adjust_room(skb, sizeof(e), BPF_ADJ_ROOM_MAC, 0))
		return false;
	data = head(skb, L2 + sizeof(e) + QUOTED);
	if (!data)
		return false;
	sum = sum_quoted(data + L2 + sizeof(e));
	sum = bpf_csum_diff(0, 0, (__be32 *)&e.ip.saddr, 32, sum);
	sum = bpf_csum_diff(0, 0, pseudo, sizeof(pseudo), sum);
	sum = bpf_csum_diff(0, 0, (__be32 *)&e.type, 8, sum);
	e.checksum = fold(sum);
	return !bpf_skb_store_bytes(skb, L2, &e, sizeof(e), BPF_F_RECOMPUTE_CSUM);
}

/* Back to the neighbour that sent the packet. */
ALWAYS int answer_too_big(struct __sk_buff *skb, const union addr6 *from, const union addr6 *to,
			  __u8 next, __u32 mtu)
{
	struct ethhdr *e, was;

	count_drop(DROP_TOO_BIG);
	if (!may_answer(skb, to, next) || !make_too_big(skb, from, to, mtu))
		return TC_ACT_SHOT;
	e = head(skb, L2);
	if (!e)
		return TC_ACT_SHOT;
	was = *e;
	__builtin_memcpy(e->h_dest, was.h_source, ETH_ALEN);
	__builtin_memcpy(e->h_source, was.h_dest, ETH_ALEN);
	return bpf_redirect(FIELD(skb, ifindex), 0);
}
