/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv6CP (RFC 5072) and the host's registration (draft 3.1.1.1, 3.1.1.2): the host's first request
 * begins it, ours goes at once, and what the host asks is answered when the home agent has said
 * which identifier the host's address has.
 */
#include "core/ppp_internal.h"
#include "core/ra_interval.h"

#include <string.h>

#define IDENTIFIER 8 /* octets */

static void write_request(const struct ar *ar, const struct ppp_session *s, struct writer *w)
{
	if (!s->ip6cp.refused)
		ppp_option_write_u64(w, PPP_IPV6CP_IDENTIFIER, s->iid);
}

static void request(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in);
static void refusal(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in);
static void step(struct ar *ar, struct ppp_session *s, enum ppp_event e, const struct ppp_packet *p,
		 enum ar_session_end why, const struct access_input *in);

static const struct ppp_layer ip6cp = { .protocol = PPP_PROTOCOL_IPV6CP,
					.write_request = write_request,
					.request = request,
					.refusal = refusal,
					.step = step };

static uint64_t home_identifier(const struct ppp_session *s)
{
	return in6_identifier(&s->host->base.client.home);
}

/* Neither the host's nor what it asks for. req: AR-5 */
static void change_identifier(struct ar *ar, struct ppp_session *s)
{
	const uint64_t home = s->host ? home_identifier(s) : 0;

	do {
		s->iid = rng_next(&ar->access.rng) & PPP_IDENTIFIER_MASK;
	} while (!s->iid || s->iid == home || s->iid == s->ip6cp.asked);
}

/* the layer above: the host's IPv6 */

/* req: AR-2 AR-7 AR-32 */
static void up(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	struct ar_attachment *h = s->host;

	s->ip6cp.peer = s->ip6cp.asked;
	s->ip6cp.nakked = false;
	s->since = in->now.mono;
	ppp_enter(ar, s, AR_SESSION_OPEN, in->now.mono);
	h->neighbour = in6_link_local_with(s->ip6cp.peer);
	ar_stores(ar, &h->base);
	ar->pppoe.outcomes[AR_PPPOE_OPENED]++;
	attachment_event(&ar->access, &h->base, EVENT_SESSION_OPENED, s->number, in->out);
	h->ra_initial = RA_INITIAL - 1; /* this is the first */
	ar_advertise(ar, h, in);        /* D7 */
}

static void down(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	ppp_enter(ar, s, AR_SESSION_NETWORK, in->now.mono);
	heap_clear(&ar->access.timers, &s->host->ra);
	ar_stores(ar, &s->host->base);
}

static void act(struct ar *ar, struct ppp_session *s, unsigned actions, const struct ppp_packet *p,
		const struct ppp_answer *answer, enum ar_session_end why,
		const struct access_input *in)
{
	const bool ends = s->ip6cp.fsm.state == PPP_STOPPING;

	if (actions & PPP_LAYER_DOWN && !ends)
		down(ar, s, in);
	ppp_control_act(ar, s, &ip6cp, &s->ip6cp.id, actions, p, answer, in->out);
	if (actions & PPP_LAYER_UP)
		up(ar, s, in);
	if (actions & PPP_LAYER_FINISHED || (actions & PPP_LAYER_DOWN && ends))
		ppp_end(ar, s, why, in); /* without IPv6 there is no use for it */
}

static void step(struct ar *ar, struct ppp_session *s, enum ppp_event e, const struct ppp_packet *p,
		 enum ar_session_end why, const struct access_input *in)
{
	act(ar, s, ppp_step(&s->ip6cp.fsm, e, &ar->access.timers, in->now.mono), p, NULL, why, in);
}

void ppp_ip6cp_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	act(ar, s, ppp_timeout(&s->ip6cp.fsm, &ar->access.timers, in->now.mono), NULL, NULL,
	    AR_END_NEGOTIATION, in);
}

/* The host's registration stays for as long as after any link that is lost (D5). */
void ppp_ip6cp_down(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	const struct access_input event = { .now = in->now, .out = in->out };

	if (s->phase == AR_SESSION_OPEN)
		down(ar, s, in);
	ppp_step(&s->ip6cp.fsm, PPP_DOWN, &ar->access.timers, in->now.mono);
	ppp_automaton_done(&s->ip6cp.fsm, &ar->access.timers);
	s->ip6cp = (struct ppp_ip6cp){ .fsm.timer.kind = AR_TIMER_IP6CP, .id = s->ip6cp.id };
	if (s->host)
		access_dispatch(&ar->access, &s->host->base, ACCESS_ON_LINK_DOWN, &event);
}

/* registration */

static const struct ar_realm *realm_of(const struct ar *ar, const struct ppp_session *s)
{
	static const struct ar_realm others = { .iid_policy = AR_IID_ASSIGN };
	const struct ar_pppoe *c = &ar->config.pppoe;
	/* a NAI has one */
	const char *realm = (const char *)memrchr(s->name, '@', strlen(s->name)) + 1;

	for (size_t i = 0; i < c->n_realms; i++)
		if (strcmp(c->realms[i].name, realm) == 0)
			return &c->realms[i];
	return &others;
}

/* What the home agent is asked for (A1, A2). req: AR-6 AR-13 AR-19 AR-30 AR-31 */
static uint64_t wish_of(const struct ar *ar, const struct ppp_session *s, uint64_t asked)
{
	const struct ar_realm *r = realm_of(ar, s);

	if (r->shared)
		return 0;
	if (r->iid_policy == AR_IID_ACCEPT_PEER && asked && asked != s->iid)
		return asked;
	return ar_identifier(ar, BYTES(s->name, strlen(s->name)));
}

/* LCP has come up anew on the same session: with the same host. */
static void come_back(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	if (bytes_equal(s->host->base.client.nai, BYTES(s->name, strlen(s->name))))
		access_dispatch(&ar->access, &s->host->base, ACCESS_ON_LINK_UP, in);
	else
		ppp_end(ar, s, AR_END_NAME, in);
}

/* Any first request does it (A2). False: the session is over. req: AR-6 AR-12 */
static bool begin(struct ar *ar, struct ppp_session *s, uint64_t asked,
		  const struct access_input *in)
{
	struct ar_attachment *h;

	s->ip6cp.begun = true;
	if (s->host) {
		come_back(ar, s, in);
		return s->host != NULL;
	}
	h = ar_attachment_dial(ar, s, in);
	if (!h) {
		ppp_end(ar, s, ar->access.stopping ? AR_END_STOPPED : AR_END_FULL, in);
		return false;
	}
	if (h->base.client.state == CLIENT_IDLE || h->base.client.state == CLIENT_DEREGISTERING) {
		h->base.client.iid = wish_of(ar, s, asked);
		if (h->base.state == ACCESS_REGISTERING)
			access_begin(&ar->access, &h->base, in);
		else
			access_dispatch(&ar->access, &h->base, ACCESS_ON_SOLICIT, in);
	}
	return s->host != NULL;
}

/* Our identifier is the router's, unless the host's address has the same one (AR-5). */
static void settle_identifier(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	if (home_identifier(s) != s->iid)
		return;
	change_identifier(ar, s);
	if (s->ip6cp.fsm.state >= PPP_REQ_SENT) /* as if the host had said so */
		step(ar, s, PPP_NAK, NULL, AR_END_NEGOTIATION, in);
}

/* Our own request does not wait for anything. req: AR-1 AR-4 AR-15 */
static void open(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	if (s->ip6cp.fsm.state != PPP_INITIAL)
		return;
	step(ar, s, PPP_UP, NULL, AR_END_NEGOTIATION, in);
	step(ar, s, PPP_OPEN, NULL, AR_END_NEGOTIATION, in);
}

/* what the host asks */

enum verdict { IS_RIGHT, IS_WRONG, IS_HOPELESS };

/*
 * A1: it gets the identifier of its home address, whichever that is (A17). If it insists on another
 * one it may have that if the whole /64 is its own. req: AR-16 AR-17 AR-20
 */
static enum verdict judge(const struct ppp_session *s)
{
	const struct ppp_ip6cp *c = &s->ip6cp;
	const bool tired = c->fsm.failures >= PPP_MAX_FAILURE;
	const bool again = c->nakked && c->held_id != c->nakked_id && c->asked == c->nakked_asked;

	if (c->asked == home_identifier(s))
		return IS_RIGHT;
	if (c->asked && c->asked != s->iid && s->host->base.client.unique && (again || tired))
		return IS_RIGHT;
	return tired ? IS_HOPELESS : IS_WRONG;
}

static void answer_held(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	struct ppp_ip6cp *c = &s->ip6cp;
	const struct ppp_packet p = { .id = c->held_id };
	const enum verdict v = judge(s);
	uint8_t buf[2 + IDENTIFIER];
	struct writer w = writer_new(buf, sizeof(buf));
	struct ppp_answer answer;

	c->held = false;
	if (v == IS_HOPELESS) {
		ppp_end(ar, s, AR_END_IDENTIFIER, in);
		return;
	}
	ppp_option_write_u64(&w, PPP_IPV6CP_IDENTIFIER,
			     v == IS_RIGHT ? c->asked : home_identifier(s));
	answer = (struct ppp_answer){ v == IS_RIGHT ? PPP_CODE_CONFIGURE_ACK
						    : PPP_CODE_CONFIGURE_NAK,
				      writer_bytes(&w) };
	if (v == IS_WRONG) {
		c->nakked = true;
		c->nakked_id = c->held_id;
		c->nakked_asked = c->asked;
	}
	act(ar, s,
	    ppp_step(&c->fsm, v == IS_RIGHT ? PPP_REQUEST_GOOD : PPP_REQUEST_BAD,
		     &ar->access.timers, in->now.mono),
	    &p, &answer, AR_END_NEGOTIATION, in);
}

void ppp_registered(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	settle_identifier(ar, s, in);
	if (s->ip6cp.held)
		answer_held(ar, s, in);
}

/* The identifier that is asked for, 0 if none is; what else there is is rejected. -1: malformed. */
static int read_request(const struct ppp_packet *p, struct ppp_judged *j, uint64_t *ret_asked)
{
	struct reader options = reader_new(p->data);
	struct ppp_option o;

	*ret_asked = 0;
	ppp_judge_begin(j);
	while (ppp_option_next(&options, &o))
		if (o.type != PPP_IPV6CP_IDENTIFIER || !ppp_option_u64(&o, ret_asked))
			ppp_option_write(&j->reject, o.type, o.value);
	return options.failed ? -1 : 0;
}

/* What comes again while it waits takes its place: the latest is answered. */
static void request(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in)
{
	const bool first = !s->ip6cp.begun;
	struct ppp_judged j;
	struct ppp_answer answer;
	uint64_t asked;

	if (read_request(p, &j, &asked) < 0) {
		ar->access.drops[DROP_PPP_MALFORMED]++;
		return;
	}
	if (first && !begin(ar, s, asked, in))
		return;
	s->ip6cp.asked = asked;
	if (s->host->base.open)
		settle_identifier(ar, s, in);
	open(ar, s, in);
	answer = ppp_judge_end(&j, p);
	if (answer.code != PPP_CODE_CONFIGURE_ACK) {
		act(ar, s,
		    ppp_step(&s->ip6cp.fsm, PPP_REQUEST_BAD, &ar->access.timers, in->now.mono), p,
		    &answer, AR_END_NEGOTIATION, in);
		return;
	}
	s->ip6cp.held = true;
	s->ip6cp.held_id = p->id;
	if (s->host->base.open)
		answer_held(ar, s, in);
}

/* what it says of ours */

static void refusal(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in)
{
	struct reader options = reader_new(p->data);
	struct ppp_option o;

	while (ppp_option_next(&options, &o)) {
		uint64_t wished;

		if (o.type != PPP_IPV6CP_IDENTIFIER || !ppp_option_u64(&o, &wished))
			continue;
		s->ip6cp.refused |= p->code == PPP_CODE_CONFIGURE_REJECT;
		change_identifier(ar, s);
		if (wished && wished != s->ip6cp.asked &&
		    !(s->host && wished == home_identifier(s)))
			s->iid = wished; /* RFC 5072 4.1 */
	}
	step(ar, s, PPP_NAK, p, AR_END_NEGOTIATION, in);
}

/* Codes 1 to 7 are all that there are (RFC 5072 3). */
void ppp_ip6cp_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		       const struct access_input *in)
{
	ppp_control_receive(ar, s, &ip6cp, s->ip6cp.id, p, in);
}

/* A host that waits for us to begin; then, whether it is still there. */
void ppp_network_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	const struct ar_pppoe *c = &ar->config.pppoe;

	open(ar, s, in);
	if (s->silence == c->echo_failures) {
		ppp_end(ar, s, AR_END_ECHO, in);
		return;
	}
	s->silence++;
	ppp_lcp_echo(ar, s, in);
	heap_set(&ar->access.timers, &s->timer, in->now.mono + c->echo_interval * NSEC_PER_SEC);
}
