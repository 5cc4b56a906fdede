/* SPDX-License-Identifier: Apache-2.0 */
/* What an access node does with a host: a care-of address of its own, and the tunnel from there. */
#include "core/an_internal.h"

#include <string.h>

struct attachment *an_attachment_new(struct access *n, struct access_link *l, struct mac_addr host)
{
	char nai[NAI_MAX + 1];
	struct attachment *a;

	if (!attachment_name(n, l, host, BYTES(host.b, sizeof(host.b)), nai))
		return NULL; /* a realm leaves room for a MAC */
	a = attachment_new(n, l, host, 0, nai);
	if (a) {
		an_host(a)->tunnel.ifindex = a->ifindex;
		an_host(a)->tunnel.host = host;
	}
	return a;
}

static void known(struct access *n, struct access_link *l, struct mac_addr host,
		  const struct access_input *in)
{
	struct attachment *a;

	if (attachment_find(n, n->config.ports[l->index].ifindex, host, 0))
		return;
	a = an_attachment_new(n, l, host);
	if (a)
		access_begin(n, a, in);
}

/* the care-of address */

static struct in_addr care_of(struct access *n, struct attachment *a, nsec_t now)
{
	struct tunnel *t = &an_host(a)->tunnel;

	if (!t->local.s_addr && care_of_take(&an_of(n)->care_of, a, now, &t->local) < 0)
		n->drops[DROP_CARE_OF_EXHAUSTED]++; /* req: AN-9 */
	return t->local;
}

/* Into quarantine as long as the home agent may still use it (D15). */
static void give_back(struct access *n, struct attachment *a, nsec_t now)
{
	struct tunnel *t = &an_host(a)->tunnel;

	if (!t->local.s_addr)
		return;
	care_of_give(&an_of(n)->care_of, t->local,
		     a->client.exposed ? now + a->client.exposed * NSEC_PER_SEC : 0);
	t->local.s_addr = 0;
	a->client.exposed = 0;
}

static void changed(struct access *n, const struct attachment *a)
{
	const struct in_addr local = container_of(a, struct an_attachment, base)->tunnel.local;

	if (local.s_addr)
		care_of_changed(&an_of(n)->care_of, local);
}

/* packets */

static void pass(struct access *n, struct attachment *a, const struct access_input *in)
{
	an_tunnel_send(an_host(a), actions_copy(in->out, in->packet->packet), in->out);
}

static void send_held(struct access *n, struct attachment *a, const struct access_input *in)
{
	for (size_t length; (length = hold_first(&a->held)) > 0;) {
		uint8_t *p = actions_reserve(in->out, length);

		hold_take(&n->hold, &a->held, p);
		an_tunnel_send(an_host(a), BYTES(p, length), in->out);
	}
}

/* What the host sent meanwhile goes first: actions are done in order, and only the TUNNEL_SET lets
 * its next frames pass. req: AN-15 */
static bool open(struct access *n, struct attachment *a, const struct access_input *in)
{
	const struct an_router *r = &an_of(n)->router;
	struct an_attachment *h = an_host(a);

	h->tunnel.remote = a->client.home_agent;
	if (in4_equal(r->home_agent, h->tunnel.remote)) {
		h->tunnel.router = r->mac;
		h->tunnel.router_address = r->address;
	}
	h->counted = 0;
	send_held(n, a, in);
	action_add(in->out, ACTION_TUNNEL_SET, a->client.id)->tunnel = h->tunnel;
	return true;
}

static void deliver_early(struct access *n, struct attachment *a, const struct access_input *in)
{
	struct hold_queue *early = &an_host(a)->early;
	uint8_t packet[HOLD_BYTES_MAX];

	for (size_t length; (length = hold_first(early)) > 0;) {
		hold_take(&n->hold, early, packet);
		an_deliver(an_of(n), an_host(a), BYTES(packet, length), in);
	}
}

static void forget(struct access *n, struct attachment *a)
{
	n->drops[DROP_NOT_REGISTERED] += hold_drop(&n->hold, &an_host(a)->early);
}

static void shut(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (a->open)
		action_add(in->out, ACTION_TUNNEL_DEL, a->client.id)->tunnel = an_host(a)->tunnel;
	forget(n, a);
}

static void repeat(struct access *n, struct attachment *a, const struct access_input *in)
{
	action_add(in->out, ACTION_TUNNEL_SET, a->client.id)->tunnel = an_host(a)->tunnel;
}

/* renewal */

/* Silent departure: renewed only if the host was heard since the last registration (D5). */
static void ask_traffic(struct access *n, struct attachment *a, const struct access_input *in)
{
	action_add(in->out, ACTION_TRAFFIC, a->client.id)->tunnel = an_host(a)->tunnel;
	client_defer(&a->client, &n->clients, in->now);
}

static void nothing(struct access *n, struct attachment *a, const struct access_input *in)
{
}

static bool never(const struct attachment *a)
{
	return false;
}

static void no_timer(struct access *n, struct timer *t, const struct access_input *in)
{
}

/* messages of the home agent */

/* Replies come to where the request was from: the care-of address. */
static struct attachment *replied(struct access *n, const struct datagram *d,
				  const struct mip4_message *m)
{
	return care_of_owner(&an_of(n)->care_of, d->local);
}

/* By NAI, care-of address and home agent. */
static struct attachment *revoked(struct access *n, const struct mip4_message *m)
{
	struct attachment *a = care_of_owner(&an_of(n)->care_of, m->care_of);

	if (!a || !bytes_equal(a->client.nai, m->nai) ||
	    !in4_equal(a->client.home_agent, m->home_agent))
		return NULL;
	return a;
}

const struct access_ops an_access_ops = {
	.care_of = care_of,
	.give_back = give_back,
	.hold = access_hold,
	.pass = pass,
	.open = open,
	.opened = deliver_early,
	.renewed = nothing,
	.renew_due = ask_traffic,
	.renewal_ends = never,
	.refused = nothing,
	.close = shut,
	.changed = changed,
	.forget = forget,
	.known = known,
	.timer = no_timer,
	.repeat = repeat,
	.replied = replied,
	.revoked = revoked,
};
