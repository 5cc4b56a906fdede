/* SPDX-License-Identifier: Apache-2.0 */
/* A token bucket: rate limits as RFC 4443 2.4 (f) recommends them. Zeroed, it is full. */
#pragma once

#include "base/time.h"

#include <stdbool.h>

struct bucket {
	nsec_t full_at;
};

/* When the next token can be taken; at most `now` if there is one. One comes each `interval`, at
 * most `burst` are kept. */
static inline nsec_t bucket_next(const struct bucket *b, nsec_t interval, uint32_t burst)
{
	return b->full_at - interval * (burst - 1);
}

static inline bool bucket_take(struct bucket *b, nsec_t now, nsec_t interval, uint32_t burst)
{
	if (bucket_next(b, interval, burst) > now)
		return false;
	b->full_at = (b->full_at > now ? b->full_at : now) + interval;
	return true;
}
