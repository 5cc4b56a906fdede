/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that wait (D11): a home address that lies on the home link is given only after DAD
 * there. The request is kept as it came, and judged once more when DAD is over, as if it came then.
 * One that comes meanwhile replaces it: only the latest is answered.
 */
#pragma once

#include "base/memory.h"
#include "base/packet.h"
#include "base/time.h"
#include "core/actions.h"

struct ha;
struct proxy;

#define PENDING_MAX       1024 /* as many hosts as DAD on the home link takes in within a second */
#define PENDING_BYTES_MAX 512  /* a request of ours has at most 250 octets */
#define PENDING_ATTEMPTS  3    /* addresses tried for one request */

struct pending {
	struct in_addr local, remote;
	uint16_t local_port, remote_port, n;
	uint8_t attempt;
	uint64_t arrived; /* NTP: what its Identification is compared with */
	uint8_t octets[PENDING_BYTES_MAX];
};

int pending_new(struct slab *s, const struct memory *m, uint32_t bindings_max);
/* False if it is too long, or too many wait. */
bool pending_keep(struct ha *h, struct proxy *p, const struct datagram *in, uint8_t attempt,
		  struct now now);
/* Judges the request that waits for this proxy, if one does; `attempt` more have failed. */
void pending_resume(struct ha *h, const struct pending *p, struct now now, struct actions *out);
void pending_drop(struct ha *h, struct proxy *p);
