/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access node among octets: each input is a script of frames, tunnelled packets, messages (any
 * octets, or under a right authenticator), link events and time. Whatever happens, a step stays
 * within its bounds, a tunnel of the data plane belongs to one host, and after a stop nothing is
 * left: no host, no held packet, no tunnel.
 */
#include <string.h>

#include "core/an_internal.h"
#include "machine.h"
#include "proto/nd.h"

#define IFINDEX 7
#define POOL    6
#define RECENT  4 /* requests, ids and so on that the script can come back to */
#define OPS_MAX 400

static struct an *an;
static struct sa_table *keys;

static struct mip4_message requests[RECENT];
static char nais[RECENT][NAI_MAX];
static uint32_t ids[RECENT];
static uint32_t n_requests, n_ids, home_clock;
static bool open[POOL]; /* tunnels of the data plane, by care-of address */
static struct mac_addr hosts[POOL];

static void begin(void)
{
	static struct sa_config sa = {
		.scope = SA_REALM, .name = "r", .spi = 256, .algorithm = &cheap, .key_length = 16
	};
	static struct an_config c = { .pool_size = POOL,
				      .lifetime = 100,
				      .detach_delay = 10,
				      .hold_down = 2,
				      .back_off = 5,
				      .sas = &sa,
				      .n_sas = 1,
				      .sa_cache = 2,
				      .n_ports = 1,
				      .attachments_max = 5,
				      .buffer_bytes = 8192 };
	const struct core_env env = { .memory = { .alloc = take }, .seed = 1, .derive = &cheap };

	arena_used = 0;
	c.numbers = mip4_numbers_default;
	c.home_agent.s_addr = htonl(0xc0000201);
	c.pool.s_addr = htonl(0xc6336408);
	c.ports[0] = (struct an_port){
		.ifindex = IFINDEX, .mac = { { 2, 1 } }, .realm = "r", .attachments_max = 8
	};
	now = (struct now){ NSEC_PER_SEC, 0xc9f4a50000000000 };
	n_requests = n_ids = home_clock = 0;
	memset(requests, 0, sizeof(requests));
	memset(open, 0, sizeof(open));
	assert(an_new(&c, &env, &an) == 0);
	assert(sa_table_new(&sa, 1, 2, &env, &keys) == 0);
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
	memcpy(nais[at], m.nai.p, m.nai.n);
	m.nai.p = (const uint8_t *)nais[at];
	requests[at] = m;
	n_requests++;
}

static uint32_t place(struct in_addr care_of)
{
	uint32_t i = ntohl(care_of.s_addr) - 0xc6336408;

	assert(i < POOL);
	return i;
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
		assert(!open[i] || mac_equal(hosts[i], a->tunnel.host));
		open[i] = true;
		hosts[i] = a->tunnel.host;
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
		break;
	case ACTION_FORWARD:
	case ACTION_ADDRESS_SET:
	case ACTION_ADDRESS_DEL:
		assert(false);
	}
}

/* Ends a step. */
static void look(void)
{
	for (size_t i = 0; i < out.n; i++)
		see(&out.v[i]);
	out.n = out.used = 0;
}

static void pass(uint32_t seconds)
{
	nsec_t end = now.mono + seconds * NSEC_PER_SEC, due;

	while ((due = an_role.next_timeout(an)) <= end) {
		if (due > now.mono)
			now.mono = due;
		an_role.timeout(an, now, &out);
		look();
	}
	now.mono = end;
	now.ntp += (uint64_t)seconds << 32;
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
	assert(mip4_encode(&m, &mip4_numbers_default, &auth, &sa, 1, &w) == 0);
	datagram_in(writer_bytes(&w), q->care_of);
}

static void step(struct reader *r)
{
	uint8_t op = read_u8(r), more;

	switch (op % 10) {
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
		message_in(r, op % 10 == 5 ? MIP4_RRP : MIP4_REVOCATION);
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
	assert(slab_used(&an->hold.blocks) == 0);
	for (int i = 0; i < POOL; i++)
		assert(!open[i]);
	sa_table_done(keys);
	an_done(an);
	return 0;
}
