/* SPDX-License-Identifier: Apache-2.0 */
/* The world that a scenario begins with. */
#include "scenario.h"

#include "io/mac.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SAS     5 /* the realm's, which comes first, and those of the routers */
#define ROUTERS 2 /* r1, r2 */

static struct in_addr in4(const char *text)
{
	struct in_addr a;

	assert(inet_pton(AF_INET, text, &a) == 1);
	return a;
}

bool in6_parse(const char *text, struct in6_addr *ret)
{
	return inet_pton(AF_INET6, text, ret) == 1;
}

static struct in6_addr in6(const char *text)
{
	struct in6_addr a;

	assert(in6_parse(text, &a));
	return a;
}

static void init_ha(struct world *w)
{
	w->ha_config = (struct ha_config){
		.address = in4("192.0.2.1"),
		.lifetime_max = 600,
		.timestamp_tolerance = 7,
		.tunnelling = true,
		.numbers = mip4_numbers_default,
		.sas = w->sas,
		.n_sas = SAS,
		.sa_cache = 16,
		.dereg_fhae = true,
		.home_ifindex = WORLD_HOME_IF,
		.home_mac = { { 0x02, 0, 0, 0, 0, 0x01 } },
		.home_link_local = in6("fe80::ff:fe00:1"),
		.own = { in6("2001:db8:1::1") },
		.n_own = 1,
		.prefixes = { { in6("2001:db8:1::"), 86400, 14400 } },
		.n_prefixes = 1,
		.advertise = false,
		.router_mac = { { 0x02, 0, 0x5e, 0, 0, 0x01 } },
		.router_address = in6("fe80::5eff:fe00:1"),
		.link_mtu = 1480,
		.autonomous = true,
		.hop_limit = 64,
		.router_lifetime = 1800,
		.ra_min = 200,
		.ra_max = 600,
		.bindings_max = 16,
		.addresses_max = 32,
		.addresses_per_host = 8,
		.probes_max = 3,
		.nd_per_second = 1000,
		.retransmit = 1000,
	};
}

static void init_an(struct world *w, int i)
{
	struct an_config *c = &w->an_configs[1 + i];

	*c = (struct an_config){
		.access.home_agent = in4("192.0.2.1"),
		.pool = in4(i ? "203.0.113.8" : "198.51.100.8"),
		.pool_size = 4,
		.access.lifetime = 600,
		.access.detach_delay = 10,
		.access.hold_down = 2,
		.access.back_off = 30,
		.access.numbers = mip4_numbers_default,
		.access.sas = w->sas,
		.access.n_sas = 1,
		.access.sa_cache = 16,
		.access.n_ports = 1,
		.access.attachments_max = 4,
		.access.buffer_bytes = 65536,
	};
	c->access.ports[0] =
		(struct access_port){ .name = "port",
				      .ifindex = WORLD_PORT_IF,
				      .mac = { { 0x02, 0x01, 0, 0, 0x0a, (uint8_t)(i + 1) } },
				      .realm = "example.net",
				      .attachments_max = 4 };
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
	strcpy(w->sas[0].name, "example.net");
	w->sas[1].node = in4("198.51.100.99");
	w->sas[2].node = in4("203.0.113.99");
	w->sas[3].node = in4("198.51.100.101");
	w->sas[4].node = in4("203.0.113.101");
}

/* Shared: what routers are to hosts is the same everywhere (D6). */
static void init_router(struct world *w, struct node *n, int i)
{
	struct sa_config *keys = blocks_take(&w->memory, 2 * sizeof(*keys));
	struct ar_config *c = blocks_take(&w->memory, sizeof(*c));

	keys[0] = w->sas[0];
	keys[1] = w->sas[3 + i];
	keys[1].node = in4("192.0.2.1");
	*c = (struct ar_config){
		.access.home_agent = in4("192.0.2.1"),
		.access.lifetime = 600,
		.access.detach_delay = 10,
		.access.hold_down = 2,
		.access.back_off = 30,
		.access.numbers = mip4_numbers_default,
		.access.sas = keys,
		.access.n_sas = 2,
		.access.sa_cache = 16,
		.access.n_ports = 1,
		.access.attachments_max = 4,
		.access.buffer_bytes = 65536,
		.care_of = n->address,
		.router_mac = { { 0x02, 0x4e, 0x4d, 0x34, 0, 2 } },
		.router_address = in6("fe80::1"),
		.hop_limit = 64,
		.router_lifetime = 1800,
		.ra_min = 200,
		.ra_max = 600,
		.link_mtu = 1480,
		.valid = 3600,
		.preferred = 1800,
		.placeholder = in6("2001:db8:0:ffff::"),
		.unconfirmed_max = 2,
	};
	c->access.ports[0] =
		(struct access_port){ .name = "port",
				      .ifindex = WORLD_PORT_IF,
				      .mac = { { 0x02, 0x01, 0, 0, 0x0b, (uint8_t)(i + 1) } },
				      .realm = "example.net",
				      .attachments_max = 4 };
	n->ar_config = c;
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
	init_ha(w);
	for (int i = 0; i < 2; i++)
		init_an(w, i);
	for (int i = 0; i < SCENARIO_NODES; i++) {
		struct node *n = &w->nodes[i];

		snprintf(n->name, sizeof(n->name), "%s", nodes[i].name);
		n->kind = nodes[i].kind;
		n->address = in4(nodes[i].address);
		n->n_addresses = nodes[i].addresses;
		n->an_config = n->kind == NODE_ACCESS ? &w->an_configs[i] : NULL;
		if (n->kind == NODE_ACCESS_ROUTER)
			init_router(w, n, i - (SCENARIO_NODES - ROUTERS));
	}
}
