/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a host is who it says: asked as an action, answered later by the role's `verdict` (draft
 * 3.1.1.1 step 1, 5.4.2). Who answers, a file of users or a server far away, is not the core's to
 * know. All bytes are views, as long as the call.
 */
#pragma once

#include "base/bytes.h"

#define AUTH_STATE_MAX 64   /* what the answerer wants to see again with the next question */
#define AUTH_EAP_MAX   1480 /* one EAP packet, within the MRU of PPPoE */

enum auth_method {
	AUTH_PAP,      /* RFC 1334 */
	AUTH_CHAP_MD5, /* RFC 1994 */
	AUTH_EAP,      /* RFC 3748: a packet of the host, which we do not read */
};

struct auth_question {
	enum auth_method method;
	struct bytes name;      /* as the host says; of EAP that of its Identity response */
	uint8_t identifier;     /* CHAP: of the challenge */
	struct bytes challenge; /* CHAP */
	struct bytes secret;    /* PAP: the password; CHAP: the response; EAP: the packet */
	struct bytes state;     /* EAP: of the verdict before */
};

enum auth_result {
	AUTH_ACCEPTED,
	AUTH_REJECTED,
	AUTH_GOES_ON, /* EAP: send `eap`, and ask again with the answer */
};

struct auth_verdict {
	enum auth_result result;
	struct bytes name;  /* accepted: whom; what its NAI is made of (D1) */
	struct bytes eap;   /* EAP: a Request, Success or Failure for the host */
	struct bytes state; /* at most AUTH_STATE_MAX */
};
