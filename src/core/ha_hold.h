/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of hosts whose source address is in DAD (D9): kept, bounded, and given back to the data
 * plane once the address is bound. */
#pragma once

#include "base/memory.h"
#include "core/actions.h"

struct ha;
struct host_address;
struct proxy;

#define HOLD_PER_ADDRESS_MAX 4    /* what a host sends in the second of DAD before TCP backs off */
#define HOLD_PACKET_MAX      1500 /* longer ones, made of segments on this machine, are not kept */
#define HOLD_TOTAL_MAX       1024 /* 1.5 MiB in all */

struct ha_held {
	struct ha_held *next; /* newer */
	uint16_t n;
	uint8_t packet[HOLD_PACKET_MAX];
};

struct ha_hold_pool {
	struct slab slab;
};

int ha_hold_pool_new(struct ha_hold_pool *p, const struct memory *m, uint32_t bindings_max);
void ha_hold_packet(struct ha *h, struct host_address *a, struct bytes packet);
void ha_hold_forward(struct ha *h, struct host_address *a, struct actions *out);
void ha_hold_drop(struct ha *h, struct proxy *proxy);
