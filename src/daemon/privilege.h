/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* Whether this process may do all that the daemon does. If not, -EPERM, and `why` is one sentence
 * for a person. */
int privilege_check(char *why, size_t why_size);
