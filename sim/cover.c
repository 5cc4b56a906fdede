/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/cover.h"

#include "core/an_internal.h"
#include "core/ar_internal.h"
#include "core/ha_state.h"
#include "core/ppp_internal.h"
#include "sim/dhcp6.h"

uint8_t *cover_map;

enum door { DOOR_MESSAGE, DOOR_PACKET, DOOR_LINK, DOOR_EVENT, DOOR_PPP, DOORS = 8 };

static void note(const struct node *n, enum door door, uint32_t what, uint32_t state)
{
	const uint32_t pair =
		((uint32_t)n->kind * DOORS + door) << 24 | (what & 0xffff) << 8 | state;

	if (cover_map)
		cover_map[(pair * UINT32_C(0x9e3779b1)) >> 16] = 1;
}

static uint32_t attachment_state(const struct attachment *a)
{
	return a ? 1 + (uint32_t)a->state * CLIENT_STATE_MAX + a->client.state : 0;
}

/* By name; hosts of access nodes are found by their care-of addresses. */
static uint32_t routed_state(const struct node *n, struct bytes nai)
{
	const struct ar_attachment *h = nai.n ? ar_attachment_by_nai(n->ar, nai) : NULL;

	return h ? attachment_state(&h->base) : 0;
}

static uint32_t host_state(const struct node *n, struct bytes nai)
{
	const struct host *x = nai.n ? host_find(&n->ha->hosts, nai) : NULL;

	if (!x)
		return 0;
	return 1 + (x->binding ? x->binding->link ? 2 : 1 : 0) + 3 * (x->home != NULL) +
	       6 * (x->n_learnt > 0) + 12 * (n->ha->batch.failing);
}

void cover_message(struct node *n, const struct datagram *d)
{
	struct mip4_message m;
	uint32_t what;

	if (!cover_map || mip4_decode(d->payload, &mip4_numbers_default, &m))
		return;
	what = (uint32_t)m.type | (uint32_t)m.code << 4;
	if (m.type == MIP4_RRQ)
		what |= (uint32_t)(m.lifetime == 0) << 12 | (uint32_t)m.hoa_request << 13 |
			(uint32_t)(m.hoa == MIP4_FULL) << 15;
	else if (m.type == MIP4_REVOCATION)
		what |= (uint32_t)m.revocation_inform << 12;
	if (n->ha)
		note(n, DOOR_MESSAGE, what, host_state(n, m.nai));
	else if (n->ar)
		note(n, DOOR_MESSAGE, what, routed_state(n, m.nai));
	else
		note(n, DOOR_MESSAGE, what,
		     attachment_state(care_of_owner(&n->an->care_of,
						    m.type == MIP4_RRP ? d->local : m.care_of)));
}

/* Its phase, and that of its automata. */
static uint32_t session_state(const struct node *n, const struct packet *p, uint16_t number)
{
	const struct access_link *l = access_link_find(&n->ar->access, p->ifindex);
	const struct ppp_session *s = l ? ppp_find(n->ar, l, p->source, number) : NULL;

	if (!s)
		return 0;
	return 1 + s->phase * 20u + s->terminating * 10u +
	       (s->phase < AR_SESSION_NETWORK ? s->lcp.fsm.state : s->ip6cp.fsm.state);
}

static void cover_ppp(struct node *n, const struct packet *p)
{
	struct pppoe_discovery d;
	struct pppoe_session s;
	struct ppp_packet c;

	if (p->from == PACKET_DISCOVERY && !pppoe_decode(p->payload, &d))
		note(n, DOOR_PPP, d.code, session_state(n, p, d.session));
	else if (p->from == PACKET_SESSION && !pppoe_session_decode(p->payload, &s) &&
		 ppp_packet_read(s.payload, &c) >= 0)
		note(n, DOOR_PPP, (uint32_t)s.protocol << 4 | (c.code & 0xf),
		     session_state(n, p, s.session));
}

void cover_packet(struct node *n, const struct packet *p)
{
	struct dhcp6_message m;
	struct ip6 ip;
	uint32_t what = (uint32_t)p->from << 2 | p->why;
	const struct ha_tunnel *t;

	if (!cover_map)
		return;
	if (p->from == PACKET_DISCOVERY || p->from == PACKET_SESSION) {
		cover_ppp(n, p);
		return;
	}
	if (p->from != PACKET_ERROR4 && !ip6_decode(p->payload, &ip))
		what |= (uint32_t)(uint8_t)(1 + ip6_icmp_type(&ip)) << 4 |
			(uint32_t)in6_is_unspecified(&ip.src) << 12;
	if (n->ar && p->from != PACKET_ERROR4 && dhcp6_read(&ip, &m))
		what |= (uint32_t)m.type << 12;
	if (!n->ha) {
		note(n, DOOR_PACKET, what,
		     attachment_state(
			     p->from == PACKET_ACCESS
				     ? attachment_find(node_access(n), p->ifindex, p->source, 0)
			     : n->an ? care_of_owner(&n->an->care_of, p->local)
				     : NULL));
		return;
	}
	t = tunnel_find(&n->ha->bindings, p->local, p->remote, p->key);
	note(n, DOOR_PACKET, what, t && t->link ? host_state(n, binding_nai(t->link)) : 0);
}

void cover_link(struct node *n, enum link_event e)
{
	if (!cover_map)
		return;
	for (uint32_t i = 0; i < node_access(n)->attachments.next; i++) {
		const struct attachment *a = slab_at(&node_access(n)->attachments, i);

		if (a->used)
			note(n, DOOR_LINK, e, attachment_state(a));
	}
}

void cover_event(struct node *n, const struct event_data *e)
{
	if (cover_map)
		note(n, DOOR_EVENT, e->event << 8 | (e->code & 0xff),
		     n->ha   ? host_state(n, e->nai)
		     : n->ar ? routed_state(n, e->nai)
			     : attachment_state(care_of_owner(&n->an->care_of, e->care_of)));
}

uint32_t cover_count(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; cover_map && i < COVER_BITS; i++)
		n += cover_map[i];
	return n;
}
