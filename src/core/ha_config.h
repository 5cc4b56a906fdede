/* SPDX-License-Identifier: Apache-2.0 */
/* What a home agent is told at start. Filled by src/config and the daemon, checked there. */
#pragma once

#include "core/sa_config.h"
#include "proto/mip4.h"
#include "proto/nd.h"

#define HA_OWN_ADDRESSES_MAX 8  /* addresses of the kernel on one home link */
#define HA_POOLS_MAX         16 /* sites or realms of one home agent */
#define HA_REALM_MAX         64

struct ha_prefix {
	struct in6_addr prefix;    /* /64 */
	uint32_t valid, preferred; /* s as advertised; 0xffffffff = infinite */
};

/* Where home addresses come from (draft 3.1.1, 5.5.1). */
enum ha_pool_kind {
	HA_POOL_PREFIXES,  /* a range cut into /64s, one for each host */
	HA_POOL_SHARED,    /* one /64 for many hosts, identifiers chosen here */
	HA_POOL_ADDRESSES, /* a range of addresses */
};

enum ha_pool_identifiers { /* of HA_POOL_SHARED */
			   HA_IDENTIFIERS_RANDOM,
			   HA_IDENTIFIERS_STABLE, /* a function of prefix and NAI (RFC 7217) */
			   HA_IDENTIFIERS_SEQUENTIAL,
};

struct ha_pool_config {
	enum ha_pool_kind kind;
	enum ha_pool_identifiers identifiers;
	struct in6_addr first; /* the first /64, the /64, or the first address */
	uint64_t size;         /* how many /64s or addresses there are; unused: HA_POOL_SHARED */
	char realm[HA_REALM_MAX + 1]; /* of the NAIs that are served from it; "" = all */
	uint32_t valid, preferred;    /* s of the addresses in it; 0xffffffff = infinite */
};

/* A home address that belongs to one NAI alone; it may lie inside a pool. */
struct ha_static {
	char nai[NAI_MAX + 1];
	struct in6_addr address;
	bool unique; /* with its whole /64 */
};

struct ha_config {
	/* registration */
	struct in_addr address;       /* our IPv4 address: HA field, tunnel source */
	uint16_t lifetime_max;        /* s granted at most */
	uint16_t timestamp_tolerance; /* s (RFC 5944 5.7.1: default 7) */
	bool tunnelling;              /* draft 3.2.2: off = replies without HoA extension (HA-14) */
	bool strict_reserved;         /* deny the x bit (RFC 5944 3.8.2.3) */
	bool per_node_auth;           /* an access router's FHAE is enough (A4, D14) */
	bool dereg_fhae; /* deregistrations about addresses need an FHAE, too (A4, D14) */
	struct mip4_numbers numbers;
	const struct sa_config *sas;
	size_t n_sas;
	uint32_t sa_cache; /* derived associations kept */

	/* home addresses; requests that name an identifier are served from HA_POOL_PREFIXES only,
	 * the others from the first pool that fits, in this order (draft 5.5.1) */
	struct ha_pool_config pools[HA_POOLS_MAX];
	size_t n_pools;
	const struct ha_static *statics;
	size_t n_statics;
	struct in_addr home4_first; /* IPv4 home addresses of hosts behind a foreign agent (A3) */
	uint32_t home4_size;        /* 0 = none */

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
