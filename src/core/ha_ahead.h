/* SPDX-License-Identifier: Apache-2.0 */
/* The home agent's door `ahead` (role.h). */
#pragma once

#include "core/role.h"

void ha_ahead(const void *self, const struct datagram *in, size_t n);
