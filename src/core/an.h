/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access node (draft 3.2, 5.2): looks like a wire. It learns hosts on its ports, registers each
 * with the home agent from a care-of address of its own, and ties the host's link to the tunnel.
 */
#pragma once

#include "core/access_state.h"
#include "core/an_config.h"
#include "core/env.h"
#include "core/role.h"

struct an;

extern const struct role_ops an_role;

/* Everything it will ever use is taken from env->memory here. `*c` and what it points to may go
 * away afterwards. 0 or -ENOMEM. */
int an_new(const struct an_config *c, const struct core_env *env, struct an **ret);
/* Wipes keys; the memory is the environment's. */
void an_done(struct an *a);
/* Takes over what may change while running: associations, identities, lifetimes and delays. 0,
 * -ENOMEM (nothing changed), -EINVAL (something else differs; nothing changed). What it takes from
 * env->memory is in use until the next reload. Hosts keep the names that they registered with. */
int an_reload(struct an *a, const struct an_config *c, const struct core_env *env, struct now now);
/* Begins to deregister every host (SIGTERM); the steps follow through timeouts. */
void an_stop(struct an *a, struct now now);
/* True when no registration is left, or all have been given up. */
bool an_stopped(const struct an *a);

/* For `show`; as ha_binding_next. */
struct an_attachment_info {
	struct bytes nai;
	enum access_state state;
	struct tunnel tunnel;
	uint32_t lifetime; /* s left, 0 if not registered */
	uint8_t code;      /* of the last denial, 0 = none */
	uint32_t held;     /* packets waiting */
};
bool an_attachment_next(struct an *a, uint32_t *cursor, struct now now,
			struct an_attachment_info *ret);
