/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts that dial in by PPPoE (RFC 2516, RFC 1661, RFC 1334, RFC 5072), as simple as they may be:
 * each step is said again after three seconds until it has its answer; what the router asks is
 * agreed to.
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

struct dial {
	enum dial_step step;
	char name[32], password[32];
	uint64_t asked, identifier; /* of its first request; its own */
	uint64_t router;            /* what the router asks for */
	bool agreed;                /* to that, or to the router's LCP request */
	bool answered;              /* the router agrees to ours */
	uint16_t session;
	uint8_t cookie[32], cookie_length;
	uint8_t id;
	nsec_t due; /* said again; 0 = nothing waits */
};

/* Asks for that identifier first. Whatever session it had is forgotten: nobody is told. */
void dial_begin(struct world *w, struct mobile *h, const char *name, const char *password,
		uint64_t identifier);
/* Says so by LCP, or by PADT alone. */
void dial_hang_up(struct world *w, struct mobile *h, bool padt);
nsec_t dial_due(const struct mobile *h);
void dial_timeout(struct world *w, struct mobile *h);
/* PPPoE of the router, from after the Ethernet header on; returns the IPv6 packet in it, or
 * nothing. */
struct bytes dial_receive(struct world *w, struct mobile *h, uint16_t ethertype, struct bytes b);
/* An IPv6 packet of the host, if it has a session for it. */
void dial_send(struct world *w, struct mobile *h, struct bytes packet);

/* At a router: what the data plane hands up, or carries, of a frame of the host. */
void node_from_dialled(struct node *n, struct mobile *h, uint16_t ethertype, struct bytes b);

const char *text_pppoe(uint16_t ethertype, struct bytes b);
