/* SPDX-License-Identifier: Apache-2.0 */
#include "io/clock.h"

#include <time.h>

#define NTP_TO_UNIX 2208988800u /* s from 1900 to 1970 (RFC 5905 6) */

struct now clock_now(void)
{
	struct timespec mono, real;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	uint64_t seconds = (uint64_t)real.tv_sec + NTP_TO_UNIX; /* eras wrap as RFC 5905 says */
	uint64_t fraction = ((uint64_t)real.tv_nsec << 32) / (uint64_t)NSEC_PER_SEC;
	return (struct now){ .mono = mono.tv_sec * NSEC_PER_SEC + mono.tv_nsec,
			     .ntp = seconds << 32 | fraction };
}
