/* SPDX-License-Identifier: Apache-2.0 */
/* A host needs no more of the automaton of RFC 1661 4.1 than this: its request is sent until it is
 * acknowledged, the router's is answered whenever it comes, and both together open the layer. */
#include "dial.h"

#define RESTART       (3 * NSEC_PER_SEC) /* RFC 1661 4.6, as the next two */
#define MAX_CONFIGURE 10
#define MAX_TERMINATE 2
#define MRU_MIN       1280 /* IPv6 (RFC 8200 5) */
#define REQUEST_MAX   32
#define BIT(option)   (1u << (option))

static struct negotiation *negotiation_of(struct host *h, bool lcp)
{
	return lcp ? &h->lcp : &h->ipv6cp;
}

static uint16_t protocol_of(bool lcp)
{
	return lcp ? PPP_PROTOCOL_LCP : PPP_PROTOCOL_IPV6CP;
}

static uint32_t new_magic(struct dialler *d)
{
	return (uint32_t)rng_next(&d->rng) | 1;
}

/* Universal and group bit are clear (RFC 4291 2.5.1). */
static uint64_t new_identifier(struct dialler *d)
{
	return (rng_next(&d->rng) & 0xfcffffffffffffff) | 1;
}

/* --- our requests --- */

static struct bytes our_options(const struct host *h, bool lcp, uint8_t buf[REQUEST_MAX])
{
	struct writer w = writer_new(buf, REQUEST_MAX);

	if (!lcp) {
		ppp_option_write_u64(&w, PPP_IPV6CP_IDENTIFIER, h->identifier);
		return writer_bytes(&w);
	}
	if (!(h->lcp.refused & BIT(PPP_LCP_MRU)))
		ppp_option_write_u16(&w, PPP_LCP_MRU, PPPOE_MRU_MAX);
	if (!(h->lcp.refused & BIT(PPP_LCP_MAGIC)))
		ppp_option_write_u32(&w, PPP_LCP_MAGIC, h->magic);
	return writer_bytes(&w);
}

static void send_request(struct dialler *d, struct host *h, bool lcp)
{
	struct negotiation *n = negotiation_of(h, lcp);
	uint8_t buf[REQUEST_MAX];

	n->acked = false;
	n->tries++;
	host_send_packet(d, h, protocol_of(lcp), PPP_CODE_CONFIGURE_REQUEST, n->id,
			 our_options(h, lcp, buf));
	host_wait(d, h, RESTART);
}

void control_begin(struct dialler *d, struct host *h, bool lcp)
{
	*negotiation_of(h, lcp) = (struct negotiation){ .id = (uint8_t)rng_next(&d->rng) };
	if (lcp)
		h->magic = new_magic(d);
	else
		h->identifier = d->o->identifiers ? new_identifier(d) : 0;
	host_enter(d, h, lcp ? LCP : IPV6CP);
	send_request(d, h, lcp);
}

static void send_terminate(struct dialler *d, struct host *h)
{
	host_send_packet(d, h, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST, ++h->id,
			 BYTES(NULL, 0));
	h->tries++;
	host_wait(d, h, RESTART);
}

void control_terminate(struct dialler *d, struct host *h)
{
	host_enter(d, h, END);
	send_terminate(d, h);
}

void control_timeout(struct dialler *d, struct host *h, bool lcp)
{
	if (h->phase == END ? h->tries >= MAX_TERMINATE
			    : negotiation_of(h, lcp)->tries >= MAX_CONFIGURE) {
		host_lost(d, h);
		return;
	}
	d->counts.repeated++;
	if (h->phase == END)
		send_terminate(d, h);
	else
		send_request(d, h, lcp);
}

static void opened(struct dialler *d, struct host *h, bool lcp)
{
	if (!lcp)
		network_begin(d, h);
	else if (h->auth != PPP_AUTH_OTHER)
		auth_begin(d, h);
	else
		control_begin(d, h, false);
}

/* --- the router's requests --- */

struct answer {
	struct writer nak, reject;
	uint8_t nak_options[PPPOE_MRU_MAX], reject_options[PPPOE_MRU_MAX];
};

static void judge_auth(const struct dialler *d, struct host *h, const struct ppp_option *o,
		       struct answer *a)
{
	const enum ppp_method auth = ppp_option_auth(o), own = d->o->auth;

	if (auth != PPP_AUTH_OTHER && (own == PPP_AUTH_OTHER || own == auth))
		h->auth = (uint8_t)auth;
	else
		ppp_option_write_auth(&a->nak, own == PPP_AUTH_OTHER ? PPP_AUTH_CHAP_MD5 : own);
}

static void judge_lcp(struct dialler *d, struct host *h, const struct ppp_option *o,
		      struct answer *a)
{
	uint16_t mru = 0;
	uint32_t magic = 0;

	if (o->type == PPP_LCP_AUTH) {
		judge_auth(d, h, o, a);
	} else if (o->type == PPP_LCP_MRU) {
		if (!ppp_option_u16(o, &mru) || mru < MRU_MIN)
			ppp_option_write_u16(&a->nak, PPP_LCP_MRU, PPPOE_MRU_MAX);
	} else if (o->type == PPP_LCP_MAGIC) {
		if (ppp_option_u32(o, &magic) && magic && magic != h->magic)
			h->peer_magic = magic;
		else
			ppp_option_write_u32(&a->nak, PPP_LCP_MAGIC, new_magic(d));
	} else {
		ppp_option_write(&a->reject, o->type, o->value);
	}
}

/* RFC 5072 4.1 */
static void judge_ipv6cp(struct dialler *d, struct host *h, const struct ppp_option *o,
			 struct answer *a)
{
	uint64_t identifier = 0;

	if (o->type != PPP_IPV6CP_IDENTIFIER)
		ppp_option_write(&a->reject, o->type, o->value);
	else if (ppp_option_u64(o, &identifier) && identifier && identifier != h->identifier)
		h->peer_identifier = identifier;
	else
		ppp_option_write_u64(&a->nak, PPP_IPV6CP_IDENTIFIER, new_identifier(d));
}

/* The router starts anew, as if its session had just begun. */
static void begin_again(struct dialler *d, struct host *h, bool lcp)
{
	d->counts.up -= h->up;
	h->up = false;
	network_forget(d, h);
	control_begin(d, h, lcp);
}

static void request(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p)
{
	struct negotiation *n = negotiation_of(h, lcp);
	struct reader r = reader_new(p->data);
	struct answer a;
	struct ppp_option o;
	uint8_t code = PPP_CODE_CONFIGURE_ACK;
	struct bytes options = p->data;

	if (h->phase != (lcp ? LCP : IPV6CP))
		begin_again(d, h, lcp);
	a.nak = writer_new(a.nak_options, sizeof(a.nak_options));
	a.reject = writer_new(a.reject_options, sizeof(a.reject_options));
	if (lcp) {
		h->auth = PPP_AUTH_OTHER;
		h->peer_magic = 0;
	}
	while (ppp_option_next(&r, &o))
		(lcp ? judge_lcp : judge_ipv6cp)(d, h, &o, &a);
	if (r.failed) {
		host_explain(d, h, "options that do not fill their packet");
		return;
	}
	if (writer_length(&a.reject)) {
		code = PPP_CODE_CONFIGURE_REJECT;
		options = writer_bytes(&a.reject);
	} else if (writer_length(&a.nak)) {
		code = PPP_CODE_CONFIGURE_NAK;
		options = writer_bytes(&a.nak);
	}
	n->agreed = code == PPP_CODE_CONFIGURE_ACK;
	host_send_packet(d, h, protocol_of(lcp), code, p->id, options);
	if (n->agreed && n->acked)
		opened(d, h, lcp);
}

/* --- the router's answers --- */

static void acknowledged(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p)
{
	struct negotiation *n = negotiation_of(h, lcp);
	uint8_t buf[REQUEST_MAX];

	if (!bytes_equal(p->data, our_options(h, lcp, buf))) {
		host_explain(d, h, "an Ack of something else than our request");
		return;
	}
	if (!lcp && !h->identifier) {
		host_explain(d, h, "an Ack of identifier 0");
		host_lost(d, h);
		return;
	}
	n->acked = true;
	n->tries = 0;
	if (n->agreed)
		opened(d, h, lcp);
}

/* Of one option of ours; false: it cannot be. */
static bool adopt(struct dialler *d, struct host *h, bool lcp, bool rejected,
		  const struct ppp_option *o)
{
	uint64_t identifier = 0;

	if (!lcp) {
		if (rejected || o->type != PPP_IPV6CP_IDENTIFIER ||
		    !ppp_option_u64(o, &identifier) || !identifier)
			return false;
		h->identifier = identifier;
		return true;
	}
	if (o->type != PPP_LCP_MRU && o->type != PPP_LCP_MAGIC)
		return false;
	if (rejected || o->type == PPP_LCP_MRU)
		h->lcp.refused |= BIT(o->type);
	else
		h->magic = new_magic(d);
	if (h->lcp.refused & BIT(PPP_LCP_MAGIC))
		h->magic = 0;
	return true;
}

static void refused(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p)
{
	struct negotiation *n = negotiation_of(h, lcp);
	struct reader r = reader_new(p->data);
	struct ppp_option o;

	while (ppp_option_next(&r, &o))
		if (!adopt(d, h, lcp, p->code == PPP_CODE_CONFIGURE_REJECT, &o)) {
			host_explain(d, h, "a Nak or Reject of what was not asked, or must be");
			host_refused(d, h);
			return;
		}
	if (r.failed || !p->data.n) {
		host_explain(d, h, "a Nak or Reject that cannot be read");
	} else if (n->tries >= MAX_CONFIGURE) {
		host_lost(d, h);
	} else {
		n->id++;
		send_request(d, h, lcp);
	}
}

static void answered(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p)
{
	const struct negotiation *n = negotiation_of(h, lcp);

	if (h->phase != (lcp ? LCP : IPV6CP) || p->id != n->id || n->acked)
		d->counts.unexpected++;
	else if (p->code == PPP_CODE_CONFIGURE_ACK)
		acknowledged(d, h, lcp, p);
	else
		refused(d, h, lcp, p);
}

/* --- the end --- */

static void terminate(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p)
{
	host_send_packet(d, h, protocol_of(lcp), PPP_CODE_TERMINATE_ACK, p->id, BYTES(NULL, 0));
	if (h->phase != END)
		host_ended(d, h);
}

static void terminated(struct dialler *d, struct host *h)
{
	if (h->phase == END)
		host_ended(d, h);
	else
		d->counts.unexpected++;
}

/* --- keep-alive --- */

void control_echo(struct dialler *d, struct host *h)
{
	const struct ppp_echo e = { .magic = h->magic };
	uint8_t buf[4];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_echo_write(&w, &e);
	h->echoed = d->now;
	h->waits_for_echo = true;
	d->counts.echoes++;
	host_send_packet(d, h, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, ++h->echo_id,
			 writer_bytes(&w));
}

static void echo_request(struct dialler *d, struct host *h, const struct ppp_packet *p,
			 struct ppp_echo *e)
{
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (h->phase <= LCP) {
		d->counts.unexpected++;
		return;
	}
	e->magic = h->magic;
	ppp_echo_write(&w, e);
	d->counts.echoes_answered++;
	host_send_packet(d, h, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY, p->id, writer_bytes(&w));
}

static void echo(struct dialler *d, struct host *h, const struct ppp_packet *p)
{
	struct ppp_echo e;

	if (ppp_echo_read(p->data, &e) < 0 || e.magic != h->peer_magic) {
		host_explain(d, h, "an echo without the router's magic number");
	} else if (p->code == PPP_CODE_ECHO_REQUEST) {
		echo_request(d, h, p, &e);
	} else if (h->waits_for_echo && p->id == h->echo_id) {
		h->waits_for_echo = false;
		d->counts.echo_replies++;
		histogram_add(&d->echo, d->now - h->echoed);
	} else {
		d->counts.unexpected++;
	}
}

/* --- packets --- */

void control_reject(struct dialler *d, struct host *h, uint16_t protocol, struct bytes packet)
{
	const struct ppp_protocol_reject p = { protocol, packet };
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_protocol_reject_write(&w, ++h->id, &p, sizeof(buf));
	host_send(d, h, PPP_PROTOCOL_LCP, writer_bytes(&w));
}

static void reject_code(struct dialler *d, struct host *h, bool lcp, struct bytes packet)
{
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ppp_code_reject_write(&w, ++h->id, packet, sizeof(buf));
	host_send(d, h, protocol_of(lcp), writer_bytes(&w));
}

void control_receive(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p)
{
	/* EAP-Success may have been lost (RFC 3748 4.2) */
	if (!lcp && h->phase == AUTHENTICATION && h->auth == PPP_AUTH_EAP && h->answered)
		control_begin(d, h, false);
	if (!lcp && h->phase < IPV6CP) {
		d->counts.unexpected++;
		return;
	}
	switch (p->code) {
	case PPP_CODE_CONFIGURE_REQUEST:
		if (h->phase == END)
			d->counts.unexpected++;
		else
			request(d, h, lcp, p);
		break;
	case PPP_CODE_CONFIGURE_ACK:
	case PPP_CODE_CONFIGURE_NAK:
	case PPP_CODE_CONFIGURE_REJECT:
		answered(d, h, lcp, p);
		break;
	case PPP_CODE_TERMINATE_REQUEST:
		terminate(d, h, lcp, p);
		break;
	case PPP_CODE_TERMINATE_ACK:
		terminated(d, h);
		break;
	case PPP_CODE_CODE_REJECT:
	case PPP_CODE_PROTOCOL_REJECT:
		host_explain(d, h, "a reject of what every router knows");
		break;
	case PPP_CODE_ECHO_REQUEST:
	case PPP_CODE_ECHO_REPLY:
		echo(d, h, p);
		break;
	case PPP_CODE_DISCARD_REQUEST:
		break;
	default:
		reject_code(d, h, lcp, p->whole);
	}
}
