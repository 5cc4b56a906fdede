/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The host's end of a PPPoE session for live tests on kernels without PPP: what it sends gets the
 * header, what comes loses it, if it is right to the octet. HOST-MAC and session are the test's.
 */
#include <stdbool.h>
#include <stddef.h>

#include "bpf/session.h"

#define HOSTS_SESSION 7

SEC("tc/send")
int send(struct __sk_buff *skb)
{
	struct session_header h = { .version = PPPOE_VERSION,
				    .session = bpf_htons(HOSTS_SESSION),
				    .protocol = bpf_htons(PPP_IPV6) };
	struct ethhdr *e;

	if (FIELD(skb, protocol) != bpf_htons(ETH_P_IPV6))
		return TC_ACT_OK;
	if (FIELD(skb, gso_size) ||
	    bpf_skb_adjust_room(skb, SESSION, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_NO_CSUM_RESET))
		return TC_ACT_SHOT;
	h.length = bpf_htons(FIELD(skb, len) - L2 - PPPOE_HEADER);
	if (bpf_skb_store_bytes(skb, L2, &h, sizeof(h), 0))
		return TC_ACT_SHOT;
	e = head(skb, L2);
	if (!e)
		return TC_ACT_SHOT;
	e->h_proto = bpf_htons(ETH_P_PPP_SES);
	return TC_ACT_OK;
}

SEC("tc/receive")
int receive(struct __sk_buff *skb)
{
	struct session_header h;

	if (FIELD(skb, protocol) == bpf_htons(ETH_P_IPV6))
		return TC_ACT_SHOT;
	if (FIELD(skb, protocol) != bpf_htons(ETH_P_PPP_SES))
		return TC_ACT_OK;
	if (FIELD(skb, gso_size) || bpf_skb_load_bytes(skb, L2, &h, sizeof(h)) ||
	    h.version != PPPOE_VERSION || h.code || h.session != bpf_htons(HOSTS_SESSION) ||
	    h.protocol != bpf_htons(PPP_IPV6) ||
	    bpf_ntohs(h.length) != FIELD(skb, len) - L2 - PPPOE_HEADER || !strip_session(skb))
		return TC_ACT_SHOT;
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
