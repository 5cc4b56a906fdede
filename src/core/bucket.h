/* SPDX-License-Identifier: Apache-2.0 */
/* A token bucket: rate limits as RFC 4443 2.4 (f) recommends them. Zeroed, it is full. */
#pragma once

#include "base/time.h"

#include <stdbool.h>

struct bucket {
	nsec_t empty_until; /* the bucket holds one token for each interval that lies behind this */
};

/* Takes a token if there is one: one comes each `interval`, at most `burst` are kept. */
static inline bool bucket_take(struct bucket *b, nsec_t now, nsec_t interval, uint32_t burst)
{
	const nsec_t oldest = now - interval * burst;
	nsec_t from = b->empty_until > oldest ? b->empty_until : oldest;

	if (from + interval > now)
		return false;
	b->empty_until = from + interval;
	return true;
}

/* When the next token comes, at most `now` if there is one. */
static inline nsec_t bucket_next(const struct bucket *b, nsec_t interval)
{
	return b->empty_until + interval;
}
