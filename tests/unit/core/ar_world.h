/* SPDX-License-Identifier: Apache-2.0 */
/* An access router with nothing around it: the test is its hosts, its home agent and its clock. */
#pragma once

#include "access_world.h"
#include "core/ar.h"
#include "core/sa.h"
#include "proto/dhcp6.h"
#include "proto/nd.h"

#include <string.h>

#define WORLD_IF   7
#define WORLD_IF_2 8
#define WORLD_NAI  "020000000001@example.net"

struct world {
	struct ar_config config; /* change it before world_start */
	struct sa_config sa[2];
	struct core_env env;
	struct ar *ar;
	struct sa_table *keys; /* the home agent's */
	struct now now;
	struct actions out;
	size_t read;        /* actions that the test has seen */
	uint32_t timestamp; /* of the home agent, for 137 and revocations */
	bool unique;        /* what it gives comes with its /64 */
	uint8_t last;       /* octet of the address that it gives */
	uint32_t xid;       /* of the host's next message */
};

/* Two ports (WORLD_IF, WORLD_IF_2) for DHCPv6 by MAC, care-of address 198.51.100.9, home agent
 * 192.0.2.1, router fe80::1 with 02:4e:4d:34:00:02, lifetime 600, detach-delay 10, hold-down 2,
 * back-off 30, leases of 3600 s, preferred for 1800. The home agent gives 2001:db8:b::1. */
void world_init(struct world *w);
void world_start(struct world *w);
void world_new(struct world *w);
void world_slaac(struct world *w); /* all defaults, but ports for SLAAC and unique prefixes */
void world_done(struct world *w);
void ar_audit(const struct ar *ar); /* ar_audit.c */

struct bytes world_duid(uint8_t n); /* a DUID-LL */

/* Packets of host n. */
struct bytes packet_nd(const struct nd *m);
struct bytes packet_rs(uint8_t n);
struct bytes packet_ns(uint8_t n, const char *src, const char *target);
struct bytes packet_na(uint8_t n, const char *target);
struct bytes packet_mld(const char *src, const char *group, const char *other); /* or NULL */
struct bytes packet_data(const char *src, const char *dst, uint8_t hop_limit);

void world_frame_on(struct world *w, uint32_t ifindex, struct mac_addr host, struct bytes packet);
void world_frame(struct world *w, uint8_t n, struct bytes packet); /* on WORLD_IF */
void world_packet(struct world *w, const struct packet *p);        /* as it is */
void world_verdict(struct world *w, uint32_t id, const struct auth_verdict *v);
void world_link(struct world *w, enum link_event e); /* of WORLD_IF */
/* Lets time pass; whatever becomes due runs at its time. */
void world_pass(struct world *w, double seconds);

/* A message with an IA_NA of IAID 1 that names `address`, if not NULL; client n, our server where
 * the type wants it. To be changed, and sent. */
struct dhcp6_message world_message(struct world *w, uint8_t n, enum dhcp6_type type,
				   const char *address);
void world_say(struct world *w, uint8_t n, const struct dhcp6_message *m); /* on WORLD_IF */
void world_say_on(struct world *w, uint32_t ifindex, uint8_t n, const struct dhcp6_message *m);
/* Both at once. */
void world_ask(struct world *w, uint8_t n, enum dhcp6_type type, const char *address);

/* The next action, which must be of that type; events are passed over by what is not about them. */
const struct action *world_next(struct world *w, enum action_type type);
const struct event_data *world_event(struct world *w, enum event e);
void world_skip(struct world *w);
void world_quiet(struct world *w);
/* The next action is a DHCPv6 message to host n; what it says, until the next call. */
const struct dhcp6_message *world_reply(struct world *w, uint8_t n, enum dhcp6_type type);
/* The next action is ND to host n. */
struct nd world_nd(struct world *w, uint8_t n, enum nd_type type);
/* The next action is an ICMPv6 error to host n. */
void world_icmp(struct world *w, uint8_t n, uint8_t type, uint8_t code);

struct rrq {
	struct datagram datagram;
	struct mip4_message m;
};
/* The next action is a Registration Request under a right MHAE and FHAE. */
struct rrq world_request(struct world *w);
/* Answers: `change` alters the reply that an accepting home agent would give; NULL = as it is. */
void world_answer(struct world *w, const struct rrq *q, void (*change)(struct mip4_message *m));
void deny_resources(struct mip4_message *m);
/* Under MHAE and FHAE; a revocation under FHAE. */
void world_send(struct world *w, const struct mip4_message *m);
/* Request, registration, Reply: host n is attached, its actions have been looked at. */
struct rrq world_attach(struct world *w, uint8_t n);
struct mip4_message world_revocation(struct world *w, const struct rrq *q, bool inform);

/* State of host n, on whichever port; -1 if there is none. */
int world_state(struct world *w, uint8_t n);
int world_hosts(struct world *w);
uint64_t world_drops(const struct world *w, enum drop d);
uint64_t world_count(const struct world *w, enum dhcp6_type type, enum ar_dhcp6_outcome o);
