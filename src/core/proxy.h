/* SPDX-License-Identifier: Apache-2.0 */
/* What we do on the home link in the place of a host, for one of its addresses (RFC 6275 10.4.1):
 * duplicate address detection, announcement, defence. */
#pragma once

#include "base/heap.h"
#include "base/packet.h"
#include "core/bucket.h"

struct ha_held;
struct group;
struct pending;

struct proxy {
	struct host_address *address;
	struct timer nd;    /* tentative: DAD; bound: unsolicited advertisements */
	struct timer valid; /* end of the valid lifetime */
	nsec_t valid_until; /* NSEC_NEVER = no end */
	nsec_t bound;       /* since when */
	nsec_t solicited;   /* in DAD: last */
	uint8_t sent;       /* solicitations (tentative) or unsolicited advertisements (bound) */
	uint8_t unanswered; /* probes, as other addresses came */
	uint8_t nonce[6];   /* of our solicitations (RFC 7527) */
	struct bucket defence;
	struct group *group;     /* its solicited-node group */
	struct ha_held *held;    /* packets that wait for the end of DAD */
	struct pending *pending; /* a request that waits for it (D11) */
	bool passed;             /* and is being judged */
};
