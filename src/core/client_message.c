/* SPDX-License-Identifier: Apache-2.0 */
#include "core/client_message.h"

#include <assert.h>

#define CLIENT_MESSAGE_MAX 256 /* fixed part, a NAI of NAI_MAX, 137, TBD-x and MHAE are 209 */

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

static void emit(const struct client_group *g, uint32_t id, const struct mip4_message *m,
		 struct bytes nai, struct datagram d, struct actions *out)
{
	const struct mip4_sa *sa = sa_find_nai(g->sas, nai, 0);
	const enum mip4_auth auth = MIP4_MHAE;
	struct writer w;
	int err;

	if (!sa) {
		g->drops[DROP_SA_UNKNOWN]++;
		return;
	}
	w = writer_new(actions_reserve(out, CLIENT_MESSAGE_MAX), CLIENT_MESSAGE_MAX);
	err = mip4_encode(m, &g->numbers, &auth, &sa, 1, &w);
	assert(err == 0); /* there is room for every NAI and every algorithm */
	(void)err;
	d.payload = writer_bytes(&w);
	action_add(out, ACTION_SEND, id)->datagram = d;
}

void client_send_request(struct client *c, struct client_group *g, struct now now,
			 struct actions *out)
{
	bool initial = c->state == CLIENT_REGISTERING;
	uint16_t lifetime = c->state == CLIENT_DEREGISTERING ? 0 : g->lifetime;

	c->latest = next_identification(c, g, now.ntp);
	c->sent = now.mono;
	c->answered = false;
	if (lifetime > c->exposed)
		c->exposed = lifetime;
	emit(g, c->id,
	     &(struct mip4_message){
		     .type = MIP4_RRQ,
		     .flags = MIP4_D | MIP4_T, /* co-located, both directions (A22) */
		     .lifetime = lifetime,
		     .home = { 0 }, /* IPv6 only: none (A20) */
		     .home_agent = c->home_agent,
		     .care_of = c->care_of, /* req: AN-10 */
		     .identification = c->latest,
		     .nai = c->nai, /* req: AN-26 */
		     /* TBD-1 asks for tunnelling mode, once (draft 4.1); afterwards an empty
		      * TBD-2 names the registration (A16). req: AN-11 EXT-5 */
		     .hoa_request = initial ? MIP4_EMPTY : MIP4_ABSENT,
		     .hoa = initial ? MIP4_ABSENT : MIP4_EMPTY,
		     /* Always, or the home agent cannot revoke (A7). We want to know whether a
		      * revocation detaches the host: I (RFC 3543 3.2). */
		     .revocation_support = true,
		     .support_inform = true,
		     .support_timestamp = ntp_seconds(now.ntp) },
	     c->nai,
	     (struct datagram){ .local = c->care_of,
				.remote = c->home_agent,
				.local_port = MIP4_PORT,
				.remote_port = MIP4_PORT },
	     out);
}

/* MHAE by the association of `nai`: counts what is wrong with it. */
static bool authentic(const struct client_group *g, struct bytes nai, const struct mip4_message *m)
{
	const struct mip4_sa *sa;

	if (!m->mhae.present) {
		g->drops[DROP_AUTH_MISSING]++;
		return false;
	}
	sa = sa_find_nai(g->sas, nai, m->mhae.spi);
	if (!sa) {
		g->drops[DROP_SA_UNKNOWN]++;
		return false;
	}
	if (mip4_verify(m, &m->mhae, sa) < 0) {
		g->drops[DROP_AUTH_WRONG]++;
		return false;
	}
	/* What only an FHAE covers is anyone's word: we have no association with foreign agents. */
	if (m->beyond_mhae) {
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
	emit(g, 0,
	     &(struct mip4_message){ .type = MIP4_REVOCATION_ACK,
				     .home = m->home,
				     .revocation_id = m->revocation_id,
				     .revocation_inform = m->revocation_inform,
				     .nai = nai,
				     .hoa = MIP4_EMPTY /* A21 */ },
	     nai,
	     (struct datagram){ .local = in->local,
				.remote = in->remote,
				.local_port = in->local_port,
				.remote_port = in->remote_port },
	     out);
}
