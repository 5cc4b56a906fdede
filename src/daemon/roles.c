/* SPDX-License-Identifier: Apache-2.0 */
/* The roles of this process: from the configuration to running cores, and changes while they run.
 */
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "io/clock.h"
#include "io/mac.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

const struct config_env roles_config_env = { mac_algorithms, mip4_extension_is_assigned };

#define PPPOE_MTU      1492 /* RFC 2516 7 */
#define PPPOE_OVERHEAD 8

/* A tunnelled packet needs 20 octets more; a core too small for IPv6 fragments outside instead
 * (D21), and nobody can hear of more than these links carry. */
static uint16_t link_mtu(const struct daemon *d, const struct interface *links, size_t n)
{
	uint32_t mtu = d->machine.core_mtu - 20u;

	for (size_t i = 0; i < n; i++)
		if (mtu > links[i].mtu)
			mtu = links[i].mtu;
	return (uint16_t)(mtu < IP6_MTU_MIN ? IP6_MTU_MIN : mtu);
}

static void fill_home_agent(const struct daemon *d, const struct config *c, struct ha_config *ret)
{
	*ret = c->home_agent.role;
	ret->addresses_max = config_addresses_max(c);
	ret->home_ifindex = d->machine.home.index;
	ret->home_mac = d->machine.home.mac;
	ret->home_link_local = d->machine.home_link_local;
	memcpy(ret->own, d->machine.own, sizeof(ret->own));
	ret->n_own = d->machine.n_own;
	if (!ret->link_mtu)
		ret->link_mtu = link_mtu(d, &d->machine.home, 1);
}

static void fill_access(const struct config_access *c, const struct interface *ports,
			struct access_config *ret)
{
	*ret = c->role;
	ret->n_ports = c->n_ports;
	for (size_t i = 0; i < ret->n_ports; i++) {
		ret->ports[i] = c->ports[i].role;
		ret->ports[i].ifindex = ports[i].index;
		ret->ports[i].mac = ports[i].mac;
		snprintf(ret->ports[i].name, sizeof(ret->ports[i].name), "%s",
			 c->ports[i].interface);
	}
}

static void fill_access_node(const struct daemon *d, const struct config *c, struct an_config *ret)
{
	fill_access(&c->access_node.access, d->machine.ports, &ret->access);
	ret->pool = c->access_node.pool;
	ret->pool_size = c->access_node.pool_size;
}

/* Hosts hear of one MTU, whichever their port. */
static uint16_t pppoe_mtu(uint16_t mtu, uint32_t port)
{
	const uint32_t most = port > PPPOE_MTU + PPPOE_OVERHEAD ? PPPOE_MTU : port - PPPOE_OVERHEAD;

	return (uint16_t)(mtu <= most ? mtu : most < IP6_MTU_MIN ? IP6_MTU_MIN : most);
}

static void fill_access_router(const struct daemon *d, const struct config *c,
			       struct ar_config *ret)
{
	const struct config_access *a = &c->access_router.access;

	*ret = c->access_router.role;
	fill_access(a, d->machine.router_ports, &ret->access);
	for (size_t i = 0; i < a->n_ports; i++)
		ret->ports[i] = a->ports[i].router;
	memcpy(ret->pppoe.key, d->pppoe_key, sizeof(ret->pppoe.key));
	if (!ret->link_mtu)
		ret->link_mtu = link_mtu(d, d->machine.router_ports, a->n_ports);
	for (size_t i = 0; i < a->n_ports; i++)
		if (ret->ports[i].addressing == AR_PPP)
			ret->link_mtu = pppoe_mtu(ret->link_mtu, d->machine.router_ports[i].mtu);
}

static int make_env(struct arena *a, struct core_env *ret)
{
	*ret = (struct core_env){ .memory = arena_memory(a),
				  .changes_max = BATCH_CHANGES_MAX,
				  .derive = &mac_hmac_sha256 };
	if (getrandom(&ret->seed, sizeof(ret->seed), 0) != sizeof(ret->seed) ||
	    getrandom(ret->secret, sizeof(ret->secret), 0) != sizeof(ret->secret))
		return -EIO;
	return 0;
}

static void replace_arena(struct arena **held, struct arena *next)
{
	if (*held)
		arena_free(*held);
	free(*held);
	*held = next;
}

int roles_start(struct daemon *d)
{
	struct core_env env;
	int err = make_env(&d->memory, &env);

	if (!err)
		err = auth_begin(d);
	if (!err)
		err = runtime_init(&d->runtime, &ops_table, d, &env.memory);
	if (!err && d->config->has_home_agent) {
		fill_home_agent(d, d->config, &d->ha_config);
		err = ha_new(&d->ha_config, &env, &d->ha);
		if (!err) {
			d->ha_index = d->runtime.n_roles;
			runtime_add(&d->runtime, &ha_role, d->ha);
		}
	}
	if (!err && d->config->has_access_node) {
		fill_access_node(d, d->config, &d->an_config);
		err = an_new(&d->an_config, &env, &d->an);
		if (!err)
			runtime_add(&d->runtime, &an_role, d->an);
	}
	if (!err && d->config->has_access_router) {
		fill_access_router(d, d->config, &d->ar_config);
		err = ar_new(&d->ar_config, &env, &d->ar);
		if (!err)
			runtime_add(&d->runtime, &ar_role, d->ar);
	}
	bytes_wipe(&env, sizeof(env));
	if (err)
		log_say(LOG_LEVEL_ERROR, "there is not enough memory for the configured numbers of "
					 "bindings, addresses and attachments; write smaller ones");
	return err;
}

static void tell_links(struct daemon *d, const struct interface *ports, size_t n, struct now now)
{
	for (size_t i = 0; i < n; i++)
		if (!ports[i].up)
			runtime_link(&d->runtime, &(struct link){ ports[i].index, LINK_DOWN }, now);
}

/* Roles take their interfaces to be up until they hear otherwise. */
void roles_begin(struct daemon *d)
{
	const struct config *c = d->config;
	const struct now now = clock_now();

	tell_links(d, d->machine.ports, c->access_node.access.n_ports, now);
	tell_links(d, d->machine.router_ports, c->access_router.access.n_ports, now);
	runtime_flush(&d->runtime, now);
}

bool roles_leave(struct daemon *d)
{
	if (d->an)
		an_stop(d->an, clock_now());
	if (d->ar)
		ar_stop(d->ar, clock_now());
	return d->an || d->ar;
}

bool roles_have_left(const struct daemon *d)
{
	return (!d->an || an_stopped(d->an)) && (!d->ar || ar_stopped(d->ar));
}

void roles_stop(struct daemon *d)
{
	if (d->ha)
		ha_done(d->ha);
	if (d->an)
		an_done(d->an);
	if (d->ar)
		ar_done(d->ar);
	d->ha = NULL;
	d->an = NULL;
	d->ar = NULL;
	replace_arena(&d->ha_reload, NULL);
	replace_arena(&d->an_reload, NULL);
	replace_arena(&d->ar_reload, NULL);
	auth_end(d);
	arena_free(&d->memory);
}

static void say_changed(void *ctx, const char *key, unsigned line, bool kept)
{
	const struct daemon *d = ctx;
	struct log_line l = kept ? log_begin(LOG_LEVEL_WARNING, "keeps its value until a restart")
				 : log_begin(LOG_LEVEL_INFO, "changed");

	log_text(&l, "key", key);
	log_text(&l, "file", d->config->file);
	if (line)
		log_number(&l, "line", line);
	log_end(&l);
}

static int reload_home_agent(struct daemon *d, const struct core_env *env, struct now now)
{
	return ha_reload(d->ha, &d->ha_config, env, now);
}

static int reload_access_node(struct daemon *d, const struct core_env *env, struct now now)
{
	return an_reload(d->an, &d->an_config, env, now);
}

static int reload_access_router(struct daemon *d, const struct core_env *env, struct now now)
{
	return ar_reload(d->ar, &d->ar_config, env, now);
}

/* What a role no longer uses is freed: its former memory, or the new one if it refused. */
static int reload_role(struct daemon *d, struct arena **held,
		       int (*reload)(struct daemon *d, const struct core_env *env, struct now now))
{
	struct arena *a = calloc(1, sizeof(*a));
	struct core_env env;
	int err = a ? make_env(a, &env) : -ENOMEM;

	if (!err)
		err = reload(d, &env, clock_now());
	bytes_wipe(&env, sizeof(env));
	replace_arena(err ? &a : held, err ? NULL : a);
	return err;
}

static int reload_roles(struct daemon *d, const struct config *next)
{
	int err = 0;

	if (d->ha) {
		fill_home_agent(d, next, &d->ha_config);
		err = reload_role(d, &d->ha_reload, reload_home_agent);
	}
	if (!err && d->an) {
		fill_access_node(d, next, &d->an_config);
		err = reload_role(d, &d->an_reload, reload_access_node);
	}
	if (!err && d->ar) {
		fill_access_router(d, next, &d->ar_config);
		err = reload_role(d, &d->ar_reload, reload_access_router);
	}
	return err;
}

void roles_reload(struct daemon *d)
{
	struct config_mistakes mistakes;
	struct config *next = NULL;
	int err = config_read(d->config->file, &roles_config_env, &next, &mistakes);

	for (size_t i = 0; i < mistakes.n; i++)
		log_plain(LOG_LEVEL_ERROR, mistakes.v[i].text ? mistakes.v[i].text : "?");
	config_mistakes_done(&mistakes);
	if (!err) {
		err = config_keep(next, d->config, say_changed, d);
		if (!err)
			err = reload_roles(d, next);
	}
	if (err) {
		log_say(LOG_LEVEL_ERROR, "configuration not reloaded, the former one holds: %s",
			err == -EINVAL ? "correct it and reload again" : strerror(-err));
		config_free(next);
		return;
	}
	users_set(&d->users, next->users, next->n_users);
	config_free(d->config);
	d->config = next;
	if (d->ha)
		setup_home_prefixes(d);
	log_say(LOG_LEVEL_INFO, "configuration reloaded");
}
