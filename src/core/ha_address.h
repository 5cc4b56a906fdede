/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of hosts: every one known once, tied to its host, be it a home address that we have
 * given (draft 4.2; with U the whole /64 is the host's) or one that the host has made itself and we
 * have learnt (D9). Those that lie on the home link have a proxy there (proxy.h).
 */
#pragma once

#include "core/binding.h"

struct proxy;

/* More than HA_INFO_ADDRESSES_MAX could not be shown, nor moved within one step. */
#define ADDRESSES_PER_HOST_MAX 16

#define POOL_NONE 0xff

enum host_address_state {
	HOST_ADDRESS_KEPT,      /* home address of a host without a binding: nobody else's yet */
	HOST_ADDRESS_TENTATIVE, /* in DAD (dad.h) */
	HOST_ADDRESS_BOUND,     /* reached through the tunnel, defended on the home link */
};

struct host_address {
	struct hash_node by_address;
	uint32_t id;
	uint8_t length; /* 128, or 64: the /64 around it is the host's alone */
	uint8_t state;  /* enum host_address_state */
	uint8_t pool;   /* of ours it comes from; POOL_NONE: learnt, or assigned to its NAI */
	struct in6_addr address;
	struct host *host;
	struct proxy *proxy;                /* NULL: not on the home link */
	struct host_address *next;          /* of the same host's learnt ones */
	struct host_address *older, *newer; /* of the kept ones of its pool, by since when */
};

struct address_table {
	struct slab slab, proxies;
	struct hash by_address;
	uint32_t *ids; /* as binding_cache.ids */
};

int address_table_new(struct address_table *t, const struct memory *m, uint32_t max,
		      const uint64_t seed[2]);
/* That very address, or the /64 that is one host's alone (length 64). */
struct host_address *address_lookup(const struct address_table *t, const struct in6_addr *a,
				    uint8_t length);
struct host_address *address_find(const struct address_table *t, const struct in6_addr *a);
/* Whose it is: the address, or the /64 around it. */
struct host_address *address_owner(const struct address_table *t, const struct in6_addr *a);
struct host_address *address_find_id(const struct address_table *t, uint32_t id);

/* A tentative address that nobody has yet, learnt in the tunnel of a binding; NULL if there are too
 * many, of this host or in all. */
struct host_address *address_learn(struct ha *h, struct host *x, const struct in6_addr *a);
/* A home address that nobody has yet, kept; NULL if there are too many. */
struct host_address *address_give(struct ha *h, struct host *x, const struct in6_addr *a,
				  uint8_t length, uint8_t pool);
/* The same, on the home link: it gets a proxy there. */
void address_stand_for(struct ha *h, struct host_address *a);
/* A kept one becomes bound, or tentative; or is kept again, out of the data plane. out NULL:
 * quietly. */
void address_use(struct ha *h, struct host_address *a, enum host_address_state s);
void address_keep(struct ha *h, struct host_address *a, struct actions *out);
/* Ends it: out of the data plane, no more defence, waiting packets dropped. out NULL: is
 * forgotten. */
void address_remove(struct ha *h, struct host_address *a, struct actions *out);
/* Tells the data plane where the address is now, if it has to know. */
void address_write(const struct host_address *a, uint32_t id, struct actions *out);
/* True if the host has an address that passed DAD. */
bool address_any_bound(const struct host *x);

/* Is it ours, so that no host may have it? */
bool address_is_own(const struct ha *h, const struct in6_addr *a);
/* May a host make it: link-local, or in a prefix of the home link? */
bool address_is_acceptable(const struct ha *h, const struct in6_addr *a);
/* In a prefix of the home link. */
bool address_is_on_home_link(const struct ha *h, const struct in6_addr *a);

/* Valid lifetimes as the host computes them (D17): until when a new address, whose prefix the host
 * has from the last advertisement; and what another advertisement that has been sent changes. */
nsec_t address_first_valid(const struct ha *h, const struct binding *b, const struct in6_addr *a,
			   struct now now);
void address_set_valid(struct ha *h, struct host_address *a, nsec_t until);
void address_advertised(struct ha *h, struct binding *b, struct now now);
void address_expire(struct ha *h, struct timer *t, struct now now, struct actions *out);
