/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the hosts of an access router are, and where: found by place and by name. All have one
 * care-of address, so a name is at one place; a host that comes up at another port, or dials in
 * once more, has moved there, and its registration goes on.
 */
#include "core/ppp_internal.h"

#include <string.h>

/* Of a DUID, the same over restarts: 0 where hosts are told apart by MAC. */
static uint64_t tag_of(const struct ar *ar, const struct ar_frame *f, struct bytes duid)
{
	static const uint64_t key[2] = { 0, 0 };

	if (!ar_by_duid(ar, f->link))
		return 0;
	return siphash24(key, duid.p, duid.n) | 1;
}

struct ar_attachment *ar_attachment_find(const struct ar *ar, const struct ar_frame *f,
					 struct bytes duid)
{
	const struct access *n = &ar->access;
	struct attachment *a = NULL;
	struct ar_attachment *h;

	if (f->session)
		return f->session->host;
	if (duid.p || !ar_by_duid(ar, f->link)) {
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

/* Counted if not. */
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

	if (ar->access.stopping)
		return NULL;
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
