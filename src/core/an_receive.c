/* SPDX-License-Identifier: Apache-2.0 */
/* Registration Replies and Revocations (RFC 5944 3.6.2, RFC 3543 3.5). */
#include "core/an_internal.h"

#include <errno.h>

bool an_takes(struct bytes message)
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

static void receive_reply(struct an *an, const struct datagram *d, const struct mip4_message *m,
			  const struct an_input *in)
{
	/* Replies come to where the request was from: the care-of address. */
	struct an_attachment *a = care_of_owner(&an->care_of, d->local);

	if (!a) {
		an->drops[DROP_REPLY_UNEXPECTED]++;
		return;
	}
	an_outcome(an, a, client_reply(&a->client, &an->clients, m, in->now, in->out), in);
}

/* The registration that a revocation names: by NAI, care-of address and home agent (A21). */
static struct an_attachment *revocation_target(const struct an *an, const struct mip4_message *m)
{
	struct an_attachment *a = care_of_owner(&an->care_of, m->care_of);

	if (!a || !bytes_equal(a->client.nai, m->nai) ||
	    !in4_equal(a->client.home_agent, m->home_agent))
		return NULL;
	return a;
}

/* RFC 3543 3.5: who says it, is it new, which one is it; end it, acknowledge. What is gone already
 * is acknowledged too: the home agent has not heard the first time. req: AN-20 AN-21 */
static void receive_revocation(struct an *an, const struct datagram *d,
			       const struct mip4_message *m, const struct an_input *in)
{
	struct an_attachment *a;
	enum client_outcome outcome;

	if (!m->nai.p) { /* there is no home address to go by */
		an->drops[DROP_NAI_MISSING]++;
		return;
	}
	if (!client_revocation_valid(&an->clients, m->nai, m))
		return;
	a = revocation_target(an, m);
	if (a) {
		if (!client_revoked(&a->client, &an->clients, m, &outcome))
			return;
		an_outcome(an, a, outcome, in);
	}
	client_acknowledge(&an->clients, m->nai, d, m, in->out);
}

void an_receive(void *self, const struct datagram *d, struct now now, struct actions *out)
{
	struct an *an = self;
	const struct an_input in = { .now = now, .out = out };
	struct mip4_message m;
	int err = mip4_decode(d->payload, &an->config.access.numbers, &m);

	if (err < 0) {
		an->drops[drop_of(err)]++;
		return;
	}
	switch (m.type) {
	case MIP4_RRP:
		receive_reply(an, d, &m, &in);
		return;
	case MIP4_REVOCATION:
		receive_revocation(an, d, &m, &in);
		return;
	case MIP4_RRQ:
	case MIP4_REVOCATION_ACK:
		break;
	}
	an->drops[DROP_MESSAGE_UNKNOWN]++;
}
