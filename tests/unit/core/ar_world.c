/* SPDX-License-Identifier: Apache-2.0 */
#include "ar_world.h"
#include "../../../src/io/mac.h"
#include "proto/udp.h"

#define NTP_START 0xc9f4a50000000000u
#define ACTIONS   4096

static struct bytes duid_ll(struct mac_addr mac)
{
	uint8_t buf[32];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(dhcp6_duid_write(&w, &(struct dhcp6_duid){ .type = DHCP6_DUID_LL,
								    .hardware = 1,
								    .id = BYTES(mac.b, 6) }),
			 0);
	return world_keep(writer_bytes(&w));
}

struct bytes world_duid(uint8_t n)
{
	return duid_ll(world_host(n));
}

static void init_keys(struct world *w)
{
	w->sa[0] = (struct sa_config){ .scope = SA_REALM,
				       .name = "example.net",
				       .spi = 0x200,
				       .algorithm = &mac_hmac_md5,
				       .key = "0123456789abcdef",
				       .key_length = 16 };
	w->sa[1] = (struct sa_config){ .scope = SA_NODE,
				       .node = world_in4("192.0.2.1"),
				       .spi = 0x300,
				       .algorithm = &mac_hmac_md5,
				       .key = "fedcba9876543210",
				       .key_length = 16 };
}

void world_init(struct world *w)
{
	*w = (struct world){
		.now = { 100 * NSEC_PER_SEC, NTP_START }, .timestamp = 5000, .last = 1, .xid = 77
	};
	w->env = (struct core_env){ .memory = { .alloc = world_take },
				    .seed = 1,
				    .derive = &mac_hmac_sha256 };
	init_keys(w);
	w->config = (struct ar_config){ .access = { .home_agent = world_in4("192.0.2.1"),
						    .lifetime = 600,
						    .detach_delay = 10,
						    .hold_down = 2,
						    .back_off = 30,
						    .numbers = mip4_numbers_default,
						    .sas = w->sa,
						    .n_sas = 2,
						    .sa_cache = 4,
						    .n_ports = 2,
						    .attachments_max = 16,
						    .buffer_bytes = 65536 },
					.care_of = world_in4("198.51.100.9"),
					.router_mac = { { 0x02, 0x4e, 0x4d, 0x34, 0, 2 } },
					.router_address = world_in6("fe80::1"),
					.other = true,
					.hop_limit = 64,
					.router_lifetime = 1800,
					.ra_min = 200,
					.ra_max = 600,
					.link_mtu = 1480,
					.dns = { world_in6("2001:db8::53") },
					.n_dns = 1,
					.valid = 3600,
					.preferred = 1800,
					.placeholder = world_in6("2001:db8:0:ffff::"),
					.unconfirmed_max = 2 };
	for (uint8_t i = 0; i < 2; i++)
		w->config.access.ports[i] = (struct access_port){ .name = { 'p', (char)('1' + i) },
								  .ifindex = WORLD_IF + i,
								  .mac = { { 2, 0xa, 0, 0, 0, i } },
								  .realm = "example.net",
								  .attachments_max = 8 };
}

void world_start(struct world *w)
{
	struct sa_config keys[2] = { w->sa[0], w->sa[1] };

	keys[1].node = w->config.care_of;
	w->out = (struct actions){ .v = world_take(NULL, ACTIONS * sizeof(struct action)),
				   .max = ACTIONS,
				   .payload = world_take(NULL, 4 << 20),
				   .payload_max = 4 << 20 };
	w->read = 0;
	w->env.seed++; /* of this process: what is kept may not depend on it */
	assert_int_equal(ar_new(&w->config, &w->env, &w->ar), 0);
	assert_int_equal(sa_table_new(keys, 2, 64, &w->env, &w->keys), 0);
}

void world_new(struct world *w)
{
	world_init(w);
	world_start(w);
}

void world_slaac(struct world *w)
{
	world_init(w);
	w->unique = true;
	for (int i = 0; i < 2; i++)
		w->config.ports[i].addressing = AR_SLAAC;
	world_start(w);
}

void world_done(struct world *w)
{
	ar_audit(w->ar);
	ar_done(w->ar);
	sa_table_done(w->keys);
	world_forget();
}

/* One input: what it emits stays within the bounds of a step. */
#define STEP(w, call)                                                                              \
	do {                                                                                       \
		size_t n_before = (w)->out.n, used_before = (w)->out.used;                         \
		call;                                                                              \
		assert_true((w)->out.n - n_before <= ACTIONS_STEP_MAX);                            \
		assert_true((w)->out.used - used_before <= ACTIONS_STEP_BYTES);                    \
	} while (0)

/* packets */

struct bytes packet_nd(const struct nd *m)
{
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(nd_write(&w, m), 0);
	return world_written(&w);
}

struct bytes packet_rs(uint8_t n)
{
	return packet_nd(&(struct nd){ .type = ND_RS,
				       .src = in6_link_local_of(world_host(n)),
				       .dst = in6_all_routers,
				       .has_lla = true,
				       .lla = world_host(n) });
}

struct bytes packet_ns(uint8_t n, const char *src, const char *target)
{
	struct in6_addr t = world_in6(target);

	return packet_nd(&(struct nd){ .type = ND_NS,
				       .src = world_in6(src),
				       .dst = in6_solicited_node(&t),
				       .target = t,
				       .has_lla = strcmp(src, "::") != 0,
				       .lla = world_host(n) });
}

struct bytes packet_na(uint8_t n, const char *target)
{
	return packet_nd(&(struct nd){ .type = ND_NA,
				       .src = in6_link_local_of(world_host(n)),
				       .dst = world_in6("fe80::1"),
				       .target = world_in6(target),
				       .solicited = true });
}

struct bytes packet_mld(const char *src, const char *group, const char *other)
{
	struct in6_addr from = world_in6(src), groups[2] = { world_in6(group) };
	uint8_t buf[256];
	struct writer w = writer_new(buf, sizeof(buf));

	if (other)
		groups[1] = world_in6(other);
	assert_int_equal(mld_write_report(&w, &from, groups, other ? 2 : 1, false), 0);
	return world_written(&w);
}

struct bytes packet_data(const char *src, const char *dst, uint8_t hop_limit)
{
	struct in6_addr from = world_in6(src), to = world_in6(dst);
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));
	size_t start = udp_begin(&w, &from, &to, 1000, 2000);

	write_u32(&w, 0x64617461); /* "data" */
	udp_end(&w, start);
	buf[7] = hop_limit;
	return world_written(&w);
}

/* inputs */

void world_frame_on(struct world *w, uint32_t ifindex, struct mac_addr host, struct bytes packet)
{
	struct packet p = {
		.from = PACKET_ACCESS, .ifindex = ifindex, .source = host, .payload = packet
	};

	assert_true(ar_role.wants(w->ar, &p));
	world_packet(w, &p);
}

void world_packet(struct world *w, const struct packet *p)
{
	STEP(w, ar_role.packet(w->ar, p, w->now, &w->out));
}

void world_verdict(struct world *w, uint32_t id, const struct auth_verdict *v)
{
	STEP(w, ar_role.verdict(w->ar, id, v, w->now, &w->out));
}

void world_frame(struct world *w, uint8_t n, struct bytes packet)
{
	world_frame_on(w, WORLD_IF, world_host(n), packet);
}

void world_link(struct world *w, enum link_event e)
{
	STEP(w, ar_role.link(w->ar, &(struct link){ WORLD_IF, e }, w->now, &w->out));
}

static void move_clock(struct world *w, nsec_t to)
{
	uint64_t ns = (uint64_t)(to - w->now.mono);

	w->now.ntp += ((ns / NSEC_PER_SEC) << 32) + ((ns % NSEC_PER_SEC) << 32) / NSEC_PER_SEC;
	w->now.mono = to;
}

void world_pass(struct world *w, double seconds)
{
	nsec_t end = w->now.mono + (nsec_t)(seconds * 1e9), due;

	while ((due = ar_role.next_timeout(w->ar)) <= end) {
		if (due > w->now.mono)
			move_clock(w, due);
		STEP(w, ar_role.timeout(w->ar, w->now, &w->out));
	}
	move_clock(w, end);
}

struct dhcp6_message world_message(struct world *w, uint8_t n, enum dhcp6_type type,
				   const char *address)
{
	struct dhcp6_message m = { .type = type,
				   .transaction_id = w->xid,
				   .client_id = world_duid(n),
				   .oro = BYTES("\0\x17\0\x18", 4), /* DNS servers, domains */
				   .elapsed = { true, 0 } };
	const bool ours = type == DHCP6_REQUEST || type == DHCP6_RENEW || type == DHCP6_RELEASE ||
			  type == DHCP6_DECLINE;

	if (ours)
		m.server_id = duid_ll(w->config.router_mac);
	if (type == DHCP6_INFORMATION_REQUEST)
		return m;
	m.ias[m.n_ias++] = (struct dhcp6_ia){ .type = DHCP6_IA_NA, .iaid = 1 };
	if (address)
		m.ias[0].leases[m.ias[0].n_leases++].address = world_in6(address);
	return m;
}

/* All outcomes of DHCPv6 messages, and all drops. */
static uint64_t counted(const struct world *w)
{
	const ar_dhcp6_counters *c = ar_dhcp6(w->ar);
	uint64_t n = 0;

	for (size_t type = 0; type < AR_DHCP6_TYPES; type++)
		for (size_t o = 0; o < AR_DHCP6_OUTCOMES; o++)
			n += (*c)[type][o];
	for (enum drop d = 0; d < DROP_MAX; d++)
		n += world_drops(w, d);
	return n;
}

/* Whatever becomes of it is counted. */
void world_say_on(struct world *w, uint32_t ifindex, uint8_t n, const struct dhcp6_message *m)
{
	struct in6_addr src = in6_link_local_of(world_host(n)), dst = world_in6("ff02::1:2");
	uint8_t buf[1600];
	struct writer out = writer_new(buf, sizeof(buf));
	size_t start = udp_begin(&out, &src, &dst, DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);
	const uint64_t before = counted(w);

	assert_int_equal(dhcp6_encode(m, &out), 0);
	udp_end(&out, start);
	world_frame_on(w, ifindex, world_host(n), world_written(&out));
	assert_true(counted(w) > before);
}

void world_say(struct world *w, uint8_t n, const struct dhcp6_message *m)
{
	world_say_on(w, WORLD_IF, n, m);
}

void world_ask(struct world *w, uint8_t n, enum dhcp6_type type, const char *address)
{
	const struct dhcp6_message m = world_message(w, n, type, address);

	world_say(w, n, &m);
}

/* actions */

const struct action *world_next(struct world *w, enum action_type type)
{
	while (type != ACTION_EVENT && w->read < w->out.n && w->out.v[w->read].type == ACTION_EVENT)
		w->read++;
	assert_true(w->read < w->out.n);
	assert_int_equal(w->out.v[w->read].type, type);
	return &w->out.v[w->read++];
}

const struct event_data *world_event(struct world *w, enum event e)
{
	const struct event_data *d = &world_next(w, ACTION_EVENT)->event;

	assert_string_equal(event_names[d->event], event_names[e]);
	assert_true(d->nai.n > 0); /* it says whom it is about */
	return d;
}

void world_skip(struct world *w)
{
	w->read = w->out.n;
}

void world_quiet(struct world *w)
{
	while (w->read < w->out.n)
		assert_int_equal(w->out.v[w->read++].type, ACTION_EVENT);
}

/* What the next action sends to host n: from the router that all routers are (D6). */
static struct ip6 sent(struct world *w, uint8_t n)
{
	const struct action *a = world_next(w, ACTION_LINK_SEND);
	struct bytes f = a->link_send.frame;
	struct mac_addr host = world_host(n);
	struct ip6 ip;

	assert_true(f.n > 14);
	assert_memory_equal(f.p, host.b, 6);
	assert_memory_equal(f.p + 6, w->config.router_mac.b, 6);
	assert_int_equal(ip6_decode(BYTES(f.p + 14, f.n - 14), &ip), 0);
	assert_true(in6_equal(&ip.src, &w->config.router_address));
	return ip;
}

const struct dhcp6_message *world_reply(struct world *w, uint8_t n, enum dhcp6_type type)
{
	static struct dhcp6_message m;
	const struct in6_addr client = in6_link_local_of(world_host(n));
	struct ip6 ip = sent(w, n);
	struct udp u;

	assert_int_equal(udp_decode(&ip, &u), 0);
	assert_int_equal(u.source, DHCP6_SERVER_PORT);
	assert_int_equal(u.destination, DHCP6_CLIENT_PORT);
	assert_true(in6_equal(&ip.dst, &client));
	assert_int_equal(dhcp6_decode(u.payload, &m), 0);
	assert_string_equal(dhcp6_type_name(m.type), dhcp6_type_name(type));
	assert_int_equal(m.transaction_id, w->xid);
	assert_true(bytes_equal(m.client_id, world_duid(n)));
	assert_true(bytes_equal(m.server_id, duid_ll(w->config.router_mac)));
	return &m;
}

struct nd world_nd(struct world *w, uint8_t n, enum nd_type type)
{
	struct ip6 ip = sent(w, n);
	struct nd m;

	assert_int_equal(nd_decode(&ip, &m), 0);
	assert_int_equal(m.type, type);
	return m;
}

void world_icmp(struct world *w, uint8_t n, uint8_t type, uint8_t code)
{
	struct ip6 ip = sent(w, n);

	assert_int_equal(ip6_icmp_type(&ip), type);
	assert_int_equal(ip.payload.p[1], code);
}

/* the home agent */

struct rrq world_request(struct world *w)
{
	const struct action *a = world_next(w, ACTION_SEND);
	struct rrq q = { .datagram = a->datagram };
	const struct mip4_sa *sa;

	assert_int_equal(q.datagram.local_port, MIP4_PORT);
	assert_int_equal(q.datagram.remote_port, MIP4_PORT);
	assert_true(in4_equal(q.datagram.local, w->config.care_of));
	assert_int_equal(mip4_decode(q.datagram.payload, &w->config.access.numbers, &q.m), 0);
	assert_int_equal(q.m.type, MIP4_RRQ);
	assert_true(q.m.mhae.present && q.m.fhae.present);
	sa = sa_find_nai(w->keys, q.m.nai, q.m.mhae.spi);
	assert_true(sa && mip4_verify(&q.m, &q.m.mhae, sa) == 0);
	sa = sa_find_node(w->keys, w->config.care_of, q.m.fhae.spi);
	assert_true(sa && mip4_verify(&q.m, &q.m.fhae, sa) == 0);
	return q;
}

void world_send(struct world *w, const struct mip4_message *m)
{
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer out = writer_new(buf, sizeof(buf));
	const enum mip4_auth auths[2] = { MIP4_MHAE, MIP4_FHAE };
	const struct mip4_sa *sas[2] = { sa_find_nai(w->keys, m->nai, 0),
					 sa_find_node(w->keys, w->config.care_of, 0) };
	const size_t first = m->type == MIP4_REVOCATION;
	struct datagram d = { .local = w->config.care_of,
			      .remote = w->config.access.home_agent,
			      .local_port = MIP4_PORT,
			      .remote_port = MIP4_PORT };

	assert_true(sas[0] && sas[1]);
	assert_int_equal(mip4_encode(m, &w->config.access.numbers, auths + first, sas + first,
				     2 - first, &out),
			 0);
	d.payload = writer_bytes(&out);
	assert_true(ar_role.takes(d.payload));
	STEP(w, ar_role.receive(w->ar, &d, w->now, &w->out));
}

void world_answer(struct world *w, const struct rrq *q, void (*change)(struct mip4_message *m))
{
	struct mip4_message m = { .type = MIP4_RRP,
				  .lifetime = q->m.lifetime,
				  .home_agent = q->m.home_agent,
				  .identification = q->m.identification,
				  .nai = q->m.nai,
				  .hoa = MIP4_FULL,
				  .hoa_unique = w->unique,
				  .revocation_support = true,
				  .support_inform = true,
				  .support_timestamp = w->timestamp++ };

	if (q->m.hoa == MIP4_FULL) {
		m.hoa_address = q->m.hoa_address;
	} else {
		m.hoa_address = world_in6("2001:db8:b::");
		m.hoa_address.s6_addr[w->unique ? 7 : 15] = w->last;
		for (int i = 0; w->unique && i < 8; i++)
			m.hoa_address.s6_addr[8 + i] =
				(uint8_t)(q->m.hoa_request_iid >> (56 - 8 * i));
	}
	if (change)
		change(&m);
	world_send(w, &m);
}

void deny_resources(struct mip4_message *m)
{
	m->code = MIP4_HA_RESOURCES;
}

struct rrq world_attach(struct world *w, uint8_t n)
{
	struct rrq q;

	world_skip(w);
	world_ask(w, n, DHCP6_REQUEST, NULL);
	q = world_request(w);
	world_answer(w, &q, NULL);
	world_next(w, ACTION_TUNNEL_SET);
	world_next(w, ACTION_ADDRESS_SET);
	world_reply(w, n, DHCP6_REPLY);
	world_nd(w, n, ND_RA);
	world_quiet(w);
	return q;
}

struct mip4_message world_revocation(struct world *w, const struct rrq *q, bool inform)
{
	struct mip4_message m = { .type = MIP4_REVOCATION,
				  .home_agent = q->m.home_agent,
				  .care_of = q->m.care_of,
				  .revocation_id = w->timestamp++,
				  .revocation_from_home = true,
				  .revocation_inform = inform,
				  .nai = q->m.nai,
				  .hoa = MIP4_FULL,
				  .hoa_unique = w->unique,
				  .hoa_address = world_in6("2001:db8:b::") };

	m.hoa_address.s6_addr[15] = w->last;
	return m;
}

/* what there is */

int world_state(struct world *w, uint8_t n)
{
	struct ar_attachment_info i;
	uint32_t cursor = 0;

	while (ar_attachment_next(w->ar, &cursor, w->now, &i))
		if (mac_equal(i.host, world_host(n)))
			return (int)i.state;
	return -1;
}

int world_hosts(struct world *w)
{
	struct ar_attachment_info i;
	uint32_t cursor = 0;
	int n = 0;

	while (ar_attachment_next(w->ar, &cursor, w->now, &i))
		n++;
	return n;
}

uint64_t world_drops(const struct world *w, enum drop d)
{
	return ar_role.drops(w->ar)[d];
}

uint64_t world_count(const struct world *w, enum dhcp6_type type, enum ar_dhcp6_outcome o)
{
	return (*ar_dhcp6(w->ar))[type][o];
}
