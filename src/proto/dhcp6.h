/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DHCPv6 messages (RFC 8415) of clients, servers and relay agents, with the DNS options (RFC 3646)
 * and the client's link-layer address (RFC 6939), and which of them a server must discard. The
 * codec allocates nothing and keeps no state; a decoded message is views into its octets.
 */
#pragma once

#include "base/net.h"

#define DHCP6_CLIENT_PORT 546
#define DHCP6_SERVER_PORT 547
#define DHCP6_MESSAGE_MAX 1452 /* fits one Ethernet frame; larger ones are refused */
#define DHCP6_DUID_MIN    3    /* RFC 8415 11.1: a type and 1 to 128 octets */
#define DHCP6_DUID_MAX    130
#define DHCP6_IAS_MAX     8   /* clients ask for one of each type, a few for two */
#define DHCP6_LEASES_MAX  8   /* of one IA: one, or two while addresses are being replaced */
#define DHCP6_DNS_MAX     3   /* hosts keep three */
#define DHCP6_RELAYS_MAX  9   /* hop counts 0 to HOP_COUNT_LIMIT (RFC 8415 7.6) */
#define DHCP6_NAME_MAX    255 /* a domain name on the wire (RFC 1035 3.1) */

#define DHCP6_INFINITE 0xffffffff /* of lifetimes, T1 and T2, s */

enum dhcp6_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE,
	DHCP6_REQUEST,
	DHCP6_CONFIRM,
	DHCP6_RENEW,
	DHCP6_REBIND,
	DHCP6_REPLY,
	DHCP6_RELEASE,
	DHCP6_DECLINE,
	DHCP6_RECONFIGURE,
	DHCP6_INFORMATION_REQUEST,
	DHCP6_RELAY_FORWARD,
	DHCP6_RELAY_REPLY,
};
/* As RFC 8415 7.3 writes it. */
const char *dhcp6_type_name(enum dhcp6_type type);

/* Option codes, as dhcp6_requests() takes them. */
enum dhcp6_code {
	DHCP6_CLIENT_ID = 1,
	DHCP6_SERVER_ID = 2,
	DHCP6_IA_NA = 3,
	DHCP6_IA_TA = 4,
	DHCP6_IAADDR = 5,
	DHCP6_ORO = 6,
	DHCP6_PREFERENCE = 7,
	DHCP6_ELAPSED_TIME = 8,
	DHCP6_RELAY_MESSAGE = 9,
	DHCP6_AUTH = 11,
	DHCP6_UNICAST = 12,
	DHCP6_STATUS_CODE = 13,
	DHCP6_RAPID_COMMIT = 14,
	DHCP6_USER_CLASS = 15,
	DHCP6_VENDOR_CLASS = 16,
	DHCP6_INTERFACE_ID = 18,
	DHCP6_RECONFIGURE_MESSAGE = 19,
	DHCP6_RECONFIGURE_ACCEPT = 20,
	DHCP6_DNS_SERVERS = 23,
	DHCP6_DOMAIN_LIST = 24,
	DHCP6_IA_PD = 25,
	DHCP6_IAPREFIX = 26,
	DHCP6_REFRESH_TIME = 32,
	DHCP6_CLIENT_LLA = 79,
	DHCP6_SOL_MAX_RT = 82,
	DHCP6_INF_MAX_RT = 83,
};

enum dhcp6_status_code {
	DHCP6_SUCCESS = 0,
	DHCP6_UNSPEC_FAIL,
	DHCP6_NO_ADDRS_AVAIL,
	DHCP6_NO_BINDING,
	DHCP6_NOT_ON_LINK,
	DHCP6_USE_MULTICAST,
	DHCP6_NO_PREFIX_AVAIL,
};
/* As RFC 8415 21.13 writes it; NULL if unknown ("status N" is the caller's). */
const char *dhcp6_status_name(uint16_t code);

struct dhcp6_status {
	bool present;
	uint16_t code;
	struct bytes text; /* UTF-8, if the peer keeps to it */
};

/* An address of an IA_NA or IA_TA, or a prefix of an IA_PD. */
struct dhcp6_lease {
	struct in6_addr address;
	uint8_t length;            /* of the prefix */
	uint32_t preferred, valid; /* s */
	struct dhcp6_status status;
};

/* Identity association: what a client wants leases for. In one message, a type and an IAID name
 * one. */
struct dhcp6_ia {
	enum dhcp6_code type; /* DHCP6_IA_NA, _TA or _PD */
	uint32_t iaid;
	uint32_t t1, t2; /* NA, PD; s */
	struct dhcp6_lease leases[DHCP6_LEASES_MAX];
	size_t n_leases;
	struct dhcp6_status status;
};

struct dhcp6_number {
	bool present;
	uint32_t value;
};

struct dhcp6_vendor_class {
	uint32_t enterprise;
	struct bytes data; /* items of a 16-bit length and their octets; .p NULL: no option */
};

struct dhcp6_auth {
	uint8_t protocol, algorithm, replay_method;
	uint64_t replay;
	struct bytes information; /* .p NULL: no option */
};

struct dhcp6_dns {
	struct in6_addr servers[DHCP6_DNS_MAX];
	size_t n;
};

struct dhcp6_lla {
	uint16_t hardware;    /* 1 = Ethernet */
	struct bytes address; /* .p NULL: no option */
};

/* One relay agent that a message has passed. */
struct dhcp6_relay {
	uint8_t hop_count;
	struct in6_addr link, peer;
	struct bytes interface_id;   /* .p NULL if absent; a reply has what its request had */
	struct dhcp6_lla client_lla; /* Relay-forward */
	struct bytes message;        /* decoding only: what it relays */
};

/* Options that are absent are zero; of views, p is NULL (an empty one has an address). */
struct dhcp6_message {
	enum dhcp6_type type;    /* what a client or server said, not a relay agent */
	uint32_t transaction_id; /* 24 bits */

	struct bytes client_id, server_id; /* DUIDs: to be compared, not to be understood */
	struct dhcp6_ia ias[DHCP6_IAS_MAX];
	size_t n_ias;
	struct bytes oro; /* option codes, 16 bits each: dhcp6_requests() */
	struct dhcp6_number preference;
	struct dhcp6_number elapsed; /* 1/100 s; 0xffff = that or more */
	struct dhcp6_auth auth;
	struct bytes unicast; /* an address */
	struct dhcp6_status status;
	bool rapid_commit;
	struct bytes user_class; /* items of a 16-bit length and their octets */
	struct dhcp6_vendor_class vendor_class;
	struct dhcp6_number reconfigure; /* a message type */
	bool reconfigure_accept;
	struct dhcp6_dns dns;
	struct bytes domains;             /* names as of dhcp6_write_name(), one after the other */
	struct dhcp6_number refresh_time; /* s */
	struct dhcp6_number sol_max_rt, inf_max_rt; /* s */

	/* relay agents, the one next to the server first */
	enum dhcp6_type relay_type; /* with n_relays: DHCP6_RELAY_FORWARD or _REPLY */
	struct dhcp6_relay relays[DHCP6_RELAYS_MAX];
	size_t n_relays;
};

/*
 * Reads a whole UDP payload, through the relay agents that it has passed. Options that are not
 * known, or not where they stand, are passed over (RFC 8415 16). 0; -ENOMSG: message type not
 * known; -EBADMSG: truncated, lengths wrong, more IAs, leases or relay agents than there is room
 * for, or ambiguous: an option twice that may be there once (RFC 8415 21), an IAID twice. On error
 * ret is untouched. Views point into `in`.
 */
int dhcp6_decode(struct bytes in, struct dhcp6_message *ret);
/* Writes m with its options in the order of their codes, wrapped for its relay agents. Views of
 * lengths that their options cannot have are a programmer's mistake. 0 or -ENOBUFS. */
int dhcp6_encode(const struct dhcp6_message *m, struct writer *w);
/*
 * Whether a server with this DUID must discard m (RFC 8415 16): the reason, an enum drop, or -1.
 * `unicast`: the datagram was sent to a unicast address. DROP_DHCP6_USE_MULTICAST wants an answer
 * with that status and no leases (RFC 8415 18.4).
 */
int dhcp6_server_discards(const struct dhcp6_message *m, struct bytes server_id, bool unicast);
/* Whether the client asked for this option by its Option Request option. */
bool dhcp6_requests(const struct dhcp6_message *m, enum dhcp6_code code);
/* Writes a domain name as the domain list has it: uncompressed (RFC 8415 10). A dot at the end
 * changes nothing. 0; -EINVAL: not a domain name; -ENOBUFS. */
int dhcp6_write_name(struct writer *w, const char *name);

enum dhcp6_duid_type {
	DHCP6_DUID_LLT = 1,
	DHCP6_DUID_EN,
	DHCP6_DUID_LL,
	DHCP6_DUID_UUID,
};

/* What is in a DUID, to make one. */
struct dhcp6_duid {
	uint16_t type;       /* others than of enum dhcp6_duid_type: only `id` */
	uint16_t hardware;   /* LLT, LL; 1 = Ethernet */
	uint32_t time;       /* LLT; s since 2000-01-01 UTC, modulo 2^32 */
	uint32_t enterprise; /* EN */
	struct bytes id;     /* the rest: link-layer address, identifier, UUID */
};

/* RFC 8415 11. 0 or -ENOBUFS. */
int dhcp6_duid_write(struct writer *w, const struct dhcp6_duid *d);
