/* SPDX-License-Identifier: Apache-2.0 */
/* What every role machine among octets needs: memory that each input begins anew, a clock, room for
 * the actions of a step, and a cheap MAC so that the script can sign. */
#pragma once

#include "base/hash.h"
#include "base/mac.h"
#include "core/actions.h"
#include "fuzz.h"

#define ARENA (4 << 20)

static uint8_t arena[ARENA] __attribute__((aligned(16)));
static size_t arena_used;

static struct now now;
static struct action actions[ACTIONS_STEP_MAX];
static uint8_t payload[ACTIONS_STEP_BYTES];
static struct actions out = { actions, 0, ACTIONS_STEP_MAX, payload, 0, sizeof(payload) };

static void *take(void *ctx, size_t n)
{
	uint8_t *p = arena + arena_used;

	arena_used += (n + 15) & ~(size_t)15;
	assert(arena_used <= ARENA);
	return memset(p, 0, n);
}

/* No secret, but nothing that a mutation finds. */
static void set_key(void *state, struct bytes key)
{
	uint64_t k[2] = { 1, key.n };

	*(uint64_t *)state = siphash24(k, key.p, key.n);
}

static void sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	uint64_t k[2] = { *(const uint64_t *)state, 0 };

	k[1] = siphash24(k, a.p, a.n);
	for (int i = 0; i < 4; i++) {
		uint64_t v = siphash24(k, b.p, b.n) + (uint64_t)i;

		memcpy(ret + 8 * i, &v, 8);
	}
}

static const struct mac_algorithm cheap = { "cheap", 32, set_key, sign };
