/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* Into a tunnel (RFC 4213 3, D21): which size fits, the outer header, and the way out. */
#pragma once

#include "bpf/icmp.h"
#include "bpf/route.h"

#define OUTER_TTL 64

/* What is known about the way to a tunnel's far end for one packet. */
struct path {
	struct bpf_fib_lookup fib;
	long result;
	__u32 limit; /* the largest IPv6 packet that the tunnel takes */
	bool df;
};

ALWAYS __u32 path_mtu(__be32 remote)
{
	__u32 *mtu;

	if (!state.path_mtus)
		return config.core_mtu;
	mtu = bpf_map_lookup_elem(&nm4_path_mtus, &remote);
	return mtu && *mtu < config.core_mtu ? *mtu : config.core_mtu;
}

/* RFC 4213 3.2.2: while the path takes 1280 octets and the outer header, DF is set and the path's
 * MTU is the limit; else packets up to 1280 go and may be fragmented. */
ALWAYS void find_path(struct __sk_buff *skb, __u32 ifindex, const struct tunnel_key *t,
		      __u32 length, struct path *ret)
{
	__u32 mtu = path_mtu(t->remote);

	ret->result = route4(skb, &ret->fib, ifindex, t->local, t->remote, length + OUTER);
	if (ret->result == BPF_FIB_LKUP_RET_FRAG_NEEDED && ret->fib.mtu_result < mtu)
		mtu = ret->fib.mtu_result;
	ret->df = mtu >= IPV6_MIN_MTU + OUTER;
	ret->limit = ret->df ? mtu - OUTER : IPV6_MIN_MTU;
}

ALWAYS __u16 header_checksum(const struct iphdr *ip)
{
	const __u16 *w = (const __u16 *)ip;
	__u32 sum = 0;

	for (int i = 0; i < 10; i++)
		sum += w[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Right header checksums sum to nothing, so a checksum of the whole frame that the device has made
 * (CHECKSUM_COMPLETE) stays right when an outer header is put on or exchanged. */
ALWAYS void write_outer(struct iphdr *ip, const struct tunnel_key *t, bool df, __u32 length)
{
	ip->version = 4;
	ip->ihl = 5;
	ip->tos = 0; /* D20: no ECN propagation, so not ECN-capable outside (RFC 6040 4.1) */
	ip->tot_len = bpf_htons(length);
	ip->id = df ? 0 : bpf_htons(__sync_fetch_and_add(&state.outer_id, 1));
	ip->frag_off = df ? bpf_htons(DF) : 0;
	ip->ttl = OUTER_TTL;
	ip->protocol = IPPROTO_IPV6; /* req: GEN-1 */
	ip->check = 0;
	ip->saddr = t->local;
	ip->daddr = t->remote;
	ip->check = header_checksum(ip);
}

/* Puts the outer header before the IPv6 header; super-packets stay whole. */
ALWAYS bool push_outer(struct __sk_buff *skb, const struct tunnel_key *t, bool df)
{
	void *data;

	if (bpf_skb_adjust_room(skb, OUTER, BPF_ADJ_ROOM_MAC,
				BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_FIXED_GSO |
					BPF_F_ADJ_ROOM_NO_CSUM_RESET))
		return false;
	data = head(skb, L2 + OUTER);
	if (!data)
		return false;
	write_outer(data + L2, t, df, FIELD(skb, len) - L2);
	return true;
}

/* The frame has its outer header: out to the core. What may be fragmented and has to be already on
 * our own link goes through the stack, which does that: it comes in by the loopback interface
 * (accept_local and forwarding there). */
ALWAYS int send_outer(struct __sk_buff *skb, struct path *p)
{
	static const __u8 lo[ETH_ALEN] = {};

	if (routed(p->result))
		return send_routed(skb, &p->fib, p->result, ETH_P_IP);
	if (p->result != BPF_FIB_LKUP_RET_FRAG_NEEDED)
		return drop(DROP_NO_ROUTE);
	if (!write_ether(skb, lo, lo, ETH_P_IP))
		return drop(DROP_ADJUST);
	return bpf_redirect(IFINDEX_LO, BPF_F_INGRESS);
}

ALWAYS bool same_tunnel(const struct tunnel_key *a, const struct tunnel_key *b)
{
	return a->local == b->local && a->remote == b->remote && a->key == b->key;
}

/* Into a tunnel without further questions. */
ALWAYS int encapsulate(struct __sk_buff *skb, const struct tunnel_key *t, struct path *p)
{
	if (!push_outer(skb, t, p->df))
		return drop(DROP_ADJUST);
	return send_outer(skb, p);
}
