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
void probe_timeout(struct ha *h, struct binding *b, struct now now, struct actions *out);
/* An advertisement of the host: it has that address. */
void probe_answered(struct ha *h, const struct binding *b, const struct in6_addr *target);
/* Before another address: hosts that change theirs (RFC 8981) say nothing of the old ones, whose
 * lifetime every router advertisement renews (D17). Once half of what a host may have is in use,
 * all are asked for, and when all is, one that was not answered for gives way. */
void probe_make_room(struct ha *h, struct binding *b, struct now now, struct actions *out);
/* The data plane's count of packets from the host. */
void probe_traffic(struct ha *h, struct binding *b, uint64_t packets, struct now now,
		   struct actions *out);
