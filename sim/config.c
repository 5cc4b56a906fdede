/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>

bool in6_parse(const char *text, struct in6_addr *ret)
{
	return inet_pton(AF_INET6, text, ret) == 1;
}

struct in6_addr in6(const char *text)
{
	struct in6_addr a;
	bool ok = in6_parse(text, &a);

	assert(ok);
	(void)ok;
	return a;
}

void config_home_agent(struct world *w, uint16_t lifetime)
{
	w->ha_config = (struct ha_config){
		.address = w->nodes[WORLD_HA].address,
		.lifetime_max = lifetime,
		.timestamp_tolerance = 7,
		.tunnelling = true,
		.numbers = mip4_numbers_default,
		.sas = w->sas,
		.n_sas = w->n_sas,
		.sa_cache = 16,
		.dereg_fhae = true,
		.home_ifindex = WORLD_HOME_IF,
		.home_mac = { { 0x02, 0, 0, 0, 0, 0x01 } },
		.home_link_local = in6("fe80::ff:fe00:1"),
		.own = { in6("2001:db8:1::1") },
		.n_own = 1,
		.prefixes = { { in6("2001:db8:1::"), 86400, 14400 } },
		.n_prefixes = 1,
		.router_mac = { { 0x02, 0, 0x5e, 0, 0, 0x01 } },
		.router_address = in6("fe80::5eff:fe00:1"),
		.link_mtu = 1480,
		.autonomous = true,
		.hop_limit = 64,
		.router_lifetime = 1800,
		.ra_min = 200,
		.ra_max = 600,
		.bindings_max = 2 * w->n_hosts + 8,
		.addresses_max = 8 * w->n_hosts + 32,
		.addresses_per_host = 8,
		.probes_max = 3,
		.nd_per_second = 1000,
		.retransmit = 1000,
	};
}

static struct access_config access_config(const struct world *w, const struct node *n,
					  uint16_t lifetime, uint32_t attachments, uint32_t ports)
{
	const uint32_t i = (uint32_t)(n - w->nodes);
	struct access_config c = {
		.home_agent = w->nodes[WORLD_HA].address,
		.lifetime = lifetime,
		.detach_delay = 10,
		.hold_down = 2,
		.back_off = 5,
		.numbers = mip4_numbers_default,
		.sas = w->sas,
		.n_sas = 1,
		.sa_cache = 16,
		.n_ports = ports,
		.attachments_max = attachments,
		.buffer_bytes = 65536,
	};

	for (uint32_t p = 0; p < ports; p++) {
		c.ports[p] = (struct access_port){ .ifindex = WORLD_PORT_IF + p,
						   .mac = { { 0x02, 0x01, 0, (uint8_t)p,
							      (uint8_t)(i >> 8), (uint8_t)i } },
						   .realm = CONFIG_REALM,
						   .attachments_max = (uint16_t)attachments };
		snprintf(c.ports[p].name, sizeof(c.ports[p].name), "port%u", p);
	}
	return c;
}

void config_access_node(struct world *w, uint32_t i, uint16_t lifetime, uint32_t attachments,
			uint32_t ports)
{
	struct node *n = &w->nodes[i];

	w->an_configs[i] = (struct an_config){
		.access = access_config(w, n, lifetime, attachments, ports),
		.pool = n->address,
		.pool_size = n->n_addresses,
	};
	n->an_config = &w->an_configs[i];
}

/* What routers are to hosts is the same everywhere (D6). */
void config_access_router(struct world *w, uint32_t i, uint16_t lifetime, uint32_t attachments,
			  uint32_t ports, const struct sa_config *with_home_agent)
{
	struct node *n = &w->nodes[i];
	struct sa_config *keys = blocks_take(&w->memory, 2 * sizeof(*keys));
	struct ar_config *c = blocks_take(&w->memory, sizeof(*c));

	keys[0] = w->sas[0];
	keys[1] = *with_home_agent;
	keys[1].node = w->nodes[WORLD_HA].address;
	*c = (struct ar_config){
		.access = access_config(w, n, lifetime, attachments, ports),
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
	c->access.sas = keys;
	c->access.n_sas = 2;
	n->ar_config = c;
}

void config_pppoe(struct ar_pppoe *c)
{
	*c = (struct ar_pppoe){ .auth = AUTH_PAP,
				.name = "router",
				.sessions_per_mac = 2,
				.echo_interval = 10,
				.echo_failures = 3,
				.realms[0].name = CONFIG_REALM,
				.n_realms = 1 };
}
