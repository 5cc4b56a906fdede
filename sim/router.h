/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for access routers, until there are some: what the home agent sees of them (draft
 * 5.4). Each does what it is told, signs with both keys, remembers the home address that it was
 * given and acknowledges revocations. What a router tells another of a host is remembered for all.
 */
#pragma once

#include "sim/world.h"

enum router_request {
	ROUTER_REQUEST, /* a home address, with an identifier or 0 */
	ROUTER_RENEW,   /* the address given last, or the one named */
	ROUTER_END,
};

void router_send(struct world *w, struct node *n, enum router_request what, struct bytes nai,
		 uint64_t iid, const struct in6_addr *address, uint16_t lifetime);
void router_receive(struct world *w, struct node *n, struct bytes data);
/* In its tunnel. */
void router_data(struct world *w, struct node *n, const struct in6_addr *src,
		 const struct in6_addr *dst);
