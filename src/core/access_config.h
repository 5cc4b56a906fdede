/* SPDX-License-Identifier: Apache-2.0 */
/* What access nodes and access routers are told alike: where hosts are, who they are, and how they
 * are registered. Filled by src/config and the daemon, checked there. */
#pragma once

#include "core/sa_config.h"
#include "proto/mip4.h"

#define ACCESS_REALM_MAX      64
#define ACCESS_PORT_NAME_MAX  15  /* of an interface of Linux */
#define ACCESS_PORTS_MAX      64  /* interfaces towards hosts of one node */
#define ACCESS_IDENTITIES_MAX 256 /* configured NAIs by MAC */

struct access_identity { /* D1: configured per MAC */
	struct mac_addr mac;
	char nai[NAI_MAX + 1];
};

struct access_port {
	char name[ACCESS_PORT_NAME_MAX + 1]; /* not empty: finds the port again after a restart */
	uint32_t ifindex;
	struct mac_addr mac;
	char realm[ACCESS_REALM_MAX + 1]; /* NAI = MAC @ realm (EXT-2) */
	char nai[NAI_MAX + 1];            /* D1: one configured NAI for the port; "" = none */
	bool eager;                       /* register known hosts at link-up (AN-16) */
	uint16_t attachments_max;
};

struct access_config {
	struct in_addr home_agent;
	uint16_t lifetime;     /* s asked for */
	uint16_t detach_delay; /* s after link loss (D5: 10) */
	uint16_t hold_down;    /* s after a revocation (D4: 2) */
	uint16_t back_off;     /* s after a refusal or a silent home agent, doubled up to 16x */
	struct mip4_numbers numbers;
	const struct sa_config *sas;
	size_t n_sas;
	uint32_t sa_cache;
	struct access_port ports[ACCESS_PORTS_MAX];
	size_t n_ports;
	struct access_identity identities[ACCESS_IDENTITIES_MAX];
	size_t n_identities;
	uint32_t attachments_max; /* in all */
	uint32_t buffer_bytes;    /* held packets in all; at most 16 packets and 16 KiB a host */
};
