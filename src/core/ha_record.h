/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host as the store has it: its key is 'H' and its NAI, its value all that a restart must know.
 * The same octets serve to take back a batch that could not be stored (ha_batch.h).
 */
#pragma once

#include "core/ha_address.h"

#define HOST_RECORD_MAX                                                                            \
	(128 + 25 * ADDRESSES_PER_HOST_MAX) /* fixed part, home address, binding; learnt ones */

/* The value; what it writes fits into HOST_RECORD_MAX octets. */
void host_record_write(const struct host *x, struct now now, struct writer *w);
/* Gives a host that has nothing yet what the value says. Nothing is emitted; what is due is due at
 * `now`. 0; -EBADMSG; -ENOTSUP: of a newer version; -ENOSPC: no room for it. Then the host may have
 * a part of it: forget it. */
int host_record_read(struct ha *h, struct host *x, struct bytes value, struct now now);
