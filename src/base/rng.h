/* SPDX-License-Identifier: Apache-2.0 */
/* A seeded generator (xoshiro256**) for jitter, back-off and hash seeds: never for keys. */
#pragma once

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
/* Uniform in [0, n); n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);
