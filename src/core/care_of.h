/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of care-of addresses of an access node: one per host, because without a GRE key the
 * care-of address is the tunnel (draft 3.2.2 step 3, D15). Owns nothing but numbers;
 * the owner of an address is found by it in O(1), as are a free one and the way back. It also
 * remembers of which addresses the store has yet to hear: what is stored has one record for each
 * address that is not free.
 */
#pragma once

#include "base/memory.h"
#include "base/net.h"
#include "base/time.h"
#include "core/changes.h"

/* Places are numbered from 1, so that a zeroed list is empty. */
struct care_of_list {
	uint32_t first, last;
};

struct care_of_slot {            /* owned; else quarantined, with `until`; else free */
	uint32_t previous, next; /* of the free, or of those in quarantine */
	nsec_t until;            /* quarantined: not before */
	void *owner;
};

struct care_of_pool {
	uint32_t base; /* first address, host byte order */
	uint32_t size;
	struct care_of_slot *v;
	struct care_of_list free, quarantine;
	struct changes changes; /* places whose record is no longer so */
};

/* 0 or -ENOMEM. */
int care_of_new(struct care_of_pool *p, const struct memory *m, struct in_addr first,
		uint32_t size);
/* The address that has been free for longest: late packets for its former owner have passed by
 * then. 0 or -ENOENT: none is free. */
int care_of_take(struct care_of_pool *p, void *owner, nsec_t now, struct in_addr *ret);
/* Gives an address back, to be used again from `until` on or a little later; 0 = at
 * once. */
void care_of_give(struct care_of_pool *p, struct in_addr a, nsec_t until);
/* NULL if it is not in use, or not of this pool. */
void *care_of_owner(const struct care_of_pool *p, struct in_addr a);
bool care_of_has(const struct care_of_pool *p, struct in_addr a);
/* Until when it is in quarantine, perhaps in the past; 0 = it is not. */
nsec_t care_of_quarantined(const struct care_of_pool *p, struct in_addr a);

/* As it was before a restart: in use by `owner`, or with NULL in quarantine until `until`, not 0.
 * 0; -ENOENT: not of this pool; -EEXIST: not free. */
int care_of_restore(struct care_of_pool *p, struct in_addr a, void *owner, nsec_t until);

/* What its record says is no longer so. Taking and giving say that themselves. */
void care_of_changed(struct care_of_pool *p, struct in_addr a);
/* As changes_next; false when there are no more. */
bool care_of_next_changed(struct care_of_pool *p, struct in_addr *ret);
/* As changes_stored. */
void care_of_stored(struct care_of_pool *p, bool stored);
