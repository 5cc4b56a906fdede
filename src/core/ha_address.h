/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of hosts: every one known once, tied to its binding. A tentative one is in DAD (dad.h),
 * a bound one is defended on the home link until its valid lifetime ends (D17).
 */
#pragma once

#include "core/binding.h"

struct ha_held;
struct group;

/* More than HA_INFO_ADDRESSES_MAX could not be shown, nor moved within one step. */
#define ADDRESSES_PER_HOST_MAX 16

struct host_address {
	struct hash_node by_address;
	uint32_t id;
	struct in6_addr address;
	struct binding *binding;
	struct host_address *next; /* of the same binding */
	enum address_state state;
	nsec_t valid_until; /* NSEC_NEVER = no end */
	struct timer nd, valid;
	nsec_t bound;       /* since when */
	uint8_t sent;       /* solicitations (tentative) or unsolicited advertisements (bound) */
	uint8_t unanswered; /* probes, as other addresses came */
	uint8_t nonce[6];   /* of our solicitations (RFC 7527) */
	struct bucket defence;
	struct group *group;  /* its solicited-node group */
	struct ha_held *held; /* packets that wait for the end of DAD */
};

struct address_table {
	struct slab slab;
	struct hash by_address;
	uint32_t *ids; /* as binding_cache.ids */
};

int address_table_new(struct address_table *t, const struct memory *m, uint32_t max,
		      const uint64_t seed[2]);
struct host_address *address_find(const struct address_table *t, const struct in6_addr *a);
struct host_address *address_find_id(const struct address_table *t, uint32_t id);
/* A tentative address that nobody has yet; NULL if there are too many, of this host or in all. */
struct host_address *address_add(struct ha *h, struct binding *b, const struct in6_addr *a);
/* Ends its service: out of the data plane, no more defence, waiting packets dropped. */
void address_remove(struct ha *h, struct host_address *a, struct actions *out);
/* Tells the data plane where the address is now. */
void address_write(const struct host_address *a, uint32_t id, struct actions *out);
/* True if the binding has an address that passed DAD. */
bool address_any_bound(const struct binding *b);

/* Is it ours, so that no host may have it? */
bool address_is_own(const struct ha *h, const struct in6_addr *a);
/* May a host have it: link-local, or in a prefix of the home link? */
bool address_is_acceptable(const struct ha *h, const struct in6_addr *a);

/* Valid lifetimes as the host computes them (D17): until when a new address, whose prefix the host
 * has from the last advertisement; and what another advertisement that has been sent changes. */
nsec_t address_first_valid(const struct ha *h, const struct binding *b, const struct in6_addr *a,
			   struct now now);
void address_set_valid(struct ha *h, struct host_address *a, nsec_t until);
void address_advertised(struct ha *h, struct binding *b, struct now now);
void address_expire(struct ha *h, struct timer *t, struct now now, struct actions *out);
