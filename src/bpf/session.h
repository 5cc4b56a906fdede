/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * PPPoE around the packets of a host (RFC 2516 4), on and off. Helpers that make room know IPv4 and
 * IPv6 only, and whoever takes the frame next goes by what the kernel thinks it is: so that is
 * changed as well.
 */
#pragma once

#include "bpf/decap.h"

#define PPPOE_HEADER  6
#define PPPOE_VERSION 0x11 /* and type */
#define PPP_IPV6      0x0057
#define SESSION       ((__u32)sizeof(struct session_header))
#define SESSION_MTU   1492 /* RFC 2516 7 */

struct session_header {
	__u8 version, code;
	__be16 session, length; /* what follows, the protocol included */
	__be16 protocol;        /* of PPP */
};

/* What a super-packet's Ethernet source says on its way through the segmenter. */
struct segment_source {
	__u32 ifindex;
	__be16 session;
} __attribute__((packed));

/* Makes it a frame of another ethertype, in the frame and in the kernel's eyes. Only taking a VLAN
 * tag off does that: it reads the ethertype behind the tag. Of two tags the first one put on is in
 * the frame, where we can write. */
ALWAYS bool retype(struct __sk_buff *skb, __u16 ethertype)
{
	void *data;

	if (bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 0) ||
	    bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 0))
		return false;
	data = head(skb, L2 + 4);
	if (!data)
		return false;
	*(__be16 *)(data + L2 + 2) = bpf_htons(ethertype);
	return !bpf_skb_vlan_pop(skb) && !bpf_skb_vlan_pop(skb);
}

/* A session's frame becomes a plain one. */
ALWAYS bool strip_session(struct __sk_buff *skb)
{
	return retype(skb, ETH_P_IPV6) &&
	       !bpf_skb_adjust_room(skb, -(__s32)SESSION, BPF_ADJ_ROOM_MAC,
				    BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET);
}

/* The frame has room for the header behind Ethernet: from the router to a host. */
ALWAYS bool write_session(struct __sk_buff *skb, const __u8 *host, __be16 session)
{
	struct session_header h = { .version = PPPOE_VERSION,
				    .session = session,
				    .length = bpf_htons(FIELD(skb, len) - L2 - PPPOE_HEADER),
				    .protocol = bpf_htons(PPP_IPV6) };
	__u8 router[ETH_ALEN];

	for (int i = 0; i < ETH_ALEN; i++)
		router[i] = config.access_mac[i];
	return !bpf_skb_store_bytes(skb, L2, &h, sizeof(h), BPF_F_RECOMPUTE_CSUM) &&
	       write_ether(skb, host, router, ETH_P_PPP_SES) && retype(skb, ETH_P_PPP_SES);
}

/* A plain frame becomes a session's. */
ALWAYS bool push_session(struct __sk_buff *skb, const __u8 *host, __be16 session)
{
	return !bpf_skb_adjust_room(skb, SESSION, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_NO_CSUM_RESET) &&
	       write_session(skb, host, session);
}

/* Out of the tunnel, to a host behind PPPoE: the room that the header needs is left over. */
ALWAYS int to_session(struct __sk_buff *skb, const __u8 *host, __u32 ifindex, __be16 session)
{
	struct segment_source source = { ifindex, session };

	if (!FIELD(skb, gso_size)) {
		if (!pop_outer(skb, SESSION) || !write_session(skb, host, session))
			return drop(DROP_ADJUST);
		return bpf_redirect(ifindex, 0);
	}
	/* PPPoE says a length in each frame. */
	if (!config.segmenter)
		return drop(DROP_NO_ROUTE);
	if (!pop_outer(skb, 0) || !write_ether(skb, host, &source, ETH_P_IPV6))
		return drop(DROP_ADJUST);
	return bpf_redirect(config.segmenter, 0);
}

/*
 * Egress of what the segmenter's bridge sends to: the frames that the kernel has made of a
 * super-packet, in order and at once.
 */
SEC("tc")
int nm4_segments(struct __sk_buff *skb)
{
	struct segment_source source;
	__u8 host[ETH_ALEN];
	struct ethhdr *e;

	e = head(skb, L2);
	/* Nobody has sent it: the kernel of itself tells groups that the bridge is there. */
	if (!e || e->h_dest[0] & 1 || !untagged(skb, ETH_P_IPV6))
		return TC_ACT_SHOT;
	if (FIELD(skb, gso_size))
		return drop(DROP_ADJUST);
	__builtin_memcpy(host, e->h_dest, ETH_ALEN);
	__builtin_memcpy(&source, e->h_source, sizeof(source));
	if (!push_session(skb, host, source.session))
		return drop(DROP_ADJUST);
	return bpf_redirect(source.ifindex, 0);
}
