/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What always holds, whatever the network, the clocks, the disks and an adversary do; checked as
 * the world goes. Each is one sentence in check.c, and in docs/simulation.md. One that does not
 * hold ends the process with that sentence. Without world.check nothing is checked.
 */
#pragma once

#include "sim/world.h"

enum invariant {
	CHECK_OWNER,
	CHECK_PREFIX,
	CHECK_SOURCE,
	CHECK_PLANE,
	CHECK_DELIVERED,
	CHECK_REPLAY,
	CHECK_ACKNOWLEDGED,
	CHECK_STABLE,
	CHECK_GIVEN,
	CHECK_BOUND,
	CHECK_SERVED,
	CHECK_RELEASED,
	CHECK_PASSED,
	CHECK_KNOWN,
	CHECK_COUNTED,
	CHECK_RESTORED,
	CHECK_REST,
	CHECK_REACHABLE,
	CHECK_NOTHING_LEFT,
	CHECK_MAX
};
extern const char *const check_sentences[CHECK_MAX];

/* `every`: whole tables are compared after every so many batches of a node; what a batch touches is
 * looked at after each. `failed` is called with the sentence and what was seen, and does not
 * return. */
void check_new(struct world *w, uint32_t every, void (*failed)(void *ctx, const char *text),
	       void *ctx);
void check_done(struct world *w);
__attribute__((format(printf, 3, 4), noreturn)) void check_fail(struct world *w, enum invariant i,
								const char *format, ...);

/* Called by the world. */
void check_event(struct world *w);
void check_receives(struct node *n, const struct in_flight *e);
void check_punt(struct node *n, const struct packet *p);
void check_given(struct node *n, struct bytes frame); /* by an access router, to a host */
void check_verdict(struct node *n, const struct plane_verdict *v);
void check_source(struct node *n, struct in_addr local, struct in_addr remote, struct bytes packet);
void check_delivered(struct world *w, const struct mobile *h, struct bytes packet);
void check_tunnel(struct node *n, const struct tunnel *t);   /* has been set or deleted */
void check_address(struct node *n, const struct address *a); /* the same */
void check_sent(struct node *n, const struct datagram *d);
void check_told(struct node *n, const struct event_data *e);
void check_stores(struct node *n, struct bytes key);
void check_committed(struct node *n, int err);
void check_batch(struct node *n); /* one has ended */
void check_killed(struct node *n);
void check_restored(struct node *n, int err);
void check_swept(struct node *n);
/* Its wall clock has been set, or its store is gone: what it has acknowledged so far is not held
 * against it. */
void check_forgive(struct node *n);
/* Of all that a message may change. */
uint64_t check_digest(const struct node *n);
/* One host has spoken in the name of another. */
void check_lied(struct node *n, uint64_t before);
void check_replayed(struct node *n, uint64_t before, const struct in_flight *e);

/* The host has given its address back, and was told so. */
void check_released(struct world *w, const struct mobile *h);
void check_passed(struct node *n, struct bytes packet); /* by an access router, to the home agent */
/* All is well, and the host uses what it was leased, though it may have lost that. */
void check_served(struct world *w, const struct mobile *h);
/* All is well, and the host has this address. */
void check_bound(struct world *w, const struct mobile *h, const struct in6_addr *a);
/* All tables against each other, and against where hosts are. */
void check_tables(struct world *w);
/* Of hosts whose link has been down for as long as it is waited for: no access node keeps them. */
void check_detached(struct world *w);
/* Nobody is attached any more: nothing is left anywhere but what hosts may come back for. */
void check_nothing_left(struct world *w);
