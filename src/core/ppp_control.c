/* SPDX-License-Identifier: Apache-2.0 */
/* What LCP and IPv6CP have in common (RFC 1661 5): requests, their answers, and what the automaton
 * sends by itself. */
#include "core/ppp_internal.h"

void ppp_judge_begin(struct ppp_judged *j)
{
	j->nak = writer_new(j->nak_options, sizeof(j->nak_options));
	j->reject = writer_new(j->reject_options, sizeof(j->reject_options));
}

struct ppp_answer ppp_judge_end(const struct ppp_judged *j, const struct ppp_packet *request)
{
	if (writer_length(&j->reject))
		return (struct ppp_answer){ PPP_CODE_CONFIGURE_REJECT, writer_bytes(&j->reject) };
	if (writer_length(&j->nak))
		return (struct ppp_answer){ PPP_CODE_CONFIGURE_NAK, writer_bytes(&j->nak) };
	return (struct ppp_answer){ PPP_CODE_CONFIGURE_ACK, request->data };
}

void ppp_control_send(const struct ar *ar, const struct ppp_session *s, uint16_t protocol,
		      uint8_t code, uint8_t id, struct bytes data, struct actions *out)
{
	const struct ppp_packet p = { .code = code, .id = id, .data = data };
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (ppp_packet_write(&w, &p) == 0)
		ppp_session_send(ar, s, protocol, writer_bytes(&w), out);
}

static void send_request(const struct ar *ar, const struct ppp_session *s,
			 const struct ppp_layer *l, uint8_t id, struct actions *out)
{
	uint8_t buf[PPP_REQUEST_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	l->write_request(ar, s, &w);
	ppp_control_send(ar, s, l->protocol, PPP_CODE_CONFIGURE_REQUEST, id, writer_bytes(&w), out);
}

static void send_code_reject(const struct ar *ar, const struct ppp_session *s,
			     const struct ppp_layer *l, uint8_t id, const struct ppp_packet *p,
			     struct actions *out)
{
	uint8_t buf[PPP_REJECT_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_code_reject_write(&w, id, p->whole, sizeof(buf));
	ppp_session_send(ar, s, l->protocol, writer_bytes(&w), out);
}

void ppp_control_act(const struct ar *ar, struct ppp_session *s, const struct ppp_layer *l,
		     uint8_t *id, unsigned actions, const struct ppp_packet *p,
		     const struct ppp_answer *answer, struct actions *out)
{
	if (actions & PPP_SEND_REQUEST)
		send_request(ar, s, l, ++*id, out);
	if (actions & PPP_SEND_TERMINATE)
		ppp_control_send(ar, s, l->protocol, PPP_CODE_TERMINATE_REQUEST, ++*id,
				 BYTES(NULL, 0), out);
	if (actions & (PPP_SEND_ACK | PPP_SEND_NAK))
		ppp_control_send(ar, s, l->protocol, answer->code, p->id, answer->options, out);
	if (actions & PPP_SEND_TERMINATE_ACK)
		ppp_control_send(ar, s, l->protocol, PPP_CODE_TERMINATE_ACK, p->id, BYTES(NULL, 0),
				 out);
	if (actions & PPP_SEND_CODE_REJECT)
		send_code_reject(ar, s, l, ++s->reject_id, p, out);
}

/* An Ack, Nak or Reject is of our last request, and an Ack as it was. */
static bool is_ours(const struct ar *ar, const struct ppp_session *s, const struct ppp_layer *l,
		    uint8_t id, const struct ppp_packet *p)
{
	uint8_t buf[PPP_REQUEST_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	l->write_request(ar, s, &w);
	return p->id == id &&
	       (p->code != PPP_CODE_CONFIGURE_ACK || bytes_equal(p->data, writer_bytes(&w)));
}

static void answered(struct ar *ar, struct ppp_session *s, const struct ppp_layer *l, uint8_t id,
		     const struct ppp_packet *p, const struct access_input *in)
{
	if (!is_ours(ar, s, l, id, p))
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
	else if (p->code == PPP_CODE_CONFIGURE_ACK)
		l->step(ar, s, PPP_ACK, p, AR_END_NEGOTIATION, in);
	else
		l->refusal(ar, s, p, in);
}

/* Those up to Terminate-Ack are needed. */
static void code_rejected(struct ar *ar, struct ppp_session *s, const struct ppp_layer *l,
			  const struct ppp_packet *p, const struct access_input *in)
{
	struct reader r = reader_new(p->data);
	const bool fatal = read_u8(&r) <= PPP_CODE_TERMINATE_ACK;

	if (r.failed)
		ar->access.drops[DROP_PPP_MALFORMED]++;
	else
		l->step(ar, s, fatal ? PPP_REJECT_FATAL : PPP_REJECT_GOOD, p, AR_END_NEGOTIATION,
			in);
}

void ppp_control_receive(struct ar *ar, struct ppp_session *s, const struct ppp_layer *l,
			 uint8_t id, const struct ppp_packet *p, const struct access_input *in)
{
	switch (p->code) {
	case PPP_CODE_CONFIGURE_REQUEST:
		l->request(ar, s, p, in);
		break;
	case PPP_CODE_CONFIGURE_ACK:
	case PPP_CODE_CONFIGURE_NAK:
	case PPP_CODE_CONFIGURE_REJECT:
		answered(ar, s, l, id, p, in);
		break;
	case PPP_CODE_TERMINATE_REQUEST:
		l->step(ar, s, PPP_TERMINATE, p, AR_END_TERMINATED, in);
		break;
	case PPP_CODE_TERMINATE_ACK:
		l->step(ar, s, PPP_TERMINATE_ACK, p, AR_END_NEGOTIATION, in);
		break;
	case PPP_CODE_CODE_REJECT:
		code_rejected(ar, s, l, p, in);
		break;
	default:
		l->step(ar, s, PPP_CODE_UNKNOWN, p, AR_END_NONE, in);
	}
}
