/* SPDX-License-Identifier: Apache-2.0 */
/* What a home agent is told at start. Filled by src/config and the daemon, checked there. */
#pragma once

#include "core/sa_config.h"
#include "proto/mip4.h"
#include "proto/nd.h"

#define HA_OWN_ADDRESSES_MAX 8 /* addresses of the kernel on one home link */

struct ha_prefix {
	struct in6_addr prefix;    /* /64 */
	uint32_t valid, preferred; /* s as advertised; 0xffffffff = infinite */
};

struct ha_config {
	/* registration */
	struct in_addr address;       /* our IPv4 address: HA field, tunnel source */
	uint16_t lifetime_max;        /* s granted at most */
	uint16_t timestamp_tolerance; /* s (RFC 5944 5.7.1: default 7) */
	bool tunnelling;              /* draft 3.2.2: off = replies without HoA extension (HA-14) */
	bool strict_reserved;         /* deny the x bit (RFC 5944 3.8.2.3) */
	struct mip4_numbers numbers;
	const struct sa_config *sas;
	size_t n_sas;
	uint32_t sa_cache; /* derived associations kept */

	/* home link */
	uint32_t home_ifindex;
	struct mac_addr home_mac;                  /* of the interface */
	struct in6_addr home_link_local;           /* of the kernel there: source of our ND on it */
	struct in6_addr own[HA_OWN_ADDRESSES_MAX]; /* the kernel's global addresses there */
	size_t n_own;
	struct ha_prefix prefixes[ND_PREFIXES_MAX];
	size_t n_prefixes;
	bool advertise; /* RAs on the home link itself (HA-9, HA-47) */

	/* virtual links (D6, D7) */
	struct mac_addr router_mac;
	struct in6_addr router_address;  /* link-local; our source there */
	uint16_t link_mtu;               /* MTU option: core MTU - 20 */
	bool managed, other, autonomous; /* M, O, A (HA-17) */
	uint8_t hop_limit;
	uint16_t router_lifetime; /* s */
	uint16_t ra_min, ra_max;  /* s (RFC 4861 6.2.1) */
	struct in6_addr rdnss[ND_RDNSS_MAX];
	size_t n_rdnss;

	/* hosts */
	uint32_t bindings_max, addresses_max; /* in all */
	uint16_t addresses_per_host;
	uint16_t probes_max;    /* unanswered NUD probes before a silent host's binding ends (D5) */
	uint32_t nd_per_second; /* NS and NA sent on the home link (D16) */
	uint32_t retransmit;    /* ms: RetransTimer of our DAD and NUD */
};
