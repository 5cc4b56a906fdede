/* SPDX-License-Identifier: Apache-2.0 */
/* Replay protection by timestamps (RFC 5944 5.7.1): against the last accepted Identification of a
 * host, NULL if it is not known. tolerance in s. */
#pragma once

#include "core/host.h"

/* Remembers an accepted request. */
void replay_accept(struct host *x, uint64_t identification, struct in_addr care_of,
		   bool deregistration, struct now now);
/* Within the tolerance and newer than all that was accepted. */
bool replay_is_fresh(const struct host *x, uint64_t identification, uint16_t tolerance,
		     struct now now);
/* Nothing that was accepted up to the last could pass the clock check again. */
bool replay_is_over(const struct host *x, uint16_t tolerance, struct now now);
/* The Identification of a reply with code 133 (D13). */
uint64_t replay_resynchronise(const struct host *x, uint64_t identification, struct now now);
