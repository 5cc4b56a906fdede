/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protocol 41 by a raw socket: sends what the daemon itself has to say into tunnels, and receives
 * what the data plane left to the stack, which are packets whose outer fragments the kernel has put
 * together. Being open it also keeps the kernel from answering "protocol unreachable".
 */
#pragma once

#include "base/net.h"

#define RAW_BATCH 32 /* packets read in one go, so that others get their turn */

struct raw;

/* 0 or a negative errno. */
int raw_new(struct raw **ret);
void raw_free(struct raw *r);
int raw_fd(const struct raw *r);
/* Calls `each` with every whole IPv4 packet but those that came by interface `except`: how many
 * were read, or a negative errno. */
int raw_receive(struct raw *r, uint32_t except, void (*each)(void *ctx, struct bytes packet),
		void *ctx);
/* Copies a packet to the end of the queue, which leaves at raw_flush, or before if it is full. DF=0
 * outside: the packet may be fragmented on its way (D21). 0; -EMSGSIZE: longer than IPv4 can say.
 */
int raw_send(struct raw *r, struct in_addr local, struct in_addr remote, struct bytes packet);
bool raw_waits(const struct raw *r);
/* Sends what waits, in the order in which it came. How many could not be sent since the last
 * flush: each is gone. */
unsigned raw_flush(struct raw *r);
