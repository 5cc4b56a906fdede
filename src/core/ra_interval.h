/* SPDX-License-Identifier: Apache-2.0 */
/* When a router advertises itself (RFC 4861 6.2.4, 6.2.6, 10). */
#pragma once

#include "base/rng.h"
#include "base/time.h"

#define RA_INITIAL     3                   /* MAX_INITIAL_RTR_ADVERTISEMENTS */
#define RA_INITIAL_MAX (16 * NSEC_PER_SEC) /* MAX_INITIAL_RTR_ADVERT_INTERVAL */
#define RA_MIN_DELAY   (3 * NSEC_PER_SEC)  /* MIN_DELAY_BETWEEN_RAS */
#define RA_ASKED_BURST 3 /* a host's initial solicitations, MAX_RTR_SOLICITATIONS */

/* Until the next unsolicited one; min and max in s. The initial ones, of which there are so many
 * left, come sooner. */
static inline nsec_t ra_interval(struct rng *rng, uint16_t min, uint16_t max, uint8_t *initial)
{
	const nsec_t least = min * NSEC_PER_SEC, most = max * NSEC_PER_SEC;
	nsec_t t = least + (nsec_t)rng_below(rng, (uint64_t)(most > least ? most - least : 0) + 1);

	if (*initial) {
		--*initial;
		t = sooner(t, RA_INITIAL_MAX);
	}
	return t;
}
