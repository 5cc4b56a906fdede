/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations: of a small world, by chance; of a large one, all alike. */
#include "sim/run.h"

#include "sim/cheap_mac.h"
#include "sim/config.h"
#include "sim/mobile.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SCALE_LIFETIME 1800    /* s */
#define SCALE_MOVE     3600    /* s, on average */
#define SCALE_TALK     3600    /* s between two packets that are sent one by one, on average */
#define SCALE_RA_MAX   1800    /* s, the most that RFC 4861 6.2.1 allows */
#define SCALE_ND       1000000 /* a second on the home link, which is not to be the narrow part */

static bool is_router(enum node_kind kind)
{
	return kind == NODE_ROUTER || kind == NODE_ACCESS_ROUTER;
}

static void setup_keys(struct world *w)
{
	w->derive = &cheap;
	w->sas[w->n_sas++] = (struct sa_config){ .scope = SA_REALM,
						 .name = CONFIG_REALM,
						 .spi = 0x200,
						 .algorithm = &cheap,
						 .key_length = 16 };
	for (uint32_t i = 0; i < w->n_nodes; i++)
		if (is_router(w->nodes[i].kind))
			w->sas[w->n_sas++] = (struct sa_config){ .scope = SA_NODE,
								 .node = w->nodes[i].address,
								 .spi = 0x201 + i,
								 .algorithm = &cheap,
								 .key_length = 15 };
}

/* The home agent first, then access nodes with their care-of addresses, then stand-ins for access
 * routers, and then those. */
static void setup_nodes(struct world *w, uint32_t access, uint32_t pool, uint32_t routers)
{
	uint32_t next = 0x0a000000;

	for (uint32_t i = 0; i < w->n_nodes; i++) {
		struct node *n = &w->nodes[i];
		const bool is_access = i > 0 && i <= access;

		n->kind = i == 0                     ? NODE_HOME_AGENT
			  : is_access                ? NODE_ACCESS
			  : i < w->n_nodes - routers ? NODE_ROUTER
						     : NODE_ACCESS_ROUTER;
		n->n_addresses = is_access ? pool : 1;
		n->address.s_addr = htonl(is_access ? next : 0xc0000201 + i);
		if (is_access)
			next += pool;
		if (i == 0)
			snprintf(n->name, sizeof(n->name), "ha");
		else if (n->kind == NODE_ACCESS_ROUTER)
			snprintf(n->name, sizeof(n->name), "r%u", i + 1 + routers - w->n_nodes);
		else
			snprintf(n->name, sizeof(n->name), is_access ? "an%u" : "ar%u",
				 is_access ? i : i - access);
	}
}

static const enum ha_pool_kind kinds[] = { HA_POOL_PREFIXES, HA_POOL_SHARED, HA_POOL_ADDRESSES };
static const char *const first[] = { "2001:db8:a::", "2001:db8:b::", "2001:db8:1::100" };

static void setup_pools(struct world *w, struct rng *r)
{
	struct ha_config *h = &w->ha_config;

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

/* What half of the worlds have besides: access routers, and hosts of theirs. From a generator of
 * its own, so that the other half stays what it was. */
struct routed {
	struct rng rng;
	uint32_t routers, hosts;
};

static struct routed routed_of(uint64_t seed)
{
	struct routed x = { .routers = 0 };

	rng_seed(&x.rng, seed ^ 0x726f75746572);
	if (rng_below(&x.rng, 2)) {
		x.routers = 2 + (uint32_t)rng_below(&x.rng, 2);
		x.hosts = 1 + (uint32_t)rng_below(&x.rng, 6);
	}
	return x;
}

static void setup_routed_host(struct mobile *h, struct rng *r)
{
	h->manual = false;
	h->routed = true;
	h->talk_every = (nsec_t)rng_below(r, 9) * NSEC_PER_SEC;
	h->dial.wanted = rng_below(r, 3) == 0;
	h->dial.polite = rng_below(r, 2);
	h->dial.unique = rng_below(r, 2);
	h->dial.habit = (uint8_t)rng_below(r, DIAL_HABIT_MAX);
	h->lease.wanted = !h->dial.wanted && rng_below(r, 3) > 0;
	h->lease.rapid = rng_below(r, 2);
	h->lease.polite = rng_below(r, 2);
	h->lease.habit = (uint8_t)rng_below(r, LEASE_HABIT_MAX);
	h->privacy = !h->dial.wanted && !h->lease.wanted && rng_below(r, 3) == 0;
}

static void setup_access_router(struct world *w, uint32_t i, uint16_t lifetime,
				const struct ar_pppoe *pppoe, struct rng *r)
{
	static const uint32_t valid[] = { 40, 200, 3600 };
	struct ar_config *c;

	for (size_t j = 0; j < w->n_sas; j++)
		if (w->sas[j].scope == SA_NODE && in4_equal(w->sas[j].node, w->nodes[i].address))
			config_access_router(w, i, lifetime, 2 * w->n_hosts, WORLD_PORTS_MAX,
					     &w->sas[j]);
	c = w->nodes[i].ar_config;
	c->valid = valid[rng_below(r, 3)];
	c->preferred = c->valid / 2;
	c->trigger = rng_below(r, 2) ? AR_TRIGGER_REQUEST : AR_TRIGGER_SOLICIT;
	c->rapid_commit = rng_below(r, 2);
	c->unconfirmed_max = 1 + (uint16_t)rng_below(r, 3);
	c->pppoe = *pppoe;
	for (uint32_t p = 0; p < WORLD_PORTS_MAX; p++) {
		c->ports[p].addressing = (enum ar_addressing)(p % WORLD_PORT_KINDS);
		c->access.ports[p].eager = c->ports[p].addressing != AR_PPP && rng_below(r, 8) == 0;
	}
}

/* Enough for everybody, though sometimes only without those who have been there, with /64s, and
 * that in any order. */
static void setup_routed_pools(struct world *w, struct rng *r)
{
	struct ha_config *h = &w->ha_config;
	const size_t other = rng_below(r, 3);
	const uint64_t size = rng_below(r, 2) ? 2 * w->n_hosts + 8 : w->n_hosts;

	h->n_pools = 3;
	for (size_t i = 0; i < 3; i++)
		h->pools[i] = (struct ha_pool_config){
			.kind = kinds[(i + other) % 3],
			.identifiers = (enum ha_pool_identifiers)rng_below(r, 3),
			.first = in6(first[(i + other) % 3]),
			.size = size,
			.valid = 86400,
			.preferred = 14400,
		};
	if (rng_below(r, 2))
		h->pools[0].valid = h->pools[0].preferred = 0xffffffff;
}

static void setup_routed(struct world *w, struct routed *x, uint16_t lifetime)
{
	struct ar_pppoe pppoe;

	if (!x->routers)
		return;
	setup_routed_pools(w, &x->rng);
	config_pppoe(&pppoe);
	pppoe.realms[0].shared = rng_below(&x->rng, 3) == 0;
	pppoe.realms[0].iid_policy = (enum ar_iid_policy)rng_below(&x->rng, 2);
	for (uint32_t i = w->n_nodes - x->routers; i < w->n_nodes; i++)
		setup_access_router(w, i, lifetime, &pppoe, &x->rng);
	for (uint32_t i = w->n_hosts - x->hosts; i < w->n_hosts; i++)
		setup_routed_host(&w->hosts[i], &x->rng);
}

void setup_random(struct world *w, uint64_t seed)
{
	static const uint16_t lifetimes[] = { 20, 30, 60, 120, 300 };
	struct rng r;
	struct routed more = routed_of(seed);
	uint32_t access, routers, hosts, pool;
	uint16_t lifetime;

	rng_seed(&r, seed ^ 0x7365747570);
	access = 2 + (uint32_t)rng_below(&r, 3);
	routers = (uint32_t)rng_below(&r, 3);
	hosts = 1 + (uint32_t)rng_below(&r, 8);
	pool = rng_below(&r, 3) ? 16 + (uint32_t)rng_below(&r, 50)
				: hosts + 1 + (uint32_t)rng_below(&r, 3); /* used again soon */
	lifetime = lifetimes[rng_below(&r, 5)];
	world_new(w, seed, 1 + access + routers + more.routers, hosts + more.hosts);
	setup_nodes(w, access, pool, more.routers);
	setup_keys(w);
	config_home_agent(w, (uint16_t)(lifetime / (1 + rng_below(&r, 2))));
	setup_pools(w, &r);
	for (uint32_t i = 1; i <= access; i++)
		config_access_node(w, i, lifetime, 2 * hosts, 2 + (uint32_t)rng_below(&r, 2));
	w->batching = rng_below(&r, 2);
	for (uint32_t i = 1; i <= access; i++)
		for (size_t p = 0; p < w->an_configs[i].access.n_ports; p++)
			w->an_configs[i].access.ports[p].eager = rng_below(&r, 4) == 0;
	for (uint32_t i = 0; i < hosts; i++) {
		w->hosts[i].manual = false;
		w->hosts[i].privacy = rng_below(&r, 3) == 0;
		w->hosts[i].talk_every = (1 + (nsec_t)rng_below(&r, 8)) * NSEC_PER_SEC;
	}
	setup_routed(w, &more, lifetime);
}

void setup_scale(struct world *w, uint64_t seed, uint32_t hosts, uint32_t nodes)
{
	const uint32_t each = hosts / nodes, pool = 2 * each + 64;

	world_new(w, seed, 1 + nodes, hosts);
	setup_nodes(w, nodes, pool, 0);
	setup_keys(w);
	config_home_agent(w, SCALE_LIFETIME);
	w->ha_config.bindings_max = hosts + hosts / 10 + 16;
	w->ha_config.addresses_max = 3 * hosts + 64;
	w->ha_config.nd_per_second = SCALE_ND;
	w->ha_config.ra_max = SCALE_RA_MAX;
	w->ha_config.ra_min = SCALE_RA_MAX * 3 / 4;
	w->ha_config.router_lifetime = 3 * SCALE_RA_MAX;
	for (uint32_t i = 1; i <= nodes; i++)
		config_access_node(w, i, SCALE_LIFETIME, pool, 1);
	w->steady = true;
	w->move_every = SCALE_MOVE * NSEC_PER_SEC;
	for (uint32_t i = 0; i < hosts; i++) {
		w->hosts[i].manual = false;
		w->hosts[i].talk_every = SCALE_TALK * NSEC_PER_SEC;
	}
}
