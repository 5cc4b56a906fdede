/* SPDX-License-Identifier: Apache-2.0 */
/* The link of a session: LCP (RFC 1661 5, 6; RFC 2516 7), keep-alive, rejects of protocols. */
#include "core/ppp_internal.h"

#define LISTEN    (NSEC_PER_SEC / 2) /* for the host to begin */
#define LOOPS_MAX 5                  /* requests with our own magic number: a loop (RFC 1661 6.4) */

/* MRU, authentication protocol, magic number: nothing else makes sense on Ethernet. req: AR-33 */
static void write_request(const struct ar *ar, const struct ppp_session *s, struct writer *w)
{
	static const enum ppp_method methods[] = { [AUTH_PAP] = PPP_AUTH_PAP,
						   [AUTH_CHAP_MD5] = PPP_AUTH_CHAP_MD5,
						   [AUTH_EAP] = PPP_AUTH_EAP };

	if (!s->lcp.mru_refused)
		ppp_option_write_u16(w, PPP_LCP_MRU, s->lcp.mru);
	ppp_option_write_auth(w, methods[ar->config.pppoe.auth]);
	if (!s->lcp.magic_refused)
		ppp_option_write_u32(w, PPP_LCP_MAGIC, s->lcp.magic);
}

static void request(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in);
static void refusal(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in);
static void step(struct ar *ar, struct ppp_session *s, enum ppp_event e, const struct ppp_packet *p,
		 enum ar_session_end why, const struct access_input *in);

static const struct ppp_layer lcp = { .protocol = PPP_PROTOCOL_LCP,
				      .write_request = write_request,
				      .request = request,
				      .refusal = refusal,
				      .step = step };

static uint32_t new_magic(struct ar *ar)
{
	const uint32_t m = (uint32_t)rng_next(&ar->access.rng);

	return m ? m : 1;
}

static void act(struct ar *ar, struct ppp_session *s, unsigned actions, const struct ppp_packet *p,
		const struct ppp_answer *answer, enum ar_session_end why,
		const struct access_input *in)
{
	const bool ends = s->lcp.fsm.state == PPP_STOPPING;

	if (actions & PPP_LAYER_DOWN && !ends && !s->terminating) {
		ppp_auth_stop(ar, s);
		ppp_ip6cp_down(ar, s, in);
		ppp_enter(ar, s, AR_SESSION_ESTABLISH, in->now.mono);
	}
	ppp_control_act(ar, s, &lcp, &s->lcp.id, actions, p, answer, in->out);
	if (actions & PPP_LAYER_UP) {
		s->lcp.naks = 0;
		ppp_auth_start(ar, s, in);
	}
	if (actions & PPP_LAYER_FINISHED && s->terminating)
		ppp_finish(ar, s, in);
	else if (actions & PPP_LAYER_FINISHED || (actions & PPP_LAYER_DOWN && ends))
		ppp_end(ar, s, why, in);
}

static void step(struct ar *ar, struct ppp_session *s, enum ppp_event e, const struct ppp_packet *p,
		 enum ar_session_end why, const struct access_input *in)
{
	act(ar, s, ppp_step(&s->lcp.fsm, e, &ar->access.timers, in->now.mono), p, NULL, why, in);
}

/* Kernels take packets of a session only some time after the PADS, when a program has said so: what
 * comes before is lost, and would come again after 3 s. So the host, which knows, may begin. */
void ppp_lcp_start(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	s->lcp.magic = new_magic(ar);
	s->lcp.mru = PPPOE_MRU_MAX;
	ppp_enter(ar, s, AR_SESSION_ESTABLISH, in->now.mono);
	step(ar, s, PPP_OPEN, NULL, AR_END_NONE, in);
	heap_set(&ar->access.timers, &s->timer, in->now.mono + LISTEN);
}

void ppp_lcp_up(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	heap_clear(&ar->access.timers, &s->timer);
	step(ar, s, PPP_UP, NULL, AR_END_NONE, in);
}

void ppp_lcp_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	act(ar, s, ppp_timeout(&s->lcp.fsm, &ar->access.timers, in->now.mono), NULL, NULL,
	    AR_END_NEGOTIATION, in);
}

bool ppp_lcp_close(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	const unsigned actions = ppp_step(&s->lcp.fsm, PPP_CLOSE, &ar->access.timers, in->now.mono);

	ppp_control_act(ar, s, &lcp, &s->lcp.id, actions, NULL, NULL, in->out);
	return timer_is_set(&s->lcp.fsm.timer);
}

/* requests of the host */

/* IPv6 goes through tunnels of link_mtu without being cut, so the host has to take as much. */
static bool is_mru(const struct ar *ar, uint16_t mru)
{
	return mru >= ar->config.link_mtu && mru <= PPPOE_MRU_MAX;
}

/* Naks that came to nothing become rejects (RFC 1661 4.6). */
static struct writer *refused(struct ppp_session *s, struct ppp_judged *j)
{
	return s->lcp.fsm.failures < PPP_MAX_FAILURE ? &j->nak : &j->reject;
}

static void judge_magic(struct ar *ar, struct ppp_session *s, uint32_t magic, struct ppp_judged *j)
{
	if (magic != 0 && magic != s->lcp.magic) {
		s->lcp.loops = 0;
		return;
	}
	s->lcp.loops += magic != 0;
	ppp_option_write_u32(refused(s, j), PPP_LCP_MAGIC, new_magic(ar));
}

/* What else there is has no place in PPPoE (RFC 2516 7), or would have us authenticate ourselves.
 */
static void judge(struct ar *ar, struct ppp_session *s, const struct ppp_option *o,
		  struct ppp_judged *j)
{
	uint32_t magic;
	uint16_t mru;

	if (o->type == PPP_LCP_MAGIC && ppp_option_u32(o, &magic)) {
		judge_magic(ar, s, magic, j);
	} else if (o->type == PPP_LCP_MRU && ppp_option_u16(o, &mru)) {
		if (!is_mru(ar, mru))
			ppp_option_write_u16(refused(s, j), PPP_LCP_MRU, PPPOE_MRU_MAX);
	} else {
		ppp_option_write(&j->reject, o->type, o->value);
	}
}

static uint32_t magic_of(const struct ppp_packet *request)
{
	struct reader options = reader_new(request->data);
	struct ppp_option o;
	uint32_t magic = 0;

	while (ppp_option_next(&options, &o))
		if (o.type == PPP_LCP_MAGIC && ppp_option_u32(&o, &magic))
			break;
	return magic;
}

static void request(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in)
{
	struct reader options = reader_new(p->data);
	struct ppp_judged j;
	struct ppp_answer answer;
	struct ppp_option o;
	bool good;

	ppp_judge_begin(&j);
	while (ppp_option_next(&options, &o))
		judge(ar, s, &o, &j);
	if (options.failed) {
		ar->access.drops[DROP_PPP_MALFORMED]++;
		return;
	}
	if (s->lcp.loops >= LOOPS_MAX) {
		ar->access.drops[DROP_PPP_LOOPED]++;
		ppp_end(ar, s, AR_END_LOOPED, in);
		return;
	}
	answer = ppp_judge_end(&j, p);
	good = answer.code == PPP_CODE_CONFIGURE_ACK;
	if (good)
		s->lcp.peer_magic = magic_of(p);
	act(ar, s,
	    ppp_step(&s->lcp.fsm, good ? PPP_REQUEST_GOOD : PPP_REQUEST_BAD, &ar->access.timers,
		     in->now.mono),
	    p, &answer, AR_END_NEGOTIATION, in);
}

/* answers to ours */

/* Of one option; false: without it there is no session. */
static bool adopt(struct ar *ar, struct ppp_session *s, bool rejected, const struct ppp_option *o)
{
	uint16_t mru;

	switch (o->type) {
	case PPP_LCP_MRU:
		s->lcp.mru_refused |= rejected;
		if (ppp_option_u16(o, &mru) && is_mru(ar, mru))
			s->lcp.mru = mru;
		return true;
	case PPP_LCP_MAGIC:
		s->lcp.magic_refused |= rejected;
		s->lcp.magic = s->lcp.magic_refused ? 0 : new_magic(ar);
		return true;
	case PPP_LCP_AUTH: /* it may come round */
		return !rejected && s->lcp.naks < PPP_MAX_CONFIGURE;
	}
	return true;
}

static void refusal(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		    const struct access_input *in)
{
	struct reader options = reader_new(p->data);
	struct ppp_option o;

	if (++s->lcp.naks > PPP_MAX_CONFIGURE) {
		ppp_end(ar, s, AR_END_NEGOTIATION, in);
		return;
	}
	while (ppp_option_next(&options, &o)) {
		if (adopt(ar, s, p->code == PPP_CODE_CONFIGURE_REJECT, &o))
			continue;
		ppp_end(ar, s, AR_END_METHOD, in); /* req: AR-33 */
		return;
	}
	step(ar, s, PPP_NAK, p, AR_END_NEGOTIATION, in);
}

/* keep-alive */

static void send_echo(struct ar *ar, struct ppp_session *s, uint8_t code, uint8_t id,
		      struct bytes data, const struct access_input *in)
{
	const struct ppp_echo e = { s->lcp.magic, data };
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_echo_write(&w, &e);
	ppp_control_send(ar, s, PPP_PROTOCOL_LCP, code, id, writer_bytes(&w), in->out);
}

void ppp_lcp_echo(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	send_echo(ar, s, PPP_CODE_ECHO_REQUEST, ++s->lcp.id, BYTES(NULL, 0), in);
}

static void echo(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		 const struct access_input *in)
{
	struct ppp_echo e;

	if (ppp_echo_read(p->data, &e) < 0)
		ar->access.drops[DROP_PPP_MALFORMED]++;
	else if (e.magic != 0 && e.magic == s->lcp.magic)
		ar->access.drops[DROP_PPP_LOOPED]++;
	else if (p->code == PPP_CODE_ECHO_REQUEST &&
		 ppp_step(&s->lcp.fsm, PPP_ECHO, &ar->access.timers, in->now.mono) &
			 PPP_SEND_ECHO_REPLY)
		send_echo(ar, s, PPP_CODE_ECHO_REPLY, p->id, e.data, in);
}

/* rejects */

void ppp_lcp_reject_protocol(struct ar *ar, struct ppp_session *s, uint16_t protocol,
			     struct bytes packet, const struct access_input *in)
{
	const struct ppp_protocol_reject p = { protocol, packet };
	uint8_t buf[PPP_REJECT_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_protocol_reject_write(&w, ++s->reject_id, &p, sizeof(buf));
	ppp_session_send(ar, s, PPP_PROTOCOL_LCP, writer_bytes(&w), in->out);
}

/* Of what we send keep-alive and rejects can be done without, and IPv6 as long as IPv6CP is not
 * through: the home agent may have sent some. */
static bool needs_protocol(const struct ppp_session *s, uint16_t protocol)
{
	return protocol == PPP_PROTOCOL_IPV6
		       ? s->phase == AR_SESSION_OPEN
		       : protocol == PPP_PROTOCOL_IPV6CP || protocol == PPP_PROTOCOL_LCP ||
				 ppp_auth_is_protocol(protocol);
}

static void protocol_rejected(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
			      const struct access_input *in)
{
	struct ppp_protocol_reject r;

	if (ppp_protocol_reject_read(p->data, &r) < 0)
		ar->access.drops[DROP_PPP_MALFORMED]++;
	else
		step(ar, s, needs_protocol(s, r.protocol) ? PPP_REJECT_FATAL : PPP_REJECT_GOOD, p,
		     AR_END_NEGOTIATION, in);
}

void ppp_lcp_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		     const struct access_input *in)
{
	if (s->lcp.fsm.state == PPP_STARTING)
		ppp_lcp_up(ar, s, in);
	switch (p->code) {
	case PPP_CODE_PROTOCOL_REJECT:
		protocol_rejected(ar, s, p, in);
		break;
	case PPP_CODE_ECHO_REQUEST:
	case PPP_CODE_ECHO_REPLY:
	case PPP_CODE_DISCARD_REQUEST:
		echo(ar, s, p, in);
		break;
	default:
		ppp_control_receive(ar, s, &lcp, s->lcp.id, p, in);
	}
}
