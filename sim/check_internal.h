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
/* check_count.c */
void check_counts(struct node *n);
