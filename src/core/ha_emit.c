/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_emit.h"
#include "core/ha_state.h"

#include <assert.h>

#define ETHER_HEADER 14

static struct event_data *add_event(struct actions *out, uint32_t id, enum event e,
				    const struct host *x, const struct in6_addr *address)
{
	const struct bytes nai = actions_copy(out, host_nai(x));
	struct event_data *d = &action_add(out, ACTION_EVENT, id)->event;

	d->event = e;
	d->nai = nai;
	if (x->binding)
		d->care_of = x->binding->tunnel->remote;
	if (address)
		d->address = *address;
	return d;
}

void emit_event(struct actions *out, uint32_t id, enum event e, const struct binding *b,
		const struct in6_addr *address, uint32_t code)
{
	add_event(out, id, e, b->host, address)->code = code;
}

void emit_host_event(struct actions *out, enum event e, const struct host *x,
		     const struct in6_addr *address)
{
	add_event(out, 0, e, x, address);
}

void emit_into_tunnel(struct actions *out, uint32_t id, const struct binding *b,
		      struct bytes packet)
{
	struct bytes copy = actions_copy(out, packet);
	struct action *a = action_add(out, ACTION_TUNNEL_SEND, id);

	a->tunnel_send.local = b->tunnel->local;
	a->tunnel_send.remote = b->tunnel->remote;
	a->tunnel_send.key = b->tunnel->key;
	a->tunnel_send.packet = copy;
}

/* Our messages have a fixed largest size, so that writing one cannot fail. */
static struct bytes write_nd(struct writer *w, const struct nd *m)
{
	int r = nd_write(w, m);

	assert(r == 0);
	(void)r;
	return writer_bytes(w);
}

void emit_nd_into_tunnel(struct actions *out, uint32_t id, const struct binding *b,
			 const struct nd *m)
{
	uint8_t buf[EMIT_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	emit_into_tunnel(out, id, b, write_nd(&w, m));
}

void emit_on_home_link(const struct ha *h, struct actions *out, struct mac_addr dst,
		       struct bytes packet)
{
	uint8_t *frame = actions_reserve(out, ETHER_HEADER + packet.n);
	struct writer w = writer_new(frame, ETHER_HEADER + packet.n);
	struct action *a = action_add(out, ACTION_LINK_SEND, 0);

	ether_write(&w, dst, h->c.home_mac, ETHER_IPV6);
	write_bytes(&w, packet);
	a->link_send.ifindex = h->c.home_ifindex;
	a->link_send.frame = writer_bytes(&w);
}

void emit_nd_on_home_link(const struct ha *h, struct actions *out, struct mac_addr dst,
			  const struct nd *m)
{
	uint8_t buf[EMIT_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	emit_on_home_link(h, out, dst, write_nd(&w, m));
}
