/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DHCPv6 server for hosts of an access router (draft 3.1.2, RFC 8415 18.3): a proxy, in that
 * each address is the home agent's. What needs one and finds its host not registered waits for that
 * (ar_question.c).
 */
#include "core/ar_internal.h"
#include "proto/udp.h"

#include <errno.h>
#include <string.h>

#define INFINITE     0xffffffff
#define PREFERENCE   255                 /* we are the one server here (RFC 8415 18.2.1) */
#define CONFIRM_WAIT (30 * NSEC_PER_SEC) /* from an Advertise to its Request (A8) */
#define ETHERNET     1                   /* hardware type of DUIDs */

/* What answers what, of whom, and by which message. */
struct exchange {
	struct ar *ar;
	struct access_link *link;
	struct ar_peer peer;
	struct in6_addr client;
	const struct dhcp6_message *asked;
	struct ar_attachment *h; /* with a home address, or NULL */
	struct in6_addr home;    /* what is offered or given */
	struct ar_terms terms;
	const struct dhcp6_ia *ia; /* the one that gets it, or NULL */
	struct dhcp6_message reply;
};

void ar_dhcp6_count(struct ar *ar, enum dhcp6_type type, enum ar_dhcp6_outcome o)
{
	if (type < AR_DHCP6_TYPES)
		ar->dhcp6[type][o]++;
}

/* the reply */

static struct bytes server_duid(const struct ar *ar, uint8_t buf[AR_DUID_MAX])
{
	const struct ar_config *c = &ar->config;
	const struct dhcp6_duid d = { .type = DHCP6_DUID_LL,
				      .hardware = ETHERNET,
				      .id = BYTES(c->router_mac.b, sizeof(c->router_mac.b)) };
	struct writer w = writer_new(buf, AR_DUID_MAX);

	if (c->duid_length)
		return BYTES(c->duid, c->duid_length);
	dhcp6_duid_write(&w, &d);
	return writer_bytes(&w);
}

static bool is_extension(enum dhcp6_type type)
{
	return type == DHCP6_RENEW || type == DHCP6_REBIND;
}

/* Is it the client whose lease that is? One that has moved here has none yet (D19). */
static bool is_client(const struct ar_attachment *h, const struct dhcp6_message *m)
{
	return !h->lease.given ||
	       bytes_equal(m->client_id, BYTES(h->lease.duid, h->lease.duid_length));
}

static bool is_lease(const struct ar_attachment *h, const struct dhcp6_message *m,
		     const struct dhcp6_ia *ia)
{
	return is_client(h, m) && (!h->lease.given || h->lease.iaid == ia->iaid);
}

/* What is to be extended must be there (RFC 8415 18.3.4). What an association has no other of its
 * client gets, too; but another client at that MAC is the same host, started anew (D1). */
static bool may_have(const struct ar_attachment *h, const struct dhcp6_message *m,
		     const struct dhcp6_ia *ia, nsec_t now)
{
	if (is_lease(h, m, ia))
		return true;
	return !is_extension(m->type) && (!is_client(h, m) || h->lease.valid <= now);
}

/* A host has one home address: the association that had it, or the first that may have it. */
static const struct dhcp6_ia *chosen(const struct ar *ar, const struct access_link *l,
				     const struct ar_attachment *h, const struct dhcp6_message *m,
				     nsec_t now)
{
	const struct dhcp6_ia *first = NULL;

	if (ar->config.ports[l->index].addressing != AR_DHCPV6)
		return NULL;
	for (size_t i = 0; i < m->n_ias; i++) {
		if (m->ias[i].type != DHCP6_IA_NA)
			continue;
		if (h && h->lease.given && is_lease(h, m, &m->ias[i]))
			return &m->ias[i];
		if (!first && (!h || may_have(h, m, &m->ias[i], now)))
			first = &m->ias[i];
	}
	return first;
}

static void refuse_ia(struct dhcp6_ia *ia, uint16_t code)
{
	ia->n_leases = 0;
	ia->status = (struct dhcp6_status){ .present = true, .code = code };
}

/* T1 and T2 (RFC 8415 21.4); other addresses that the client thinks it has are over (18.3.4). */
static void give_ia(const struct exchange *x, const struct dhcp6_ia *from, struct dhcp6_ia *ia)
{
	const uint32_t preferred = x->terms.preferred;

	ia->t1 = preferred == INFINITE ? INFINITE : preferred / 2;
	ia->t2 = preferred == INFINITE ? INFINITE : (uint32_t)((uint64_t)preferred * 4 / 5);
	ia->n_leases = 1;
	ia->leases[0] = (struct dhcp6_lease){ .address = x->home,
					      .preferred = preferred,
					      .valid = x->terms.valid };
	for (size_t i = 0; is_extension(x->asked->type) && i < from->n_leases; i++)
		if (!in6_equal(&from->leases[i].address, &x->home) &&
		    ia->n_leases < DHCP6_LEASES_MAX)
			ia->leases[ia->n_leases++] =
				(struct dhcp6_lease){ .address = from->leases[i].address };
}

static uint16_t refusal(const struct exchange *x, const struct dhcp6_ia *ia)
{
	if (ia->type == DHCP6_IA_PD)
		return DHCP6_NO_PREFIX_AVAIL;
	if (x->h && is_extension(x->asked->type) && !is_lease(x->h, x->asked, ia))
		return DHCP6_NO_BINDING;
	return DHCP6_NO_ADDRS_AVAIL;
}

/* No prefix is delegated: the /64 that has the home address may not be (RFC 3633 12.1, D19). */
static void fill_ias(struct exchange *x)
{
	struct dhcp6_message *r = &x->reply;

	for (size_t i = 0; i < x->asked->n_ias; i++) {
		const struct dhcp6_ia *from = &x->asked->ias[i];
		struct dhcp6_ia *ia = &r->ias[r->n_ias++];

		*ia = (struct dhcp6_ia){ .type = from->type, .iaid = from->iaid };
		if (from == x->ia)
			give_ia(x, from, ia);
		else
			refuse_ia(ia, refusal(x, from));
	}
}

static void fill_dns(struct exchange *x)
{
	const struct ar_config *c = &x->ar->config;

	if (c->n_dns && dhcp6_requests(x->asked, DHCP6_DNS_SERVERS)) {
		memcpy(x->reply.dns.servers, c->dns, sizeof(x->reply.dns.servers));
		x->reply.dns.n = c->n_dns;
	}
	if (c->domains_length && dhcp6_requests(x->asked, DHCP6_DOMAIN_LIST))
		x->reply.domains = BYTES(c->domains, c->domains_length);
}

static void reply(struct exchange *x, enum dhcp6_type type, uint32_t id, struct actions *out)
{
	const struct ar *ar = x->ar;
	uint8_t duid[AR_DUID_MAX], buf[IP6_HEADER + 8 + DHCP6_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start =
		udp_begin(&w, &x->peer.router, &x->client, DHCP6_SERVER_PORT, DHCP6_CLIENT_PORT);

	x->reply.type = type;
	x->reply.transaction_id = x->asked->transaction_id;
	x->reply.client_id = x->asked->client_id;
	x->reply.server_id = server_duid(ar, duid);
	if (dhcp6_encode(&x->reply, &w) < 0)
		return; /* cannot be: it is not longer than what it answers, and DNS */
	udp_end(&w, start);
	ar_send(ar, &x->peer, id, writer_bytes(&w), out);
}

static void say_status(struct exchange *x, uint16_t code)
{
	x->reply.status = (struct dhcp6_status){ .present = true, .code = code };
}

/* what messages ask */

static bool has_address(const struct exchange *x, const struct in6_addr *a)
{
	return x->h && ar_is_attached(x->h) && ar_has_home(x->h, a);
}

static void keep_lease(struct exchange *x, nsec_t now)
{
	struct ar_lease *l = &x->h->lease;
	const struct bytes duid = x->asked->client_id;

	l->given = true;
	l->iaid = x->ia->iaid;
	l->duid_length = (uint8_t)duid.n; /* the decoder knows no longer ones */
	memcpy(l->duid, duid.p, duid.n);
	l->preferred = x->terms.preferred == INFINITE ? NSEC_NEVER
						      : now + x->terms.preferred * NSEC_PER_SEC;
	l->valid = x->terms.valid == INFINITE ? NSEC_NEVER : now + x->terms.valid * NSEC_PER_SEC;
	ar_stores(x->ar, &x->h->base);
}

/* Request, Renew, Rebind, Solicit with Rapid Commit. req: AR-24 */
static enum ar_dhcp6_outcome give(struct exchange *x, const struct access_input *in)
{
	fill_ias(x);
	fill_dns(x);
	x->reply.rapid_commit = x->asked->type == DHCP6_SOLICIT;
	if (x->ia) {
		ar_unoffer(x->ar, x->h);
		keep_lease(x, in->now.mono);
	}
	reply(x, DHCP6_REPLY, x->h ? x->h->base.client.id : 0, in->out);
	return x->ia ? AR_DHCP6_LEASED : AR_DHCP6_NO_ADDRESS;
}

/* req: AR-26 */
static enum ar_dhcp6_outcome advertise(struct exchange *x, const struct access_input *in)
{
	fill_ias(x);
	fill_dns(x);
	x->reply.preference = (struct dhcp6_number){ true, PREFERENCE };
	if (x->h && x->h->offered)
		heap_set(&x->ar->access.timers, &x->h->confirm, in->now.mono + CONFIRM_WAIT);
	reply(x, DHCP6_ADVERTISE, x->h ? x->h->base.client.id : 0, in->out);
	return x->ia ? AR_DHCP6_ADVERTISED : AR_DHCP6_NO_ADDRESS;
}

/* Whether what the client has is right for this link (RFC 8415 18.3.3). */
static enum ar_dhcp6_outcome confirm(struct exchange *x, const struct access_input *in)
{
	const struct dhcp6_message *m = x->asked;
	bool right = true;

	for (size_t i = 0; i < m->n_ias; i++)
		for (size_t j = 0; j < m->ias[i].n_leases; j++)
			right &= has_address(x, &m->ias[i].leases[j].address);
	ar_unoffer(x->ar, x->h);
	say_status(x, right ? DHCP6_SUCCESS : DHCP6_NOT_ON_LINK);
	reply(x, DHCP6_REPLY, x->h->base.client.id, in->out);
	return right ? AR_DHCP6_ANSWERED : AR_DHCP6_NOT_ON_LINK;
}

static bool is_rapid(const struct ar *ar, const struct dhcp6_message *m)
{
	return m->type == DHCP6_SOLICIT && m->rapid_commit && ar->config.rapid_commit;
}

/* Of a host with an address. */
static void answer(struct exchange *x, const struct access_input *in)
{
	enum ar_dhcp6_outcome o;

	if (x->asked->type == DHCP6_CONFIRM)
		o = confirm(x, in);
	else if (x->asked->type == DHCP6_SOLICIT && !is_rapid(x->ar, x->asked))
		o = advertise(x, in);
	else
		o = give(x, in);
	ar_dhcp6_count(x->ar, x->asked->type, o);
}

static struct exchange exchange_of(struct ar *ar, struct access_link *l, struct ar_peer peer,
				   const struct ip6 *ip, const struct dhcp6_message *m,
				   struct ar_attachment *h)
{
	return (struct exchange){
		.ar = ar, .link = l, .peer = peer, .client = ip->src, .asked = m, .h = h
	};
}

void ar_dhcp6_answer(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	struct exchange x =
		exchange_of(ar, h->base.link, ar_peer_of(ar, h), in->packet, in->asked, h);

	x.home = h->base.client.home;
	x.terms = ar_terms(ar, h, in->now.mono);
	x.ia = chosen(ar, x.link, h, in->asked, in->now.mono);
	answer(&x, in);
}

/* There is none to be had, now: nothing in it for whoever asks for more of what it has. */
static void deny(struct exchange *x, const struct access_input *in)
{
	if (x->asked->type == DHCP6_CONFIRM) {
		ar_dhcp6_count(x->ar, x->asked->type, AR_DHCP6_UNANSWERED);
		return;
	}
	fill_ias(x);
	reply(x, x->asked->type == DHCP6_SOLICIT ? DHCP6_ADVERTISE : DHCP6_REPLY, 0, in->out);
	ar_dhcp6_count(x->ar, x->asked->type, AR_DHCP6_NO_ADDRESS);
}

void ar_dhcp6_deny(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	struct exchange x =
		exchange_of(ar, h->base.link, ar_peer_of(ar, h), in->packet, in->asked, NULL);

	deny(&x, in);
}

/* what arrives */

/* D19: what is offered before the home agent is asked: the host's last home address, else one that
 * stays the same for this client. */
static void offer(struct exchange *x, const struct access_input *in)
{
	static const uint64_t key[2] = { 0, 0 };
	struct in6_addr a = x->ar->config.placeholder;
	const struct bytes id = x->asked->client_id;
	uint64_t iid = siphash24(key, id.p, id.n);

	memcpy(&a.s6_addr[8], &iid, sizeof(iid));
	x->home = x->h && !in6_is_unspecified(&x->h->base.client.home) ? x->h->base.client.home : a;
	x->h = NULL; /* nothing is done to it */
	x->terms = (struct ar_terms){ x->ar->config.preferred, x->ar->config.valid };
	ar_dhcp6_count(x->ar, x->asked->type, advertise(x, in));
}

/* Registers on a Solicit only so many hosts of a port that may not mean it (D19). */
static bool may_offer(struct ar *ar, const struct ar_frame *f)
{
	return ar->config.trigger == AR_TRIGGER_SOLICIT &&
	       ar->links[f->link->index].offered < ar->config.unconfirmed_max;
}

static bool is_solicit(struct exchange *x)
{
	return x->asked->type == DHCP6_SOLICIT && !is_rapid(x->ar, x->asked);
}

/* req: AR-22 AR-23 */
static void begin(struct exchange *x, const struct ar_frame *f, const struct access_input *in)
{
	struct ar *ar = x->ar;
	struct ar_attachment *h = ar_attachment_get(ar, f, x->asked->client_id, in);

	if (!h) {
		ar_dhcp6_count(ar, x->asked->type, AR_DHCP6_DISCARDED);
		return;
	}
	ar_attachment_heard(ar, h, f, in);
	if (is_solicit(x) && !h->offered &&
	    (h->base.client.state == CLIENT_IDLE || h->base.client.state == CLIENT_DEREGISTERING)) {
		h->offered = true;
		ar->links[f->link->index].offered++;
	}
	if (h->base.state == ACCESS_REGISTERING && h->base.client.state == CLIENT_IDLE)
		access_begin(&ar->access, &h->base, in);
	else
		access_dispatch(&ar->access, &h->base, ACCESS_ON_SOLICIT, in);
}

static void ask(struct exchange *x, const struct ar_frame *f, const struct access_input *in)
{
	struct ar_attachment *h = x->h;
	const bool attached = h && ar_is_attached(h);
	struct ar_attachment *anywhere = ar_attachment_find_anywhere(x->ar, f, x->asked->client_id);
	/* By a Solicit it takes nothing along from another port (D19). */
	const bool elsewhere = anywhere && anywhere != h;

	x->ia = chosen(x->ar, x->link, h, x->asked, in->now.mono);
	if (!x->ia && x->asked->type != DHCP6_CONFIRM) {
		deny(x, in);
	} else if (anywhere && anywhere->base.state == ACCESS_BLOCKED && !anywhere->base.lifted) {
		x->ar->access.drops[DROP_HOLD_DOWN]++;
		x->ia = NULL;
		if (anywhere->base.code)
			deny(x, in);
		else
			ar_dhcp6_count(x->ar, x->asked->type, AR_DHCP6_UNANSWERED);
	} else if (is_solicit(x) && !attached && (elsewhere || !may_offer(x->ar, f))) {
		x->h = anywhere;
		offer(x, in);
	} else {
		begin(x, f, in);
	}
}

/* Release and Decline: the client has given up what it names (RFC 8415 18.3.7, 18.3.8). While it is
 * being registered it is not known yet which address that is, but it needs none. */
static void give_up(struct exchange *x, enum access_event e, const struct access_input *in)
{
	bool ours = false;

	for (size_t i = 0; i < x->asked->n_ias; i++) {
		const struct dhcp6_ia *ia = &x->asked->ias[i];
		bool found = false;

		for (size_t j = 0; ia->type == DHCP6_IA_NA && j < ia->n_leases; j++)
			found |= has_address(x, &ia->leases[j].address) &&
				 is_lease(x->h, x->asked, ia);
		ours |= found;
		if (found)
			continue;
		x->reply.ias[x->reply.n_ias] =
			(struct dhcp6_ia){ .type = ia->type, .iaid = ia->iaid };
		refuse_ia(&x->reply.ias[x->reply.n_ias++], DHCP6_NO_BINDING);
	}
	say_status(x, DHCP6_SUCCESS);
	reply(x, DHCP6_REPLY, 0, in->out);
	ar_dhcp6_count(x->ar, x->asked->type, ours ? AR_DHCP6_ANSWERED : AR_DHCP6_NO_BINDING);
	if (x->h && x->h->base.state == ACCESS_REGISTERING)
		e = ACCESS_ON_LEAVE;
	else if (!ours)
		return;
	access_dispatch(&x->ar->access, &x->h->base, e, in);
}

static void inform(struct exchange *x, const struct access_input *in)
{
	fill_dns(x);
	reply(x, DHCP6_REPLY, 0, in->out);
	ar_dhcp6_count(x->ar, x->asked->type, AR_DHCP6_ANSWERED);
}

static size_t leases(const struct dhcp6_message *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_ias; i++)
		n += m->ias[i].n_leases;
	return n;
}

/* RFC 8415 16, and what only we discard: a reason, or -1. */
static int discards(struct ar *ar, const struct ar_frame *f, const struct dhcp6_message *m)
{
	uint8_t duid[AR_DUID_MAX];
	const int wrong =
		dhcp6_server_discards(m, server_duid(ar, duid), !in6_is_multicast(&f->ip.dst));

	if (wrong >= 0)
		return wrong;
	if (m->n_relays)
		return DROP_DHCP6_RELAYED;
	if (!in6_is_link_local(&f->ip.src))
		return DROP_DHCP6_SOURCE;
	if (m->type == DHCP6_CONFIRM && leases(m) == 0)
		return DROP_DHCP6_CONFIRM;
	return -1;
}

static void discard(struct exchange *x, int reason, const struct access_input *in)
{
	x->ar->access.drops[reason]++;
	ar_dhcp6_count(x->ar, x->asked->type, AR_DHCP6_DISCARDED);
	if (reason != DROP_DHCP6_USE_MULTICAST) /* RFC 8415 18.4 */
		return;
	say_status(x, DHCP6_USE_MULTICAST);
	reply(x, DHCP6_REPLY, 0, in->out);
}

void ar_dhcp6_receive(struct ar *ar, const struct ar_frame *f, const struct access_input *in)
{
	struct dhcp6_message m;
	const struct access_input asked = {
		.now = in->now, .out = in->out, .packet = &f->ip, .asked = &m
	};
	struct exchange x;
	struct udp u;
	int err = udp_decode(&f->ip, &u);

	if (!err)
		err = dhcp6_decode(u.payload, &m);
	if (err) {
		ar->access.drops[err == -ENOMSG ? DROP_DHCP6_UNKNOWN : DROP_DHCP6_MALFORMED]++;
		return;
	}
	x = exchange_of(ar, f->link, ar_peer_from(ar, f), &f->ip, &m, NULL);
	err = discards(ar, f, &m);
	if (err >= 0) {
		discard(&x, err, &asked);
		return;
	}
	if (m.type == DHCP6_INFORMATION_REQUEST) {
		inform(&x, &asked);
		return;
	}
	if (m.type == DHCP6_RELEASE || m.type == DHCP6_DECLINE) {
		if (ar->config.ports[f->link->index].addressing == AR_DHCPV6)
			x.h = ar_attachment_find_anywhere(ar, f, m.client_id);
		give_up(&x, m.type == DHCP6_RELEASE ? ACCESS_ON_LEAVE : ACCESS_ON_REJECT, in);
		return;
	}
	x.h = ar_attachment_find(ar, f, m.client_id);
	ask(&x, f, &asked);
}
