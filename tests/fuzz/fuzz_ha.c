/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A home agent among octets: each input is a script of requests (any octets, or signed), packets
 * out of tunnels and from the home link, time, failures, restarts and an operator. Whatever
 * happens, a step stays within its bounds; the data plane holds exactly the tunnels and addresses
 * of the bindings, no address belongs to two; an accepted Identification never goes back; what
 * could not be stored has never been; a restart from what is stored changes nothing; and after the
 * last lifetime nothing is left but what hosts may come back for.
 */
#include "ha_world.h"
#include "proto/nd.h"

#define NAMES       8 /* more than the table of hosts has room for */
#define ADDRESSES   8 /* that hosts make; then those of the pools */
#define ALL         (ADDRESSES + PREFIXES + RANGE)
#define RESTARTS    4
#define RECENT      4 /* revocations and ids that the script can come back to */
#define OPS_MAX     400
#define RELOADS_MAX 8

static struct ha *ha;
static struct core_env env;
static struct sa_table *keys;

static const char *const names[NAMES] = { "a@r", "b@r", "c@r", "d@r", "e@r", "f@r", "g@r", "h@r" };
static uint64_t accepted[NAMES];
static uint32_t ids[RECENT], revocations[RECENT];
static uint32_t n_ids, n_revocations, n_reloads;
static bool answering; /* in `failed` or `traffic`, which may set nothing (role.h) */

/* The data plane. */
static bool tunnels[CARE_OFS];
static struct {
	bool used, bound;
	uint32_t tunnel;
} addresses[ALL];

/* The store: of each name, and the secret. */
static struct {
	bool used;
	size_t n;
	uint8_t value[HOST_RECORD_MAX];
} records[NAMES + 1];
static bool disk_full;
static uint32_t n_restarts;

/* Even ones are link-local, the last two not to be had: ours, and off the prefix. */
static struct in6_addr address(uint32_t i)
{
	struct in6_addr a = { .s6_addr = { 0xfe, 0x80, [15] = (uint8_t)(0x10 + i % ADDRESSES) } };

	if (i % 2)
		memcpy(a.s6_addr, "\x20\x01\x0d\xb8\0\1", 6);
	if (i % ADDRESSES == ADDRESSES - 2)
		a.s6_addr[15] = 1;
	if (i % ADDRESSES == ADDRESSES - 1)
		a.s6_addr[5] = 9;
	return a;
}

static void begin(void)
{
	arena_used = 0;
	n_ids = n_revocations = n_reloads = 0;
	answering = disk_full = false;
	n_restarts = 0;
	memset(records, 0, sizeof(records));
	memset(accepted, 0, sizeof(accepted));
	memset(tunnels, 0, sizeof(tunnels));
	memset(addresses, 0, sizeof(addresses));
	now = (struct now){ NSEC_PER_SEC, 0xc9f4a50000000000 };
	env = (struct core_env){
		.memory = { .alloc = take }, .seed = 1, .changes_max = 64, .derive = &cheap
	};
	configure();
	assert(ha_new(&config, &env, &ha) == 0);
	assert(sa_table_new(sas, 2, 2, &env, &keys) == 0);
}

/* --- what comes out --- */

static uint32_t tunnel_index(struct in_addr remote)
{
	uint32_t i = ntohl(remote.s_addr) - 0xc6336408;

	assert(i < CARE_OFS);
	return i;
}

static uint32_t address_index(const struct in6_addr *a)
{
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		struct in6_addr b = address(i);

		if (in6_equal(a, &b))
			return i;
	}
	for (uint32_t i = 0; i < PREFIXES; i++)
		if (a->s6_addr[5] == 0xf0 && a->s6_addr[7] == i)
			return ADDRESSES + i;
	for (uint32_t i = 0; i < RANGE; i++)
		if (a->s6_addr[5] == 1 && a->s6_addr[14] == 1 && a->s6_addr[15] == i)
			return ADDRESSES + PREFIXES + i;
	assert(!"an address that no host had");
	return 0;
}

static uint32_t name_index(struct bytes nai)
{
	for (uint32_t i = 0; i < NAMES; i++)
		if (bytes_equal(nai, BYTES(names[i], 3)))
			return i;
	assert(!"a name that nobody has");
	return 0;
}

static void see_message(struct bytes wire)
{
	struct mip4_message m;
	uint32_t i;

	assert(mip4_decode(wire, &config.numbers, &m) == 0 && !m.bad);
	i = name_index(m.nai);
	if (m.mhae.present)
		assert(mip4_verify(&m, &m.mhae, sa_find_nai(keys, m.nai, m.mhae.spi)) == 0);
	else
		assert(m.fhae.present && (m.type != MIP4_RRP || config.per_node_auth));
	if (m.type == MIP4_REVOCATION) {
		revocations[n_revocations++ % RECENT] = m.revocation_id;
	} else if (m.type == MIP4_RRP && m.code <= MIP4_ACCEPTED_NO_SIMULTANEOUS) {
		assert(m.identification >= accepted[i]);
		assert(m.lifetime <= LIFETIME);
		accepted[i] = m.identification;
	}
}

static void see_address(const struct address *a, bool set)
{
	/* a home address in DAD has no tunnel yet */
	uint32_t i = address_index(&a->prefix);
	uint32_t tunnel = a->remote.s_addr ? tunnel_index(a->remote) : CARE_OFS;

	addresses[i].used = set;
	if (!set)
		return;
	assert(tunnel == CARE_OFS ? a->state == ADDRESS_TENTATIVE : tunnels[tunnel]);
	addresses[i].bound = a->state == ADDRESS_BOUND;
	addresses[i].tunnel = tunnel;
}

static void see(const struct action *a)
{
	switch (a->type) {
	case ACTION_SEND:
		see_message(a->datagram.payload);
		break;
	case ACTION_TUNNEL_SET:
		assert(!answering);
		tunnels[tunnel_index(a->tunnel.remote)] = true;
		ids[n_ids++ % RECENT] = a->id;
		break;
	case ACTION_TUNNEL_DEL:
		tunnels[tunnel_index(a->tunnel.remote)] = false;
		break;
	case ACTION_ADDRESS_SET:
		assert(!answering);
		see_address(&a->address, true);
		ids[n_ids++ % RECENT] = a->id;
		break;
	case ACTION_ADDRESS_DEL:
		see_address(&a->address, false);
		break;
	case ACTION_FORWARD:
	case ACTION_TUNNEL_SEND:
		tunnel_index(a->tunnel_send.remote);
		assert(a->tunnel_send.packet.n >= IP6_HEADER);
		break;
	case ACTION_LINK_SEND:
		assert(a->link_send.frame.n >= 14 + IP6_HEADER);
		break;
	case ACTION_TRAFFIC:
		assert(!answering);
		break;
	case ACTION_PATH_MTU:
	case ACTION_EVENT:
	case ACTION_AUTHENTICATE:
		break;
	}
}

/* The data plane is what the binding cache says, and nothing is anybody's twice. */
static void compare(void)
{
	struct ha_binding_info b;
	uint32_t cursor = 0, n_tunnels = 0, n_addresses = 0;
	bool seen[ALL] = { false }, used[CARE_OFS] = { false };

	while (ha_binding_next(ha, &cursor, now, &b)) {
		assert(tunnels[tunnel_index(b.tunnel.remote)]);
		assert(b.n_addresses <= PER_HOST + 1);
		n_tunnels += !used[tunnel_index(b.tunnel.remote)];
		used[tunnel_index(b.tunnel.remote)] = true;
		for (size_t i = 0; i < b.n_addresses; i++) {
			uint32_t a = address_index(&b.addresses[i].address);

			assert((a < ADDRESSES - 2 || a >= ADDRESSES) && !seen[a]);
			seen[a] = true;
			assert(addresses[a].used && addresses[a].bound == b.addresses[i].bound);
			assert(addresses[a].tunnel == tunnel_index(b.tunnel.remote));
			n_addresses++;
		}
	}
	for (int i = 0; i < CARE_OFS; i++)
		n_tunnels -= tunnels[i];
	for (int i = 0; i < ALL; i++)
		n_addresses -= addresses[i].used && addresses[i].tunnel != CARE_OFS;
	assert(n_tunnels == 0 && n_addresses == 0);
}

/* What is told to others: to the sweep of the data plane and to the operator. */
static void compare_told(void)
{
	struct ha_pool_info pool;
	uint32_t cursor = 0;

	for (uint32_t i = 0; i < CARE_OFS; i++) {
		const struct tunnel t = { .local = config.address, .remote = care_of(i) };

		assert(ha_role.has_tunnel(ha, &t) == tunnels[i]);
	}
	while (ha_pool_next(ha, &cursor, &pool))
		assert((uint64_t)pool.used + pool.kept <= pool.config->size);
}

/* The beginning of a flush: false if nothing of it may be done. */
static bool store(void)
{
	struct bytes key, value;
	bool any = false;

	while (ha_role.changed(ha, now, &key, &value)) {
		const struct bytes nai = { key.p + 1, key.n - 1 };
		uint32_t i = nai.n ? name_index(nai) : NAMES;

		any = true;
		if (disk_full)
			continue;
		records[i].used = value.p;
		records[i].n = value.n;
		if (value.p)
			memcpy(records[i].value, value.p, value.n);
	}
	return ha_role.batch_end(ha, !(any && disk_full), now);
}

/* Ends a step. */
static void look(void)
{
	if (!store())
		out.n = 0;
	for (size_t i = 0; i < out.n; i++)
		see(&out.v[i]);
	compare();
	compare_told();
	out.n = out.used = 0;
	answering = false;
}

static void pass(nsec_t t)
{
	nsec_t end = now.mono + t, due;

	while ((due = ha_role.next_timeout(ha)) <= end) {
		if (due > now.mono)
			move_clock(due);
		ha_role.timeout(ha, now, &out);
		look();
	}
	move_clock(end);
}

/* --- what goes in --- */

static void datagram_in(struct bytes b, struct in_addr from)
{
	struct datagram d = { .local = config.address,
			      .remote = from,
			      .local_port = MIP4_PORT,
			      .remote_port = 1234,
			      .payload = b };

	ha_role.ahead(ha, &d, 1);
	if (b.n && ha_role.takes(b))
		ha_role.receive(ha, &d, now, &out);
}

/* What the host has, or some other address. */
static struct in6_addr home_of(uint32_t who, uint8_t more)
{
	struct ha_binding_info b;
	uint32_t cursor = 0;

	while (ha_binding_next(ha, &cursor, now, &b))
		if (b.has_home && name_index(b.nai) == who)
			return b.home;
	return address(more);
}

/* A signed message that is nearly right. */
static void message_in(struct reader *r, enum mip4_type type)
{
	uint8_t who = read_u8(r), bits = read_u8(r), more = read_u8(r), buf[512];
	const struct bytes nai = BYTES(names[who % NAMES], 3);
	const struct in_addr from = care_of(who / NAMES);
	const enum mip4_auth auths[] = { MIP4_MHAE, MIP4_FHAE };
	const struct mip4_sa *v[] = { sa_find_nai(keys, nai, 0), NULL };
	struct writer w = writer_new(buf, sizeof(buf));
	struct mip4_message m = { .type = type,
				  .flags = bits & 1 ? more : MIP4_T | MIP4_D,
				  .lifetime = bits & 2 ? more : LIFETIME,
				  .home_agent = config.address,
				  .care_of = from,
				  .identification = now.ntp + ((uint64_t)(more & 7) << 30),
				  .revocation_id = revocations[more % RECENT],
				  .nai = nai,
				  .hoa_request = bits & 4 ? more % 3 : MIP4_EMPTY,
				  .hoa_request_iid = more & 4 ? more : 0,
				  .hoa = bits & 8 ? more % 3 : MIP4_ABSENT,
				  .revocation_support = !(bits & 16),
				  .support_inform = !(bits & 16) && more & 1 };

	if (bits & 32)
		m.identification -= (uint64_t)more << 29;
	if (bits & 8)
		m.hoa_address = home_of(who % NAMES, more);
	v[1] = sa_find_node(keys, from, 0);
	assert(mip4_encode(&m, &config.numbers, auths, v, v[1] && bits & 64 ? 2 : 1, &w) == 0);
	if (bits & 128) /* or was */
		buf[more * writer_length(&w) / 256] ^= 1;
	datagram_in(writer_bytes(&w), from);
}

/* An agent has let a host go. */
static void revocation_in(struct reader *r)
{
	uint8_t who = read_u8(r), bits = read_u8(r), buf[512];
	const enum mip4_auth auth = MIP4_FHAE;
	const struct mip4_sa *sa = sa_find_node(keys, care_of(0), 0);
	struct writer w = writer_new(buf, sizeof(buf));
	struct mip4_message m = { .type = MIP4_REVOCATION,
				  .home_agent = config.address,
				  .care_of = care_of(bits & 7),
				  .revocation_id = ntp_seconds(now.ntp) + (bits >> 5),
				  .revocation_inform = bits & 16,
				  .nai = BYTES(names[who % NAMES], 3),
				  .hoa = bits & 8 ? MIP4_FULL : MIP4_EMPTY,
				  .hoa_address = home_of(who % NAMES, who) };

	assert(mip4_encode(&m, &config.numbers, &auth, &sa, 1, &w) == 0);
	datagram_in(writer_bytes(&w), care_of(0));
}

static struct bytes nd_packet(struct reader *r, uint8_t *buf, size_t size)
{
	uint8_t kind = read_u8(r), who = read_u8(r);
	struct writer w = writer_new(buf, size);
	struct nd m = { .type = ND_RS + (kind & 3),
			.src = address(who),
			.dst = in6_all_nodes,
			.target = address(who >> 4),
			.solicited = false,
			.has_lla = kind & 0x20 };

	if (kind & 4 && (m.type == ND_NS || m.type == ND_RS)) {
		m.src = (struct in6_addr){ 0 };
		m.has_lla = false;
	}
	if (m.type == ND_NS)
		m.dst = in6_solicited_node(&m.target);
	if (m.type == ND_RA)
		m.src.s6_addr[0] = 0xfe;
	assert(nd_write(&w, &m) == 0);
	return writer_bytes(&w);
}

static struct bytes data_packet(struct reader *r, uint8_t *buf, size_t size)
{
	const struct in6_addr src = address(read_u8(r)), dst = { .s6_addr = { 0x20, 2 } };
	struct bytes rest = read_bytes(r, reader_left(r) < 64 ? reader_left(r) : 64);
	struct writer w = writer_new(buf, size);

	write_u32(&w, UINT32_C(6) << 28);
	write_u16(&w, (uint16_t)rest.n);
	write_u16(&w, 17 << 8 | 64);
	write_in6(&w, &src);
	write_in6(&w, &dst);
	write_bytes(&w, rest);
	return writer_bytes(&w);
}

static struct bytes mld_query(uint8_t *buf, size_t size)
{
	const struct in6_addr src = address(0);
	struct writer w = writer_new(buf, size);

	write_u32(&w, UINT32_C(6) << 28);
	write_u16(&w, 24);
	write_u16(&w, 58 << 8 | 1);
	write_in6(&w, &src);
	write_in6(&w, &in6_all_nodes);
	write_u8(&w, 130);
	write_zero(&w, 23);
	return writer_bytes(&w);
}

/* ICMPv4 "fragmentation needed" that quotes a packet of ours. */
static struct bytes mtu_report(struct reader *r, uint8_t *buf, size_t size)
{
	const struct in_addr peer = care_of(read_u8(r));
	struct writer w = writer_new(buf, size);

	write_u32(&w, 0x45000038);
	write_u32(&w, 0);
	write_u32(&w, 0x40010000);
	write_in4(&w, peer);
	write_in4(&w, config.address);
	write_u32(&w, 0x03040000);
	write_u32(&w, read_u16(r));
	write_u32(&w, 0x450005dc);
	write_u32(&w, 0x00004000);
	write_u32(&w, 0x40290000);
	write_in4(&w, config.address);
	write_in4(&w, peer);
	write_zero(&w, 8);
	write_u16_at(&w, 22, in4_checksum(BYTES(buf + 20, 36)));
	return writer_bytes(&w);
}

static void packet_in(struct reader *r, enum packet_from from)
{
	uint8_t buf[512], how = read_u8(r), length;
	struct packet p = { .from = from,
			    .why = how >> 6 < 3 ? how >> 6 : 0,
			    .ifindex = HOME_IF,
			    .source = { { 2, 9 } },
			    .local = config.address,
			    .remote = care_of(how & 7) };

	switch (how >> 4 & 3) {
	case 0:
		p.payload = nd_packet(r, buf, sizeof(buf));
		break;
	case 1:
		p.payload = from == PACKET_ERROR4 ? mtu_report(r, buf, sizeof(buf))
			    : how & 1             ? nd_packet(r, buf, sizeof(buf))
						  : mld_query(buf, sizeof(buf));
		break;
	case 2:
		p.payload = data_packet(r, buf, sizeof(buf));
		break;
	case 3:
		length = read_u8(r);
		p.payload = read_bytes(r, reader_left(r) < length ? reader_left(r) : length);
		/* what the data plane never hands up: sources that are not in the model */
		if (from == PACKET_TUNNEL && p.payload.n >= IP6_HEADER)
			p.payload.n = IP6_HEADER - 1;
		break;
	}
	if (ha_role.wants(ha, &p))
		ha_role.packet(ha, &p, now, &out);
}

/* Everything but the store and the data plane is lost. */
static void restart(void)
{
	uint8_t key[1 + 3] = { 'H' };

	if (n_restarts++ >= RESTARTS)
		return;
	assert(ha_new(&config, &env, &ha) == 0);
	for (uint32_t i = 0; i <= NAMES; i++) {
		if (!records[i].used)
			continue;
		if (i < NAMES)
			memcpy(key + 1, names[i], 3);
		assert(ha_role.restore(ha, BYTES(key, i < NAMES ? 4 : 1),
				       BYTES(records[i].value, records[i].n), now) == 0);
	}
	compare();
	ha_role.restored(ha, now);
	pass(2 * NSEC_PER_MSEC); /* with a full disk some of it comes twice */
	assert(!ha_role.restoring(ha));
}

/* What no store has ever held. */
static void restore_octets(struct reader *r)
{
	const struct bytes value = read_bytes(r, reader_left(r) < 200 ? reader_left(r) : 200);
	struct ha *former = ha;

	if (n_restarts++ >= RESTARTS)
		return;
	assert(ha_new(&config, &env, &ha) == 0);
	ha_role.restore(ha, BYTES("Ha@r", 4), value, now);
	ha_done(ha);
	ha = former;
}

static void reload(uint8_t how)
{
	if (n_reloads++ >= RELOADS_MAX)
		return;
	config.prefixes[0].valid = how & 1 ? 200 : 20;
	config.prefixes[0].preferred = 0;
	config.n_prefixes = !(how & 2);
	config.tunnelling = !(how & 4);
	config.n_sas = how & 8 ? 1 : 2;
	config.n_pools = how >> 4 & 3 ? 2 : how >> 6 & 1;
	assert(ha_reload(ha, &config, &env, now) == 0);
}

static void step(struct reader *r)
{
	uint8_t op = read_u8(r), more;

	switch (op % 14) {
	case 0:
	case 1:
		message_in(r, MIP4_RRQ);
		break;
	case 2:
		if (op & 32)
			revocation_in(r);
		else
			message_in(r, MIP4_REVOCATION_ACK);
		break;
	case 3:
		more = read_u8(r);
		datagram_in(read_bytes(r, reader_left(r) < more ? reader_left(r) : more),
			    care_of(op));
		break;
	case 4:
	case 5:
		packet_in(r, PACKET_TUNNEL);
		break;
	case 6:
		packet_in(r, PACKET_HOME);
		break;
	case 7:
		packet_in(r, PACKET_ERROR4);
		break;
	case 8:
		pass(read_u8(r) * 100 * NSEC_PER_MSEC);
		break;
	case 9:
		pass(read_u8(r) * NSEC_PER_SEC);
		break;
	case 10:
		more = read_u8(r);
		answering = true;
		if (op & 32)
			ha_role.traffic(ha, ids[more % RECENT], more, now, &out);
		else
			ha_role.failed(ha, ids[more % RECENT], now, &out);
		break;
	case 11:
		more = read_u8(r);
		if (op & 32)
			ha_revoke(ha, BYTES(names[more % NAMES], 3), now, &out);
		else
			reload(more);
		break;
	case 12:
		disk_full = op & 32;
		break;
	case 13:
		if (op & 32)
			restart();
		else
			restore_octets(r);
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
	disk_full = false;
	pass(2 * LIFETIME * NSEC_PER_SEC);
	pass(600 * NSEC_PER_SEC); /* beliefs about path MTUs */
	for (int i = 0; i < ALL; i++)
		assert(!addresses[i].used);
	assert(slab_used(&ha->path_mtu.slab) == 0);
	assert(slab_used(&ha->bindings.slab) == 0);
	assert(slab_used(&ha->bindings.links) == 0);
	assert(slab_used(&ha->bindings.tunnels) == 0);
	assert(slab_used(&ha->addresses.slab) <= PREFIXES + RANGE);
	assert(slab_used(&ha->addresses.proxies) == 0);
	assert(slab_used(&ha->pending) == 0);
	assert(slab_used(&ha->groups.slab) == 0);
	assert(slab_used(&ha->held.slab) == 0);
	assert(slab_used(&ha->revocations.slab) == 0);
	sa_table_done(keys);
	ha_done(ha);
	return 0;
}
