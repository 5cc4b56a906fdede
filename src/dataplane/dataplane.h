/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads the BPF programs, attaches them at clsact ingress, fills their maps and reads the punt
 * ring. One per process. The task of an interface decides which programs it gets:
 *
 *   access    frames of hosts at an AN: into the host's tunnel, or punted
 *   router    frames of hosts at an AR: into the tunnel of the source address, or punted; -duid:
 *             DHCPv6 is limited per client, not per MAC
 *   ppp       the same, where hosts speak PPP over Ethernet: packets within sessions
 *   segments  egress of what follows the segmenter: super-packets for these, in frames
 *   core      IPv4 with tunnelled packets: out of the tunnel, to a host (AN, AR) or routed (HA)
 *   home      the home link of an HA: into tunnels; ND about hosts' addresses punted
 *   upstream  any other IPv6 interface of an HA: into tunnels
 *
 * Route lookups need forwarding (D18): of IPv4 on all but the core, of IPv6 on the home link. Where
 * the core's MTU is below 1300, packets that have to be fragmented go through the stack by the
 * loopback interface, which then needs net.ipv4.conf.lo.forwarding and
 * net.ipv4.conf.lo.accept_local.
 */
#pragma once

#include "base/drop.h"
#include "base/packet.h"
#include "base/tunnel.h"

enum dataplane_hook {
	DATAPLANE_ACCESS,
	DATAPLANE_CORE,
	DATAPLANE_HOME,
	DATAPLANE_UPSTREAM,
	DATAPLANE_ROUTER,
	DATAPLANE_ROUTER_DUID,
	DATAPLANE_PPP,
	DATAPLANE_SEGMENTS,
};

struct dataplane_config {
	uint32_t tunnels_max;    /* entries of each map, preallocated */
	uint32_t addresses_max;  /* /128s */
	uint32_t prefixes_max;   /* /64s */
	uint32_t neighbours_max; /* AR: of either, again */
	uint16_t core_mtu;       /* IPv4 MTU towards peers without a path MTU entry */
	uint32_t home_ifindex;   /* HA: where packets for its own addresses go; 0 = no HA here */
	struct mac_addr home_mac;
	struct in6_addr home_prefixes[8]; /* /64s of the home link: a source inside one that is not
					     known yet is punted to be learnt (D9) */
	uint32_t n_home_prefixes;
	struct in6_addr
		router_address; /* HA: source of ICMPv6 errors towards hosts: link-local (D6) */
	struct in6_addr
		error_address; /* HA: source of Packet Too Big towards correspondents: global */
	/* AR: the one router's addresses (D6): source of frames and ICMPv6 errors towards hosts,
	 * and destination of what they send through it */
	struct mac_addr access_mac;
	struct in6_addr access_address;
	/* AR with PPPoE: an interface that cuts super-packets sent to it into frames; what those
	 * are sent to next has the hook DATAPLANE_SEGMENTS. 0 = none */
	uint32_t segmenter;
	uint32_t punts_per_second; /* per source (MAC or tunnel), with a burst of the same */
	/* A folder of a bpffs in which the maps are pinned, so that they and what is attached
	 * outlive the process; NULL = they end with it. Where there is no bpffs, one is mounted: at
	 * /sys/fs/bpf for a folder below that, else at the folder that contains it. */
	const char *pins;
};

struct dataplane;

/* Loads; nothing is attached yet. Pinned maps of a predecessor are taken over if they are of this
 * version and of these sizes. On failure *why is one sentence for a person (static or owned by the
 * data plane until the next call). 0 or a negative errno. */
int dataplane_new(const struct dataplane_config *c, struct dataplane **ret, const char **why);
/* Detaches everything it attached, removes its pins and unloads. NULL is fine. A process that ends
 * without it leaves all that to its successor. */
void dataplane_free(struct dataplane *d);
/* Whether the maps are those of a predecessor. */
bool dataplane_taken_over(const struct dataplane *d);
/* In place of what a predecessor left there, in one step. To be pinned and with new, empty maps, it
 * is only noted: the predecessor's programs go on with its maps until dataplane_ready. */
int dataplane_attach(struct dataplane *d, uint32_t ifindex, enum dataplane_hook hook);
/* All that is known has been set and attached: attaches what was noted, replaces the predecessor's
 * pins, and detaches what it had on other interfaces. 0 or a negative errno. */
int dataplane_ready(struct dataplane *d);
/* One sentence for a person about the last dataplane_attach or dataplane_ready that failed. */
const char *dataplane_why(const struct dataplane *d);
/* A BPF program of src/bpf by its name, for tests and benchmarks: its file descriptor or -ENOENT.
 */
int dataplane_program_fd(const struct dataplane *d, const char *name);

/* 0 or a negative errno; *_del of what is not there is 0, *_set of what is right writes nothing. */
int dataplane_tunnel_set(struct dataplane *d, const struct tunnel *t);
int dataplane_tunnel_del(struct dataplane *d, const struct tunnel *t);
int dataplane_address_set(struct dataplane *d, const struct address *a);
int dataplane_address_del(struct dataplane *d, const struct address *a);
int dataplane_path_mtu(struct dataplane *d, struct in_addr remote, uint16_t mtu);
/* Other /64s of the home link than so far. 0, or -ENOSPC for more than dataplane_config takes. */
int dataplane_home_prefixes(struct dataplane *d, const struct in6_addr *v, uint32_t n);

/* What there should be: a tunnel by local, remote and key, an address by prefix and length. */
struct dataplane_wanted {
	bool (*tunnel)(void *ctx, const struct tunnel *t);
	bool (*address)(void *ctx, const struct address *a);
};

/* After a predecessor's maps have been taken over and all that should be there has been set: one
 * step, about `max` entries, of looking through the maps and removing what is not wanted. 1: there
 * is more, 0: that was all, or a negative errno. */
int dataplane_sweep(struct dataplane *d, const struct dataplane_wanted *w, void *ctx, uint32_t max);

struct dataplane_counters {
	uint64_t in_packets, in_bytes;   /* from the host: AN, AR into the tunnel, HA out of it */
	uint64_t out_packets, out_bytes; /* towards the host; not HA: dataplane_address_counters */
};
/* At an AR, of all its hosts: only what came out. */
int dataplane_tunnel_counters(struct dataplane *d, const struct tunnel *t,
			      struct dataplane_counters *ret);
/* Towards a host the HA counts per address. */
int dataplane_address_counters(struct dataplane *d, const struct address *a, uint64_t *ret_packets,
			       uint64_t *ret_bytes);
/* The AR counts per address in both directions. */
int dataplane_neighbour_counters(struct dataplane *d, const struct address *a,
				 struct dataplane_counters *ret);
void dataplane_drops(struct dataplane *d, uint64_t ret[DROP_MAX]);

/* File descriptor that is readable when packets have been punted. */
int dataplane_punt_fd(struct dataplane *d);
/* Calls `each` for up to `max` punted packets; returns how many, or a negative errno. */
int dataplane_punt_read(struct dataplane *d, int max,
			void (*each)(void *ctx, const struct packet *p), void *ctx);
