/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Message authentication as the pure folders see it: a table of functions that someone who may
 * know a crypto library binds (src/io/mac.c; tests bind cheap ones).
 */
#pragma once

#include "base/bytes.h"

#define MAC_STATE_MAX  80 /* a key with its length, or two states of SHA-256 */
#define MAC_LENGTH_MAX 32 /* HMAC-SHA-256 */
#define MAC_KEY_MAX    64

struct mac_algorithm {
	const char *name; /* as in the configuration, such as "hmac-sha256" */
	size_t length;    /* octets of the authenticator, at most MAC_LENGTH_MAX */
	/* Fills MAC_STATE_MAX octets of state from a key of 1 to MAC_KEY_MAX octets. */
	void (*set_key)(void *state, struct bytes key);
	/* Authenticator over the concatenation a || b (either may be empty), `length` octets. */
	void (*sign)(const void *state, struct bytes a, struct bytes b, uint8_t *ret);
	bool without_spi; /* the authenticator does not cover the SPI before it (RFC 2002 3.5.1) */
};
