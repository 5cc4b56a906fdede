/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What routers of the IPv4 core say about path MTUs (D21, RFC 1191, RFC 4213 3.2.2): an ICMPv4
 * "fragmentation needed" is believed only if it quotes a packet of a live tunnel, only downwards,
 * and for ten minutes. Shared by the roles that own tunnels.
 */
#pragma once

#include "base/drop.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"
#include "core/actions.h"
#include "core/bucket.h"

struct path_mtu; /* one peer */

struct path_mtu_table {
	struct slab slab;
	struct hash by_remote;
	struct path_mtu *oldest, *newest; /* all expire after the same time: a queue */
	struct bucket changes;
};

/* At most max peers are remembered. 0 or -ENOMEM. */
int path_mtu_new(struct path_mtu_table *t, const struct memory *m, uint32_t max,
		 const uint64_t seed[2]);
/* To whom the router of a PACKET_ERROR4 spoke: one of our addresses, 0.0.0.0 if it is no IPv4. */
struct in_addr path_mtu_receiver(const struct packet *in);
/* Judges a PACKET_ERROR4. A belief that changes goes out as ACTION_PATH_MTU, anything else is
 * counted in drops[DROP_MAX]. is_tunnel: is (local, remote) a tunnel that lives? */
void path_mtu_receive(struct path_mtu_table *t, const struct packet *in,
		      bool (*is_tunnel)(void *ctx, struct in_addr local, struct in_addr remote),
		      void *ctx, struct now now, struct actions *out, uint64_t *drops);
/* When the oldest belief ends, NSEC_NEVER if there is none. */
nsec_t path_mtu_next(const struct path_mtu_table *t);
/* Forgets what is older than ten minutes: ACTION_PATH_MTU with 0; at most PATH_MTU_STEP_MAX. */
void path_mtu_timeout(struct path_mtu_table *t, struct now now, struct actions *out);

#define PATH_MTU_STEP_MAX 16
