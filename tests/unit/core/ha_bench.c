/* SPDX-License-Identifier: Apache-2.0 */
#include "ha_bench.h"
#include "core/ha_record.h"
#include "core/ha_state.h"
#include "../../../src/io/mac.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define NTP_START 0xc9f4a50000000000u
#define ACTIONS   8192

static void *kept[1024];
static size_t n_kept;

static void *take(void *ctx, size_t n)
{
	void *p = calloc(1, n ? n : 1);

	assert_true(p && n_kept < sizeof(kept) / sizeof(kept[0]));
	return kept[n_kept++] = p;
}

struct in_addr in4(const char *s)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, s, &a), 1);
	return a;
}

struct in6_addr in6(const char *s)
{
	struct in6_addr a = { 0 };

	if (s)
		assert_int_equal(inet_pton(AF_INET6, s, &a), 1);
	return a;
}

static struct sa_config association(enum sa_scope scope, const char *name, uint32_t spi, char key)
{
	struct sa_config s = { .scope = scope, .spi = spi, .algorithm = &mac_hmac_md5 };

	strcpy(s.name, name);
	s.key_length = 16;
	memset(s.key, key, 16);
	return s;
}

void bench_init(struct bench *b)
{
	*b = (struct bench){ .now = { 100 * NSEC_PER_SEC, NTP_START } };
	b->env = (struct core_env){ .memory = { .alloc = take },
				    .seed = 7,
				    .secret = "fifteen octets!",
				    .changes_max = 4096,
				    .derive = &mac_hmac_sha256 };
	b->sas[0] = association(SA_REALM, "example.net", MN_SPI, 'r');
	b->sas[1] = association(SA_NAI, NAI_2, MN_SPI + 1, 'n');
	b->sas[2] = association(SA_NODE, "", FA_SPI, 'f');
	b->sas[2].node = in4(ROUTER_1);
	b->sas[3] = association(SA_NODE, "", FA_SPI, 'g');
	b->sas[3].node = in4(ROUTER_2);
	b->config = (struct ha_config){
		.address = in4("192.0.2.1"),
		.lifetime_max = 600,
		.timestamp_tolerance = 7,
		.tunnelling = true,
		.numbers = mip4_numbers_default,
		.sas = b->sas,
		.n_sas = 4,
		.sa_cache = 16,
		.home_ifindex = HOME_IF,
		.home_mac = { { 2, 0, 0, 0, 1, 1 } },
		.home_link_local = in6(HOME_LL),
		.own = { in6("2001:db8:1::1") },
		.n_own = 1,
		.prefixes = { { in6("2001:db8:1::"), 86400, 14400 } },
		.n_prefixes = 1,
		.router_mac = { { 2, 0, 0x5e, 0, 0, 1 } },
		.router_address = in6(ROUTER),
		.link_mtu = 1480,
		.autonomous = true,
		.hop_limit = 64,
		.router_lifetime = 1800,
		.ra_min = 200,
		.ra_max = 600,
		.bindings_max = 4,
		.addresses_max = 8,
		.addresses_per_host = 4,
		.probes_max = 3,
		.nd_per_second = 200,
		.retransmit = 1000,
	};
	b->out = (struct actions){ .v = take(NULL, ACTIONS * sizeof(struct action)),
				   .max = ACTIONS,
				   .payload = take(NULL, ACTIONS * 512),
				   .payload_max = ACTIONS * 512 };
}

void bench_start(struct bench *b)
{
	assert_int_equal(ha_new(&b->config, &b->env, &b->ha), 0);
	assert_int_equal(sa_table_new(b->sas, 4, 16, &b->env, &b->keys), 0);
}

void bench_new(struct bench *b)
{
	bench_init(b);
	bench_start(b);
}

void bench_done(struct bench *b)
{
	if (b->ha)
		ha_audit(b->ha);
	ha_done(b->ha);
	sa_table_done(b->keys);
	while (n_kept)
		free(kept[--n_kept]);
}

void bench_forget(struct bench *b)
{
	b->out.n = 0;
	b->out.used = 0;
}

/* The data plane's part of a runtime's flush, for what has been emitted since `from`. */
static void carry_out(struct bench *b, size_t from)
{
	size_t n = from, end = b->out.n;

	for (size_t i = from; i < b->out.n; i++) {
		const struct action a = b->out.v[i];

		if (a.type == ACTION_TRAFFIC)
			ha_role.traffic(b->ha, a.id, b->packets, b->now, &b->out);
		if (!(b->failing >> a.type & 1) || !a.id || i >= end)
			continue;
		/* what it would have been followed by is not done */
		n = i;
		for (size_t j = i; j < end; j++)
			if (b->out.v[j].id != a.id)
				b->out.v[n++] = b->out.v[j];
		b->out.n = end = n;
		ha_role.failed(b->ha, a.id, b->now, &b->out);
		i--;
	}
}

/* The store's part: keeps what has changed, or refuses it; where nothing has, it is not asked. */
static bool store(struct bench *b)
{
	struct bytes key, value;
	struct bench_record *r;
	bool any = false;

	while (ha_role.changed(b->ha, b->now, &key, &value)) {
		any = true;
		assert_int_equal(key.p[0], ha_role.store_tag);
		if (b->store_fails || b->forgets)
			continue;
		r = bench_record(b, key);
		if (!r) {
			assert_true(b->n_records < BENCH_RECORDS);
			r = &b->records[b->n_records++];
			r->key_length = key.n;
			memcpy(r->key, key.p, key.n);
		}
		assert_true(value.n <= sizeof(r->value));
		r->value_length = value.n;
		if (value.p)
			memcpy(r->value, value.p, value.n);
	}
	return !(any && b->store_fails);
}

struct bench_record *bench_record(struct bench *b, struct bytes key)
{
	for (size_t i = 0; i < b->n_records; i++)
		if (bytes_equal(BYTES(b->records[i].key, b->records[i].key_length), key))
			return &b->records[i];
	return NULL;
}

#define FIXED_PART 18 /* of a host's record: without times, which are rounded, and Timestamps */

/* What a restart would read is what there is: nothing has changed without being told. */
static void audit_store(struct bench *b)
{
	const struct slab *s = &b->ha->hosts.slab;

	for (uint32_t i = 0; i < s->next; i++) {
		const struct host *x = slab_at(s, i);
		uint8_t key[1 + NAI_MAX] = { 'H' }, value[HOST_RECORD_MAX];
		struct writer w = writer_new(value, sizeof(value));
		const struct bench_record *r;

		if (!x->nai || host_find(&b->ha->hosts, host_nai(x)) != x)
			continue;
		memcpy(key + 1, x->nai, x->nai_length);
		r = bench_record(b, BYTES(key, 1u + x->nai_length));
		if (!r || !r->value_length)
			continue; /* taken away by the test */
		host_record_write(x, b->now, &w);
		assert_int_equal(r->value_length, writer_length(&w));
		assert_memory_equal(r->value, value, FIXED_PART);
	}
}

/* The beginning of a runtime's flush, for what has been emitted since `from`. */
static void end_batch(struct bench *b, size_t from, size_t used)
{
	if (ha_role.batch_end(b->ha, store(b), b->now)) {
		if (!b->forgets)
			audit_store(b);
		return;
	}
	b->out.n = from;
	b->out.used = used;
}

void bench_restart(struct bench *b)
{
	ha_audit(b->ha);
	ha_done(b->ha);
	assert_int_equal(ha_new(&b->config, &b->env, &b->ha), 0);
	for (size_t i = 0; i < b->n_records; i++) {
		const struct bench_record *r = &b->records[i];

		if (r->value_length)
			assert_int_equal(ha_role.restore(b->ha, BYTES(r->key, r->key_length),
							 BYTES(r->value, r->value_length), b->now),
					 0);
	}
	ha_role.restored(b->ha, b->now);
	bench_forget(b);
}

/* What is taken away, and what is said of it, has no id: it is done even if something else of the
 * binding fails. While the store fails neither has an address in DAD, which then cannot be taken
 * back. */
static void assert_ids(const struct bench *b, size_t from)
{
	for (size_t i = from; i < b->out.n; i++) {
		const struct action *a = &b->out.v[i];
		const bool lasts =
			a->type == ACTION_EVENT &&
			(a->event.event == EVENT_ATTACHED || a->event.event == EVENT_RENEWED ||
			 a->event.event == EVENT_MOVED || a->event.event == EVENT_ADDRESS_BOUND);

		if (a->type == ACTION_TUNNEL_DEL || a->type == ACTION_ADDRESS_DEL ||
		    a->type == ACTION_LINK_SEND || (a->type == ACTION_EVENT && !lasts))
			assert_int_equal(a->id, 0);
		if (a->type == ACTION_TUNNEL_SET || lasts ||
		    (a->type == ACTION_ADDRESS_SET &&
		     (a->address.state == ADDRESS_BOUND || !ha_store_fails(b->ha))))
			assert_int_not_equal(a->id, 0);
	}
}

/* Runs one door and holds it to what actions.h allows a step. */
#define STEP(b, call)                                                                              \
	do {                                                                                       \
		size_t n_ = (b)->out.n, used_ = (b)->out.used;                                     \
		call;                                                                              \
		assert_true((b)->out.n - n_ <= ACTIONS_STEP_MAX);                                  \
		assert_true((b)->out.used - used_ <= ACTIONS_STEP_BYTES);                          \
		end_batch(b, n_, used_);                                                           \
		carry_out(b, n_);                                                                  \
		assert_ids(b, n_);                                                                 \
		end_batch(b, (b)->out.n, (b)->out.used);                                           \
	} while (0)

static void set_time(struct bench *b, nsec_t to)
{
	const nsec_t t = to - b->now.mono;

	b->now.ntp += ((uint64_t)(t / NSEC_PER_SEC) << 32) +
		      ((uint64_t)(t % NSEC_PER_SEC) << 32) / NSEC_PER_SEC;
	b->now.mono = to;
}

/* To the nearest nanosecond: not all processors round the products of doubles alike. */
void bench_pass(struct bench *b, double seconds)
{
	const nsec_t end = b->now.mono + (nsec_t)(seconds * 1e9 + 0.5);
	nsec_t next;

	while ((next = ha_role.next_timeout(b->ha)) <= end) {
		if (next > b->now.mono)
			set_time(b, next);
		STEP(b, ha_role.timeout(b->ha, b->now, &b->out));
	}
	set_time(b, end);
}

/* --- signalling --- */

uint64_t bench_id(const struct bench *b, double seconds)
{
	return b->now.ntp + (uint64_t)(int64_t)(seconds * 4294967296.0);
}

struct rrq rrq(struct bench *b, const char *nai, const char *care_of)
{
	static uint64_t unique;

	return (struct rrq){ .m = { .type = MIP4_RRQ,
				    .flags = MIP4_D | MIP4_T,
				    .lifetime = 600,
				    .home_agent = in4("192.0.2.1"),
				    .care_of = in4(care_of),
				    .identification = bench_id(b, 0) + ++unique,
				    .nai = BYTES(nai, strlen(nai)),
				    .hoa_request = MIP4_EMPTY,
				    .revocation_support = true,
				    .support_inform = true },
			     .from = in4(care_of),
			     .to = in4("192.0.2.1"),
			     .spi = strcmp(nai, NAI_2) ? MN_SPI : MN_SPI + 1 };
}

struct rrq router_rrq(struct bench *b, const char *nai, const char *router)
{
	struct rrq q = rrq(b, nai, router);

	q.m.flags = MIP4_T; /* A22 */
	q.m.hoa_request = MIP4_FULL;
	q.m.support_timestamp = ntp_seconds(b->now.ntp);
	q.foreign_agent = true;
	return q;
}

void ask_octets(struct bench *b, struct bytes octets, struct in_addr from)
{
	const struct datagram d = { .local = in4("192.0.2.1"),
				    .remote = from,
				    .local_port = MIP4_PORT,
				    .remote_port = 5434,
				    .payload = octets };

	ha_role.ahead(b->ha, &d, 1);
	STEP(b, ha_role.receive(b->ha, &d, b->now, &b->out));
}

/* Octet of the authenticator of the extension of this type, which is the last or the one before. */
static void break_authenticator(uint8_t *p, size_t n, enum mip4_auth type)
{
	const size_t length = 22;

	if (p[n - length] == type)
		p[n - 1] ^= 1;
	else if (p[n - 2 * length] == type)
		p[n - length - 1] ^= 1;
	else
		fail();
}

/* The FHAE's, of who sends or receives; ROUTER_1's if that is no router. */
static const struct mip4_sa *router_sa(struct bench *b, struct in_addr router)
{
	const struct mip4_sa *sa = sa_find_node(b->keys, router, FA_SPI);

	return sa ? sa : sa_find_node(b->keys, in4(ROUTER_1), FA_SPI);
}

static void append_authenticator(struct writer *w, enum mip4_auth type, const struct mip4_sa *sa)
{
	uint8_t v[MAC_LENGTH_MAX];

	write_u8(w, (uint8_t)type);
	write_u8(w, (uint8_t)(4 + sa->algorithm->length));
	write_u32(w, sa->spi);
	sa->algorithm->sign(sa->state, writer_bytes(w), BYTES(NULL, 0), v);
	write_bytes(w, BYTES(v, sa->algorithm->length));
}

static void encode(struct bench *b, const struct rrq *q, const enum mip4_auth *auths,
		   const struct mip4_sa *const *sas, size_t n, struct writer *w)
{
	struct mip4_message m = q->m;

	if (!q->extra.n) {
		assert_int_equal(mip4_encode(&m, &b->config.numbers, auths, sas, n, w), 0);
		return;
	}
	assert_int_equal(mip4_encode(&m, &b->config.numbers, NULL, NULL, 0, w), 0);
	write_bytes(w, q->extra);
	for (size_t i = 0; i < n; i++)
		append_authenticator(w, auths[i], sas[i]);
}

size_t rrq_write(struct bench *b, const struct rrq *q, uint8_t ret[static MIP4_MESSAGE_MAX])
{
	enum mip4_auth auths[2];
	const struct mip4_sa *sas[2];
	struct mip4_sa fa = *router_sa(b, q->from);
	struct writer w = writer_new(ret, MIP4_MESSAGE_MAX);
	size_t n = 0;

	if (!q->no_mhae) {
		auths[n] = MIP4_MHAE;
		sas[n] = sa_find_nai(b->keys, q->m.nai, q->spi);
		assert_non_null(sas[n++]);
	}
	if (q->foreign_agent) {
		auths[n] = MIP4_FHAE;
		sas[n++] = &fa;
	}
	encode(b, q, auths, sas, n, &w);
	if (q->break_mhae)
		break_authenticator(ret, writer_length(&w), MIP4_MHAE);
	if (q->break_fhae)
		break_authenticator(ret, writer_length(&w), MIP4_FHAE);
	return writer_length(&w);
}

void ask(struct bench *b, const struct rrq *q)
{
	uint8_t buf[MIP4_MESSAGE_MAX];
	const struct datagram d = { .local = q->to,
				    .remote = q->from,
				    .local_port = MIP4_PORT,
				    .remote_port = 5434,
				    .payload = BYTES(buf, rrq_write(b, q, buf)) };

	ha_role.ahead(b->ha, &d, 1);
	STEP(b, ha_role.receive(b->ha, &d, b->now, &b->out));
}

struct rrq bench_attach(struct bench *b, const char *nai, const char *care_of)
{
	const struct rrq q = rrq(b, nai, care_of);

	bench_forget(b);
	ask(b, &q);
	assert_int_equal(reply(b).code, MIP4_ACCEPTED);
	bench_forget(b);
	return q;
}

struct mip4_message bench_wish(struct bench *b, const char *nai, const char *router, uint64_t iid)
{
	struct rrq q = router_rrq(b, nai, router);

	q.m.hoa_request_iid = iid;
	bench_forget(b);
	ask(b, &q);
	return reply(b);
}

void bench_leave(struct bench *b, const char *nai, const char *router, const struct in6_addr *a)
{
	struct rrq q = router_rrq(b, nai, router);

	q.m.hoa_request = MIP4_ABSENT;
	q.m.hoa = MIP4_FULL;
	q.m.hoa_address = *a;
	q.m.lifetime = 0;
	bench_forget(b);
	ask(b, &q);
	assert_int_equal(reply(b).code, MIP4_ACCEPTED);
	bench_forget(b);
}

struct in6_addr bench_serve(struct bench *b, const char *nai, const char *router, uint64_t iid)
{
	const struct mip4_message m = bench_wish(b, nai, router, iid);

	assert_int_equal(m.code, MIP4_ACCEPTED);
	assert_int_equal(m.hoa, MIP4_FULL);
	bench_forget(b);
	return m.hoa_address;
}

void bench_bind(struct bench *b, const char *nai, const char *care_of, const char *address)
{
	struct nd m = ns(NULL, address);

	bench_attach(b, nai, care_of);
	tunnel_nd(b, care_of, &m);
	bench_pass(b, 5);
	assert_int_equal(address_state(b, address), 2);
	bench_forget(b);
}

struct mip4_message sent(struct bench *b, enum mip4_type type, struct datagram *to)
{
	struct mip4_message m = { 0 }, found = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < count(b, ACTION_SEND); i++) {
		const struct datagram *d = &nth(b, ACTION_SEND, i)->datagram;

		assert_int_equal(mip4_decode(d->payload, &b->config.numbers, &m), 0);
		if (m.type != type)
			continue;
		n++;
		found = m;
		if (to)
			*to = *d;
	}
	assert_int_equal(n, 1);
	return found;
}

struct mip4_message reply(struct bench *b)
{
	struct datagram to;
	const struct mip4_message m = sent(b, MIP4_RRP, &to);

	assert_true(m.mhae.present || m.fhae.present);
	if (m.mhae.present) {
		const struct mip4_sa *sa = sa_find_nai(b->keys, m.nai, m.mhae.spi);

		assert_non_null(sa);
		assert_int_equal(mip4_verify(&m, &m.mhae, sa), 0);
	}
	if (m.fhae.present)
		assert_int_equal(mip4_verify(&m, &m.fhae, router_sa(b, to.remote)), 0);
	return m;
}

void acknowledge(struct bench *b, const struct mip4_message *revocation, const char *from)
{
	const struct mip4_message m = { .type = MIP4_REVOCATION_ACK,
					.home = revocation->home,
					.revocation_id = revocation->revocation_id,
					.nai = revocation->nai,
					.hoa = MIP4_EMPTY };
	const enum mip4_auth auth = MIP4_MHAE;
	const struct mip4_sa *sa = sa_find_nai(b->keys, m.nai, 0);
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(mip4_encode(&m, &b->config.numbers, &auth, &sa, 1, &w), 0);
	ask_octets(b, writer_bytes(&w), in4(from));
}

/* --- what came out --- */

size_t count(const struct bench *b, enum action_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < b->out.n; i++)
		n += b->out.v[i].type == type;
	return n;
}

const struct action *nth(const struct bench *b, enum action_type type, size_t n)
{
	for (size_t i = 0; i < b->out.n; i++)
		if (b->out.v[i].type == type && n-- == 0)
			return &b->out.v[i];
	fail_msg("no action %d of that number", type);
	return NULL;
}

size_t position(const struct bench *b, const struct action *a)
{
	return (size_t)(a - b->out.v);
}

const struct event_data *event(const struct bench *b, enum event e)
{
	for (size_t i = 0; i < b->out.n; i++)
		if (b->out.v[i].type == ACTION_EVENT && b->out.v[i].event.event == e)
			return &b->out.v[i].event;
	return NULL;
}

uint64_t drops(const struct bench *b, enum drop d)
{
	return ha_role.drops(b->ha)[d];
}

static bool decode_nd(const struct action *a, struct nd *ret)
{
	struct bytes packet =
		a->type == ACTION_LINK_SEND ? a->link_send.frame : a->tunnel_send.packet;
	struct ip6 ip;

	if (a->type == ACTION_LINK_SEND) {
		assert_true(packet.n > 14);
		packet.p += 14;
		packet.n -= 14;
	}
	assert_int_equal(ip6_decode(packet, &ip), 0);
	return nd_decode(&ip, ret) == 0;
}

static size_t find_nd(const struct bench *b, enum action_type how, enum nd_type type, size_t n,
		      struct nd *ret)
{
	size_t found = 0;
	struct nd m;

	for (size_t i = 0; i < count(b, how); i++)
		if (decode_nd(nth(b, how, i), &m) && m.type == type && found++ == n)
			*ret = m;
	return found;
}

size_t count_nd(const struct bench *b, enum action_type how, enum nd_type type)
{
	struct nd m;

	return find_nd(b, how, type, 0, &m);
}

struct nd nth_nd(const struct bench *b, enum action_type how, enum nd_type type, size_t n)
{
	struct nd m = { 0 };

	assert_true(find_nd(b, how, type, n, &m) > n);
	return m;
}

void assert_silent(const struct bench *b)
{
	assert_int_equal(b->out.n, 0);
}

/* --- packets --- */

struct nd ns(const char *src, const char *target)
{
	struct nd m = { .type = ND_NS, .src = in6(src), .target = in6(target) };

	m.dst = in6_solicited_node(&m.target);
	return m;
}

struct nd rs(const char *src)
{
	return (struct nd){ .type = ND_RS, .src = in6(src), .dst = in6_all_routers };
}

struct nd na(const char *src, const char *target)
{
	return (struct nd){ .type = ND_NA,
			    .src = in6(src),
			    .dst = in6_all_nodes,
			    .target = in6(target),
			    .override = true,
			    .has_lla = true,
			    .lla = OTHER_MAC };
}

/* A packet is dropped for one reason at most, if nothing else goes with it. */
static void give_packet(struct bench *b, const struct packet *p)
{
	uint64_t before = 0, after = 0;

	assert_true(ha_role.wants(b->ha, p));
	for (enum drop d = 0; d < DROP_MAX; d++)
		before += drops(b, d);
	STEP(b, ha_role.packet(b->ha, p, b->now, &b->out));
	for (enum drop d = 0; d < DROP_MAX; d++)
		after += drops(b, d);
	assert_true(after <= before + 1);
}

void tunnel_raw(struct bench *b, const char *care_of, enum packet_why why, struct bytes packet)
{
	const struct packet p = { .from = PACKET_TUNNEL,
				  .why = why,
				  .local = in4("192.0.2.1"),
				  .remote = in4(care_of),
				  .payload = packet };

	give_packet(b, &p);
}

void home_raw(struct bench *b, struct bytes packet)
{
	const struct packet p = {
		.from = PACKET_HOME, .ifindex = HOME_IF, .source = OTHER_MAC, .payload = packet
	};

	give_packet(b, &p);
}

void tunnel_nd(struct bench *b, const char *care_of, const struct nd *m)
{
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(nd_write(&w, m), 0);
	tunnel_raw(b, care_of, PACKET_CONTROL, writer_bytes(&w));
}

void home_nd(struct bench *b, const struct nd *m)
{
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(nd_write(&w, m), 0);
	home_raw(b, writer_bytes(&w));
}

struct bytes data(const char *src, const char *dst, size_t length)
{
	static uint8_t buf[65536];
	struct writer w = writer_new(buf, sizeof(buf));
	const struct in6_addr s = in6(src), d = in6(dst);

	write_u32(&w, UINT32_C(6) << 28);
	write_u16(&w, (uint16_t)(length - 40));
	write_u8(&w, 17);
	write_u8(&w, 64);
	write_in6(&w, &s);
	write_in6(&w, &d);
	write_zero(&w, length - 40);
	return writer_bytes(&w);
}

/* --- what it knows --- */

struct ha_pool_config *bench_pool(struct bench *b, enum ha_pool_kind kind, const char *first,
				  uint64_t size)
{
	struct ha_pool_config *p = &b->config.pools[b->config.n_pools++];

	*p = (struct ha_pool_config){
		.kind = kind, .first = in6(first), .size = size, .valid = 86400, .preferred = 14400
	};
	return p;
}

struct ha_pool_info bench_show_pool(struct bench *b, size_t n)
{
	struct ha_pool_info info = { 0 };
	uint32_t cursor = 0;

	for (size_t i = 0; i <= n; i++)
		assert_true(ha_pool_next(b->ha, &cursor, &info));
	return info;
}

uint64_t iid_of(const struct in6_addr *a)
{
	struct reader r = reader_new(BYTES(&a->s6_addr[8], 8));

	return read_u64(&r);
}

bool shown(struct bench *b, const char *nai, struct ha_binding_info *ret)
{
	uint32_t cursor = 0;

	while (ha_binding_next(b->ha, &cursor, b->now, ret))
		if (bytes_equal(ret->nai, BYTES(nai, strlen(nai))))
			return true;
	return false;
}

int address_state(struct bench *b, const char *address)
{
	const struct in6_addr a = in6(address);
	struct ha_binding_info info;
	uint32_t cursor = 0;

	while (ha_binding_next(b->ha, &cursor, b->now, &info))
		for (size_t i = 0; i < info.n_addresses; i++)
			if (in6_equal(&info.addresses[i].address, &a))
				return info.addresses[i].bound ? 2 : 1;
	return 0;
}
