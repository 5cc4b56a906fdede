/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of the client: how a request is made and whether a reply or a revocation is the
 * home agent's. Private to the client. */
#pragma once

#include "core/client.h"

/* The request that the client's state asks for: initial, renewal or deregistration. Nothing is sent
 * without an association; the timers of the client end that as they end silence. */
void client_send_request(struct client *c, struct client_group *g, struct now now,
			 struct actions *out);
/* True if it answers the latest request and comes from the home agent. */
bool client_reply_valid(const struct client *c, const struct client_group *g,
			const struct mip4_message *m);
