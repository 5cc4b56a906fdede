/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Ingress of the IPv4 side, at an access node, an access router and a home agent: packets out of
 * our tunnels. What is not for a tunnel of ours passes; fragments and IPv4 options go to the stack,
 * and come back whole through the daemon.
 */
#pragma once

#include <linux/if_packet.h>

#include "bpf/address.h"
#include "bpf/neighbour.h"

#define ICMP4_UNREACHABLE     3
#define ICMP4_FRAGMENT_NEEDED 4

/* ICMPv4 "fragmentation needed" may tell a path MTU. The kernel has it, too. */
ALWAYS int error4(struct __sk_buff *skb, const struct iphdr *ip)
{
	struct tunnel_key k = { .local = ip->daddr, .remote = ip->saddr };
	__u8 type[2];

	if (FIELD(skb, pkt_type) == PACKET_HOST && ip->ihl == 5 &&
	    !(ip->frag_off & bpf_htons(FRAGMENT)) &&
	    !bpf_skb_load_bytes(skb, L2 + OUTER, type, sizeof(type)) &&
	    type[0] == ICMP4_UNREACHABLE && type[1] == ICMP4_FRAGMENT_NEEDED)
		punt_outer(skb, &k, FROM_ERROR4, WHY_CONTROL, L2);
	return TC_ACT_OK;
}

/* A tunnel that we do not know: ours to refuse only if the address is ours. An access node may be
 * waiting for it, so it is the daemon that counts it as dropped or not. */
ALWAYS int no_tunnel(struct __sk_buff *skb, const struct tunnel_key *k)
{
	struct bpf_fib_lookup f;

	if (FIELD(skb, pkt_type) != PACKET_HOST ||
	    routed(route4(skb, &f, FIELD(skb, ifindex), k->remote, k->local, OUTER)))
		return TC_ACT_OK;
	return punt_tunnelled(skb, k, WHY_UNKNOWN);
}

/* Access node: to the host's link-layer address, groups included (RFC 6085). */
ALWAYS int to_access(struct __sk_buff *skb, const struct tunnel_key *k,
		     const struct tunnel_value *t, __u8 next)
{
	bool hop_by_hop;
	__u8 host[ETH_ALEN], router[ETH_ALEN];
	__u32 ifindex = t->ifindex;

	if (next == IPPROTO_ICMPV6 &&
	    icmp6_type(skb, L2 + OUTER, next, &hop_by_hop) == ND_RA) /* req: AN-32 */
		return punt_tunnelled(skb, k, WHY_CONTROL);
	__builtin_memcpy(host, t->host, ETH_ALEN);
	__builtin_memcpy(router, t->router, ETH_ALEN);
	if (!pop_outer(skb, 0) || !write_ether(skb, host, router, ETH_P_IPV6))
		return drop(DROP_ADJUST);
	return bpf_redirect(ifindex, 0); /* req: AN-36 AN-37 */
}

/* What the virtual link between host and home agent carries for the home agent itself: ND, MLD, and
 * all that does not leave a link. */
ALWAYS bool is_control(struct __sk_buff *skb, const struct inner *i)
{
	return multicast(&i->destination) || link_local(&i->destination) ||
	       same6(&i->destination, &config.router) || is_nd_or_mld(skb, L2 + OUTER, i->next);
}

enum source {
	SOURCE_RIGHT,   /* bound to this tunnel */
	SOURCE_CONTROL, /* may say this on its virtual link */
	SOURCE_LEARN,   /* may become bound (D9) */
	SOURCE_WRONG,
};

/* The ingress filter of RFC 4213 3.6 and RFC 3024 4.3.2. :: and link-local addresses
 * may always speak ND, MLD and DHCPv6 (D9). */
ALWAYS enum source check_source(const struct tunnel_key *k, const struct inner *i)
{
	struct found a;
	bool known;

	if (i->control && (unspecified(&i->source) || link_local(&i->source)))
		return SOURCE_CONTROL;
	if (unspecified(&i->source))
		return SOURCE_WRONG;
	known = find_address(&i->source, &a);
	if (known && !same_tunnel(&a.tunnel, k))
		return SOURCE_WRONG;
	if (!known && !link_local(&i->source) && !in_home_prefix(&i->source))
		return SOURCE_WRONG;
	if (i->control)
		return SOURCE_CONTROL;
	return known && !a.tentative ? SOURCE_RIGHT : SOURCE_LEARN;
}

/* From one host of ours to another: the outer header is exchanged. */
ALWAYS int to_other_host(struct __sk_buff *skb, const struct tunnel_key *k, const struct inner *i,
			 const struct found *to)
{
	union addr6 router = { .d = { config.router.d[0], config.router.d[1] } };
	__u32 length = segment_length(skb, L2 + OUTER, i->next);
	struct path path;
	void *data;

	if (to->tentative)
		return drop(DROP_ADDRESS_TENTATIVE);
	find_path(skb, config.home_ifindex, &to->tunnel, length, &path);
	if (length > path.limit)
		return refuse_too_big(skb, k, i, &router, config.home_ifindex, path.limit);
	if (!decrement_hop_limit(skb, L2 + OUTER))
		return drop(DROP_ADJUST);
	data = head(skb, L2 + OUTER);
	if (!data)
		return drop(DROP_ADJUST);
	COUNT(to->counters, FIELD(skb, len) - L2 - OUTER);
	write_outer(data + L2, &to->tunnel, path.df, FIELD(skb, len) - L2);
	return send_outer(skb, &path);
}

/* Home agent, source checked: to another host, to ourselves, or beyond. */
ALWAYS int forward(struct __sk_buff *skb, const struct tunnel_key *k, const struct inner *i)
{
	struct found to;
	struct bpf_fib_lookup f;
	long result;

	if (i->hop_limit <= 1) {
		count_drop(DROP_HOP_LIMIT);
		return to_kernel(skb);
	}
	if (link_local(&i->source)) /* RFC 4291 2.5.6; the kernel says so to the sender */
		return to_kernel(skb);
	if (find_address(&i->destination, &to))
		return to_other_host(skb, k, i, &to);
	result = route6(skb, &f, config.home_ifindex, &i->source, &i->destination,
			segment_length(skb, L2 + OUTER, i->next));
	if (!routed(result))
		return to_kernel(skb);
	if (!decrement_hop_limit(skb, L2 + OUTER) || !pop_outer(skb, 0))
		return drop(DROP_ADJUST);
	return send_routed(skb, &f, result, ETH_P_IPV6);
}

ALWAYS int from_host(struct __sk_buff *skb, const struct tunnel_key *k, struct inner *i)
{
	if (bogus_source(&i->source))
		return drop(DROP_SOURCE_BOGUS);
	i->control = is_control(skb, i);
	switch (check_source(k, i)) {
	case SOURCE_RIGHT:
		return forward(skb, k, i);
	case SOURCE_CONTROL:
		return punt_tunnelled(skb, k, WHY_CONTROL);
	case SOURCE_LEARN:
		return punt_tunnelled(skb, k, WHY_UNKNOWN);
	case SOURCE_WRONG:
		break;
	}
	count_drop(DROP_SOURCE_WRONG);
	if (unspecified(&i->source)) /* nobody to answer */
		return TC_ACT_SHOT;
	return punt_tunnelled(skb, k, WHY_REFUSED);
}

ALWAYS int from_tunnel(struct __sk_buff *skb, const struct iphdr *outer)
{
	struct tunnel_key k = { .local = outer->daddr, .remote = outer->saddr };
	struct tunnel_value *t = bpf_map_lookup_elem(&nm4_tunnels, &k);
	struct inner i = {};
	struct ipv6hdr *ip;
	void *data;

	if (!t)
		return no_tunnel(skb, &k);
	data = head(skb, L2 + OUTER + IP6);
	if (!data)
		return drop(DROP_TRUNCATED);
	ip = data + L2 + OUTER;
	if (ip->version != 6)
		return drop(DROP_FRAME_MALFORMED);
	get_inner(&i, ip);
	if (!trim(skb, L2 + OUTER, bpf_ntohs(ip->payload_len)))
		return drop(DROP_TRUNCATED);
	COUNT(t, FIELD(skb, len) - L2 - OUTER);
	if (t->ifindex == ABI_ROUTED)
		return to_neighbour(skb, &k, &i);
	if (t->ifindex)
		return to_access(skb, &k, t, i.next);
	return from_host(skb, &k, &i);
}

SEC("tc")
int nm4_core(struct __sk_buff *skb)
{
	struct iphdr *ip;
	void *data;

	if (!untagged(skb, ETH_P_IP))
		return TC_ACT_OK;
	data = head(skb, L2 + OUTER);
	if (!data)
		return TC_ACT_OK;
	ip = data + L2;
	if (ip->protocol == IPPROTO_ICMP)
		return error4(skb, ip);
	if (ip->protocol != IPPROTO_IPV6 || ip->ihl != 5 || ip->version != 4 ||
	    (ip->frag_off & bpf_htons(FRAGMENT)) || header_checksum(ip))
		return TC_ACT_OK;
	return from_tunnel(skb, ip);
}
