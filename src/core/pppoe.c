/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access concentrator of PPPoE (RFC 2516): discovery, and what the packets of a session are
 * wrapped in. An offer costs no memory: its cookie says to whom it was made.
 */
#include "core/ppp_internal.h"

#include <errno.h>
#include <string.h>

#define ANSWER_GAP (NSEC_PER_SEC / 2000) /* between offers of a port, and ends of no sessions */
#define ANSWERS    2000                  /* at once: power has come back to a street */
#define FRAME_MAX  (14 + PPPOE_PACKET_MAX)
#define COOKIE     8
#define TEXT(s)    BYTES(s, sizeof(s) - 1)

/* A frame of ours is made in `buf` of FRAME_MAX octets. */
static struct writer frame(const struct ar *ar, struct mac_addr host, uint16_t ethertype,
			   uint8_t *buf)
{
	struct writer w = writer_new(buf, FRAME_MAX);

	ether_write(&w, host, ar->config.router_mac, ethertype);
	return w;
}

static void send_frame(uint32_t ifindex, uint32_t id, const struct writer *w, struct actions *out)
{
	struct action *a;
	struct bytes copy;

	if (w->failed)
		return; /* an answer that would be too long: none is better than half of one */
	copy = actions_copy(out, writer_bytes(w));
	a = action_add(out, ACTION_LINK_SEND, id);
	a->link_send.ifindex = ifindex;
	a->link_send.frame = copy;
}

void ppp_send(const struct ar *ar, const struct ar_peer *to, uint32_t id, uint16_t protocol,
	      struct bytes packet, struct actions *out)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = frame(ar, to->host, PPPOE_ETHERTYPE_SESSION, buf);

	pppoe_session_write(&w, to->session, protocol, packet.n);
	write_bytes(&w, packet);
	send_frame(to->ifindex, id, &w, out);
}

void ppp_session_send(const struct ar *ar, const struct ppp_session *s, uint16_t protocol,
		      struct bytes packet, struct actions *out)
{
	const struct ar_peer to = { .ifindex = ar->access.config.ports[s->link->index].ifindex,
				    .host = s->mac,
				    .session = s->number };

	ppp_send(ar, &to, s->host ? s->host->base.client.id : 0, protocol, packet, out);
}

static void terminate(const struct ar *ar, const struct access_link *l, struct mac_addr host,
		      uint16_t number, struct actions *out)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = frame(ar, host, PPPOE_ETHERTYPE_DISCOVERY, buf);
	const struct pppoe_discovery padt = { .code = PPPOE_PADT, .session = number };

	pppoe_encode(&padt, &w);
	send_frame(ar->access.config.ports[l->index].ifindex, 0, &w, out);
}

void pppoe_terminate(const struct ar *ar, const struct ppp_session *s, struct actions *out)
{
	terminate(ar, s->link, s->mac, s->number, out);
}

/* discovery */

struct request {
	struct ar *ar;
	struct access_link *link;
	struct mac_addr host;
	struct pppoe_discovery p;
	const struct access_input *in;
};

/* To whom an offer was made (RFC 2516 5.2): nobody else can ask for a session in its name. */
static uint64_t cookie_of(const struct request *r)
{
	struct {
		uint64_t port;
		struct mac_addr host;
		uint8_t zero[2];
	} of = { r->ar->access.config.ports[r->link->index].ifindex, r->host, { 0 } };
	uint64_t key[2];

	memcpy(key, r->ar->config.pppoe.key, sizeof(key));
	return siphash24(key, &of, sizeof(of));
}

static bool has_cookie(const struct request *r)
{
	uint8_t buf[COOKIE];
	struct writer w = writer_new(buf, sizeof(buf));

	write_u64(&w, cookie_of(r));
	return r->p.ac_cookie.n == COOKIE && bytes_equal_const(buf, r->p.ac_cookie.p, COOKIE);
}

static struct bytes our_service(const struct request *r)
{
	const char *s = r->ar->config.pppoe.service;

	return BYTES(s, strlen(s));
}

/* An empty name asks for whatever there is (RFC 2516 5.1). */
static bool is_served(const struct request *r)
{
	const struct bytes own = our_service(r), asked = r->p.services[0];

	return own.n == 0 || asked.n == 0 || bytes_equal(own, asked);
}

/* Says it to the host, with what that wants to see again. */
static void answer(const struct request *r, struct pppoe_discovery d)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = frame(r->ar, r->host, PPPOE_ETHERTYPE_DISCOVERY, buf);

	d.host_uniq = r->p.host_uniq;
	d.relay_session_id = r->p.relay_session_id;
	pppoe_encode(&d, &w);
	send_frame(r->ar->access.config.ports[r->link->index].ifindex, 0, &w, r->in->out);
}

static void offer(const struct request *r)
{
	const char *name = r->ar->config.pppoe.name;
	uint8_t cookie[COOKIE];
	struct writer c = writer_new(cookie, sizeof(cookie));
	struct pppoe_discovery pado = { .code = PPPOE_PADO,
					.services = { r->p.services[0], our_service(r) },
					.n_services = 1,
					.ac_name = BYTES(name, strlen(name)) };

	if (r->p.services[0].n == 0 && our_service(r).n)
		pado.n_services++;
	write_u64(&c, cookie_of(r));
	pado.ac_cookie = writer_bytes(&c);
	answer(r, pado);
	r->ar->pppoe.outcomes[AR_PPPOE_OFFERED]++;
}

static void initiation(struct request *r)
{
	struct ar *ar = r->ar;

	if (!is_served(r)) /* who cannot serve it says nothing (RFC 2516 5.2) */
		ar->access.drops[DROP_PPPOE_SERVICE]++;
	else if (!bucket_take(&ar->ppp.ports[r->link->index].offers, r->in->now.mono, ANSWER_GAP,
			      ANSWERS))
		ar->access.drops[DROP_RATE_LIMITED]++;
	else
		offer(r);
}

/* PADS: the session (RFC 2516 5.4). */
static void confirm(const struct request *r, uint16_t number)
{
	answer(r, (struct pppoe_discovery){ .code = PPPOE_PADS,
					    .session = number,
					    .services = { r->p.services[0] },
					    .n_services = 1 });
}

/* Or none, and why. */
static void refuse(const struct request *r, struct pppoe_discovery pads)
{
	pads.code = PPPOE_PADS;
	pads.services[0] = r->p.services[0];
	pads.n_services = 1;
	answer(r, pads);
	r->ar->pppoe.outcomes[AR_PPPOE_REFUSED]++;
}

/* Of what the host asked with; not 0. */
static uint64_t digest_of(const struct request *r)
{
	const struct bytes u = r->p.host_uniq;

	return hash_key(&r->ar->ppp.by_mac, u.p, u.n) | 1;
}

/* A host whose PADS was lost asks again, and gets the same. */
static void open(struct request *r)
{
	struct ar *ar = r->ar;
	const uint64_t request = digest_of(r);
	struct ppp_session *s = NULL;
	const uint32_t n = ppp_count(ar, r->link, r->host, request, &s);

	if (s) {
		confirm(r, s->number);
		return;
	}
	if (n < ar->config.pppoe.sessions_per_mac)
		s = ppp_session_new(ar, r->link, r->host, 0, r->in->now.mono);
	if (!s) {
		ar->access.drops[DROP_SESSIONS_FULL]++;
		refuse(r, (struct pppoe_discovery){ .ac_system_error = TEXT("too many sessions") });
		return;
	}
	ar->pppoe.outcomes[AR_PPPOE_BEGUN]++;
	s->request = request;
	confirm(r, s->number);
	ppp_lcp_start(ar, s, r->in);
}

static void request(struct request *r)
{
	struct ar *ar = r->ar;

	if (!has_cookie(r)) {
		ar->access.drops[DROP_PPPOE_COOKIE]++;
	} else if (!is_served(r)) {
		ar->access.drops[DROP_PPPOE_SERVICE]++;
		refuse(r,
		       (struct pppoe_discovery){ .service_name_error = TEXT("no such service") });
	} else {
		open(r);
	}
}

static void termination(struct request *r)
{
	struct ppp_session *s = ppp_find(r->ar, r->link, r->host, r->p.session);

	if (s)
		ppp_end(r->ar, s, AR_END_HUNG_UP, r->in);
	else
		r->ar->access.drops[DROP_PPPOE_SESSION]++;
}

/* From a host, on a port with PPP. */
static bool is_hosts(struct ar *ar, const struct access_link *l, struct mac_addr source)
{
	if (!ar_is_host(ar, l, source))
		return false;
	if (ar_is_ppp(ar, l))
		return true;
	ar->access.drops[DROP_PPPOE_IGNORED]++;
	return false;
}

void pppoe_discovery(struct ar *ar, const struct packet *p, struct now now, struct actions *out)
{
	const struct access_input in = { .now = now, .out = out };
	struct request r = { .ar = ar,
			     .link = access_link_find(&ar->access, p->ifindex),
			     .host = p->source,
			     .in = &in };
	int err;

	if (!is_hosts(ar, r.link, r.host))
		return;
	err = pppoe_decode(p->payload, &r.p);
	if (err) {
		ar->access.drops[err == -ENOMSG ? DROP_PPPOE_IGNORED : DROP_PPPOE_MALFORMED]++;
		return;
	}
	if (r.p.code == PPPOE_PADT)
		termination(&r);
	else if (ar->access.stopping)
		ar->access.drops[DROP_PPPOE_IGNORED]++;
	else if (r.p.code == PPPOE_PADI)
		initiation(&r);
	else if (r.p.code == PPPOE_PADR)
		request(&r);
	else
		ar->access.drops[DROP_PPPOE_IGNORED]++;
}

/* sessions */

static void from_host(struct ar *ar, struct ppp_session *s, struct bytes packet,
		      enum packet_why why, struct now now, struct actions *out)
{
	struct ar_frame f = { .link = s->link, .host = s->mac, .session = s };
	const struct access_input in = { .now = now, .out = out, .packet = &f.ip };

	if (s->phase != AR_SESSION_OPEN)
		ar->access.drops[DROP_PPP_EARLY]++;
	else if (access_frame(&ar->access, packet, &f.ip))
		ar_from_host(ar, &f, why, &in);
}

/* Nothing of the network layer before authentication. req: AR-33 */
static void control(struct ar *ar, struct ppp_session *s, uint16_t protocol, struct bytes packet,
		    const struct access_input *in)
{
	struct ppp_packet p;

	if (protocol != PPP_PROTOCOL_LCP && s->phase < AR_SESSION_NETWORK &&
	    !ppp_auth_is_protocol(protocol)) {
		ar->access.drops[DROP_PPP_EARLY]++;
	} else if (protocol != PPP_PROTOCOL_LCP && protocol != PPP_PROTOCOL_IPV6CP &&
		   !ppp_auth_is_protocol(protocol)) {
		ar->access.drops[DROP_PPP_PROTOCOL]++;
		ppp_lcp_reject_protocol(ar, s, protocol, packet, in);
	} else if (ppp_packet_read(packet, &p) < 0) {
		ar->access.drops[DROP_PPP_MALFORMED]++;
	} else if (protocol == PPP_PROTOCOL_LCP) {
		ppp_lcp_receive(ar, s, &p, in);
	} else if (protocol == PPP_PROTOCOL_IPV6CP) {
		ppp_ip6cp_receive(ar, s, &p, in);
	} else {
		ppp_auth_receive(ar, s, protocol, &p, in);
	}
}

/* Of another router, or lost by a restart: the host hears that it has to dial in anew. */
static void unknown(struct ar *ar, struct access_link *l, struct mac_addr host, uint16_t number,
		    const struct access_input *in)
{
	ar->access.drops[DROP_PPPOE_SESSION]++;
	if (bucket_take(&ar->ppp.ports[l->index].unknown, in->now.mono, ANSWER_GAP, ANSWERS))
		terminate(ar, l, host, number, in->out);
}

void pppoe_session(struct ar *ar, const struct packet *p, struct now now, struct actions *out)
{
	const struct access_input in = { .now = now, .out = out };
	struct access_link *l = access_link_find(&ar->access, p->ifindex);
	struct pppoe_session frame;
	struct ppp_session *s;

	if (!is_hosts(ar, l, p->source))
		return;
	if (pppoe_session_decode(p->payload, &frame) < 0 || frame.payload.n > PPPOE_MRU_MAX) {
		ar->access.drops[DROP_PPPOE_MALFORMED]++;
		return;
	}
	s = ppp_find(ar, l, p->source, frame.session);
	if (!s) {
		unknown(ar, l, p->source, frame.session, &in);
		return;
	}
	s->silence = 0;
	s->request = 0;
	if (s->terminating && frame.protocol != PPP_PROTOCOL_LCP)
		ar->access.drops[DROP_PPP_UNEXPECTED]++;
	else if (frame.protocol == PPP_PROTOCOL_IPV6)
		from_host(ar, s, frame.payload, p->why, now, out);
	else
		control(ar, s, frame.protocol, frame.payload, &in);
}
