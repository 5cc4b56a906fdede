/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the kernel's data plane: the maps that src/dataplane fills, and what the programs of
 * src/bpf decide about a packet, by the same questions in the same order. Of a packet it knows the
 * octets from the IPv6 header on; outer headers, Ethernet and super-packets are not there, routes
 * only as far as `own` tells. tests/vectors/passage.txt, and tests/bpf/passage.c with what a seed
 * makes, tie the model to the programs.
 */
#pragma once

#include "base/drop.h"
#include "base/hash.h"
#include "base/packet.h"
#include "base/time.h"
#include "base/tunnel.h"

#define PLANE_PREFIXES_MAX 8
#define PLANE_OWN_MAX      8

struct plane_config {
	uint32_t tunnels_max, addresses_max, prefixes_max; /* entries of each map */
	uint32_t neighbours_max;                           /* AR: addresses, and as many /64s */
	uint16_t core_mtu;
	nsec_t punt_interval; /* between two punts of one source; 0 = no limit */
	/* home agent */
	struct mac_addr home_mac;
	struct in6_addr router;                            /* link-local, on every virtual link */
	struct in6_addr home_prefixes[PLANE_PREFIXES_MAX]; /* /64s */
	size_t n_home_prefixes;
	struct in6_addr own[PLANE_OWN_MAX]; /* the kernel's: not routed on */
	size_t n_own;
	/* access router */
	struct mac_addr router_mac; /* as hosts see it */
	uint32_t port_mtu;          /* 0 = as much as the core's */
};

/* What becomes of a packet. */
enum plane_what {
	PLANE_KERNEL,  /* to our own kernel, which may be the one to answer */
	PLANE_TUNNEL,  /* into the tunnel `tunnel` */
	PLANE_LINK,    /* out of a tunnel, to the host of an access link: `tunnel` says where */
	PLANE_ROUTE,   /* out of a tunnel, to where the routing table says */
	PLANE_TOO_BIG, /* Packet Too Big with `mtu` to its source; PLANE_DROP if it may not be told
			*/
	PLANE_DROP,    /* nothing more; has a reason, or has been punted */
	PLANE_WHAT_MAX
};

struct plane_verdict {
	enum plane_what what;
	enum drop reason; /* counted by the way; DROP_MAX = none */
	bool limited;     /* was to be punted, over the limit: counted, too */
	bool punted;      /* `packet` goes to the daemon */
	struct packet packet;
	struct tunnel tunnel;
	uint16_t session; /* LINK: of PPPoE; 0 = plain Ethernet */
	uint32_t mtu;
};

struct plane {
	struct plane_config c;
	struct slab tunnels, hosts, addresses, limits;
	struct hash by_ends, by_host, by_address, by_source;
	uint32_t n_addresses, n_prefixes;     /* by length */
	uint32_t n_neighbours, n_neighbour64; /* the same, of an access router */
	uint32_t next_limit;                  /* which is forgotten next */
	struct path_entry *mtus;
	uint32_t n_mtus;
	uint64_t digest; /* of tunnels, hosts and addresses, without their counters */
	uint64_t packets, what[PLANE_WHAT_MAX], punts, drops[DROP_MAX];
};

/* 0 or -ENOMEM. */
int plane_new(struct plane *p, const struct plane_config *c, const struct memory *m);

/* As dataplane_*: 0 or a negative errno; *_del of what is not there is 0. A tunnel's `router` is
 * that of the port if the role does not say: the caller fills it in. */
int plane_tunnel_set(struct plane *p, const struct tunnel *t);
int plane_tunnel_del(struct plane *p, const struct tunnel *t);
int plane_address_set(struct plane *p, const struct address *a);
int plane_address_del(struct plane *p, const struct address *a);
int plane_path_mtu(struct plane *p, struct in_addr remote, uint16_t mtu);
int plane_home_prefixes(struct plane *p, const struct in6_addr *v, size_t n);
/* Packets from the host; `more` is added to them as if the host had sent so many. -ENOENT */
int plane_traffic(struct plane *p, const struct tunnel *t, uint64_t more, uint64_t *ret);
/* The tunnel with these ends: false if there is none. */
bool plane_tunnel_get(const struct plane *p, const struct tunnel *t, struct tunnel *ret);

/* Exactly this one, by its prefix and length. */
bool plane_address_get(const struct plane *p, const struct address *a, struct address *ret);

/* Go through what there is: *cursor from 0; false at the end. */
bool plane_tunnel_next(const struct plane *p, uint32_t *cursor, struct tunnel *ret);
bool plane_address_next(const struct plane *p, uint32_t *cursor, struct address *ret);
static inline uint32_t plane_tunnels(const struct plane *p)
{
	return p->by_ends.n;
}
static inline uint32_t plane_addresses(const struct plane *p)
{
	return p->by_address.n;
}

/* A frame of a host on an access link. `group`: sent to a group of the link. */
struct plane_verdict plane_from_host(struct plane *p, uint32_t ifindex, struct mac_addr source,
				     bool group, struct bytes packet, nsec_t now);
/* The same, on a link of an access router; in that session, if not 0. */
struct plane_verdict plane_from_router_host(struct plane *p, uint32_t ifindex,
					    struct mac_addr source, uint16_t session,
					    struct bytes packet, nsec_t now);
/* An IPv4 packet with protocol 41 and no options, not a fragment. */
struct plane_verdict plane_from_core(struct plane *p, struct in_addr local, struct in_addr remote,
				     struct bytes inner, nsec_t now);
/* A frame from the home link, and from another interface towards the IPv6 world. */
struct plane_verdict plane_from_home(struct plane *p, uint32_t ifindex, struct mac_addr source,
				     struct bytes packet, nsec_t now);
struct plane_verdict plane_from_upstream(struct plane *p, struct bytes packet, nsec_t now);
