/* SPDX-License-Identifier: Apache-2.0 */
/* What only the machine knows about what the configuration names; nothing is changed. */
#include "daemon/daemon.h"
#include "daemon/log.h"

#include <arpa/inet.h>
#include <errno.h>

int machine_cannot_ask(const char *name, int err)
{
	log_say(LOG_LEVEL_ERROR, "cannot ask the kernel about interface \"%s\": %s", name,
		strerror(-err));
	return err;
}

static int find(const struct daemon *d, const char *key, const char *name, struct interface *ret)
{
	unsigned line = config_line(d->config, name);
	int err = interface_find(name, ret);

	if (err == -ENODEV)
		log_say(LOG_LEVEL_ERROR,
			"%s:%u: %s: there is no interface \"%s\"; write one that \"ip "
			"link\" shows",
			d->config->file, line, key, name);
	else if (err)
		machine_cannot_ask(name, err);
	else if (!ret->ethernet) {
		log_say(LOG_LEVEL_ERROR,
			"%s:%u: %s: \"%s\" is not an Ethernet interface; write one that "
			"is",
			d->config->file, line, key, name);
		err = -EINVAL;
	}
	return err;
}

static int find_core(struct daemon *d, const char *key, char (*names)[IF_NAMESIZE], size_t n)
{
	struct interface i;
	int err = 0;

	for (size_t k = 0; k < n && !err; k++) {
		err = find(d, key, names[k], &i);
		if (!err && i.mtu < d->machine.core_mtu)
			d->machine.core_mtu = (uint16_t)i.mtu;
	}
	return err;
}

static int check_own(const struct daemon *d, const char *key, const struct in_addr *address)
{
	char text[INET_ADDRSTRLEN];

	if (address_is_local(*address) > 0)
		return 0;
	log_say(LOG_LEVEL_ERROR,
		"%s:%u: %s: this machine does not have %s; write an address that \"ip -4 address\" "
		"shows",
		d->config->file, config_line(d->config, address), key,
		inet_ntop(AF_INET, address, text, sizeof(text)));
	return -EADDRNOTAVAIL;
}

static int find_home_agent(struct daemon *d)
{
	struct config_home_agent *c = &d->config->home_agent;
	struct machine *m = &d->machine;
	struct interface i;
	int err = find_core(d, "home-agent.core-interface", c->core, c->n_core);

	if (!err)
		err = find(d, "home-agent.home-link.interface", c->home, &m->home);
	for (size_t k = 0; k < c->n_upstream && !err; k++)
		err = find(d, "home-agent.upstream", c->upstream[k], &i);
	if (err)
		return err;
	err = interface_addresses(m->home.index, &m->home_link_local, m->own, HA_OWN_ADDRESSES_MAX,
				  &m->n_own);
	if (err)
		return machine_cannot_ask(c->home, err);
	if (in6_is_unspecified(&m->home_link_local)) {
		log_say(LOG_LEVEL_ERROR,
			"%s:%u: home-agent.home-link.interface: \"%s\" has no link-local "
			"address; set it up with a carrier and IPv6 (ip link set %s up)",
			d->config->file, config_line(d->config, c->home), c->home, c->home);
		return -EADDRNOTAVAIL;
	}
	return check_own(d, "home-agent.address", &c->role.address);
}

/* Making the pool local would take the address from its interface, and at exit from the machine. */
static int check_pool(const struct daemon *d)
{
	const struct config_access_node *a = &d->config->access_node;
	char text[INET_ADDRSTRLEN];
	struct in_addr own;
	int found = address_in_range(a->pool, a->pool_size, &own);

	if (found > 0)
		log_say(LOG_LEVEL_ERROR,
			"%s:%u: access-node.care-of.pool: %s inside it is this machine's own "
			"address; write addresses that no interface has",
			d->config->file, config_line(d->config, &a->pool),
			inet_ntop(AF_INET, &own, text, sizeof(text)));
	else if (found < 0)
		log_say(LOG_LEVEL_ERROR, "cannot ask the kernel for its addresses: %s",
			strerror(-found));
	return found > 0 ? -EADDRINUSE : found;
}

static int find_access(struct daemon *d, const char *section, struct config_access *c,
		       struct interface *ports)
{
	char key[64];
	int err;

	snprintf(key, sizeof(key), "%s.core-interface", section);
	err = find_core(d, key, c->core, c->n_core);
	snprintf(key, sizeof(key), "%s.ports.interface", section);
	for (size_t k = 0; k < c->n_ports && !err; k++)
		err = find(d, key, c->ports[k].interface, &ports[k]);
	return err;
}

static int find_access_node(struct daemon *d)
{
	struct config_access *c = &d->config->access_node.access;
	int err = find_access(d, "access-node", c, d->machine.ports);

	return err ? err : check_pool(d);
}

static int find_access_router(struct daemon *d)
{
	struct config_access_router *c = &d->config->access_router;
	int err = find_access(d, "access-router", &c->access, d->machine.router_ports);

	return err ? err : check_own(d, "access-router.care-of.address", &c->role.care_of);
}

int machine_find(struct daemon *d)
{
	int err = 0;

	d->machine.core_mtu = UINT16_MAX;
	if (d->config->has_home_agent)
		err = find_home_agent(d);
	if (!err && d->config->has_access_node)
		err = find_access_node(d);
	if (!err && d->config->has_access_router)
		err = find_access_router(d);
	return err;
}

const char *machine_interface_name(const struct daemon *d, uint32_t ifindex)
{
	const struct machine *m = &d->machine;

	for (size_t k = 0; k < m->n_joined; k++)
		if (m->joined[k].index == ifindex)
			return m->joined[k].name;
	return "?";
}
