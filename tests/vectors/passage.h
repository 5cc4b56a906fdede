/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectors of the data plane: what the daemon has set, a packet that comes in, and what becomes of
 * it. They are in passage.txt. tests/bpf/passage.c runs them through the BPF programs and
 * tests/unit/sim/passage.c through the simulator's model of these programs (sim/plane.h). Then the
 * former gives both what a seed makes.
 *
 * The node is a home agent, an access node and an access router in one, with the addresses of
 * tests/bpf/bed.h: 10.0.0.1 and 10.1.0.0/24 are its own, 2001:db8:1::1 that on the home link.
 */
#pragma once

#include "base/drop.h"
#include "base/packet.h"
#include "base/rng.h"
#include "base/tunnel.h"

#define PASSAGE_ENTRIES 48
#define PASSAGES        320
#define PASSAGE_BYTES   1600
/* Stand for the interface indexes of ports: the second is an access router's alone. */
#define PASSAGE_PORT   1
#define PASSAGE_PORT_2 3

#define PASSAGE_CORE_MTU 1480 /* less than that of our own link, to be told from it */
#define PASSAGE_HOME_MAC "02:00:00:00:00:40"
#define PASSAGE_ROUTER   "fe80::ff:fe00:434" /* the home agent on its virtual links */
#define PASSAGE_OWN      "2001:db8:1::1"     /* and on the home link */
/* The access router on every port of its own, which take less than the core does. */
#define PASSAGE_ACCESS_MAC "02:4e:4d:34:00:02"
#define PASSAGE_ACCESS_6   "fe80::a"
#define PASSAGE_PORT_MTU   1400

/* What the daemon sets or takes away. */
struct passage_entry {
	enum passage_what {
		PASSAGE_TUNNEL,
		PASSAGE_ADDRESS, /* with an ifindex: of an access router's host */
		PASSAGE_MTU,     /* tunnel.remote, mtu; 0 = none any more */
		PASSAGE_PREFIX,  /* of the home link, the only one; address.prefix */
	} what;
	bool gone; /* PASSAGE_TUNNEL, PASSAGE_ADDRESS */
	struct tunnel tunnel;
	struct address address;
	uint16_t mtu;
};

enum passage_from {
	PASSAGE_ACCESS,    /* from a host at the port: source, to_group */
	PASSAGE_CORE,      /* out of IPv4: local, which is ours, and remote */
	PASSAGE_HOME,      /* from a node on the home link: source */
	PASSAGE_UPSTREAM,  /* from the router beyond */
	PASSAGE_NEIGHBOUR, /* from a host at an access router's port: ifindex, source */
};

struct passage_in {
	enum passage_from from;
	uint32_t ifindex;
	struct mac_addr source;
	bool to_group; /* of the link */
	struct in_addr local, remote;
	size_t n;
	uint8_t packet[PASSAGE_BYTES]; /* IPv6 or nearly */
};

enum passage_end {
	PASSAGE_NOWHERE,
	PASSAGE_PASSED,
	PASSAGE_TO_KERNEL,
	PASSAGE_INTO,    /* the tunnel local - remote */
	PASSAGE_TO_HOST, /* at the port: host */
	PASSAGE_ROUTED,
	PASSAGE_BACK,
};

struct passage_out {
	enum passage_end end;
	struct in_addr local, remote;
	struct mac_addr host;
	bool router;          /* out of a tunnel of an access router's, with one hop less */
	bool punted, limited; /* limited: would have been handed up, was counted */
	enum packet_why why;
	bool dropped; /* counted as `drop` */
	enum drop drop;
	uint32_t mtu; /* Packet Too Big instead of the packet; 0 = it is the packet */
	size_t n;     /* octets of the packet that are left */
};

struct passage {
	int line; /* of passage.txt */
	struct passage_in in;
	struct passage_out out;
};

struct passage_file {
	struct passage_entry entries[PASSAGE_ENTRIES];
	struct passage passages[PASSAGES];
	size_t n_entries, n_passages;
};

void passage_read(struct passage_file *ret);

struct passage_maker {
	struct rng rng;
	struct address last, neighbour;
};

struct passage_entry passage_random_entry(struct passage_maker *m);
struct passage_in passage_random(struct passage_maker *m);

/* The length of the packet by its header, or what is there if that is less. */
size_t passage_length(const struct passage_in *in);
/* The octets that come out: those of the packet, with a hop limit of one less if the home agent has
 * passed it on, or the Packet Too Big about it. */
void passage_packet(const struct passage_in *in, const struct passage_out *out, struct writer *w);
/* These end the test if what was handed up, or became of a packet, is something else. */
void passage_assert_punted(const struct passage_in *in, const struct packet *got, uint32_t ifindex);
void passage_assert_same(const char *what, int number, const struct passage_out *got,
			 const struct passage_out *want);
