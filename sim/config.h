/* SPDX-License-Identifier: Apache-2.0 */
/* What nodes are configured with unless somebody changes it afterwards: the same for the
 * simulator's worlds and for those of scenarios. Nodes have their addresses, and the world its
 * associations, before. */
#pragma once

#include "sim/world.h"

#define CONFIG_REALM "example.net"

void config_home_agent(struct world *w, uint16_t lifetime);
/* Of node i; lifetime in s. */
void config_access_node(struct world *w, uint32_t i, uint16_t lifetime, uint32_t attachments,
			uint32_t ports);
/* As well; the association is that which the home agent has with it. */
void config_access_router(struct world *w, uint32_t i, uint16_t lifetime, uint32_t attachments,
			  uint32_t ports, const struct sa_config *with_home_agent);

/* Hosts dial in with PAP, and have /64s of their own. */
void config_pppoe(struct ar_pppoe *c);

bool in6_parse(const char *text, struct in6_addr *ret);
struct in6_addr in6(const char *text); /* of one that is right */
