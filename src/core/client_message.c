/* SPDX-License-Identifier: Apache-2.0 */
#include "core/client_message.h"

#include <assert.h>

#define CLIENT_MESSAGE_MAX                                                                         \
	272 /* fixed part, a NAI of NAI_MAX, TBD-2, 137, MHAE and FHAE are 257                     \
	     */

/* A time of 15 microseconds' resolution, above it chance: two requests never have the same low
 * word, by which replies are matched, however coarse the clock is (RFC 5944 5.7.1). */
static uint64_t next_identification(struct client *c, struct client_group *g, uint64_t ntp)
{
	uint64_t chance = rng_below(g->rng, 1 << 16),
		 id = ((ntp + c->offset) & ~0xffffull) | chance;

	/* Retransmissions too are newer than anything sent before (RFC 5944 5.7.1). */
	if (c->floor && !ntp_later(id, c->floor))
		id = c->floor + 1 + chance;
	c->floor = id;
	return id;
}

/* Who signs, in wire order: the host's association, then the agent's. */
struct signers {
	enum mip4_auth auths[2];
	const struct mip4_sa *sas[2];
	size_t n;
};

static void add_signer(const struct client_group *g, struct signers *s, enum mip4_auth auth,
		       const struct mip4_sa *sa)
{
	if (!sa)
		g->drops[DROP_SA_UNKNOWN]++;
	s->auths[s->n] = auth;
	s->sas[s->n++] = sa;
}

static void emit(const struct client_group *g, uint32_t id, const struct mip4_message *m,
		 struct datagram d, struct actions *out)
{
	struct signers s = { .n = 0 };
	struct writer w;
	int err;

	/* What agents say to each other about a registration they sign alone (RFC 3543 3.4). */
	if (!g->router || m->type == MIP4_RRQ)
		add_signer(g, &s, MIP4_MHAE, sa_find_nai(g->sas, m->nai, 0));
	if (g->router) /* req: AR-35 */
		add_signer(g, &s, MIP4_FHAE, sa_find_node(g->sas, d.remote, 0));
	for (size_t i = 0; i < s.n; i++)
		if (!s.sas[i])
			return;
	w = writer_new(actions_reserve(out, CLIENT_MESSAGE_MAX), CLIENT_MESSAGE_MAX);
	err = mip4_encode(m, &g->numbers, s.auths, s.sas, s.n, &w);
	assert(err == 0); /* there is room for every NAI and every algorithm */
	(void)err;
	d.payload = writer_bytes(&w);
	actions_give_back(out, CLIENT_MESSAGE_MAX - d.payload.n);
	action_add(out, ACTION_SEND, id)->datagram = d;
}

/*
 * TBD-1 asks, once (draft 4.1); afterwards TBD-2 names the registration (A16), empty if there is no
 * address, or none that we know of. req: AN-11 EXT-5 AR-23 AR-27
 */
static void say_home_address(const struct client *c, const struct client_group *g,
			     struct mip4_message *m)
{
	if (c->state == CLIENT_REGISTERING) {
		m->hoa_request = g->router ? MIP4_FULL : MIP4_EMPTY;
		m->hoa_request_iid = c->iid;
		return;
	}
	m->hoa = in6_is_unspecified(&c->home) ? MIP4_EMPTY : MIP4_FULL;
	m->hoa_address = c->home;
	m->hoa_unique = c->unique;
}

void client_send_request(struct client *c, struct client_group *g, struct now now,
			 struct actions *out)
{
	uint16_t lifetime = c->state == CLIENT_DEREGISTERING ? 0 : g->lifetime;
	struct mip4_message m = { .type = MIP4_RRQ,
				  /* co-located unless we are a router, both directions (A22) */
				  .flags = g->router ? MIP4_T : MIP4_D | MIP4_T,
				  .lifetime = lifetime,
				  .home = { 0 }, /* IPv6 only: none (A20) */
				  .home_agent = c->home_agent,
				  .care_of = c->care_of, /* req: AN-10 AR-14 */
				  .nai = c->nai,         /* req: AN-26 */
				  /* Always, or the home agent cannot revoke (A7). We want to know
				   * whether a revocation detaches the host: I (RFC 3543 3.2). */
				  .revocation_support = true,
				  .support_inform = true,
				  .support_timestamp = ntp_seconds(now.ntp) };

	m.identification = c->latest = next_identification(c, g, now.ntp);
	c->sent = now.mono;
	c->answered = false;
	if (lifetime > c->exposed)
		c->exposed = lifetime;
	say_home_address(c, g, &m);
	emit(g, c->id, &m,
	     (struct datagram){ .local = c->care_of,
				.remote = c->home_agent,
				.local_port = MIP4_PORT,
				.remote_port = MIP4_PORT },
	     out);
}

static bool signed_by(const struct client_group *g, const struct mip4_message *m,
		      const struct mip4_authenticator *a, const struct mip4_sa *sa)
{
	enum drop wrong;

	if (!a->present)
		wrong = DROP_AUTH_MISSING;
	else if (!sa)
		wrong = DROP_SA_UNKNOWN;
	else if (mip4_verify(m, a, sa) < 0)
		wrong = DROP_AUTH_WRONG;
	else
		return true;
	g->drops[wrong]++;
	return false;
}

/* To an access node by the association of `nai`, to an access router by that with the home agent
 * (A4, D14). Counts what is wrong with it. */
static bool authentic(const struct client_group *g, struct bytes nai, const struct mip4_message *m)
{
	if (g->router &&
	    !signed_by(g, m, &m->fhae, sa_find_node(g->sas, m->home_agent, m->fhae.spi)))
		return false; /* req: AR-35 */
	if (g->router && !m->mhae.present)
		return true;
	if (!signed_by(g, m, &m->mhae, sa_find_nai(g->sas, nai, m->mhae.spi)))
		return false;
	/* What only an FHAE covers is anyone's word to whom foreign agents are strangers. */
	if (!g->router && m->beyond_mhae) {
		g->drops[DROP_EXTENSION_ORDER]++;
		return false;
	}
	return true; /* req: AN-28 */
}

bool client_reply_valid(const struct client *c, const struct client_group *g,
			const struct mip4_message *m)
{
	bool waiting = c->state == CLIENT_REGISTERING || c->state == CLIENT_RENEWING ||
		       c->state == CLIENT_DEREGISTERING;

	/* Only the latest request may be answered, and once: RFC 5944 3.6.2.1 matches the low word.
	 */
	if (!waiting || c->answered || (uint32_t)m->identification != (uint32_t)c->latest) {
		g->drops[DROP_REPLY_UNEXPECTED]++;
		return false;
	}
	if (!m->nai.p) { /* RFC 2794 3: with home address 0 the NAI is who is meant */
		g->drops[DROP_NAI_MISSING]++;
		return false;
	}
	if (!bytes_equal(m->nai, c->nai)) {
		g->drops[DROP_REPLY_UNEXPECTED]++;
		return false;
	}
	return authentic(g, c->nai, m);
}

bool client_revocation_valid(const struct client_group *g, struct bytes nai,
			     const struct mip4_message *m)
{
	if (!authentic(g, nai, m))
		return false;
	/* A = 1: sent by a home agent. Else it is one of ours that came back (RFC 3543 3.3.1). */
	if (!m->revocation_from_home) {
		g->drops[DROP_ROLE_WRONG]++;
		return false;
	}
	return true;
}

void client_acknowledge(const struct client_group *g, struct bytes nai, const struct datagram *in,
			const struct mip4_message *m, struct actions *out)
{
	const struct mip4_message ack = { .type = MIP4_REVOCATION_ACK,
					  .home = m->home,
					  .revocation_id = m->revocation_id,
					  .revocation_inform = m->revocation_inform,
					  .nai = nai,
					  /* A21, draft 4.4 */
					  .hoa = g->router ? m->hoa : MIP4_EMPTY,
					  .hoa_address = m->hoa_address,
					  .hoa_unique = m->hoa_unique };

	emit(g, 0, &ack,
	     (struct datagram){ .local = in->local,
				.remote = in->remote,
				.local_port = in->local_port,
				.remote_port = in->remote_port },
	     out);
}
