/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts that dial in by PPPoE (RFC 2516, RFC 1661, RFC 1334, RFC 5072), as simple as they may be:
 * each step is said again after three seconds until it has its answer; what the router asks is
 * agreed to. A manual one goes on for ever, and dials when it is told to. Another tries each step
 * so many times, asks whether the router is still there, and dials again after whatever has ended
 * its session.
 */
#pragma once

#include "base/bytes.h"
#include "base/time.h"

struct world;
struct mobile;
struct node;

enum dial_step {
	DIAL_IDLE,
	DIAL_PADI,
	DIAL_PADR,
	DIAL_LCP,
	DIAL_PAP,
	DIAL_IPV6CP,
	DIAL_OPEN, /* IPv6 */
};

enum dial_habit { /* for which identifier it asks */
		  DIAL_ASKS_FOR_ANY,
		  DIAL_ASKS_FOR_ITS_OWN,
		  DIAL_ASKS_FOR_THE_LAST,
		  DIAL_HABIT_MAX
};

struct dial {
	bool wanted; /* its place is at ports for those who dial in */
	bool polite; /* hangs up when it leaves */
	bool unique; /* says in discovery which of its calls it is (Host-Uniq) */
	uint8_t habit;
	enum dial_step step;
	char name[32], password[32];
	uint64_t identifier;
	bool agreed;   /* to that, or to the router's LCP request */
	bool answered; /* the router agrees to ours */
	uint16_t session;
	uint8_t cookie[32], cookie_length;
	uint8_t id, calls;
	uint8_t tries; /* of this step; open: questions whether the router is there */
	nsec_t due;    /* said again, asked, dialled; 0 = nothing waits */
};

/* Asks for that identifier first. Whatever session it had is forgotten: nobody is told. */
void dial_begin(struct world *w, struct mobile *h, const char *name, const char *password,
		uint64_t identifier);
/* Says so by LCP, or by PADT alone. */
void dial_hang_up(struct world *w, struct mobile *h, bool padt);
/* The same in the name of another's session. */
void dial_hang_up_of(struct mobile *h, const struct mobile *other, bool padt);
void dial_link_up(struct world *w, struct mobile *h);
void dial_link_down(struct world *w, struct mobile *h);
nsec_t dial_due(const struct mobile *h);
void dial_timeout(struct world *w, struct mobile *h);
/* PPPoE of the router, from after the Ethernet header on; returns the IPv6 packet in it, or
 * nothing. */
struct bytes dial_receive(struct world *w, struct mobile *h, uint16_t ethertype, struct bytes b);
/* An IPv6 packet of the host, if it has a session for it. */
void dial_send(struct mobile *h, struct bytes packet);

/* At a router: what the data plane hands up, or carries, of a frame of the host. */
void node_from_dialled(struct node *n, struct mobile *h, uint16_t ethertype, struct bytes b);

const char *text_pppoe(uint16_t ethertype, struct bytes b);
