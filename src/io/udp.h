/* SPDX-License-Identifier: Apache-2.0 */
/* The UDP port of Mobile IPv4 (RFC 5944 3.1) on every local address: replies leave from the address
 * that was asked, requests from the care-of address. */
#pragma once

#include "base/packet.h"

#define UDP_BATCH 64

struct udp;

/* 0 or a negative errno. */
int udp_new(uint16_t port, struct udp **ret);
void udp_free(struct udp *u);
int udp_fd(const struct udp *u);
/* Reads up to UDP_BATCH datagrams and calls `each` for them: how many, or a negative errno. One
 * that is longer than any message of ours is cut, which no decoder takes. */
int udp_receive(struct udp *u, void (*each)(void *ctx, const struct datagram *d), void *ctx);
/* From d->local, port as bound. 0 or a negative errno. */
int udp_send(struct udp *u, const struct datagram *d);
