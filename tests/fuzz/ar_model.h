/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an access router among octets is measured against: a data plane that may refuse entries, a
 * store that may be full, and what may leave towards hosts and home agents.
 */
#pragma once

#include "../unit/core/ar_world.h" /* ar_audit */
#include "core/ppp_internal.h"
#include "machine.h"
#include "proto/udp.h"

#define IFINDEX     3
#define PORTS       3 /* DHCPv6 by MAC, DHCPv6 by DUID, SLAAC */
#define PLACES      10
#define HOME_AGENTS (AR_HOME_AGENTS_MAX + 1)
#define RECENT      8 /* requests that replies answer, ids that failures are about */

static struct ar *ar;
static struct ar_config config;
static struct sa_table *keys; /* the home agents' */
static struct mip4_message requests[RECENT];
static char names[RECENT][NAI_MAX];
static size_t n_requests;
static uint32_t ids[RECENT], n_ids;
static struct address addresses[PLACES]; /* length 0: none */
static bool tunnels[HOME_AGENTS];
static uint32_t refusals; /* bit i: the data plane refuses the entry after the next i */
static bool answering;    /* in `failed`, which may set nothing (role.h) */
static struct {
	size_t n; /* 0 = none */
	uint8_t value[AR_RECORD_MAX];
} store[PLACES];
static uint32_t questions[RECENT], n_questions; /* about who hosts are */
/* A script's own host hears a packet of its session (NULL: it has none). */
static void (*dialled)(uint32_t ifindex, struct mac_addr host, const struct pppoe_session *s);
static void (*discovered)(uint32_t ifindex, struct mac_addr host, const struct pppoe_discovery *d);
static bool store_full, store_wrong; /* wrong: it has been full, or written by the script */

static struct in_addr home_agent(uint32_t i)
{
	return (struct in_addr){ htonl(0xc0000201 + i) };
}

static void model_begin(void)
{
	n_requests = n_ids = n_questions = refusals = 0;
	memset(requests, 0, sizeof(requests));
	memset(addresses, 0, sizeof(addresses));
	memset(tunnels, 0, sizeof(tunnels));
	memset(store, 0, sizeof(store));
	store_full = store_wrong = answering = false;
	out.n = out.used = 0;
}

/* --- the data plane --- */

static bool *tunnel_to(struct in_addr remote)
{
	static bool wild; /* of a record that is damaged: not followed */
	const uint32_t i = ntohl(remote.s_addr) - 0xc0000201;

	if (i < HOME_AGENTS)
		return &tunnels[i];
	assert(store_wrong);
	wild = true;
	return &wild;
}

static size_t find(const struct address *a)
{
	size_t i = 0;

	while (i < PLACES &&
	       (addresses[i].length != a->length || !in6_equal(&addresses[i].prefix, &a->prefix)))
		i++;
	return i;
}

static void set_address(const struct address *a)
{
	size_t i = find(a);

	assert(*tunnel_to(a->remote) && in4_equal(a->local, config.care_of));
	assert(a->ifindex >= IFINDEX && a->ifindex < IFINDEX + config.access.n_ports);
	for (size_t j = 0; i == PLACES && j < PLACES; j++)
		if (!addresses[j].length)
			i = j;
	assert(i < PLACES);
	addresses[i] = *a;
}

static void del_tunnel(struct in_addr remote)
{
	for (size_t i = 0; i < PLACES; i++)
		assert(!addresses[i].length || !in4_equal(addresses[i].remote, remote) ||
		       store_wrong);
	*tunnel_to(remote) = false;
}

static bool same_place(const struct address *a, const struct address *b)
{
	return a->ifindex == b->ifindex && a->session == b->session &&
	       mac_equal(a->host, b->host) && in4_equal(a->remote, b->remote);
}

/* What a restart has kept is not compared before it has been written again. */
static bool settled(void)
{
	for (uint32_t i = 0; i < ar->access.attachments.next; i++) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, i);
		const struct timer *ends = &h->base.client.expiry;

		if (h->base.used && h->base.open && timer_is_set(ends) && ends->due <= now.mono)
			return false;
	}
	return !ar_role.restoring(ar);
}

/* It has what the router knows, and nothing else. */
static void compare_plane(void)
{
	size_t n = 0, n_tunnels = 0, users = 0;

	for (uint32_t i = 0; i < ar->access.attachments.next; i++) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, i);
		const struct address want = ar_address(ar, h);
		const size_t at = find(&want);

		if (!h->base.used || !h->base.open)
			continue;
		assert(at < PLACES && same_place(&addresses[at], &want));
		assert(ar_role.has_address(ar, &want) && *tunnel_to(want.remote));
		n++;
	}
	for (size_t i = 0; i < PLACES; i++)
		n -= addresses[i].length != 0;
	for (uint32_t i = 0; i < HOME_AGENTS; i++)
		n_tunnels += tunnels[i];
	for (size_t i = 0; i < AR_HOME_AGENTS_MAX; i++)
		users += ar->tunnels[i].users &&
			 ntohl(ar->tunnels[i].remote.s_addr) - 0xc0000201 < HOME_AGENTS;
	assert(n == 0 && n_tunnels == users);
}

/* --- what is sent --- */

static void see_message(struct bytes b)
{
	const struct mip4_sa *node = sa_find_node(keys, config.care_of, 0);
	struct mip4_message m;
	const size_t i = n_requests % RECENT;

	assert(mip4_decode(b, &mip4_numbers_default, &m) == 0 && !m.bad);
	assert(mip4_verify(&m, &m.fhae, node) == 0);
	if (m.type != MIP4_RRQ)
		return;
	assert(mip4_verify(&m, &m.mhae, sa_find_nai(keys, m.nai, m.mhae.spi)) == 0);
	assert(in4_equal(m.care_of, config.care_of));
	assert((m.hoa_request == MIP4_FULL) != (m.hoa != MIP4_ABSENT));
	memcpy(names[i], m.nai.p, m.nai.n);
	m.nai.p = (const uint8_t *)names[i];
	requests[i] = m;
	n_requests++;
}

/* Nobody is told that he has what the data plane does not have for him. */
static void check_promise(uint32_t ifindex, struct mac_addr host, struct in6_addr a, uint8_t length)
{
	struct address want = { .prefix = a, .length = length };
	size_t i;

	if (!settled())
		return;
	i = find(&want);
	if (i == PLACES) {
		want.length = 64; /* with the /64 it is in */
		memset(&want.prefix.s6_addr[8], 0, 8);
		i = find(&want);
	}
	assert(i < PLACES && addresses[i].ifindex == ifindex && mac_equal(addresses[i].host, host));
}

static void see_dhcp6(uint32_t ifindex, struct mac_addr host, const struct udp *u)
{
	struct dhcp6_message m;

	assert(u->destination == DHCP6_CLIENT_PORT && u->source == DHCP6_SERVER_PORT);
	assert(dhcp6_decode(u->payload, &m) == 0);
	assert(m.type == DHCP6_REPLY || m.type == DHCP6_ADVERTISE);
	for (size_t i = 0; i < m.n_ias && m.type == DHCP6_REPLY; i++)
		for (size_t j = 0; j < m.ias[i].n_leases; j++)
			if (m.ias[i].leases[j].valid)
				check_promise(ifindex, host, m.ias[i].leases[j].address, 128);
}

/* By PPP a host hears of the prefix that it shares: the identifier it has, too (D8). */
static void check_shared(uint32_t ifindex, struct mac_addr host, struct in6_addr prefix)
{
	size_t i = 0;

	while (i < PLACES && !(addresses[i].length && addresses[i].ifindex == ifindex &&
			       mac_equal(addresses[i].host, host) &&
			       in6_in_prefix(&addresses[i].prefix, &prefix, 64)))
		i++;
	assert(i < PLACES || !settled());
}

static void see_nd(uint32_t ifindex, struct mac_addr host, const struct ip6 *ip)
{
	struct nd m;

	assert(nd_decode(ip, &m) == 0 && m.type != ND_RS);
	for (size_t i = 0; m.type == ND_RA && i < m.n_prefixes; i++)
		if (!m.prefixes[i].valid)
			continue;
		else if (ar_is_ppp(ar, access_link_find(&ar->access, ifindex)))
			check_shared(ifindex, host, m.prefixes[i].prefix);
		else
			check_promise(ifindex, host, m.prefixes[i].prefix, 64);
}

/* What the router says itself is sound. */
static void see_ip6(uint32_t ifindex, struct mac_addr host, struct in6_addr router,
		    struct bytes packet)
{
	struct ip6 ip;
	struct udp u;
	int type;

	assert(ip6_decode(packet, &ip) == 0 && ip.packet.n == packet.n);
	if (!in6_equal(&ip.src, &router)) {
		assert(!in6_is_link_local(&ip.src)); /* RFC 4291 2.5.6 */
		return;
	}
	if (udp_decode(&ip, &u) == 0) {
		see_dhcp6(ifindex, host, &u);
		return;
	}
	type = ip6_icmp_type(&ip);
	assert(type >= 0);
	if (type >= ND_RS && type <= ND_NA)
		see_nd(ifindex, host, &ip);
}

/* Of a session that there is, unless it is its Terminate-Request; IPv6 once IPv6CP is through, and
 * no identifier that the data plane does not have an address with. */
static void see_session(uint32_t ifindex, struct mac_addr host, struct bytes b)
{
	const struct access_link *l = access_link_find(&ar->access, ifindex);
	struct pppoe_session f;
	struct ppp_session *s;
	struct ppp_packet p;
	size_t i = 0;

	assert(pppoe_session_decode(b, &f) == 0 && f.payload.n <= PPPOE_MRU_MAX);
	s = ppp_find(ar, l, host, f.session);
	if (f.protocol == PPP_PROTOCOL_IPV6) {
		assert(s && s->phase == AR_SESSION_OPEN);
		see_ip6(ifindex, host, in6_link_local_with(s->iid), f.payload);
	} else if (f.protocol != PPP_PROTOCOL_EAP) {
		assert(ppp_packet_read(f.payload, &p) == 0 && p.whole.n == f.payload.n);
	}
	if (f.protocol == PPP_PROTOCOL_IPV6CP &&
	    (p.code == PPP_CODE_CONFIGURE_ACK || p.code == PPP_CODE_CONFIGURE_NAK)) {
		while (i < PLACES &&
		       !(addresses[i].length && addresses[i].ifindex == ifindex &&
			 addresses[i].session == f.session && mac_equal(addresses[i].host, host)))
			i++;
		assert(i < PLACES || !settled());
	}
	if (dialled)
		dialled(ifindex, host, &f);
}

/* To one host alone, and where it is. */
static void see_frame(uint32_t ifindex, struct bytes frame)
{
	struct reader r = reader_new(frame);
	struct pppoe_discovery d;
	struct mac_addr host, from;
	uint16_t ethertype;

	read_copy(&r, host.b, sizeof(host.b));
	read_copy(&r, from.b, sizeof(from.b));
	ethertype = read_u16(&r);
	assert(!r.failed && !(host.b[0] & 1) && mac_equal(from, config.router_mac));
	frame = read_bytes(&r, reader_left(&r));
	if (ethertype == PPPOE_ETHERTYPE_SESSION) {
		see_session(ifindex, host, frame);
	} else if (ethertype == PPPOE_ETHERTYPE_DISCOVERY) {
		assert(pppoe_decode(frame, &d) == 0);
		if (discovered)
			discovered(ifindex, host, &d);
	} else {
		assert(ethertype == ETHER_IPV6);
		see_ip6(ifindex, host, config.router_address, frame);
	}
}

static void see_packet(const struct action *a)
{
	struct ip6 ip;

	tunnel_to(a->tunnel_send.remote);
	assert(in4_equal(a->tunnel_send.local, config.care_of) && !a->tunnel_send.key);
	assert(ip6_decode(a->tunnel_send.packet, &ip) == 0 && ip.hop_limit > 0);
}

static void see(const struct action *a)
{
	switch (a->type) {
	case ACTION_SEND:
		see_message(a->datagram.payload);
		break;
	case ACTION_TUNNEL_SET:
		assert(!answering && a->tunnel.access);
		*tunnel_to(a->tunnel.remote) = true;
		break;
	case ACTION_TUNNEL_DEL:
		del_tunnel(a->tunnel.remote);
		break;
	case ACTION_ADDRESS_SET:
		assert(!answering);
		ids[n_ids++ % RECENT] = a->id;
		set_address(&a->address);
		break;
	case ACTION_ADDRESS_DEL:
		if (find(&a->address) < PLACES)
			addresses[find(&a->address)].length = 0;
		break;
	case ACTION_TUNNEL_SEND:
		see_packet(a);
		break;
	case ACTION_LINK_SEND:
		see_frame(a->link_send.ifindex, a->link_send.frame);
		break;
	case ACTION_AUTHENTICATE:
		questions[n_questions++ % RECENT] = a->id;
		break;
	case ACTION_PATH_MTU:
	case ACTION_EVENT:
		break;
	case ACTION_FORWARD:
	case ACTION_TRAFFIC:
		assert(false);
	}
}

/* --- the store --- */

static void write_store(void)
{
	struct bytes key, value;
	uint32_t place;

	while (ar_role.changed(ar, now, &key, &value)) {
		assert(ar_record_read_key(key, &place) == 0 && value.n <= AR_RECORD_MAX);
		assert(place <= PLACES);
		if (store_full)
			continue;
		store[place - 1].n = value.n;
		if (value.n)
			memcpy(store[place - 1].value, value.p, value.n);
	}
	assert(ar_role.batch_end(ar, !store_full, now));
}

/* It has those who are attached, by their places. */
static void compare_store(void)
{
	if (store_full || !access_may_store(&ar->access))
		return;
	for (uint32_t i = 0; i < PLACES; i++) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, i);
		const bool live = i < ar->access.attachments.next && h->base.used && h->base.open &&
				  ar_is_reachable(h);

		assert((store[i].n > 0) == live);
	}
}

/* --- the end of a step --- */

static bool is_listed(const uint32_t *v, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static bool refuses(const struct action *a)
{
	bool refused;

	if (a->type != ACTION_TUNNEL_SET && a->type != ACTION_ADDRESS_SET)
		return false;
	refused = refusals & 1;
	refusals >>= 1;
	return refused;
}

/* Of what the data plane refuses, the rest of that id is not done; returns how many these are. */
static size_t carry_out(uint32_t failed[ACTIONS_STEP_MAX])
{
	size_t n = 0;

	write_store();
	for (size_t i = 0; i < out.n; i++) {
		if (is_listed(failed, n, out.v[i].id))
			continue;
		if (refuses(&out.v[i]))
			failed[n++] = out.v[i].id;
		else
			see(&out.v[i]);
	}
	out.n = out.used = 0;
	return n;
}

/* Ends a step, as the runtime does. */
static void look(void)
{
	uint32_t failed[ACTIONS_STEP_MAX], none[ACTIONS_STEP_MAX];
	const size_t n = carry_out(failed);

	for (size_t i = 0; i < n; i++) {
		answering = true;
		ar_role.failed(ar, failed[i], now, &out);
		carry_out(none);
	}
	answering = false;
	ar_audit(ar);
	if (!settled())
		return;
	compare_plane();
	compare_store();
}
