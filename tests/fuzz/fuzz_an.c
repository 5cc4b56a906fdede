/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access node among octets: each input is a script of frames, tunnelled packets, messages (any
 * octets, or under a right authenticator), link events, reloads and time. Whatever happens, a step
 * stays within its bounds, a tunnel of the data plane belongs to one host, and after a stop nothing
 * is left: no host, no held packet, no tunnel. A care-of address is in the store before a request
 * names it. A restart at any point, of a node whose store works, knows every tunnel of the data
 * plane; one whose store was full, or holds any octets, knows less and keeps the rest of this.
 */
#include <errno.h>

#include "core/an_internal.h"
#include "machine.h"
#include "proto/nd.h"

#define IFINDEX     7
#define POOL        6
#define RECENT      4 /* requests, ids and so on that the script can come back to */
#define OPS_MAX     400
#define RELOADS_MAX 8

static struct an *an;
static struct sa_table *keys;

static struct mip4_message requests[RECENT];
static char nais[RECENT][NAI_MAX];
static uint32_t ids[RECENT];
static uint32_t n_requests, n_ids, n_reloads, home_clock;
/* The data plane by care-of address; after a restart it does not matter who had the tunnel. */
static bool open[POOL];
static struct tunnel tunnels[POOL];

static struct {
	size_t n; /* 0 = none */
	uint8_t value[AN_RECORD_MAX];
} store[POOL];
static bool store_full, store_wrong; /* wrong: it has been full, or written by the script */
static nsec_t not_before[POOL];      /* by the quarantine that a restart has found */
/* How long the home agent may still use what was asked for, and for whom. */
static struct {
	nsec_t until; /* 0: it has said something about it since */
	char nai[NAI_MAX];
	size_t n;
} exposed[POOL];
static size_t arena_keys;

static struct sa_config association = {
	.scope = SA_REALM, .name = "r", .spi = 256, .algorithm = &cheap, .key_length = 16
};
static struct an_config config;
static const struct core_env env = { .memory = { .alloc = take }, .seed = 1, .derive = &cheap };

static void configure(void)
{
	config = (struct an_config){ .pool_size = POOL,
				     .pool = { htonl(0xc6336408) },
				     .access = { .lifetime = 100,
						 .detach_delay = 10,
						 .hold_down = 2,
						 .back_off = 5,
						 .numbers = mip4_numbers_default,
						 .home_agent = { htonl(0xc0000201) },
						 .sas = &association,
						 .n_sas = 1,
						 .sa_cache = 2,
						 .n_ports = 1,
						 .attachments_max = 5,
						 .buffer_bytes = 8192 } };
	config.access.ports[0] = (struct access_port){ .name = "p",
						       .ifindex = IFINDEX,
						       .mac = { { 2, 1 } },
						       .realm = "r",
						       .attachments_max = 8 };
}

static void new_node(void)
{
	if (arena_keys == 0) {
		assert(sa_table_new(&association, 1, 2, &env, &keys) == 0);
		arena_keys = arena_used;
	}
	arena_used = arena_keys;
	assert(an_new(&config, &env, &an) == 0);
}

static void begin(void)
{
	now = (struct now){ NSEC_PER_SEC, 0xc9f4a50000000000 };
	n_requests = n_ids = home_clock = 0;
	memset(requests, 0, sizeof(requests));
	memset(open, 0, sizeof(open));
	memset(store, 0, sizeof(store));
	memset(not_before, 0, sizeof(not_before));
	memset(exposed, 0, sizeof(exposed));
	store_full = store_wrong = false;
	n_reloads = 0;
	arena_used = arena_keys = 0;
	configure();
	new_node();
}

static uint32_t place(struct in_addr care_of)
{
	uint32_t i = ntohl(care_of.s_addr) - 0xc6336408;

	assert(i < POOL);
	return i;
}

/* No other host has the care-of address before. */
static void expose(const struct mip4_message *m)
{
	const uint32_t i = place(m->care_of);
	const nsec_t until = now.mono + m->lifetime * NSEC_PER_SEC;

	assert(bytes_equal(m->nai, BYTES(exposed[i].nai, exposed[i].n)) ||
	       now.mono >= exposed[i].until);
	memcpy(exposed[i].nai, m->nai.p, m->nai.n);
	exposed[i].n = m->nai.n;
	if (exposed[i].until < until)
		exposed[i].until = until;
}

static void see_request(struct bytes wire)
{
	struct mip4_message m;
	uint32_t at = n_requests % RECENT;

	assert(mip4_decode(wire, &mip4_numbers_default, &m) == 0);
	assert(mip4_verify(&m, &m.mhae, sa_find_nai(keys, m.nai, m.mhae.spi)) == 0);
	if (m.type != MIP4_RRQ)
		return;
	assert(m.nai.n <= NAI_MAX);
	assert(store_wrong || store[place(m.care_of)].n);
	assert(now.mono >= not_before[place(m.care_of)]);
	expose(&m);
	memcpy(nais[at], m.nai.p, m.nai.n);
	m.nai.p = (const uint8_t *)nais[at];
	requests[at] = m;
	n_requests++;
}

static void see(const struct action *a)
{
	uint32_t i;

	switch (a->type) {
	case ACTION_SEND:
		see_request(a->datagram.payload);
		break;
	case ACTION_TUNNEL_SET:
		i = place(a->tunnel.local);
		assert(!open[i] || mac_is_zero(tunnels[i].host) ||
		       mac_equal(tunnels[i].host, a->tunnel.host));
		open[i] = true;
		tunnels[i] = a->tunnel;
		ids[n_ids++ % RECENT] = a->id;
		break;
	case ACTION_TUNNEL_DEL:
		open[place(a->tunnel.local)] = false;
		break;
	case ACTION_TUNNEL_SEND:
		place(a->tunnel_send.local);
		break;
	case ACTION_LINK_SEND:
		assert(a->link_send.frame.n >= 14 + IP6_HEADER);
		break;
	case ACTION_TRAFFIC:
	case ACTION_PATH_MTU:
	case ACTION_EVENT:
	case ACTION_AUTHENTICATE:
		break;
	case ACTION_FORWARD:
	case ACTION_ADDRESS_SET:
	case ACTION_ADDRESS_DEL:
		assert(false);
	}
}

static void write_store(void)
{
	struct bytes key, value;
	struct in_addr care_of;

	while (an_role.changed(an, now, &key, &value)) {
		assert(an_record_read_key(key, &care_of) == 0 && value.n <= AN_RECORD_MAX);
		if (store_full)
			continue;
		store[place(care_of)].n = value.n;
		if (value.n)
			memcpy(store[place(care_of)].value, value.p, value.n);
	}
	assert(an_role.batch_end(an, !store_full, now));
}

/* Ends a step. */
static void look(void)
{
	write_store();
	for (size_t i = 0; i < out.n; i++)
		see(&out.v[i]);
	out.n = out.used = 0;
}

static void pass(uint32_t seconds)
{
	nsec_t end = now.mono + seconds * NSEC_PER_SEC, due;

	while ((due = an_role.next_timeout(an)) <= end) {
		if (due > now.mono)
			move_clock(due);
		an_role.timeout(an, now, &out);
		look();
	}
	move_clock(end);
}

/* A packet that the script writes, or one of a kind that the node looks into. */
static struct bytes packet(struct reader *r, uint8_t kind, uint8_t *buf, size_t size)
{
	struct writer w = writer_new(buf, size);
	struct mac_addr mac = { { kind & 0x40 ? 0 : 2, kind } };
	struct nd m = { .type = ND_RS + (kind & 3),
			.src = in6_link_local_of(mac),
			.dst = in6_all_nodes,
			.target = in6_link_local_of(mac),
			.has_lla = kind & 0x20,
			.lla = mac };

	if (kind & 0x80)
		return read_bytes(r, reader_left(r) < kind ? reader_left(r) : kind);
	if (m.type == ND_NS)
		m.dst = in6_solicited_node(&m.target);
	assert(nd_write(&w, &m) == 0);
	return writer_bytes(&w);
}

static void packet_in(struct reader *r, enum packet_from from)
{
	uint8_t buf[256], which = read_u8(r), kind = read_u8(r);
	struct packet p = { .from = from,
			    .ifindex = IFINDEX,
			    .source = { { 2, 0, 0, 0, 0, which & 7 } },
			    .local = { htonl(0xc6336408 + (which & 7)) },
			    .remote = { htonl(0xc0000201 + (which >> 7)) },
			    .payload = packet(r, kind, buf, sizeof(buf)) };

	if (an_role.wants(an, &p))
		an_role.packet(an, &p, now, &out);
}

static void datagram_in(struct bytes b, struct in_addr to)
{
	struct datagram d = { .local = to,
			      .remote = { htonl(0xc0000201) },
			      .local_port = MIP4_PORT,
			      .remote_port = MIP4_PORT,
			      .payload = b };

	if (b.n && an_role.takes(b))
		an_role.receive(an, &d, now, &out);
}

/* A message of the home agent about one of the last requests: nearly right. */
static void message_in(struct reader *r, enum mip4_type type)
{
	const struct mip4_message *q = &requests[read_u8(r) % RECENT];
	uint8_t buf[512], bits = read_u8(r), code = read_u8(r);
	struct writer w = writer_new(buf, sizeof(buf));
	const enum mip4_auth auth = MIP4_MHAE;
	const struct mip4_sa *sa = sa_find_nai(keys, q->nai, 0);
	struct mip4_message m = { .type = type,
				  .code = bits & 1 ? code : MIP4_ACCEPTED,
				  .lifetime = bits & 2 ? code : q->lifetime,
				  .home_agent = { q->home_agent.s_addr + (bits >> 7) },
				  .care_of = q->care_of,
				  .identification =
					  q->identification + ((uint64_t)(bits & 4) << 32),
				  .revocation_id = home_clock,
				  .revocation_from_home = !(bits & 0x40),
				  .revocation_inform = bits & 1,
				  .nai = q->nai,
				  .hoa = bits & 8 ? MIP4_ABSENT : MIP4_EMPTY,
				  .revocation_support = !(bits & 16),
				  .support_timestamp = home_clock };

	if (!sa)
		return;
	home_clock += !(bits & 32);
	exposed[place(q->care_of)].until = 0;
	assert(mip4_encode(&m, &mip4_numbers_default, &auth, &sa, 1, &w) == 0);
	datagram_in(writer_bytes(&w), q->care_of);
}

/* In whole seconds, and no longer than what is asked for now: what the node believes of a wild
 * clock.
 */
static void expect_quarantine(uint32_t i)
{
	const int64_t most = config.access.lifetime + CLIENT_ATTEMPT_MAX;
	struct an_record r;
	int64_t left;

	assert(!an_record_read(BYTES(store[i].value, store[i].n), (struct in_addr){ 0 }, &r));
	left = (int64_t)(r.until - now.ntp) >> 32;
	if (!r.attached && left > 0)
		not_before[i] = now.mono + (left < most ? left : most) * NSEC_PER_SEC;
}

static void restart(void)
{
	uint8_t octets[AN_RECORD_KEY_MAX];

	an_done(an);
	new_node();
	memset(exposed, 0, sizeof(exposed));
	for (uint32_t i = 0; i < POOL; i++) {
		struct writer key = writer_new(octets, sizeof(octets));
		int err;

		not_before[i] = 0;
		if (store[i].n == 0)
			continue;
		an_record_write_key(&key, (struct in_addr){ htonl(0xc6336408 + i) });
		err = an_role.restore(an, writer_bytes(&key), BYTES(store[i].value, store[i].n),
				      now);
		assert(!err || (store_wrong && (err == -EBADMSG || err == -ENOTSUP)));
		if (err)
			store[i].n = 0;
		else
			expect_quarantine(i);
	}
	an_role.restored(an, now);
	for (int i = 0; i < POOL; i++) {
		bool known = open[i] && an_role.has_tunnel(an, &tunnels[i]);

		assert(known || !open[i] || store_wrong);
		open[i] = known;
		tunnels[i].host = (struct mac_addr){ { 0 } };
	}
}

static void reload(uint8_t how)
{
	if (n_reloads++ >= RELOADS_MAX)
		return;
	config.access.lifetime = how & 1 ? 30 : how & 2 ? UINT16_MAX : 100;
	config.access.detach_delay = how & 4 ? 0 : 10;
	config.access.hold_down = how & 8 ? 20 : 2;
	config.access.back_off = how & 16 ? 1 : 5;
	config.access.n_sas = !(how & 32);
	assert(an_reload(an, &config, &env, now) == 0);
}

/* Any octets for a record, or some other octets in one that there is. */
static void spoil_store(struct reader *r, bool all)
{
	uint32_t i = read_u8(r) % POOL;
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
		packet_in(r, PACKET_ACCESS);
		break;
	case 2:
		packet_in(r, PACKET_TUNNEL);
		break;
	case 3:
		packet_in(r, PACKET_ERROR4);
		break;
	case 4:
		more = read_u8(r);
		datagram_in(read_bytes(r, reader_left(r) < more ? reader_left(r) : more),
			    (struct in_addr){ htonl(0xc6336408 + op / 32) });
		break;
	case 5:
	case 6:
		message_in(r, op % 14 == 5 ? MIP4_RRP : MIP4_REVOCATION);
		break;
	case 7:
		an_role.link(an, &(struct link){ IFINDEX, op & 16 ? LINK_UP : LINK_DOWN }, now,
			     &out);
		break;
	case 8:
		pass(read_u8(r));
		break;
	case 9:
		more = read_u8(r);
		if (op & 16)
			an_role.traffic(an, ids[more % RECENT], more, now, &out);
		else
			an_role.failed(an, ids[more % RECENT], now, &out);
		break;
	case 10:
		more = read_u8(r);
		now.ntp += (uint64_t)more << (op & 16 ? 24 : 36); /* to 1 s, to 3 h */
		if (op & 32)
			now.ntp -= (uint64_t)120 << 32;
		restart();
		break;
	case 11:
		store_full = op & 16;
		store_wrong |= store_full;
		break;
	case 12:
		spoil_store(r, op & 16);
		restart();
		break;
	case 13:
		reload(read_u8(r));
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
	an_stop(an, now);
	pass(60); /* deregistrations are given up after 15 s */
	assert(an_stopped(an));
	assert(slab_used(&an->access.hold.blocks) == 0);
	for (int i = 0; i < POOL; i++)
		assert(!open[i] && (store_full || !store[i].n || !store[i].value[1]));
	sa_table_done(keys);
	an_done(an);
	return 0;
}
