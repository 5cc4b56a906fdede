/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of an attachment: what each event means in each state (draft 3.2.2 to 3.2.5,
 * D3 to D5). The registration itself is the client's; here is what becomes of the
 * host, its packets and its tunnel.
 */
#include "core/an_internal.h"

#define BACK_OFF_DOUBLINGS 4  /* to 16 times the configured one */
#define FORGET_AFTER       16 /* times the back-off: how long failures are remembered */

typedef void handler(struct an *an, struct an_attachment *a, const struct an_input *in);

static void set_timer(struct an *an, struct an_attachment *a, const struct an_input *in,
		      uint32_t seconds)
{
	heap_set(&an->timers, &a->timer, in->now.mono + seconds * NSEC_PER_SEC);
}

/* packets from the host */

static void hold(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	if (hold_put(&an->hold, &a->held, in->packet->packet, HOLD_PACKETS_MAX) < 0)
		an->drops[DROP_BUFFER_FULL]++;
}

/* What was punted before the tunnel was there, or is the daemon's to see (draft 5.2.2). */
static void forward(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->seen = true;
	an_tunnel_send(a, actions_copy(in->out, in->packet->packet), in->out);
}

static void drop(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	an->drops[DROP_HOLD_DOWN]++;
}

static void begin(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	heap_clear(&an->timers, &a->timer);
	if (an_attachment_address(an, a, in->now.mono) < 0) {
		an_attachment_free(an, a, in->now.mono);
		return;
	}
	an_attachment_changed(an, a);
	if (in->packet)
		hold(an, a, in);
	an_outcome(an, a,
		   client_register(&a->client, &an->clients, a->tunnel.local, in->now, in->out),
		   in);
}

void an_begin(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->state = ACCESS_REGISTERING;
	begin(an, a, in);
}

/* A frame in the middle of leaving: the host is back. */
static void begin_again(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	if (an->stopping)
		an->drops[DROP_NOT_REGISTERED]++;
	else
		an_begin(an, a, in);
}

static void begin_if_lifted(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	if (a->lifted)
		an_begin(an, a, in);
	else
		drop(an, a, in);
}

/* the tunnel */

/* What the host sent meanwhile goes first: actions are done in order, and only the TUNNEL_SET lets
 * its next frames pass. req: AN-15 */
static void send_held(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	for (size_t n; (n = hold_first(&a->held)) > 0;) {
		uint8_t *p = actions_reserve(in->out, n);

		hold_take(&an->hold, &a->held, p);
		an_tunnel_send(a, BYTES(p, n), in->out);
	}
}

static void deliver_early(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	uint8_t packet[HOLD_BYTES_MAX];

	for (size_t n; (n = hold_first(&a->early)) > 0;) {
		hold_take(&an->hold, &a->early, packet);
		an_deliver(an, a, BYTES(packet, n), in);
	}
}

/* The registration stands: the host's link and the tunnel are one. req: AN-12 AN-14 */
static void attach(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->tunnel.remote = a->client.home_agent;
	if (in4_equal(an->router.home_agent, a->tunnel.remote)) {
		a->tunnel.router = an->router.mac;
		a->tunnel.router_address = an->router.address;
	}
	an_attachment_changed(an, a);
	a->open = true;
	a->seen = false;
	a->counted = 0;
	a->link->has_known = true;
	a->link->known = a->tunnel.host;
	if (timer_is_set(&a->timer)) /* the link went down meanwhile */
		a->state = ACCESS_LINK_LOST;
	send_held(an, a, in);
	action_add(in->out, ACTION_TUNNEL_SET, a->client.id)->tunnel = a->tunnel;
	an_attachment_event(a, EVENT_ATTACHED, a->client.granted, in->out);
	deliver_early(an, a, in);
}

static void close_tunnel(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	if (a->open)
		action_add(in->out, ACTION_TUNNEL_DEL, a->client.id)->tunnel = a->tunnel;
	a->open = false;
	an_attachment_changed(an, a);
	an->drops[DROP_NOT_REGISTERED] += hold_drop(&an->hold, &a->held);
	an->drops[DROP_NOT_REGISTERED] += hold_drop(&an->hold, &a->early);
}

/* renewal */

/* Silent departure: renewed only if the host was heard since the last registration (D5). */
static void ask_traffic(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	action_add(in->out, ACTION_TRAFFIC, a->client.id)->tunnel = a->tunnel;
	client_defer(&a->client, &an->clients, in->now);
}

static void renewed(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->failures = 0;
	an_attachment_changed(an, a);
	an_attachment_event(a, EVENT_RENEWED, a->client.granted, in->out);
}

static void renewal_refused(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->code = a->client.code;
	an_attachment_event(a, EVENT_REFUSED, a->code, in->out);
}

/* leaving */

static void release(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	an_attachment_free(an, a, in->now.mono);
}

static void lose_link(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	set_timer(an, a, in, an->config.access.detach_delay);
	an_attachment_event(a, EVENT_LINK_LOST, 0, in->out);
}

static void link_lost_early(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	set_timer(an, a, in, an->config.access.detach_delay);
}

static void link_back(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	heap_clear(&an->timers, &a->timer);
}

static void leave(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	heap_clear(&an->timers, &a->timer);
	close_tunnel(an, a, in);
	an_outcome(an, a, client_deregister(&a->client, &an->clients, in->now, in->out), in);
}

static void left(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	an_attachment_event(a, EVENT_DETACHED, 0, in->out);
	release(an, a, in);
}

static void expire(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	close_tunnel(an, a, in); /* req: AN-24 */
	an_attachment_event(a, EVENT_EXPIRED, 0, in->out);
	release(an, a, in);
}

/* Revoked because the host is elsewhere: its late frames must not pull the binding back (D4). */
static void moved(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	close_tunnel(an, a, in); /* req: AN-20 */
	an_attachment_event(a, EVENT_REVOKED, 0, in->out);
	an_attachment_unaddress(an, a, in->now.mono);
	a->failures = 0;
	set_timer(an, a, in, an->config.access.hold_down);
}

/* no service */

/* The care-of address is kept while the home agent may still tunnel to it. */
static void block(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	uint8_t n = a->failures < BACK_OFF_DOUBLINGS ? a->failures : BACK_OFF_DOUBLINGS;

	close_tunnel(an, a, in);
	if (a->client.exposed == 0)
		an_attachment_unaddress(an, a, in->now.mono);
	if (a->failures < UINT8_MAX)
		a->failures++;
	a->lifted = false;
	set_timer(an, a, in, (uint32_t)an->config.access.back_off << n);
}

/*
 * Revoked so as to detach the host: a DAD failure or an operator (draft 3.2.4). The link itself
 * stays up, because other hosts may be on it, or a switch that is not ours before it; the host is
 * cut off from the service instead: none of its frames passes until its link comes up anew or the
 * back-off is over. req: AN-22
 */
static void detach(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	an_attachment_event(a, EVENT_REVOKED, 0, in->out);
	block(an, a, in);
}

static void refuse(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->code = a->client.code;
	an_attachment_event(a, EVENT_REFUSED, a->code, in->out);
	block(an, a, in);
}

/* Tunnelling is not to be had (A5), or the data plane cannot do it: the client deregisters. */
static void refuse_service(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->code = MIP4_ACCEPTED;
	an_attachment_event(a, EVENT_REFUSED, a->code, in->out);
	block(an, a, in);
}

static void fail(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	client_deregister(&a->client, &an->clients, in->now, in->out);
	refuse_service(an, a, in);
}

static void unreachable(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	an_attachment_event(a, EVENT_UNREACHABLE, 0, in->out);
	block(an, a, in);
}

static void deregistered_blocked(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	if (a->client.exposed == 0)
		an_attachment_unaddress(an, a, in->now.mono);
}

/* The back-off is over: the next frame registers the host. If none comes, its failures are
 * forgotten. */
static void back_off_over(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	if (a->lifted) {
		release(an, a, in);
		return;
	}
	a->lifted = true;
	set_timer(an, a, in, (uint32_t)an->config.access.back_off * FORGET_AFTER);
}

/* The link comes up anew, so it is a new host as far as we know (D4). */
static void link_anew(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	a->failures = 0;
	if (an->config.access.ports[a->link->index].eager) {
		an_begin(an, a, in);
	} else if (a->client.state == CLIENT_IDLE) {
		release(an, a, in);
	} else {
		heap_clear(&an->timers, &a->timer);
		a->state = ACCESS_DEREGISTERING;
	}
}

static void stop_blocked(struct an *an, struct an_attachment *a, const struct an_input *in)
{
	heap_clear(&an->timers, &a->timer);
	if (a->client.state == CLIENT_IDLE)
		release(an, a, in);
}

/* Where `next` says less than all: attach, begin, begin_again, begin_if_lifted, link_anew and what
 * frees the attachment put the state right themselves. */
struct row {
	handler *run; /* NULL: the event means nothing in this state */
	enum access_state next;
};

/* clang-format off */
static const struct row table[ACCESS_STATE_MAX][AN_EVENT_MAX] = {
	[ACCESS_REGISTERING] = {
		[AN_ON_FRAME]        = { hold,            ACCESS_REGISTERING },
		[AN_ON_SOLICIT]      = { hold,            ACCESS_REGISTERING },
		[AN_ON_LINK_UP]      = { link_back,       ACCESS_REGISTERING },
		[AN_ON_LINK_DOWN]    = { link_lost_early, ACCESS_REGISTERING },
		[AN_ON_TIMER]        = { leave,           ACCESS_DEREGISTERING },
		[AN_ON_STOP]         = { leave,           ACCESS_DEREGISTERING },
		[AN_ON_UP]           = { attach,          ACCESS_ATTACHED },
		[AN_ON_REFUSED]      = { refuse,          ACCESS_BLOCKED },
		[AN_ON_NO_SERVICE]   = { refuse_service,  ACCESS_BLOCKED },
		[AN_ON_UNREACHABLE]  = { unreachable,     ACCESS_BLOCKED },
		[AN_ON_MOVED]        = { moved,           ACCESS_HOLD_DOWN },
		[AN_ON_DETACHED]     = { detach,          ACCESS_BLOCKED },
	},
	[ACCESS_ATTACHED] = {
		[AN_ON_FRAME]        = { forward,         ACCESS_ATTACHED },
		[AN_ON_SOLICIT]      = { forward,         ACCESS_ATTACHED },
		[AN_ON_LINK_DOWN]    = { lose_link,       ACCESS_LINK_LOST },
		[AN_ON_STOP]         = { leave,           ACCESS_DEREGISTERING },
		[AN_ON_FAILED]       = { fail,            ACCESS_BLOCKED },
		[AN_ON_RENEWED]      = { renewed,         ACCESS_ATTACHED },
		[AN_ON_RENEW_DUE]    = { ask_traffic,     ACCESS_ATTACHED },
		[AN_ON_REFUSED]      = { renewal_refused, ACCESS_ATTACHED },
		[AN_ON_NO_SERVICE]   = { refuse_service,  ACCESS_BLOCKED },
		[AN_ON_EXPIRED]      = { expire,          ACCESS_ATTACHED },
		[AN_ON_MOVED]        = { moved,           ACCESS_HOLD_DOWN },
		[AN_ON_DETACHED]     = { detach,          ACCESS_BLOCKED },
	},
	[ACCESS_LINK_LOST] = {
		[AN_ON_FRAME]        = { forward,         ACCESS_LINK_LOST },
		[AN_ON_SOLICIT]      = { forward,         ACCESS_LINK_LOST },
		[AN_ON_LINK_UP]      = { link_back,       ACCESS_ATTACHED },
		[AN_ON_TIMER]        = { leave,           ACCESS_DEREGISTERING },
		[AN_ON_STOP]         = { leave,           ACCESS_DEREGISTERING },
		[AN_ON_FAILED]       = { fail,            ACCESS_BLOCKED },
		[AN_ON_RENEWED]      = { renewed,         ACCESS_LINK_LOST },
		[AN_ON_RENEW_DUE]    = { ask_traffic,     ACCESS_LINK_LOST },
		[AN_ON_REFUSED]      = { renewal_refused, ACCESS_LINK_LOST },
		[AN_ON_NO_SERVICE]   = { refuse_service,  ACCESS_BLOCKED },
		[AN_ON_EXPIRED]      = { expire,          ACCESS_LINK_LOST },
		[AN_ON_MOVED]        = { moved,           ACCESS_HOLD_DOWN },
		[AN_ON_DETACHED]     = { detach,          ACCESS_BLOCKED },
	},
	[ACCESS_HOLD_DOWN] = {
		[AN_ON_FRAME]        = { drop,            ACCESS_HOLD_DOWN },
		[AN_ON_SOLICIT]      = { begin_again,     ACCESS_HOLD_DOWN },
		[AN_ON_LINK_UP]      = { link_anew,       ACCESS_HOLD_DOWN },
		[AN_ON_TIMER]        = { release,         ACCESS_HOLD_DOWN },
		[AN_ON_STOP]         = { release,         ACCESS_HOLD_DOWN },
	},
	[ACCESS_BLOCKED] = {
		[AN_ON_FRAME]        = { begin_if_lifted, ACCESS_BLOCKED },
		[AN_ON_SOLICIT]      = { begin_if_lifted, ACCESS_BLOCKED },
		[AN_ON_LINK_UP]      = { link_anew,       ACCESS_BLOCKED },
		[AN_ON_TIMER]        = { back_off_over,   ACCESS_BLOCKED },
		[AN_ON_STOP]         = { stop_blocked,    ACCESS_DEREGISTERING },
		[AN_ON_DEREGISTERED] = { deregistered_blocked, ACCESS_BLOCKED },
	},
	[ACCESS_DEREGISTERING] = {
		[AN_ON_FRAME]        = { begin_again,     ACCESS_DEREGISTERING },
		[AN_ON_SOLICIT]      = { begin_again,     ACCESS_DEREGISTERING },
		[AN_ON_DEREGISTERED] = { left,            ACCESS_DEREGISTERING },
	},
};

static const enum an_event outcome_events[] = {
	[CLIENT_UP]           = AN_ON_UP,
	[CLIENT_RENEWED]      = AN_ON_RENEWED,
	[CLIENT_RENEW_DUE]    = AN_ON_RENEW_DUE,
	[CLIENT_REFUSED]      = AN_ON_REFUSED,
	[CLIENT_NO_SERVICE]   = AN_ON_NO_SERVICE,
	[CLIENT_UNREACHABLE]  = AN_ON_UNREACHABLE,
	[CLIENT_EXPIRED]      = AN_ON_EXPIRED,
	[CLIENT_MOVED]        = AN_ON_MOVED,
	[CLIENT_DETACHED]     = AN_ON_DETACHED,
	[CLIENT_DEREGISTERED] = AN_ON_DEREGISTERED,
};
/* clang-format on */

void an_dispatch(struct an *an, struct an_attachment *a, enum an_event e, const struct an_input *in)
{
	const struct row *row = &table[a->state][e];

	if (!row->run)
		return;
	a->state = row->next;
	row->run(an, a, in);
}

void an_outcome(struct an *an, struct an_attachment *a, enum client_outcome o,
		const struct an_input *in)
{
	if (o != CLIENT_NOTHING)
		an_dispatch(an, a, outcome_events[o], in);
}
