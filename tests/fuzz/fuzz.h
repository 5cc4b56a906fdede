/* SPDX-License-Identifier: Apache-2.0 */
/* What libFuzzer calls with each input; assert() ends the run with a finding. */
#pragma once

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy whose memory ends where it does, so that what reads beyond is seen; to be freed. */
static inline uint8_t *fuzz_copy(struct bytes b)
{
	uint8_t *p = malloc(b.n);

	assert(p);
	if (b.n)
		memcpy(p, b.p, b.n);
	return p;
}
