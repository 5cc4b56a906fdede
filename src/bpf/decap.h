/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* Out of a tunnel. */
#pragma once

#include "bpf/encap.h"

#define GROWN (IP6 - OUTER) /* by which an IPv6 header is longer */

/* Takes the outer header off but for `left` octets; super-packets stay whole. A kernel 6.1 does not
 * know how to shrink from IPv4 to IPv6 at once, but it can make an IPv4 packet an IPv6 one, which
 * puts 20 octets more before the payload, and then take all of that off. */
ALWAYS bool pop_outer(struct __sk_buff *skb, __u32 left)
{
	return !bpf_skb_change_proto(skb, bpf_htons(ETH_P_IPV6), 0) &&
	       !bpf_skb_adjust_room(skb, -(__s32)(OUTER + GROWN - left), BPF_ADJ_ROOM_MAC,
				    BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET);
}

/* Too big for where it goes next: the error goes back into the tunnel that the packet came from.
 * The way is looked for as from `ifindex`. */
ALWAYS int refuse_too_big(struct __sk_buff *skb, const struct tunnel_key *k, const struct inner *i,
			  const union addr6 *from, __u32 ifindex, __u32 limit)
{
	struct path back;

	count_drop(DROP_TOO_BIG);
	if (!pop_outer(skb, 0) || !may_answer(skb, &i->source, i->next) ||
	    !make_too_big(skb, from, &i->source, limit))
		return TC_ACT_SHOT;
	find_path(skb, ifindex, k, IPV6_MIN_MTU, &back);
	return encapsulate(skb, k, &back);
}

/* Gives the inner packet to our own kernel as if it came from the home link: for our own addresses,
 * and for everything that is answered with an ICMPv6 error. */
ALWAYS int to_kernel(struct __sk_buff *skb)
{
	__u8 mac[ETH_ALEN];

	for (int i = 0; i < ETH_ALEN; i++)
		mac[i] = config.home_mac[i];
	if (!pop_outer(skb, 0) || !write_ether(skb, mac, mac, ETH_P_IPV6))
		return drop(DROP_ADJUST);
	return bpf_redirect(config.home_ifindex, BPF_F_INGRESS);
}
