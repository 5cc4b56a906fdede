/* SPDX-License-Identifier: Apache-2.0 */
#include "access_audit.h"
#include "test.h"

static void audit_attachment(const struct access *n, const struct attachment *a)
{
	const bool open = a->state == ACCESS_ATTACHED || a->state == ACCESS_LINK_LOST;

	assert_true(a->used);
	assert_ptr_equal(attachment_find(n, a->ifindex, a->host, a->tag), a);
	assert_ptr_equal(a->next ? a->next->previous : a->link->last, a);
	assert_int_equal(a->open, open);
	if (a->client.state == CLIENT_IDLE) /* nothing is asked any more */
		assert_false(timer_is_set(&a->client.retry));
	if (a->client.state == CLIENT_IDLE || a->client.state == CLIENT_DEREGISTERING)
		assert_false(timer_is_set(&a->client.expiry));
	if (a->state != ACCESS_REGISTERING)
		assert_int_equal(a->held.packets, 0);
}

/* Those of attachments that have gone would ring for whoever comes to their place. */
static void audit_timers(const struct access *n)
{
	const struct slab *s = &n->attachments;
	const uint8_t *base = s->base;

	for (uint32_t i = 0; i < n->timers.n; i++) {
		const uint8_t *t = (const uint8_t *)n->timers.v[i].timer;

		assert_int_equal(n->timers.v[i].timer->slot, i + 1);
		if (t >= base && t < base + s->size * s->count) {
			const uint32_t at = (uint32_t)((size_t)(t - base) / s->size);
			const struct attachment *a = slab_at(s, at);

			assert_true(a->used);
		}
	}
}

void access_audit(const struct access *n, size_t others)
{
	size_t hosts = 0, packets = others;

	audit_timers(n);
	for (size_t i = 0; i < n->config.n_ports; i++) {
		const struct access_link *l = &n->links[i];
		uint32_t here = 0;

		for (const struct attachment *a = l->first; a; a = a->next, here++) {
			assert_ptr_equal(a->link, l);
			audit_attachment(n, a);
			packets += a->held.packets;
		}
		assert_int_equal(here, l->n);
		hosts += here;
	}
	assert_int_equal(hosts, slab_used(&n->attachments));
	assert_int_equal(slab_used(&n->path_mtu.slab), n->path_mtu.by_remote.n);
	assert_int_equal(packets == 0, slab_used(&n->hold.blocks) == 0);
}
