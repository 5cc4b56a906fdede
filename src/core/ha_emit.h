/* SPDX-License-Identifier: Apache-2.0 */
/* What the home agent sends, as actions. */
#pragma once

#include "core/binding.h"
#include "proto/nd.h"

/* Room for any ND message or MLD report that we write. */
#define EMIT_PACKET_MAX 1280

/* address may be NULL; code as event_data says. */
void emit_event(struct actions *out, uint32_t id, enum event e, const struct binding *b,
		const struct in6_addr *address, uint32_t code);
/* The same, of a host that may have no binding. */
void emit_host_event(struct actions *out, enum event e, const struct host *x,
		     const struct in6_addr *address);
/* An inner packet into the tunnel of b, in the name of `id`. */
void emit_into_tunnel(struct actions *out, uint32_t id, const struct binding *b,
		      struct bytes packet);
void emit_nd_into_tunnel(struct actions *out, uint32_t id, const struct binding *b,
			 const struct nd *m);
/* A packet on the home link to a neighbour, or to the group it is addressed to. */
void emit_on_home_link(const struct ha *h, struct actions *out, struct mac_addr dst,
		       struct bytes packet);
void emit_nd_on_home_link(const struct ha *h, struct actions *out, struct mac_addr dst,
			  const struct nd *m);
