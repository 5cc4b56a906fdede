/* SPDX-License-Identifier: Apache-2.0 */
#include "histogram.h"

#define HALF (1u << HISTOGRAM_BITS)

/* Values below 2 * HALF have a bucket each; above, the highest bits say which. */
static unsigned bucket_of(uint64_t v)
{
	unsigned shift;

	if (v < 2 * HALF)
		return (unsigned)v;
	shift = 63 - (unsigned)__builtin_clzll(v) - HISTOGRAM_BITS;
	return (shift << HISTOGRAM_BITS) + (unsigned)(v >> shift);
}

/* The greatest value of a bucket. */
static uint64_t end_of(unsigned bucket)
{
	unsigned shift;

	if (bucket < 2 * HALF)
		return bucket;
	shift = (bucket >> HISTOGRAM_BITS) - 1;
	return ((uint64_t)(bucket - (shift << HISTOGRAM_BITS)) << shift) + (1ull << shift) - 1;
}

void histogram_add(struct histogram *h, nsec_t value)
{
	if (value < 0)
		value = 0;
	h->buckets[bucket_of((uint64_t)value)]++;
	h->n++;
	if (value > h->max)
		h->max = value;
}

nsec_t histogram_at(const struct histogram *h, double fraction)
{
	uint64_t seen = 0, wanted = (uint64_t)(fraction * (double)h->n);

	if (wanted < fraction * (double)h->n || wanted == 0)
		wanted++;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (h->n && seen >= wanted) {
			nsec_t end = (nsec_t)end_of(i);

			return end < h->max ? end : h->max;
		}
	}
	return h->max;
}
