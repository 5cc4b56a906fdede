/* SPDX-License-Identifier: Apache-2.0 */
/* Time as the cores see it: always an argument, never asked for. */
#pragma once

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

static inline uint32_t ntp_seconds(uint64_t ntp)
{
	return (uint32_t)(ntp >> 32);
}
