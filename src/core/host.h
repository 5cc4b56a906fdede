/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mobile nodes, known by their NAI: what of a host outlives its registration. The last accepted
 * Identification, for as long as an old request could be within the tolerance (RFC 5944 5.7.1), and
 * its home address, which it gets again (D12) unless others need it more. Each is a record of the
 * store.
 */
#pragma once

#include "base/hash.h"
#include "base/memory.h"
#include "base/net.h"
#include "base/time.h"
#include "core/sa_config.h"

struct ha;
struct binding;
struct host_address;

struct host {
	struct hash_node by_nai;
	struct host *older, *newer; /* of those without a binding: who goes first */
	uint8_t *nai;
	struct binding *binding;     /* NULL = none */
	struct host_address *home;   /* home address (draft 4.2), NULL = none */
	struct host_address *learnt; /* those seen in its tunnel (D9) */

	/* of the last accepted request: to know it again, and what is older */
	uint64_t last;     /* Identification */
	uint32_t accepted; /* NTP seconds */
	struct in_addr care_of;
	bool deregistration;

	bool resting; /* has a place among those without a binding */
	uint8_t nai_length, n_learnt;
	uint32_t stamp; /* newest Timestamp or Identifier of RFC 3543 that its agents have heard */
	struct in_addr home4;
	uint32_t batch; /* the last one that changed it */
};

#define HOST_NAME_STEP 16 /* names are kept in rooms of so many octets, or a multiple */

struct host_table {
	struct slab slab;
	struct slab names[NAI_MAX / HOST_NAME_STEP];
	struct hash by_nai;
	struct host *oldest, *newest;
};

static inline struct bytes host_nai(const struct host *x)
{
	return (struct bytes){ x->nai, x->nai_length };
}

/* For about so many, at most `max`. 0 or -ENOMEM. */
int host_table_new(struct host_table *t, const struct memory *m, uint32_t expected, uint32_t max,
		   const uint64_t seed[2]);
struct host *host_find(const struct host_table *t, struct bytes nai);
/* The host of that NAI (at most NAI_MAX octets), made if need be, in the place of one that no
 * longer matters. NULL if there is none such. It is in the batch's log. */
struct host *host_get(struct ha *h, struct bytes nai, struct now now);
/* A new one, for host_get and for what is restored; NULL if there is no room. */
struct host *host_add(struct host_table *t, struct bytes nai);
/* Forgets it and what it has left; it has no binding. */
void host_remove(struct ha *h, struct host *x);
/* Its binding has ended, or it has one (again). */
void host_rests(struct host_table *t, struct host *x);
void host_wakes(struct host_table *t, struct host *x);
