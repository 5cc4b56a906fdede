/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A veth pair through which packets are given to the data plane as if they came from the core: what
 * is sent into one end arrives at the other, where the core's programs are attached. For packets
 * whose outer fragments the kernel has put together, and for packets that were held.
 */
#pragma once

#include "base/net.h"

#include <net/if.h>

struct reentry;

/* `name` distinguishes instances in one network namespace; a pair that a dead instance of this name
 * left behind is taken over. 0 or a negative errno. */
int reentry_new(const char *name, struct reentry **ret);
/* Removes the pair. */
void reentry_free(struct reentry *r);
/* The end to which the core's programs are to be attached. */
uint32_t reentry_ifindex(const struct reentry *r);
/* The interfaces' names: 0 the end that is sent into, 1 the other. */
const char *reentry_name(const struct reentry *r, int end);
/* A whole IPv4 packet. 0 or a negative errno. */
int reentry_send(struct reentry *r, struct bytes packet);
/* An IPv6 packet as if it came out of the tunnel from `remote` to `local`. */
int reentry_forward(struct reentry *r, struct in_addr local, struct in_addr remote,
		    struct bytes packet);
