/* SPDX-License-Identifier: Apache-2.0 */
/* The MAC algorithms that a security association can name, from nettle. */
#pragma once

#include "base/mac.h"

extern const struct mac_algorithm mac_hmac_md5;    /* RFC 2104, RFC 5944 3.5.1 */
extern const struct mac_algorithm mac_hmac_sha256; /* RFC 4868, untruncated */
/* MD5(key || text || key): for peers of old only. RFC 2002 3.5.1 leaves the SPI out, RFC 3344 3.5.1
 * and RFC 5944 cover it. */
extern const struct mac_algorithm mac_md5;
extern const struct mac_algorithm mac_md5_legacy;
/* All of them, as a configuration may name them; ends with NULL. */
extern const struct mac_algorithm *const mac_algorithms[];
