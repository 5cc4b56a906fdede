/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/router.h"

#include "core/sa.h"
#include "sim/mobile.h"

#include <assert.h>
#include <string.h>

static struct sa_table *keys(struct world *w)
{
	const struct core_env env = { .memory = { .alloc = blocks_take, .ctx = &w->memory },
				      .derive = w->derive };

	if (!w->router_keys)
		assert(sa_table_new(w->sas, w->n_sas, 16, &env, &w->router_keys) == 0);
	return w->router_keys;
}

static void emit(struct world *w, struct node *n, const struct mip4_message *m, bool both)
{
	struct node *ha = &w->nodes[WORLD_HA];
	const struct mip4_sa *sas[2];
	enum mip4_auth auths[2] = { MIP4_MHAE, MIP4_FHAE };
	const size_t first = both ? 0 : 1;
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer out = writer_new(buf, sizeof(buf));

	sas[0] = sa_find_nai(keys(w), m->nai, 0);
	sas[1] = sa_find_node(keys(w), n->address, 0);
	assert(sas[0] && sas[1]);
	assert(mip4_encode(m, &mip4_numbers_default, auths + first, sas + first, 2 - first, &out) ==
	       0);
	TRACE(w, TRACE_SEND, n->index, writer_bytes(&out), "%s>ha %s", n->name,
	      text_message(writer_bytes(&out)));
	world_send(w, ARRIVE_DATAGRAM, n, ha, ha->address, n->address, writer_bytes(&out));
}

void router_send(struct world *w, struct node *n, enum router_request what, struct bytes nai,
		 uint64_t iid, const struct in6_addr *address, uint16_t lifetime)
{
	struct mip4_message m = { .type = MIP4_RRQ,
				  .flags = MIP4_T, /* A22 */
				  .lifetime = lifetime,
				  .home_agent = w->ha_config.address,
				  .care_of = n->address,
				  .identification = world_now(w, n).ntp + ++n->sent,
				  .nai = nai,
				  .revocation_support = true,
				  .support_timestamp = ntp_seconds(world_now(w, n).ntp) };

	if (what == ROUTER_REQUEST) {
		m.hoa_request = MIP4_FULL;
		m.hoa_request_iid = iid;
	} else {
		m.hoa = MIP4_FULL; /* what the host was given, by whichever router */
		m.hoa_address = address ? *address : w->given;
		if (what == ROUTER_END)
			m.lifetime = 0;
	}
	emit(w, n, &m, true);
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

void router_data(struct world *w, struct node *n, const struct in6_addr *src,
		 const struct in6_addr *dst)
{
	struct node *ha = &w->nodes[WORLD_HA];
	uint8_t buf[64];

	world_send(w, ARRIVE_TUNNEL, n, ha, ha->address, n->address, data_packet(src, dst, buf));
}
