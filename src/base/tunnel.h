/* SPDX-License-Identifier: Apache-2.0 */
/* What the cores tell the data plane: tunnels, the addresses reached through them, path MTUs. */
#pragma once

#include "base/net.h"

/* An IPv6-in-IPv4 tunnel; (local, remote, key) is its identity. With `ifindex` it ends at a host on
 * an access link (AN): frames of (ifindex, host) go into it and what comes out goes to that host.
 * Without, the addresses below tell. HA: what comes out is checked against them and routed.
 * `access` (AR): what comes out goes to the host that has the destination. */
struct tunnel {
	struct in_addr local, remote;
	uint32_t key; /* GRE key, 0 = proto 41 */
	bool access;
	uint32_t ifindex;
	struct mac_addr host;
	/* Ethernet source towards the host (draft 5.2.2); zero = the port's */
	struct mac_addr router;
	/* source of Packet Too Big to the host (D21); :: = not known yet */
	struct in6_addr router_address;
};

static inline bool tunnel_same(const struct tunnel *a, const struct tunnel *b)
{
	return in4_equal(a->local, b->local) && in4_equal(a->remote, b->remote) && a->key == b->key;
}

enum address_state {
	ADDRESS_TENTATIVE, /* ND about it is punted, packets to it are dropped with a reason */
	ADDRESS_BOUND,     /* ND about it is punted, packets to it go into the tunnel */
};

/* A host's address (length 128) or prefix (64). At an AR `ifindex` and `host` say where it is:
 * packets from this source go into the tunnel if they come from there, and from nowhere else. */
struct address {
	struct in6_addr prefix;
	uint8_t length;
	enum address_state state;
	struct in_addr local, remote; /* the tunnel */
	uint32_t key;
	uint32_t ifindex; /* 0 = HA */
	struct mac_addr host;
	uint16_t session; /* of PPPoE (RFC 2516); 0 = plain Ethernet */
};
