/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a range of IPv4 addresses local by routes, not by thousands of addresses (D15). */
#pragma once

#include "base/net.h"

/* `local RANGE dev lo`; as many routes as the range has prefixes. What a dead daemon left behind is
 * taken over. 0 or a negative errno, then nothing was added. */
int pool_add(struct in_addr first, uint32_t count);
/* Takes them back; what is not there is no error. */
void pool_remove(struct in_addr first, uint32_t count);
