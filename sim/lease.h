/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DHCPv6 client of a host (RFC 8415 18.2): one address, with the messages, timers and lifetimes
 * that belong to it. What a host does on a new link differs: most ask whether the address is right
 * there, some ask for more time, some say nothing at all.
 */
#pragma once

#include "base/time.h"
#include "proto/dhcp6.h"

struct world;
struct mobile;

enum lease_state {
	LEASE_OFF, /* no link, or no router has said that addresses are to be asked for */
	LEASE_BOUND,
	LEASE_SOLICIT,
	LEASE_REQUEST,
	LEASE_CONFIRM,
	LEASE_RENEW,
	LEASE_REBIND,
	LEASE_RELEASE,
	LEASE_DECLINE,
	LEASE_STATE_MAX
};

enum lease_habit { /* what it does with its address when its link comes up */
		   LEASE_CONFIRMS,
		   LEASE_REBINDS,
		   LEASE_RENEWS,
		   LEASE_KEEPS_SILENT,
		   LEASE_HABIT_MAX
};

struct lease {
	bool wanted; /* the host asks for its address */
	bool rapid;  /* with Rapid Commit */
	bool polite; /* releases it when it leaves */
	uint8_t habit, state;
	uint8_t sent; /* messages of this exchange */
	uint32_t id;  /* its transaction */
	nsec_t began, timeout, due;
	bool has;
	struct in6_addr address; /* that it has, or is to have, or gives up */
	nsec_t t1, t2, valid;    /* until */
};

/* Its link is up, and its link-local address may be used. */
void lease_link_up(struct world *w, struct mobile *h);
void lease_link_down(struct mobile *h);
/* A router says that addresses are to be had by DHCPv6 (the M bit). */
void lease_managed(struct world *w, struct mobile *h);
/* Gives its address up: it needs it no longer, or (declines) another has it. */
void lease_release(struct world *w, struct mobile *h);
void lease_decline(struct world *w, struct mobile *h);
void lease_receive(struct world *w, struct mobile *h, const struct dhcp6_message *m);
nsec_t lease_due(const struct mobile *h);
void lease_timeout(struct world *w, struct mobile *h);
