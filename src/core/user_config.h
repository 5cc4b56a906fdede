/* SPDX-License-Identifier: Apache-2.0 */
/* A user of the local file (draft 3.1.1.1 step 1). Read by src/config, used by src/auth. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define USER_NAME_MAX   128 /* an NAI of an access link is not longer, either */
#define USER_SECRET_MAX 128

struct user_config {
	char name[USER_NAME_MAX + 1]; /* exactly as the host says it */
	uint8_t secret[USER_SECRET_MAX];
	size_t secret_length;
};
