/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* What the programs must know about a packet before they decide. */
#pragma once

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>

#include "bpf/maps.h"

#define L2           ((__u32)sizeof(struct ethhdr))
#define OUTER        ((__u32)sizeof(struct iphdr)) /* of a tunnelled packet; options go to the stack */
#define IP6          ((__u32)sizeof(struct ipv6hdr))
#define IPV6_MIN_MTU 1280
#define FRAGMENT     0x3fff /* more fragments, or an offset */
#define DF           0x4000

#define ICMP6_ERRORS_END 128
#define MLD_QUERY        130
#define MLD_DONE         132
#define ND_RS            133
#define ND_RA            134
#define ND_NS            135
#define ND_NA            136
#define ND_REDIRECT      137
#define MLD2_REPORT      143

/* A field of the context. The verifier wants its offset in the load itself, while clang may compute
 * an address once and use it twice. */
#define FIELD(skb, name)                                                                           \
	({                                                                                         \
		__u64 field_;                                                                      \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                                              \
			     : "=r"(field_)                                                        \
			     : "r"(skb), "i"(offsetof(struct __sk_buff, name)));                   \
		field_;                                                                            \
	})

/* The first n octets of the frame, made contiguous; NULL if it is shorter. */
ALWAYS void *head(struct __sk_buff *skb, __u32 n)
{
	void *data = (void *)(long)FIELD(skb, data);

	if (data + n <= (void *)(long)FIELD(skb, data_end))
		return data;
	if (bpf_skb_pull_data(skb, n))
		return 0;
	data = (void *)(long)FIELD(skb, data);
	return data + n <= (void *)(long)FIELD(skb, data_end) ? data : 0;
}

ALWAYS bool untagged(struct __sk_buff *skb, __u16 ethertype)
{
	return FIELD(skb, protocol) == bpf_htons(ethertype) && !FIELD(skb, vlan_present);
}

ALWAYS void get6(union addr6 *ret, const struct in6_addr *a)
{
	__builtin_memcpy(ret, a, sizeof(*ret));
}

ALWAYS bool same6(const union addr6 *a, const volatile union addr6 *b)
{
	return a->d[0] == b->d[0] && a->d[1] == b->d[1];
}

ALWAYS bool unspecified(const union addr6 *a)
{
	return !a->d[0] && !a->d[1];
}

ALWAYS bool multicast(const union addr6 *a)
{
	return a->b[0] == 0xff;
}

ALWAYS bool link_local(const union addr6 *a)
{
	return (a->w[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

/* RFC 4213 3.6: ff00::/8, ::1, ::/96 except ::, ::ffff:0:0/96. */
ALWAYS bool bogus_source(const union addr6 *a)
{
	if (multicast(a))
		return true;
	if (a->d[0] || unspecified(a))
		return false;
	return a->w[2] == 0 || a->w[2] == bpf_htonl(0xffff);
}

ALWAYS bool in_home_prefix(const union addr6 *a)
{
	for (__u32 i = 0; i < ABI_HOME_PREFIXES_MAX; i++)
		if (i < state.n_home_prefixes && a->d[0] == state.home_prefixes[i])
			return true;
	return false;
}

/* What is read of an IPv6 packet before anything is changed. */
struct inner {
	union addr6 source, destination;
	__u8 next, hop_limit;
	bool control;
};

ALWAYS void get_inner(struct inner *ret, const struct ipv6hdr *ip)
{
	get6(&ret->source, &ip->saddr);
	get6(&ret->destination, &ip->daddr);
	ret->next = ip->nexthdr;
	ret->hop_limit = ip->hop_limit;
}

/* The ICMPv6 type of the packet whose IPv6 header is at `at`, looking behind one hop-by-hop header
 * (MLD has one: RFC 3810 5); -1 if it is no ICMPv6. */
ALWAYS int icmp6_type(struct __sk_buff *skb, __u32 at, __u8 next, bool *ret_hop_by_hop)
{
	__u8 options[2], type;

	*ret_hop_by_hop = next == IPPROTO_HOPOPTS;
	at += IP6;
	if (next == IPPROTO_HOPOPTS) {
		if (bpf_skb_load_bytes(skb, at, options, sizeof(options)))
			return -1;
		next = options[0];
		at += (options[1] + 1) * 8;
	}
	if (next != IPPROTO_ICMPV6 || bpf_skb_load_bytes(skb, at, &type, 1))
		return -1;
	return type;
}

ALWAYS bool is_nd_or_mld(struct __sk_buff *skb, __u32 at, __u8 next)
{
	bool hop_by_hop;
	int type = icmp6_type(skb, at, next, &hop_by_hop);

	return (type >= MLD_QUERY && type <= ND_REDIRECT) || type == MLD2_REPORT;
}

/* Cuts off what a link has padded the frame with (RFC 4213 3.6: the inner length counts). False if
 * the packet whose IPv6 header is at `at` is shorter than it says. Invalidates packet pointers. */
ALWAYS bool trim(struct __sk_buff *skb, __u32 at, __u16 payload_length)
{
	__u32 end = at + IP6 + payload_length;

	if (FIELD(skb, len) == end || FIELD(skb, gso_size))
		return true;
	return FIELD(skb, len) > end && !bpf_skb_change_tail(skb, end, 0);
}

/* The length of the IPv6 packet at `at`, of the largest segment for a super-packet: what must fit
 * into the tunnel. */
ALWAYS __u32 segment_length(struct __sk_buff *skb, __u32 at, __u8 next)
{
	__u8 offset;

	if (!FIELD(skb, gso_size))
		return FIELD(skb, len) - at;
	if (next == IPPROTO_UDP)
		return IP6 + 8 + FIELD(skb, gso_size);
	if (next != IPPROTO_TCP || bpf_skb_load_bytes(skb, at + IP6 + 12, &offset, 1))
		return IP6 + 60 + FIELD(skb, gso_size);
	return IP6 + (offset >> 4) * 4 + FIELD(skb, gso_size);
}
