/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "io/mac.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A core does not free: the world does, at its end. */
void *world_take(void *ctx, size_t n)
{
	struct world *w = ctx;

	assert(w->n_blocks < WORLD_BLOCKS);
	return w->blocks[w->n_blocks++] = calloc(1, n);
}

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
		.n_sas = WORLD_SAS,
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
	struct an_config *c = &w->an_config[i];

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
				      .mac = { { 0x02, 0, 0, 0, 0x0a, (uint8_t)(i + 1) } },
				      .realm = "example.net",
				      .attachments_max = 4 };
}

static void init_keys(struct world *w)
{
	for (uint8_t i = 0; i < WORLD_SAS; i++) {
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
}

void world_init(struct world *w)
{
	static const char *const names[WORLD_NODES] = { "ha", "an1", "an2", "ar1", "ar2" };

	*w = (struct world){ .now = 100 * NSEC_PER_SEC };
	init_keys(w);
	init_ha(w);
	for (int i = 0; i < 2; i++)
		init_an(w, i);
	for (int i = 0; i < WORLD_NODES; i++)
		w->nodes[i] = (struct node){ .w = w, .name = names[i], .carrier = true };
	w->nodes[0].address = w->ha_config.address;
	w->nodes[1].address = w->an_config[0].pool;
	w->nodes[2].address = w->an_config[1].pool;
	w->nodes[3].address = w->sas[1].node;
	w->nodes[4].address = w->sas[2].node;
	host_init(&w->hosts[0], "mn", 1);
	host_init(&w->hosts[1], "mn2", 2);
}

void world_forget(struct world *w, int i)
{
	struct node *n = &w->nodes[i];

	n->n_tunnels = n->n_addresses = 0;
	memset(&n->disk, 0, sizeof(n->disk));
}

/* As the daemon does: roles take their ports to be up until they hear otherwise. */
static void tell_link(struct node *n)
{
	struct now now = world_now(n->w, n);

	if (n->carrier)
		return;
	runtime_link(&n->runtime, &(struct link){ WORLD_PORT_IF, LINK_DOWN }, now);
	runtime_flush(&n->runtime, now);
}

/* Also anew: it knows what its disk holds, and finds its data plane as it was (pinned maps). */
void world_start_node(struct world *w, int i)
{
	const struct memory memory = { .alloc = world_take, .ctx = w };
	struct node *n = &w->nodes[i];
	struct core_env env = { .memory = memory,
				.seed = 1000 + (uint64_t)i,
				.changes_max = BATCH_CHANGES_MAX,
				.derive = &mac_hmac_sha256 };

	n->down = false;
	if (i >= WORLD_CORES)
		return;
	assert(runtime_init(&n->runtime, &plane_ops, n, &memory) == 0);
	if (i == WORLD_HA) {
		assert(ha_new(&w->ha_config, &env, &n->ha) == 0);
		runtime_add(&n->runtime, &ha_role, n->ha);
		disk_restore(n, &ha_role, n->ha);
	} else {
		assert(an_new(&w->an_config[i - 1], &env, &n->an) == 0);
		runtime_add(&n->runtime, &an_role, n->an);
		disk_restore(n, &an_role, n->an);
	}
	tell_link(n);
}

void world_reload(struct world *w)
{
	struct node *n = &w->nodes[WORLD_HA];
	struct core_env env = { .memory = { .alloc = world_take, .ctx = w },
				.derive = &mac_hmac_sha256 };

	assert(ha_reload(n->ha, &w->ha_config, &env, world_now(w, n)) == 0);
}

struct now world_now(const struct world *w, const struct node *n)
{
	uint64_t s = (uint64_t)(w->now / NSEC_PER_SEC), ns = (uint64_t)(w->now % NSEC_PER_SEC);
	uint64_t ntp = WORLD_NTP_START + (s << 32) + ((ns << 32) / 1000000000u);

	return (struct now){ w->now, ntp + ((uint64_t)n->skew << 32) };
}

void world_trace(struct world *w, const char *format, ...)
{
	va_list ap;

	assert(w->n_trace < WORLD_TRACE);
	va_start(ap, format);
	assert(vasprintf(&w->trace[w->n_trace], format, ap) >= 0);
	va_end(ap);
	w->trace_at[w->n_trace++] = w->now;
}

struct node *world_node(struct world *w, const char *name)
{
	for (int i = 0; i < WORLD_NODES; i++)
		if (strcmp(w->nodes[i].name, name) == 0)
			return &w->nodes[i];
	return NULL;
}

struct host *world_host(struct world *w, const char *name)
{
	for (int i = 0; i < WORLD_HOSTS; i++)
		if (strcmp(w->hosts[i].name, name) == 0)
			return &w->hosts[i];
	return NULL;
}

struct node *world_owner(struct world *w, struct in_addr a)
{
	for (int i = 0; i < WORLD_NODES; i++) {
		const bool pool = i != WORLD_HA && i < WORLD_CORES;
		const uint32_t size = pool ? w->an_config[i - 1].pool_size : 1;

		if (ntohl(a.s_addr) - ntohl(w->nodes[i].address.s_addr) < size)
			return &w->nodes[i];
	}
	return NULL;
}

void world_post(struct world *w, enum arrival how, struct node *to, struct in_addr local,
		struct in_addr remote, struct bytes data, nsec_t delay)
{
	struct event_in_flight *e = malloc(sizeof(*e));

	assert(e && w->n_queue < WORLD_QUEUE && data.n <= sizeof(e->data));
	*e = (struct event_in_flight){ .at = w->now + delay,
				       .seq = w->seq++,
				       .how = how,
				       .to = to,
				       .local = local,
				       .remote = remote,
				       .n = data.n };
	memcpy(e->data, data.p, data.n);
	w->queue[w->n_queue++] = e;
	if (how == ARRIVE_DATAGRAM && data.n && data.p[0] == MIP4_RRQ) {
		free(w->last_rrq);
		w->last_rrq = malloc(sizeof(*e));
		assert(w->last_rrq);
		*w->last_rrq = *e;
	}
}

static struct event_in_flight *next_event(struct world *w)
{
	struct event_in_flight *e;
	size_t first = 0;

	if (w->n_queue == 0)
		return NULL;
	for (size_t i = 1; i < w->n_queue; i++)
		if (w->queue[i]->at < w->queue[first]->at ||
		    (w->queue[i]->at == w->queue[first]->at &&
		     w->queue[i]->seq < w->queue[first]->seq))
			first = i;
	e = w->queue[first];
	return e;
}

static void take_event(struct world *w, struct event_in_flight *e)
{
	for (size_t i = 0; i < w->n_queue; i++)
		if (w->queue[i] == e) {
			w->queue[i] = w->queue[--w->n_queue];
			return;
		}
}

static void deliver(struct world *w, const struct event_in_flight *e)
{
	struct bytes data = { e->data, e->n };
	struct now now = world_now(w, e->to);
	struct host *h = NULL;

	switch (e->how) {
	case ARRIVE_DATAGRAM:
		if (e->to->down)
			return;
		if (e->to - w->nodes >= WORLD_CORES) {
			router_receive(w, e->to, data);
			return;
		}
		runtime_receive(
			&e->to->runtime,
			&(struct datagram){ e->local, e->remote, MIP4_PORT, MIP4_PORT, data }, now);
		runtime_flush(&e->to->runtime, now);
		return;
	case ARRIVE_TUNNEL:
		plane_from_tunnel(w, e->to, e->local, e->remote, data);
		return;
	case ARRIVE_FRAME:
		for (int i = 0; i < WORLD_HOSTS; i++)
			if (w->hosts[i].at == e->to && e->to->carrier &&
			    memcmp(w->hosts[i].mac.b, e->data, 6) == 0)
				h = &w->hosts[i];
		if (h)
			host_receive(w, h, data);
		return;
	case ARRIVE_HOME:
		plane_from_home(w, data, (struct mac_addr){ { 0x02, 0, 0, 0, 0, 0x99 } });
		return;
	}
}

void world_until(struct world *w, nsec_t t)
{
	for (;;) {
		struct event_in_flight *e = next_event(w);
		struct node *due = NULL;
		nsec_t at = e ? e->at : NSEC_NEVER;

		for (int i = 0; i < WORLD_CORES; i++) {
			nsec_t next = runtime_next_timeout(&w->nodes[i].runtime);

			if (next < at && !w->nodes[i].down) {
				at = next;
				due = &w->nodes[i];
			}
		}
		if (at > t)
			break;
		if (at > w->now)
			w->now = at;
		if (due) {
			runtime_timeout(&due->runtime, world_now(w, due));
			continue;
		}
		take_event(w, e);
		deliver(w, e);
		free(e);
	}
	w->now = t;
}

void world_done(struct world *w)
{
	for (size_t i = 0; i < w->n_queue; i++)
		free(w->queue[i]);
	for (size_t i = 0; i < w->n_trace; i++)
		free(w->trace[i]);
	for (size_t i = 0; i < w->n_blocks; i++)
		free(w->blocks[i]);
	free(w->last_rrq);
}
