/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* Finds the way out and takes it. */
#pragma once

#include "bpf/parse.h"

#ifndef AF_INET
#define AF_INET  2
#define AF_INET6 10
#endif
#define IFINDEX_LO 1

/* What bpf_fib_lookup says. `length` is that of the packet on the wire, of a segment for a
 * super-packet. The lookup needs forwarding on `ifindex` in this family (D18). */
ALWAYS long route4(struct __sk_buff *skb, struct bpf_fib_lookup *f, __u32 ifindex, __be32 src,
		   __be32 dst, __u32 length)
{
	__builtin_memset(f, 0, sizeof(*f));
	f->family = AF_INET;
	f->ifindex = ifindex;
	f->ipv4_src = src;
	f->ipv4_dst = dst;
	f->tot_len = length;
	return bpf_fib_lookup(skb, f, sizeof(*f), 0);
}

ALWAYS long route6(struct __sk_buff *skb, struct bpf_fib_lookup *f, __u32 ifindex,
		   const union addr6 *src, const union addr6 *dst, __u32 length)
{
	__builtin_memset(f, 0, sizeof(*f));
	f->family = AF_INET6;
	f->ifindex = ifindex;
	__builtin_memcpy(f->ipv6_src, src, sizeof(*src));
	__builtin_memcpy(f->ipv6_dst, dst, sizeof(*dst));
	f->tot_len = length;
	return bpf_fib_lookup(skb, f, sizeof(*f), 0);
}

ALWAYS bool routed(long result)
{
	return result == BPF_FIB_LKUP_RET_SUCCESS || result == BPF_FIB_LKUP_RET_NO_NEIGH;
}

/* As a router (RFC 8200 3). The device's checksum over the frame, if it made one, is kept right:
 * the hop limit is the second octet of a 16-bit word. */
ALWAYS bool decrement_hop_limit(struct __sk_buff *skb, __u32 at)
{
	struct ipv6hdr *ip = head(skb, at + IP6);

	if (!ip)
		return false;
	ip = (void *)ip + at;
	ip->hop_limit--;
	bpf_csum_update(skb, (__u16)~bpf_htons(1));
	return true;
}

ALWAYS bool write_ether(struct __sk_buff *skb, const void *dst, const void *src, __u16 ethertype)
{
	struct ethhdr *e = head(skb, L2);

	if (!e)
		return false;
	__builtin_memcpy(e->h_dest, dst, ETH_ALEN);
	__builtin_memcpy(e->h_source, src, ETH_ALEN);
	e->h_proto = bpf_htons(ethertype);
	return true;
}

/* Sends the frame on the route found. Without a neighbour entry the kernel resolves it and keeps
 * the packet meanwhile. */
ALWAYS int send_routed(struct __sk_buff *skb, struct bpf_fib_lookup *f, long result,
		       __u16 ethertype)
{
	struct bpf_redir_neigh n = {};

	if (!write_ether(skb, f->dmac, f->smac, ethertype))
		return drop(DROP_ADJUST);
	if (result == BPF_FIB_LKUP_RET_SUCCESS)
		return bpf_redirect(f->ifindex, 0);
	n.nh_family = f->family;
	__builtin_memcpy(n.ipv6_nh, f->ipv6_dst, sizeof(n.ipv6_nh));
	return bpf_redirect_neigh(f->ifindex, &n, sizeof(n), 0);
}
