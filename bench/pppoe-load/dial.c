/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts: from their turn to their end, whose frames come in, whose time is up. */
#include "dial.h"

#include "proto/nd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char *const phase_names[PHASES] = {
	"turn",   "offer",         "session", "lcp", "authentication",
	"ipv6cp", "advertisement", "up",      "end", "gone"
};

static void *take(void *ctx, size_t n)
{
	return calloc(1, n);
}

int dialler_new(const struct options *o, uint64_t seed, struct dialler *ret)
{
	const struct memory m = { take, NULL };
	struct dialler d = { .o = o };
	uint64_t key[2];

	rng_seed(&d.rng, seed);
	key[0] = rng_next(&d.rng);
	key[1] = rng_next(&d.rng);
	d.hosts = calloc(o->sessions, sizeof(*d.hosts));
	d.of_session = calloc(1u << 16, sizeof(*d.of_session));
	if (!d.hosts || !d.of_session || heap_new(&d.timers, &m, o->sessions) < 0 ||
	    hash_new(&d.addresses, &m, o->sessions, key) < 0) {
		dialler_done(&d);
		return -ENOMEM;
	}
	*ret = d;
	return 0;
}

void dialler_done(struct dialler *d)
{
	free(d->hosts);
	free(d->of_session);
	free(d->timers.v);
	free(d->addresses.buckets);
}

/* --- what a host is and says --- */

/* The number is in the last three octets, after those of the first one. */
struct mac_addr host_mac(const struct dialler *d, const struct host *h)
{
	struct mac_addr mac = d->o->mac;
	uint32_t n = host_number(d, h);

	for (int i = 5; n && i > 2 && !d->o->one_mac; i--) {
		n += mac.b[i];
		mac.b[i] = (uint8_t)n;
		n >>= 8;
	}
	return mac;
}

/* Whose MAC address that is; SESSIONS_MAX: nobody's. */
static uint32_t number_of_mac(const struct dialler *d, struct mac_addr mac)
{
	uint32_t n = 0, first = 0;

	for (int i = 3; i < 6; i++) {
		n = n << 8 | mac.b[i];
		first = first << 8 | d->o->mac.b[i];
	}
	n = (n - first) & 0xffffff;
	return memcmp(mac.b, d->o->mac.b, 3) == 0 && n < d->o->sessions ? n : SESSIONS_MAX;
}

size_t host_user(const struct dialler *d, const struct host *h, char ret[TEXT_MAX + 1])
{
	const char *number = strstr(d->o->user, "%u");
	int n = number ? snprintf(ret, TEXT_MAX + 1, "%.*s%u%s", (int)(number - d->o->user),
				  d->o->user, host_number(d, h), number + 2)
		       : snprintf(ret, TEXT_MAX + 1, "%s", d->o->user);

	return n < TEXT_MAX ? (size_t)n : TEXT_MAX;
}

void host_send(struct dialler *d, const struct host *h, uint16_t protocol, struct bytes packet)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	ether_write(&w, h->router, host_mac(d, h), PPPOE_ETHERTYPE_SESSION);
	pppoe_session_write(&w, h->session, protocol, packet.n);
	write_bytes(&w, packet);
	d->send(d->ctx, writer_bytes(&w));
}

void host_send_packet(struct dialler *d, const struct host *h, uint16_t protocol, uint8_t code,
		      uint8_t id, struct bytes data)
{
	const struct ppp_packet p = { .code = code, .id = id, .data = data };
	uint8_t buf[PPPOE_MRU_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (ppp_packet_write(&w, &p) == 0)
		host_send(d, h, protocol, writer_bytes(&w));
}

void host_explain(struct dialler *d, const struct host *h, const char *what)
{
	d->counts.wrong++;
	if (d->explained++ < EXPLANATIONS_MAX)
		fprintf(stderr, "netmip4-pppoe-load: host %u, which waits for %s: %s\n",
			host_number(d, h), phase_names[h->phase], what);
}

/* --- phases --- */

static bool is_dialling(const struct host *h)
{
	return h->phase != WAITS && h->phase != UP && h->phase != GONE;
}

void host_enter(struct dialler *d, struct host *h, enum phase p)
{
	d->n_dialling -= is_dialling(h);
	h->phase = (uint8_t)p;
	h->tries = 0;
	d->n_dialling += is_dialling(h);
	heap_clear(&d->timers, &h->timer);
}

void host_wait(struct dialler *d, struct host *h, nsec_t time)
{
	heap_set(&d->timers, &h->timer, d->now + time);
}

static void gone(struct dialler *d, struct host *h)
{
	if (h->session)
		discovery_end(d, h);
	network_forget(d, h);
	if (d->o->one_mac)
		d->of_session[h->session] = 0;
	h->session = 0;
	host_enter(d, h, GONE);
}

void host_lost(struct dialler *d, struct host *h)
{
	d->counts.lost[h->phase]++;
	gone(d, h);
}

void host_refused(struct dialler *d, struct host *h)
{
	d->counts.refused[h->phase]++;
	gone(d, h);
}

/* That was what it wanted, if it waits for its end. */
void host_ended(struct dialler *d, struct host *h)
{
	if (h->phase == END)
		d->counts.hung_up++;
	else if (h->up)
		d->counts.ended++;
	else
		d->counts.refused[h->phase]++;
	gone(d, h);
}

void dial_begin(struct dialler *d, uint32_t host)
{
	struct host *h = &d->hosts[host];

	h->began = d->now;
	discovery_begin(d, h);
}

void dial_hang_up(struct dialler *d, uint32_t host)
{
	control_terminate(d, &d->hosts[host]);
}

void dial_echo(struct dialler *d, uint32_t host)
{
	control_echo(d, &d->hosts[host]);
}

/* --- frames --- */

static void session(struct dialler *d, struct host *h, const struct pppoe_session *s)
{
	struct ppp_packet p;

	if (s->protocol == PPP_PROTOCOL_IPV6)
		network_receive(d, h, s->payload);
	else if (s->protocol != PPP_PROTOCOL_LCP && s->protocol != PPP_PROTOCOL_IPV6CP &&
		 s->protocol != PPP_PROTOCOL_PAP && s->protocol != PPP_PROTOCOL_CHAP &&
		 s->protocol != PPP_PROTOCOL_EAP)
		control_reject(d, h, s->protocol, s->payload);
	else if (ppp_packet_read(s->payload, &p) < 0)
		host_explain(d, h, "a PPP packet that cannot be read");
	else if (s->protocol == PPP_PROTOCOL_LCP || s->protocol == PPP_PROTOCOL_IPV6CP)
		control_receive(d, h, s->protocol == PPP_PROTOCOL_LCP, &p);
	else
		auth_receive(d, h, s->protocol, &p);
}

static void on_session(struct dialler *d, uint32_t host, struct mac_addr from, struct bytes in)
{
	struct pppoe_session s;
	struct host *h;

	if (pppoe_session_decode(in, &s) < 0) {
		d->counts.wrong++;
		return;
	}
	if (d->o->one_mac)
		host = d->of_session[s.session] - 1;
	h = &d->hosts[host];
	if (host >= d->o->sessions || h->session != s.session || !mac_equal(h->router, from))
		d->counts.unexpected++;
	else
		session(d, h, &s);
}

/* A PADT has no Host-Uniq: it is of its session. */
static void on_discovery(struct dialler *d, uint32_t host, struct mac_addr from, struct bytes in)
{
	struct pppoe_discovery p;

	if (pppoe_decode(in, &p) < 0) {
		d->counts.wrong++;
		return;
	}
	if (p.code == PPPOE_PADI || p.code == PPPOE_PADR)
		return; /* other hosts' */
	if (d->o->one_mac)
		host = p.code == PPPOE_PADT ? d->of_session[p.session] - 1 : discovery_host(d, &p);
	if (host < d->o->sessions)
		discovery_receive(d, &d->hosts[host], from, &p);
	else
		d->counts.unexpected++;
}

void dial_receive(struct dialler *d, struct bytes frame)
{
	struct reader r = reader_new(frame);
	struct mac_addr to, from;
	uint16_t type;
	uint32_t host;

	read_copy(&r, &to, sizeof(to));
	read_copy(&r, &from, sizeof(from));
	type = read_u16(&r);
	host = number_of_mac(d, to);
	if (r.failed || (d->o->one_mac ? !mac_equal(to, d->o->mac) : host == SESSIONS_MAX))
		return; /* somebody else's */
	d->counts.received++;
	if (type == PPPOE_ETHERTYPE_SESSION)
		on_session(d, host, from, read_bytes(&r, reader_left(&r)));
	else if (type == PPPOE_ETHERTYPE_DISCOVERY)
		on_discovery(d, host, from, read_bytes(&r, reader_left(&r)));
}

/* --- time --- */

static void timeout(struct dialler *d, struct host *h)
{
	if (h->phase < UP && d->now - h->began >= d->o->timeout) {
		host_lost(d, h);
		return;
	}
	switch ((enum phase)h->phase) {
	case OFFER:
	case SESSION:
		discovery_timeout(d, h);
		break;
	case LCP:
	case END:
		control_timeout(d, h, true);
		break;
	case AUTHENTICATION:
		auth_timeout(d, h);
		break;
	case IPV6CP:
		control_timeout(d, h, false);
		break;
	case ADVERTISEMENT:
		network_timeout(d, h);
		break;
	case WAITS:
	case UP:
	case GONE:
	case PHASES:
		break;
	}
}

void dial_time(struct dialler *d)
{
	struct timer *t;

	while ((t = heap_first(&d->timers)) && t->due <= d->now) {
		heap_clear(&d->timers, t);
		timeout(d, container_of(t, struct host, timer));
	}
}

nsec_t dial_due(const struct dialler *d)
{
	return heap_due(&d->timers);
}
