/* SPDX-License-Identifier: Apache-2.0 */
/* UDP over IPv6 (RFC 768, RFC 8200 8.1). */
#pragma once

#include "proto/ip6.h"

struct udp {
	uint16_t source, destination; /* ports */
	struct bytes payload;
};

/* 0; -ENOMSG: not UDP, or a fragment; -EBADMSG: lengths or checksum wrong. On error ret is
 * untouched. */
int udp_decode(const struct ip6 *p, struct udp *ret);
/* Make a packet: udp_begin writes the headers and returns where the packet starts; udp_end, when
 * the payload is written, sets lengths and checksum. */
size_t udp_begin(struct writer *w, const struct in6_addr *src, const struct in6_addr *dst,
		 uint16_t source, uint16_t destination);
void udp_end(struct writer *w, size_t start);
