/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binding cache (RFC 5944 3.8.1, draft 3.2.2): one binding for each mobile node, found by its
 * host, by its tunnel and by the id that its actions carry.
 */
#pragma once

#include "base/hash.h"
#include "base/heap.h"
#include "base/tunnel.h"
#include "core/actions.h"
#include "core/bucket.h"
#include "core/host.h"

/* Where a request came from and with which associations its answer and a revocation are signed. */
struct peer {
	struct in_addr address;
	uint16_t port, local_port;
	uint32_t mn_spi, fa_spi; /* 0 = without MHAE; without FHAE */
};

/* In tunnelling mode (draft 3.2.2) the tunnel is a link between host and home agent, on which we
 * are the router: what that takes (ra.c, ha_probe.c). */
struct virtual_link {
	nsec_t ra_due, probe_due;
	nsec_t ra_last; /* 0 = none sent yet */
	struct bucket ra_asked;
	uint64_t traffic;      /* packets that the data plane had counted when we last asked */
	struct bucket checked; /* which of its addresses it still has */
	struct bucket errors;
	uint8_t ra_initial; /* advertisements left of the initial series */
	uint8_t probes;     /* unanswered so far */
	bool heard;         /* has a packet of the host come to us since we last asked? */
};

/* An access node's care-of address is that of one host, an access router's that of all its hosts,
 * told apart by their addresses (draft 3.1.1, D15). */
struct ha_tunnel {
	struct hash_node by_ends;
	struct in_addr local, remote; /* remote = care-of address */
	uint32_t key;
	uint32_t users;
	struct binding *link; /* whose virtual link it is; NULL: an access router's */
};

struct binding {
	struct host *host;
	struct ha_tunnel *tunnel;
	uint32_t id;
	struct in_addr left; /* the care-of address before, if it has moved */

	/* of the last accepted request */
	struct peer peer;
	nsec_t accepted, expires; /* expires: NSEC_NEVER if 0xffff was granted */
	uint32_t timestamp;       /* of the agent's extension 137 (RFC 3543 3.2) */
	uint16_t granted;         /* s */
	bool revocable, inform;   /* RFC 3543: negotiated by extension 137; its I bit */
	bool unsure;              /* the data plane may not have it: taken back, or restored */

	struct timer timer;        /* of its end, and of its link */
	struct virtual_link *link; /* NULL: a router has the host, at its home address */
};

struct binding_cache {
	struct slab slab, links, tunnels;
	struct hash by_ends;
	uint32_t *ids; /* the last id of each slot: an id is not used again soon */
};

int binding_cache_new(struct binding_cache *c, const struct memory *m, uint32_t max,
		      const uint64_t seed[2]);

static inline struct bytes binding_nai(const struct binding *b)
{
	return host_nai(b->host);
}
static inline struct tunnel binding_tunnel(const struct binding *b)
{
	return (struct tunnel){ .local = b->tunnel->local,
				.remote = b->tunnel->remote,
				.key = b->tunnel->key };
}
struct ha_tunnel *tunnel_find(const struct binding_cache *c, struct in_addr local,
			      struct in_addr remote, uint32_t key);
/* NULL if the binding with this id has ended. */
struct binding *binding_find_id(const struct binding_cache *c, uint32_t id);
/* The binding in a slot, NULL if there is none: to go through all of them in steps. */
struct binding *binding_at(const struct binding_cache *c, uint32_t slot);

/* A binding of a host that has none; `link`: in tunnelling mode, whose tunnel nobody has. NULL if
 * the cache is full. */
struct binding *binding_add(struct ha *h, struct host *x, const struct tunnel *t, bool link);
/* To another tunnel and, if need be, the other mode; learnt addresses end with the tunnelling mode.
 * True if nobody uses the former tunnel any more. */
bool binding_move(struct ha *h, struct binding *b, const struct tunnel *t, bool link,
		  struct actions *out);
/* Tells the data plane where the host and its addresses are. */
#define BINDING_ACTIONS_MAX 18
void binding_write(const struct binding *b, struct actions *out);
/* Ends it: out of the data plane, with its learnt addresses and timers; the home address is kept
 * for its host. out NULL: is forgotten, as if it had never been. The host is in the batch's log. */
void binding_end(struct ha *h, struct binding *b, struct actions *out);
/* Something of it may be due sooner than before: sets its timer. */
void binding_arm(struct ha *h, struct binding *b);
/* Its home address may end before the registration does, by a reload: so both end then. False if
 * that cannot be stored now. */
bool binding_shorten(struct ha *h, struct binding *b, struct now now);
/* What is due of it: its end (draft 3.2.5), or something of its link. */
void binding_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);
