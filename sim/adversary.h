/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who hears all signalling, and sends what he has heard again, as it was or changed. He
 * has no key. */
#pragma once

#include "sim/world.h"

void adversary_new(struct world *w);
/* A message that a node has acted on. */
void adversary_saw(struct world *w, const struct in_flight *e);
/* One of those once more; nothing if he has not seen any. */
void adversary_replay(struct world *w, uint32_t which);
/* The next message is outrun by a copy in which a bit is changed. */
void adversary_forge(struct world *w, uint32_t bit);
/* A node was killed. What an access node has heard of the home agent's clock is as new as its last
 * registrations when it starts again: a revocation that came later may end a registration that has
 * begun within the clocks' tolerance, or had no answer yet. So he does not send those again. */
void adversary_forgets(struct world *w, const struct node *n);
/* A message begins its way. */
void adversary_passes(struct world *w, struct node *to, struct in_addr local, struct in_addr remote,
		      struct bytes data);
