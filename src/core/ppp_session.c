/* SPDX-License-Identifier: Apache-2.0 */
/* The table of PPP sessions, their phases and ends (RFC 2516, RFC 1661 3). */
#include "core/ppp_internal.h"

#include <errno.h>
#include <string.h>

/* Up to authentication; then up to IPv6, with the 31 s of a registration (client.h). */
#define LIMIT    (60 * NSEC_PER_SEC)
#define STOP_MAX 16 /* sessions ended in one step */

/* An id is the place in the slab, plus one, below a serial number, as that of an attachment. */
#define ID_PLACE_BITS 20

const char *const ar_session_phase_names[AR_SESSION_PHASES] = {
	[AR_SESSION_ESTABLISH] = "establish", [AR_SESSION_AUTHENTICATE] = "authenticate",
	[AR_SESSION_NETWORK] = "network",     [AR_SESSION_OPEN] = "open",
	[AR_SESSION_TERMINATE] = "terminate", [AR_SESSION_ENDED] = "ended",
};

const char *const ar_session_end_names[AR_END_MAX] = {
	[AR_END_NONE] = "",
	[AR_END_HUNG_UP] = "hung-up",
	[AR_END_TERMINATED] = "terminated-by-host",
	[AR_END_ECHO] = "host-silent",
	[AR_END_NEGOTIATION] = "negotiation-failed",
	[AR_END_LOOPED] = "link-looped",
	[AR_END_METHOD] = "authentication-method",
	[AR_END_NAME] = "name-not-usable",
	[AR_END_REJECTED] = "authentication-failed",
	[AR_END_TIME] = "took-too-long",
	[AR_END_FULL] = "no-room",
	[AR_END_IDENTIFIER] = "identifier-not-accepted",
	[AR_END_REPLACED] = "replaced-by-new-session",
	[AR_END_REFUSED] = "refused-by-home-agent",
	[AR_END_KEY] = "no-key",
	[AR_END_UNREACHABLE] = "home-agent-unreachable",
	[AR_END_UNUSABLE] = "address-not-usable",
	[AR_END_MOVED] = "moved",
	[AR_END_REVOKED] = "revoked",
	[AR_END_EXPIRED] = "expired",
	[AR_END_LINK] = "link-lost",
	[AR_END_STOPPED] = "router-stops",
};

/* memory */

uint32_t ppp_sessions_max(const struct ar_config *c)
{
	for (size_t i = 0; i < c->access.n_ports; i++)
		if (c->ports[i].addressing == AR_PPP)
			return c->access.attachments_max;
	return 0;
}

int ppp_new(struct ar *ar, const struct memory *m)
{
	struct ppp_table *t = &ar->ppp;
	const uint32_t n = ppp_sessions_max(&ar->config);
	uint64_t seed[2];

	if (!n)
		return 0;
	seed[0] = rng_next(&ar->access.rng);
	seed[1] = rng_next(&ar->access.rng);
	t->stop.kind = AR_TIMER_PPP_STOP;
	t->serial = (uint32_t)rng_next(&ar->access.rng);
	if (slab_new(&t->sessions, m, sizeof(struct ppp_session), n) < 0 ||
	    hash_new(&t->by_place, m, n, seed) < 0 || hash_new(&t->by_mac, m, n, seed) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < ar->config.access.n_ports; i++) {
		if (ar->config.ports[i].addressing != AR_PPP)
			continue;
		t->ports[i].taken = memory_alloc(m, PPPOE_NUMBERS / 8);
		if (!t->ports[i].taken)
			return -ENOMEM;
		t->ports[i].next = (uint16_t)rng_next(&ar->access.rng);
	}
	return 0;
}

/* places */

struct place {
	struct mac_addr mac;
	uint16_t number; /* 0: that of the MAC */
	uint32_t port;
};

static uint64_t place_hash(const struct hash *h, const struct access_link *l, struct mac_addr mac,
			   uint16_t number)
{
	const struct place p = { mac, number, l->index };

	return hash_key(h, &p, sizeof(p));
}

struct ppp_session *ppp_find(const struct ar *ar, const struct access_link *l, struct mac_addr mac,
			     uint16_t number)
{
	const uint64_t hash = place_hash(&ar->ppp.by_place, l, mac, number);

	if (!ar->ppp.sessions.count)
		return NULL;
	for (struct hash_node *n = hash_first(&ar->ppp.by_place, hash); n; n = hash_next(n, hash)) {
		struct ppp_session *s = container_of(n, struct ppp_session, by_place);

		if (s->link == l && mac_equal(s->mac, mac) && s->number == number)
			return s;
	}
	return NULL;
}

uint32_t ppp_count(const struct ar *ar, const struct access_link *l, struct mac_addr mac,
		   uint64_t request, struct ppp_session **ret_same)
{
	const uint64_t hash = place_hash(&ar->ppp.by_mac, l, mac, 0);
	uint32_t count = 0;

	for (struct hash_node *n = hash_first(&ar->ppp.by_mac, hash); n; n = hash_next(n, hash)) {
		struct ppp_session *s = container_of(n, struct ppp_session, by_mac);

		if (s->link != l || !mac_equal(s->mac, mac) || s->terminating)
			continue;
		count++;
		if (s->request == request)
			*ret_same = s;
	}
	return count;
}

static bool is_taken(const struct ppp_port *p, uint16_t number)
{
	return p->taken[number / 8] & 1 << number % 8;
}

/* Not 0 and not 0xffff (RFC 2516 5.4, 4), and not of a host whose registration has not ended yet.
 */
static bool is_free(const struct ar *ar, const struct access_link *l, struct mac_addr mac,
		    uint16_t number)
{
	return number != 0 && number != UINT16_MAX && !is_taken(&ar->ppp.ports[l->index], number) &&
	       !attachment_find(&ar->access, ar->access.config.ports[l->index].ifindex, mac,
				number);
}

/* Numbers go round, so that one comes again as late as can be. 0: none is free. */
static uint16_t free_number(struct ar *ar, const struct access_link *l, struct mac_addr mac)
{
	struct ppp_port *p = &ar->ppp.ports[l->index];

	for (uint32_t i = 0; i < PPPOE_NUMBERS; i++)
		if (is_free(ar, l, mac, ++p->next))
			return p->next;
	return 0;
}

struct ppp_session *ppp_session_new(struct ar *ar, struct access_link *l, struct mac_addr mac,
				    uint16_t number, nsec_t now)
{
	struct ppp_table *t = &ar->ppp;
	struct ppp_port *p = &t->ports[l->index];
	struct ppp_session *s;

	if (p->n >= ar->access.config.ports[l->index].attachments_max)
		return NULL;
	if (!number)
		number = free_number(ar, l, mac);
	if (!number || is_taken(p, number))
		return NULL;
	s = slab_take(&t->sessions);
	if (!s)
		return NULL;
	s->used = true;
	s->link = l;
	s->mac = mac;
	s->number = number;
	s->since = now;
	s->limit.kind = AR_TIMER_PPP_LIMIT;
	s->timer.kind = AR_TIMER_PPP;
	s->lcp.fsm.timer.kind = AR_TIMER_LCP;
	s->ip6cp.fsm.timer.kind = AR_TIMER_IP6CP;
	s->iid = in6_identifier(&ar->config.router_address);
	p->taken[number / 8] |= (uint8_t)(1 << number % 8);
	p->n++;
	hash_insert(&t->by_place, &s->by_place, place_hash(&t->by_place, l, mac, number));
	hash_insert(&t->by_mac, &s->by_mac, place_hash(&t->by_mac, l, mac, 0));
	return s;
}

/* Nobody hears of it. */
static void forget(struct ar *ar, struct ppp_session *s)
{
	struct ppp_table *t = &ar->ppp;
	struct ppp_port *p = &t->ports[s->link->index];

	ppp_auth_stop(ar, s);
	heap_clear(&ar->access.timers, &s->limit);
	ppp_automaton_done(&s->lcp.fsm, &ar->access.timers);
	ppp_automaton_done(&s->ip6cp.fsm, &ar->access.timers);
	hash_remove(&t->by_place, &s->by_place);
	hash_remove(&t->by_mac, &s->by_mac);
	p->taken[s->number / 8] &= (uint8_t) ~(1 << s->number % 8);
	p->n--;
	s->used = false;
	slab_give(&t->sessions, s);
}

void ppp_finish(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	pppoe_terminate(ar, s, in->out);
	forget(ar, s);
}

/* Each question has an id of its own: an answer to an earlier one is none. */
uint32_t ppp_question_id(struct ar *ar, const struct ppp_session *s)
{
	return ar->ppp.serial++ << ID_PLACE_BITS | (slab_index(&ar->ppp.sessions, s) + 1);
}

struct ppp_session *ppp_by_question(const struct ar *ar, uint32_t id)
{
	const uint32_t place = id & ((1u << ID_PLACE_BITS) - 1);
	struct ppp_session *s;

	if (place == 0 || place > ar->ppp.sessions.count)
		return NULL;
	s = slab_at(&ar->ppp.sessions, place - 1);
	return s->used && s->auth.question == id ? s : NULL;
}

/* phases */

void ppp_enter(struct ar *ar, struct ppp_session *s, enum ar_session_phase phase, nsec_t now)
{
	s->phase = (uint8_t)phase;
	if (phase == AR_SESSION_OPEN)
		heap_clear(&ar->access.timers, &s->limit);
	else if (phase == AR_SESSION_NETWORK || !timer_is_set(&s->limit))
		heap_set(&ar->access.timers, &s->limit, now + LIMIT);
}

/* ends */

static struct ar_session_info info_of(const struct ar *ar, const struct ppp_session *s, nsec_t now)
{
	const struct client *c = s->host ? &s->host->base.client : NULL;

	struct ar_session_info info = {
		.nai = BYTES(s->name, strlen(s->name)),
		.ifindex = ar->access.config.ports[s->link->index].ifindex,
		.host = s->mac,
		.session = s->number,
		.phase = s->terminating ? AR_SESSION_TERMINATE : (enum ar_session_phase)s->phase,
		.method = ar->config.pppoe.auth,
		.has_home = c && s->host->base.open,
		.unique = c && c->unique,
		.identifier = s->phase == AR_SESSION_OPEN ? s->ip6cp.peer : 0,
		.seconds = (uint32_t)((now - s->since) / NSEC_PER_SEC),
	};

	if (c)
		info.home = c->home;
	return info;
}

/* Of those that have said a name: anybody can dial in without one. */
static void remember(struct ar *ar, const struct ppp_session *s, enum ar_session_end why,
		     const struct access_input *in)
{
	struct ppp_ended *e = &ar->ppp.ended[ar->ppp.n_ended % PPP_ENDED_MAX];
	struct bytes nai = BYTES(s->name, strlen(s->name));
	struct action *event;

	if (!nai.n)
		return;
	ar->ppp.n_ended++;
	e->info = info_of(ar, s, in->now.mono);
	e->info.phase = AR_SESSION_ENDED;
	e->info.end = why;
	e->info.code = why == AR_END_REFUSED ? s->host->base.code : 0;
	e->at = in->now.mono;
	memcpy(e->nai, s->name, sizeof(e->nai));
	nai = actions_copy(in->out, nai);
	event = action_add(in->out, ACTION_EVENT, 0);
	event->event = (struct event_data){ .event = EVENT_SESSION_ENDED,
					    .nai = nai,
					    .code = s->number,
					    .reason = ar_session_end_names[why] };
}

/* Who has waited in vain for the home agent does not say so. */
static enum ar_session_end cause(const struct ppp_session *s, enum ar_session_end why)
{
	const struct attachment *a = s->host ? &s->host->base : NULL;
	const bool by_host = why == AR_END_HUNG_UP || why == AR_END_TERMINATED;

	if (by_host && a && a->state == ACCESS_REGISTERING && a->client.tries > 1)
		return AR_END_UNREACHABLE;
	return why;
}

/* The session alone, and its host is told; what becomes of the registration is another matter. */
static void end(struct ar *ar, struct ppp_session *s, enum ar_session_end why,
		const struct access_input *in)
{
	if (!s->terminating) {
		ar->pppoe.ended[cause(s, why)]++;
		remember(ar, s, cause(s, why), in);
		s->terminating = true;
		ppp_auth_stop(ar, s);
		ppp_automaton_done(&s->ip6cp.fsm, &ar->access.timers);
		if (s->host)
			s->host->session = NULL;
		s->host = NULL;
	}
	if (why == AR_END_HUNG_UP)
		forget(ar, s);
	else if (ar->access.stopping || !ppp_lcp_close(ar, s, in))
		ppp_finish(ar, s, in);
}

void ppp_end(struct ar *ar, struct ppp_session *s, enum ar_session_end why,
	     const struct access_input *in)
{
	const struct access_input event = { .now = in->now, .out = in->out };
	struct ar_attachment *h = s->host;

	end(ar, s, why, in);
	if (h)
		access_dispatch(&ar->access, &h->base, ACCESS_ON_LEAVE, &event);
}

void ppp_end_replaced(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	if (h->session)
		end(ar, h->session, AR_END_REPLACED, in);
}

static const enum ar_session_end end_of_event[ACCESS_EVENT_MAX] = {
	[ACCESS_ON_TIMER] = AR_END_LINK,       [ACCESS_ON_STOP] = AR_END_STOPPED,
	[ACCESS_ON_FAILED] = AR_END_UNUSABLE,  [ACCESS_ON_UP] = AR_END_UNUSABLE,
	[ACCESS_ON_REFUSED] = AR_END_REFUSED,  [ACCESS_ON_NO_SERVICE] = AR_END_UNUSABLE,
	[ACCESS_ON_EXPIRED] = AR_END_EXPIRED,  [ACCESS_ON_MOVED] = AR_END_MOVED,
	[ACCESS_ON_DETACHED] = AR_END_REVOKED, [ACCESS_ON_UNREACHABLE] = AR_END_UNREACHABLE,
	[ACCESS_ON_REJECT] = AR_END_UNUSABLE,
};

void ppp_end_unregistered(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	enum ar_session_end why = end_of_event[h->base.event];

	if (why == AR_END_REFUSED && !h->base.code)
		why = AR_END_KEY;
	if (h->session)
		end(ar, h->session, why, in);
}

/* restart */

void ppp_record(const struct ppp_session *s, struct ar_record *ret)
{
	ret->dialled = true;
	ret->magic = s->lcp.magic;
	ret->peer_magic = s->lcp.peer_magic;
	ret->identifier = s->iid;
	ret->peer_identifier = s->ip6cp.peer;
}

/* Who has gone meanwhile does not answer: all are asked within an interval. */
bool ppp_restore(struct ar *ar, struct ar_attachment *h, const struct ar_record *r, struct now now)
{
	const uint64_t interval = ar->config.pppoe.echo_interval * (uint64_t)NSEC_PER_SEC;
	struct ppp_session *s =
		ppp_session_new(ar, h->base.link, h->base.host, (uint16_t)h->base.tag, now.mono);

	if (!s)
		return false;
	s->phase = AR_SESSION_OPEN;
	s->lcp.fsm.state = s->ip6cp.fsm.state = PPP_OPENED;
	s->lcp.magic = r->magic;
	s->lcp.peer_magic = r->peer_magic;
	s->lcp.mru = PPPOE_MRU_MAX;
	s->iid = r->identifier;
	s->ip6cp.begun = true;
	s->ip6cp.peer = s->ip6cp.asked = r->peer_identifier;
	memcpy(s->name, h->base.nai, sizeof(s->name));
	s->host = h;
	h->session = s;
	heap_set(&ar->access.timers, &s->timer,
		 now.mono + (nsec_t)rng_below(&ar->access.rng, interval));
	return true;
}

void ppp_unrestore(struct ar *ar, struct ar_attachment *h)
{
	if (h->session)
		forget(ar, h->session);
	h->session = NULL;
}

/* stopping: those without a registration; the others end with it */

void ppp_stop(struct ar *ar, nsec_t now)
{
	ar->ppp.stop_next = 0;
	if (ar->ppp.sessions.count)
		heap_set(&ar->access.timers, &ar->ppp.stop, now);
}

static void stop_some(struct ar *ar, const struct access_input *in)
{
	struct ppp_table *t = &ar->ppp;

	for (int i = 0; i < STOP_MAX && t->stop_next < t->sessions.next; i++) {
		struct ppp_session *s = slab_at(&t->sessions, t->stop_next++);

		if (s->used && !s->host)
			ppp_end(ar, s, AR_END_STOPPED, in);
	}
	if (t->stop_next < t->sessions.next)
		heap_set(&ar->access.timers, &t->stop, in->now.mono);
}

/* timers */

void ppp_timer(struct ar *ar, struct timer *t, const struct access_input *in)
{
	struct ppp_session *s;

	switch ((enum ar_timer)t->kind) {
	case AR_TIMER_PPP_LIMIT:
		ppp_end(ar, container_of(t, struct ppp_session, limit), AR_END_TIME, in);
		break;
	case AR_TIMER_PPP:
		s = container_of(t, struct ppp_session, timer);
		if (s->phase == AR_SESSION_ESTABLISH)
			ppp_lcp_up(ar, s, in);
		else if (s->phase == AR_SESSION_AUTHENTICATE)
			ppp_auth_timeout(ar, s, in);
		else
			ppp_network_timeout(ar, s, in);
		break;
	case AR_TIMER_LCP:
		ppp_lcp_timeout(ar, container_of(t, struct ppp_session, lcp.fsm.timer), in);
		break;
	case AR_TIMER_IP6CP:
		ppp_ip6cp_timeout(ar, container_of(t, struct ppp_session, ip6cp.fsm.timer), in);
		break;
	case AR_TIMER_PPP_STOP:
		stop_some(ar, in);
		break;
	case AR_TIMER_RA:
	case AR_TIMER_PROBE:
	case AR_TIMER_CONFIRM:
		break; /* not a session's */
	}
}

/* for people */

bool ar_session_next(struct ar *ar, uint32_t *cursor, struct now now, struct ar_session_info *ret)
{
	const struct ppp_table *t = &ar->ppp;
	const uint32_t ended = t->n_ended < PPP_ENDED_MAX ? t->n_ended : PPP_ENDED_MAX;

	while (*cursor < t->sessions.next) {
		const struct ppp_session *s = slab_at(&t->sessions, (*cursor)++);

		if (!s->used)
			continue;
		*ret = info_of(ar, s, now.mono);
		return true;
	}
	if (*cursor - t->sessions.next < ended) {
		const struct ppp_ended *e = &t->ended[(*cursor)++ - t->sessions.next];

		*ret = e->info;
		ret->nai = BYTES(e->nai, strlen(e->nai));
		ret->seconds = (uint32_t)((now.mono - e->at) / NSEC_PER_SEC);
		return true;
	}
	return false;
}
