/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silent departures (D5): as the router of the virtual link the home agent asks a host that has
 * sent nothing, by neighbour unreachability detection (RFC 4861 7.3), and ends the binding of one
 * that does not answer before its lifetime does.
 */
#pragma once

#include "core/binding.h"

/* A registration has been accepted. */
void probe_begin(struct ha *h, struct binding *b, struct now now);
void probe_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);
/* The data plane's count of packets from the host. */
void probe_traffic(struct ha *h, struct binding *b, uint64_t packets, struct now now,
		   struct actions *out);
