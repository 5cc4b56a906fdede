/* SPDX-License-Identifier: Apache-2.0 */
/* Signalling at the home agent: a Registration Request is judged, an acceptable one carried out. */
#pragma once

#include "core/ha_reply.h"

/* A Mobile IPv4 message from UDP port 434. */
void ha_receive(void *self, const struct datagram *in, struct now now, struct actions *out);
/* A request, also one that has waited: so many home addresses have failed for it (D11). */
void request_judge(struct ha *h, const struct datagram *in, uint8_t attempt, struct now now,
		   struct actions *out);
/* A request that passed every check: registration, renewal, movement or deregistration. */
void register_request(struct ha *h, struct request *q, struct now now, struct actions *out);
/* Answers with a denial. */
void request_deny(struct ha *h, const struct request *q, uint8_t code, struct now now,
		  struct actions *out);
