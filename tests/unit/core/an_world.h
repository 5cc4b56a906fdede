/* SPDX-License-Identifier: Apache-2.0 */
/* An access node with nothing around it: the test is its hosts, its home agent and its clock. */
#pragma once

#include "access_world.h"
#include "core/an.h"
#include "core/sa.h"
#include "proto/ip6.h"
#include "proto/nd.h"

#include <string.h>

#define WORLD_IF   7
#define WORLD_IF_2 8
#define WORLD_NAI  "020000000001@example.net"

struct world {
	struct an_config config; /* change it before world_start */
	struct sa_config sa[2];
	struct core_env env;
	struct an *an;
	struct sa_table *keys; /* the home agent's */
	struct now now;
	struct actions out;
	size_t read;        /* actions that the test has seen */
	uint32_t timestamp; /* of the home agent, for 137 and revocations */
};

/* One port on WORLD_IF and one on WORLD_IF_2, four care-of addresses from 198.51.100.8, home agent
 * 192.0.2.1, lifetime 600, detach-delay 10, hold-down 2, back-off 30. */
void world_init(struct world *w);
void world_start(struct world *w);
/* World with all defaults. */
void world_new(struct world *w);
void world_done(struct world *w);
/* an_audit.c; world_done does it. */
void an_audit(const struct an *an);

/* Packets of host n. */
struct bytes packet_rs(uint8_t n);
struct bytes packet_ns(uint8_t n);
struct bytes packet_mld(uint8_t n);
struct bytes packet_data(uint8_t n, size_t length); /* length of the whole */
/* Of the home agent: link-layer address zero = without SLLA. */
struct bytes packet_ra(struct mac_addr router);

void world_frame_on(struct world *w, uint32_t ifindex, uint8_t n, struct bytes packet);
void world_frame(struct world *w, uint8_t n, struct bytes packet); /* on WORLD_IF */
void world_tunnel(struct world *w, struct in_addr care_of, struct bytes packet);
void world_link(struct world *w, enum link_event e); /* of WORLD_IF */
/* Lets time pass; whatever becomes due runs at its time. */
void world_pass(struct world *w, double seconds);

/* The next action, which must be of that type; events are passed over by what is not about them. */
const struct action *world_next(struct world *w, enum action_type type);
const struct event_data *world_event(struct world *w, enum event e);
/* What the test does not care about. */
void world_skip(struct world *w);
/* No action that has not been looked at, events aside. */
void world_quiet(struct world *w);

struct rrq {
	struct datagram datagram;
	struct mip4_message m;
};
/* The next action is a Registration Request under a right MHAE. */
struct rrq world_request(struct world *w);

/* Answers: `change` alters the reply that an accepting home agent would give; NULL = as it is. */
void world_answer(struct world *w, const struct rrq *q, void (*change)(struct mip4_message *m));
void world_send(struct world *w, const struct mip4_message *m, struct in_addr to);
/* Frame, request, acceptance: host n is attached, its actions have been looked at. */
struct rrq world_attach(struct world *w, uint8_t n);
struct mip4_message world_revocation(struct world *w, const struct rrq *q, bool inform);
void world_revoke(struct world *w, const struct rrq *q, bool inform);
/* The next action is an Ack of revocation m. */
void world_acked(struct world *w, const struct mip4_message *m);

/* State of host n on WORLD_IF, -1 if there is none. */
int world_state(struct world *w, uint8_t n);
int world_hosts(struct world *w);
uint64_t world_drops(const struct world *w, enum drop d);
/* Host n's tunnel, as `show` has it. */
struct an_attachment_info world_info(struct world *w, uint8_t n);
