/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in memory in place of the maps, and what the BPF programs decide from it: the same
 * questions in the same order as src/bpf, without the bytes of the outer headers.
 */
#include "world.h"

#include "proto/nd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

static struct tunnel *find(struct node *n, struct in_addr local, struct in_addr remote)
{
	for (size_t i = 0; i < n->n_tunnels; i++)
		if (in4_equal(n->tunnels[i].local, local) &&
		    in4_equal(n->tunnels[i].remote, remote))
			return &n->tunnels[i];
	return NULL;
}

static struct address *find_address(struct node *n, const struct in6_addr *a)
{
	for (size_t i = 0; i < n->n_addresses; i++)
		if (in6_in_prefix(a, &n->addresses[i].prefix, n->addresses[i].length))
			return &n->addresses[i];
	return NULL;
}

static int tunnel_set(void *ctx, const struct tunnel *t)
{
	struct node *n = ctx;
	struct tunnel *old = find(n, t->local, t->remote);

	if (n->plane_fails || (!old && n->n_tunnels == WORLD_TABLE))
		return -ENOSPC;
	world_trace(n->w, "%s tunnel-%s", n->name, old ? "change" : "set");
	if (!old) {
		n->packets[n->n_tunnels] = 0;
		old = &n->tunnels[n->n_tunnels++];
	}
	*old = *t;
	return 0;
}

static int tunnel_del(void *ctx, const struct tunnel *t)
{
	struct node *n = ctx;
	struct tunnel *old = find(n, t->local, t->remote);

	if (!old)
		return 0;
	world_trace(n->w, "%s tunnel-del", n->name);
	n->n_tunnels--;
	n->packets[old - n->tunnels] = n->packets[n->n_tunnels];
	*old = n->tunnels[n->n_tunnels];
	return 0;
}

static int address_set(void *ctx, const struct address *a)
{
	struct node *n = ctx;
	struct address *old = find_address(n, &a->prefix);
	char text[INET6_ADDRSTRLEN], remote[INET_ADDRSTRLEN];

	if (n->plane_fails || (!old && n->n_addresses == WORLD_TABLE))
		return -ENOSPC;
	if (!old)
		old = &n->addresses[n->n_addresses++];
	*old = *a;
	inet_ntop(AF_INET6, &a->prefix, text, sizeof(text));
	inet_ntop(AF_INET, &a->remote, remote, sizeof(remote));
	world_trace(n->w, "%s address-set %s %s via %s", n->name, text,
		    a->state == ADDRESS_BOUND ? "bound" : "tentative", remote);
	return 0;
}

static int address_del(void *ctx, const struct address *a)
{
	struct node *n = ctx;
	struct address *old = find_address(n, &a->prefix);
	char text[INET6_ADDRSTRLEN];

	if (!old)
		return 0;
	*old = n->addresses[--n->n_addresses];
	inet_ntop(AF_INET6, &a->prefix, text, sizeof(text));
	world_trace(n->w, "%s address-del %s", n->name, text);
	return 0;
}

static int path_mtu(void *ctx, struct in_addr remote, uint16_t mtu)
{
	struct node *n = ctx;

	world_trace(n->w, "%s path-mtu %s %u", n->name, inet_ntoa(remote), mtu);
	return 0;
}

static int traffic(void *ctx, const struct tunnel *t, uint64_t *ret)
{
	struct node *n = ctx;
	struct tunnel *old = find(n, t->local, t->remote);

	if (!old)
		return -ENOENT;
	*ret = n->packets[old - n->tunnels];
	return 0;
}

static int send_datagram(void *ctx, const struct datagram *d)
{
	struct node *n = ctx, *to = world_owner(n->w, d->remote);
	char text[400];

	text_message(d->payload, text, sizeof(text));
	world_trace(n->w, "%s>%s %s", n->name, to ? to->name : "?", text);
	if (!to || n->blocked || to->blocked)
		return 0;
	if (n->w->lose > 0) {
		n->w->lose--;
		world_trace(n->w, "lost");
		return 0;
	}
	world_post(n->w, ARRIVE_DATAGRAM, to, d->remote, d->local, d->payload, WORLD_DELAY);
	return 0;
}

static int tunnel_send(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		       struct bytes packet)
{
	struct node *n = ctx, *to = world_owner(n->w, remote);
	char text[400];

	text_packet(packet, text, sizeof(text));
	world_trace(n->w, "%s=>%s %s", n->name, to ? to->name : "?", text);
	if (to && !n->blocked && !to->blocked)
		world_post(n->w, ARRIVE_TUNNEL, to, remote, local, packet, WORLD_DELAY);
	return 0;
}

static int forward(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		   struct bytes packet)
{
	struct node *n = ctx;

	world_post(n->w, ARRIVE_TUNNEL, n, local, remote, packet, 0);
	return 0;
}

static int link_send(void *ctx, uint32_t ifindex, struct bytes frame)
{
	struct node *n = ctx;
	char text[400];

	if (!n->ha) {
		world_post(n->w, ARRIVE_FRAME, n, (struct in_addr){ 0 }, (struct in_addr){ 0 },
			   frame, 0);
		return 0;
	}
	text_packet((struct bytes){ frame.p + 14, frame.n - 14 }, text, sizeof(text));
	world_trace(n->w, "ha-home %s", text);
	home_receive(n->w, frame);
	return 0;
}

static void event(void *ctx, const char *role, const struct event_data *e)
{
	struct node *n = ctx;
	char a[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &e->address, a, sizeof(a));
	world_trace(n->w, "%s event %s nai=%.*s address=%s code=%u", n->name, event_names[e->event],
		    (int)e->nai.n, (const char *)e->nai.p, a, e->code);
}

const struct runtime_ops plane_ops = {
	.tunnel_set = tunnel_set,
	.tunnel_del = tunnel_del,
	.address_set = address_set,
	.address_del = address_del,
	.path_mtu = path_mtu,
	.traffic = traffic,
	.send = send_datagram,
	.tunnel_send = tunnel_send,
	.forward = forward,
	.link_send = link_send,
	.store_put = disk_put,
	.store_del = disk_del,
	.store_commit = disk_commit,
	.event = event,
};

static void punt(struct node *n, struct packet p)
{
	struct now now = world_now(n->w, n);

	if (n->down)
		return;
	runtime_packet(&n->runtime, &p, now);
	runtime_flush(&n->runtime, now);
}

void plane_from_host(struct world *w, struct host *h, struct bytes packet)
{
	struct node *n = h->at;
	char text[400];

	if (!n || !n->carrier)
		return;
	text_packet(packet, text, sizeof(text));
	world_trace(w, "%s-%s %s", h->name, n->name, text);
	for (size_t i = 0; i < n->n_tunnels; i++)
		if (mac_equal(n->tunnels[i].host, h->mac)) {
			n->packets[i]++;
			tunnel_send(n, n->tunnels[i].local, n->tunnels[i].remote, 0, packet);
			return;
		}
	punt(n, (struct packet){ .from = PACKET_ACCESS,
				 .why = PACKET_UNKNOWN,
				 .ifindex = WORLD_PORT_IF,
				 .source = h->mac,
				 .payload = packet });
}

static void out_of_an_tunnel(struct world *w, struct node *n, struct tunnel *t, struct packet p,
			     const struct ip6 *ip)
{
	uint8_t buf[2048];
	struct writer out = writer_new(buf, sizeof(buf));

	if (ip6_icmp_type(ip) == ND_RA) { /* draft 5.2.2: inspected by the core */
		punt(n, p);
		return;
	}
	ether_write(&out, t->host, t->router);
	write_bytes(&out, p.payload);
	link_send(n, t->ifindex, writer_bytes(&out));
}

static bool is_control(const struct ip6 *ip, const struct in6_addr *router)
{
	int type = ip6_icmp_type(ip);

	return (type >= ND_RS && type <= 137) || ip6_is_mld(ip) || in6_is_multicast(&ip->dst) ||
	       in6_is_link_local(&ip->dst) || in6_equal(&ip->dst, router);
}

static void out_of_ha_tunnel(struct world *w, struct node *n, struct packet p, const struct ip6 *ip)
{
	struct address *a = find_address(n, &ip->src), *to = find_address(n, &ip->dst);
	bool control = is_control(ip, &w->ha_config.router_address);
	char text[400];

	if (control && (in6_is_unspecified(&ip->src) || in6_is_link_local(&ip->src)))
		p.why = PACKET_CONTROL;
	else if (a && !in4_equal(a->remote, p.remote))
		p.why = PACKET_REFUSED;
	else if (!a && !in6_is_link_local(&ip->src) &&
		 !in6_in_prefix(&ip->src, &w->ha_config.prefixes[0].prefix, 64))
		p.why = PACKET_REFUSED;
	else if (control)
		p.why = PACKET_CONTROL;
	else if (!a || a->state == ADDRESS_TENTATIVE)
		p.why = PACKET_UNKNOWN;
	else if (to) {
		tunnel_send(n, to->local, to->remote, 0, p.payload);
		return;
	} else {
		text_packet(p.payload, text, sizeof(text));
		world_trace(w, "ha forwards %s", text);
		return;
	}
	punt(n, p);
}

void plane_from_tunnel(struct world *w, struct node *n, struct in_addr local, struct in_addr remote,
		       struct bytes packet)
{
	struct tunnel *t = find(n, local, remote);
	struct packet p = { .from = PACKET_TUNNEL,
			    .why = PACKET_CONTROL,
			    .local = local,
			    .remote = remote,
			    .payload = packet };
	struct ip6 ip;

	if (ip6_decode(packet, &ip))
		return;
	if (!t) {
		p.why = PACKET_UNKNOWN;
		punt(n, p);
	} else if (n->an) {
		out_of_an_tunnel(w, n, t, p, &ip);
	} else {
		n->packets[t - n->tunnels]++;
		out_of_ha_tunnel(w, n, p, &ip);
	}
}

void plane_from_home(struct world *w, struct bytes packet, struct mac_addr source)
{
	struct node *n = &w->nodes[WORLD_HA];
	struct packet p = {
		.from = PACKET_HOME, .ifindex = WORLD_HOME_IF, .source = source, .payload = packet
	};
	struct address *a;
	struct ip6 ip;
	struct nd m;

	if (ip6_decode(packet, &ip))
		return;
	if (!nd_decode(&ip, &m)) {
		if (m.type == ND_RS || find_address(n, &m.target))
			punt(n, p);
		return;
	}
	a = find_address(n, &ip.dst);
	if (a && a->state == ADDRESS_BOUND)
		tunnel_send(n, a->local, a->remote, 0, packet);
}

static void write_ip4(struct writer *w, uint16_t length, uint8_t protocol, struct in_addr src,
		      struct in_addr dst)
{
	size_t at = writer_length(w);

	write_u16(w, 0x4500);
	write_u16(w, length);
	write_u32(w, 0x4000);
	write_u16(w, (uint16_t)(64 << 8 | protocol));
	write_u16(w, 0);
	write_in4(w, src);
	write_in4(w, dst);
	write_u16_at(w, at + 10, in4_checksum(BYTES(w->start + at, 20)));
}

void plane_too_big(struct world *w, struct node *n, uint16_t mtu)
{
	const struct in_addr router = { htonl(0xc0000263) };

	for (size_t i = 0; i < n->n_tunnels; i++) {
		const struct tunnel *t = &n->tunnels[i];
		uint8_t buf[64];
		struct writer out = writer_new(buf, sizeof(buf));

		write_ip4(&out, 56, 1, router, t->local);
		write_u16(&out, 0x0304); /* fragmentation needed (RFC 1191 4) */
		write_u32(&out, 0);
		write_u16(&out, mtu);
		write_ip4(&out, 1500, 41, t->local, t->remote);
		write_zero(&out, 8);
		write_u16_at(&out, 22, in4_checksum(BYTES(buf + 20, 36)));
		punt(n, (struct packet){ .from = PACKET_ERROR4,
					 .local = t->local,
					 .remote = router,
					 .payload = writer_bytes(&out) });
	}
}
