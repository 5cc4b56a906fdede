/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts, as far as scenarios need them: a mobile node that does what the Linux kernel does,
 * and a host on the home link that may own an address already. */
#include "world.h"

#include "proto/nd.h"

#include <assert.h>
#include <string.h>

#define ETHER 14

static const struct mac_addr home_host_mac = { { 0x02, 0, 0, 0, 0, 0x99 } };

void host_init(struct host *h, const char *name, uint8_t number)
{
	*h = (struct host){ .name = name,
			    .mac = { { 0x02, 0, 0, 0, 0x01, number } },
			    .answers = true };
	h->link_local = in6_link_local_of(h->mac);
}

static void send_nd(struct world *w, struct host *h, const struct nd *m)
{
	uint8_t buf[1500];
	struct writer out = writer_new(buf, sizeof(buf));

	assert(nd_write(&out, m) == 0);
	plane_from_host(w, h, writer_bytes(&out));
}

void host_dad(struct world *w, struct host *h, const struct in6_addr *a)
{
	send_nd(w, h, &(struct nd){ .type = ND_NS, .dst = in6_solicited_node(a), .target = *a });
}

void host_ns(struct world *w, struct host *h, const struct in6_addr *src,
	     const struct in6_addr *target)
{
	send_nd(w, h,
		&(struct nd){ .type = ND_NS,
			      .src = *src,
			      .dst = in6_solicited_node(target),
			      .target = *target,
			      .has_lla = true,
			      .lla = h->mac });
}

void host_rs(struct world *w, struct host *h)
{
	send_nd(w, h,
		&(struct nd){ .type = ND_RS,
			      .src = h->link_local,
			      .dst = in6_all_routers,
			      .has_lla = true,
			      .lla = h->mac });
}

void host_mld(struct world *w, struct host *h)
{
	struct in6_addr group = in6_solicited_node(&h->link_local);
	uint8_t buf[1500];
	struct writer out = writer_new(buf, sizeof(buf));

	assert(mld_write_report(&out, &h->link_local, &group, 1, false) == 0);
	plane_from_host(w, h, writer_bytes(&out));
}

static struct bytes data_packet(const struct in6_addr *src, const struct in6_addr *dst,
				uint8_t buf[static 64])
{
	struct writer out = writer_new(buf, 64);

	write_u32(&out, 0x60000000);
	write_u16(&out, 8);
	write_u8(&out, 17);
	write_u8(&out, 64);
	write_in6(&out, src);
	write_in6(&out, dst);
	write_u16(&out, 4000); /* UDP, checksum not looked at by anything here */
	write_u16(&out, 4000);
	write_u16(&out, 8);
	write_u16(&out, 0xffff);
	return writer_bytes(&out);
}

void host_data(struct world *w, struct host *h, const struct in6_addr *src,
	       const struct in6_addr *dst)
{
	uint8_t buf[64];

	plane_from_host(w, h, data_packet(src, dst, buf));
}

/* In an access router's tunnel. */
void router_data(struct world *w, struct node *n, const struct in6_addr *src,
		 const struct in6_addr *dst)
{
	uint8_t buf[64];

	world_post(w, ARRIVE_TUNNEL, &w->nodes[WORLD_HA], w->ha_config.address, n->address,
		   data_packet(src, dst, buf), WORLD_DELAY);
}

/* SLAAC (RFC 4862 5.5.3) as far as one address: the identifier is that of the link-local one. */
static void configure(struct world *w, struct host *h, const struct nd *ra)
{
	if (h->has_global || ra->n_prefixes == 0 || !ra->prefixes[0].autonomous)
		return;
	h->global = ra->prefixes[0].prefix;
	memcpy(&h->global.s6_addr[8], &h->link_local.s6_addr[8], 8);
	h->has_global = true;
	host_dad(w, h, &h->global);
}

void host_receive(struct world *w, struct host *h, struct bytes frame)
{
	struct bytes packet = { frame.p + ETHER, frame.n - ETHER };
	struct ip6 p;
	struct nd m;
	char text[400];

	assert(frame.n > ETHER);
	text_packet(packet, text, sizeof(text));
	world_trace(w, "%s-%s %s", h->at->name, h->name, text);
	if (!h->answers || ip6_decode(packet, &p) || nd_decode(&p, &m))
		return;
	if (m.type == ND_RA)
		configure(w, h, &m);
	else if (m.type == ND_NS && (in6_equal(&m.target, &h->link_local) ||
				     (h->has_global && in6_equal(&m.target, &h->global))))
		send_nd(w, h,
			&(struct nd){ .type = ND_NA,
				      .src = m.target,
				      .dst = m.src,
				      .target = m.target,
				      .solicited = true,
				      .override = true,
				      .has_lla = true,
				      .lla = h->mac });
}

static void home_send(struct world *w, const struct nd *m)
{
	uint8_t buf[1500];
	struct writer out = writer_new(buf, sizeof(buf));
	char text[400];

	assert(nd_write(&out, m) == 0);
	text_packet(writer_bytes(&out), text, sizeof(text));
	world_trace(w, "home-ha %s", text);
	world_post(w, ARRIVE_HOME, &w->nodes[WORLD_HA], (struct in_addr){ 0 },
		   (struct in_addr){ 0 }, writer_bytes(&out), NSEC_PER_MSEC);
}

void home_receive(struct world *w, struct bytes frame)
{
	struct ip6 p;
	struct nd m;

	if (ip6_decode((struct bytes){ frame.p + ETHER, frame.n - ETHER }, &p) ||
	    nd_decode(&p, &m) || m.type != ND_NS)
		return;
	for (size_t i = 0; i < w->n_home_owner; i++)
		if (in6_equal(&m.target, &w->home_owner[i]))
			home_send(w, &(struct nd){ .type = ND_NA,
						   .src = m.target,
						   .dst = in6_all_nodes,
						   .target = m.target,
						   .override = true,
						   .has_lla = true,
						   .lla = home_host_mac });
}

void home_ns(struct world *w, const struct in6_addr *target)
{
	home_send(w, &(struct nd){ .type = ND_NS,
				   .src = in6_link_local_of(home_host_mac),
				   .dst = in6_solicited_node(target),
				   .target = *target,
				   .has_lla = true,
				   .lla = home_host_mac });
}

void home_dad(struct world *w, const struct in6_addr *target)
{
	home_send(w, &(struct nd){
			     .type = ND_NS, .dst = in6_solicited_node(target), .target = *target });
}
