/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registration revocation (RFC 3543, draft 4.4): messages to agents whose binding has ended here,
 * kept apart from the bindings until they are acknowledged.
 */
#pragma once

#include "core/binding.h"
#include "proto/mip4.h"

#define REVOCATIONS_MAX          65536 /* a whole site that moves at once */
#define REVOCATIONS_OF_HOST_MAX  8     /* agents that a host leaves within 15 s */
#define REVOCATION_TRANSMISSIONS 4     /* after 0, 1, 3 and 7 s; given up after 15 s */

/* The registration that ends, as its agent knows it. */
struct registration {
	uint8_t nai[NAI_MAX];
	size_t nai_length;
	struct in_addr care_of;
	struct peer peer;
	nsec_t expires;               /* RFC 3543: nothing is revoked that has expired */
	struct in6_addr home_address; /* in address mode, else :: */
	bool unique;
	bool revocable, inform;
};

struct revocation {
	struct hash_node by_nai;
	struct timer timer;
	struct registration of;
	uint32_t ids[REVOCATION_TRANSMISSIONS]; /* each transmission has its own */
	uint32_t sent;
	uint32_t batch; /* in which it began */
};

struct revocation_table {
	struct slab slab;
	struct hash by_nai;
};

int revocation_table_new(struct revocation_table *t, const struct memory *m, uint32_t max,
			 const uint64_t seed[2]);
struct registration registration_of(const struct binding *b);
/* The Timestamp of an extension 137 (RFC 3543 3.2) to an agent of this host: every Identifier about
 * the host afterwards is newer, none before. The host is in the batch's log. */
uint32_t revocation_timestamp(struct host *x, struct now now);
/* Tells the agent, until it acknowledges; nothing if revocation was not negotiated with it. With
 * `detach` (and the I bit negotiated) the host is to lose its service, without it the registration
 * has only gone elsewhere or out of time (RFC 3543 3.3: inform the mobile node; D4). */
void revocation_begin(struct ha *h, const struct registration *r, bool detach, struct now now,
		      struct actions *out);
/* The agent has, or has given up, this registration anew: what was to be revoked is no more. */
void revocation_cancel(struct ha *h, struct bytes nai, struct in_addr care_of);
/* What the batch has begun to revoke of this NAI has never been. */
void revocation_undo(struct ha *h, struct bytes nai);
void revocation_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);
/* A Revocation by a foreign agent or access router (A bit clear): it has let the host go. */
void revocation_received(struct ha *h, const struct datagram *in, const struct mip4_message *m,
			 struct now now, struct actions *out);
/* A Revocation Acknowledgment, decoded. */
void revocation_acknowledged(struct ha *h, const struct mip4_message *m);
