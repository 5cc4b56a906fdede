/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in from the outside world, as every role and adapter sees it. Payloads are views that
 * live as long as the call. */
#pragma once

#include "base/net.h"

/* A UDP datagram; ports in host byte order. `local` is our address, `remote` the peer's, in both
 * directions. */
struct datagram {
	struct in_addr local, remote;
	uint16_t local_port, remote_port;
	struct bytes payload;
};

enum packet_from {
	PACKET_ACCESS,    /* from a host on an access link: ifindex, source */
	PACKET_TUNNEL,    /* out of a tunnel (known or not): local, remote, key */
	PACKET_HOME,      /* from the home link: ifindex, source */
	PACKET_ERROR4,    /* ICMPv4 "fragmentation needed" that came to us: remote = who sent it,
			     payload = the IPv4 packet; mtu and quoted header not yet checked */
	PACKET_DISCOVERY, /* PPPoE from a host on an access link: ifindex, source; payload from the
			     PPPoE header on, with the Ethernet padding that it may have */
	PACKET_SESSION,   /* the same, of a session: PPP control, or IPv6 that the data plane has
			     not carried (`why`) */
};

/* Why the data plane handed a packet up. */
enum packet_why {
	PACKET_CONTROL, /* ND, MLD or the like: the daemon's to answer */
	PACKET_UNKNOWN, /* unknown host, unknown source in a known tunnel (D9), unknown tunnel */
	PACKET_REFUSED, /* wrong inner source: answer with ICMPv6 1/5 (D8); rate-limited in BPF */
	PACKET_EXPIRED, /* AR: hop limit exhausted: answer with ICMPv6 3/0; rate-limited in BPF */
};

struct packet {
	enum packet_from from;
	enum packet_why why;
	uint32_t ifindex;
	struct mac_addr source;
	struct in_addr local, remote; /* outer addresses: local is ours */
	uint32_t key;                 /* GRE key, 0 = proto 41 */
	struct bytes payload; /* IPv6 packet (IPv4 for PACKET_ERROR4; PPPoE for those two) */
};

enum link_event {
	LINK_DOWN,
	LINK_UP,
};

struct link {
	uint32_t ifindex;
	enum link_event event;
};
