/* SPDX-License-Identifier: Apache-2.0 */
/* The actions of the roles, by the adapters. */
#include "daemon/daemon.h"
#include "daemon/log.h"

#include <errno.h>

void ops_flush(struct daemon *d)
{
	uint64_t *failed = &d->runtime.drops[DROP_SEND_FAILED];

	*failed += udp_flush(d->udp);
	*failed += raw_flush(d->raw);
	*failed += udp_flush_late(d->udp);
}

/* What has been held for a host goes before what the host sends next; likewise for the address of
 * one at an access router. req: AN-15 */
static int tunnel_set(void *ctx, const struct tunnel *t)
{
	struct daemon *d = ctx;

	if (t->ifindex)
		ops_flush(d);
	return dataplane_tunnel_set(d->dataplane, t);
}

static int tunnel_del(void *ctx, const struct tunnel *t)
{
	struct daemon *d = ctx;

	return dataplane_tunnel_del(d->dataplane, t);
}

static int address_set(void *ctx, const struct address *a)
{
	struct daemon *d = ctx;

	if (a->ifindex)
		ops_flush(d);
	return dataplane_address_set(d->dataplane, a);
}

static int address_del(void *ctx, const struct address *a)
{
	struct daemon *d = ctx;

	return dataplane_address_del(d->dataplane, a);
}

static int path_mtu(void *ctx, struct in_addr remote, uint16_t mtu)
{
	struct daemon *d = ctx;

	return dataplane_path_mtu(d->dataplane, remote, mtu);
}

static int traffic(void *ctx, const struct tunnel *t, uint64_t *ret)
{
	struct daemon *d = ctx;
	struct dataplane_counters c;
	int err = dataplane_tunnel_counters(d->dataplane, t, &c);

	if (!err)
		*ret = c.in_packets;
	return err;
}

/* Messages wait for the end of the batch, and packets into tunnels behind them: so a reply comes
 * before the advertisement that follows it (draft 3.2.2 step 6). Anything but a reply must not
 * overtake what was sent into a tunnel before, such as a revocation the news of a duplicate address
 * (draft 3.2.4): it waits for those, too. */
static int send_datagram(void *ctx, const struct datagram *m)
{
	struct daemon *d = ctx;

	if (m->payload.p[0] != MIP4_RRP && raw_waits(d->raw))
		return udp_send_late(d->udp, m);
	return udp_send(d->udp, m);
}

/* Tunnels with a GRE key are not built yet: nothing makes one, so nothing is sent into one. */
static int tunnel_send(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		       struct bytes packet)
{
	struct daemon *d = ctx;

	return key ? -EOPNOTSUPP : raw_send(d->raw, local, remote, packet);
}

static int forward(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		   struct bytes packet)
{
	struct daemon *d = ctx;

	return key ? -EOPNOTSUPP : reentry_forward(d->reentry, local, remote, packet);
}

static int link_send(void *ctx, uint32_t ifindex, struct bytes frame)
{
	struct daemon *d = ctx;

	return frames_send(d->frames, ifindex, frame);
}

static int authenticate(void *ctx, uint32_t id, const struct auth_question *q)
{
	return auth_ask(ctx, id, q);
}

static void store_put(void *ctx, struct bytes key, struct bytes value)
{
	keep_put(ctx, key, value);
}

static void store_del(void *ctx, struct bytes key)
{
	keep_del(ctx, key);
}

static int store_commit(void *ctx)
{
	return keep_commit(ctx);
}

static enum log_level level_of(enum event e)
{
	switch (e) {
	case EVENT_REFUSED:
	case EVENT_UNREACHABLE:
	case EVENT_ADDRESS_DUPLICATE:
		return LOG_LEVEL_WARNING;
	case EVENT_ATTACHED:
	case EVENT_MOVED:
	case EVENT_RENEWED:
	case EVENT_DETACHED:
	case EVENT_EXPIRED:
	case EVENT_REVOKED:
	case EVENT_ADDRESS_BOUND:
	case EVENT_ADDRESS_EXPIRED:
	case EVENT_LINK_LOST:
	case EVENT_SESSION_OPENED:
	case EVENT_SESSION_ENDED:
	case EVENT_MAX:
		return LOG_LEVEL_INFO;
	}
	return LOG_LEVEL_INFO;
}

/* Anyone can send requests that are refused, and dial in to no end, and any host, or neighbour on
 * the home link, claim addresses of others; the log takes so many a second. */
#define REFUSED_PER_SECOND 20

static bool is_too_much(struct daemon *d, enum event e)
{
	nsec_t second = d->now.mono / NSEC_PER_SEC;

	if (e != EVENT_REFUSED && e != EVENT_ADDRESS_DUPLICATE && e != EVENT_SESSION_ENDED)
		return false;
	if (second != d->refused_second) {
		if (d->refused > REFUSED_PER_SECOND)
			log_say(LOG_LEVEL_WARNING, "%u more refused, duplicate or ended",
				d->refused - REFUSED_PER_SECOND);
		d->refused_second = second;
		d->refused = 0;
	}
	return ++d->refused > REFUSED_PER_SECOND;
}

static void event(void *ctx, const char *role, const struct event_data *e)
{
	/* That a host is still there is no news; `show` says until when. */
	if (e->event == EVENT_RENEWED || is_too_much(ctx, e->event))
		return;
	struct log_line l = log_begin(level_of(e->event), event_names[e->event]);

	log_text(&l, "role", role);
	if (e->nai.n)
		log_bytes(&l, "nai", e->nai);
	if (e->care_of.s_addr)
		log_in4(&l, "care-of", e->care_of);
	if (!in6_is_unspecified(&e->address))
		log_in6(&l, "address", &e->address);
	if (e->event == EVENT_REFUSED) {
		/* an access device's own refusal has no code */
		const char *name = e->code ? mip4_code_name((uint8_t)e->code)
					   : "no key for this name, or no use of the reply";

		log_number(&l, "code", e->code);
		if (name)
			log_text(&l, "reason", name);
	} else if (e->event == EVENT_SESSION_OPENED || e->event == EVENT_SESSION_ENDED) {
		log_number(&l, "session", e->code);
		if (e->reason)
			log_text(&l, "reason", e->reason);
	} else if (e->code) {
		log_number(&l, "lifetime", e->code);
	}
	log_end(&l);
}

const struct runtime_ops ops_table = {
	.tunnel_set = tunnel_set,
	.tunnel_del = tunnel_del,
	.address_set = address_set,
	.address_del = address_del,
	.path_mtu = path_mtu,
	.traffic = traffic,
	.send = send_datagram,
	.tunnel_send = tunnel_send,
	.forward = forward,
	.link_send = link_send,
	.authenticate = authenticate,
	.store_put = store_put,
	.store_del = store_del,
	.store_commit = store_commit,
	.event = event,
};
