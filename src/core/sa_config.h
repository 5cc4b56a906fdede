/* SPDX-License-Identifier: Apache-2.0 */
/* Security associations as configured (D2): one format for HA, AN and AR. */
#pragma once

#include "base/mac.h"
#include "base/net.h"

#define NAI_MAX                                                                                    \
	128 /* RFC 2794 allows 255; RFC 2486 asks for 72: names of people and machines fit */
#define SPI_MIN 256 /* 0-255 are reserved (RFC 5944 3.5.1) */

enum sa_scope {
	SA_NAI,   /* one mobile node: MN-HA */
	SA_REALM, /* *@realm: MN-HA = HMAC-SHA-256(key, NAI) */
	SA_NODE,  /* a peer agent by address: FA-HA */
};

struct sa_config {
	enum sa_scope scope;
	char name[NAI_MAX + 1]; /* NAI, or realm without "*@" */
	struct in_addr node;
	uint32_t spi;
	const struct mac_algorithm *algorithm;
	uint8_t key[MAC_KEY_MAX];
	size_t key_length;
};
