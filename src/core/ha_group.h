/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Solicited-node groups of the hosts' addresses on the home link (D16): our own MLD, because the
 * kernel does not scale to a million joins. Reports wait in a queue and leave in bundles, at the
 * pace of our own neighbour discovery.
 */
#pragma once

#include "base/hash.h"
#include "base/heap.h"
#include "base/net.h"
#include "core/actions.h"

struct ha;
struct host_address;
struct proxy;

struct group {
	struct hash_node by_group;
	struct in6_addr group;
	uint32_t users; /* addresses; 0 = its leaving has still to be reported */
	bool queued;
	struct group *next; /* in the queue */
};

struct group_table {
	struct slab slab;
	struct hash by_group;
	struct group *first, *last; /* queue of those with a report to send */
	struct timer timer;
	bool answering; /* a query, up to slot */
	uint32_t slot;
};

int group_table_new(struct group_table *t, const struct memory *m, uint32_t max,
		    const uint64_t seed[2]);
/* out NULL: its report waits for the next timeout. */
void group_join(struct ha *h, struct host_address *a, struct now now, struct actions *out);
/* Reports once more that its group is listened to: what was sent at the join may have been lost
 * (RFC 3810 9.1). */
void group_repeat(struct ha *h, const struct host_address *a, struct now now, struct actions *out);
void group_leave(struct ha *h, struct proxy *p);
/* A querier asks (RFC 3810 5.1): all groups are reported again. */
void group_query(struct ha *h, struct now now);
/* Sends what waits, as far as the rate allows. */
void group_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);
