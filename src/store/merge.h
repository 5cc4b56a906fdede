/* SPDX-License-Identifier: Apache-2.0 */
/* The records that are left when newer ones replace older ones of the same key. */
#pragma once

#include "store/files.h"

/* Calls `each` once for every key's last value in the whole files, deleted ones left out; stops at
 * the first non-zero result and returns it. -ENOMEM: it takes 16 to 32 octets of memory for every
 * record in the logs while it runs. */
int merge(const struct files *f, int (*each)(void *ctx, const struct record *r), void *ctx);
