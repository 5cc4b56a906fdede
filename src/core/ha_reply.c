/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_reply.h"
#include "core/ha_home_address.h"
#include "core/ha_state.h"

#include <assert.h>

#define REPLY_MAX 320 /* fixed part, a NAI of NAI_MAX, draft 4.2, 137, MHAE and FHAE are 253 */

/* Signed as the request was: MHAE, FHAE if there was one (draft 5.5.2); FHAE alone where agents
 * vouch for their hosts (A4). req: HA-40 */
static void send_reply(struct ha *h, const struct datagram *to, const struct mip4_message *m,
		       const struct mip4_sa *mn, const struct mip4_sa *fa, uint32_t id,
		       struct actions *out)
{
	struct writer w = writer_new(actions_reserve(out, REPLY_MAX), REPLY_MAX);
	const struct mip4_sa *sas[2];
	enum mip4_auth auths[2];
	struct datagram d = *to;
	size_t n = 0;
	int r;

	if (mn) {
		auths[n] = MIP4_MHAE;
		sas[n++] = mn;
	}
	if (fa) {
		auths[n] = MIP4_FHAE;
		sas[n++] = fa;
	}
	r = mip4_encode(m, &h->c.numbers, auths, sas, n, &w);
	assert(r == 0); /* a NAI has its largest size */
	(void)r;
	d.payload = writer_bytes(&w);
	actions_give_back(out, REPLY_MAX - d.payload.n);
	action_add(out, ACTION_SEND, id)->datagram = d;
}

/* Every reply that has to do with our mode says so (draft 4.3), unless it is switched off. */
static bool says_tunnelling(const struct ha *h, const struct request *q)
{
	const struct mip4_message *m = &q->m;

	return h->c.tunnelling &&
	       (q->known || m->bad || m->hoa != MIP4_ABSENT || m->hoa_request != MIP4_ABSENT);
}

/* The extension of draft 4.2: with the home address where that is what the registration is about,
 * else empty. req: HA-13 HA-14 HA-33 EXT-7 EXT-8 */
static void say_home_address(const struct ha *h, const struct request *q, bool accepted,
			     struct mip4_message *m)
{
	const struct host_address *home = q->host ? q->host->home : NULL;
	const bool registered = q->binding && !q->binding->link && home;

	if (accepted && q->m.lifetime == 0 && q->m.hoa == MIP4_FULL) {
		m->hoa = MIP4_FULL;
		m->hoa_address = q->m.hoa_address;
		m->hoa_unique = home_address_is(q) && home->length == 64;
	} else if (accepted && q->m.lifetime != 0 && registered && q->m.hoa != MIP4_EMPTY) {
		m->hoa = MIP4_FULL;
		m->hoa_address = home->address;
		m->hoa_unique = home->length == 64; /* A18 */
	} else if (says_tunnelling(h, q)) {
		m->hoa = MIP4_EMPTY;
	}
}

void reply_send(struct ha *h, const struct request *q, uint32_t id, uint8_t code, uint16_t lifetime,
		struct now now, struct actions *out)
{
	const bool accepted = code <= MIP4_ACCEPTED_NO_SIMULTANEOUS;
	struct datagram to = *q->in;
	struct mip4_message m = { .type = MIP4_RRP,
				  .code = code,
				  .lifetime = accepted ? lifetime : 0,
				  .home_agent = h->c.address,
				  .identification = q->m.identification,
				  .nai = q->m.nai };

	if (code == MIP4_HA_IDENTIFICATION) /* D13 */
		m.identification = replay_resynchronise(q->host, q->m.identification, now);
	say_home_address(h, q, accepted, &m);
	if (accepted && q->host)
		m.home = q->host->home4;
	if (accepted && q->host && q->m.revocation_support) {
		m.revocation_support = true;
		m.support_inform = q->m.support_inform;
		m.support_timestamp =
			q->duplicate ? q->host->stamp : revocation_timestamp(q->host, now);
	}
	to.local = h->c.address; /* also if the request came to another address (RFC 5944 3.8.3) */
	send_reply(h, &to, &m, q->mn, q->fa, id, out);
}

void reply_take_back(struct ha *h, const struct binding *b, struct actions *out)
{
	const struct peer *p = &b->peer;
	const struct datagram to = { .local = h->c.address,
				     .remote = p->address,
				     .local_port = p->local_port,
				     .remote_port = p->port };
	const struct mip4_message m = { .type = MIP4_RRP,
					.code = MIP4_HA_RESOURCES,
					.home_agent = h->c.address,
					.identification = b->host->last,
					.nai = binding_nai(b),
					.hoa = MIP4_EMPTY };
	const struct mip4_sa *mn =
		p->mn_spi ? sa_find_nai(h->sas, binding_nai(b), p->mn_spi) : NULL;
	const struct mip4_sa *fa = p->fa_spi ? sa_find_node(h->sas, p->address, p->fa_spi) : NULL;

	if ((p->mn_spi && !mn) || (p->fa_spi && !fa))
		return; /* the association has gone with a reload */
	send_reply(h, &to, &m, mn, fa, 0, out);
}
