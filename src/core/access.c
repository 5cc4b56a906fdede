/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, configuration and timers of access nodes and access routers. */
#include "core/access.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define TIMERS_EACH  3 /* of an attachment: its own, and its client's two */
#define TIMERS_STORE 2
#define PEERS_MAX    8 /* path MTUs: the home agent, and those it may assign (RFC 4433) */

const char *const access_state_names[ACCESS_STATE_MAX] = {
	[ACCESS_REGISTERING] = "registering", [ACCESS_ATTACHED] = "attached",
	[ACCESS_LINK_LOST] = "link-lost",     [ACCESS_HOLD_DOWN] = "hold-down",
	[ACCESS_BLOCKED] = "blocked",         [ACCESS_DEREGISTERING] = "deregistering",
};

static void copy_config(struct access *n, const struct access_config *c)
{
	n->config = *c;
	n->config.sas = NULL; /* the caller's */
	n->clients.home_agent = c->home_agent;
	n->clients.lifetime = c->lifetime;
	n->clients.numbers = c->numbers;
	n->clients.sas = n->sas;
}

int access_new(struct access *n, const struct access_ops *ops, const struct access_config *c,
	       const struct core_env *env, size_t size, uint32_t timers, uint32_t own)
{
	const struct memory *m = &env->memory;
	const uint32_t hosts = c->attachments_max;
	uint64_t seed[2];

	assert(c->n_ports <= ACCESS_PORTS_MAX && c->n_identities <= ACCESS_IDENTITIES_MAX);
	assert(c->attachments_max > 0 && c->attachments_max <= ACCESS_ATTACHMENTS_MAX);
	assert(c->lifetime > 0 && c->back_off > 0);
	rng_seed(&n->rng, env->seed);
	seed[0] = rng_next(&n->rng);
	seed[1] = rng_next(&n->rng);
	if (heap_new(&n->timers, m,
		     hosts * (TIMERS_EACH + timers) + TIMERS_STORE + (uint32_t)c->n_ports + own) <
		    0 ||
	    slab_new(&n->attachments, m, size, hosts) < 0 ||
	    hash_new(&n->hosts, m, hosts, seed) < 0 ||
	    hold_pool_new(&n->hold, m, c->buffer_bytes) < 0 ||
	    path_mtu_new(&n->path_mtu, m, PEERS_MAX, seed) < 0 ||
	    sa_table_new(c->sas, c->n_sas, c->sa_cache, env, &n->sas) < 0)
		return -ENOMEM;
	copy_config(n, c);
	n->ops = ops;
	n->clients.timers = &n->timers;
	n->clients.rng = &n->rng;
	n->clients.drops = n->drops;
	n->store.restore.kind = ACCESS_TIMER_RESTORE;
	n->store.retry.kind = ACCESS_TIMER_STORE;
	for (size_t i = 0; i < c->n_ports; i++)
		n->links[i] = (struct access_link){ .index = (uint8_t)i,
						    .up = true,
						    .sweep.kind = ACCESS_TIMER_PORT };
	return 0;
}

void access_done(struct access *n)
{
	sa_table_done(n->sas);
}

static bool same_number(const struct mip4_number *a, const struct mip4_number *b)
{
	return a->send == b->send && memcmp(a->accept, b->accept, sizeof(a->accept)) == 0;
}

/* What memory was taken for, where hosts are, and whom they are registered with stays. */
static bool may_replace(const struct access_config *old, const struct access_config *c)
{
	if (!in4_equal(old->home_agent, c->home_agent) || old->n_ports != c->n_ports ||
	    old->attachments_max != c->attachments_max || old->buffer_bytes != c->buffer_bytes ||
	    !same_number(&old->numbers.hoa_request, &c->numbers.hoa_request) ||
	    !same_number(&old->numbers.hoa, &c->numbers.hoa))
		return false;
	for (size_t i = 0; i < c->n_ports; i++)
		if (old->ports[i].ifindex != c->ports[i].ifindex ||
		    !mac_equal(old->ports[i].mac, c->ports[i].mac))
			return false;
	return true;
}

int access_reload(struct access *n, const struct access_config *c, const struct core_env *env)
{
	struct sa_table *old = n->sas;
	int err;

	if (!may_replace(&n->config, c))
		return -EINVAL;
	err = sa_table_new(c->sas, c->n_sas, c->sa_cache, env, &n->sas);
	if (err < 0)
		return err;
	sa_table_done(old);
	copy_config(n, c);
	return 0;
}

void access_stop(struct access *n, struct now now)
{
	n->stopping = true;
	for (size_t i = 0; i < n->config.n_ports; i++) {
		n->links[i].epoch++;
		heap_set(&n->timers, &n->links[i].sweep, now.mono);
	}
}

bool access_stopped(const struct access *n)
{
	return n->stopping && slab_used(&n->attachments) == 0;
}

static void client_due(struct access *n, struct client *c, const struct timer *t,
		       const struct access_input *in)
{
	access_outcome(n, container_of(c, struct attachment, client),
		       client_timeout(c, &n->clients, t, in->now, in->out), in);
}

static void due(struct access *n, struct timer *t, const struct access_input *in)
{
	switch (t->kind) {
	case CLIENT_TIMER_RETRY:
		client_due(n, container_of(t, struct client, retry), t, in);
		break;
	case CLIENT_TIMER_EXPIRY:
		client_due(n, container_of(t, struct client, expiry), t, in);
		break;
	case ACCESS_TIMER_STATE:
		access_dispatch(n, container_of(t, struct attachment, timer), ACCESS_ON_TIMER, in);
		break;
	case ACCESS_TIMER_PORT:
		access_link_sweep(n, container_of(t, struct access_link, sweep), in);
		break;
	case ACCESS_TIMER_RESTORE:
		access_restore_step(n, in);
		break;
	case ACCESS_TIMER_STORE: /* the end of this batch tries */
		break;
	default: /* the role's */
		n->ops->timer(n, t, in);
		break;
	}
}

void access_timeout(struct access *n, struct now now, struct actions *out)
{
	struct timer *t = heap_first(&n->timers);

	if (path_mtu_next(&n->path_mtu) <= now.mono)
		path_mtu_timeout(&n->path_mtu, now, out);
	if (!t || t->due > now.mono)
		return;
	heap_clear(&n->timers, t);
	due(n, t, &(struct access_input){ .now = now, .out = out });
}

nsec_t access_next_timeout(const struct access *n)
{
	return sooner(heap_due(&n->timers), path_mtu_next(&n->path_mtu));
}

void access_failed(struct access *n, uint32_t id, struct now now, struct actions *out)
{
	struct attachment *a = attachment_by_id(n, id);

	if (a)
		access_dispatch(n, a, ACCESS_ON_FAILED,
				&(struct access_input){ .now = now, .out = out });
}

bool access_has_port(const struct access *n, uint32_t ifindex)
{
	for (size_t i = 0; i < n->config.n_ports; i++)
		if (n->config.ports[i].ifindex == ifindex)
			return true;
	return false;
}

bool access_is_host(struct access *n, const struct access_link *l, struct mac_addr source)
{
	if (!l) {
		n->drops[DROP_LINK_UNKNOWN]++;
		return false;
	}
	if (source.b[0] & 1 || mac_is_zero(source) ||
	    mac_equal(source, n->config.ports[l->index].mac)) {
		n->drops[DROP_FRAME_MALFORMED]++;
		return false;
	}
	return true;
}

bool access_frame(struct access *n, struct bytes packet, struct ip6 *ret)
{
	if (ip6_decode(packet, ret) < 0) {
		n->drops[DROP_FRAME_MALFORMED]++;
		return false;
	}
	if (ret->packet.n > HOLD_BYTES_MAX) { /* what the data plane hands up is far below */
		n->drops[DROP_TOO_BIG]++;
		return false;
	}
	return true;
}
