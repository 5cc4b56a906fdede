/* SPDX-License-Identifier: Apache-2.0 */
/* The access node as a whole: memory, configuration, the doors of a role. */
#include "core/an_internal.h"

#include <errno.h>

int an_new(const struct an_config *c, const struct core_env *env, struct an **ret)
{
	struct an *an = memory_alloc(&env->memory, sizeof(*an));

	if (!an ||
	    access_new(&an->access, &an_access_ops, &c->access, env, sizeof(struct an_attachment),
		       0, 0) < 0 ||
	    care_of_new(&an->care_of, &env->memory, c->pool, c->pool_size) < 0)
		return -ENOMEM;
	an->pool = c->pool;
	an->pool_size = c->pool_size;
	*ret = an;
	return 0;
}

void an_done(struct an *an)
{
	if (an)
		access_done(&an->access);
}

int an_reload(struct an *an, const struct an_config *c, const struct core_env *env, struct now now)
{
	if (!in4_equal(an->pool, c->pool) || an->pool_size != c->pool_size)
		return -EINVAL;
	return access_reload(&an->access, &c->access, env);
}

void an_stop(struct an *an, struct now now)
{
	access_stop(&an->access, now);
}

bool an_stopped(const struct an *an)
{
	return access_stopped(&an->access);
}

/* Heard since the last registration? Then it is renewed, else the client asks again later (D5). */
static void an_traffic(void *self, uint32_t id, uint64_t packets, struct now now,
		       struct actions *out)
{
	struct an *an = self;
	struct attachment *a = attachment_by_id(&an->access, id);
	struct an_attachment *h;

	if (!a || a->client.state != CLIENT_REGISTERED)
		return;
	h = an_host(a);
	if (packets < h->counted) /* the entry was written anew */
		h->counted = 0;
	if (!a->seen && packets == h->counted)
		return;
	a->seen = false;
	h->counted = packets;
	client_renew(&a->client, &an->access.clients, now, out);
}

static const uint64_t *an_drops(const void *self)
{
	return ((const struct an *)self)->access.drops;
}

static void an_receive(void *self, const struct datagram *d, struct now now, struct actions *out)
{
	access_receive(&((struct an *)self)->access, d, now, out);
}

static void an_link(void *self, const struct link *in, struct now now, struct actions *out)
{
	access_link_event(&((struct an *)self)->access, in, now, out);
}

static void an_timeout(void *self, struct now now, struct actions *out)
{
	access_timeout(&((struct an *)self)->access, now, out);
}

static nsec_t an_next_timeout(const void *self)
{
	return access_next_timeout(&((const struct an *)self)->access);
}

static void an_failed(void *self, uint32_t id, struct now now, struct actions *out)
{
	access_failed(&((struct an *)self)->access, id, now, out);
}

static void an_restored(void *self, struct now now)
{
	access_restored(&((struct an *)self)->access, now);
}

static bool an_restoring(const void *self)
{
	return access_restoring(&((const struct an *)self)->access);
}

const struct role_ops an_role = {
	.name = "access-node",
	.receive = an_receive,
	.takes = access_takes,
	.wants = an_wants,
	.packet = an_packet,
	.link = an_link,
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
	while (*cursor < an->access.attachments.count) {
		const struct an_attachment *h = slab_at(&an->access.attachments, (*cursor)++);
		const struct attachment *a = &h->base;

		if (!a->used)
			continue;
		*ret = (struct an_attachment_info){
			.nai = a->client.nai,
			.state = a->state,
			.tunnel = h->tunnel,
			.lifetime = client_lifetime_left(&a->client, now.mono),
			.code = a->code,
			.held = a->held.packets,
		};
		return true;
	}
	return false;
}
