/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of care-of addresses of an access node: one per host, because without a GRE key the
 * care-of address is the tunnel (draft 3.2.2 step 3, D15). Owns nothing but numbers;
 * the owner of an address is found by it in O(1), as are a free one and the way back.
 */
#pragma once

#include "base/memory.h"
#include "base/net.h"
#include "base/time.h"

/* Places are numbered from 1, so that a zeroed list is empty. */
struct care_of_list {
	uint32_t first, last;
};

struct care_of_slot {
	uint32_t next;
	nsec_t until; /* quarantined: not before */
	void *owner;
};

struct care_of_pool {
	uint32_t base; /* first address, host byte order */
	uint32_t size;
	struct care_of_slot *v;
	struct care_of_list free, quarantine;
};

/* 0 or -ENOMEM. */
int care_of_new(struct care_of_pool *p, const struct memory *m, struct in_addr first,
		uint32_t size);
/* The address that has been free for longest: late packets for its former owner have passed by
 * then. 0 or -ENOENT: none is free. */
int care_of_take(struct care_of_pool *p, void *owner, nsec_t now, struct in_addr *ret);
/* This very one. 0 or -ENOENT: it is not of this pool, or in use. */
int care_of_take_this(struct care_of_pool *p, void *owner, struct in_addr a);
/* Gives an address back, to be used again from `until` on or a little later; 0 = at
 * once. */
void care_of_give(struct care_of_pool *p, struct in_addr a, nsec_t until);
/* NULL if it is not in use, or not of this pool. */
void *care_of_owner(const struct care_of_pool *p, struct in_addr a);
bool care_of_has(const struct care_of_pool *p, struct in_addr a);
