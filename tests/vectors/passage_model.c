/* SPDX-License-Identifier: Apache-2.0 */
#include "passage_model.h"
#include "proto/ip6.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/ether.h>
#include <stdlib.h>

#define HOME_IF 2

static void *blocks[16];
static size_t n_blocks;

static void *take(void *ctx, size_t n)
{
	assert_in_range(n_blocks, 0, sizeof(blocks) / sizeof(blocks[0]) - 1);
	return blocks[n_blocks++] = calloc(1, n);
}

void passage_model_free(void)
{
	while (n_blocks)
		free(blocks[--n_blocks]);
}

void passage_model_new(struct plane *p, uint32_t max, nsec_t punt_interval)
{
	const struct memory memory = { take, NULL };
	struct plane_config c = { .tunnels_max = max,
				  .addresses_max = max,
				  .prefixes_max = max,
				  .neighbours_max = max,
				  .core_mtu = PASSAGE_CORE_MTU,
				  .port_mtu = PASSAGE_PORT_MTU,
				  .punt_interval = punt_interval,
				  .n_own = 2 };

	passage_model_free(); /* of a test that has failed */
	assert_non_null(ether_aton_r(PASSAGE_HOME_MAC, (struct ether_addr *)&c.home_mac));
	assert_non_null(ether_aton_r(PASSAGE_ACCESS_MAC, (struct ether_addr *)&c.router_mac));
	assert_int_equal(inet_pton(AF_INET6, PASSAGE_ROUTER, &c.router), 1);
	assert_int_equal(inet_pton(AF_INET6, PASSAGE_OWN, &c.own[0]), 1);
	c.own[1].s6_addr[15] = 1; /* the loopback address */
	assert_int_equal(plane_new(p, &c, &memory), 0);
}

int passage_model_set(struct plane *p, const struct passage_entry *e)
{
	switch (e->what) {
	case PASSAGE_TUNNEL:
		return (e->gone ? plane_tunnel_del : plane_tunnel_set)(p, &e->tunnel);
	case PASSAGE_ADDRESS:
		return (e->gone ? plane_address_del : plane_address_set)(p, &e->address);
	case PASSAGE_MTU:
		return plane_path_mtu(p, e->tunnel.remote, e->mtu);
	case PASSAGE_PREFIX:
		return plane_home_prefixes(p, &e->address.prefix, 1);
	}
	return -1;
}

static struct plane_verdict ask(struct plane *p, const struct passage_in *in)
{
	const struct bytes packet = BYTES(in->packet, in->n);

	switch (in->from) {
	case PASSAGE_ACCESS:
		return plane_from_host(p, PASSAGE_PORT, in->source, in->to_group, packet, 0);
	case PASSAGE_CORE:
		return plane_from_core(p, in->local, in->remote, packet, 0);
	case PASSAGE_HOME:
		return plane_from_home(p, HOME_IF, in->source, packet, 0);
	case PASSAGE_NEIGHBOUR:
		return plane_from_router_host(p, in->ifindex, in->source, 0, packet, 0);
	case PASSAGE_UPSTREAM:
		break;
	}
	return plane_from_upstream(p, packet, 0);
}

static void end_of(const struct plane_verdict *v, const struct passage_in *in,
		   struct passage_out *ret)
{
	switch (v->what) {
	case PLANE_KERNEL:
		ret->end = in->from == PASSAGE_CORE ? PASSAGE_TO_KERNEL : PASSAGE_PASSED;
		break;
	case PLANE_TUNNEL:
		ret->end = PASSAGE_INTO;
		ret->local = v->tunnel.local;
		ret->remote = v->tunnel.remote;
		break;
	case PLANE_LINK:
		ret->end = PASSAGE_TO_HOST;
		ret->host = v->tunnel.host;
		break;
	case PLANE_ROUTE:
		ret->end = PASSAGE_ROUTED;
		break;
	case PLANE_TOO_BIG: /* back into the tunnel that it came out of, or to the link */
		ret->end = in->from == PASSAGE_CORE ? PASSAGE_INTO : PASSAGE_BACK;
		ret->local = in->local;
		ret->remote = in->remote;
		ret->mtu = v->mtu;
		break;
	case PLANE_DROP:
	case PLANE_WHAT_MAX:
		break;
	}
}

struct passage_out passage_model_run(struct plane *p, const struct passage_in *in)
{
	struct passage_out out = { 0 };
	struct tunnel t = { .local = in->local, .remote = in->remote };
	const struct plane_verdict v = ask(p, in);

	out.router = in->from == PASSAGE_CORE && plane_tunnel_get(p, &t, &t) && t.access;
	end_of(&v, in, &out);
	out.punted = v.punted;
	out.limited = v.limited;
	if (v.punted) {
		out.why = v.packet.why;
		passage_assert_punted(in, &v.packet,
				      in->from == PASSAGE_HOME ? HOME_IF : in->ifindex);
	}
	out.dropped = v.reason != DROP_MAX;
	if (out.dropped)
		out.drop = v.reason;
	if (out.mtu)
		out.n = IP6_MTU_MIN;
	else if (v.punted)
		out.n = v.packet.payload.n;
	else if (out.end == PASSAGE_PASSED)
		out.n = in->n;
	else if (out.end != PASSAGE_NOWHERE)
		out.n = passage_length(in);
	return out;
}
