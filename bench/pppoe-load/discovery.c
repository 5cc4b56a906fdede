/* SPDX-License-Identifier: Apache-2.0 */
#include "dial.h"

#include "proto/nd.h"

#define WAIT      NSEC_PER_SEC /* doubled each time (RFC 2516 8) */
#define TRIES_MAX 5

static void say(struct dialler *d, const struct host *h, struct mac_addr to,
		const struct pppoe_discovery *p)
{
	uint8_t buf[14 + PPPOE_PADI_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ether_write(&w, to, host_mac(d, h), PPPOE_ETHERTYPE_DISCOVERY);
	if (pppoe_encode(p, &w) == 0)
		d->send(d->ctx, writer_bytes(&w));
}

/* Each host names itself, so that one MAC address can have many. */
static struct bytes uniq(const struct dialler *d, const struct host *h, uint8_t buf[4])
{
	struct writer w = writer_new(buf, 4);

	write_u32(&w, host_number(d, h));
	return writer_bytes(&w);
}

uint32_t discovery_host(const struct dialler *d, const struct pppoe_discovery *p)
{
	struct reader r = reader_new(p->host_uniq);
	uint32_t host = read_u32(&r);

	return r.failed || reader_left(&r) || host >= d->o->sessions ? SESSIONS_MAX : host;
}

static struct bytes wanted_service(const struct dialler *d)
{
	return BYTES(d->o->service, strlen(d->o->service));
}

static void initiate(struct dialler *d, struct host *h)
{
	static const struct mac_addr everybody = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	uint8_t buf[4];
	const struct pppoe_discovery p = { .code = PPPOE_PADI,
					   .services = { wanted_service(d) },
					   .n_services = 1,
					   .host_uniq = uniq(d, h, buf) };

	say(d, h, everybody, &p);
	host_wait(d, h, WAIT << h->tries);
}

static void request(struct dialler *d, struct host *h)
{
	uint8_t buf[4];
	const struct pppoe_discovery p = {
		.code = PPPOE_PADR,
		.services = { wanted_service(d) },
		.n_services = 1,
		.host_uniq = uniq(d, h, buf),
		.ac_cookie = BYTES(h->cookie_length ? h->cookie : NULL, h->cookie_length),
		.relay_session_id = BYTES(h->relay_length ? h->relay : NULL, h->relay_length)
	};

	say(d, h, h->router, &p);
	host_wait(d, h, WAIT << h->tries);
}

void discovery_begin(struct dialler *d, struct host *h)
{
	host_enter(d, h, OFFER);
	initiate(d, h);
}

void discovery_end(struct dialler *d, struct host *h)
{
	const struct pppoe_discovery p = { .code = PPPOE_PADT, .session = h->session };

	say(d, h, h->router, &p);
}

void discovery_timeout(struct dialler *d, struct host *h)
{
	if (++h->tries >= TRIES_MAX) {
		host_lost(d, h);
		return;
	}
	d->counts.repeated++;
	if (h->phase == OFFER)
		initiate(d, h);
	else
		request(d, h);
}

static bool has_service(const struct dialler *d, const struct pppoe_discovery *p)
{
	for (size_t i = 0; i < p->n_services; i++)
		if (bytes_equal(p->services[i], wanted_service(d)))
			return true;
	return !wanted_service(d).n; /* any will do */
}

static bool keep_tag(struct bytes tag, uint8_t *to, uint8_t *length)
{
	if (tag.n > TAG_MAX)
		return false;
	if (tag.n)
		memcpy(to, tag.p, tag.n);
	*length = (uint8_t)tag.n;
	return true;
}

static void offered(struct dialler *d, struct host *h, struct mac_addr from,
		    const struct pppoe_discovery *p)
{
	if (h->phase != OFFER) { /* the first one counts */
		d->counts.unexpected++;
	} else if (!has_service(d, p)) {
		host_explain(d, h, "an offer without the service");
	} else if (!keep_tag(p->ac_cookie, h->cookie, &h->cookie_length) ||
		   !keep_tag(p->relay_session_id, h->relay, &h->relay_length)) {
		host_explain(d, h, "an offer whose cookie or relay's tag is too long");
	} else {
		h->router = from;
		host_enter(d, h, SESSION);
		request(d, h);
	}
}

static void confirmed(struct dialler *d, struct host *h, const struct pppoe_discovery *p)
{
	if (h->phase != SESSION) {
		d->counts.unexpected++;
	} else if (!p->session) {
		host_refused(d, h);
	} else if (!has_service(d, p)) {
		host_explain(d, h, "a session of another service");
	} else if (d->o->one_mac && d->of_session[p->session]) {
		host_explain(d, h, "a session that another host has");
	} else {
		h->session = p->session;
		if (d->o->one_mac)
			d->of_session[p->session] = host_number(d, h) + 1;
		control_begin(d, h, true);
	}
}

static void terminated(struct dialler *d, struct host *h, const struct pppoe_discovery *p)
{
	if (!h->session || p->session != h->session) {
		d->counts.unexpected++;
		return;
	}
	host_ended(d, h);
}

void discovery_receive(struct dialler *d, struct host *h, struct mac_addr from,
		       const struct pppoe_discovery *p)
{
	if (p->code != PPPOE_PADO && !mac_equal(from, h->router))
		d->counts.unexpected++;
	else if (p->code == PPPOE_PADT)
		terminated(d, h, p);
	else if (discovery_host(d, p) != host_number(d, h))
		host_explain(d, h, "an answer without its Host-Uniq");
	else if (p->code == PPPOE_PADO)
		offered(d, h, from, p);
	else
		confirmed(d, h, p);
}
