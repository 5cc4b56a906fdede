/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dad.h"
#include "core/ha_emit.h"
#include "core/ha_packet.h"
#include "core/ha_probe.h"
#include "core/ha_receive.h"
#include "core/ha_state.h"
#include "core/ha_ahead.h"
#include "core/ra.h"

#include <errno.h>

#define TIMERS_PER_STEP 4
/* What was promised this short a time ago may not have been done yet. */
#define PROMISE_FRESH NSEC_PER_SEC

static uint32_t at_least_one(uint32_t n)
{
	return n ? n : 1;
}

static uint16_t addresses_per_host(const struct ha_config *c)
{
	return c->addresses_per_host < ADDRESSES_PER_HOST_MAX ? c->addresses_per_host
							      : ADDRESSES_PER_HOST_MAX;
}

static int new_tables(struct ha *h, const struct memory *m)
{
	const uint32_t bindings = at_least_one(h->c.bindings_max);
	const uint32_t addresses = at_least_one(h->c.addresses_max);
	const uint32_t revocations = bindings < REVOCATIONS_MAX ? bindings : REVOCATIONS_MAX;
	const uint64_t seed[2] = { rng_next(&h->rng), rng_next(&h->rng) };

	if (binding_cache_new(&h->bindings, m, bindings, seed) ||
	    address_table_new(&h->addresses, m, addresses, seed) ||
	    group_table_new(&h->groups, m, addresses, seed) ||
	    ha_hold_pool_new(&h->held, m, bindings) || pending_new(&h->pending, m, bindings) ||
	    /* and as many that have gone: for as long as replays matter, and their addresses */
	    host_table_new(&h->hosts, m, bindings, 2 * bindings, seed) ||
	    care_of_new(&h->home4, m, h->c.home4_first, h->c.home4_size) ||
	    revocation_table_new(&h->revocations, m, revocations, seed) ||
	    path_mtu_new(&h->path_mtu, m, bindings, seed) ||
	    heap_new(&h->timers, m, bindings + 2 * addresses + revocations + 4))
		return -ENOMEM;
	return 0;
}

int ha_new(const struct ha_config *c, const struct core_env *env, struct ha **ret)
{
	struct ha *h = memory_alloc(&env->memory, sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->c = *c;
	h->c.sas = NULL;
	h->c.n_sas = 0;
	h->c.statics = NULL;
	h->c.addresses_per_host = addresses_per_host(c);
	rng_seed(&h->rng, env->seed);
	h->static_seed[0] = rng_next(&h->rng);
	h->static_seed[1] = rng_next(&h->rng);
	memcpy(h->secret.v, env->secret, sizeof(h->secret.v));
	h->home_ra.timer.kind = TIMER_HOME_RA;
	h->reload.kind = TIMER_RELOAD;
	h->repeat.kind = TIMER_REPEAT;
	if (new_tables(h, &env->memory) || batch_new(&h->batch, &env->memory, env->changes_max) ||
	    static_table_new(&h->statics, &env->memory, c, h->static_seed) ||
	    sa_table_new(c->sas, c->n_sas, c->sa_cache, env, &h->sas))
		return -ENOMEM;
	prefix_configure(&h->prefixes, c, (struct now){ 0 });
	pool_configure(h, c, (struct now){ 0 });
	ra_home_begin(h);
	*ret = h;
	return 0;
}

void ha_done(struct ha *h)
{
	if (!h)
		return;
	sa_table_done(h->sas);
	bytes_wipe(&h->secret, sizeof(h->secret));
	bytes_wipe(h->batch.value, sizeof(h->batch.value)); /* in which it has been told */
}

/* What may not change while bindings live by it. */
static bool may_replace(const struct ha_config *a, const struct ha_config *b)
{
	return in4_equal(a->address, b->address) && a->home_ifindex == b->home_ifindex &&
	       mac_equal(a->home_mac, b->home_mac) &&
	       in6_equal(&a->home_link_local, &b->home_link_local) && a->n_own == b->n_own &&
	       memcmp(a->own, b->own, a->n_own * sizeof(a->own[0])) == 0 &&
	       a->advertise == b->advertise && mac_equal(a->router_mac, b->router_mac) &&
	       in6_equal(&a->router_address, &b->router_address) &&
	       in4_equal(a->home4_first, b->home4_first) && a->home4_size == b->home4_size &&
	       a->bindings_max == b->bindings_max && a->addresses_max == b->addresses_max &&
	       a->addresses_per_host == addresses_per_host(b);
}

int ha_reload(struct ha *h, const struct ha_config *c, const struct core_env *env, struct now now)
{
	struct static_table statics;
	struct sa_table *sas;

	if (!may_replace(&h->c, c))
		return -EINVAL;
	if (static_table_new(&statics, &env->memory, c, h->static_seed) ||
	    sa_table_new(c->sas, c->n_sas, c->sa_cache, env, &sas))
		return -ENOMEM;
	h->statics = statics;
	sa_table_done(h->sas);
	h->sas = sas;
	h->c = *c;
	h->c.sas = NULL;
	h->c.n_sas = 0;
	h->c.statics = NULL;
	h->c.addresses_per_host = addresses_per_host(c);
	prefix_configure(&h->prefixes, c, now);
	pool_configure(h, c, now);
	ra_reload(h, now);
	return 0;
}

int ha_revoke(struct ha *h, struct bytes nai, struct now now, struct actions *out)
{
	struct host *x = nai.n ? host_find(&h->hosts, nai) : NULL;
	struct binding *b = x ? x->binding : NULL;
	struct registration r;

	if (!b)
		return -ENOENT;
	if (!batch_may_change(h, now))
		return -EAGAIN;
	batch_changes(h, x, now);
	r = registration_of(b);
	emit_event(out, 0, EVENT_REVOKED, b, NULL, 0);
	binding_end(h, b, out);
	revocation_begin(h, &r, true, now, out); /* req: HA-35 */
	return 0;
}

/* --- doors of the role --- */

static bool takes(struct bytes message)
{
	/* a Revocation of our own kind is for those who have hosts (RFC 3543 3.3, A bit) */
	if (message.p[0] == MIP4_REVOCATION)
		return message.n > 2 && !(message.p[2] & 0x80);
	return message.p[0] == MIP4_RRQ || message.p[0] == MIP4_REVOCATION_ACK;
}

static bool wants(const void *self, const struct packet *in)
{
	const struct ha *h = self;

	switch (in->from) {
	case PACKET_TUNNEL:
		return in4_equal(in->local, h->c.address);
	case PACKET_HOME:
		return in->ifindex == h->c.home_ifindex;
	case PACKET_ERROR4:
		return in4_equal(path_mtu_receiver(in), h->c.address);
	case PACKET_ACCESS:
	case PACKET_DISCOVERY:
	case PACKET_SESSION:
		break;
	}
	return false;
}

static bool is_tunnel(void *ctx, struct in_addr local, struct in_addr remote)
{
	const struct ha *h = ctx;

	return tunnel_find(&h->bindings, local, remote, 0);
}

static void packet(void *self, const struct packet *in, struct now now, struct actions *out)
{
	struct ha *h = self;

	switch (in->from) {
	case PACKET_TUNNEL:
		tunnel_packet(h, in, now, out);
		break;
	case PACKET_HOME:
		home_packet(h, in, now, out);
		break;
	case PACKET_ERROR4:
		path_mtu_receive(&h->path_mtu, in, is_tunnel, h, now, out, h->drops);
		break;
	case PACKET_ACCESS:
	case PACKET_DISCOVERY:
	case PACKET_SESSION:
		ha_drop(h, DROP_LINK_UNKNOWN);
		break;
	}
}

/* Defaults are those of the configuration; each handler's file says where its times come from. */
static void (*const on_timer[TIMER_MAX])(struct ha *, struct timer *, struct now,
					 struct actions *) = {
	[TIMER_BINDING] =
		binding_timeout,        /* granted lifetime; ra_min to ra_max, 16 s for the first;
					   half of the lifetime, then a part of the rest */
	[TIMER_ND] = dad_timeout,       /* retransmit */
	[TIMER_VALID] = address_expire, /* valid lifetime of the prefix */
	[TIMER_REVOCATION] = revocation_timeout, /* 1, 2, 4, 8 s */
	[TIMER_GROUPS] = group_timeout,          /* pace of nd_per_second */
	[TIMER_HOME_RA] = ra_home_timeout,       /* as TIMER_RA */
	[TIMER_RELOAD] = ra_reload_timeout,      /* at once, in steps */
	[TIMER_REPEAT] = batch_repeat,           /* the same */
};

static void timeout(void *self, struct now now, struct actions *out)
{
	struct ha *h = self;
	const size_t most = out->n + ACTIONS_STEP_MAX - TIMER_ACTIONS_MAX;

	if (path_mtu_next(&h->path_mtu) <= now.mono) {
		path_mtu_timeout(&h->path_mtu, now, out);
		return;
	}
	for (int i = 0; i < TIMERS_PER_STEP && out->n <= most && heap_due(&h->timers) <= now.mono;
	     i++) {
		struct timer *t = heap_first(&h->timers);

		heap_clear(&h->timers, t);
		on_timer[t->kind](h, t, now, out);
	}
}

static nsec_t next_timeout(const void *self)
{
	const struct ha *h = self;
	const nsec_t a = heap_due(&h->timers), b = path_mtu_next(&h->path_mtu);

	return a < b ? a : b;
}

/* What the data plane does not do is not promised: the agent that waits for its reply gets a
 * denial, an older one is told that its registration is over. */
static void failed(void *self, uint32_t id, struct now now, struct actions *out)
{
	struct ha *h = self;
	struct host_address *a = address_find_id(&h->addresses, id);
	struct binding *b = binding_find_id(&h->bindings, id);

	if (a) {
		batch_changes(h, a->host, now);
		address_remove(h, a, out);
	}
	if (!b)
		return;
	batch_changes(h, b->host, now);

	const struct registration r = registration_of(b);
	const bool fresh = now.mono - b->accepted < PROMISE_FRESH;

	emit_event(out, 0, EVENT_REFUSED, b, NULL, MIP4_HA_RESOURCES);
	if (fresh)
		reply_take_back(h, b, out);
	binding_end(h, b, out);
	if (!fresh)
		revocation_begin(h, &r, false, now, out);
}

static void traffic(void *self, uint32_t id, uint64_t packets, struct now now, struct actions *out)
{
	struct ha *h = self;
	struct binding *b = binding_find_id(&h->bindings, id);

	if (b)
		probe_traffic(h, b, packets, now, out);
}

static const uint64_t *drops(const void *self)
{
	const struct ha *h = self;

	return h->drops;
}

static bool has_tunnel(const void *self, const struct tunnel *t)
{
	const struct ha *h = self;

	return tunnel_find(&h->bindings, t->local, t->remote, t->key);
}

/* As it has to be there: repeating puts right what is not. */
static bool has_address(const void *self, const struct address *a)
{
	const struct ha *h = self;
	const struct host_address *found = address_lookup(&h->addresses, &a->prefix, a->length);

	return found && found->state != HOST_ADDRESS_KEPT;
}

const struct role_ops ha_role = {
	.name = "home-agent",
	.receive = ha_receive,
	.ahead = ha_ahead,
	.takes = takes,
	.wants = wants,
	.packet = packet,
	.timeout = timeout,
	.next_timeout = next_timeout,
	.failed = failed,
	.traffic = traffic,
	.drops = drops,
	.changed = batch_changed,
	.batch_end = batch_end,
	.restore = batch_restore,
	.restored = batch_restored,
	.restoring = batch_restoring,
	.has_tunnel = has_tunnel,
	.has_address = has_address,
	.store_tag = 'H',
};
