/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pools of home addresses (draft 3.1.1, 5.5.1). A pool owns no memory but its counters: what is
 * taken stands in the table of addresses, with the host that has it or had it last. A host that
 * comes back gets the same (D12) until all is taken and the one that has been away longest gives
 * way. Every operation is bounded, whatever the sizes.
 */
#pragma once

#include "core/ha_address.h"
#include "core/ha_config.h"

/* Those configured, and as many again that a reload has taken away and whose addresses live on. */
#define POOLS_MAX (2 * HA_POOLS_MAX)

struct pool {
	struct ha_pool_config c;
	bool is_used;   /* this place */
	nsec_t ends;    /* taken away by a reload, its addresses end then; 0 = not */
	uint64_t next;  /* where the search for a free one begins */
	uint32_t taken; /* kept ones among them */
	uint32_t kept;
	uint64_t denied;
	struct host_address *oldest, *newest; /* kept */
};

struct static_entry {
	struct hash_node by_nai, by_address;
	struct ha_static c;
};

/* Addresses that belong to one NAI each. */
struct static_table {
	struct hash by_nai, by_address;
};

/* Takes over the configured ones; the memory is the caller's until the next call. 0 or -ENOMEM. */
int static_table_new(struct static_table *t, const struct memory *m, const struct ha_config *c,
		     const uint64_t seed[2]);
const struct ha_static *static_find(const struct static_table *t, struct bytes nai);

void pool_configure(struct ha *h, const struct ha_config *c, struct now now);
/* The pool that an address of this host comes from; POOL_NONE: from none, or assigned to it. */
uint8_t pool_of(const struct ha *h, const struct host *x, const struct in6_addr *a, uint8_t length);
/* s until its addresses end: 0xffffffff = no end, 0 = they have. */
uint32_t pool_valid(const struct ha *h, const struct host_address *a, struct now now);

/* What a host asks for. */
struct pool_wish {
	bool unique;     /* a /64 of its own */
	uint64_t iid;    /* its identifier there; 0 = ours to choose */
	uint8_t attempt; /* so many before have turned out to be in use */
};

/* A home address for a host that has none, kept; the best that its wish and its realm allow. NULL,
 * with *ret_code that of the denial and the reason counted. */
struct host_address *pool_take(struct ha *h, struct host *x, const struct pool_wish *w,
			       struct now now, uint8_t *ret_code);
/* Gives back what a host has had, after nothing else could be found for it. */
void pool_again(struct ha *h, struct host *x, const struct host_address *former);
/* May this host go on with the home address that it has had? */
bool pool_still_has(const struct ha *h, const struct host_address *a, struct now now);

/* The table of addresses tells of changes: an address is kept, is used again, is no more. */
void pool_kept(struct ha *h, struct host_address *a);
void pool_used(struct ha *h, struct host_address *a);
void pool_returned(struct ha *h, struct host_address *a);
/* One that was restored is known to be taken. */
void pool_restored(struct ha *h, struct host_address *a);
/* Restored while its pool was not configured, which it may be again. */
void pool_adopt(struct ha *h, struct host_address *a);
