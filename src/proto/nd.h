/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Neighbour Discovery (RFC 4861): RS, RA, NS, NA with their options, RDNSS (RFC 8106) and nonce,
 * and MLDv2 reports (RFC 3810) for the groups that a defended address needs. Writers make the whole
 * IPv6 packet (hop limit 255, checksum) without link-layer header.
 */
#pragma once

#include "proto/ip6.h"

#define ETHER_IPV6      0x86dd
#define ND_PREFIXES_MAX 8 /* prefixes of one link in one advertisement */
#define ND_RDNSS_MAX    3 /* RFC 8106 5.1: hosts keep three */

enum nd_type {
	ND_RS = 133,
	ND_RA = 134,
	ND_NS = 135,
	ND_NA = 136,
};

struct nd_prefix {
	struct in6_addr prefix;
	uint8_t length;
	bool on_link, autonomous;
	uint32_t valid, preferred; /* s, 0xffffffff = infinite */
};

struct nd {
	enum nd_type type;
	struct in6_addr src, dst;
	struct in6_addr target;           /* NS, NA */
	bool router, solicited, override; /* NA */
	bool managed, other;              /* RA */
	uint8_t hop_limit;                /* RA: Cur Hop Limit */
	uint16_t lifetime;                /* RA: s */
	uint32_t reachable, retransmit;   /* RA: ms */
	bool has_lla;                     /* SLLA in RS, RA, NS; TLLA in NA; Ethernet length only */
	struct mac_addr lla;
	uint32_t mtu; /* RA: 0 = no option */
	struct nd_prefix prefixes[ND_PREFIXES_MAX];
	size_t n_prefixes;
	struct in6_addr rdnss[ND_RDNSS_MAX];
	size_t n_rdnss;
	uint32_t rdnss_lifetime; /* s */
	bool has_nonce;          /* NS, NA (RFC 7527) */
	uint8_t nonce[6];
};

/* All receive checks of RFC 4861 6.1.1, 6.1.2, 7.1.1, 7.1.2. 0; -EBADMSG: fails one; -ENOMSG: not
 * one of the four messages. */
int nd_decode(const struct ip6 *p, struct nd *ret);
/* 0 or -ENOBUFS. */
int nd_write(struct writer *w, const struct nd *m);
/* True for the DAD form of an NS: source ::. */
bool nd_is_dad(const struct nd *m);
/* An MLDv2 report (type 143, hop-by-hop router alert, to ff02::16) that `groups` are now listened
 * to (CHANGE_TO_EXCLUDE {}) or, with leave, no more. 0 or -ENOBUFS. */
int mld_write_report(struct writer *w, const struct in6_addr *src, const struct in6_addr *groups,
		     size_t n, bool leave);
/* The solicited-node groups (RFC 4291 2.7.1) that a report of version 1 or 2 says are listened to:
 * how many, at most max of them at ret. 0 if it is no report, or broken. */
size_t mld_read_solicited(const struct ip6 *p, struct in6_addr *ret, size_t max);
/* Puts an Ethernet II header before what is written next. */
void ether_write(struct writer *w, struct mac_addr dst, struct mac_addr src, uint16_t type);
