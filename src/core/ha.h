/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The home agent (draft 3.2, 5.5): security associations, replay protection, binding cache, router
 * and neighbour discovery on every host's virtual link, proxy DAD and defence on the home link.
 */
#pragma once

#include "core/env.h"
#include "core/ha_config.h"
#include "core/role.h"

struct ha;

extern const struct role_ops ha_role;

/* Everything it will ever use is taken from env->memory here. `*c` and what it points to may go
 * away afterwards. 0 or -ENOMEM. */
int ha_new(const struct ha_config *c, const struct core_env *env, struct ha **ret);
/* Wipes keys and the secret of identifiers; the memory is the environment's. */
void ha_done(struct ha *h);
/* Takes over what may change while running: all but our own addresses and MACs and the sizes of
 * tables. 0, -ENOMEM (nothing changed), -EINVAL (something else differs; nothing changed). */
int ha_reload(struct ha *h, const struct ha_config *c, const struct core_env *env, struct now now);
/* An operator's revocation (draft 4.4, RFC 3543): ends the binding of a NAI and tells its agent.
 * 0 or -ENOENT. */
int ha_revoke(struct ha *h, struct bytes nai, struct now now, struct actions *out);

/* For `show`: fills ret for the first binding at or after *cursor and moves the cursor behind it;
 * false at the end. Views live until the next input. */
struct ha_address_info {
	struct in6_addr address;
	bool bound;     /* false: DAD is running */
	uint32_t valid; /* s left, 0xffffffff = infinite */
};
#define HA_INFO_ADDRESSES_MAX 17 /* a home address, and those learnt */
struct ha_binding_info {
	struct bytes nai;
	struct tunnel tunnel;
	uint32_t lifetime; /* s left, 0xffffffff = infinite */
	uint16_t granted;  /* s */
	bool tunnelling;   /* the tunnel is a link to its host; else a router has it */
	bool has_home;     /* a home address (draft 4.2), first of those below, */
	bool unique;       /* with the /64 around it */
	struct in6_addr home;
	struct ha_address_info addresses[HA_INFO_ADDRESSES_MAX];
	size_t n_addresses;
};
bool ha_binding_next(struct ha *h, uint32_t *cursor, struct now now, struct ha_binding_info *ret);

/* The same for pools. */
struct ha_pool_info {
	const struct ha_pool_config *config;
	bool ending;         /* no longer configured */
	uint32_t used, kept; /* by hosts that are registered; for those that were */
	uint64_t denied;
};
bool ha_pool_next(const struct ha *h, uint32_t *cursor, struct ha_pool_info *ret);
/* Prefixes of the home link, those among them that a reload has taken away: how many. */
size_t ha_prefixes(const struct ha *h, struct in6_addr ret[ND_PREFIXES_MAX]);
