/* SPDX-License-Identifier: Apache-2.0 */
/* Times in buckets whose width grows with the value: 64 to each power of two, so a percentile is
 * right within 1.6 %. */
#pragma once

#include "base/time.h"

#define HISTOGRAM_BITS    6
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

struct histogram {
	uint64_t buckets[HISTOGRAM_BUCKETS];
	uint64_t n;
	nsec_t max;
};

void histogram_add(struct histogram *h, nsec_t value);
/* The value that `fraction` (0 to 1) of all do not exceed; 0 if there is none. */
nsec_t histogram_at(const struct histogram *h, double fraction);
