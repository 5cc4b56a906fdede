/* SPDX-License-Identifier: Apache-2.0 */
/* The access node as a whole: memory, configuration, timers, the doors of a role. */
#include "core/an_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Ids have room for a million places (an_attachment.c). */
#define ATTACHMENTS_MAX ((1u << 20) - 1)
#define TIMERS_EACH     3 /* of an attachment: its own, and its client's two */
#define TIMERS_STORE    2
#define PEERS_MAX       8 /* path MTUs: the home agent, and those it may assign (RFC 4433) */

const char *const access_state_names[ACCESS_STATE_MAX] = {
	[ACCESS_REGISTERING] = "registering", [ACCESS_ATTACHED] = "attached",
	[ACCESS_LINK_LOST] = "link-lost",     [ACCESS_HOLD_DOWN] = "hold-down",
	[ACCESS_BLOCKED] = "blocked",         [ACCESS_DEREGISTERING] = "deregistering",
};

static void copy_config(struct an *an, const struct an_config *c)
{
	an->config = *c;
	an->config.access.sas = NULL; /* the caller's */
	an->clients.home_agent = c->access.home_agent;
	an->clients.lifetime = c->access.lifetime;
	an->clients.numbers = c->access.numbers;
	an->clients.sas = an->sas;
}

static int take_memory(struct an *an, const struct an_config *c, const struct core_env *env)
{
	const struct memory *m = &env->memory;
	const uint32_t n = c->access.attachments_max;
	const uint64_t seed[2] = { rng_next(&an->rng), rng_next(&an->rng) };

	if (heap_new(&an->timers, m, n * TIMERS_EACH + TIMERS_STORE + (uint32_t)c->access.n_ports) <
		    0 ||
	    slab_new(&an->attachments, m, sizeof(struct an_attachment), n) < 0 ||
	    hash_new(&an->hosts, m, n, seed) < 0 ||
	    hold_pool_new(&an->hold, m, c->access.buffer_bytes) < 0 ||
	    care_of_new(&an->care_of, m, c->pool, c->pool_size) < 0 ||
	    path_mtu_new(&an->path_mtu, m, PEERS_MAX, seed) < 0)
		return -ENOMEM;
	return sa_table_new(c->access.sas, c->access.n_sas, c->access.sa_cache, env, &an->sas);
}

int an_new(const struct an_config *c, const struct core_env *env, struct an **ret)
{
	struct an *an = memory_alloc(&env->memory, sizeof(*an));

	assert(c->access.n_ports <= ACCESS_PORTS_MAX &&
	       c->access.n_identities <= ACCESS_IDENTITIES_MAX);
	assert(c->access.attachments_max > 0 && c->access.attachments_max <= ATTACHMENTS_MAX);
	assert(c->access.lifetime > 0 && c->access.back_off > 0);
	if (!an)
		return -ENOMEM;
	rng_seed(&an->rng, env->seed);
	if (take_memory(an, c, env) < 0)
		return -ENOMEM;
	copy_config(an, c);
	an->clients.timers = &an->timers;
	an->clients.rng = &an->rng;
	an->clients.drops = an->drops;
	an->store.restore.kind = AN_TIMER_RESTORE;
	an->store.retry.kind = AN_TIMER_STORE;
	for (size_t i = 0; i < c->access.n_ports; i++)
		an->links[i] = (struct an_link){ .index = (uint8_t)i,
						 .up = true,
						 .sweep.kind = AN_TIMER_PORT };
	*ret = an;
	return 0;
}

void an_done(struct an *an)
{
	if (an)
		sa_table_done(an->sas);
}

static bool same_number(const struct mip4_number *a, const struct mip4_number *b)
{
	return a->send == b->send && memcmp(a->accept, b->accept, sizeof(a->accept)) == 0;
}

/* What memory was taken for, where hosts are, and whom they are registered with stays. */
static bool may_replace(const struct an_config *old, const struct an_config *c)
{
	if (!in4_equal(old->access.home_agent, c->access.home_agent) ||
	    !in4_equal(old->pool, c->pool) || old->pool_size != c->pool_size ||
	    old->access.n_ports != c->access.n_ports ||
	    old->access.attachments_max != c->access.attachments_max ||
	    old->access.buffer_bytes != c->access.buffer_bytes ||
	    !same_number(&old->access.numbers.hoa_request, &c->access.numbers.hoa_request) ||
	    !same_number(&old->access.numbers.hoa, &c->access.numbers.hoa))
		return false;
	for (size_t i = 0; i < c->access.n_ports; i++)
		if (old->access.ports[i].ifindex != c->access.ports[i].ifindex ||
		    !mac_equal(old->access.ports[i].mac, c->access.ports[i].mac))
			return false;
	return true;
}

int an_reload(struct an *an, const struct an_config *c, const struct core_env *env, struct now now)
{
	struct sa_table *old = an->sas;
	int err;

	if (!may_replace(&an->config, c))
		return -EINVAL;
	err = sa_table_new(c->access.sas, c->access.n_sas, c->access.sa_cache, env, &an->sas);
	if (err < 0)
		return err;
	sa_table_done(old);
	copy_config(an, c);
	return 0;
}

void an_stop(struct an *an, struct now now)
{
	an->stopping = true;
	for (size_t i = 0; i < an->config.access.n_ports; i++) {
		an->links[i].epoch++;
		heap_set(&an->timers, &an->links[i].sweep, now.mono);
	}
}

bool an_stopped(const struct an *an)
{
	return an->stopping && slab_used(&an->attachments) == 0;
}

static struct an_attachment *owner_of(struct client *c)
{
	return container_of(c, struct an_attachment, client);
}

static void client_due(struct an *an, struct client *c, const struct timer *t,
		       const struct an_input *in)
{
	an_outcome(an, owner_of(c), client_timeout(c, &an->clients, t, in->now, in->out), in);
}

static void an_timeout(void *self, struct now now, struct actions *out)
{
	struct an *an = self;
	const struct an_input in = { .now = now, .out = out };
	struct timer *t = heap_first(&an->timers);

	if (path_mtu_next(&an->path_mtu) <= now.mono)
		path_mtu_timeout(&an->path_mtu, now, out);
	if (!t || t->due > now.mono)
		return;
	heap_clear(&an->timers, t);
	switch (t->kind) {
	case CLIENT_TIMER_RETRY:
		client_due(an, container_of(t, struct client, retry), t, &in);
		break;
	case CLIENT_TIMER_EXPIRY:
		client_due(an, container_of(t, struct client, expiry), t, &in);
		break;
	case AN_TIMER_STATE:
		an_dispatch(an, container_of(t, struct an_attachment, timer), AN_ON_TIMER, &in);
		break;
	case AN_TIMER_PORT:
		an_link_sweep(an, container_of(t, struct an_link, sweep), &in);
		break;
	case AN_TIMER_RESTORE:
		an_restore_step(an, &in);
		break;
	case AN_TIMER_STORE: /* the end of this batch tries */
		break;
	}
}

static nsec_t an_next_timeout(const void *self)
{
	const struct an *an = self;
	nsec_t timers = heap_due(&an->timers), path_mtu = path_mtu_next(&an->path_mtu);

	return timers < path_mtu ? timers : path_mtu;
}

static void an_failed(void *self, uint32_t id, struct now now, struct actions *out)
{
	struct an *an = self;
	struct an_attachment *a = an_attachment_by_id(an, id);

	if (a)
		an_dispatch(an, a, AN_ON_FAILED, &(struct an_input){ .now = now, .out = out });
}

/* Heard since the last registration? Then it is renewed, else the client asks again later (D5). */
static void an_traffic(void *self, uint32_t id, uint64_t packets, struct now now,
		       struct actions *out)
{
	struct an *an = self;
	struct an_attachment *a = an_attachment_by_id(an, id);

	if (!a || a->client.state != CLIENT_REGISTERED)
		return;
	if (packets < a->counted) /* the entry was written anew */
		a->counted = 0;
	if (!a->seen && packets == a->counted)
		return;
	a->seen = false;
	a->counted = packets;
	client_renew(&a->client, &an->clients, now, out);
}

static const uint64_t *an_drops(const void *self)
{
	return ((const struct an *)self)->drops;
}

const struct role_ops an_role = {
	.name = "access-node",
	.receive = an_receive,
	.takes = an_takes,
	.wants = an_wants,
	.packet = an_packet,
	.link = an_link_event,
	.timeout = an_timeout,
	.next_timeout = an_next_timeout,
	.failed = an_failed,
	.traffic = an_traffic,
	.drops = an_drops,
	.changed = an_changed,
	.batch_end = an_batch_end,
	.restore = an_restore,
	.restored = an_restored,
	.restoring = an_restoring,
	.has_tunnel = an_has_tunnel,
	.has_address = an_has_address,
	.store_tag = AN_STORE_TAG,
};

bool an_attachment_next(struct an *an, uint32_t *cursor, struct now now,
			struct an_attachment_info *ret)
{
	while (*cursor < an->attachments.count) {
		const struct an_attachment *a = slab_at(&an->attachments, (*cursor)++);

		if (!a->used)
			continue;
		*ret = (struct an_attachment_info){
			.nai = a->client.nai,
			.state = a->state,
			.tunnel = a->tunnel,
			.lifetime = client_lifetime_left(&a->client, now.mono),
			.code = a->code,
			.held = a->held.packets,
		};
		return true;
	}
	return false;
}
