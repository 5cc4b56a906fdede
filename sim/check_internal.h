/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the checks share. */
#pragma once

#include "sim/check.h"

#include "core/an_internal.h"
#include "core/ha_state.h"

#define TOUCHED_MAX 8192 /* more than a batch has actions */

/* What the home agent has told an agent: a registration stands. */
struct acknowledged {
	struct hash_node by_nai;
	struct in_addr care_of;
	nsec_t until;
	struct in6_addr home;
	bool has_home;
	struct grant *grants; /* by node; NULL: none to an access router (check_lease.c) */
	uint8_t n;
	uint8_t nai[NAI_MAX];
};

struct touched {
	struct tunnel tunnel;
	struct address address;
	bool is_address;
};

/* Of a node. */
struct ledger {
	uint64_t in;   /* packets handed up since the process began */
	uint64_t data; /* of user packets in this batch */
	uint64_t seen; /* accounted for before the first of them */
	uint32_t batches;
	bool undone; /* the batch could not be stored */
};

struct check {
	uint32_t every;
	void (*failed)(void *ctx, const char *text);
	void *failed_ctx;
	struct ledger *ledgers;
	struct slab acks;
	struct hash by_nai;
	struct memory_of_router *routers; /* by node; NULL: there are none */
	struct touched touched[TOUCHED_MAX];
	size_t n_touched;
	struct acknowledged *storing[TOUCHED_MAX]; /* whose records the transaction has */
	size_t n_storing;
	bool committed;
	struct acknowledged *early; /* has ended before its time, and its agent is not told yet */
	nsec_t second;              /* that runs, and */
	uint64_t events;            /* how many there had been when it began */
};

/* Batches of a node between two comparisons of all that it has. */
uint32_t check_every(const struct node *n);
/* check_ack.c */
struct acknowledged *check_find_ack(const struct check *c, struct bytes nai);
void check_ack_new(struct check *c, const struct world *w, const struct memory *m);
void check_early(struct node *n);
/* Every one that still stands is in the tables. */
void check_acks(struct node *ha);
/* check_lease.c */
void check_lease_new(struct check *c, struct world *w);
void check_granted(struct node *ha, struct acknowledged *a, const struct datagram *d,
		   const struct mip4_message *m);
void check_remember(struct node *n); /* is killed */
void check_remembered(struct node *n);
/* check_count.c */
void check_counts(struct node *n);
