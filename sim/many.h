/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/options.h"

/* Exit status. */
int many_run(const struct options *o);
