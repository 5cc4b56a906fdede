/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include <assert.h>

static uint64_t rotl(uint64_t v, int n)
{
	return v << n | v >> (64 - n);
}

/* splitmix64: spreads one word over a state that must not be all zero (Blackman, Vigna 2018). */
static uint64_t splitmix(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void rng_seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&seed);
}

uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s, ret = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return ret;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
	assert(n > 0);

	/* values under 2^64 mod n are drawn again, so that each remainder is equally likely */
	uint64_t skip = -n % n, v;

	do
		v = rng_next(r);
	while (v < skip);
	return v % n;
}
