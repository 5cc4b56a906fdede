/* SPDX-License-Identifier: Apache-2.0 */
/* Which home address a request is served with (draft 3.1.1, 4.1, 4.2, 5.5.1; D12, A17 to A19). */
#pragma once

#include "core/ha_reply.h"

enum home_verdict {
	HOME_GIVEN = -1, /* q->host->home is the one */
	HOME_LATER = -2, /* DAD runs on the home link: the request waits (D11) */
			 /* else the code to deny with */
};

/* For a request about an address, its host known; lifetime not 0. */
int home_address_assign(struct ha *h, struct request *q, struct now now, struct actions *out);
/* Does a deregistration or renewal that names an address mean the one that the host has? */
bool home_address_is(const struct request *q);
/* The IPv4 home address of a host behind a foreign agent (A3): 0 if it is to have none, or there is
 * none left. */
struct in_addr home_address_ipv4(struct ha *h, struct request *q, struct now now);
