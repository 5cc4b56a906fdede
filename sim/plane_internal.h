/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the maps. What is in a `v` counts for the digest, so it has no padding that is not
 * zero. */
#pragma once

#include "sim/plane.h"

struct plane_ends {
	struct in_addr local, remote;
	uint32_t key;
};

struct plane_tunnel_value {
	struct plane_ends ends;
	uint32_t ifindex;
	struct mac_addr host, router;
	uint32_t access;
};

struct plane_tunnel {
	struct hash_node by_ends;
	struct plane_tunnel_value v;
	uint64_t packets; /* that came out of it */
};

struct plane_host_key {
	uint32_t ifindex;
	struct mac_addr mac;
	uint8_t zero[2];
};

struct plane_host {
	struct hash_node by_host;
	struct {
		struct plane_host_key key;
		struct plane_ends tunnel;
		struct in6_addr router;
	} v;
	uint64_t packets; /* that went into the tunnel */
};

struct plane_address_value {
	struct in6_addr prefix;
	struct plane_ends tunnel;
	uint16_t length;
	uint16_t tentative;
	uint32_t ifindex; /* AR */
	struct mac_addr host;
	uint16_t session; /* of PPPoE; 0 = plain Ethernet */
};

struct plane_address {
	struct hash_node by_address;
	struct plane_address_value v;
	uint64_t packets; /* that went to the host */
};

struct plane_limit {
	struct hash_node by_source;
	uint32_t key[5]; /* kind, and who */
	nsec_t until;
};

struct path_entry {
	struct in_addr remote;
	uint16_t mtu;
};

struct plane_tunnel *plane_find_tunnel(const struct plane *p, const struct plane_ends *k);
struct plane_host *plane_find_host(const struct plane *p, uint32_t ifindex, struct mac_addr mac);
struct plane_address *plane_find_exact(const struct plane *p, const struct in6_addr *a,
				       uint8_t length);
/* The address itself wins over the /64 that it lies in. */
struct plane_address *plane_find_address(const struct plane *p, const struct in6_addr *a);
/* Of an access router's hosts, likewise. */
struct plane_address *plane_find_neighbour(const struct plane *p, const struct in6_addr *a);

static inline struct tunnel plane_tunnel_of(const struct plane_tunnel *t)
{
	return (struct tunnel){ .local = t->v.ends.local,
				.remote = t->v.ends.remote,
				.key = t->v.ends.key,
				.access = t->v.access,
				.ifindex = t->v.ifindex,
				.host = t->v.host,
				.router = t->v.router };
}

/* The header of an IPv6 packet as far as a program looks. */
struct inner {
	struct in6_addr source, destination;
	uint8_t next, hop_limit;
	bool control;
	struct bytes packet; /* without link padding */
};

/* plane_packet.c */
/* DROP_MAX, or why there is nothing to look at. */
enum drop inner_read(struct bytes in, struct inner *ret);
/* False: the packet is shorter than it says. */
bool inner_trim(struct inner *i);
/* Behind one hop-by-hop header; -1 if it is no ICMPv6. */
int inner_icmp6_type(const struct inner *i);
bool inner_is_bogus_source(const struct in6_addr *a);
/* To servers of the link. */
bool inner_is_dhcp6(const struct inner *i);
bool inner_is_nd_or_mld(const struct inner *i);
bool inner_stays_on_link(const struct inner *i);
