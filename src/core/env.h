/* SPDX-License-Identifier: Apache-2.0 */
/* What a core is given at _new: memory, a seed, and the algorithms of its key derivation. */
#pragma once

#include "base/drop.h"
#include "base/mac.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/time.h"

struct core_env {
	struct memory memory;
	uint64_t seed;
	uint8_t secret[16];                 /* of identifiers (RFC 7217), until the store has one */
	uint32_t changes_max;               /* records that a batch may change (actions.h) */
	const struct mac_algorithm *derive; /* HMAC-SHA-256, for realm keys (D2) */
};
