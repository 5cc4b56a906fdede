/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access concentrator that is a fake: it is written here with the same codecs as the hosts,
 * knows no timers, and does what it is told to. What the hosts do with a real one is seen in
 * tests/e2e.
 */
#pragma once

#include "dial.h"

#define FAKE_IDENTIFIER UINT64_C(0x0200000000000001) /* of its interface */

/* What it does, and has seen. */
extern struct fake {
	enum ppp_method auth;
	/* there is no room; it is dead; each host gets the same address; */
	bool refuses, mute, same_address;
	bool rejects_magic, wrong_ack, early_ipv6, no_ra;
	struct in6_addr ra_source;   /* :: = the right one */
	size_t drop;                 /* the number of the frame of a host that is lost; 0 = none */
	size_t heard;                /* frames of hosts, with those that were lost */
	size_t padts, solicitations; /* of hosts */
	uint8_t answer_code;         /* of the latest packet of LCP that is not part of the dial */
	uint8_t answer[64];          /* its data */
	size_t answer_n;
	bool lcp_agreed, lcp_acked; /* by it, by the host */
	bool asked;                 /* its own request of IPv6CP is out */
} ac;

/* Whose hosts they are; they are new, and nothing is on its way. */
void fake_begin(struct dialler *d, enum ppp_method auth);
/* It answers what hosts have sent, until nobody has more to say. */
void fake_answer_all(void);
/* To whom it speaks by itself. */
void fake_turn_to(struct mac_addr host, uint16_t session);
void fake_discovery(const struct pppoe_discovery *p);
void fake_say(uint16_t protocol, struct bytes packet);
void fake_packet(uint16_t protocol, uint8_t code, uint8_t id, struct bytes data);
void fake_lcp_request(void);
void fake_ipv6cp_request(void);
