/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that dial in to the access router of ar_world.h, by octets of their own making. */
#pragma once

#include "ar_world.h"
#include "proto/ppp.h"
#include "proto/pppoe.h"

#define DIAL_NAME "alice"
#define DIAL_NAI  "alice@example.net"
#define ROUTER_ID 0x0000000000000001 /* of fe80::1 */

/* A host's end of a session. */
struct dial {
	struct world *w;
	uint8_t n; /* of the host */
	uint32_t ifindex;
	uint16_t session;
	uint32_t magic;
	uint8_t id;      /* of its last request */
	uint64_t theirs; /* identifier of the router, as last requested */
};

struct bytes bytes_of(const char *text);

/* Ports for PPP, CHAP, unique prefixes; sessions_per_mac 2, Echo-Requests every 10 s, 3 of them. */
void world_ppp_init(struct world *w);
void world_ppp(struct world *w); /* and starts */

/* discovery */
struct bytes dial_tag(uint16_t type, struct bytes value);
void dial_say(struct dial *d, uint8_t code, uint16_t session, struct bytes tags);
/* The next action is that, to the host: what it says, until the next call. */
const struct pppoe_discovery *dial_heard(struct dial *d, uint8_t code);
struct dial dial_new(struct world *w, uint8_t n);
/* PADI to PADS. */
void dial_request(struct dial *d);
/* The same, and then the host is silent; our LCP request is the next action. */
void dial_discover(struct dial *d);

/* sessions */
void dial_send(struct dial *d, uint16_t protocol, struct bytes packet);
void dial_control(struct dial *d, uint16_t protocol, uint8_t code, uint8_t id, struct bytes data);
/* The next action is a packet of that protocol to the host; its octets live until the test ends. */
struct bytes dial_packet(struct dial *d, uint16_t protocol);
struct ppp_packet dial_next(struct dial *d, uint16_t protocol, uint8_t code);
struct bytes option_u32(uint8_t type, uint32_t v);
struct bytes option_u64(uint8_t type, uint64_t v);
uint64_t identifier_in(const struct ppp_packet *p); /* of an option 1 of IPv6CP */
/* Both sides agree on LCP; authentication has begun. */
void dial_lcp(struct dial *d);
/* CHAP with that verdict, or the question; name DIAL_NAME. */
const struct action *dial_chap(struct dial *d);
void dial_verdict(struct dial *d, uint32_t id, enum auth_result r, const char *name);
/* All of that: authenticated, nothing of IPv6CP yet. */
void dial_in(struct dial *d);
/* The host asks for an identifier; returns its Id. */
uint8_t dial_ask(struct dial *d, uint64_t identifier);
/* To IPv6CP and registration: the host has an address, an advertisement, and nothing waits. */
struct rrq dial_up(struct dial *d);
/* The session of that number; NULL: there is none. */
bool dial_info(struct dial *d, struct ar_session_info *ret);
/* The next actions end the session: LCP Terminate-Request, its Ack, PADT. */
void dial_ended(struct dial *d);
/* Why the last one that ended did. */
enum ar_session_end last_end(struct world *w);
