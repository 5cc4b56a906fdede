/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of an attachment: what each event means in each state (draft 3.2.2 to 3.2.5,
 * D3 to D5). The registration itself is the client's; here is what becomes of the
 * host, its packets and its tunnel.
 */
#include "core/access.h"

#define BACK_OFF_DOUBLINGS 4  /* to 16 times the configured one */
#define FORGET_AFTER       16 /* times the back-off: how long failures are remembered */

typedef void handler(struct access *n, struct attachment *a, const struct access_input *in);

static void set_timer(struct access *n, struct attachment *a, const struct access_input *in,
		      uint32_t seconds)
{
	heap_set(&n->timers, &a->timer, in->now.mono + seconds * NSEC_PER_SEC);
}

/* packets from the host */

void access_hold(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (hold_put(&n->hold, &a->held, in->packet->packet, HOLD_PACKETS_MAX) < 0)
		n->drops[DROP_BUFFER_FULL]++;
}

static void hold(struct access *n, struct attachment *a, const struct access_input *in)
{
	n->ops->hold(n, a, in);
}

/* What was handed up before the tunnel was there, or is the daemon's to see (draft 5.2.2). */
static void pass(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->seen = true;
	n->ops->pass(n, a, in);
}

static void drop(struct access *n, struct attachment *a, const struct access_input *in)
{
	n->drops[DROP_HOLD_DOWN]++;
}

static void begin(struct access *n, struct attachment *a, const struct access_input *in)
{
	struct in_addr care_of;

	a->left = false;
	heap_clear(&n->timers, &a->timer);
	care_of = n->ops->care_of(n, a, in->now.mono);
	if (!care_of.s_addr) {
		attachment_free(n, a, in->now.mono);
		return;
	}
	n->ops->changed(n, a);
	if (in->packet)
		hold(n, a, in);
	access_outcome(n, a, client_register(&a->client, &n->clients, care_of, in->now, in->out),
		       in);
}

void access_begin(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->state = ACCESS_REGISTERING;
	begin(n, a, in);
}

/* A frame in the middle of leaving: the host is back. */
static void begin_again(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (n->stopping)
		n->drops[DROP_NOT_REGISTERED]++;
	else
		access_begin(n, a, in);
}

static void begin_if_lifted(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (a->lifted)
		access_begin(n, a, in);
	else
		drop(n, a, in);
}

/* the tunnel */

static void close_tunnel(struct access *n, struct attachment *a, const struct access_input *in)
{
	n->ops->close(n, a, in);
	a->open = false;
	n->ops->changed(n, a);
	n->drops[DROP_NOT_REGISTERED] += hold_drop(&n->hold, &a->held);
}

/* renewal */

static void renew_due(struct access *n, struct attachment *a, const struct access_input *in)
{
	n->ops->renew_due(n, a, in);
}

static void renewed(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->failures = 0;
	n->ops->changed(n, a);
	attachment_event(n, a, EVENT_RENEWED, a->client.granted, in->out);
	n->ops->renewed(n, a, in);
}

/* Late frames must not pull the binding back (D4). */
static void hold_down(struct access *n, struct attachment *a, const struct access_input *in)
{
	n->ops->give_back(n, a, in->now.mono);
	a->failures = 0;
	set_timer(n, a, in, n->config.hold_down);
}

/* The registration stands until it expires, if it is still worth something. */
static void renewal_refused(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->code = a->client.code;
	attachment_event(n, a, EVENT_REFUSED, a->code, in->out);
	if (!n->ops->renewal_ends(a))
		return;
	client_done(&a->client, &n->clients);
	a->state = ACCESS_HOLD_DOWN;
	close_tunnel(n, a, in);
	hold_down(n, a, in);
}

/* leaving */

static void release(struct access *n, struct attachment *a, const struct access_input *in)
{
	attachment_free(n, a, in->now.mono);
}

static void lose_link(struct access *n, struct attachment *a, const struct access_input *in)
{
	set_timer(n, a, in, n->config.detach_delay);
	attachment_event(n, a, EVENT_LINK_LOST, 0, in->out);
}

static void link_lost_early(struct access *n, struct attachment *a, const struct access_input *in)
{
	set_timer(n, a, in, n->config.detach_delay);
}

static void link_back(struct access *n, struct attachment *a, const struct access_input *in)
{
	heap_clear(&n->timers, &a->timer);
}

static void leave(struct access *n, struct attachment *a, const struct access_input *in)
{
	heap_clear(&n->timers, &a->timer);
	close_tunnel(n, a, in);
	access_outcome(n, a, client_deregister(&a->client, &n->clients, in->now, in->out), in);
}

/* By its own will: what it sent before does not bring it back (D4). */
static void leave_by_will(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->left = true;
	leave(n, a, in);
}

static void begin_again_unless_left(struct access *n, struct attachment *a,
				    const struct access_input *in)
{
	if (a->left)
		drop(n, a, in);
	else
		begin_again(n, a, in);
}

static void left(struct access *n, struct attachment *a, const struct access_input *in)
{
	attachment_event(n, a, EVENT_DETACHED, 0, in->out);
	if (a->left && !n->stopping) {
		a->state = ACCESS_HOLD_DOWN;
		hold_down(n, a, in);
	} else {
		release(n, a, in);
	}
}

static void expire(struct access *n, struct attachment *a, const struct access_input *in)
{
	close_tunnel(n, a, in); /* req: AN-24 */
	attachment_event(n, a, EVENT_EXPIRED, 0, in->out);
	release(n, a, in);
}

/* Revoked because the host is elsewhere. */
static void moved(struct access *n, struct attachment *a, const struct access_input *in)
{
	close_tunnel(n, a, in); /* req: AN-20 */
	attachment_event(n, a, EVENT_REVOKED, 0, in->out);
	hold_down(n, a, in);
}

/* no service */

/* The care-of address is kept while the home agent may still tunnel to it. */
static void block(struct access *n, struct attachment *a, const struct access_input *in)
{
	uint8_t doublings = a->failures < BACK_OFF_DOUBLINGS ? a->failures : BACK_OFF_DOUBLINGS;

	close_tunnel(n, a, in);
	if (a->client.exposed == 0)
		n->ops->give_back(n, a, in->now.mono);
	if (a->failures < UINT8_MAX)
		a->failures++;
	a->lifted = false;
	set_timer(n, a, in, (uint32_t)n->config.back_off << doublings);
}

/*
 * Revoked so as to detach the host: a DAD failure or an operator (draft 3.2.4). The link itself
 * stays up, because other hosts may be on it, or a switch that is not ours before it; the host is
 * cut off from the service instead: none of its frames passes until its link comes up anew or the
 * back-off is over. req: AN-22
 */
static void detach(struct access *n, struct attachment *a, const struct access_input *in)
{
	attachment_event(n, a, EVENT_REVOKED, 0, in->out);
	block(n, a, in);
}

static void refuse(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->code = a->client.code;
	attachment_event(n, a, EVENT_REFUSED, a->code, in->out);
	n->ops->refused(n, a, in);
	block(n, a, in);
}

/* Tunnelling is not to be had (A5), or the data plane cannot do it: the client deregisters. */
static void refuse_service(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->code = MIP4_ACCEPTED;
	attachment_event(n, a, EVENT_REFUSED, a->code, in->out);
	block(n, a, in);
}

static void fail(struct access *n, struct attachment *a, const struct access_input *in)
{
	client_deregister(&a->client, &n->clients, in->now, in->out);
	refuse_service(n, a, in);
}

/* The host says that another one has its address: asked anew, the home agent would give it again.
 */
static void reject(struct access *n, struct attachment *a, const struct access_input *in)
{
	attachment_event(n, a, EVENT_ADDRESS_DUPLICATE, 0, in->out);
	client_deregister(&a->client, &n->clients, in->now, in->out);
	block(n, a, in);
}

/* The registration stands: the host's link and the tunnel are one. req: AN-12 AN-14 */
static void attach(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->seen = false;
	a->link->has_known = true;
	a->link->known = a->host;
	if (timer_is_set(&a->timer)) /* the link went down meanwhile */
		a->state = ACCESS_LINK_LOST;
	if (!n->ops->open(n, a, in)) {
		a->state = ACCESS_BLOCKED;
		fail(n, a, in);
		return;
	}
	a->open = true;
	n->ops->changed(n, a);
	attachment_event(n, a, EVENT_ATTACHED, a->client.granted, in->out);
	n->ops->opened(n, a, in);
}

static void unreachable(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->code = MIP4_ACCEPTED; /* nobody has denied it this time */
	attachment_event(n, a, EVENT_UNREACHABLE, 0, in->out);
	block(n, a, in);
}

static void deregistered_blocked(struct access *n, struct attachment *a,
				 const struct access_input *in)
{
	if (a->client.exposed == 0)
		n->ops->give_back(n, a, in->now.mono);
}

/* The back-off is over: the next frame registers the host. If none comes, its failures are
 * forgotten. */
static void back_off_over(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (a->lifted) {
		release(n, a, in);
		return;
	}
	a->lifted = true;
	set_timer(n, a, in, (uint32_t)n->config.back_off * FORGET_AFTER);
}

/* The link comes up anew, so it is a new host as far as we know (D4). */
static void link_anew(struct access *n, struct attachment *a, const struct access_input *in)
{
	a->failures = 0;
	if (n->config.ports[a->link->index].eager) {
		access_begin(n, a, in);
	} else if (a->client.state == CLIENT_IDLE) {
		release(n, a, in);
	} else {
		heap_clear(&n->timers, &a->timer);
		a->state = ACCESS_DEREGISTERING;
	}
}

static void stop_blocked(struct access *n, struct attachment *a, const struct access_input *in)
{
	heap_clear(&n->timers, &a->timer);
	if (a->client.state == CLIENT_IDLE)
		release(n, a, in);
}

/* Where `next` says less than all: attach, begin, begin_again, begin_if_lifted, link_anew and what
 * frees the attachment put the state right themselves. */
struct row {
	handler *run; /* NULL: the event means nothing in this state */
	enum access_state next;
};

/* clang-format off */
static const struct row table[ACCESS_STATE_MAX][ACCESS_EVENT_MAX] = {
	[ACCESS_REGISTERING] = {
		[ACCESS_ON_FRAME]        = { hold,            ACCESS_REGISTERING },
		[ACCESS_ON_SOLICIT]      = { hold,            ACCESS_REGISTERING },
		[ACCESS_ON_LINK_UP]      = { link_back,       ACCESS_REGISTERING },
		[ACCESS_ON_LINK_DOWN]    = { link_lost_early, ACCESS_REGISTERING },
		[ACCESS_ON_TIMER]        = { leave,           ACCESS_DEREGISTERING },
		[ACCESS_ON_STOP]         = { leave,           ACCESS_DEREGISTERING },
		[ACCESS_ON_LEAVE]        = { leave_by_will,   ACCESS_DEREGISTERING },
		[ACCESS_ON_UP]           = { attach,          ACCESS_ATTACHED },
		[ACCESS_ON_REFUSED]      = { refuse,          ACCESS_BLOCKED },
		[ACCESS_ON_NO_SERVICE]   = { refuse_service,  ACCESS_BLOCKED },
		[ACCESS_ON_UNREACHABLE]  = { unreachable,     ACCESS_BLOCKED },
		[ACCESS_ON_MOVED]        = { moved,           ACCESS_HOLD_DOWN },
		[ACCESS_ON_DETACHED]     = { detach,          ACCESS_BLOCKED },
	},
	[ACCESS_ATTACHED] = {
		[ACCESS_ON_FRAME]        = { pass,            ACCESS_ATTACHED },
		[ACCESS_ON_SOLICIT]      = { pass,            ACCESS_ATTACHED },
		[ACCESS_ON_LINK_DOWN]    = { lose_link,       ACCESS_LINK_LOST },
		[ACCESS_ON_STOP]         = { leave,           ACCESS_DEREGISTERING },
		[ACCESS_ON_FAILED]       = { fail,            ACCESS_BLOCKED },
		[ACCESS_ON_LEAVE]        = { leave_by_will,   ACCESS_DEREGISTERING },
		[ACCESS_ON_REJECT]       = { reject,          ACCESS_BLOCKED },
		[ACCESS_ON_RENEWED]      = { renewed,         ACCESS_ATTACHED },
		[ACCESS_ON_RENEW_DUE]    = { renew_due,       ACCESS_ATTACHED },
		[ACCESS_ON_REFUSED]      = { renewal_refused, ACCESS_ATTACHED },
		[ACCESS_ON_NO_SERVICE]   = { refuse_service,  ACCESS_BLOCKED },
		[ACCESS_ON_EXPIRED]      = { expire,          ACCESS_ATTACHED },
		[ACCESS_ON_MOVED]        = { moved,           ACCESS_HOLD_DOWN },
		[ACCESS_ON_DETACHED]     = { detach,          ACCESS_BLOCKED },
	},
	[ACCESS_LINK_LOST] = {
		[ACCESS_ON_FRAME]        = { pass,            ACCESS_LINK_LOST },
		[ACCESS_ON_SOLICIT]      = { pass,            ACCESS_LINK_LOST },
		[ACCESS_ON_LINK_UP]      = { link_back,       ACCESS_ATTACHED },
		[ACCESS_ON_TIMER]        = { leave,           ACCESS_DEREGISTERING },
		[ACCESS_ON_STOP]         = { leave,           ACCESS_DEREGISTERING },
		[ACCESS_ON_FAILED]       = { fail,            ACCESS_BLOCKED },
		[ACCESS_ON_LEAVE]        = { leave_by_will,   ACCESS_DEREGISTERING },
		[ACCESS_ON_REJECT]       = { reject,          ACCESS_BLOCKED },
		[ACCESS_ON_RENEWED]      = { renewed,         ACCESS_LINK_LOST },
		[ACCESS_ON_RENEW_DUE]    = { renew_due,       ACCESS_LINK_LOST },
		[ACCESS_ON_REFUSED]      = { renewal_refused, ACCESS_LINK_LOST },
		[ACCESS_ON_NO_SERVICE]   = { refuse_service,  ACCESS_BLOCKED },
		[ACCESS_ON_EXPIRED]      = { expire,          ACCESS_LINK_LOST },
		[ACCESS_ON_MOVED]        = { moved,           ACCESS_HOLD_DOWN },
		[ACCESS_ON_DETACHED]     = { detach,          ACCESS_BLOCKED },
	},
	[ACCESS_HOLD_DOWN] = {
		[ACCESS_ON_FRAME]        = { drop,            ACCESS_HOLD_DOWN },
		[ACCESS_ON_SOLICIT]      = { begin_again,     ACCESS_HOLD_DOWN },
		[ACCESS_ON_LINK_UP]      = { link_anew,       ACCESS_HOLD_DOWN },
		[ACCESS_ON_TIMER]        = { release,         ACCESS_HOLD_DOWN },
		[ACCESS_ON_STOP]         = { release,         ACCESS_HOLD_DOWN },
	},
	[ACCESS_BLOCKED] = {
		[ACCESS_ON_FRAME]        = { begin_if_lifted, ACCESS_BLOCKED },
		[ACCESS_ON_SOLICIT]      = { begin_if_lifted, ACCESS_BLOCKED },
		[ACCESS_ON_LINK_UP]      = { link_anew,       ACCESS_BLOCKED },
		[ACCESS_ON_TIMER]        = { back_off_over,   ACCESS_BLOCKED },
		[ACCESS_ON_STOP]         = { stop_blocked,    ACCESS_DEREGISTERING },
		[ACCESS_ON_DEREGISTERED] = { deregistered_blocked, ACCESS_BLOCKED },
	},
	[ACCESS_DEREGISTERING] = {
		[ACCESS_ON_FRAME]        = { begin_again_unless_left, ACCESS_DEREGISTERING },
		[ACCESS_ON_SOLICIT]      = { begin_again,     ACCESS_DEREGISTERING },
		[ACCESS_ON_DEREGISTERED] = { left,            ACCESS_DEREGISTERING },
	},
};

static const enum access_event outcome_events[] = {
	[CLIENT_UP]           = ACCESS_ON_UP,
	[CLIENT_RENEWED]      = ACCESS_ON_RENEWED,
	[CLIENT_RENEW_DUE]    = ACCESS_ON_RENEW_DUE,
	[CLIENT_REFUSED]      = ACCESS_ON_REFUSED,
	[CLIENT_NO_SERVICE]   = ACCESS_ON_NO_SERVICE,
	[CLIENT_UNREACHABLE]  = ACCESS_ON_UNREACHABLE,
	[CLIENT_EXPIRED]      = ACCESS_ON_EXPIRED,
	[CLIENT_MOVED]        = ACCESS_ON_MOVED,
	[CLIENT_DETACHED]     = ACCESS_ON_DETACHED,
	[CLIENT_DEREGISTERED] = ACCESS_ON_DEREGISTERED,
};
/* clang-format on */

void access_dispatch(struct access *n, struct attachment *a, enum access_event e,
		     const struct access_input *in)
{
	const struct row *row = &table[a->state][e];

	if (!row->run)
		return;
	a->event = e;
	a->state = row->next;
	row->run(n, a, in);
}

void access_outcome(struct access *n, struct attachment *a, enum client_outcome o,
		    const struct access_input *in)
{
	if (o != CLIENT_NOTHING)
		access_dispatch(n, a, outcome_events[o], in);
}
