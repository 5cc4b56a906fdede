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
	struct mip4_sa mn, fa;   /* the associations that it was verified with */
	bool has_fa;             /* a valid FHAE */
	struct replay *replay;   /* of its NAI, NULL if none is remembered */
	struct binding *binding; /* of its NAI, NULL if none */
	bool known;              /* had a binding when it came */
	bool duplicate;          /* of the last accepted one */
};

/* lifetime in s, of accepted ones. */
void reply_send(struct ha *h, const struct request *q, uint32_t id, uint8_t code, uint16_t lifetime,
		struct now now, struct actions *out);
/* What has been accepted could not be done: a denial after all, from what the binding knows. */
void reply_take_back(struct ha *h, const struct binding *b, struct actions *out);
