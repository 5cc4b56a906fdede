/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workload whose every state is known: transaction n always does the same, so what a store must
 * hold after the first n of them can be computed, and from what a store holds n can be told.
 */
#pragma once

#include "store/store.h"

#define BED_KEYS 64

struct bed_state {
	uint32_t version[BED_KEYS]; /* the transaction that put it last; 0: not there */
};

/* Puts transaction n into the store and commits it. */
int bed_commit(struct store *s, uint32_t n);
/* The state after the first n transactions. */
void bed_after(uint32_t n, struct bed_state *ret);
/* What the store holds, and after which transaction that is; key 0 is put by each. False if it is
 * not exactly what some number of transactions makes. */
bool bed_load(struct store *s, uint32_t *ret_n);

/* A new folder for tests, below which stores are made: in memory, or on the disk if there is none.
 */
void bed_folder(char ret[64]);
void bed_remove(const char *folder);
/* Opens, or fails the running test. */
struct store *bed_open(const char *path, enum store_sync sync);
/* Closes, opens and loads it; the number of transactions in it. Fails the running test. */
uint32_t bed_reopen(struct store **s, const char *path, enum store_sync sync);
