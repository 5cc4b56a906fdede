/* SPDX-License-Identifier: Apache-2.0 */
/* The IPv6 header (RFC 8200) as far as roles look into packets, and ICMPv6 errors (RFC 4443). */
#pragma once

#include "base/net.h"

#define IP6_HEADER  40
#define IP6_MTU_MIN 1280

enum ip6_next_header {
	IP6_HOP_BY_HOP = 0,
	IP6_UDP = 17,
	IP6_FRAGMENT = 44,
	IP6_ICMP = 58,
	IP6_OPTIONS = 60,
};

struct ip6 {
	struct in6_addr src, dst;
	uint8_t hop_limit;
	uint8_t next_header;  /* after hop-by-hop and destination options; 44 if a fragment */
	struct bytes payload; /* from next_header on */
	struct bytes packet;  /* the whole, without link-layer padding */
};

/* 0, or -EBADMSG: not IPv6, or shorter than its lengths say. */
int ip6_decode(struct bytes in, struct ip6 *ret);
/* ICMPv6 type of a packet that is ICMPv6 and not a later fragment, else -1. */
int ip6_icmp_type(const struct ip6 *p);
bool ip6_is_mld(const struct ip6 *p); /* RFC 2710, RFC 3810 */
/*
 * Writes an ICMPv6 error (type 1, 2 or 3) about `about`, at most 1280 octets (RFC 4443 2.4 c), hop
 * limit 255. 0; -EINVAL: an error about this packet is forbidden (RFC 4443 2.4 e); -ENOBUFS.
 */
int icmp6_write_error(struct writer *w, uint8_t type, uint8_t code, uint32_t parameter,
		      const struct in6_addr *src, struct bytes about);
/* Writes the reply to an echo request addressed to `p->dst`. 0, -EINVAL (not an echo request),
 * -ENOBUFS. */
int icmp6_write_echo_reply(struct writer *w, const struct ip6 *p);

/* A router passes a packet on: its hop limit goes down by one. False: it was used up (RFC 8200 3),
 * and nothing is changed. `packet` has been decoded. */
bool ip6_take_hop(uint8_t *packet);

/* Make a packet: ip6_begin writes the header without its length and returns where the packet
 * starts; icmp6_end, when all is written, sets the length and the checksum of the ICMPv6 message
 * that starts at `icmp`. */
size_t ip6_begin(struct writer *w, const struct in6_addr *src, const struct in6_addr *dst,
		 uint8_t next_header, uint8_t hop_limit);
void icmp6_end(struct writer *w, size_t start, size_t icmp);
