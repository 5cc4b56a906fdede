/* SPDX-License-Identifier: Apache-2.0 */
/* What an access router is told at start. Filled by src/config and the daemon, checked there. */
#pragma once

#include "core/access_config.h"
#include "core/auth.h"

#define AR_DUID_MAX    130 /* RFC 8415 11.1: a type and 128 octets */
#define AR_DNS_MAX     3   /* hosts keep three (RFC 8106 5.1) */
#define AR_DOMAINS_MAX 256 /* octets of the search list, as it is on the wire */

enum ar_addressing {            /* how hosts of a port get their addresses */
		     AR_DHCPV6, /* draft 3.1.2: an address chosen by the home agent */
		     AR_SLAAC,  /* a /64 of the host's own, in a router advertisement for it alone
				   (D7, D8) */
		     AR_PPP, /* PPPoE: an interface identifier by IPv6CP, then the same (3.1.1) */
};

/* What a host is known by: its NAI is that in hexadecimal digits @ realm, unless one is configured
 * for its port or its MAC (D1). */
enum ar_identity {
	AR_BY_MAC,
	AR_BY_DUID, /* with AR_DHCPV6: hosts that share a MAC, as behind a load generator */
};

enum ar_trigger {                     /* D19 */
		  AR_TRIGGER_REQUEST, /* a Request registers; a Solicit is offered a placeholder */
		  AR_TRIGGER_SOLICIT, /* a Solicit does, so that the offer is what the Reply has */
};

struct ar_port { /* beside its access_port */
	enum ar_addressing addressing;
	enum ar_identity identity;
};

#define AR_REALMS_MAX     16
#define AR_PPPOE_NAME_MAX 64

enum ar_iid_policy {                     /* A1, of a host that asks for an identifier */
		     AR_IID_ASSIGN,      /* it gets ours, as the draft says */
		     AR_IID_ACCEPT_PEER, /* ours is the one it asks for, as RFC 5072 wants */
};

struct ar_realm { /* how hosts of a realm get their address by PPP (draft 3.1.1.1, 3.1.1.2) */
	char name[ACCESS_REALM_MAX + 1];
	bool shared; /* not a /64 of its own: the home agent chooses identifier and prefix */
	enum ar_iid_policy iid_policy; /* of those with a /64 of their own */
};

struct ar_pppoe {                            /* of all ports with AR_PPP */
	enum auth_method auth;               /* which the host must pass */
	char name[AR_PPPOE_NAME_MAX + 1];    /* AC-Name */
	char service[AR_PPPOE_NAME_MAX + 1]; /* "" = whatever the host asks for */
	uint16_t sessions_per_mac;
	uint16_t echo_interval; /* s between Echo-Requests to a silent host */
	uint8_t echo_failures;  /* so many unanswered ones: it is gone */
	uint8_t key[16];        /* of AC-Cookies and challenges: secret, the same over a reload */
	/* of others: unique, assign */
	struct ar_realm realms[AR_REALMS_MAX];
	size_t n_realms;
};

struct ar_config {
	struct access_config access;            /* ports[i].mac: the interface's own, of which the
						   daemon knows; hosts see router_mac */
	struct ar_port ports[ACCESS_PORTS_MAX]; /* of access.ports */
	struct in_addr care_of;                 /* FA-CoA, of all hosts */

	/* The router and server as hosts see it: the same at all routers of a network (D6). */
	struct mac_addr router_mac;
	struct in6_addr router_address; /* link-local */
	uint8_t duid[AR_DUID_MAX];
	uint8_t duid_length; /* 0 = DUID-LL of router_mac */

	struct ar_pppoe pppoe;

	/* router advertisements */
	bool other; /* the O bit; M is set where there is DHCPv6 */
	uint8_t hop_limit;
	uint16_t router_lifetime; /* s */
	uint16_t ra_min, ra_max;  /* s between unsolicited ones to a host (D7) */
	uint16_t link_mtu;        /* MTU option: what fits through the tunnel */
	struct in6_addr dns[AR_DNS_MAX];
	size_t n_dns;
	uint8_t domains[AR_DOMAINS_MAX]; /* DHCPv6 option 24 (RFC 3646 4, dhcp6_write_name) */
	size_t domains_length;           /* 0 = none */

	/* addresses */
	uint32_t valid, preferred; /* s, of leases and advertised prefixes; 0xffffffff = infinite */
	enum ar_trigger trigger;
	bool rapid_commit;
	struct in6_addr placeholder; /* /64 of the addresses that are offered before one is known */
	uint16_t unconfirmed_max;    /* with AR_TRIGGER_SOLICIT: hosts of a port that have not said
					Request yet */
};
