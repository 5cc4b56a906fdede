/* SPDX-License-Identifier: Apache-2.0 */
/* The world that a scenario begins with. */
#include "scenario.h"

#include "io/mac.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SAS 5 /* the realm's, which comes first, and those of the routers */

static struct in_addr in4(const char *text)
{
	struct in_addr a;

	assert(inet_pton(AF_INET, text, &a) == 1);
	return a;
}

static void init_keys(struct world *w)
{
	w->n_sas = SAS;
	for (uint8_t i = 0; i < SAS; i++) {
		w->sas[i] = (struct sa_config){ .scope = i ? SA_NODE : SA_REALM,
						.spi = 0x200 + i,
						.algorithm = &mac_hmac_md5,
						.key_length = 16 };
		for (uint8_t j = 0; j < 16; j++)
			w->sas[i].key[j] = (uint8_t)(0x10 * (i + 1) + j);
	}
	strcpy(w->sas[0].name, CONFIG_REALM);
	w->sas[1].node = in4("198.51.100.99");
	w->sas[2].node = in4("203.0.113.99");
	w->sas[3].node = in4("198.51.100.101");
	w->sas[4].node = in4("203.0.113.101");
}

void setup_world(struct world *w)
{
	static const struct {
		const char *name, *address;
		enum node_kind kind;
		uint32_t addresses;
	} nodes[SCENARIO_NODES] = {
		{ "ha", "192.0.2.1", NODE_HOME_AGENT, 1 },
		{ "an1", "198.51.100.8", NODE_ACCESS, 4 },
		{ "an2", "203.0.113.8", NODE_ACCESS, 4 },
		{ "ar1", "198.51.100.99", NODE_ROUTER, 1 },
		{ "ar2", "203.0.113.99", NODE_ROUTER, 1 },
		{ "r1", "198.51.100.101", NODE_ACCESS_ROUTER, 1 },
		{ "r2", "203.0.113.101", NODE_ACCESS_ROUTER, 1 },
	};

	world_new(w, 1, SCENARIO_NODES, SCENARIO_HOSTS);
	w->derive = &mac_hmac_sha256;
	init_keys(w);
	for (int i = 0; i < SCENARIO_NODES; i++) {
		struct node *n = &w->nodes[i];

		snprintf(n->name, sizeof(n->name), "%s", nodes[i].name);
		n->kind = nodes[i].kind;
		n->address = in4(nodes[i].address);
		n->n_addresses = nodes[i].addresses;
	}
	config_home_agent(w, 600);
	w->ha_config.bindings_max = 16;
	w->ha_config.addresses_max = 32;
	for (uint32_t i = 1; i <= 2; i++) {
		config_access_node(w, i, 600, 4, 1);
		w->an_configs[i].access.back_off = 30;
	}
	for (uint32_t i = 5; i <= 6; i++) {
		config_access_router(w, i, 600, 4, 1, &w->sas[i - 2]);
		w->nodes[i].ar_config->access.back_off = 30;
	}
}
