/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of RFC 5944 3.8.2.1 in its order, each a function that returns
 * PASS, a reply code to deny with, or DROPPED. Nothing changes before all have passed.
 */
#include "core/ha_receive.h"
#include "core/ha_emit.h"
#include "core/ha_home_address.h"
#include "core/ha_state.h"

#include <errno.h>

#define PASS    (-1)
#define DROPPED (-2)

static int dropped(struct ha *h, enum drop reason)
{
	ha_drop(h, reason);
	return DROPPED;
}

static int decode(struct ha *h, const struct datagram *in, struct mip4_message *ret)
{
	switch (mip4_decode(in->payload, &h->c.numbers, ret)) {
	case 0:
		return PASS;
	case -ENOMSG:
		return dropped(h, DROP_MESSAGE_UNKNOWN);
	case -ENOPROTOOPT:
		return dropped(h, DROP_EXTENSION_UNKNOWN);
	case -EPROTO:
		return dropped(h, DROP_EXTENSION_ORDER);
	default: /* an errno, not an enumeration of ours */
		return dropped(h, DROP_MESSAGE_MALFORMED);
	}
}

/* RFC 2794: the NAI says who it is, also where there is a home address. */
static int identify(struct ha *h, struct request *q, struct now now)
{
	if (q->m.nai.n == 0)
		return dropped(h, DROP_NAI_MISSING);
	if (q->m.nai.n > NAI_MAX)
		return dropped(h, DROP_SA_UNKNOWN);
	return PASS;
}

/* The association of the source of the request, if the FHAE is right (D14). */
static void verify_foreign_agent(struct ha *h, struct request *q)
{
	const struct mip4_authenticator *a = &q->m.fhae;
	const struct mip4_sa *sa = a->present ? sa_find_node(h->sas, q->in->remote, a->spi) : NULL;

	if (sa && mip4_verify(&q->m, a, sa) == 0)
		q->fa = sa;
}

/* A wrong MHAE is answered only to an agent that we know, so that nobody is made to receive
 * replies to what others sent in its name. Without MHAE the word of an agent is enough where it is
 * told to be (A4). req: HA-40 */
static int authenticate(struct ha *h, struct request *q, struct now now)
{
	const struct mip4_authenticator *a = &q->m.mhae;

	verify_foreign_agent(h, q);
	if (!a->present)
		return q->fa && h->c.per_node_auth ? PASS : dropped(h, DROP_AUTH_MISSING);
	q->mn = sa_find_nai(h->sas, q->m.nai, a->spi);
	if (!q->mn)
		return dropped(h, DROP_SA_UNKNOWN);
	if (mip4_verify(&q->m, a, q->mn) == 0)
		return PASS;
	return q->fa ? MIP4_HA_MN_AUTH : dropped(h, DROP_AUTH_WRONG);
}

/* The last accepted request once more, its outcome still standing. */
static bool is_duplicate(const struct request *q)
{
	const struct host *x = q->host;
	const struct mip4_message *m = &q->m;

	if (!x || m->identification != x->last || !in4_equal(m->care_of, x->care_of) ||
	    (m->lifetime == 0) != x->deregistration)
		return false;
	return x->deregistration ||
	       (q->binding && in4_equal(q->binding->tunnel->remote, m->care_of));
}

static int identification(struct ha *h, struct request *q, struct now now)
{
	const uint64_t id = q->m.identification;

	q->host = host_find(&h->hosts, q->m.nai);
	q->binding = q->host ? q->host->binding : NULL;
	q->known = q->binding;
	q->duplicate = is_duplicate(q);
	if (q->duplicate || replay_is_fresh(q->host, id, h->c.timestamp_tolerance, now))
		return PASS;
	ha_drop(h, DROP_REPLAY);
	return MIP4_HA_IDENTIFICATION;
}

/* An FHAE of an agent unknown to us is dropped (RFC 5944 3.8.2.1), a wrong one denied; an agent
 * that we share a key with has to use it, but for deregistrations (RFC 5944 3.7.3.1). Who
 * decapsulates itself (D) is no agent. */
static int foreign_agent(struct ha *h, struct request *q, struct now now)
{
	const struct mip4_authenticator *a = &q->m.fhae;

	if (q->fa)
		return PASS;
	if (!a->present)
		return q->m.lifetime != 0 && !(q->m.flags & MIP4_D) &&
				       sa_find_node(h->sas, q->in->remote, 0)
			       ? MIP4_HA_FA_AUTH
			       : PASS;
	if (!sa_find_node(h->sas, q->in->remote, a->spi))
		return dropped(h, DROP_SA_UNKNOWN);
	return MIP4_HA_FA_AUTH;
}

static bool is_usable_care_of(const struct ha *h, struct in_addr a)
{
	const uint32_t v = ntohl(a.s_addr);

	return v >> 24 != 0 && v >> 24 != 127 && v >> 28 < 14 && !in4_equal(a, h->c.address);
}

static int well_formed(struct ha *h, struct request *q, struct now now)
{
	const struct mip4_message *m = &q->m;

	if (m->bad || (h->c.strict_reserved && m->flags & MIP4_X))
		return MIP4_HA_MALFORMED;
	/* an address that cannot be the end of a tunnel */
	if (m->lifetime != 0 && !is_usable_care_of(h, m->care_of))
		return MIP4_HA_MALFORMED;
	return PASS;
}

/* draft 5.5.2, D14: requests about addresses come from access routers, which sign too. */
static int signed_by_router(struct ha *h, struct request *q, struct now now)
{
	if (!request_about_address(q) || q->fa)
		return PASS;
	return q->m.lifetime == 0 && !h->c.dereg_fhae ? PASS : MIP4_HA_FA_AUTH;
}

static int addressed_to_us(struct ha *h, struct request *q, struct now now)
{
	const struct in_addr ha = q->m.home_agent;
	const bool dynamic = ha.s_addr == INADDR_ANY || ha.s_addr == INADDR_BROADCAST;

	/* a broadcast request only finds out who we are (RFC 5944 3.8.2.1, RFC 4433) */
	if (!in4_equal(q->in->local, h->c.address))
		return MIP4_HA_UNKNOWN_HA;
	return dynamic || in4_equal(ha, h->c.address) ? PASS : MIP4_HA_UNKNOWN_HA;
}

/* Minimal encapsulation cannot carry IPv6 (A27). */
static int capabilities(struct ha *h, struct request *q, struct now now)
{
	const struct mip4_message *m = &q->m;

	if (m->flags & (MIP4_M | MIP4_G) || m->gre)
		return MIP4_HA_ENCAPSULATION;
	return m->flags & MIP4_T ? PASS : MIP4_HA_REVERSE_TUNNEL_MANDATORY;
}

/* What is asked for: the tunnelling mode (draft 3.2.2 step 5) or an address (draft 3.1); a request
 * without the draft's extensions can only mean a binding that there is (A16). An address that is
 * named must be the host's (A19), an IPv4 one, too. */
static int service(struct ha *h, struct request *q, struct now now)
{
	const struct mip4_message *m = &q->m;

	if (m->home.s_addr != 0 && !(q->host && in4_equal(m->home, q->host->home4)))
		return MIP4_HA_PROHIBITED;
	if (m->hoa_request == MIP4_ABSENT && m->hoa == MIP4_ABSENT && !q->binding &&
	    m->lifetime != 0)
		return MIP4_HA_PROHIBITED;
	return m->hoa == MIP4_FULL && q->binding && !home_address_is(q) ? MIP4_HA_PROHIBITED : PASS;
}

/* Whoever registers the care-of address of another host in tunnelling mode ends that one's binding
 * (D15). So it asks from there, or signs as an agent, or else any host with a key of its own could
 * end those of all others. */
static int care_of_another(struct ha *h, struct request *q, struct now now)
{
	const struct mip4_message *m = &q->m;
	const struct ha_tunnel *t;

	if (m->lifetime == 0 || q->fa || in4_equal(q->in->remote, m->care_of))
		return PASS;
	t = tunnel_find(&h->bindings, h->c.address, m->care_of, 0);
	return t && t->link && t->link != q->binding ? MIP4_HA_PROHIBITED : PASS;
}

static int (*const checks[])(struct ha *, struct request *, struct now) = {
	identify,         authenticate,    identification, foreign_agent, well_formed,
	signed_by_router, addressed_to_us, capabilities,   service,       care_of_another,
};

void request_deny(struct ha *h, const struct request *q, uint8_t code, struct now now,
		  struct actions *out)
{
	struct event_data e = { .event = EVENT_REFUSED, .care_of = q->m.care_of, .code = code };

	e.nai = actions_copy(out, q->m.nai);
	action_add(out, ACTION_EVENT, 0)->event = e;
	reply_send(h, q, 0, code, 0, now, out);
}

static void judge(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	int verdict = PASS;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && verdict == PASS; i++)
		verdict = checks[i](h, q, now);
	if (verdict == PASS)
		register_request(h, q, now, out);
	else if (verdict != DROPPED)
		request_deny(h, q, (uint8_t)verdict, now, out);
}

void request_judge(struct ha *h, const struct datagram *in, uint8_t attempt, struct now now,
		   struct actions *out)
{
	struct request q = { .in = in, .attempt = attempt };

	if (decode(h, in, &q.m) == PASS)
		judge(h, &q, now, out);
}

void ha_receive(void *self, const struct datagram *in, struct now now, struct actions *out)
{
	struct ha *h = self;
	struct request q = { .in = in };

	if (decode(h, in, &q.m) == DROPPED)
		return;
	switch (q.m.type) {
	case MIP4_RRQ:
		judge(h, &q, now, out);
		break;
	case MIP4_REVOCATION:
		revocation_received(h, in, &q.m, now, out);
		break;
	case MIP4_REVOCATION_ACK:
		revocation_acknowledged(h, &q.m);
		break;
	case MIP4_RRP:
		ha_drop(h, DROP_MESSAGE_UNKNOWN);
		break;
	}
}
