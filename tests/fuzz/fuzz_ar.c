/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access router among octets: a script of frames, DHCPv6 messages, packets out of tunnels,
 * messages of the home agent (well signed, mostly), link events, failures, restarts and time. The
 * state machine must neither fail nor tell the data plane what does not add up: an address without
 * a tunnel, two hosts with one address; a frame that is not the router's; a restart that forgets.
 * At the end it is stopped: nothing may be left, in the data plane, in the store and of what is
 * held.
 */
#include "core/ar_internal.h"
#include "core/sa.h"
#include "machine.h"
#include "proto/udp.h"

#include <errno.h>

#define IFINDEX 3
#define PORTS   3 /* DHCPv6 by MAC, DHCPv6 by DUID, SLAAC */
#define HOSTS   5
#define RECENT  8 /* requests that replies answer, ids that failures are about */
#define OPS_MAX 400
#define PLACES  8

static struct ar *ar;
static struct sa_table *keys; /* the home agent's */
static uint32_t home_clock;
static struct mip4_message requests[RECENT];
static char names[RECENT][NAI_MAX];
static size_t n_requests;
static uint32_t ids[RECENT], n_ids;
static struct address addresses[PLACES]; /* length 0: none */
static bool tunnels[2];                  /* by home agent */
static struct {
	size_t n; /* 0 = none */
	uint8_t value[AR_RECORD_MAX];
} store[PLACES];
static bool store_full, store_wrong; /* wrong: it has been full, or written by the script */
static size_t arena_keys;

static struct sa_config associations[3] = {
	{ .scope = SA_REALM, .name = "r", .spi = 256, .algorithm = &cheap, .key_length = 16 },
	{ .scope = SA_NODE, .spi = 257, .algorithm = &cheap, .key_length = 15 },
	{ .scope = SA_NODE, .spi = 257, .algorithm = &cheap, .key_length = 15 },
};
static struct ar_config config;
static const struct core_env env = { .memory = { .alloc = take }, .seed = 1, .derive = &cheap };

static struct in_addr home_agent(uint32_t i)
{
	return (struct in_addr){ htonl(0xc0000201 + i) };
}

static void configure(void)
{
	associations[1].node = home_agent(0);
	associations[2].node = home_agent(1);
	config = (struct ar_config){ .access.lifetime = 100,
				     .access.detach_delay = 10,
				     .access.hold_down = 2,
				     .access.back_off = 5,
				     .access.numbers = mip4_numbers_default,
				     .access.home_agent = home_agent(0),
				     .access.sas = associations,
				     .access.n_sas = 3,
				     .access.sa_cache = 2,
				     .access.n_ports = PORTS,
				     .access.attachments_max = PLACES,
				     .access.buffer_bytes = 8192,
				     .care_of = { htonl(0xc6336409) },
				     .ports[1].identity = AR_BY_DUID,
				     .ports[2].addressing = AR_SLAAC,
				     .router_mac = { { 2, 9 } },
				     .router_address = { { { 0xfe, 0x80, [15] = 1 } } },
				     .router_lifetime = 1800,
				     .ra_min = 3,
				     .ra_max = 10,
				     .link_mtu = 1480,
				     .n_dns = 1,
				     .valid = 3600,
				     .preferred = 1800,
				     .rapid_commit = true,
				     .unconfirmed_max = 2 };
	for (uint8_t i = 0; i < PORTS; i++)
		config.access.ports[i] = (struct access_port){ .name = { 'p', (char)('0' + i) },
							       .ifindex = IFINDEX + i,
							       .mac = { { 2, 1, i } },
							       .realm = "r",
							       .attachments_max = 4 };
}

static void new_node(void)
{
	struct sa_config home_agents[2];

	if (arena_keys == 0) {
		home_agents[0] = associations[0];
		home_agents[1] = associations[1];
		home_agents[1].node = config.care_of;
		assert(sa_table_new(home_agents, 2, 2, &env, &keys) == 0);
		arena_keys = arena_used;
	}
	arena_used = arena_keys;
	assert(ar_new(&config, &env, &ar) == 0);
}

static void begin(void)
{
	arena_used = arena_keys = 0;
	configure();
	now = (struct now){ 1000 * NSEC_PER_SEC, (uint64_t)0xc9f4a500 << 32 };
	home_clock = 0xc9f4a500;
	n_requests = 0;
	n_ids = 0;
	memset(requests, 0, sizeof(requests));
	memset(addresses, 0, sizeof(addresses));
	memset(tunnels, 0, sizeof(tunnels));
	memset(store, 0, sizeof(store));
	store_full = store_wrong = false;
	out.n = out.used = 0;
	new_node();
}

/* --- what it tells --- */

static void see_request(struct bytes b)
{
	struct mip4_message m;
	const size_t i = n_requests % RECENT;

	assert(mip4_decode(b, &mip4_numbers_default, &m) == 0);
	assert(m.fhae.present);
	if (m.type != MIP4_RRQ)
		return;
	assert(m.mhae.present && in4_equal(m.care_of, config.care_of));
	assert((m.hoa_request == MIP4_FULL) != (m.hoa != MIP4_ABSENT));
	memcpy(names[i], m.nai.p, m.nai.n);
	m.nai.p = (const uint8_t *)names[i];
	requests[i] = m;
	n_requests++;
}

static bool *tunnel_to(struct in_addr remote)
{
	const uint32_t i = ntohl(remote.s_addr) - 0xc0000201;

	assert(i < 2);
	return &tunnels[i];
}

static size_t find(const struct address *a)
{
	size_t i = 0;

	while (i < PLACES &&
	       (addresses[i].length != a->length || !in6_equal(&addresses[i].prefix, &a->prefix)))
		i++;
	return i;
}

static void see_address(const struct address *a)
{
	size_t i = find(a);

	assert(*tunnel_to(a->remote) && in4_equal(a->local, config.care_of));
	assert(a->ifindex >= IFINDEX && a->ifindex < IFINDEX + PORTS);
	for (size_t j = 0; i == PLACES && j < PLACES; j++)
		if (!addresses[j].length)
			i = j;
	assert(i < PLACES);
	addresses[i] = *a;
}

static void forget_address(const struct address *a)
{
	const size_t i = find(a);

	assert(i < PLACES || store_wrong);
	if (i < PLACES)
		addresses[i].length = 0;
}

static void forget_tunnel(struct in_addr remote)
{
	for (size_t i = 0; i < PLACES; i++)
		assert(!addresses[i].length || !in4_equal(addresses[i].remote, remote) ||
		       store_wrong);
	*tunnel_to(remote) = false;
}

static void see(const struct action *a)
{
	switch (a->type) {
	case ACTION_SEND:
		see_request(a->datagram.payload);
		break;
	case ACTION_TUNNEL_SET:
		assert(a->tunnel.access);
		*tunnel_to(a->tunnel.remote) = true;
		break;
	case ACTION_TUNNEL_DEL:
		forget_tunnel(a->tunnel.remote);
		break;
	case ACTION_ADDRESS_SET:
		ids[n_ids++ % RECENT] = a->id;
		see_address(&a->address);
		break;
	case ACTION_ADDRESS_DEL:
		forget_address(&a->address);
		break;
	case ACTION_TUNNEL_SEND:
		tunnel_to(a->tunnel_send.remote);
		break;
	case ACTION_LINK_SEND:
		assert(a->link_send.frame.n >= 14 + IP6_HEADER);
		assert(memcmp(a->link_send.frame.p + 6, config.router_mac.b, 6) == 0);
		break;
	case ACTION_PATH_MTU:
	case ACTION_EVENT:
	case ACTION_AUTHENTICATE:
		break;
	case ACTION_FORWARD:
	case ACTION_TRAFFIC:
		assert(false);
	}
}

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

/* Ends a step. */
static void look(void)
{
	write_store();
	for (size_t i = 0; i < out.n; i++)
		see(&out.v[i]);
	out.n = out.used = 0;
}

static void move_clock(nsec_t to)
{
	nsec_t d = to - now.mono;

	now.ntp += (uint64_t)(d / NSEC_PER_SEC) << 32;
	now.ntp += ((uint64_t)(d % NSEC_PER_SEC) << 32) / NSEC_PER_SEC;
	now.mono = to;
}

static void pass(uint32_t seconds)
{
	nsec_t end = now.mono + seconds * NSEC_PER_SEC, due;

	while ((due = ar_role.next_timeout(ar)) <= end) {
		if (due > now.mono)
			move_clock(due);
		ar_role.timeout(ar, now, &out);
		look();
	}
	move_clock(end);
}

/* --- what it hears --- */

static struct in6_addr home(uint8_t i)
{
	return (struct in6_addr){ { { 0x20, 1, 0xd, 0xb8, [7] = i & 3, [15] = i & 7 } } };
}

static struct mac_addr mac(uint8_t which)
{
	return (struct mac_addr){ { 2, 0, 0, 0, 0, which % HOSTS } };
}

static void frame(uint8_t which, enum packet_why why, struct bytes b)
{
	struct packet p = { .from = PACKET_ACCESS,
			    .why = why,
			    .ifindex = IFINDEX + (which >> 4) % PORTS,
			    .source = mac(which),
			    .payload = b };

	if (ar_role.wants(ar, &p))
		ar_role.packet(ar, &p, now, &out);
}

/* ND of the host, data, or what the script writes. */
static void frame_in(struct reader *r)
{
	uint8_t buf[256], which = read_u8(r), kind = read_u8(r), more = read_u8(r);
	struct writer w = writer_new(buf, sizeof(buf));
	struct nd m = { .type = ND_RS + (kind & 3),
			.src = kind & 0x20 ? home(more) : in6_link_local_of(mac(which)),
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
		frame(which, PACKET_UNKNOWN,
		      read_bytes(r, reader_left(r) < more ? reader_left(r) : more));
		return;
	}
	frame(which, kind & 0x10 ? PACKET_CONTROL : (enum packet_why)(more % 4), writer_bytes(&w));
}

static void put_ias(struct dhcp6_message *m, uint8_t kind, uint8_t more)
{
	static const enum dhcp6_code types[] = { DHCP6_IA_NA, DHCP6_IA_NA, DHCP6_IA_PD,
						 DHCP6_IA_TA };

	for (size_t i = 0; i < (kind >> 6); i++) {
		struct dhcp6_ia *ia = &m->ias[m->n_ias++];

		*ia = (struct dhcp6_ia){ .type = types[(i + more) % 4], .iaid = (uint32_t)i };
		if (ia->type != DHCP6_IA_PD && (kind & 0x20))
			ia->leases[ia->n_leases++].address = home(more);
	}
}

/* A client's message, nearly right; or any octets for one. */
static void dhcp6_in(struct reader *r)
{
	uint8_t buf[600], id[16] = { 0, 3, 0, 1 }, which = read_u8(r), kind = read_u8(r),
			  more = read_u8(r);
	const struct in6_addr src = in6_link_local_of(mac(which)),
			      dst = { { { 0xff, 2, [13] = 1, [15] = 2 } } };
	uint8_t ours[10] = { 0, 3, 0, 1 };
	struct dhcp6_message m = { .type = DHCP6_SOLICIT + (kind & 15) % 13,
				   .transaction_id = more,
				   .client_id = BYTES(id, 10),
				   .rapid_commit = kind & 0x10,
				   .oro = BYTES("\0\x17\0\x18", 4) };
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start = udp_begin(&w, more & 0x40 ? &config.router_address : &src,
				 more & 0x20 ? &config.router_address : &dst, DHCP6_CLIENT_PORT,
				 DHCP6_SERVER_PORT);

	memcpy(ours + 4, config.router_mac.b, 6);
	memcpy(id + 4, mac(more).b, 6);
	if (m.type == DHCP6_REQUEST || m.type == DHCP6_RENEW || m.type == DHCP6_RELEASE ||
	    m.type == DHCP6_DECLINE)
		m.server_id = BYTES(ours, sizeof(ours));
	if (m.type >= DHCP6_RELAY_FORWARD) {
		write_bytes(&w, read_bytes(r, reader_left(r) < more ? reader_left(r) : more));
	} else {
		put_ias(&m, kind, more);
		assert(dhcp6_encode(&m, &w) == 0);
	}
	udp_end(&w, start);
	frame(which, PACKET_CONTROL, writer_bytes(&w));
}

static void tunnel_in(struct reader *r, enum packet_from from)
{
	uint8_t buf[256], which = read_u8(r), more = read_u8(r);
	const struct in6_addr src = home((uint8_t)(more >> 4)), dst = home(more);
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
		p.payload = read_bytes(r, reader_left(r) < more ? reader_left(r) : more);
	if (ar_role.wants(ar, &p))
		ar_role.packet(ar, &p, now, &out);
}

static void datagram_in(struct bytes b)
{
	struct datagram d = { .local = config.care_of,
			      .remote = home_agent(0),
			      .local_port = MIP4_PORT,
			      .remote_port = MIP4_PORT,
			      .payload = b };

	if (b.n && ar_role.takes(b))
		ar_role.receive(ar, &d, now, &out);
}

/* A message of the home agent about one of the last requests: nearly right. */
static void message_in(struct reader *r, enum mip4_type type)
{
	const struct mip4_message *q = &requests[read_u8(r) % RECENT];
	uint8_t buf[512], bits = read_u8(r), code = read_u8(r);
	struct writer w = writer_new(buf, sizeof(buf));
	const enum mip4_auth auths[2] = { MIP4_MHAE, MIP4_FHAE };
	const struct mip4_sa *sas[2] = { sa_find_nai(keys, q->nai, 0),
					 sa_find_node(keys, config.care_of, 0) };
	const size_t first = bits & 0x40 ? 1 : 0;
	struct mip4_message m = {
		.type = type,
		.code = bits & 1 ? code : MIP4_ACCEPTED,
		.lifetime = bits & 2 ? code : q->lifetime,
		.home_agent = { htonl(0xc0000201 + (bits >> 7)) },
		.care_of = q->care_of,
		.identification = q->identification + ((uint64_t)(bits & 4) << 32),
		.revocation_id = home_clock,
		.revocation_from_home = !(bits & 8),
		.revocation_inform = bits & 1,
		.nai = q->nai,
		.hoa = bits & 8 && code & 1 ? MIP4_EMPTY : MIP4_FULL,
		.hoa_unique = code & 0x80,
		.hoa_address = q->hoa == MIP4_FULL && !(code & 0x40) ? q->hoa_address : home(code),
		.revocation_support = !(bits & 16),
		.support_timestamp = home_clock
	};

	if (!sas[0])
		return;
	home_clock += !(bits & 32);
	assert(mip4_encode(&m, &mip4_numbers_default, auths + first, sas + first, 2 - first, &w) ==
	       0);
	datagram_in(writer_bytes(&w));
}

static void restart(void)
{
	uint8_t octets[AR_RECORD_KEY_MAX];

	ar_done(ar);
	new_node();
	for (uint32_t i = 0; i < PLACES; i++) {
		struct writer key = writer_new(octets, sizeof(octets));
		int err;

		if (store[i].n == 0)
			continue;
		ar_record_write_key(&key, i + 1);
		err = ar_role.restore(ar, writer_bytes(&key), BYTES(store[i].value, store[i].n),
				      now);
		assert(!err ||
		       (store_wrong && (err == -EBADMSG || err == -ENOTSUP || err == -ENOENT)));
		if (err)
			store[i].n = 0;
	}
	ar_role.restored(ar, now);
	for (int i = 0; i < PLACES; i++) {
		const bool open = addresses[i].length;
		const bool known = open && ar_role.has_address(ar, &addresses[i]);

		assert(known || !open || store_wrong);
		if (!known)
			addresses[i].length = 0;
	}
	for (uint32_t i = 0; i < 2; i++)
		tunnels[i] = ar_role.has_tunnel(
			ar, &(struct tunnel){ .local = config.care_of, .remote = home_agent(i) });
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

static void step(struct reader *r)
{
	uint8_t op = read_u8(r), more;

	switch (op % 14) {
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
		datagram_in(read_bytes(r, reader_left(r) < more ? reader_left(r) : more));
		break;
	case 5:
	case 6:
		message_in(r, MIP4_RRP);
		break;
	case 7:
		message_in(r, MIP4_REVOCATION);
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
		more = read_u8(r);
		ar_role.failed(ar, ids[more % RECENT], now, &out);
		break;
	case 11:
		more = read_u8(r);
		now.ntp += (uint64_t)more << (op & 16 ? 24 : 36); /* to 1 s, to 3 h */
		if (op & 32)
			now.ntp -= (uint64_t)120 << 32;
		restart();
		break;
	case 12:
		store_full = op & 16;
		store_wrong |= store_full;
		break;
	case 13:
		spoil_store(r, op & 16);
		restart();
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
	ar_stop(ar, now);
	pass(60); /* deregistrations are given up after 15 s */
	assert(ar_stopped(ar));
	assert(slab_used(&ar->access.hold.blocks) == 0);
	for (int i = 0; i < PLACES; i++) {
		assert(!addresses[i].length);
		assert(store_full || !store[i].n);
	}
	assert(!tunnels[0] && !tunnels[1]);
	for (int i = 0; i < PORTS; i++)
		assert(ar->links[i].offered == 0);
	sa_table_done(keys);
	ar_done(ar);
	return 0;
}
