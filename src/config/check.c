/* SPDX-License-Identifier: Apache-2.0 */
/* What no single value can say: relations between values. Lines come from config_line. */
#include "config/reader.h"

#include <arpa/inet.h>
#include <stdarg.h>

void check_at(struct context *x, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(x->path, sizeof(x->path), format, args);
	va_end(args);
}

static unsigned line_of(const struct context *x, const void *field)
{
	return config_line(x->config, field);
}

void check_advertisements(struct context *x, const char *section, const uint16_t *ra_min,
			  const uint16_t *ra_max, const uint16_t *lifetime,
			  const struct in6_addr *address)
{
	check_at(x, "%s.router.ra-interval", section);
	if (4 * *ra_min > 3 * *ra_max) /* RFC 4861 6.2.1 */
		mistake(x, line_of(x, ra_min),
			"min %us is more than three quarters of max %us; write at most %us",
			*ra_min, *ra_max, 3 * *ra_max / 4);
	check_at(x, "%s.router.lifetime", section);
	if (*lifetime && *lifetime < *ra_max)
		mistake(x, line_of(x, lifetime),
			"%us is shorter than the longest pause between advertisements; write at "
			"least %us (ra-interval.max), or 0",
			*lifetime, *ra_max);
	check_at(x, "%s.router.address", section);
	if (!in6_is_link_local(address)) /* D6 */
		mistake(x, line_of(x, address),
			"hosts only accept advertisements from a link-local address; write one "
			"such as fe80::1");
}

static void check_prefixes(struct context *x, const struct ha_config *h)
{
	check_at(x, "home-agent.home-link.prefixes");
	for (size_t i = 0; i < h->n_prefixes; i++) {
		const struct ha_prefix *p = &h->prefixes[i];

		if (p->preferred > p->valid)
			mistake(x, line_of(x, p),
				"the preferred lifetime is longer than the valid one; "
				"write preferred: at most %us",
				p->valid);
		for (size_t j = 0; j < i; j++)
			if (in6_equal(&p->prefix, &h->prefixes[j].prefix))
				mistake(x, line_of(x, p),
					"this prefix stands on line %u already; write "
					"each once",
					line_of(x, &h->prefixes[j]));
	}
}

/* Hosts must get their addresses from somewhere: those at access nodes from the home link (draft
 * 5.5.4), those at access routers from pools (draft 5.5.1).  req: HA-36 HA-46 */
static void check_sources(struct context *x, const struct config_home_agent *c)
{
	const struct ha_config *h = &c->role;

	check_at(x, "home-agent");
	if (!*c->home || line_of(x, h->prefixes))
		return; /* what is wrong with the home link has been told */
	if (!line_of(x, h->pools))
		mistake(x, line_of(x, c->home),
			"there is nothing that hosts could get addresses from; write "
			"home-link.prefixes for those at access nodes, pools for those at access "
			"routers");
	else if (h->tunnelling)
		mistake(x, line_of(x, c->home),
			"the home link has no prefix for hosts at access nodes; write "
			"home-link.prefixes, or tunnelling: false if there are only access "
			"routers");
}

bool lies_in_pool(struct in_addr a, struct in_addr first, uint32_t size)
{
	return size && ntohl(a.s_addr) - ntohl(first.s_addr) < size;
}

static void check_home_agent(struct context *x, const struct config_home_agent *c)
{
	const struct ha_config *h = &c->role;

	check_at(x, "home-agent.addresses-max");
	if (h->addresses_max && h->addresses_max < h->bindings_max)
		mistake(x, line_of(x, &h->addresses_max),
			"%u is less than one address for each of %u "
			"bindings; write at least %u",
			h->addresses_max, h->bindings_max, h->bindings_max);
	check_advertisements(x, "home-agent", &h->ra_min, &h->ra_max, &h->router_lifetime,
			     &h->router_address);
	check_prefixes(x, h);
	check_sources(x, c);
	config_check_pools(x);
	check_at(x, "home-agent.ipv4-pool");
	if (lies_in_pool(h->address, h->home4_first, h->home4_size))
		mistake(x, line_of(x, &h->home4_first),
			"the home agent's own address lies inside the pool; write a pool of "
			"addresses that no machine has");
}

#define USES_MAX (4 * CONFIG_INTERFACES_MAX + 1 + 2 * ACCESS_PORTS_MAX)

struct uses {
	const char *names[USES_MAX];
	const char *keys[USES_MAX];
	size_t n;
};

/* An interface has one task: frames are told apart by where they come in. Only the core may be that
 * of several roles. */
static void use(struct context *x, struct uses *u, const char *key, const char *name)
{
	if (!*name)
		return;
	check_at(x, "%s", key);
	for (size_t i = 0; i < u->n; i++)
		if (strcmp(u->names[i], name) == 0 &&
		    !(strstr(u->keys[i], "core") && strstr(key, "core"))) {
			mistake(x, line_of(x, name),
				"\"%s\" is %s on line %u already; write another interface", name,
				u->keys[i], line_of(x, u->names[i]));
			return;
		}
	u->names[u->n] = name;
	u->keys[u->n++] = key;
}

static void check_interfaces(struct context *x)
{
	const struct config_home_agent *h = &x->config->home_agent;
	const struct config_access *a = &x->config->access_node.access;
	const struct config_access *r = &x->config->access_router.access;
	struct uses u = { .n = 0 };

	for (size_t i = 0; i < h->n_core; i++)
		use(x, &u, "home-agent.core-interface", h->core[i]);
	for (size_t i = 0; i < a->n_core; i++)
		use(x, &u, "access-node.core-interface", a->core[i]);
	for (size_t i = 0; i < r->n_core; i++)
		use(x, &u, "access-router.core-interface", r->core[i]);
	use(x, &u, "home-agent.home-link.interface", h->home);
	for (size_t i = 0; i < h->n_upstream; i++)
		use(x, &u, "home-agent.upstream", h->upstream[i]);
	for (size_t i = 0; i < a->n_ports; i++)
		use(x, &u, "access-node.ports", a->ports[i].interface);
	for (size_t i = 0; i < r->n_ports; i++)
		use(x, &u, "access-router.ports", r->ports[i].interface);
}

static void check_extensions(struct context *x)
{
	const struct mip4_numbers *n = &x->config->numbers;

	check_at(x, "extensions");
	for (size_t i = 0; i < 4; i++)
		if (n->hoa.accept[i] & n->hoa_request.accept[i]) { /* req: EXT-12 */
			mistake(x, line_of(x, &n->hoa) ?: line_of(x, &n->hoa_request),
				"home-address and home-address-request have a number in common; "
				"write "
				"different ones");
			return;
		}
}

void config_check(struct context *x)
{
	const struct config *c = x->config;

	check_extensions(x);
	path_leave(x, 0);
	if (!c->has_home_agent && !c->has_access_node && !c->has_access_router)
		mistake(x, 1,
			"there is no role; write home-agent:, access-node: or access-router:");
	if (*c->keys && !c->n_sas && c->sas)
		mistake(x, line_of(x, c->keys),
			"keys: %s holds no key; write at least one association", c->keys);
	if (c->has_home_agent)
		check_home_agent(x, &c->home_agent);
	if (c->has_access_node)
		config_check_access_node(x, &c->access_node);
	if (c->has_access_router)
		config_check_access_router(x, &c->access_router);
	check_interfaces(x);
	path_leave(x, 0);
}
