/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access routers, as far as the home agent sees them (draft 5.4): a script says what they ask for;
 * they sign it with both keys, remember the home address that they are given and acknowledge
 * revocations. What a router tells another of a host is remembered for all of them.
 */
#include "world.h"

#include "core/sa.h"
#include "io/mac.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct sa_table *keys(struct world *w)
{
	const struct core_env env = { .memory = { .alloc = world_take, .ctx = w },
				      .derive = &mac_hmac_sha256 };

	if (!w->router_keys)
		assert(sa_table_new(w->sas, WORLD_SAS, 16, &env, &w->router_keys) == 0);
	return w->router_keys;
}

static void emit(struct world *w, struct node *n, const struct mip4_message *m, bool both)
{
	const struct mip4_sa *sas[2];
	enum mip4_auth auths[2] = { MIP4_MHAE, MIP4_FHAE };
	const size_t first = both ? 0 : 1;
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer out = writer_new(buf, sizeof(buf));
	char text[400];

	sas[0] = sa_find_nai(keys(w), m->nai, 0);
	sas[1] = sa_find_node(keys(w), n->address, 0);
	assert(sas[0] && sas[1]);
	assert(mip4_encode(m, &mip4_numbers_default, auths + first, sas + first, 2 - first, &out) ==
	       0);
	text_message(writer_bytes(&out), text, sizeof(text));
	world_trace(w, "%s>ha %s", n->name, text);
	if (!n->blocked && !w->nodes[WORLD_HA].blocked)
		world_post(w, ARRIVE_DATAGRAM, &w->nodes[WORLD_HA], w->ha_config.address,
			   n->address, writer_bytes(&out), WORLD_DELAY);
}

bool router_does(struct world *w, struct node *n, char **v)
{
	struct mip4_message m = { .type = MIP4_RRQ,
				  .flags = MIP4_T, /* A22 */
				  .lifetime = 600,
				  .home_agent = w->ha_config.address,
				  .care_of = n->address,
				  .identification = world_now(w, n).ntp + ++w->seq,
				  .revocation_support = true,
				  .support_timestamp = ntp_seconds(world_now(w, n).ntp) };

	if (!v[0] || !v[1])
		return false;
	m.nai = BYTES(v[1], strlen(v[1]));
	if (strcmp(v[0], "request") == 0 && v[2]) { /* request NAI IDENTIFIER */
		m.hoa_request = MIP4_FULL;
		m.hoa_request_iid = strtoull(v[2], NULL, 16);
	} else if (strcmp(v[0], "renew") == 0 || strcmp(v[0], "end") == 0) {
		m.hoa = MIP4_FULL; /* what the host was given, by whichever router */
		m.hoa_address = w->given;
		if (v[2] && !in6_parse(v[2], &m.hoa_address))
			return false;
		m.lifetime = *v[0] == 'e' ? 0 : 600;
	} else {
		return false;
	}
	emit(w, n, &m, true);
	return true;
}

void router_receive(struct world *w, struct node *n, struct bytes data)
{
	struct mip4_message m, ack;

	if (mip4_decode(data, &mip4_numbers_default, &m))
		return;
	if (m.type == MIP4_RRP && m.code <= MIP4_ACCEPTED_NO_SIMULTANEOUS && m.hoa == MIP4_FULL)
		w->given = m.hoa_address;
	if (m.type != MIP4_REVOCATION)
		return;
	ack = (struct mip4_message){ .type = MIP4_REVOCATION_ACK,
				     .revocation_id = m.revocation_id,
				     .nai = m.nai,
				     .hoa = m.hoa,
				     .hoa_address = m.hoa_address,
				     .hoa_unique = m.hoa_unique };
	emit(w, n, &ack, false);
}
