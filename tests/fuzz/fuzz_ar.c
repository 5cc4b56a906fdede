/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access router among octets: a script of frames, DHCPv6 messages, packets out of tunnels,
 * messages of home agents (any octets, or under right authenticators), link events, entries that
 * the data plane refuses, a store that is full or damaged, reloads, restarts and time. After each
 * step its tables agree, the data plane has the hosts and tunnels that it knows and no others, and
 * the store those who are attached. Nobody is told that he has an address or prefix which the data
 * plane does not have for him; what leaves is sound, from the router, and for one host alone. A
 * restart forgets nobody. After a stop nothing is left, in the data plane, in the store and of what
 * is held.
 */
#include "ar_script.h"

#define OPS_MAX     400
#define RELOADS_MAX 8

static uint32_t n_reloads;

static void configure(void)
{
	script_configure();
	config.ports[1].identity = AR_BY_DUID;
	config.ports[2].addressing = AR_SLAAC;
	config.rapid_commit = true;
	config.placeholder = (struct in6_addr){ { { 0x20, 1, 0xd, 0xb8, 0xff } } };
	config.unconfirmed_max = 2;
}

static void begin(void)
{
	n_reloads = 0;
	configure();
	script_begin();
}

/* --- what it hears --- */

/* What the host has there, or some other address. */
static struct in6_addr home_of(uint8_t which, uint8_t otherwise)
{
	for (size_t i = 0; i < PLACES; i++)
		if (addresses[i].length && mac_equal(addresses[i].host, mac(which)) &&
		    addresses[i].ifindex == port(which))
			return addresses[i].prefix;
	return home(otherwise);
}

static void frame(uint8_t which, enum packet_why why, struct bytes b)
{
	struct packet p = { .from = PACKET_ACCESS,
			    .why = why,
			    .ifindex = port(which),
			    .source = mac(which),
			    .payload = b };

	if (ar_role.wants(ar, &p))
		ar_role.packet(ar, &p, now, &out);
}

/* ND of the host, data, a report, or what the script writes. */
static void frame_in(struct reader *r)
{
	uint8_t buf[256], which = read_u8(r), kind = read_u8(r), more = read_u8(r);
	struct writer w = writer_new(buf, sizeof(buf));
	struct nd m = { .type = ND_RS + (kind & 3),
			.src = kind & 0x20 ? home_of(which, more) : in6_link_local_of(mac(which)),
			.dst = in6_all_nodes,
			.target = more & 0x80 ? config.router_address : home(more),
			.has_lla = kind & 0x40,
			.lla = mac(which) };
	struct in6_addr groups[2] = { in6_solicited_node(&m.src), in6_solicited_node(&m.target) };
	size_t start;

	switch (kind >> 2 & 3) {
	case 0:
		if (m.type == ND_NS)
			m.dst = in6_solicited_node(&m.target);
		assert(nd_write(&w, &m) == 0);
		break;
	case 1:
		start = udp_begin(&w, &m.src, &m.target, 1, 2);
		udp_end(&w, start);
		if (kind & 0x80)
			buf[7] = more & 3;
		break;
	case 2:
		assert(mld_write_report(&w, &m.src, groups, 2, kind & 0x80) == 0);
		break;
	case 3:
		frame(which, PACKET_UNKNOWN, octets(r, more));
		return;
	}
	frame(which, kind & 0x10 ? PACKET_CONTROL : (enum packet_why)(more % 4), writer_bytes(&w));
}

static void put_ias(struct dhcp6_message *m, uint8_t kind, uint8_t more, struct in6_addr address)
{
	static const enum dhcp6_code types[] = { DHCP6_IA_NA, DHCP6_IA_NA, DHCP6_IA_PD,
						 DHCP6_IA_TA };

	for (size_t i = 0; i < (kind >> 6); i++) {
		struct dhcp6_ia *ia = &m->ias[m->n_ias++];

		*ia = (struct dhcp6_ia){ .type = types[(i + more) % 4], .iaid = (uint32_t)i };
		if (ia->type != DHCP6_IA_PD && (kind & 0x20))
			ia->leases[ia->n_leases++].address = address;
	}
}

static bool wants_server(enum dhcp6_type t)
{
	return t == DHCP6_REQUEST || t == DHCP6_RENEW || t == DHCP6_RELEASE || t == DHCP6_DECLINE;
}

/* A client's message, nearly right, and with what options the script adds; or all of its octets. */
static void dhcp6_in(struct reader *r)
{
	uint8_t buf[700], id[16] = { 0, 3, 0, 1 }, ours[10] = { 0, 3, 0, 1 };
	const uint8_t which = read_u8(r), kind = read_u8(r), more = read_u8(r), bits = read_u8(r);
	const struct in6_addr host = in6_link_local_of(mac(which)), address = home_of(which, more),
			      all = { { { 0xff, 2, [13] = 1, [15] = 2 } } };
	struct dhcp6_message m = { .type = DHCP6_SOLICIT + (kind & 15) % 13,
				   .transaction_id = more,
				   .rapid_commit = kind & 0x10,
				   .oro = BYTES("\0\x17\0\x18", 4) };
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start =
		udp_begin(&w, bits & 1 ? &address : &host, bits & 2 ? &config.router_address : &all,
			  DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);

	memcpy(ours + 4, config.router_mac.b, 6);
	memcpy(id + 4, mac(bits & 4 ? more : which).b, 6);
	if (!(bits & 8))
		m.client_id = BYTES(id, 10);
	if (wants_server(m.type) != !!(bits & 16))
		m.server_id = BYTES(ours, sizeof(ours));
	if (m.type >= DHCP6_RELAY_FORWARD || bits & 32) {
		write_bytes(&w, octets(r, more));
	} else {
		put_ias(&m, kind, more, bits & 64 ? home(more) : address);
		assert(dhcp6_encode(&m, &w) == 0);
		if (bits & 128)
			write_bytes(&w, octets(r, more));
	}
	udp_end(&w, start);
	frame(which, PACKET_CONTROL, writer_bytes(&w));
}

static void tunnel_in(struct reader *r, enum packet_from from)
{
	uint8_t buf[256], which = read_u8(r), more = read_u8(r);
	const struct in6_addr src = which & 0x20 ? config.router_address
						 : home((uint8_t)(more >> 4)),
			      dst = home(more);
	struct writer w = writer_new(buf, sizeof(buf));
	struct packet p = { .from = from,
			    .local = { htonl(0xc6336409 + (which >> 7)) },
			    .remote = home_agent(which & 3),
			    .key = which >> 6 & 1 };
	size_t start = udp_begin(&w, &src, &dst, 1, 2);

	udp_end(&w, start);
	buf[7] = which >> 2 & 3;
	p.payload = writer_bytes(&w);
	if (from == PACKET_ERROR4 || which & 0x10)
		p.payload = octets(r, more);
	if (ar_role.wants(ar, &p))
		ar_role.packet(ar, &p, now, &out);
}

/* --- what becomes of it --- */

/* With another configuration, of which ports are what a running router does not change. */
static void restart_otherwise(uint8_t how)
{
	config.access.n_ports = how & 1 ? PORTS - 1 : PORTS;
	config.ports[0].addressing = how & 2 ? AR_SLAAC : AR_DHCPV6;
	config.ports[1].identity = how & 4 ? AR_BY_MAC : AR_BY_DUID;
	config.ports[2].addressing = how & 8 ? AR_DHCPV6 : AR_SLAAC;
	config.access.home_agent = home_agent(how >> 4 & 1);
	restart(false);
}

static void reload(uint8_t how, uint8_t more)
{
	static const struct access_identity one = { { { 2, 0, 0, 0, 0, 1 } }, "one@r" };

	if (n_reloads++ >= RELOADS_MAX)
		return;
	config.access.lifetime = how & 1 ? 30 : how & 2 ? UINT16_MAX : 100;
	config.access.detach_delay = how & 4 ? 0 : 10;
	config.access.back_off = how & 8 ? 1 : 5;
	config.access.n_sas = how & 16 ? 0 : 1 + HOME_AGENTS;
	config.access.ports[0].eager = how & 32;
	config.access.identities[0] = one;
	config.access.n_identities = how & 64 ? 1 : 0;
	memcpy(config.access.ports[0].nai, how & 128 ? "one@r" : "", how & 128 ? 6 : 1);
	config.trigger = more & 1 ? AR_TRIGGER_SOLICIT : AR_TRIGGER_REQUEST;
	config.rapid_commit = !(more & 2);
	config.valid = more & 4 ? DHCP6_INFINITE : 3600;
	config.preferred = more & 8 ? config.valid : 0;
	config.n_dns = more & 16 ? 0 : 1;
	config.router_lifetime = more & 32 ? 0 : 1800;
	assert(ar_reload(ar, &config, &env, now) == 0);
}

/* Any octets for a record, or some other octets in one that there is. */
static void spoil_store(struct reader *r, bool all)
{
	uint32_t i = read_u8(r) % PLACES;
	uint8_t n = read_u8(r), bits = read_u8(r);

	store_wrong = true;
	if (all) {
		store[i].n = reader_left(r) < n ? reader_left(r) : n;
		read_copy(r, store[i].value, store[i].n);
	} else if (n < store[i].n) {
		store[i].value[n] ^= bits;
	}
}

static void new_time(uint8_t more, bool small, bool back)
{
	now.ntp += (uint64_t)more << (small ? 24 : 36); /* to 1 s, to 3 h */
	if (back)
		now.ntp -= (uint64_t)120 << 32;
}

static void step(struct reader *r)
{
	uint8_t op = read_u8(r), more;

	switch (op % 16) {
	case 0:
	case 1:
		dhcp6_in(r);
		break;
	case 2:
		frame_in(r);
		break;
	case 3:
		tunnel_in(r, op & 16 ? PACKET_ERROR4 : PACKET_TUNNEL);
		break;
	case 4:
		more = read_u8(r);
		datagram_in(octets(r, more));
		break;
	case 5:
	case 6:
		message_in(r, MIP4_RRP, op & 64);
		break;
	case 7:
		message_in(r, MIP4_REVOCATION, op & 64);
		break;
	case 8:
		more = read_u8(r);
		ar_role.link(
			ar, &(struct link){ IFINDEX + more % PORTS, op & 16 ? LINK_UP : LINK_DOWN },
			now, &out);
		break;
	case 9:
		pass(read_u8(r));
		break;
	case 10:
		refusals = read_u8(r);
		break;
	case 11:
		more = read_u8(r);
		answering = true;
		ar_role.failed(ar, ids[more % RECENT], now, &out);
		break;
	case 12:
		new_time(read_u8(r), op & 16, op & 32);
		restart(true);
		break;
	case 13:
		store_full = op & 16;
		store_wrong |= store_full;
		break;
	case 14:
		spoil_store(r, op & 16);
		restart(true);
		break;
	case 15:
		more = read_u8(r);
		if (op & 16)
			restart_otherwise(more);
		else
			reload(more, read_u8(r));
		break;
	}
	look();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));

	begin();
	for (int i = 0; i < OPS_MAX && reader_left(&r); i++)
		step(&r);
	script_end();
	return 0;
}
