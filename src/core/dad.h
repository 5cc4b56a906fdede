/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proxy DAD (draft 3.2.2, 3.2.4, 5.5.4; RFC 4862 5.4): a host's new address is solicited on the
 * home link in its place; then it is bound and announced there, or the host is told that another
 * has it.
 */
#pragma once

#include "core/ha_address.h"
#include "proto/nd.h"

/* Begins for an address that the table does not have, of a host on its virtual link. NULL if it may
 * not be: no room, its lifetime is over, or the store fails. */
struct host_address *dad_begin(struct ha *h, struct binding *b, const struct in6_addr *address,
			       struct now now, struct actions *out);
/* For a home address (D11), kept so far: when it is over, the request that waits is judged. */
void dad_begin_home(struct ha *h, struct host_address *a, struct now now, struct actions *out);
/* It has passed, and its request is being judged. */
bool dad_is_over(const struct host_address *a);
/* In service from now on: it has passed, or its host is registered with it. On the home link it is
 * announced. */
void dad_bind(struct ha *h, struct host_address *a, struct now now, struct actions *out);
/* After a restart: one that was bound is defended as before, without questions (D16); one that was
 * not begins again. */
void dad_restored(struct ha *h, struct host_address *a);
void dad_again(struct ha *h, struct host_address *a, struct now now);
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
