/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binding cache (RFC 5944 3.8.1, draft 3.2.2): one binding for each mobile node, known by its
 * NAI, by its tunnel and by the id that its actions carry.
 */
#pragma once

#include "base/hash.h"
#include "base/heap.h"
#include "base/tunnel.h"
#include "core/actions.h"
#include "core/bucket.h"
#include "core/sa_config.h"

struct ha;
struct host_address;

/* Where a request came from and with which associations its answer and a revocation are signed. */
struct peer {
	struct in_addr address;
	uint16_t port, local_port;
	uint32_t mn_spi, fa_spi; /* fa_spi 0 = without FHAE */
};

struct binding {
	struct hash_node by_nai, by_tunnel;
	uint32_t id;
	uint8_t nai[NAI_MAX];
	size_t nai_length;
	struct tunnel tunnel; /* remote = care-of address */
	struct in_addr left;  /* the care-of address before, if it has moved */

	/* of the last accepted request */
	struct peer peer;
	uint64_t identification;
	nsec_t accepted, expires; /* expires: NSEC_NEVER if 0xffff was granted */
	uint16_t granted;         /* s */
	bool revocable, inform;   /* RFC 3543: negotiated by extension 137; its I bit */

	struct host_address *addresses;
	uint32_t n_addresses;
	struct timer expiry, ra, probe;

	nsec_t ra_last;     /* 0 = none sent yet */
	uint8_t ra_initial; /* advertisements left of the initial series */
	struct bucket ra_asked, errors;

	nsec_t heard;          /* last packet of the host that came to us */
	uint64_t traffic;      /* packets that the data plane had counted when we last asked */
	nsec_t asked;          /* when that was */
	uint32_t probes;       /* unanswered so far */
	struct bucket checked; /* which of its addresses it still has */
};

struct binding_cache {
	struct slab slab;
	struct hash by_nai, by_tunnel;
	uint32_t *ids; /* the last id of each slot: an id is not used again soon */
};

int binding_cache_new(struct binding_cache *c, const struct memory *m, uint32_t max,
		      const uint64_t seed[2]);

static inline struct bytes binding_nai(const struct binding *b)
{
	return (struct bytes){ b->nai, b->nai_length };
}
struct binding *binding_find(const struct binding_cache *c, struct bytes nai);
struct binding *binding_find_tunnel(const struct binding_cache *c, struct in_addr local,
				    struct in_addr remote, uint32_t key);
/* NULL if the binding with this id has ended. */
struct binding *binding_find_id(const struct binding_cache *c, uint32_t id);
/* The binding in a slot, NULL if there is none: to go through all of them in steps. */
struct binding *binding_at(const struct binding_cache *c, uint32_t slot);

/* A binding with a NAI of at most NAI_MAX octets and this tunnel, neither known yet; NULL if the
 * cache is full. */
struct binding *binding_add(struct binding_cache *c, struct bytes nai, const struct tunnel *t);
void binding_move(struct binding_cache *c, struct binding *b, const struct tunnel *t);
/* Ends it: out of the data plane, with its addresses and timers. */
void binding_end(struct ha *h, struct binding *b, struct actions *out);
/* When its lifetime is over (draft 3.2.5). */
void binding_expire(struct ha *h, struct timer *t, struct now now, struct actions *out);
