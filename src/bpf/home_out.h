/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Egress of the home link: what the home agent's own kernel sends to its hosts, which it believes
 * to be there. Its neighbour solicitations are answered at once, its packets go into the tunnels.
 */
#pragma once

#include "bpf/home.h"

struct nd_message { /* NS and NA with one link-layer address option, as the kernel sends it */
	struct ipv6hdr ip;
	__u8 type, code;
	__be16 checksum;
	__be32 flags;
	union addr6 target;
	__u8 option, units;
	__u8 mac[ETH_ALEN];
};

#define ND_LENGTH    (sizeof(struct nd_message) - sizeof(struct ipv6hdr))
#define NA_SOLICITED 0x40000000
#define NA_OVERRIDE  0x20000000
#define OPTION_TLLA  2

/* The solicitation becomes the advertisement that answers it, with our own link-layer address. */
ALWAYS int answer_ns(struct __sk_buff *skb, struct nd_message *m)
{
	__be32 pseudo[2] = { bpf_htonl(ND_LENGTH), bpf_htonl(IPPROTO_ICMPV6) };
	__u8 mac[ETH_ALEN];
	__s64 sum;

	m->ip.daddr = m->ip.saddr;
	__builtin_memcpy(&m->ip.saddr, &m->target, sizeof(m->target));
	m->type = ND_NA;
	m->flags = bpf_htonl(NA_SOLICITED | NA_OVERRIDE);
	m->option = OPTION_TLLA;
	for (int i = 0; i < ETH_ALEN; i++)
		m->mac[i] = mac[i] = config.home_mac[i];
	m->checksum = 0;
	sum = bpf_csum_diff(0, 0, (__be32 *)&m->ip.saddr, 32, 0);
	sum = bpf_csum_diff(0, 0, pseudo, sizeof(pseudo), sum);
	sum = bpf_csum_diff(0, 0, (__be32 *)&m->type, ND_LENGTH, sum);
	m->checksum = fold(sum);
	if (bpf_skb_store_bytes(skb, L2, m, sizeof(*m), 0) ||
	    !write_ether(skb, mac, mac, ETH_P_IPV6))
		return drop(DROP_ADJUST);
	return bpf_redirect(FIELD(skb, ifindex), BPF_F_INGRESS);
}

ALWAYS bool asks_for_host(struct __sk_buff *skb, struct nd_message *m)
{
	union addr6 source;
	struct address_value *a;

	if (FIELD(skb, len) != L2 + sizeof(*m) || bpf_skb_load_bytes(skb, L2, m, sizeof(*m)) ||
	    m->type != ND_NS)
		return false;
	get6(&source, &m->ip.saddr);
	if (unspecified(&source)) /* DAD: it may well be a duplicate */
		return false;
	a = bpf_map_lookup_elem(&nm4_addresses, &m->target);
	if (!a && state.prefixes)
		a = bpf_map_lookup_elem(&nm4_prefixes, &m->target.d[0]);
	return a && !a->tentative;
}

/* Back into our own kernel, which takes the error for one of its sockets. */
ALWAYS int tell_kernel_too_big(struct __sk_buff *skb, const union addr6 *source, __u8 next,
			       __u32 limit)
{
	union addr6 from = { .d = { config.error.d[0], config.error.d[1] } };
	__u8 mac[ETH_ALEN];

	count_drop(DROP_TOO_BIG);
	for (int i = 0; i < ETH_ALEN; i++)
		mac[i] = config.home_mac[i];
	if (!may_answer(skb, source, next) || !make_too_big(skb, &from, source, limit) ||
	    !write_ether(skb, mac, mac, ETH_P_IPV6))
		return TC_ACT_SHOT;
	return bpf_redirect(FIELD(skb, ifindex), BPF_F_INGRESS);
}

ALWAYS int kernel_to_host(struct __sk_buff *skb, const struct ipv6hdr *ip)
{
	union addr6 source, destination;
	struct found a;
	struct path path;
	__u8 next = ip->nexthdr;
	__u32 length;

	get6(&source, &ip->saddr);
	get6(&destination, &ip->daddr);
	if (multicast(&destination) || link_local(&destination))
		return TC_ACT_OK;
	if (!find_address(&destination, &a))
		return TC_ACT_OK;
	if (a.tentative)
		return drop(DROP_ADDRESS_TENTATIVE);
	length = segment_length(skb, L2, next);
	find_path(skb, FIELD(skb, ifindex), &a.tunnel, length, &path);
	if (length > path.limit)
		return tell_kernel_too_big(skb, &source, next, path.limit);
	COUNT(a.counters, FIELD(skb, len) - L2);
	return encapsulate(skb, &a.tunnel, &path);
}

SEC("tc")
int nm4_home_out(struct __sk_buff *skb)
{
	struct nd_message m;
	struct ipv6hdr *ip;

	if (FIELD(skb, ingress_ifindex)) /* forwarded: has been looked at where it came in */
		return TC_ACT_OK;
	ip = ip6_of_frame(skb);
	if (!ip)
		return TC_ACT_OK;
	if (ip->nexthdr == IPPROTO_ICMPV6 && asks_for_host(skb, &m))
		return answer_ns(skb, &m);
	ip = ip6_of_frame(skb);
	return ip ? kernel_to_host(skb, ip) : TC_ACT_OK;
}
