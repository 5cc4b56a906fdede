/* SPDX-License-Identifier: Apache-2.0 */
/* What a host sends. */
#include "sim/dhcp6.h"
#include "sim/mobile.h"

#include <assert.h>

static void send_packet(struct mobile *h, struct bytes packet)
{
	if (h->dial.wanted || h->dial.step != DIAL_IDLE)
		dial_send(h, packet);
	else if (h->at && h->at->carrier[h->port] && !h->silent)
		node_from_host(h->at, h, packet);
}

void mobile_nd(struct world *w, struct mobile *h, const struct nd *m)
{
	uint8_t buf[1500];
	struct writer out = writer_new(buf, sizeof(buf));
	int err = nd_write(&out, m);

	assert(!err);
	(void)err;
	send_packet(h, writer_bytes(&out));
}

void mobile_dad(struct world *w, struct mobile *h, const struct in6_addr *a)
{
	mobile_nd(w, h, &(struct nd){ .type = ND_NS, .dst = in6_solicited_node(a), .target = *a });
}

void mobile_ns(struct world *w, struct mobile *h, const struct in6_addr *src,
	       const struct in6_addr *target)
{
	mobile_nd(w, h,
		  &(struct nd){ .type = ND_NS,
				.src = *src,
				.dst = in6_solicited_node(target),
				.target = *target,
				.has_lla = true,
				.lla = h->mac });
}

void mobile_rs(struct world *w, struct mobile *h)
{
	mobile_nd(w, h,
		  &(struct nd){ .type = ND_RS,
				.src = h->link_local,
				.dst = in6_all_routers,
				.has_lla = true,
				.lla = h->mac });
}

void mobile_mld(struct world *w, struct mobile *h)
{
	const struct in6_addr *second = h->manual && h->has_global ? &h->global
					: h->lease.has             ? &h->lease.address
								   : &h->link_local;
	struct in6_addr groups[2] = { in6_solicited_node(&h->link_local),
				      in6_solicited_node(second) };
	const bool both = !in6_equal(&groups[0], &groups[1]);
	uint8_t buf[1500];
	struct writer out = writer_new(buf, sizeof(buf));
	int err = mld_write_report(&out, &h->link_local, groups, both ? 2 : 1, false);

	assert(!err);
	(void)err;
	send_packet(h, writer_bytes(&out));
}

void mobile_ask(struct world *w, struct mobile *h, const struct dhcp6_question *q)
{
	const struct mac_addr none = { { 0 } };
	const struct ar_config *c = h->at ? h->at->ar_config : NULL;
	uint8_t buf[512];
	const size_t n = dhcp6_write(q, &h->link_local, c ? c->router_mac : none, buf);

	send_packet(h, BYTES(buf, n));
}

void mobile_dhcp6(struct world *w, struct mobile *h, enum dhcp6_type type,
		  const struct in6_addr *address)
{
	mobile_ask(w, h,
		   &(struct dhcp6_question){
			   .type = type, .id = h->mac.b[5], .client = h->mac, .address = address });
}

void mobile_data(struct world *w, struct mobile *h, const struct in6_addr *src,
		 const struct in6_addr *dst)
{
	uint8_t buf[64];

	send_packet(h, data_packet(src, dst, buf));
}
