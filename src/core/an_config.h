/* SPDX-License-Identifier: Apache-2.0 */
/* What an access node is told at start. Filled by src/config and the daemon, checked there. */
#pragma once

#include "core/access_config.h"

struct an_config {
	struct access_config access;
	struct in_addr pool; /* first care-of address, network byte order */
	uint32_t pool_size;
};
