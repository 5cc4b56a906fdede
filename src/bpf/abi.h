/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * What the BPF programs and src/dataplane share: keys and values of the maps, the configuration
 * that is frozen at load time, and the record in which a packet is handed up. Addresses are in
 * network byte order. A change of any of it, and of the order of base/drop.h, is a change of
 * ABI_VERSION: by it a process knows whether it can take over the maps of its predecessor.
 */
#ifndef NETMIP4_BPF_ABI_H
#define NETMIP4_BPF_ABI_H

#include <linux/bpf.h>
#include <linux/types.h>

#define ABI_VERSION 4

#define ABI_HOME_PREFIXES_MAX 8
#define ABI_PUNT_RING_BYTES   (16 << 20) /* 1 MiB loses packets under a flood */
#define ABI_PUNT_BYTES_MAX    16384      /* of one packet: more than any jumbo frame */
#define ABI_LIMITS_MAX        16384      /* sources whose rate is remembered */
#define ABI_PATH_MTUS_MAX     16384      /* IPv4 peers with a path MTU of their own */
#define ABI_DISCOVERIES_PER_S 10000 /* of all hosts of a port: more than it can set up sessions */
#define ABI_ATTACHED_MAX      448   /* twice what one process attaches: its predecessor's too */

union addr6 {
	__u8 b[16];
	__be32 w[4];
	__u64 d[2];
};

/* The identity of a tunnel; `key` is that of GRE, 0 for protocol 41. */
struct tunnel_key {
	__be32 local, remote;
	__u32 key;
};

#define ABI_ROUTED 0xffffffffu /* in place of an ifindex */

/* With an ifindex the tunnel ends at a host on an access link; without, at a home agent; with
 * ABI_ROUTED at an access router, which knows its hosts by their addresses. */
struct tunnel_value {
	__u32 ifindex;
	__u8 host[6];
	__u8 router[6];
	__u64 packets, bytes; /* that came out of the tunnel */
};

/* A host on an access link. */
struct host_key {
	__u32 ifindex;
	__u8 mac[6];
	__u8 zero[2];
};

struct host_value {
	struct tunnel_key tunnel;
	__u32 zero;
	union addr6 router;   /* source of Packet Too Big; :: = not known yet */
	__u64 packets, bytes; /* that went into the tunnel */
};

struct counters {
	__u64 packets, bytes; /* that went to the host */
};

/* Of a host's address (key: all of it) or /64 (key: its first eight octets) at the home agent. */
struct address_value {
	struct tunnel_key tunnel;
	__u32 tentative;
	struct counters counters;
};

/* Of a host's address or /64 (keys as above) at an access router: where it is. */
struct neighbour_value {
	struct tunnel_key tunnel;
	__u32 ifindex;
	__u8 mac[6];
	__be16 session;          /* of PPPoE; 0 = plain Ethernet */
	struct counters in, out; /* into the tunnel, to the host */
};

/*
 * A hash map costs three cache misses a packet or more when there are a million addresses: the
 * bucket's head, the element's and its neighbours' keys, the value. So a bound address that finds
 * room has a copy in one of the two slots that its hash names, with all that a packet needs within
 * 48 octets; the kernel puts an array's first element 16 octets behind the beginning of a cache
 * line. Nine in ten addresses are there when the table is as full as it gets. A free slot has no
 * remote address. The counters of both places add up.
 */
struct address_slot {
	union addr6 address;
	struct tunnel_key tunnel;
	struct bpf_spin_lock lock;
	struct counters counters;
	__u64 zero[2];
};

#define ABI_SLOTS 2

/* The first slot of an address. The seed is secret: hosts choose their addresses. */
static inline __u32 address_slot_of(const union addr6 *a, __u64 seed, __u32 bucket_mask)
{
	__u64 h = (a->d[0] ^ seed) * 0x9e3779b97f4a7c15ull;

	h = (h ^ h >> 29 ^ a->d[1]) * 0xbf58476d1ce4e5b9ull;
	h = (h ^ h >> 32) * 0x94d049bb133111ebull;
	return (__u32)(h >> 32 & bucket_mask) * ABI_SLOTS;
}

struct abi_config {
	__u32 home_ifindex;
	__u16 core_mtu;
	__u8 home_mac[6];
	__u32 bucket_mask; /* of the slots' table */
	__u64 hash_seed;
	union addr6 router; /* source of ICMPv6 errors towards hosts */
	union addr6 error;  /* and towards correspondents */
	union addr6 access; /* as `router`, of an access router, */
	__u8 access_mac[6]; /* and its link-layer address on every port (D6) */
	__u16 zero;
	__u32 segmenter; /* ifindex of what makes frames of super-packets (session.h); 0 = none */
	__u32 zero2;
	__u64 punt_interval; /* ns between two packets of one source, on average */
};

/* Where a process has attached a program; the place is libbpf's number for it. */
struct abi_attached {
	__u32 ifindex, point;
	__u32 made_qdisc; /* clsact goes when nothing is attached there any more */
};

/* What changes while the programs run, and what a successor must know of the maps it takes over.
 * The version is at the beginning in every version. */
struct abi_state {
	__u32 version;
	__u32 bucket_mask; /* as in abi_config: which addresses are in which slots */
	__u64 hash_seed;
	/* How many of each there may be: lets a program skip a lookup that cannot find anything. */
	__u32 prefixes;
	__u32 path_mtus;
	__u32 outer_id; /* of packets that may be fragmented: unique (RFC 6864 4.3) */
	__u32 n_home_prefixes;
	__u64 home_prefixes[ABI_HOME_PREFIXES_MAX];
	__u32 n_attached; /* the programs do not look at these */
	struct abi_attached attached[ABI_ATTACHED_MAX];
};

/* A packet handed up: this, then `length` octets from its IP or PPPoE header on. */
struct punt {
	__u8 from, why; /* enum packet_from, enum packet_why of base/packet.h */
	__u16 zero;
	__u32 ifindex;
	__u8 source[6];
	__u16 zero2;
	struct tunnel_key tunnel;
	__u32 length;
};

/* Who is limited: a source of punted packets by reason, or a receiver of ICMPv6 errors. */
struct limit_key {
	__u32 kind;
	__u32 w[4];
};

#endif
