/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proxy DAD (draft 3.2.2, 3.2.4, 5.5.4; RFC 4862 5.4): a host's new address is solicited on the
 * home link in its place; then it is bound and announced there, or the host is told that another
 * has it.
 */
#pragma once

#include "core/ha_address.h"
#include "proto/nd.h"

/* Begins for an address that the table does not have. NULL if it may not be: no room, or its
 * lifetime is over. */
struct host_address *dad_begin(struct ha *h, struct binding *b, const struct in6_addr *address,
			       struct now now, struct actions *out);
/* Its next solicitation, its success, or the next announcement of a bound one. */
void dad_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);
/* Another node has the tentative address a: `na` said so, NULL if it was a solicitation. */
void dad_failed(struct ha *h, struct host_address *a, const struct nd *na, struct now now,
		struct actions *out);
/* A host solicits, by DAD, an address of another host of ours. */
void dad_conflict(struct ha *h, struct binding *b, const struct in6_addr *address, struct now now,
		  struct actions *out);
/* Announces a bound address on the home link: we have it (override). */
void dad_announce(struct ha *h, const struct host_address *a, struct actions *out);
