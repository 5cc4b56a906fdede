/* SPDX-License-Identifier: Apache-2.0 */
/* A Registration Request on its way through the home agent, and its reply (RFC 5944 3.8.3). */
#pragma once

#include "base/packet.h"
#include "core/binding.h"
#include "core/ha_replay.h"
#include "proto/mip4.h"

struct request {
	const struct datagram *in;
	struct mip4_message m;
	/* The associations that it was verified with, NULL if it has no such authenticator; `mn`
	 * until the next sa_find_nai. */
	const struct mip4_sa *mn, *fa;
	struct host *host;       /* of its NAI, NULL if it is not known */
	struct binding *binding; /* of its host, NULL if none */
	bool known;              /* had a binding when it came */
	bool duplicate;          /* of the last accepted one */
	uint8_t attempt;         /* home addresses that have failed DAD for it (D11) */
};

/* Asks for an address, or names one, or goes on with the one of its binding (A16): comes from an
 * access router (draft 4.1, 4.2). */
static inline bool request_about_address(const struct request *q)
{
	if (q->m.hoa_request == MIP4_ABSENT && q->m.hoa == MIP4_ABSENT)
		return q->binding && !q->binding->link;
	return q->m.hoa_request == MIP4_FULL || q->m.hoa == MIP4_FULL;
}

/* lifetime in s, of accepted ones. */
void reply_send(struct ha *h, const struct request *q, uint32_t id, uint8_t code, uint16_t lifetime,
		struct now now, struct actions *out);
/* What has been accepted could not be done: a denial after all, from what the binding knows. */
void reply_take_back(struct ha *h, const struct binding *b, struct actions *out);
