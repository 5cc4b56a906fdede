/* SPDX-License-Identifier: Apache-2.0 */
/* DHCPv6 of hosts. */
#pragma once

#include "sim/mobile.h"

/* What a client asks, about one address or none. */
struct dhcp6_question {
	enum dhcp6_type type;
	uint32_t id;            /* of the transaction */
	struct mac_addr client; /* its DUID-LL: that of the host, unless somebody lies */
	const struct in6_addr *address;
	bool rapid;
	uint16_t elapsed; /* 1/100 s */
};

/* A packet from `src` to all servers; where a client has chosen one, to that which has the DUID-LL
 * of `server`. Its length. */
size_t dhcp6_write(const struct dhcp6_question *q, const struct in6_addr *src,
		   struct mac_addr server, uint8_t buf[static 512]);
/* false: it is none. */
bool dhcp6_read(const struct ip6 *p, struct dhcp6_message *ret);
/* A manual host has the address that a Reply gives. */
void dhcp6_take(struct mobile *h, const struct dhcp6_message *m);
