/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* Hands packets up to the daemon, limited per source. */
#pragma once

#include "bpf/parse.h"

enum punt_from { /* as enum packet_from of base/packet.h */
		 FROM_ACCESS,
		 FROM_TUNNEL,
		 FROM_HOME,
		 FROM_ERROR4,
		 FROM_DISCOVERY,
		 FROM_SESSION,
};

enum punt_why { /* as enum packet_why */
		WHY_CONTROL,
		WHY_UNKNOWN,
		WHY_REFUSED,
		WHY_EXPIRED,
};

#define LIMIT_KIND(from, why) ((from) << 8 | (why))
#define LIMIT_TOO_BIG         0xffff
#define LIMIT_BURST_NS        1000000000ull

/* A token bucket of one second's packets, as the time up to which the source has used up its
 * share. Two CPUs may let one packet too many through; that harms nothing. */
ALWAYS bool allowed_every(const struct limit_key *k, __u64 interval)
{
	__u64 now = bpf_ktime_get_ns(), *until = bpf_map_lookup_elem(&nm4_limits, k), next;

	next = until && *until > now ? *until : now;
	if (next - now > LIMIT_BURST_NS - interval)
		return false;
	next += interval;
	if (until)
		*until = next;
	else
		bpf_map_update_elem(&nm4_limits, k, &next, BPF_ANY);
	return true;
}

ALWAYS bool allowed(const struct limit_key *k)
{
	return allowed_every(k, config.punt_interval);
}

/* Copies the packet from `at` on behind the head that the caller filled in. */
ALWAYS void punt_copy(struct __sk_buff *skb, struct scratch *s, __u32 at)
{
	__u32 n = FIELD(skb, len) - at;

	if (FIELD(skb, len) <= at || n > ABI_PUNT_BYTES_MAX) {
		count_drop(DROP_PUNT_FULL);
		return;
	}
	/* The verifier of 6.1 does not learn n >= 1 from the comparison above. */
	n -= 1;
	asm volatile("" : "+r"(n));
	n &= ABI_PUNT_BYTES_MAX - 1;
	n += 1;
	if (bpf_skb_load_bytes(skb, at, s->packet, n)) {
		count_drop(DROP_TRUNCATED);
		return;
	}
	s->head.length = n;
	if (bpf_ringbuf_output(&nm4_punts, s, sizeof(s->head) + n, 0))
		count_drop(DROP_PUNT_FULL);
}

ALWAYS struct scratch *punt_begin(struct __sk_buff *skb, __u8 from, __u8 why)
{
	__u32 zero = 0;
	struct scratch *s = bpf_map_lookup_elem(&nm4_scratch, &zero);

	if (!s)
		return 0;
	__builtin_memset(&s->head, 0, sizeof(s->head));
	s->head.from = from;
	s->head.why = why;
	s->head.ifindex = FIELD(skb, ifindex);
	return s;
}

/* From a link: limited per interface, source and what tells apart those that share it. */
ALWAYS bool frame_allowed(struct __sk_buff *skb, const __u8 *source, __u32 which, __u8 from,
			  __u8 why)
{
	struct limit_key k = { .kind = LIMIT_KIND(from, why),
			       .w = { [0] = FIELD(skb, ifindex), [3] = which } };

	__builtin_memcpy(&k.w[1], source, 6);
	return allowed(&k);
}

ALWAYS void punt_allowed(struct __sk_buff *skb, const __u8 *source, __u8 from, __u8 why)
{
	struct scratch *s = punt_begin(skb, from, why);

	if (!s)
		return;
	__builtin_memcpy(s->head.source, source, 6);
	punt_copy(skb, s, L2);
}

ALWAYS void punt_frame_of(struct __sk_buff *skb, const __u8 *source, __u32 which, __u8 from,
			  __u8 why)
{
	if (frame_allowed(skb, source, which, from, why))
		punt_allowed(skb, source, from, why);
	else
		count_drop(DROP_PUNT_LIMITED);
}

ALWAYS void punt_frame(struct __sk_buff *skb, const __u8 *source, __u8 from, __u8 why)
{
	punt_frame_of(skb, source, 0, from, why);
}

/* With its outer addresses: limited per tunnel. `at` is where the packet to be handed up begins. */
ALWAYS void punt_outer(struct __sk_buff *skb, const struct tunnel_key *t, __u8 from, __u8 why,
		       __u32 at)
{
	struct limit_key k = { .kind = LIMIT_KIND(from, why),
			       .w = { t->local, t->remote, t->key } };
	struct scratch *s = punt_begin(skb, from, why);

	if (!s || !allowed(&k)) {
		count_drop(DROP_PUNT_LIMITED);
		return;
	}
	s->head.tunnel = *t;
	punt_copy(skb, s, at);
}

ALWAYS int punt_tunnelled(struct __sk_buff *skb, const struct tunnel_key *t, __u8 why)
{
	punt_outer(skb, t, FROM_TUNNEL, why, L2 + OUTER);
	return TC_ACT_SHOT;
}
