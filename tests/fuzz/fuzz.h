/* SPDX-License-Identifier: Apache-2.0 */
/* What libFuzzer calls with each input; assert() ends the run with a finding. */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
