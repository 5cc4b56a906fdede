/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers the core's questions (core/auth.h) from a list of users: PAP (RFC 1334 2), CHAP with MD5
 * (RFC 1994 4) and EAP with MD5-Challenge (RFC 3748 5.4). How long an answer takes does not say
 * whether there is such a user, nor how much of a secret was right. Secrets are never logged.
 */
#pragma once

#include "core/auth.h"
#include "core/user_config.h"

#define USERS_EAP_MAX 32 /* of what we say: a challenge without a name is 22 */

struct users {
	const struct user_config *v; /* the caller's, in the order of their names (strcmp) */
	size_t n;
	uint8_t eap[USERS_EAP_MAX];
};

/* From now on these; they stay the caller's. */
void users_set(struct users *u, const struct user_config *v, size_t n);
/* The verdict's bytes are of the question, of *u (until the next one) and of `challenge`, which is
 * random: it is used if EAP asks for one. */
void users_answer(struct users *u, const struct auth_question *q, const uint8_t challenge[16],
		  struct auth_verdict *ret);
