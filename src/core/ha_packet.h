/* SPDX-License-Identifier: Apache-2.0 */
/* What the data plane hands up to the home agent: out of tunnels, and from the home link. */
#pragma once

#include "base/packet.h"
#include "base/time.h"
#include "core/actions.h"

struct ha;

/* From a host through its tunnel: we are its router there (draft 3.2, D6 to D9). */
void tunnel_packet(struct ha *h, const struct packet *in, struct now now, struct actions *out);
/* From the home link: we stand in for the hosts (draft 5.5.4, RFC 6275 10.4.1). */
void home_packet(struct ha *h, const struct packet *in, struct now now, struct actions *out);
