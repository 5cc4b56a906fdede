/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the home agent: what its files (ha_*.c, binding.c, dad.c, ra.c) share. Everything
 * hangs on struct ha; each part has a header of its own for what it does.
 */
#pragma once

#include "base/hash.h"
#include "base/heap.h"
#include "base/rng.h"
#include "core/binding.h"
#include "core/bucket.h"
#include "core/ha.h"
#include "core/ha_address.h"
#include "core/ha_batch.h"
#include "core/ha_group.h"
#include "core/ha_hold.h"
#include "core/ha_pending.h"
#include "core/ha_pool.h"
#include "core/ha_prefix.h"
#include "core/ha_revocation.h"
#include "core/care_of.h"
#include "core/path_mtu.h"
#include "core/proxy.h"
#include "core/sa.h"

enum ha_timer {
	/* of a binding */
	TIMER_BINDING, /* end of the granted lifetime; next router advertisement into the tunnel
			  (D7); is the host still there? (D5) */
	/* of an address */
	TIMER_ND,    /* tentative: DAD; bound: unsolicited advertisements after DAD */
	TIMER_VALID, /* end of the valid lifetime (D17) */
	/* of the agent */
	TIMER_REVOCATION, /* a revocation without an acknowledgment */
	TIMER_GROUPS,     /* MLD reports that wait */
	TIMER_HOME_RA,    /* next router advertisement on the home link */
	TIMER_RELOAD,     /* next hosts to hear of a new configuration */
	TIMER_REPEAT,     /* next bindings to tell the data plane of after a restart */
	TIMER_MAX
};

/* What one of them sets off. The most: DAD ends and the request that has waited for it takes its
 * host out of a virtual link, and another host out of the one whose care-of address it names, each
 * with all its addresses. */
#define TIMER_ACTIONS_MAX 64
_Static_assert(2 * (ADDRESSES_PER_HOST_MAX + 1) + 20 <= TIMER_ACTIONS_MAX, "they fit");

struct home_ra {
	struct timer timer;
	nsec_t last;
	uint8_t initial; /* advertisements left of the initial series */
};

struct ha {
	struct ha_config c; /* its associations are in `sas` */
	struct sa_table *sas;
	struct rng rng;
	struct heap timers;
	uint64_t drops[DROP_MAX];

	struct host_table hosts;
	struct binding_cache bindings;
	struct address_table addresses;
	struct prefix_list prefixes;
	struct pool pools[POOLS_MAX];
	struct static_table statics;
	uint64_t static_seed[2];
	struct care_of_pool home4; /* IPv4 home addresses */
	struct slab pending;
	struct {
		uint8_t v[16];
		bool stored;
	} secret; /* of stable identifiers (RFC 7217) */
	struct batch batch;
	struct group_table groups;
	struct ha_hold_pool held;
	struct revocation_table revocations;
	struct path_mtu_table path_mtu;

	struct home_ra home_ra;
	struct timer reload;
	uint32_t reload_at; /* slot of the next binding to hear of it */
	struct timer repeat;
	uint32_t repeat_at;   /* slot of the next binding to repeat */
	uint32_t repeat_done; /* those before it are in the data plane */
	uint32_t repeat_pause;

	/* NS, NA and reports that we send on the home link (D16): what we begin ourselves, and what
	 * we are asked for, so that nobody's questions can starve DAD and defence */
	struct bucket nd_own, nd_asked;
	nsec_t nd_turn; /* of the last of those that wait for a token of nd_own */
};

static inline void ha_drop(struct ha *h, enum drop reason)
{
	h->drops[reason]++;
}

#define HA_ND_BURST 16

/* Half of the configured rate for either bucket. */
static inline nsec_t ha_nd_interval(const struct ha *h)
{
	return 2 * NSEC_PER_SEC / h->c.nd_per_second;
}

/* Takes a token for an NS, NA or report of our own on the home link (D16). */
static inline bool ha_nd_own(struct ha *h, struct now now)
{
	if (h->nd_own.full_at <= now.mono)
		h->nd_turn = 0; /* turns that are left are of those that have gone */
	return bucket_take(&h->nd_own, now.mono, ha_nd_interval(h), HA_ND_BURST);
}

/* When the next one can be had, if it is not now. */
static inline nsec_t ha_nd_own_next(const struct ha *h, struct now now)
{
	const nsec_t next = bucket_next(&h->nd_own, ha_nd_interval(h), HA_ND_BURST);

	return next > now.mono ? next : now.mono;
}

/* The same for one of many: each has a turn of its own, so that not all of them come for each
 * token.
 */
static inline nsec_t ha_nd_own_turn(struct ha *h, struct now now)
{
	const nsec_t next = ha_nd_own_next(h, now), after = h->nd_turn + ha_nd_interval(h);

	return h->nd_turn = after > next ? after : next;
}

static inline nsec_t ha_nd_asked_next(const struct ha *h, struct now now)
{
	const nsec_t next = bucket_next(&h->nd_asked, ha_nd_interval(h), HA_ND_BURST);

	return next > now.mono ? next : now.mono;
}

static inline bool ha_nd_asked(struct ha *h, struct now now)
{
	return bucket_take(&h->nd_asked, now.mono, ha_nd_interval(h), HA_ND_BURST);
}
