/* SPDX-License-Identifier: Apache-2.0 */
/* What no single value can say: relations between values. Lines come from config_line. */
#include "config/reader.h"

#include <arpa/inet.h>

static void at(struct context *x, const char *path)
{
	snprintf(x->path, sizeof(x->path), "%s", path);
}

static unsigned line_of(const struct context *x, const void *field)
{
	return config_line(x->config, field);
}

static void check_advertisements(struct context *x, const struct ha_config *h)
{
	at(x, "home-agent.router.ra-interval");
	if (4 * h->ra_min > 3 * h->ra_max) /* RFC 4861 6.2.1 */
		mistake(x, line_of(x, &h->ra_min),
			"min %us is more than three quarters of max %us; "
			"write at most %us",
			h->ra_min, h->ra_max, 3 * h->ra_max / 4);
	at(x, "home-agent.router.lifetime");
	if (h->router_lifetime && h->router_lifetime < h->ra_max)
		mistake(x, line_of(x, &h->router_lifetime),
			"%us is shorter than the longest pause "
			"between advertisements; write at least "
			"%us (ra-interval.max), or 0",
			h->router_lifetime, h->ra_max);
	at(x, "home-agent.router.address");
	if (!in6_is_link_local(&h->router_address)) /* D6 */
		mistake(x, line_of(x, &h->router_address),
			"hosts only accept advertisements from a "
			"link-local address; write one such as "
			"fe80::1");
}

static void check_prefixes(struct context *x, const struct ha_config *h)
{
	at(x, "home-agent.home-link.prefixes");
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

	at(x, "home-agent");
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

static bool lies_in_pool(struct in_addr a, struct in_addr first, uint32_t size)
{
	return size && ntohl(a.s_addr) - ntohl(first.s_addr) < size;
}

static void check_home_agent(struct context *x, const struct config_home_agent *c)
{
	const struct ha_config *h = &c->role;

	at(x, "home-agent.addresses-max");
	if (h->addresses_max && h->addresses_max < h->bindings_max)
		mistake(x, line_of(x, &h->addresses_max),
			"%u is less than one address for each of %u "
			"bindings; write at least %u",
			h->addresses_max, h->bindings_max, h->bindings_max);
	check_advertisements(x, h);
	check_prefixes(x, h);
	check_sources(x, c);
	config_check_pools(x);
	at(x, "home-agent.ipv4-pool");
	if (lies_in_pool(h->address, h->home4_first, h->home4_size))
		mistake(x, line_of(x, &h->home4_first),
			"the home agent's own address lies inside the pool; write a pool of "
			"addresses that no machine has");
}

/* Is there an association for a NAI, or (nai NULL) for some NAI of a realm? */
static bool has_key(const struct config *c, const char *nai, const char *realm)
{
	for (size_t i = 0; i < c->n_sas; i++) {
		const struct sa_config *sa = &c->sas[i];
		const char *at_sign = strchr(sa->name, '@');

		if (sa->scope == SA_NAI && nai && strcmp(sa->name, nai) == 0)
			return true;
		if (sa->scope == SA_NAI && !nai && at_sign && strcasecmp(at_sign + 1, realm) == 0)
			return true;
		if (sa->scope == SA_REALM && realm && strcasecmp(sa->name, realm) == 0)
			return true;
	}
	return false;
}

static void check_nai_key(struct context *x, const void *field, const char *nai)
{
	const char *at_sign = strchr(nai, '@');

	if (!has_key(x->config, nai, at_sign ? at_sign + 1 : NULL))
		mistake(x, line_of(x, field), "there is no key for \"%s\"; write one in %s", nai,
			x->config->keys);
}

static void check_port(struct context *x, const struct config_access_node *c, size_t i)
{
	const struct config_port *p = &c->ports[i];

	snprintf(x->path, sizeof(x->path), "access-node.ports[%zu]", i);
	if (*p->role.nai)
		check_nai_key(x, p->role.nai, p->role.nai);
	else if (!*p->role.realm)
		mistake(x, line_of(x, p),
			"hosts of this port have no name; write realm: (they are "
			"called MAC@realm) or nai:");
	else if (!has_key(x->config, NULL, p->role.realm))
		mistake(x, line_of(x, p->role.realm),
			"there is no key for the realm \"%s\"; write one "
			"in %s",
			p->role.realm, x->config->keys);
}

static void check_identities(struct context *x, const struct access_config *a)
{
	for (size_t i = 0; i < a->n_identities; i++) {
		const struct access_identity *id = &a->identities[i];

		snprintf(x->path, sizeof(x->path), "access-node.identities[%zu]", i);
		for (size_t j = 0; j < i; j++)
			if (mac_equal(id->mac, a->identities[j].mac) && !mac_is_zero(id->mac))
				mistake(x, line_of(x, id),
					"this mac stands on line %u already; write "
					"each once",
					line_of(x, &a->identities[j]));
		if (*id->nai)
			check_nai_key(x, id, id->nai);
	}
}

static void check_access_node(struct context *x, const struct config_access_node *c)
{
	const struct an_config *a = &c->role;

	at(x, "access-node.care-of.pool");
	if (lies_in_pool(a->access.home_agent, a->pool, a->pool_size))
		mistake(x, line_of(x, &a->pool),
			"the home agent's address lies inside the pool; write "
			"a pool of addresses that are routed to this access "
			"node alone");
	at(x, "access-node.home-agent");
	if (x->config->has_home_agent &&
	    in4_equal(a->access.home_agent, x->config->home_agent.role.address))
		mistake(x, line_of(x, &a->access.home_agent),
			"this is the home agent of this very process, "
			"to which there is no tunnel; write the "
			"address of another machine's");
	for (size_t i = 0; i < c->n_ports; i++)
		check_port(x, c, i);
	check_identities(x, &a->access);
}

#define USES_MAX (4 * CONFIG_INTERFACES_MAX + 1 + ACCESS_PORTS_MAX)

struct uses {
	const char *names[USES_MAX];
	const char *keys[USES_MAX];
	size_t n;
};

/* An interface has one task: frames are told apart by where they come in. Only the core may be that
 * of both roles. */
static void use(struct context *x, struct uses *u, const char *key, const char *name)
{
	if (!*name)
		return;
	at(x, key);
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
	const struct config_access_node *a = &x->config->access_node;
	struct uses u = { .n = 0 };

	for (size_t i = 0; i < h->n_core; i++)
		use(x, &u, "home-agent.core-interface", h->core[i]);
	for (size_t i = 0; i < a->n_core; i++)
		use(x, &u, "access-node.core-interface", a->core[i]);
	use(x, &u, "home-agent.home-link.interface", h->home);
	for (size_t i = 0; i < h->n_upstream; i++)
		use(x, &u, "home-agent.upstream", h->upstream[i]);
	for (size_t i = 0; i < a->n_ports; i++)
		use(x, &u, "access-node.ports", a->ports[i].interface);
}

static void check_extensions(struct context *x)
{
	const struct mip4_numbers *n = &x->config->numbers;

	at(x, "extensions");
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
	at(x, "");
	if (!c->has_home_agent && !c->has_access_node)
		mistake(x, 1, "there is no role; write home-agent: or access-node:");
	if (*c->keys && !c->n_sas && c->sas)
		mistake(x, line_of(x, c->keys),
			"keys: %s holds no key; write at least one association", c->keys);
	if (c->has_home_agent)
		check_home_agent(x, &c->home_agent);
	if (c->has_access_node)
		check_access_node(x, &c->access_node);
	check_interfaces(x);
	at(x, "");
}
