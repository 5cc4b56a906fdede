/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_reply.h"
#include "core/ha_state.h"

#include <assert.h>

/* Signed as the request was: MHAE always, FHAE if there was one (draft 5.5.2). req: HA-40 */
static void send_reply(struct ha *h, const struct datagram *to, const struct mip4_message *m,
		       const struct mip4_sa *mn, const struct mip4_sa *fa, uint32_t id,
		       struct actions *out)
{
	const enum mip4_auth auths[] = { MIP4_MHAE, MIP4_FHAE };
	const struct mip4_sa *const sas[] = { mn, fa };
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	struct datagram d = *to;
	int r = mip4_encode(m, &h->c.numbers, auths, sas, fa ? 2 : 1, &w);

	assert(r == 0); /* a NAI has its largest size */
	(void)r;
	d.payload = actions_copy(out, writer_bytes(&w));
	action_add(out, ACTION_SEND, id)->datagram = d;
}

/* Every reply that has to do with our mode says so (draft 4.3), unless it is switched off. */
static bool says_tunnelling(const struct ha *h, const struct request *q)
{
	const struct mip4_message *m = &q->m;

	return h->c.tunnelling &&
	       (q->known || m->bad || m->hoa != MIP4_ABSENT || m->hoa_request != MIP4_ABSENT);
}

void reply_send(struct ha *h, const struct request *q, uint32_t id, uint8_t code, uint16_t lifetime,
		struct now now, struct actions *out)
{
	const bool accepted = code <= MIP4_ACCEPTED_NO_SIMULTANEOUS;
	const bool revocable = accepted && q->m.revocation_support;
	struct datagram to = *q->in;
	struct mip4_message m = { .type = MIP4_RRP,
				  .code = code,
				  .lifetime = accepted ? lifetime : 0,
				  .home_agent = h->c.address,
				  .identification = q->m.identification,
				  .nai = q->m.nai };

	if (code == MIP4_HA_IDENTIFICATION) /* D13 */
		m.identification = replay_resynchronise(q->replay, q->m.identification, now);
	if (says_tunnelling(h, q))
		m.hoa = MIP4_EMPTY; /* req: HA-13 HA-14 HA-33 */
	if (revocable) {
		m.revocation_support = true;
		m.support_inform = q->m.support_inform;
		m.support_timestamp = revocation_timestamp(&h->revocations, now);
	}
	to.local = h->c.address; /* also if the request came to another address (RFC 5944 3.8.3) */
	send_reply(h, &to, &m, &q->mn, q->has_fa ? &q->fa : NULL, id, out);
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
					.identification = b->identification,
					.nai = binding_nai(b),
					.hoa = MIP4_EMPTY };
	const struct mip4_sa *sa = sa_find_nai(h->sas, binding_nai(b), p->mn_spi);
	const struct mip4_sa *fa = p->fa_spi ? sa_find_node(h->sas, p->address, p->fa_spi) : NULL;
	struct mip4_sa mn;

	if (!sa || (p->fa_spi && !fa))
		return;
	mn = *sa;
	send_reply(h, &to, &m, &mn, fa, 0, out);
}
