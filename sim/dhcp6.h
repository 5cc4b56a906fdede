/* SPDX-License-Identifier: Apache-2.0 */
/* DHCPv6 of hosts. */
#pragma once

#include "sim/mobile.h"

/* A packet to all servers; where a client has chosen one, to that which has the DUID-LL of
 * `server`. Its length. */
size_t dhcp6_write(const struct mobile *h, struct mac_addr server, enum dhcp6_type type,
		   const struct in6_addr *address, uint8_t buf[static 512]);
/* false: it is none. */
bool dhcp6_read(const struct ip6 *p, struct dhcp6_message *ret);
/* The host has the address that a Reply gives. */
void dhcp6_take(struct mobile *h, const struct dhcp6_message *m);
