/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations: of a small world, by chance; of a large one, all alike. */
#include "sim/run.h"

#include "sim/mobile.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define REALM "example.net"

#define SCALE_LIFETIME 1800    /* s */
#define SCALE_MOVE     3600    /* s, on average */
#define SCALE_TALK     3600    /* s between two packets that are sent one by one, on average */
#define SCALE_RA_MAX   1800    /* s, the most that RFC 4861 6.2.1 allows */
#define SCALE_ND       1000000 /* a second on the home link, which is not to be the narrow part */

/* Not a secret, but nothing that chance finds; 1/10 of the price of an HMAC. */
static void cheap_key(void *state, struct bytes key)
{
	const uint64_t k[2] = { 1, key.n };

	*(uint64_t *)state = siphash24(k, key.p, key.n);
}

static void cheap_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	uint64_t k[2] = { *(const uint64_t *)state, 0 }, v;

	k[1] = siphash24(k, a.p, a.n);
	v = siphash24(k, b.p, b.n);
	for (uint64_t i = 0; i < 4; i++, v *= 0x9e3779b97f4a7c15)
		memcpy(ret + 8 * i, &v, 8);
}

static const struct mac_algorithm cheap = { "cheap", 32, cheap_key, cheap_sign, false };

static struct in6_addr in6(const char *text)
{
	struct in6_addr a;
	int ok = inet_pton(AF_INET6, text, &a);

	assert(ok == 1);
	(void)ok;
	return a;
}

static void setup_keys(struct world *w)
{
	w->derive = &cheap;
	w->sas[w->n_sas++] = (struct sa_config){ .scope = SA_REALM,
						 .name = REALM,
						 .spi = 0x200,
						 .algorithm = &cheap,
						 .key_length = 16 };
	for (uint32_t i = 0; i < w->n_nodes; i++)
		if (w->nodes[i].kind == NODE_ROUTER)
			w->sas[w->n_sas++] = (struct sa_config){ .scope = SA_NODE,
								 .node = w->nodes[i].address,
								 .spi = 0x201 + i,
								 .algorithm = &cheap,
								 .key_length = 15 };
}

static void setup_home_agent(struct world *w, uint16_t lifetime)
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

static void setup_access_node(struct world *w, uint32_t i, uint32_t pool, uint16_t lifetime,
			      uint32_t attachments, uint32_t ports)
{
	struct an_config *c = &w->an_configs[i];

	*c = (struct an_config){
		.access.home_agent = w->nodes[WORLD_HA].address,
		.pool = w->nodes[i].address,
		.pool_size = pool,
		.access.lifetime = lifetime,
		.access.detach_delay = 10,
		.access.hold_down = 2,
		.access.back_off = 5,
		.access.numbers = mip4_numbers_default,
		.access.sas = w->sas,
		.access.n_sas = 1,
		.access.sa_cache = 16,
		.access.n_ports = ports,
		.access.attachments_max = attachments,
		.access.buffer_bytes = 65536,
	};
	w->nodes[i].an_config = c;
	for (uint32_t p = 0; p < ports; p++) {
		c->access.ports[p] = (struct access_port){
			.ifindex = WORLD_PORT_IF + p,
			.mac = { { 0x02, 0x01, 0, (uint8_t)p, (uint8_t)(i >> 8), (uint8_t)i } },
			.realm = REALM,
			.attachments_max = (uint16_t)attachments
		};
		snprintf(c->access.ports[p].name, sizeof(c->access.ports[p].name), "port%u", p);
	}
}

/* The home agent first, then access nodes with their care-of addresses, then access routers. */
static void setup_nodes(struct world *w, uint32_t access, uint32_t pool)
{
	uint32_t next = 0x0a000000;

	for (uint32_t i = 0; i < w->n_nodes; i++) {
		struct node *n = &w->nodes[i];
		const bool is_access = i > 0 && i <= access;

		n->kind = i == 0 ? NODE_HOME_AGENT : is_access ? NODE_ACCESS : NODE_ROUTER;
		n->n_addresses = is_access ? pool : 1;
		n->address.s_addr = htonl(is_access ? next : 0xc0000201 + i);
		if (is_access)
			next += pool;
		if (i == 0)
			snprintf(n->name, sizeof(n->name), "ha");
		else
			snprintf(n->name, sizeof(n->name), is_access ? "an%u" : "ar%u",
				 is_access ? i : i - access);
	}
}

static void setup_pools(struct world *w, struct rng *r)
{
	struct ha_config *h = &w->ha_config;
	static const enum ha_pool_kind kinds[] = { HA_POOL_PREFIXES, HA_POOL_SHARED,
						   HA_POOL_ADDRESSES };
	static const char *const first[] = { "2001:db8:a::", "2001:db8:b::", "2001:db8:1::100" };

	for (int i = 0; i < 3; i++)
		if (rng_below(r, 4))
			h->pools[h->n_pools++] = (struct ha_pool_config){
				.kind = kinds[i],
				.identifiers = (enum ha_pool_identifiers)rng_below(r, 3),
				.first = in6(first[i]),
				.size = 2 + rng_below(r, 4),
				.valid = 86400,
				.preferred = 14400,
			};
}

void setup_random(struct world *w, uint64_t seed)
{
	static const uint16_t lifetimes[] = { 20, 30, 60, 120, 300 };
	struct rng r;
	uint32_t access, routers, hosts, pool;
	uint16_t lifetime;

	rng_seed(&r, seed ^ 0x7365747570);
	access = 2 + (uint32_t)rng_below(&r, 3);
	routers = (uint32_t)rng_below(&r, 3);
	hosts = 1 + (uint32_t)rng_below(&r, 8);
	pool = rng_below(&r, 3) ? 16 + (uint32_t)rng_below(&r, 50)
				: hosts + 1 + (uint32_t)rng_below(&r, 3); /* used again soon */
	lifetime = lifetimes[rng_below(&r, 5)];
	world_new(w, seed, 1 + access + routers, hosts);
	setup_nodes(w, access, pool);
	setup_keys(w);
	setup_home_agent(w, (uint16_t)(lifetime / (1 + rng_below(&r, 2))));
	setup_pools(w, &r);
	for (uint32_t i = 1; i <= access; i++)
		setup_access_node(w, i, pool, lifetime, 2 * hosts, 2 + (uint32_t)rng_below(&r, 2));
	w->batching = rng_below(&r, 2);
	for (uint32_t i = 1; i <= access; i++)
		for (size_t p = 0; p < w->an_configs[i].access.n_ports; p++)
			w->an_configs[i].access.ports[p].eager = rng_below(&r, 4) == 0;
	for (uint32_t i = 0; i < hosts; i++) {
		w->hosts[i].manual = false;
		w->hosts[i].privacy = rng_below(&r, 3) == 0;
		w->hosts[i].talk_every = (1 + (nsec_t)rng_below(&r, 8)) * NSEC_PER_SEC;
	}
}

void setup_scale(struct world *w, uint64_t seed, uint32_t hosts, uint32_t nodes)
{
	const uint32_t each = hosts / nodes, pool = 2 * each + 64;

	world_new(w, seed, 1 + nodes, hosts);
	setup_nodes(w, nodes, pool);
	setup_keys(w);
	setup_home_agent(w, SCALE_LIFETIME);
	w->ha_config.bindings_max = hosts + hosts / 10 + 16;
	w->ha_config.addresses_max = 3 * hosts + 64;
	w->ha_config.nd_per_second = SCALE_ND;
	w->ha_config.ra_max = SCALE_RA_MAX;
	w->ha_config.ra_min = SCALE_RA_MAX * 3 / 4;
	w->ha_config.router_lifetime = 3 * SCALE_RA_MAX;
	for (uint32_t i = 1; i <= nodes; i++)
		setup_access_node(w, i, pool, SCALE_LIFETIME, pool, 1);
	w->steady = true;
	w->move_every = SCALE_MOVE * NSEC_PER_SEC;
	for (uint32_t i = 0; i < hosts; i++) {
		w->hosts[i].manual = false;
		w->hosts[i].talk_every = SCALE_TALK * NSEC_PER_SEC;
	}
}
