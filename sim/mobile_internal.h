/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a host share about its addresses. */
#pragma once

#include "sim/mobile.h"

bool mobile_usable(const struct mobile_own_address *a);
/* NULL if it has none such; those that are deprecated are of no kind. */
struct mobile_own_address *mobile_own(struct mobile *h, const struct in6_addr *a);
struct mobile_own_address *mobile_of_kind(const struct mobile *h, enum mobile_address_kind kind);
/* Some time within a second from now, as before DAD and a solicitation. */
nsec_t mobile_delay(struct world *w);
/* The modified EUI-64 identifier, or if others have that, or for privacy, a random one. */
struct in6_addr mobile_make_address(struct world *w, struct mobile *h,
				    const struct in6_addr *prefix, bool random);
void mobile_begin_link_local(struct world *w, struct mobile *h);
/* Another has it. */
void mobile_duplicate(struct world *w, struct mobile *h, struct mobile_own_address *a);
/* It is due. */
void mobile_address_step(struct world *w, struct mobile *h, struct mobile_own_address *a);
