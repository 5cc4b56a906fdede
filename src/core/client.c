/* SPDX-License-Identifier: Apache-2.0 */
#include "core/client.h"
#include "core/client_message.h"

#include <assert.h>
#include <string.h>

#define REGISTER_TRIES   5 /* 1, 2, 4, 8, 16 s (RFC 5944 3.6.3) */
#define DEREGISTER_TRIES 4 /* 1, 2, 4, 8 s: nothing waits for it but the care-of address */
#define RENEW_DOUBLINGS  9 /* renewals go on until expiry, at last every 512 s */
#define RESYNCS_MAX      2 /* code 133 believed in one attempt (RFC 5944 5.7.1) */
#define CLOCK_TOLERANCE  7 /* s: the default of RFC 5944 5.7.1 */

enum client_event {
	ON_START,
	ON_RENEW,
	ON_STOP,
	ON_RETRY,   /* timer */
	ON_GIVE_UP, /* timer, and no try is left */
	ON_EXPIRY,  /* timer */
	ON_ACCEPTED,
	ON_UNSERVED, /* accepted, but not for tunnelling */
	ON_DENIED,
	ON_MISMATCH, /* code 133 */
	ON_REVOCATION,
	ON_MAX
};

struct input {
	struct client_group *g;
	const struct mip4_message *m; /* of a reply or revocation */
	struct now now;
	struct actions *out;
};

typedef enum client_outcome handler(struct client *c, const struct input *in);

void client_init(struct client *c, const struct client_group *g, uint32_t id, struct bytes nai)
{
	*c = (struct client){ .id = id,
			      .nai = nai,
			      .home_agent = g->home_agent,
			      .retry.kind = CLIENT_TIMER_RETRY,
			      .expiry.kind = CLIENT_TIMER_EXPIRY };
}

void client_done(struct client *c, const struct client_group *g)
{
	heap_clear(g->timers, &c->retry);
	heap_clear(g->timers, &c->expiry);
	c->state = CLIENT_IDLE;
}

nsec_t client_save(const struct client *c, struct client_registration *ret)
{
	assert(c->state == CLIENT_REGISTERED || c->state == CLIENT_RENEWING);
	*ret = (struct client_registration){ .care_of = c->care_of,
					     .home_agent = c->home_agent,
					     .granted = c->granted,
					     .exposed = c->exposed,
					     .offset = c->offset,
					     .floor = c->floor,
					     .accepted = c->accepted,
					     .revocable = c->revocable,
					     .peer_timestamp = c->peer_timestamp,
					     .home = c->home,
					     .unique = c->unique };
	return timer_is_set(&c->expiry) ? c->expiry.due : NSEC_NEVER;
}

static void hear(struct client_group *g, uint32_t timestamp)
{
	if (!g->heard || (int32_t)(timestamp - g->heard_timestamp) > 0)
		g->heard_timestamp = timestamp;
	g->heard = true;
}

/* Requests that a renewal was to send until now may have asked for more than was granted: for as
 * long as requests ask. */
void client_restore(struct client *c, struct client_group *g, const struct client_registration *r,
		    nsec_t ends)
{
	assert(c->state == CLIENT_IDLE);
	c->state = CLIENT_REGISTERED;
	c->care_of = r->care_of;
	c->home_agent = r->home_agent;
	c->granted = r->granted;
	c->exposed = r->exposed > g->lifetime ? r->exposed : g->lifetime;
	c->offset = r->offset;
	c->latest = c->floor = r->floor;
	c->accepted = r->accepted;
	c->revocable = r->revocable;
	c->peer_timestamp = r->peer_timestamp;
	c->home = r->home;
	c->unique = r->unique;
	if (r->revocable)
		hear(g, r->peer_timestamp);
	if (ends != NSEC_NEVER)
		heap_set(g->timers, &c->expiry, ends);
}

/* Sends and waits twice as long as before (RFC 5944 3.6.3). */
static void try_now(struct client *c, const struct input *in)
{
	uint8_t doublings = c->tries < RENEW_DOUBLINGS ? c->tries : RENEW_DOUBLINGS;

	client_send_request(c, in->g, in->now, in->out);
	heap_set(in->g->timers, &c->retry, in->now.mono + (NSEC_PER_SEC << doublings));
	c->tries++;
}

static void first_try(struct client *c, const struct input *in)
{
	c->tries = c->resyncs = 0;
	try_now(c, in);
}

static enum client_outcome start(struct client *c, const struct input *in)
{
	c->home_agent = in->g->home_agent;
	c->revocable = false;
	c->unexposed = c->exposed == 0;
	first_try(c, in);
	c->begun = ntp_seconds(c->latest);
	return CLIENT_NOTHING;
}

static enum client_outcome renew(struct client *c, const struct input *in)
{
	first_try(c, in);
	return CLIENT_NOTHING;
}

static enum client_outcome stop(struct client *c, const struct input *in)
{
	heap_clear(in->g->timers, &c->expiry);
	first_try(c, in);
	return CLIENT_NOTHING;
}

static enum client_outcome nothing_to_stop(struct client *c, const struct input *in)
{
	return CLIENT_DEREGISTERED;
}

static enum client_outcome retry(struct client *c, const struct input *in)
{
	try_now(c, in);
	return CLIENT_NOTHING;
}

static enum client_outcome retry_renewal(struct client *c, const struct input *in)
{
	c->resyncs = 0; /* the attempt lasts as long as the registration */
	try_now(c, in);
	return CLIENT_NOTHING;
}

static enum client_outcome renewal_due(struct client *c, const struct input *in)
{
	return CLIENT_RENEW_DUE;
}

static enum client_outcome unreachable(struct client *c, const struct input *in)
{
	client_done(c, in->g);
	return CLIENT_UNREACHABLE;
}

static enum client_outcome expired(struct client *c, const struct input *in)
{
	client_done(c, in->g);
	return CLIENT_EXPIRED;
}

/* Lifetime runs from when the request was sent, so it ends here before it does there
 * (RFC 5944 3.6.2.2). req: AN-23 */
static void take_over(struct client *c, const struct input *in)
{
	const struct mip4_message *m = in->m;
	nsec_t whole;

	c->accepted = c->latest;
	c->granted = c->exposed = m->lifetime < in->g->lifetime ? m->lifetime : in->g->lifetime;
	c->revocable = m->revocation_support;
	if (m->revocation_support) {
		c->peer_timestamp = m->support_timestamp;
		hear(in->g, m->support_timestamp);
	}
	heap_clear(in->g->timers, &c->retry);
	heap_clear(in->g->timers, &c->expiry);
	if (c->granted == UINT16_MAX) /* infinite */
		return;
	whole = c->granted * NSEC_PER_SEC;
	heap_set(in->g->timers, &c->expiry, c->sent + whole);
	heap_set(in->g->timers, &c->retry,
		 c->sent + whole / 2 + (nsec_t)rng_below(in->g->rng, (uint64_t)whole * 3 / 10));
}

/* RFC 4433: the home agent may be another than the one that was asked. */
static bool is_unicast(struct in_addr a)
{
	uint32_t v = ntohl(a.s_addr);

	return v != INADDR_ANY && !IN_MULTICAST(v) && !IN_BADCLASS(v);
}

static enum client_outcome up(struct client *c, const struct input *in)
{
	if (is_unicast(in->m->home_agent))
		c->home_agent = in->m->home_agent;
	if (in->g->router) {
		c->home = in->m->hoa_address;
		c->unique = in->m->hoa_unique;
	}
	take_over(c, in);
	return CLIENT_UP;
}

static enum client_outcome renewed(struct client *c, const struct input *in)
{
	take_over(c, in);
	return CLIENT_RENEWED;
}

/* The home agent does not tunnel: what it has registered is of no use (A5). req: AN-27 */
static enum client_outcome no_service(struct client *c, const struct input *in)
{
	stop(c, in);
	return CLIENT_NO_SERVICE;
}

static enum client_outcome refused(struct client *c, const struct input *in)
{
	c->code = in->m->code;
	/* what an earlier request may have got, its reply lost, is not taken back by this */
	if (c->unexposed && c->tries == 1)
		c->exposed = 0;
	client_done(c, in->g);
	return CLIENT_REFUSED;
}

/* The registration stands (RFC 5944 3.6.2.3): the retry timer goes on as after silence. */
static enum client_outcome renewal_refused(struct client *c, const struct input *in)
{
	c->code = in->m->code;
	return CLIENT_REFUSED;
}

/* The reply's high word is the home agent's time, or what is above the last Identification that it
 * has accepted for this NAI (RFC 5944 5.7.1, D13). */
static enum client_outcome resynchronise(struct client *c, const struct input *in)
{
	uint64_t theirs = in->m->identification;
	uint64_t below = (theirs & ~(uint64_t)UINT32_MAX) - 1;

	c->resyncs++;
	c->offset += theirs - c->latest;
	c->floor = !c->accepted || ntp_later(below, c->accepted) ? below : c->accepted;
	client_send_request(c, in->g, in->now, in->out);
	c->begun = ntp_seconds(c->latest);
	return CLIENT_NOTHING;
}

static enum client_outcome deregistered(struct client *c, const struct input *in)
{
	c->exposed = 0;
	client_done(c, in->g);
	return CLIENT_DEREGISTERED;
}

static enum client_outcome given_up(struct client *c, const struct input *in)
{
	client_done(c, in->g);
	return CLIENT_DEREGISTERED;
}

/*
 * Why the home agent ends it is in the I bit, which asks that the mobile node be informed
 * (RFC 3543 3.3.1): set when the node shall lose its service (failed DAD, an operator), clear when
 * the registration has only gone elsewhere or out of time (D4).
 */
static enum client_outcome revoked(struct client *c, const struct input *in)
{
	c->exposed = 0;
	client_done(c, in->g);
	return in->m->revocation_inform ? CLIENT_DETACHED : CLIENT_MOVED;
}

struct row {
	handler *run; /* NULL: the event means nothing in this state */
	enum client_state next;
};

/* clang-format off */
static const struct row table[CLIENT_STATE_MAX][ON_MAX] = {
	[CLIENT_IDLE] = {
		[ON_START]      = { start,           CLIENT_REGISTERING },
		[ON_STOP]       = { nothing_to_stop, CLIENT_IDLE },
	},
	[CLIENT_REGISTERING] = {
		[ON_STOP]       = { stop,            CLIENT_DEREGISTERING },
		[ON_RETRY]      = { retry,           CLIENT_REGISTERING },
		[ON_GIVE_UP]    = { unreachable,     CLIENT_IDLE },
		[ON_ACCEPTED]   = { up,              CLIENT_REGISTERED },
		[ON_UNSERVED]   = { no_service,      CLIENT_DEREGISTERING },
		[ON_DENIED]     = { refused,         CLIENT_IDLE },
		[ON_MISMATCH]   = { resynchronise,   CLIENT_REGISTERING },
		[ON_REVOCATION] = { revoked,         CLIENT_IDLE },
	},
	[CLIENT_REGISTERED] = {
		[ON_RENEW]      = { renew,           CLIENT_RENEWING },
		[ON_STOP]       = { stop,            CLIENT_DEREGISTERING },
		[ON_RETRY]      = { renewal_due,     CLIENT_REGISTERED },
		[ON_EXPIRY]     = { expired,         CLIENT_IDLE },
		[ON_REVOCATION] = { revoked,         CLIENT_IDLE },
	},
	[CLIENT_RENEWING] = {
		[ON_STOP]       = { stop,            CLIENT_DEREGISTERING },
		[ON_RETRY]      = { retry_renewal,   CLIENT_RENEWING },
		[ON_EXPIRY]     = { expired,         CLIENT_IDLE },
		[ON_ACCEPTED]   = { renewed,         CLIENT_REGISTERED },
		[ON_UNSERVED]   = { no_service,      CLIENT_DEREGISTERING },
		[ON_DENIED]     = { renewal_refused, CLIENT_RENEWING },
		[ON_MISMATCH]   = { resynchronise,   CLIENT_RENEWING },
		[ON_REVOCATION] = { revoked,         CLIENT_IDLE },
	},
	[CLIENT_DEREGISTERING] = {
		[ON_START]      = { start,           CLIENT_REGISTERING },
		[ON_RETRY]      = { retry,           CLIENT_DEREGISTERING },
		[ON_GIVE_UP]    = { given_up,        CLIENT_IDLE },
		[ON_ACCEPTED]   = { deregistered,    CLIENT_IDLE },
		[ON_UNSERVED]   = { deregistered,    CLIENT_IDLE },
		[ON_DENIED]     = { given_up,        CLIENT_IDLE },
		[ON_MISMATCH]   = { resynchronise,   CLIENT_DEREGISTERING },
		[ON_REVOCATION] = { deregistered,    CLIENT_IDLE },
	},
};
/* clang-format on */

static enum client_outcome step(struct client *c, enum client_event e, const struct input *in)
{
	const struct row *row = &table[c->state][e];

	if (!row->run)
		return CLIENT_NOTHING;
	c->state = row->next;
	return row->run(c, in);
}

enum client_outcome client_register(struct client *c, struct client_group *g,
				    struct in_addr care_of, struct now now, struct actions *out)
{
	c->care_of = care_of;
	if (!sa_find_nai(g->sas, c->nai, 0) ||
	    (g->router && !sa_find_node(g->sas, g->home_agent, 0))) {
		g->drops[DROP_SA_UNKNOWN]++;
		c->code = 0;
		return CLIENT_REFUSED;
	}
	return step(c, ON_START, &(struct input){ g, NULL, now, out });
}

void client_renew(struct client *c, struct client_group *g, struct now now, struct actions *out)
{
	step(c, ON_RENEW, &(struct input){ g, NULL, now, out });
}

void client_renew_within(struct client *c, struct client_group *g, nsec_t spread, struct now now)
{
	nsec_t left = c->expiry.due - now.mono;

	if (c->state != CLIENT_REGISTERED)
		return;
	if (timer_is_set(&c->expiry) && left / 2 < spread)
		spread = left > 0 ? left / 2 : 0;
	heap_set(g->timers, &c->retry, now.mono + (nsec_t)rng_below(g->rng, (uint64_t)spread + 1));
}

void client_defer(struct client *c, struct client_group *g, struct now now)
{
	nsec_t wait = (c->expiry.due - now.mono) / 8;

	assert(c->state == CLIENT_REGISTERED);
	if (!timer_is_set(&c->expiry)) /* infinite: it has been asked once, after a restart */
		return;
	heap_set(g->timers, &c->retry, now.mono + (wait > NSEC_PER_SEC ? wait : NSEC_PER_SEC));
}

enum client_outcome client_deregister(struct client *c, struct client_group *g, struct now now,
				      struct actions *out)
{
	return step(c, ON_STOP, &(struct input){ g, NULL, now, out });
}

enum client_outcome client_timeout(struct client *c, struct client_group *g, const struct timer *t,
				   struct now now, struct actions *out)
{
	enum client_event e = ON_EXPIRY;

	if (t == &c->retry) {
		uint8_t tries = c->state == CLIENT_REGISTERING ? REGISTER_TRIES : DEREGISTER_TRIES;
		bool bounded = c->state == CLIENT_REGISTERING || c->state == CLIENT_DEREGISTERING;

		e = bounded && c->tries >= tries ? ON_GIVE_UP : ON_RETRY;
	}
	return step(c, e, &(struct input){ g, NULL, now, out });
}

/* A home address that a host can have, and what it has already if this is a renewal. req: AR-32 */
static bool is_home(const struct client *c, const struct mip4_message *m)
{
	const struct in6_addr *a = &m->hoa_address;

	if (m->hoa != MIP4_FULL || in6_is_unspecified(a) || in6_is_multicast(a) ||
	    in6_is_link_local(a))
		return false;
	return c->state != CLIENT_RENEWING || in6_equal(a, &c->home);
}

static enum client_event reply_means(const struct client *c, const struct client_group *g,
				     const struct mip4_message *m)
{
	bool serves;

	switch (m->code) {
	case MIP4_ACCEPTED:
	case MIP4_ACCEPTED_NO_SIMULTANEOUS:
		/* An address is none of an access node's business. req: AN-12 AN-31 */
		serves = g->router ? is_home(c, m) : m->hoa != MIP4_ABSENT;
		return m->bad || !serves || m->lifetime == 0 ? ON_UNSERVED : ON_ACCEPTED;
	case MIP4_HA_IDENTIFICATION:
		return c->resyncs < RESYNCS_MAX ? ON_MISMATCH : ON_DENIED;
	}
	return ON_DENIED;
}

enum client_outcome client_reply(struct client *c, struct client_group *g,
				 const struct mip4_message *m, struct now now, struct actions *out)
{
	if (!client_reply_valid(c, g, m))
		return CLIENT_NOTHING;
	c->answered = true;
	return step(c, reply_means(c, g, m), &(struct input){ g, m, now, out });
}

/* What a revocation must be newer than (RFC 3543 3.5): what the home agent said in 137 of the last
 * accepted registration. While there is none, because our first reply was lost: its first request,
 * by a clock that cannot be further from ours than the home agent tolerates (RFC 5944 5.7.1), and
 * anything that the home agent has said; after a restart we may have forgotten that. */
static uint32_t revocable_since(const struct client *c, const struct client_group *g)
{
	const uint32_t begun = c->begun - CLOCK_TOLERANCE;

	if (c->revocable)
		return c->peer_timestamp;
	return g->heard && (int32_t)(g->heard_timestamp - begun) > 0 ? g->heard_timestamp : begun;
}

/* An old one does not end a newer registration. Only this one's state counts, so revocations of
 * several hosts may overtake each other. */
bool client_revoked(struct client *c, struct client_group *g, const struct mip4_message *m,
		    enum client_outcome *ret)
{
	if (c->state == CLIENT_IDLE) {
		*ret = CLIENT_NOTHING;
		return true;
	}
	if ((int32_t)(m->revocation_id - revocable_since(c, g)) <= 0) {
		g->drops[DROP_REPLAY]++;
		return false;
	}
	hear(g, m->revocation_id);
	*ret = step(c, ON_REVOCATION, &(struct input){ .g = g, .m = m });
	return true;
}

uint32_t client_lifetime_left(const struct client *c, nsec_t now)
{
	if (c->state != CLIENT_REGISTERED && c->state != CLIENT_RENEWING)
		return 0;
	if (!timer_is_set(&c->expiry))
		return UINT16_MAX;
	return c->expiry.due > now ? (uint32_t)((c->expiry.due - now) / NSEC_PER_SEC) : 0;
}
