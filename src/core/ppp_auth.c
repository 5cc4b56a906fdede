/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host says who it is: PAP (RFC 1334), CHAP with MD5 (RFC 1994), EAP (RFC 3748), whichever the
 * configuration wants (draft 3.1.1.1 step 1, 5.4.2). Whether it is true is asked outside
 * (core/auth.h); of EAP only the first question is ours, the others pass through.
 */
#include "core/ppp_internal.h"

#include <string.h>

#define RETRY     (3 * NSEC_PER_SEC)
#define TRIES_MAX 5 /* of a challenge or request (RFC 3748 4.3) */
#define CHALLENGE 16

bool ppp_auth_is_protocol(uint16_t protocol)
{
	return protocol == PPP_PROTOCOL_PAP || protocol == PPP_PROTOCOL_CHAP ||
	       protocol == PPP_PROTOCOL_EAP;
}

static void wait(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	heap_set(&ar->access.timers, &s->timer, in->now.mono + RETRY);
}

void ppp_auth_stop(struct ar *ar, struct ppp_session *s)
{
	heap_clear(&ar->access.timers, &s->timer);
	hold_drop(&ar->access.hold, &s->auth.request);
	s->auth.question = 0;
	s->auth.state_length = 0;
	s->auth.tries = 0;
}

/* the question */

static void ask(struct ar *ar, struct ppp_session *s, const struct auth_question *q,
		const struct access_input *in)
{
	struct actions *out = in->out;
	struct action *a;

	heap_clear(&ar->access.timers, &s->timer);
	hold_drop(&ar->access.hold, &s->auth.request);
	s->auth.question = ppp_question_id(ar, s);
	a = action_add(out, ACTION_AUTHENTICATE, s->auth.question);
	a->question = *q;
	a->question.name = actions_copy(out, BYTES(s->name, strlen(s->name)));
	a->question.challenge = actions_copy(out, q->challenge);
	a->question.secret = actions_copy(out, q->secret);
	a->question.state = actions_copy(out, BYTES(s->auth.state, s->auth.state_length));
}

/* As the host says it; false: it cannot become a NAI (RFC 4282). */
static bool take_name(struct ppp_session *s, struct bytes name)
{
	if (name.n == 0 || name.n > NAI_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] == 0x7f)
			return false;
	memset(s->name, 0, sizeof(s->name));
	memcpy(s->name, name.p, name.n);
	return true;
}

/* PAP */

static void pap_answer(const struct ar *ar, const struct ppp_session *s, bool good,
		       struct actions *out)
{
	ppp_control_send(ar, s, PPP_PROTOCOL_PAP, good ? PPP_PAP_ACK : PPP_PAP_NAK, s->auth.id,
			 BYTES("", 1), out); /* no message */
}

static void pap_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
			const struct access_input *in)
{
	struct auth_question q = { .method = AUTH_PAP };
	struct ppp_pap_request said;

	if (p->code != PPP_PAP_REQUEST || ppp_pap_request_read(p->data, &said) < 0) {
		ar->access.drops[DROP_PPP_MALFORMED]++;
		return;
	}
	q.secret = said.password;
	s->auth.id = p->id;
	if (s->phase != AR_SESSION_AUTHENTICATE) { /* it has not heard the Ack */
		pap_answer(ar, s, true, in->out);
		return;
	}
	if (s->auth.question) /* the verdict answers the latest */
		return;
	if (take_name(s, said.peer_id))
		ask(ar, s, &q, in);
	else
		ppp_end(ar, s, AR_END_NAME, in);
}

/* CHAP */

/* Unique for each challenge, and nobody can say it beforehand (RFC 1994 2.3): a keyed digest of
 * authentication, start of the session and identifier. */
static struct bytes challenge_of(const struct ar *ar, const struct ppp_session *s,
				 uint8_t buf[CHALLENGE])
{
	struct {
		uint64_t serial, since, id;
	} of = { s->serial, (uint64_t)s->since, s->auth.id };
	struct writer w = writer_new(buf, CHALLENGE);
	uint64_t key[2];

	memcpy(key, ar->config.pppoe.key, sizeof(key));
	for (int half = 0; half < 2; half++) {
		of.id |= (uint64_t)(half + 1) << 8;
		write_u64(&w, siphash24(key, &of, sizeof(of)));
	}
	return writer_bytes(&w);
}

static void chap_challenge(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	const char *name = ar->config.pppoe.name;
	uint8_t challenge[CHALLENGE], buf[1 + CHALLENGE + AR_PPPOE_NAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	s->auth.id++;
	ppp_chap_value_write(&w, &(struct ppp_chap_value){ challenge_of(ar, s, challenge),
							   BYTES(name, strlen(name)) });
	ppp_control_send(ar, s, PPP_PROTOCOL_CHAP, PPP_CHAP_CHALLENGE, s->auth.id, writer_bytes(&w),
			 in->out);
	wait(ar, s, in);
}

static void chap_answer(const struct ar *ar, const struct ppp_session *s, bool good,
			struct actions *out)
{
	ppp_control_send(ar, s, PPP_PROTOCOL_CHAP, good ? PPP_CHAP_SUCCESS : PPP_CHAP_FAILURE,
			 s->auth.id, BYTES(NULL, 0), out);
}

static void chap_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
			 const struct access_input *in)
{
	struct auth_question q = { .method = AUTH_CHAP_MD5, .identifier = p->id };
	struct ppp_chap_value said;
	uint8_t buf[CHALLENGE];

	if (p->code != PPP_CHAP_RESPONSE || ppp_chap_value_read(p->data, &said) < 0) {
		ar->access.drops[DROP_PPP_MALFORMED]++;
		return;
	}
	q.secret = said.value;
	if (p->id != s->auth.id || s->auth.question) {
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
		return;
	}
	if (s->phase != AR_SESSION_AUTHENTICATE) { /* it has not heard the Success */
		chap_answer(ar, s, true, in->out);
		return;
	}
	q.challenge = challenge_of(ar, s, buf);
	if (take_name(s, said.name))
		ask(ar, s, &q, in);
	else
		ppp_end(ar, s, AR_END_NAME, in);
}

/* EAP */

static void eap_ask_identity(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	const uint8_t type = PPP_EAP_IDENTITY;

	ppp_control_send(ar, s, PPP_PROTOCOL_EAP, PPP_EAP_REQUEST, s->auth.id, BYTES(&type, 1),
			 in->out);
	wait(ar, s, in);
}

/* That of another, as it came; kept, because it may get lost. */
static void eap_request(struct ar *ar, struct ppp_session *s, struct bytes packet,
			const struct access_input *in)
{
	hold_drop(&ar->access.hold, &s->auth.request);
	if (hold_put(&ar->access.hold, &s->auth.request, packet, 1) < 0)
		ar->access.drops[DROP_BUFFER_FULL]++;
	s->auth.tries = 0;
	ppp_session_send(ar, s, PPP_PROTOCOL_EAP, packet, in->out);
	wait(ar, s, in);
}

static void eap_again(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	uint8_t buf[HOLD_BYTES_MAX];
	const struct bytes packet = { buf, hold_first(&s->auth.request) };
	const uint8_t tries = s->auth.tries;

	if (!packet.n) {
		eap_ask_identity(ar, s, in);
		return;
	}
	hold_take(&ar->access.hold, &s->auth.request, buf);
	eap_request(ar, s, packet, in);
	s->auth.tries = tries;
}

static void eap_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
			const struct access_input *in)
{
	struct auth_question q = { .method = AUTH_EAP, .identifier = p->id, .secret = p->whole };
	struct ppp_eap e;

	if (ppp_eap_read(p, &e) < 0 || p->whole.n > AUTH_EAP_MAX) {
		ar->access.drops[DROP_PPP_MALFORMED]++;
		return;
	}
	if (s->phase != AR_SESSION_AUTHENTICATE || p->code != PPP_EAP_RESPONSE ||
	    p->id != s->auth.id || s->auth.question ||
	    (!s->name[0] && e.type != PPP_EAP_IDENTITY)) {
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
		return;
	}
	if (!s->name[0] && !take_name(s, e.data))
		ppp_end(ar, s, AR_END_NAME, in);
	else
		ask(ar, s, &q, in);
}

/* the phase */

void ppp_auth_start(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	ppp_enter(ar, s, AR_SESSION_AUTHENTICATE, in->now.mono);
	memset(s->name, 0, sizeof(s->name));
	s->serial = ar->ppp.serial++;
	switch (ar->config.pppoe.auth) {
	case AUTH_PAP: /* the host begins */
		break;
	case AUTH_CHAP_MD5:
		chap_challenge(ar, s, in);
		break;
	case AUTH_EAP:
		s->auth.id++;
		eap_ask_identity(ar, s, in);
		break;
	}
}

void ppp_auth_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	if (++s->auth.tries >= TRIES_MAX)
		ppp_end(ar, s, AR_END_TIME, in);
	else if (ar->config.pppoe.auth == AUTH_CHAP_MD5)
		chap_challenge(ar, s, in);
	else
		eap_again(ar, s, in);
}

void ppp_auth_receive(struct ar *ar, struct ppp_session *s, uint16_t protocol,
		      const struct ppp_packet *p, const struct access_input *in)
{
	static const uint16_t protocols[] = { [AUTH_PAP] = PPP_PROTOCOL_PAP,
					      [AUTH_CHAP_MD5] = PPP_PROTOCOL_CHAP,
					      [AUTH_EAP] = PPP_PROTOCOL_EAP };

	if (s->phase < AR_SESSION_AUTHENTICATE)
		ar->access.drops[DROP_PPP_EARLY]++;
	else if (protocol != protocols[ar->config.pppoe.auth])
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
	else if (protocol == PPP_PROTOCOL_PAP)
		pap_receive(ar, s, p, in);
	else if (protocol == PPP_PROTOCOL_CHAP)
		chap_receive(ar, s, p, in);
	else
		eap_receive(ar, s, p, in);
}

/* verdicts */

/* What the host is told. */
static void answer(const struct ar *ar, const struct ppp_session *s, bool good, struct bytes eap,
		   struct actions *out)
{
	switch (ar->config.pppoe.auth) {
	case AUTH_PAP:
		pap_answer(ar, s, good, out);
		break;
	case AUTH_CHAP_MD5:
		chap_answer(ar, s, good, out);
		break;
	case AUTH_EAP:
		if (eap.n <= AUTH_EAP_MAX)
			ppp_session_send(ar, s, PPP_PROTOCOL_EAP, eap, out);
		break;
	}
}

/* A name without a realm is of the port's (D1). */
static bool take_nai(const struct ar *ar, struct ppp_session *s, struct bytes name)
{
	const char *realm = ar->access.config.ports[s->link->index].realm;
	const size_t length = strlen(realm);

	if (!take_name(s, name))
		return false;
	if (memchr(name.p, '@', name.n))
		return true;
	if (name.n + 1 + length > NAI_MAX)
		return false;
	s->name[name.n] = '@';
	memcpy(s->name + name.n + 1, realm, length);
	return true;
}

static void accepted(struct ar *ar, struct ppp_session *s, const struct auth_verdict *v,
		     const struct access_input *in)
{
	if (!take_nai(ar, s, v->name)) {
		ppp_end(ar, s, AR_END_NAME, in);
		return;
	}
	answer(ar, s, true, v->eap, in->out);
	ppp_enter(ar, s, AR_SESSION_NETWORK, in->now.mono);
	wait(ar, s, in); /* for the host to begin with IPv6CP */
}

static void goes_on(struct ar *ar, struct ppp_session *s, const struct auth_verdict *v,
		    const struct access_input *in)
{
	struct ppp_packet p;

	if (ar->config.pppoe.auth != AUTH_EAP || ppp_packet_read(v->eap, &p) < 0 ||
	    v->eap.n > AUTH_EAP_MAX || v->state.n > AUTH_STATE_MAX) {
		ppp_end(ar, s, AR_END_REJECTED, in);
		return;
	}
	s->auth.id = p.id;
	s->auth.state_length = (uint8_t)v->state.n;
	if (v->state.n)
		memcpy(s->auth.state, v->state.p, v->state.n);
	eap_request(ar, s, v->eap, in);
}

void ppp_verdict(void *self, uint32_t id, const struct auth_verdict *v, struct now now,
		 struct actions *out)
{
	const struct access_input in = { .now = now, .out = out };
	struct ar *ar = self;
	struct ppp_session *s = ppp_by_question(ar, id);

	if (!s) { /* the host has begun anew, or is gone */
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
		return;
	}
	s->auth.question = 0;
	switch (v->result) {
	case AUTH_ACCEPTED:
		accepted(ar, s, v, &in);
		break;
	case AUTH_REJECTED: /* req: AR-33 */
		answer(ar, s, false, v->eap, out);
		ppp_end(ar, s, AR_END_REJECTED, &in);
		break;
	case AUTH_GOES_ON:
		goes_on(ar, s, v, &in);
		break;
	}
}
