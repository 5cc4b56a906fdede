/* SPDX-License-Identifier: Apache-2.0 */
/* Time as the cores see it: always an argument, never asked for. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef int64_t nsec_t;

#define NSEC_PER_SEC  ((nsec_t)1000000000)
#define NSEC_PER_MSEC ((nsec_t)1000000)
#define NSEC_NEVER    INT64_MAX

/* One reading of both clocks. Timers use mono; Identification and what is stored use ntp. */
struct now {
	nsec_t mono;  /* ns, CLOCK_MONOTONIC or a virtual clock */
	uint64_t ntp; /* NTP format (RFC 5905 6): seconds since 1900, then 32 bits of fraction */
};

static inline nsec_t sooner(nsec_t a, nsec_t b)
{
	return a < b ? a : b;
}

/* Is a later than b? Also across the end of an era, in 2036 (RFC 5905 6): they are less than 68
 * years apart. */
static inline bool ntp_later(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) > 0;
}

static inline uint32_t ntp_seconds(uint64_t ntp)
{
	return (uint32_t)(ntp >> 32);
}

/* The NTP time of a deadline, and the deadline of an NTP time: what is stored outlives a monotonic
 * clock. NSEC_NEVER is 0 and back. The one rounds up, the other, which is coarser, down: what is
 * written and read at one time is the same. */
static inline uint64_t ntp_of(struct now now, nsec_t due)
{
	const nsec_t left = due - now.mono;
	nsec_t seconds = left / NSEC_PER_SEC, rest = left % NSEC_PER_SEC;

	if (due == NSEC_NEVER)
		return 0;
	if (rest < 0) {
		seconds--;
		rest += NSEC_PER_SEC;
	}
	return now.ntp + ((uint64_t)seconds << 32) +
	       (((uint64_t)rest << 32) + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
}

static inline nsec_t mono_of(struct now now, uint64_t ntp)
{
	const int64_t left = (int64_t)(ntp - now.ntp);

	if (ntp == 0)
		return NSEC_NEVER;
	return now.mono + (left >> 32) * NSEC_PER_SEC +
	       (nsec_t)(((uint64_t)left & UINT32_MAX) * (uint64_t)NSEC_PER_SEC >> 32);
}
