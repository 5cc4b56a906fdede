/* SPDX-License-Identifier: Apache-2.0 */
/* The MAC algorithms that a security association can name, from nettle. */
#pragma once

#include "base/mac.h"

extern const struct mac_algorithm mac_hmac_md5;    /* RFC 2104, RFC 5944 3.5.1 */
extern const struct mac_algorithm mac_hmac_sha256; /* RFC 4868, untruncated */
/* By the name in the configuration; NULL if there is none. */
const struct mac_algorithm *mac_by_name(const char *name);
