/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replay protection by timestamps (RFC 5944 5.7.1): the last accepted Identification of every NAI,
 * kept beyond its binding for as long as an old one could still be within the tolerance.
 */
#pragma once

#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"
#include "core/sa_config.h"

struct replay {
	struct hash_node by_nai;
	struct replay *older, *newer; /* by the time of acceptance */
	uint64_t last;                /* Identification */
	uint64_t accepted;            /* NTP time */
	struct in_addr care_of;       /* of that request, */
	bool deregistration;          /* and its kind: to know it again */
	size_t nai_length;
	uint8_t nai[NAI_MAX];
};

struct replay_table {
	struct slab slab;
	struct hash by_nai;
	struct replay *oldest, *newest;
};

int replay_table_new(struct replay_table *t, const struct memory *m, uint32_t max,
		     const uint64_t seed[2]);
struct replay *replay_find(const struct replay_table *t, struct bytes nai);
/* Room for one more NAI, if need be in the place of one that no longer matters: false if there is
 * none. tolerance in s. */
bool replay_has_room(struct replay_table *t, struct bytes nai, uint16_t tolerance, struct now now);
/* Remembers an accepted request; asserts that there is room. */
void replay_accept(struct replay_table *t, struct bytes nai, uint64_t identification,
		   struct in_addr care_of, bool deregistration, struct now now);
/* Within the tolerance and newer than all that was accepted (r may be NULL). */
bool replay_is_fresh(const struct replay *r, uint64_t identification, uint16_t tolerance,
		     struct now now);
/* The Identification of a reply with code 133 (D13). */
uint64_t replay_resynchronise(const struct replay *r, uint64_t identification, struct now now);
