/* SPDX-License-Identifier: Apache-2.0 */
/* What every role machine among octets needs: memory that each input begins anew, a clock, room for
 * the actions of a step, and a cheap MAC so that the script can sign. */
#pragma once

#include "../../sim/cheap_mac.h"
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

static inline void move_clock(nsec_t to)
{
	nsec_t d = to - now.mono;

	now.ntp += (uint64_t)(d / NSEC_PER_SEC) << 32;
	now.ntp += ((uint64_t)(d % NSEC_PER_SEC) << 32) / NSEC_PER_SEC;
	now.mono = to;
}
