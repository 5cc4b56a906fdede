/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an access router does with a host (draft 3.1.2, 5.4): it is found by its place, its name and
 * its home address; all have one care-of address, so a name is at one place. A host that comes up
 * at another port has moved there, and its registration goes on.
 */
#include "core/ppp_internal.h"
#include "core/ra_interval.h"

#include <errno.h>
#include <string.h>

/* names and places */

int ar_attachments_new(struct ar *ar, const struct memory *m)
{
	const uint32_t n = ar->config.access.attachments_max;
	const uint64_t seed[2] = { rng_next(&ar->access.rng), rng_next(&ar->access.rng) };

	ar->stored = memory_alloc(m, n * sizeof(*ar->stored));
	if (!ar->stored || hash_new(&ar->by_nai, m, n, seed) < 0 ||
	    hash_new(&ar->by_home, m, n, seed) < 0 || changes_new(&ar->changes, m, n) < 0)
		return -ENOMEM;
	return 0;
}

/* Of a DUID, the same over restarts: 0 where hosts are told apart by MAC. */
static uint64_t tag_of(const struct ar *ar, const struct ar_frame *f, struct bytes duid)
{
	static const uint64_t key[2] = { 0, 0 };

	if (ar->config.ports[f->link->index].identity == AR_BY_MAC)
		return 0;
	return siphash24(key, duid.p, duid.n) | 1;
}

static bool needs_duid(const struct ar *ar, const struct ar_frame *f)
{
	return ar->config.ports[f->link->index].identity == AR_BY_DUID;
}

struct ar_attachment *ar_attachment_find(const struct ar *ar, const struct ar_frame *f,
					 struct bytes duid)
{
	const struct access *n = &ar->access;
	struct attachment *a = NULL;
	struct ar_attachment *h;

	if (f->session)
		return f->session->host;
	if (duid.p || !needs_duid(ar, f)) {
		a = attachment_find(n, n->config.ports[f->link->index].ifindex, f->host,
				    tag_of(ar, f, duid));
		return a ? ar_host(a) : NULL;
	}
	h = ar_attachment_by_home(ar, &f->own);
	return h && h->base.link == f->link && mac_equal(h->base.host, f->host) ? h : NULL;
}

struct ar_attachment *ar_attachment_by_nai(const struct ar *ar, struct bytes nai)
{
	const uint64_t hash = hash_key(&ar->by_nai, nai.p, nai.n);

	for (struct hash_node *n = hash_first(&ar->by_nai, hash); n; n = hash_next(n, hash)) {
		struct ar_attachment *h = container_of(n, struct ar_attachment, by_nai);

		if (bytes_equal(h->base.client.nai, nai))
			return h;
	}
	return NULL;
}

/* What the sender of a frame is called. False: nobody can be. */
static bool name_of(const struct ar *ar, const struct ar_frame *f, struct bytes duid,
		    char ret[NAI_MAX + 1])
{
	return attachment_name(&ar->access, f->link, f->host,
			       tag_of(ar, f, duid) ? duid : BYTES(f->host.b, sizeof(f->host.b)),
			       ret);
}

/* A DUID is no secret, so whoever says one is not believed while its host is there with another MAC
 * (D1). */
static bool is_another(const struct ar_attachment *h, const struct ar_frame *f, uint64_t tag)
{
	return tag && ar_is_attached(h) && !mac_equal(h->base.host, f->host);
}

struct ar_attachment *ar_attachment_find_anywhere(const struct ar *ar, const struct ar_frame *f,
						  struct bytes duid)
{
	struct ar_attachment *h = ar_attachment_find(ar, f, duid);
	char nai[NAI_MAX + 1];

	if (h || !name_of(ar, f, duid, nai))
		return h;
	h = ar_attachment_by_nai(ar, BYTES(nai, strlen(nai)));
	return h && is_another(h, f, tag_of(ar, f, duid)) ? NULL : h;
}

uint64_t ar_identifier(const struct ar *ar, struct bytes nai)
{
	uint64_t key[2] = { 0, 0 }, iid;

	do {
		iid = siphash24(key, nai.p, nai.n) & PPP_IDENTIFIER_MASK;
		key[0]++;
	} while (!iid || iid == in6_identifier(&ar->config.router_address)); /* req: AR-5 */
	return iid;
}

/* What a host that makes its addresses itself is registered with. req: AR-13 AR-30 */
static uint64_t identifier_at(const struct ar *ar, const struct access_link *l, struct bytes nai)
{
	return ar->config.ports[l->index].addressing == AR_SLAAC ? ar_identifier(ar, nai) : 0;
}

struct ar_attachment *ar_attachment_new(struct ar *ar, struct access_link *l, struct mac_addr host,
					uint64_t tag, const char *nai)
{
	struct attachment *a = attachment_new(&ar->access, l, host, tag, nai);
	struct ar_attachment *h;

	if (!a)
		return NULL;
	h = ar_host(a);
	h->ra.kind = AR_TIMER_RA;
	h->probe.kind = AR_TIMER_PROBE;
	h->confirm.kind = AR_TIMER_CONFIRM;
	a->client.iid = identifier_at(ar, l, a->client.nai);
	hash_insert(&ar->by_nai, &h->by_nai,
		    hash_key(&ar->by_nai, a->client.nai.p, a->client.nai.n));
	return h;
}

bool ar_serves(const struct ar *ar, const struct access_link *l, bool unique)
{
	return unique || ar->config.ports[l->index].addressing != AR_SLAAC;
}

/* From one port to another, or to another MAC if the name is configured, or to another session: as
 * a link that has come up anew, but for one that is held off and has not said anew who it is: ports
 * are changed faster than the home agent may be asked again (D4). With an address that is of no use
 * there it registers anew, too; so does one that is just asking for such an address, without an
 * identifier. NULL if that has ended it. */
static struct ar_attachment *move(struct ar *ar, struct ar_attachment *h, struct access_link *l,
				  struct mac_addr host, uint64_t tag, const struct access_input *in)
{
	struct access *n = &ar->access;
	const struct access_input event = { .now = in->now, .out = in->out };
	struct attachment *a;

	ar_unoffer(ar, h);
	ppp_end_replaced(ar, h, in);
	if (!h->base.client.iid && !ar_serves(ar, l, h->base.client.unique))
		access_dispatch(n, &h->base, ACCESS_ON_LEAVE, &event);
	attachment_move(n, &h->base, l, host, tag);
	if (!ar_is_ppp(ar, l))
		h->base.client.iid = identifier_at(ar, l, h->base.client.nai);
	h->neighbour = (struct in6_addr){ 0 };
	if (h->base.open)
		action_add(in->out, ACTION_ADDRESS_SET, h->base.client.id)->address =
			ar_address(ar, h);
	ar_stores(ar, &h->base);
	if (h->base.state != ACCESS_BLOCKED || ar_is_ppp(ar, l))
		access_dispatch(n, &h->base, ACCESS_ON_LINK_UP, &event);
	a = attachment_find(n, n->config.ports[l->index].ifindex, host, tag);
	return a ? ar_host(a) : NULL;
}

/* May it come to that place? A DUID is no secret, so whoever says one is not believed while its
 * host is there with another MAC (D1). */
static bool may_move(struct ar *ar, const struct ar_attachment *h, const struct ar_frame *f,
		     uint64_t tag)
{
	struct access *n = &ar->access;

	if (is_another(h, f, tag)) {
		n->drops[DROP_SOURCE_WRONG]++;
		return false;
	}
	if (h->base.link != f->link && attachment_link_is_full(n, f->link)) {
		n->drops[DROP_ATTACHMENTS_FULL]++;
		return false;
	}
	return true;
}

struct ar_attachment *ar_attachment_get(struct ar *ar, const struct ar_frame *f, struct bytes duid,
					const struct access_input *in)
{
	struct ar_attachment *h = ar_attachment_find(ar, f, duid);
	const uint64_t tag = tag_of(ar, f, duid);
	char nai[NAI_MAX + 1];

	if (h)
		return h;
	if (ar->access.stopping) {
		ar->access.drops[DROP_NOT_REGISTERED]++;
		return NULL;
	}
	if (!name_of(ar, f, duid, nai)) {
		ar->access.drops[DROP_IDENTITY]++;
		return NULL;
	}
	h = ar_attachment_by_nai(ar, BYTES(nai, strlen(nai)));
	if (h && !may_move(ar, h, f, tag))
		return NULL;
	if (h)
		h = move(ar, h, f->link, f->host, tag, in);
	return h ? h : ar_attachment_new(ar, f->link, f->host, tag, nai);
}

/* Whether it is there has been asked before a renewal: it is. */
static void answer_probe(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	if (!timer_is_set(&h->probe))
		return;
	heap_clear(&ar->access.timers, &h->probe);
	client_renew(&h->base.client, &ar->access.clients, in->now, in->out);
}

struct ar_attachment *ar_attachment_dial(struct ar *ar, struct ppp_session *s,
					 const struct access_input *in)
{
	struct ar_attachment *h = ar_attachment_by_nai(ar, BYTES(s->name, strlen(s->name)));

	if (h)
		h = move(ar, h, s->link, s->mac, s->number, in);
	if (!h)
		h = ar_attachment_new(ar, s->link, s->mac, s->number, s->name);
	if (!h)
		return NULL;
	h->session = s;
	s->host = h;
	heap_clear(&ar->access.timers, &h->ra); /* until IPv6CP is through */
	answer_probe(ar, h, in);
	return h;
}

/* A host that makes its addresses itself may say nothing here but that it solicits one: what it
 * sends from that the data plane carries. Its link-local address stays, others may be temporary, so
 * that the newest counts. */
static struct in6_addr address_of(const struct ip6 *ip)
{
	struct nd m;

	if (in6_is_unspecified(&ip->src) && nd_decode(ip, &m) == 0 && m.type == ND_NS)
		return m.target;
	return ip->src;
}

void ar_attachment_heard(struct ar *ar, struct ar_attachment *h, const struct ar_frame *f,
			 const struct access_input *in)
{
	const struct in6_addr a = address_of(&f->ip);

	if (in6_is_link_local(&f->ip.src) ||
	    (!in6_is_link_local(&h->neighbour) && !in6_is_unspecified(&a) &&
	     (!ar_is_attached(h) || in6_is_link_local(&a) || ar_has_home(h, &a))))
		h->neighbour = a;
	answer_probe(ar, h, in);
}

/* the life of a host: access.h */

static struct in_addr care_of(struct access *n, struct attachment *a, nsec_t now)
{
	return ar_of(n)->config.care_of; /* req: AR-14 */
}

static void give_back(struct access *n, struct attachment *a, nsec_t now)
{
}

static void hold(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (in->asked)
		ar_dhcp6_wait(ar_of(n), ar_host(a), in);
	else
		ar_hold(ar_of(n), ar_host(a), in);
}

static void pass(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (in->asked)
		ar_dhcp6_answer(ar_of(n), ar_host(a), in);
	else
		ar_forward(ar_of(n), ar_host(a), in->packet->packet, in);
}

/* The home agent has given the address to somebody else meanwhile, so what it was is over. */
static void end_former_users(struct ar *ar, const struct in6_addr *home,
			     const struct access_input *in)
{
	struct ar_attachment *h;

	while ((h = ar_attachment_by_home(ar, home))) {
		client_done(&h->base.client, &ar->access.clients);
		access_dispatch(&ar->access, &h->base, ACCESS_ON_EXPIRED, in);
	}
}

static void send_held(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	uint8_t packet[HOLD_BYTES_MAX];

	for (size_t length; (length = hold_first(&h->base.held)) > 0;) {
		hold_take(&ar->access.hold, &h->base.held, packet);
		ar_forward(ar, h, BYTES(packet, length), in);
	}
}

/* What the host sent meanwhile goes first. */
static bool open(struct access *n, struct attachment *a, const struct access_input *in)
{
	const struct access_input other = { .now = in->now, .out = in->out };
	struct ar *ar = ar_of(n);
	struct ar_attachment *h = ar_host(a);

	if (!ar_serves(ar, a->link, a->client.unique) || !ar_home_fits(ar, h))
		return false;
	if (ar_is_ppp(ar, a->link) && !in6_identifier(&a->client.home))
		return false; /* zero means none in IPv6CP (RFC 5072 4.1) */
	end_former_users(ar, &a->client.home, &other);
	ar_home_add(ar, h);
	if (!in6_is_link_local(&h->neighbour) && !ar_has_home(h, &h->neighbour))
		h->neighbour = (struct in6_addr){ 0 }; /* anybody's: what it claimed before */
	send_held(ar, h, in);
	ar_home_write(ar, h, in->out);
	return true;
}

static void opened(struct access *n, struct attachment *a, const struct access_input *in)
{
	struct ar_attachment *h = ar_host(a);

	h->ra_initial = RA_INITIAL - 1; /* this is the first */
	if (h->session) {
		ppp_registered(ar_of(n), h->session, in);
		return;
	}
	ar_dhcp6_registered(ar_of(n), h, in);
	ar_advertise(ar_of(n), h, in); /* D7 */
}

static void renewed(struct access *n, struct attachment *a, const struct access_input *in)
{
	const struct ar *ar = ar_of(n);

	if (!ar_is_reachable(ar_host(a)))
		return;
	if (in->now.mono - ar_host(a)->ra_last >= ar->config.ra_min * NSEC_PER_SEC)
		ar_advertise(ar_of(n), ar_host(a), in); /* D7 */
}

/* A host that has gone without a word is not renewed (D5, RFC 5563 4). */
static void renew_due(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (ar_host(a)->session) { /* Echo-Requests tell (D5) */
		client_renew(&a->client, &n->clients, in->now, in->out);
		return;
	}
	ar_host(a)->probes = 0;
	ar_probe(ar_of(n), ar_host(a), in);
}

/* The home agent has no registration with that address, or it is at another router (A19): asked
 * anew, once the host says something, it may give it again. */
static bool renewal_ends(const struct attachment *a)
{
	return a->code == MIP4_HA_PROHIBITED;
}

static void refused(struct access *n, struct attachment *a, const struct access_input *in)
{
	ar_dhcp6_refused(ar_of(n), ar_host(a), in);
}

void ar_unoffer(struct ar *ar, struct ar_attachment *h)
{
	if (h->offered)
		ar->links[h->base.link->index].offered--;
	h->offered = false;
	heap_clear(&ar->access.timers, &h->confirm);
}

static void forget(struct access *n, struct attachment *a)
{
	struct ar *ar = ar_of(n);
	struct ar_attachment *h = ar_host(a);

	ar_unoffer(ar, h);
	ar_dhcp6_forget(ar, h);
	hash_remove(&ar->by_nai, &h->by_nai);
}

static void shut(struct access *n, struct attachment *a, const struct access_input *in)
{
	struct ar *ar = ar_of(n);
	struct ar_attachment *h = ar_host(a);

	if (a->open) {
		/* in HOLD_DOWN the host is elsewhere, and goes on there */
		if (a->state != ACCESS_HOLD_DOWN && !ar_is_ppp(ar, a->link))
			ar_withdraw(ar, h, in);
		ar_home_remove(ar, h, in->out);
	}
	ppp_end_unregistered(ar, h, in);
	heap_clear(&n->timers, &h->ra);
	heap_clear(&n->timers, &h->probe);
	h->lease.given = false;
	ar_unoffer(ar, h);
	ar_dhcp6_forget(ar, h);
}

static void changed(struct access *n, const struct attachment *a)
{
	ar_stores(ar_of(n), a);
}

static void known(struct access *n, struct access_link *l, struct mac_addr host,
		  const struct access_input *in)
{
	const struct ar_frame f = { .link = l, .host = host };
	struct ar *ar = ar_of(n);
	struct ar_attachment *h;

	if (needs_duid(ar, &f) || ar_is_ppp(ar, l) || ar_attachment_find(ar, &f, BYTES(NULL, 0)))
		return;
	h = ar_attachment_get(ar, &f, BYTES(NULL, 0), in);
	if (h && h->base.state == ACCESS_REGISTERING && h->base.client.state == CLIENT_IDLE)
		access_begin(n, &h->base, in);
}

static void timer(struct access *n, struct timer *t, const struct access_input *in)
{
	struct ar_attachment *h;

	switch ((enum ar_timer)t->kind) {
	case AR_TIMER_RA:
		ar_advertise(ar_of(n), container_of(t, struct ar_attachment, ra), in);
		break;
	case AR_TIMER_PROBE:
		ar_probe(ar_of(n), container_of(t, struct ar_attachment, probe), in);
		break;
	case AR_TIMER_CONFIRM:
		h = container_of(t, struct ar_attachment, confirm);
		access_dispatch(n, &h->base, ACCESS_ON_LEAVE, in);
		break;
	case AR_TIMER_PPP_LIMIT:
	case AR_TIMER_PPP:
	case AR_TIMER_LCP:
	case AR_TIMER_IP6CP:
	case AR_TIMER_PPP_STOP:
		ppp_timer(ar_of(n), t, in);
		break;
	}
}

/* restart */

static void repeat(struct access *n, struct attachment *a, const struct access_input *in)
{
	ar_home_write(ar_of(n), ar_host(a), in->out);
	if (ar_is_reachable(ar_host(a)))
		ar_advertise(ar_of(n), ar_host(a), in);
}

/* messages of the home agent */

static struct attachment *replied(struct access *n, const struct datagram *d,
				  const struct mip4_message *m)
{
	struct ar_attachment *h = m->nai.p ? ar_attachment_by_nai(ar_of(n), m->nai) : NULL;

	return h ? &h->base : NULL;
}

/* By NAI, care-of address, home agent and, if it says so, home address (A21). req: AR-29 */
static struct attachment *revoked(struct access *n, const struct mip4_message *m)
{
	struct ar_attachment *h = ar_attachment_by_nai(ar_of(n), m->nai);
	const struct client *c = h ? &h->base.client : NULL;

	if (!c || !in4_equal(c->care_of, m->care_of) || !in4_equal(c->home_agent, m->home_agent))
		return NULL;
	if (m->hoa == MIP4_FULL && ar_is_attached(h) && !in6_equal(&m->hoa_address, &c->home))
		return NULL;
	return &h->base;
}

const struct access_ops ar_access_ops = {
	.care_of = care_of,
	.give_back = give_back,
	.hold = hold,
	.pass = pass,
	.open = open,
	.opened = opened,
	.renewed = renewed,
	.renew_due = renew_due,
	.renewal_ends = renewal_ends,
	.refused = refused,
	.close = shut,
	.changed = changed,
	.forget = forget,
	.known = known,
	.timer = timer,
	.repeat = repeat,
	.replied = replied,
	.revoked = revoked,
};
