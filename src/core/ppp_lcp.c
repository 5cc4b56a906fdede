/* SPDX-License-Identifier: Apache-2.0 */
/* The link of a session: LCP (RFC 1661 5, 6; RFC 2516 7), keep-alive, rejects of protocols. */
#include "core/ppp_internal.h"

#define LOOPS_MAX 5 /* requests with our own magic number: a loop (RFC 1661 6.4) */

/* MRU, authentication protocol, magic number: nothing else makes sense on Ethernet. req: AR-33 */
static void write_request(const struct ar *ar, const struct ppp_session *s, struct writer *w)
{
	if (!s->lcp.mru_refused)
		ppp_option_write_u16(w, PPP_LCP_MRU, s->lcp.mru);
	switch (ar->config.pppoe.auth) {
	case AUTH_PAP:
		ppp_option_write_u16(w, PPP_LCP_AUTH, PPP_PROTOCOL_PAP);
		break;
	case AUTH_CHAP_MD5:
		ppp_option_write(w, PPP_LCP_AUTH, BYTES("\xc2\x23\x05", 3));
		break;
	case AUTH_EAP:
		ppp_option_write_u16(w, PPP_LCP_AUTH, PPP_PROTOCOL_EAP);
		break;
	}
	if (!s->lcp.magic_refused)
		ppp_option_write_u32(w, PPP_LCP_MAGIC, s->lcp.magic);
}

static const struct ppp_layer lcp = { PPP_PROTOCOL_LCP, write_request };

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

void ppp_lcp_start(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	s->lcp.magic = new_magic(ar);
	s->lcp.mru = PPP_MRU_MAX;
	ppp_enter(ar, s, AR_SESSION_ESTABLISH, in->now.mono);
	step(ar, s, PPP_OPEN, NULL, AR_END_NONE, in);
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
	return mru >= ar->config.link_mtu && mru <= PPP_MRU_MAX;
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
	struct reader r = reader_new(o->value);

	if (o->type == PPP_LCP_MAGIC && o->value.n == 4) {
		judge_magic(ar, s, read_u32(&r), j);
	} else if (o->type == PPP_LCP_MRU && o->value.n == 2) {
		if (!is_mru(ar, read_u16(&r)))
			ppp_option_write_u16(refused(s, j), PPP_LCP_MRU, PPP_MRU_MAX);
	} else {
		ppp_option_write(&j->reject, o->type, o->value);
	}
}

static uint32_t magic_of(const struct ppp_packet *request)
{
	struct reader options = reader_new(request->data);
	struct ppp_option o;

	while (ppp_option_next(&options, &o)) {
		struct reader r = reader_new(o.value);

		if (o.type == PPP_LCP_MAGIC)
			return read_u32(&r);
	}
	return 0;
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
	struct reader r = reader_new(o->value);
	uint16_t mru;

	switch (o->type) {
	case PPP_LCP_MRU:
		mru = read_u16(&r);
		s->lcp.mru_refused |= rejected;
		if (!r.failed && is_mru(ar, mru))
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

static void answered(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		     const struct access_input *in)
{
	if (!ppp_control_is_ours(ar, s, &lcp, s->lcp.id, p))
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
	else if (p->code == PPP_CODE_CONFIGURE_ACK)
		step(ar, s, PPP_ACK, p, AR_END_NEGOTIATION, in);
	else
		refusal(ar, s, p, in);
}

/* keep-alive */

void ppp_lcp_echo(struct ar *ar, struct ppp_session *s, const struct access_input *in)
{
	uint8_t magic[4];
	struct writer w = writer_new(magic, sizeof(magic));

	write_u32(&w, s->lcp.magic);
	ppp_control_send(ar, s, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, ++s->lcp.id,
			 writer_bytes(&w), in->out);
}

static bool is_looped(const struct ppp_session *s, const struct ppp_packet *p)
{
	struct reader r = reader_new(p->data);
	const uint32_t magic = read_u32(&r);

	return magic != 0 && magic == s->lcp.magic;
}

static void echo_reply(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		       const struct access_input *in)
{
	uint8_t buf[PPP_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (!(ppp_step(&s->lcp.fsm, PPP_ECHO, &ar->access.timers, in->now.mono) &
	      PPP_SEND_ECHO_REPLY))
		return;
	write_u32(&w, s->lcp.magic);
	write_bytes(&w, BYTES(p->data.p + 4, p->data.n - 4));
	ppp_control_send(ar, s, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY, p->id, writer_bytes(&w),
			 in->out);
}

static void echo(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		 const struct access_input *in)
{
	if (p->data.n < 4)
		ar->access.drops[DROP_PPP_MALFORMED]++;
	else if (is_looped(s, p))
		ar->access.drops[DROP_PPP_LOOPED]++;
	else if (p->code == PPP_CODE_ECHO_REQUEST)
		echo_reply(ar, s, p, in);
}

/* rejects */

void ppp_lcp_reject_protocol(struct ar *ar, struct ppp_session *s, uint16_t protocol,
			     struct bytes packet, const struct access_input *in)
{
	uint8_t buf[PPP_REJECT_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (packet.n > sizeof(buf) - 2)
		packet.n = sizeof(buf) - 2;
	write_u16(&w, protocol);
	write_bytes(&w, packet);
	ppp_control_send(ar, s, PPP_PROTOCOL_LCP, PPP_CODE_PROTOCOL_REJECT, ++s->lcp.id,
			 writer_bytes(&w), in->out);
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

static void rejected(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		     const struct access_input *in)
{
	struct reader r = reader_new(p->data);
	bool fatal;

	if (p->code == PPP_CODE_CODE_REJECT)
		fatal = read_u8(&r) <= PPP_CODE_TERMINATE_ACK;
	else
		fatal = needs_protocol(s, read_u16(&r));
	if (r.failed)
		ar->access.drops[DROP_PPP_MALFORMED]++;
	else
		step(ar, s, fatal ? PPP_REJECT_FATAL : PPP_REJECT_GOOD, p, AR_END_NEGOTIATION, in);
}

void ppp_lcp_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		     const struct access_input *in)
{
	switch (p->code) {
	case PPP_CODE_CONFIGURE_REQUEST:
		request(ar, s, p, in);
		break;
	case PPP_CODE_CONFIGURE_ACK:
	case PPP_CODE_CONFIGURE_NAK:
	case PPP_CODE_CONFIGURE_REJECT:
		answered(ar, s, p, in);
		break;
	case PPP_CODE_TERMINATE_REQUEST:
		step(ar, s, PPP_TERMINATE, p, AR_END_TERMINATED, in);
		break;
	case PPP_CODE_TERMINATE_ACK:
		step(ar, s, PPP_TERMINATE_ACK, p, AR_END_NEGOTIATION, in);
		break;
	case PPP_CODE_CODE_REJECT:
	case PPP_CODE_PROTOCOL_REJECT:
		rejected(ar, s, p, in);
		break;
	case PPP_CODE_ECHO_REQUEST:
	case PPP_CODE_ECHO_REPLY:
	case PPP_CODE_DISCARD_REQUEST:
		echo(ar, s, p, in);
		break;
	default:
		step(ar, s, PPP_CODE_UNKNOWN, p, AR_END_NONE, in);
	}
}
