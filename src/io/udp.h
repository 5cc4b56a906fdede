/* SPDX-License-Identifier: Apache-2.0 */
/* The UDP port of Mobile IPv4 (RFC 5944 3.1) on every local address: replies leave from the address
 * that was asked, requests from the care-of address. */
#pragma once

#include "base/packet.h"

/* Datagrams read in one go: as few at first, so that others get their turn; twice as many after
 * each time that there were more, since every call to the kernel has its price. */
#define UDP_BATCH     64
#define UDP_BATCH_MAX 1024
#define UDP_GROUP     16

struct udp;

/* 0 or a negative errno. */
int udp_new(uint16_t port, struct udp **ret);
/* What still waits to be sent is not. */
void udp_free(struct udp *u);
int udp_fd(const struct udp *u);
/* Reads a batch and calls `each` for its datagrams, up to UDP_GROUP at a time: how many, or a
 * negative errno. Fewer than UDP_BATCH: there were no more. One that is longer than any message of
 * ours is cut, which no decoder takes. */
int udp_receive(struct udp *u, void (*each)(void *ctx, const struct datagram *v, size_t n),
		void *ctx);
/* Copies d to the end of the queue; it leaves from d->local, port as bound, at udp_flush, or before
 * if the queue is full. 0; -EMSGSIZE: no datagram of ours is that long. */
int udp_send(struct udp *u, const struct datagram *d);
/* The same, at the end of another queue, which leaves at udp_flush_late. */
int udp_send_late(struct udp *u, const struct datagram *d);
/* Sends what waits, in the order in which it came. How many could not be sent since the last
 * flush: each is gone. */
unsigned udp_flush(struct udp *u);
unsigned udp_flush_late(struct udp *u);
