/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/ppp.h"

#include "proto/ppp_auth.h"
#include "proto/pppoe.h"
#include "sim/mobile.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define AGAIN      (3 * NSEC_PER_SEC)
#define TRIES      10
#define HOLD_OFF   (5 * NSEC_PER_SEC)
#define ECHO       (10 * NSEC_PER_SEC)
#define ECHO_TRIES 3
#define WRONG      8 /* of so many calls one is with a secret that is none */
#define FRAME_MAX  1600
#define TEXT_MAX   200

/* --- what it says --- */

static void transmit(struct mobile *h, uint16_t ethertype, struct bytes b)
{
	if (h->at && !h->silent && h->at->carrier[h->port])
		node_from_dialled(h->at, h, ethertype, b);
}

static void discover(struct mobile *h, const struct pppoe_discovery *d)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	int err = pppoe_encode(d, &w);

	assert(!err);
	(void)err;
	transmit(h, PPPOE_ETHERTYPE_DISCOVERY, writer_bytes(&w));
}

static void send_session(struct mobile *h, uint16_t session, uint16_t protocol, struct bytes packet)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	pppoe_session_write(&w, session, protocol, packet.n);
	write_bytes(&w, packet);
	transmit(h, PPPOE_ETHERTYPE_SESSION, writer_bytes(&w));
}

static void control(struct mobile *h, uint16_t protocol, uint8_t code, uint8_t id,
		    struct bytes data)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_packet_write(&w, &(struct ppp_packet){ .code = code, .id = id, .data = data });
	send_session(h, h->dial.session, protocol, writer_bytes(&w));
}

static uint32_t magic(const struct mobile *h)
{
	return 0x00aa0000u + h->mac.b[5];
}

static void ask(struct mobile *h)
{
	struct dial *p = &h->dial;
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));
	struct pppoe_discovery d = { .code = p->step == DIAL_PADI ? PPPOE_PADI : PPPOE_PADR,
				     .services = { BYTES("", 0) },
				     .n_services = 1 };

	if (p->unique)
		d.host_uniq = BYTES(&p->calls, 1);
	switch (p->step) {
	case DIAL_PADR:
		d.ac_cookie = BYTES(p->cookie, p->cookie_length);
		discover(h, &d);
		break;
	case DIAL_PADI:
		discover(h, &d);
		break;
	case DIAL_LCP:
		ppp_option_write_u32(&w, PPP_LCP_MAGIC, magic(h));
		control(h, PPP_PROTOCOL_LCP, PPP_CODE_CONFIGURE_REQUEST, ++p->id, writer_bytes(&w));
		break;
	case DIAL_PAP:
		ppp_pap_request_write(
			&w, &(struct ppp_pap_request){ BYTES(p->name, strlen(p->name)),
						       BYTES(p->password, strlen(p->password)) });
		control(h, PPP_PROTOCOL_PAP, PPP_PAP_REQUEST, ++p->id, writer_bytes(&w));
		break;
	case DIAL_IPV6CP:
		ppp_option_write_u64(&w, PPP_IPV6CP_IDENTIFIER, p->identifier);
		control(h, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST, ++p->id,
			writer_bytes(&w));
		break;
	case DIAL_IDLE:
	case DIAL_OPEN:
		break;
	}
}

static nsec_t wait_in(const struct mobile *h, enum dial_step step)
{
	if (step != DIAL_IDLE && step != DIAL_OPEN)
		return AGAIN;
	if (h->manual)
		return 0;
	return step == DIAL_OPEN ? ECHO : HOLD_OFF;
}

static void enter(struct world *w, struct mobile *h, enum dial_step step)
{
	const nsec_t wait = wait_in(h, step);

	if (h->dial.step == DIAL_OPEN && step != DIAL_OPEN && !h->manual)
		mobile_session_down(h);
	h->dial.step = step;
	h->dial.agreed = h->dial.answered = false;
	h->dial.tries = 0;
	h->dial.due = wait ? w->now + wait : 0;
	ask(h);
	mobile_arm(w, h);
}

void dial_begin(struct world *w, struct mobile *h, const char *name, const char *password,
		uint64_t identifier)
{
	struct dial *p = &h->dial;

	p->identifier = identifier;
	p->session = 0;
	p->calls++;
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->password, sizeof(p->password), "%s", password);
	h->has_global = false;
	enter(w, h, DIAL_PADI);
}

static void dial_by_itself(struct world *w, struct mobile *h)
{
	const uint64_t identifiers[DIAL_HABIT_MAX] = {
		[DIAL_ASKS_FOR_ITS_OWN] = 0x0200000000000000u + magic(h),
		[DIAL_ASKS_FOR_THE_LAST] = h->dial.identifier,
	};
	const bool wrong = rng_below(&w->rng, WRONG) == 0;
	char name[MOBILE_NAI_MAX];

	mobile_nai(h, name);
	dial_begin(w, h, name, wrong ? "none" : "secret", identifiers[h->dial.habit]);
}

void dial_link_up(struct world *w, struct mobile *h)
{
	dial_link_down(w, h);
	h->dial.due = w->now + (nsec_t)rng_below(&w->rng, (uint64_t)NSEC_PER_SEC);
}

void dial_link_down(struct world *w, struct mobile *h)
{
	enter(w, h, DIAL_IDLE);
	h->dial.due = 0;
}

static void hang_up(struct mobile *h, uint16_t session, bool padt)
{
	const struct pppoe_discovery d = { .code = PPPOE_PADT, .session = session };
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (padt) {
		discover(h, &d);
		return;
	}
	ppp_packet_write(
		&w, &(struct ppp_packet){ .code = PPP_CODE_TERMINATE_REQUEST, .id = ++h->dial.id });
	send_session(h, session, PPP_PROTOCOL_LCP, writer_bytes(&w));
}

void dial_hang_up(struct world *w, struct mobile *h, bool padt)
{
	if (h->dial.step < DIAL_LCP)
		return;
	hang_up(h, h->dial.session, padt);
	enter(w, h, DIAL_IDLE);
}

void dial_hang_up_of(struct mobile *h, const struct mobile *other, bool padt)
{
	hang_up(h, other->dial.session, padt);
}

nsec_t dial_due(const struct mobile *h)
{
	return h->dial.due ? h->dial.due : NSEC_NEVER;
}

static void ask_whether_there(struct mobile *h)
{
	uint8_t buf[4];
	struct writer w = writer_new(buf, sizeof(buf));

	write_u32(&w, magic(h));
	control(h, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, ++h->dial.id, writer_bytes(&w));
}

void dial_timeout(struct world *w, struct mobile *h)
{
	struct dial *p = &h->dial;

	if (p->step == DIAL_IDLE) {
		dial_by_itself(w, h);
	} else if (!h->manual && ++p->tries > (p->step == DIAL_OPEN ? ECHO_TRIES : TRIES)) {
		enter(w, h, DIAL_IDLE);
	} else {
		p->due = w->now + wait_in(h, p->step);
		if (p->step == DIAL_OPEN)
			ask_whether_there(h);
		else
			ask(h);
	}
}

void dial_send(struct mobile *h, struct bytes packet)
{
	if (h->dial.step == DIAL_OPEN)
		send_session(h, h->dial.session, PPP_PROTOCOL_IPV6, packet);
}

/* --- what it hears --- */

static void on_discovery(struct world *w, struct mobile *h, const struct pppoe_discovery *d)
{
	struct dial *p = &h->dial;

	if (d->code == PPPOE_PADO && p->step == DIAL_PADI && d->ac_cookie.n <= sizeof(p->cookie)) {
		p->cookie_length = (uint8_t)d->ac_cookie.n;
		memcpy(p->cookie, d->ac_cookie.p, d->ac_cookie.n);
		enter(w, h, DIAL_PADR);
	} else if (d->code == PPPOE_PADS && p->step == DIAL_PADR && d->session) {
		p->session = d->session;
		enter(w, h, DIAL_LCP);
	} else if (d->code == PPPOE_PADT && d->session == p->session) {
		enter(w, h, DIAL_IDLE);
	}
}

/* Both have agreed: what comes next. */
static void through(struct world *w, struct mobile *h)
{
	struct dial *p = &h->dial;

	if (!p->agreed || !p->answered)
		return;
	if (p->step == DIAL_LCP) {
		enter(w, h, DIAL_PAP);
	} else if (p->step == DIAL_IPV6CP) {
		h->link_local = in6_link_local_with(p->identifier);
		enter(w, h, DIAL_OPEN);
		if (h->manual)
			mobile_rs(w, h);
		else
			mobile_session_up(w, h);
	}
}

/* LCP and IPv6CP alike, and what is LCP's alone. */
static void on_control(struct world *w, struct mobile *h, uint16_t protocol,
		       const struct ppp_packet *c)
{
	struct dial *p = &h->dial;
	const bool current = p->step == (protocol == PPP_PROTOCOL_LCP ? DIAL_LCP : DIAL_IPV6CP);
	struct reader options = reader_new(c->data);
	struct ppp_option o;

	if (c->code == PPP_CODE_CONFIGURE_REQUEST) {
		control(h, protocol, PPP_CODE_CONFIGURE_ACK, c->id, c->data);
		p->agreed |= current;
	} else if (c->code == PPP_CODE_CONFIGURE_ACK && current && c->id == p->id) {
		p->answered = true;
	} else if (c->code == PPP_CODE_CONFIGURE_NAK && current && c->id == p->id) {
		if (ppp_option_next(&options, &o))
			ppp_option_u64(&o, &p->identifier);
		ask(h);
	} else if (c->code == PPP_CODE_ECHO_REQUEST) {
		control(h, protocol, PPP_CODE_ECHO_REPLY, c->id, BYTES("\0\0\0", 4));
	} else if (c->code == PPP_CODE_ECHO_REPLY) {
		p->tries = 0;
	} else if (c->code == PPP_CODE_TERMINATE_REQUEST) {
		control(h, protocol, PPP_CODE_TERMINATE_ACK, c->id, BYTES(NULL, 0));
	}
	if (current)
		through(w, h);
}

static void on_session(struct world *w, struct mobile *h, const struct pppoe_session *s)
{
	struct ppp_packet c;

	if (s->session != h->dial.session || ppp_packet_read(s->payload, &c) < 0)
		return;
	if (s->protocol != PPP_PROTOCOL_PAP)
		on_control(w, h, s->protocol, &c);
	else if (c.code == PPP_PAP_ACK && h->dial.step == DIAL_PAP)
		enter(w, h, DIAL_IPV6CP);
}

struct bytes dial_receive(struct world *w, struct mobile *h, uint16_t ethertype, struct bytes b)
{
	struct pppoe_discovery d;
	struct pppoe_session s;

	if (!h->answers)
		return BYTES(NULL, 0);
	if (ethertype == PPPOE_ETHERTYPE_DISCOVERY) {
		if (!pppoe_decode(b, &d))
			on_discovery(w, h, &d);
		return BYTES(NULL, 0);
	}
	if (pppoe_session_decode(b, &s))
		return BYTES(NULL, 0);
	if (s.protocol == PPP_PROTOCOL_IPV6)
		return h->dial.step == DIAL_OPEN ? s.payload : BYTES(NULL, 0);
	on_session(w, h, &s);
	return BYTES(NULL, 0);
}

/* --- in a trace --- */

static const char *text_discovery(const struct pppoe_discovery *d)
{
	switch (d->code) {
	case PPPOE_PADI:
		return "PADI";
	case PPPOE_PADO:
		return "PADO";
	case PPPOE_PADR:
		return "PADR";
	case PPPOE_PADS:
		return d->session ? "PADS" : "PADS refused";
	case PPPOE_PADT:
		return "PADT";
	}
	return "";
}

static void text_control(uint16_t protocol, const struct ppp_packet *c, char *ret, size_t n)
{
	static const char *const codes[] = { "",         "Conf-Req", "Conf-Ack", "Conf-Nak",
					     "Conf-Rej", "Term-Req", "Term-Ack", "Code-Rej",
					     "Prot-Rej", "Echo-Req", "Echo-Rep", "Discard" };
	static const char *const pap[] = { "", "Request", "Ack", "Nak" };
	const char *const name = protocol == PPP_PROTOCOL_LCP ? "LCP" : "IPv6CP";
	struct reader options = reader_new(c->data);
	struct ppp_option o;
	uint64_t identifier = 0;

	if (protocol == PPP_PROTOCOL_PAP) {
		snprintf(ret, n, "PAP %s", c->code < 4 ? pap[c->code] : "?");
		return;
	}
	if (protocol == PPP_PROTOCOL_IPV6CP && ppp_option_next(&options, &o) &&
	    ppp_option_u64(&o, &identifier))
		snprintf(ret, n, "%s %s iid=%jx", name, codes[c->code % 12], (uintmax_t)identifier);
	else
		snprintf(ret, n, "%s %s", name, codes[c->code % 12]);
}

const char *text_pppoe(uint16_t ethertype, struct bytes b)
{
	static char text[TEXT_MAX];
	struct pppoe_discovery d;
	struct pppoe_session s;
	struct ppp_packet c;

	if (ethertype == PPPOE_ETHERTYPE_DISCOVERY)
		return pppoe_decode(b, &d) ? "malformed" : text_discovery(&d);
	if (pppoe_session_decode(b, &s))
		return "malformed";
	if (s.protocol == PPP_PROTOCOL_IPV6)
		return text_packet(s.payload);
	if (ppp_packet_read(s.payload, &c) < 0)
		return "malformed";
	text_control(s.protocol, &c, text, sizeof(text));
	return text;
}
