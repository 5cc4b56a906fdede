/* SPDX-License-Identifier: Apache-2.0 */
/* Everything outside the process: interfaces, settings, sockets, routes, the data plane. */
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/privilege.h"
#include "io/pool.h"

#include <errno.h>

/* Between the old tunnel of a host that moved and its new one both exist. */
#define TUNNELS_SPARE 1024

/* ---- one interface of each kind ---- */

static void say_changed(const struct daemon *d, const char *interface, const char *value)
{
	struct log_line l = log_begin(LOG_LEVEL_INFO, "setting changed until exit");

	log_text(&l, "interface", interface);
	log_text(&l, "setting", d->sysctls.v[d->sysctls.n - 1].path);
	log_text(&l, "value", value);
	log_text(&l, "former", d->sysctls.v[d->sysctls.n - 1].former);
	log_end(&l);
}

static int set(struct daemon *d, const char *family, const char *interface, const char *name,
	       const char *value)
{
	bool changed;
	int err = sysctl_set(&d->sysctls, family, interface, name, value, &changed);

	if (err)
		log_say(LOG_LEVEL_ERROR, "cannot set net.%s.conf.%s.%s to %s: %s", family,
			interface, name, value, strerror(-err));
	else if (changed)
		say_changed(d, interface, value);
	return err;
}

/* Frames to the one router's address are not the interface's own. */
static int set_promiscuous(struct daemon *d, const char *interface)
{
	bool changed;
	int err = sysctl_set_promiscuous(&d->sysctls, interface, &changed);

	if (err)
		log_say(LOG_LEVEL_ERROR, "cannot make interface \"%s\" promiscuous: %s", interface,
			strerror(-err));
	else if (changed)
		say_changed(d, interface, "1");
	return err;
}

/* bpf_fib_lookup refuses on interfaces that do not forward in the family asked for (D18). */
static int set_forwarding(struct daemon *d, const char *interface, bool ipv6)
{
	int err = set(d, "ipv4", interface, "forwarding", "1");

	return err || !ipv6 ? err : set(d, "ipv6", interface, "forwarding", "1");
}

static bool is_joined(const struct machine *m, uint32_t ifindex)
{
	for (size_t k = 0; k < m->n_joined; k++)
		if (m->joined[k].index == ifindex)
			return true;
	return false;
}

/* What every interface needs: forwarding, the data plane, and somebody who notices its end. */
static int join(struct daemon *d, const char *name, bool ipv6, enum dataplane_hook hook)
{
	struct machine *m = &d->machine;
	struct interface i;
	int err = interface_find(name, &i);

	if (err)
		return machine_cannot_ask(name, err);
	if (is_joined(m, i.index))
		return 0; /* a core interface of several roles, the home agent's first */
	err = set_forwarding(d, name, ipv6);
	if (err)
		return err;
	err = dataplane_attach(d->dataplane, i.index, hook);
	if (err) {
		log_say(LOG_LEVEL_ERROR, "%s", dataplane_why(d->dataplane));
		return err;
	}
	err = links_watch(d->links, i.index, i.up);
	if (err)
		return machine_cannot_ask(name, err);
	m->joined[m->n_joined].index = i.index;
	snprintf(m->joined[m->n_joined++].name, IF_NAMESIZE, "%s", name);
	return 0;
}

static int listen_to(struct daemon *d, const char *name, uint32_t ifindex)
{
	int err = frames_listen(d->frames, ifindex);

	if (err)
		log_say(LOG_LEVEL_ERROR, "cannot listen on interface \"%s\": %s", name,
			strerror(-err));
	return err;
}

/* ---- sockets and the data plane ---- */

static uint32_t instance_of(const char *path)
{
	uint32_t h =
		2166136261u; /* FNV-1a: the same name each time, so what is left over is found */

	for (; *path; path++)
		h = (h ^ (uint8_t)*path) * 16777619u;
	return h & 0xffffff;
}

static int open_sockets(struct daemon *d)
{
	char name[IF_NAMESIZE];
	int err = udp_new(MIP4_PORT, &d->udp); /* req: HA-44 */

	if (err == -EADDRINUSE) {
		log_say(LOG_LEVEL_ERROR,
			"UDP port %d is in use by another program; stop that one first", MIP4_PORT);
		return err;
	}
	if (!err)
		err = raw_new(&d->raw);
	if (!err)
		err = frames_new(&d->frames);
	if (err) {
		log_say(LOG_LEVEL_ERROR, "cannot open a socket: %s", strerror(-err));
		return err;
	}
	snprintf(name, sizeof(name), "nmre%06x", instance_of(d->config->control));
	err = reentry_new(name, &d->reentry);
	if (err)
		log_say(LOG_LEVEL_ERROR, "cannot make the veth pair %s0, %s1: %s", name, name,
			strerror(-err));
	if (err)
		return err;
	err = links_new(&d->links); /* after the pair, whose making is no news */
	if (err)
		log_say(LOG_LEVEL_ERROR, "cannot open a socket: %s", strerror(-err));
	return err;
}

/* Before the data plane, which is told of it. */
static int make_segmenter(struct daemon *d)
{
	char name[IF_NAMESIZE];
	int err;

	if (!config_has_pppoe(d->config))
		return 0;
	snprintf(name, sizeof(name), "nmsg%06x", instance_of(d->config->control));
	err = segmenter_new(name, &d->segmenter);
	if (err)
		log_say(LOG_LEVEL_ERROR,
			"cannot make the bridge %s with a veth pair, which ports with PPPoE need: "
			"%s",
			name, strerror(-err));
	return err;
}

static uint32_t list_home_prefixes(const struct daemon *d, struct in6_addr ret[ND_PREFIXES_MAX])
{
	const struct ha_config *h = &d->config->home_agent.role;

	for (size_t i = 0; i < h->n_prefixes; i++)
		ret[i] = h->prefixes[i].prefix;
	return (uint32_t)h->n_prefixes;
}

int setup_home_prefixes(struct daemon *d)
{
	struct in6_addr v[ND_PREFIXES_MAX];

	return dataplane_home_prefixes(d->dataplane, v, (uint32_t)ha_prefixes(d->ha, v));
}

static int load_dataplane(struct daemon *d)
{
	const struct config *c = d->config;
	const struct ha_config *h = &c->home_agent.role;
	const struct config_access_router *r = &c->access_router;
	char pins[CONFIG_PATH_MAX + IF_NAMESIZE];
	struct dataplane_config p = { .tunnels_max = TUNNELS_SPARE,
				      .addresses_max = 1,
				      .prefixes_max = 1,
				      .core_mtu = d->machine.core_mtu,
				      .punts_per_second = c->punts_per_second,
				      .pins = pins };
	const char *why = NULL;
	int err;

	snprintf(pins, sizeof(pins), "%s/nm%06x", c->pins, instance_of(c->control));
	if (c->has_access_node)
		p.tunnels_max += c->access_node.access.role.attachments_max;
	if (c->has_access_router) {
		p.neighbours_max = r->access.role.attachments_max;
		p.access_mac = r->role.router_mac;
		p.access_address = r->role.router_address;
		p.segmenter = d->segmenter.bridge.index;
	}
	if (c->has_home_agent) {
		p.tunnels_max += h->bindings_max;
		p.addresses_max = config_addresses_max(c);
		p.prefixes_max = h->bindings_max;
		p.home_ifindex = d->machine.home.index;
		p.home_mac = d->machine.home.mac;
		p.n_home_prefixes = list_home_prefixes(d, p.home_prefixes);
		p.router_address = h->router_address;
		p.error_address = d->machine.n_own ? d->machine.own[0] : h->router_address;
	}
	err = dataplane_new(&p, &d->dataplane, &why);
	if (err)
		log_say(LOG_LEVEL_ERROR, "%s", why ? why : strerror(-err));
	else if (dataplane_taken_over(d->dataplane))
		log_say(LOG_LEVEL_INFO, "the data plane of a predecessor is taken over");
	return err;
}

static int join_home_agent(struct daemon *d)
{
	const struct config_home_agent *c = &d->config->home_agent;
	int err = listen_to(d, c->home, d->machine.home.index);

	if (!err)
		err = join(d, c->home, true, DATAPLANE_HOME);
	for (size_t k = 0; k < c->n_core && !err; k++)
		err = join(d, c->core[k], true, DATAPLANE_CORE);
	for (size_t k = 0; k < c->n_upstream && !err; k++)
		err = join(d, c->upstream[k], true, DATAPLANE_UPSTREAM);
	if (!err && !sysctl_is("ipv6", "all", "forwarding", "1"))
		log_say(LOG_LEVEL_WARNING, "this machine is no IPv6 router: its kernel drops what "
					   "hosts that are at home send, "
					   "and what the data plane leaves to it; sysctl -w "
					   "net.ipv6.conf.all.forwarding=1");
	return err;
}

static int join_port(struct daemon *d, const struct interface *i, const char *name,
		     enum dataplane_hook hook)
{
	int err = set(d, "ipv6", name, "disable_ipv6", "1"); /* D18. req: AN-29 GEN-5 */

	if (!err)
		err = set_promiscuous(d, name);
	if (!err)
		err = listen_to(d, name, i->index);
	return err ? err : join(d, name, false, hook);
}

static int join_access_core(struct daemon *d, const struct config_access *c)
{
	int err = 0;

	for (size_t k = 0; k < c->n_core && !err; k++)
		err = join(d, c->core[k], false, DATAPLANE_CORE);
	return err;
}

static int join_access_node(struct daemon *d)
{
	const struct config_access_node *c = &d->config->access_node;
	const struct config_access *a = &c->access;
	const struct config *all = d->config;
	int err = pool_add(c->pool, c->pool_size);

	d->pool_added = !err;
	if (err)
		log_say(LOG_LEVEL_ERROR,
			"%s:%u: access-node.care-of.pool: cannot make the pool local: %s",
			all->file, config_line(all, &c->pool), strerror(-err));
	if (!err)
		err = join_access_core(d, a);
	for (size_t k = 0; k < a->n_ports && !err; k++)
		err = join_port(d, &d->machine.ports[k], a->ports[k].interface, DATAPLANE_ACCESS);
	return err;
}

static enum dataplane_hook hook_of(const struct ar_port *p)
{
	if (p->addressing == AR_PPP)
		return DATAPLANE_PPP;
	return p->identity == AR_BY_DUID ? DATAPLANE_ROUTER_DUID : DATAPLANE_ROUTER;
}

static int join_segmenter(struct daemon *d)
{
	int err =
		dataplane_attach(d->dataplane, d->segmenter.port.ends[0].index, DATAPLANE_SEGMENTS);

	if (err)
		log_say(LOG_LEVEL_ERROR, "%s", dataplane_why(d->dataplane));
	return err;
}

static int join_access_router(struct daemon *d)
{
	const struct config_access *a = &d->config->access_router.access;
	int err = join_access_core(d, a);

	if (!err && config_has_pppoe(d->config))
		err = join_segmenter(d);
	for (size_t k = 0; k < a->n_ports && !err; k++)
		err = join_port(d, &d->machine.router_ports[k], a->ports[k].interface,
				hook_of(&a->ports[k].router));
	return err;
}

/* Packets of the data plane that have to be fragmented come to the stack by the loopback interface,
 * from an address of our own: it must forward them whatever reverse path filter there is. */
static int open_loopback(struct daemon *d)
{
	static const char *const settings[][2] = { { "forwarding", "1" },
						   { "accept_local", "1" },
						   { "rp_filter", "2" } };
	int err = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !err; i++)
		err = set(d, "ipv4", "lo", settings[i][0], settings[i][1]);
	return err;
}

int setup_start(struct daemon *d)
{
	char why[256];
	int err;

	d->socket.fd = d->socket.lock = -1;
	err = privilege_check(why, sizeof(why));
	if (!err)
		err = control_socket_open(d->config->control, &d->socket, why, sizeof(why));
	if (err) {
		log_say(LOG_LEVEL_ERROR, "%s", why);
		return err;
	}
	err = sysctls_keep_in(&d->sysctls, d->socket.lock);
	if (!err)
		err = machine_find(d);
	loop_hold_signals(true); /* from here on the machine is changed */
	if (!err)
		err = make_segmenter(d);
	if (!err)
		err = load_dataplane(d);
	if (!err)
		err = open_sockets(d);
	if (!err)
		err = open_loopback(d);
	if (!err) /* the way back into the data plane is a core interface like others */
		err = join(d, reentry_name(d->reentry, 1), d->config->has_home_agent,
			   DATAPLANE_CORE);
	if (!err && d->config->has_home_agent)
		err = join_home_agent(d);
	if (!err && d->config->has_access_node)
		err = join_access_node(d);
	if (!err && d->config->has_access_router)
		err = join_access_router(d);
	return err;
}

void setup_stop(struct daemon *d)
{
	const struct config_access_node *a = &d->config->access_node;

	dataplane_free(d->dataplane);
	if (d->pool_added)
		pool_remove(a->pool, a->pool_size);
	sysctls_restore(&d->sysctls); /* before the interface goes that some of them are of */
	reentry_free(d->reentry);
	segmenter_done(&d->segmenter);
	links_free(d->links);
	frames_free(d->frames);
	raw_free(d->raw);
	udp_free(d->udp);
	control_socket_close(&d->socket);
}

bool setup_found_predecessor(const struct daemon *d)
{
	return d->sysctls.n_left || (d->dataplane && dataplane_taken_over(d->dataplane));
}
