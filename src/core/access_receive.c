/* SPDX-License-Identifier: Apache-2.0 */
/* Registration Replies and Revocations (RFC 5944 3.6.2, RFC 3543 3.5). */
#include "core/access.h"

#include <errno.h>

bool access_takes(struct bytes message)
{
	return message.p[0] == MIP4_RRP || message.p[0] == MIP4_REVOCATION;
}

static enum drop drop_of(int err)
{
	switch (err) {
	case -ENOMSG:
		return DROP_MESSAGE_UNKNOWN;
	case -ENOPROTOOPT:
		return DROP_EXTENSION_UNKNOWN;
	case -EPROTO:
		return DROP_EXTENSION_ORDER;
	}
	return DROP_MESSAGE_MALFORMED;
}

static void receive_reply(struct access *n, const struct datagram *d, const struct mip4_message *m,
			  const struct access_input *in)
{
	struct attachment *a = n->ops->replied(n, d, m);

	if (!a) {
		n->drops[DROP_REPLY_UNEXPECTED]++;
		return;
	}
	access_outcome(n, a, client_reply(&a->client, &n->clients, m, in->now, in->out), in);
}

/* RFC 3543 3.5: who says it, is it new, which one is it; end it, acknowledge. What is gone already
 * is acknowledged too: the home agent has not heard the first time. req: AN-20 AN-21 */
static void receive_revocation(struct access *n, const struct datagram *d,
			       const struct mip4_message *m, const struct access_input *in)
{
	struct attachment *a;
	enum client_outcome outcome;

	if (!m->nai.p) { /* there is no home address to go by */
		n->drops[DROP_NAI_MISSING]++;
		return;
	}
	if (!client_revocation_valid(&n->clients, m->nai, m))
		return;
	a = n->ops->revoked(n, m);
	if (a) {
		if (!client_revoked(&a->client, &n->clients, m, &outcome))
			return;
		access_outcome(n, a, outcome, in);
	}
	client_acknowledge(&n->clients, m->nai, d, m, in->out);
}

void access_receive(struct access *n, const struct datagram *d, struct now now, struct actions *out)
{
	const struct access_input in = { .now = now, .out = out };
	struct mip4_message m;
	int err = mip4_decode(d->payload, &n->config.numbers, &m);

	if (err < 0) {
		n->drops[drop_of(err)]++;
		return;
	}
	switch (m.type) {
	case MIP4_RRP:
		receive_reply(n, d, &m, &in);
		return;
	case MIP4_REVOCATION:
		receive_revocation(n, d, &m, &in);
		return;
	case MIP4_RRQ:
	case MIP4_REVOCATION_ACK:
		break;
	}
	n->drops[DROP_MESSAGE_UNKNOWN]++;
}
