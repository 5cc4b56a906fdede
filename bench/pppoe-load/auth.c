/* SPDX-License-Identifier: Apache-2.0 */
#include "dial.h"

#include <nettle/md5.h>
#include <stdio.h>

#define RETRY     (3 * NSEC_PER_SEC)
#define TRIES_MAX 10

static struct bytes secret_of(const struct dialler *d)
{
	return BYTES(d->o->secret, strlen(d->o->secret));
}

/* MD5 of identifier, secret and challenge (RFC 1994 4.1, RFC 3748 5.4). */
static void answer_challenge(const struct dialler *d, struct host *h, uint8_t id,
			     struct bytes challenge)
{
	struct md5_ctx c;

	md5_init(&c);
	md5_update(&c, 1, &id);
	md5_update(&c, secret_of(d).n, secret_of(d).p);
	md5_update(&c, challenge.n, challenge.p);
	md5_digest(&c, sizeof(h->digest), h->digest);
	h->id = id;
	h->answered = true;
}

/* The answer to PAP or to the latest challenge, which may be said again (RFC 1994 4.1). */
static void send_answer(struct dialler *d, struct host *h)
{
	char user[TEXT_MAX + 1];
	const size_t n = host_user(d, h, user);
	uint8_t buf[512 + PPP_PACKET_HEADER];
	struct writer w = writer_new(buf, sizeof(buf));
	const bool pap = h->auth == PPP_AUTH_PAP;
	const size_t start = ppp_packet_begin(&w, pap ? PPP_PAP_REQUEST : PPP_CHAP_RESPONSE, h->id);

	if (pap)
		ppp_pap_request_write(&w,
				      &(struct ppp_pap_request){ BYTES(user, n), secret_of(d) });
	else
		ppp_chap_value_write(
			&w, &(struct ppp_chap_value){ BYTES(h->digest, 16), BYTES(user, n) });
	ppp_packet_end(&w, start);
	host_send(d, h, pap ? PPP_PROTOCOL_PAP : PPP_PROTOCOL_CHAP, writer_bytes(&w));
}

void auth_begin(struct dialler *d, struct host *h)
{
	host_enter(d, h, AUTHENTICATION);
	h->answered = false;
	h->id = (uint8_t)rng_next(&d->rng);
	if (h->auth == PPP_AUTH_PAP)
		send_answer(d, h);
	host_wait(d, h, RETRY);
}

void auth_timeout(struct dialler *d, struct host *h)
{
	if (++h->tries >= TRIES_MAX) {
		host_lost(d, h);
		return;
	}
	if (h->auth == PPP_AUTH_PAP || (h->auth == PPP_AUTH_CHAP_MD5 && h->answered)) {
		d->counts.repeated++;
		send_answer(d, h);
	}
	host_wait(d, h, RETRY);
}

/* A verdict that comes again is of no interest. */
static void verdict(struct dialler *d, struct host *h, bool good)
{
	if (h->phase != AUTHENTICATION)
		d->counts.unexpected++;
	else if (good)
		control_begin(d, h, false);
	else
		host_refused(d, h);
}

static void pap(struct dialler *d, struct host *h, const struct ppp_packet *p)
{
	struct bytes message;

	if (ppp_pap_message_read(p->data, &message) < 0 || p->id != h->id ||
	    (p->code != PPP_PAP_ACK && p->code != PPP_PAP_NAK))
		host_explain(d, h, "a PAP packet that is no answer");
	else
		verdict(d, h, p->code == PPP_PAP_ACK);
}

static void chap(struct dialler *d, struct host *h, const struct ppp_packet *p)
{
	struct ppp_chap_value challenge;

	if (p->code == PPP_CHAP_CHALLENGE && ppp_chap_value_read(p->data, &challenge) == 0) {
		answer_challenge(d, h, p->id, challenge.value);
		send_answer(d, h);
	} else if ((p->code == PPP_CHAP_SUCCESS || p->code == PPP_CHAP_FAILURE) && h->answered &&
		   p->id == h->id) {
		verdict(d, h, p->code == PPP_CHAP_SUCCESS);
	} else {
		host_explain(d, h, "a CHAP packet that cannot be read, or answers nothing");
	}
}

/* --- EAP --- */

static void eap_respond(struct dialler *d, struct host *h, uint8_t id, uint8_t type,
			struct bytes data)
{
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));
	const size_t start = ppp_packet_begin(&w, PPP_EAP_RESPONSE, id);

	ppp_eap_write(&w, &(struct ppp_eap){ type, data });
	ppp_packet_end(&w, start);
	host_send(d, h, PPP_PROTOCOL_EAP, writer_bytes(&w));
}

static void eap_md5(struct dialler *d, struct host *h, uint8_t id, struct bytes data)
{
	struct ppp_chap_value challenge;
	uint8_t buf[1 + sizeof(h->digest)];
	struct writer w = writer_new(buf, sizeof(buf));

	if (ppp_chap_value_read(data, &challenge) < 0) {
		host_explain(d, h, "a challenge that cannot be read");
		return;
	}
	answer_challenge(d, h, id, challenge.value);
	ppp_chap_value_write(&w, &(struct ppp_chap_value){ .value = BYTES(h->digest, 16) });
	eap_respond(d, h, id, PPP_EAP_MD5, writer_bytes(&w));
}

static void eap_request(struct dialler *d, struct host *h, uint8_t id, const struct ppp_eap *e)
{
	const uint8_t md5 = PPP_EAP_MD5;
	char user[TEXT_MAX + 1];

	if (e->type == PPP_EAP_IDENTITY)
		eap_respond(d, h, id, PPP_EAP_IDENTITY, BYTES(user, host_user(d, h, user)));
	else if (e->type == PPP_EAP_NOTIFICATION)
		eap_respond(d, h, id, PPP_EAP_NOTIFICATION, BYTES(NULL, 0));
	else if (e->type == PPP_EAP_MD5)
		eap_md5(d, h, id, e->data);
	else
		eap_respond(d, h, id, PPP_EAP_NAK, BYTES(&md5, 1));
}

static void eap(struct dialler *d, struct host *h, const struct ppp_packet *p)
{
	struct ppp_eap e;

	if (ppp_eap_read(p, &e) < 0 || p->code == PPP_EAP_RESPONSE)
		host_explain(d, h, "an EAP packet that cannot be read, or is a host's");
	else if (p->code == PPP_EAP_REQUEST)
		eap_request(d, h, p->id, &e);
	else if (p->code == PPP_EAP_SUCCESS && !h->answered)
		host_explain(d, h, "EAP-Success without a challenge");
	else
		verdict(d, h, p->code == PPP_EAP_SUCCESS);
}

void auth_receive(struct dialler *d, struct host *h, uint16_t protocol, const struct ppp_packet *p)
{
	static const uint16_t protocols[] = { [PPP_AUTH_PAP] = PPP_PROTOCOL_PAP,
					      [PPP_AUTH_CHAP_MD5] = PPP_PROTOCOL_CHAP,
					      [PPP_AUTH_EAP] = PPP_PROTOCOL_EAP };

	if (h->phase < AUTHENTICATION || h->phase >= END)
		d->counts.unexpected++;
	else if (protocol != protocols[h->auth])
		host_explain(d, h, "another authentication protocol than was agreed upon");
	else if (protocol == PPP_PROTOCOL_PAP)
		pap(d, h, p);
	else if (protocol == PPP_PROTOCOL_CHAP)
		chap(d, h, p);
	else
		eap(d, h, p);
}
