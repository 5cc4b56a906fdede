/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts: nothing of the project's runs on them. One makes its addresses (RFC 4862: DAD with its
 * random delay, one solicitation, a second's wait), solicits routers (RFC 4861 6.3.7), reports its
 * groups (RFC 3810), answers neighbour solicitations, takes temporary addresses (RFC 8981) and
 * talks to a correspondent, which answers. A manual one only answers, and does what it is told.
 */
#pragma once

#include "proto/nd.h"
#include "sim/lease.h"
#include "sim/ppp.h"
#include "sim/world.h"

#define MOBILE_ADDRESSES_MAX 4

enum mobile_address_kind {
	MOBILE_LINK_LOCAL,
	MOBILE_STABLE,
	MOBILE_TEMPORARY,
	MOBILE_LEASED, /* by DHCPv6 (lease.h) */
};

enum mobile_dad {
	MOBILE_NONE,      /* a free place */
	MOBILE_DELAYED,   /* its solicitation waits for the random delay */
	MOBILE_TENTATIVE, /* the solicitation is out */
	MOBILE_VALID,
	MOBILE_OLD, /* temporary, deprecated: still answers */
};

struct mobile_own_address {
	struct in6_addr a;
	nsec_t due; /* DELAYED, TENTATIVE: next step; VALID, OLD and temporary: its end */
	uint8_t kind, dad;
};

struct mobile {
	struct timer timer;
	struct node *at; /* NULL: nowhere */
	uint8_t port;
	struct mac_addr mac;
	bool manual;
	bool routed;   /* its place is at access routers, else at access nodes */
	bool answers;  /* to RAs with SLAAC and to NS */
	bool silent;   /* powered, but says nothing */
	bool privacy;  /* has temporary addresses */
	bool taken;    /* its stable address was given to it (mobile_take) */
	uint8_t tries; /* identifiers that were taken, of the link-local address */
	uint8_t rs_sent;
	bool has_global;
	struct in6_addr link_local, global;
	struct mobile_own_address v[MOBILE_ADDRESSES_MAX];
	struct lease lease;
	struct dial dial;
	nsec_t rs_due, talk_due, move_due, router_until;
	nsec_t talk_every;               /* on average; 0 = does not talk */
	uint32_t sent, answered, called; /* data: to the correspondent, its answers, its calls */
};

/* The name in a trace: "mn", "mn2", ... */
const char *mobile_name(const struct world *w, const struct mobile *h);
/* What it is known by: its MAC @ the realm of all. */
#define MOBILE_NAI_MAX 32
struct bytes mobile_nai(const struct mobile *h, char buf[static MOBILE_NAI_MAX]);
struct mobile *mobile_find(const struct world *w, const char *name);
/* Who has it, and DAD is over; NULL if nobody. */
const struct mobile *mobile_owner(const struct world *w, const struct in6_addr *a);
/* NULL if it is no host's. */
struct mobile *mobile_of_mac(const struct world *w, const uint8_t mac[6]);
void mobile_init(struct world *w, uint32_t i);

/* May it be there, and at how many ports: which, of so many? An access router's ports are by turns
 * for hosts that ask for addresses, that make them, and that dial in. */
bool mobile_fits(const struct mobile *h, const struct node *n);
uint32_t mobile_ports(const struct mobile *h, const struct node *n);
uint8_t mobile_port(const struct mobile *h, uint64_t which);

/* What it does by itself, unless it is manual. */
void mobile_link_up(struct world *w, struct mobile *h);
void mobile_link_down(struct world *w, struct mobile *h);
void mobile_timeout(struct world *w, struct mobile *h);
/* To another port, or nowhere; with `seen`, its link goes down and up. */
void mobile_move(struct world *w, struct mobile *h, struct node *to, uint8_t port, bool seen);
/* Somebody has given it this address, which may be another's: DAD will tell. */
void mobile_take(struct world *w, struct mobile *h, const struct in6_addr *a);
/* One more, of which DAD begins; and one less. */
void mobile_add_address(struct world *w, struct mobile *h, const struct in6_addr *a,
			enum mobile_address_kind kind);
void mobile_drop_address(struct mobile *h, const struct in6_addr *a);
/* The interface of its PPP session is there, with its link-local address, and is gone with all. */
void mobile_session_up(struct world *w, struct mobile *h);
void mobile_session_down(struct mobile *h);
/* It makes its own again. */
void mobile_untake(struct world *w, struct mobile *h);
/* It uses the address that a router has given it, without asking whether that is still right. */
bool mobile_goes_on(const struct mobile *h);
/* The address that it sends from; NULL if it has none that may be used. */
const struct in6_addr *mobile_source(const struct mobile *h);
/* Is it there, with a global address and a router? */
bool mobile_is_ready(const struct world *w, const struct mobile *h);
void mobile_arm(struct world *w, struct mobile *h);

void mobile_receive(struct world *w, struct mobile *h, struct bytes frame);

/* What it sends by itself, or is told to (mobile_send.c). */
void mobile_nd(struct world *w, struct mobile *h, const struct nd *m);
void mobile_dad(struct world *w, struct mobile *h, const struct in6_addr *a);
void mobile_ns(struct world *w, struct mobile *h, const struct in6_addr *src,
	       const struct in6_addr *target);
void mobile_rs(struct world *w, struct mobile *h);
void mobile_mld(struct world *w, struct mobile *h);
struct dhcp6_question;
void mobile_ask(struct world *w, struct mobile *h, const struct dhcp6_question *q);
/* A message about an address, or none (NULL), by DHCPv6; a manual host takes what a Reply gives. */
void mobile_dhcp6(struct world *w, struct mobile *h, enum dhcp6_type type,
		  const struct in6_addr *address);
void mobile_data(struct world *w, struct mobile *h, const struct in6_addr *src,
		 const struct in6_addr *dst);

/* The rest of the IPv6 world (beyond.c): another host of the home link, and correspondents. */
void home_receive(struct world *w, struct bytes frame);
void home_ns(struct world *w, const struct in6_addr *target);
void home_dad(struct world *w, const struct in6_addr *target);
/* A packet that the home agent has routed: a correspondent answers it. */
void beyond_receive(struct world *w, struct bytes packet);
/* A correspondent calls a host. */
void beyond_data(struct world *w, const struct in6_addr *dst);
struct bytes data_packet(const struct in6_addr *src, const struct in6_addr *dst,
			 uint8_t buf[static 64]);
/* Has a correspondent begun it, or does it answer? */
bool data_is_call(struct bytes packet);
extern const struct in6_addr correspondent;
