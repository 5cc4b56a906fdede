/* SPDX-License-Identifier: Apache-2.0 */
#include "an_world.h"
#include "../../../src/io/mac.h"

#define NTP_START 0xc9f4a50000000000u
#define ACTIONS   4096

void world_init(struct world *w)
{
	*w = (struct world){ .now = { 100 * NSEC_PER_SEC, NTP_START }, .timestamp = 5000 };
	w->env = (struct core_env){ .memory = { .alloc = world_take },
				    .seed = 1,
				    .derive = &mac_hmac_sha256 };
	w->sa[0] = (struct sa_config){ .scope = SA_REALM,
				       .name = "example.net",
				       .spi = 0x200,
				       .algorithm = &mac_hmac_md5,
				       .key = "0123456789abcdef",
				       .key_length = 16 };
	w->config = (struct an_config){ .access.home_agent = world_in4("192.0.2.1"),
					.pool = world_in4("198.51.100.8"),
					.pool_size = 4,
					.access.lifetime = 600,
					.access.detach_delay = 10,
					.access.hold_down = 2,
					.access.back_off = 30,
					.access.numbers = mip4_numbers_default,
					.access.sas = w->sa,
					.access.n_sas = 1,
					.access.sa_cache = 4,
					.access.n_ports = 2,
					.access.attachments_max = 16,
					.access.buffer_bytes = 65536 };
	for (uint8_t i = 0; i < 2; i++)
		w->config.access.ports[i] = (struct access_port){ .name = { 'p', (char)('1' + i) },
								  .ifindex = WORLD_IF + i,
								  .mac = { { 2, 0xa, 0, 0, 0, i } },
								  .realm = "example.net",
								  .attachments_max = 8 };
}

void world_start(struct world *w)
{
	w->out = (struct actions){ .v = world_take(NULL, ACTIONS * sizeof(struct action)),
				   .max = ACTIONS,
				   .payload = world_take(NULL, 1 << 20),
				   .payload_max = 1 << 20 };
	assert_int_equal(an_new(&w->config, &w->env, &w->an), 0);
	assert_int_equal(sa_table_new(w->sa, w->config.access.n_sas, 64, &w->env, &w->keys), 0);
}

void world_new(struct world *w)
{
	world_init(w);
	world_start(w);
}

void world_done(struct world *w)
{
	an_audit(w->an);
	an_done(w->an);
	sa_table_done(w->keys);
	world_forget();
}

/* One input: what it emits stays within the bounds of a step; only events that have one to say have
 * a code. */
static void check_step(const struct world *w, size_t n, size_t used)
{
	assert_true(w->out.n - n <= ACTIONS_STEP_MAX);
	assert_true(w->out.used - used <= ACTIONS_STEP_BYTES);
	for (; n < w->out.n; n++) {
		const struct event_data *e = &w->out.v[n].event;

		if (w->out.v[n].type == ACTION_EVENT && e->event != EVENT_ATTACHED &&
		    e->event != EVENT_RENEWED && e->event != EVENT_REFUSED)
			assert_int_equal(e->code, 0);
	}
}

#define STEP(w, call)                                                                              \
	do {                                                                                       \
		size_t n_before = (w)->out.n, used_before = (w)->out.used;                         \
		call;                                                                              \
		check_step(w, n_before, used_before);                                              \
	} while (0)

/* packets */

static struct bytes nd_packet(const struct nd *m)
{
	uint8_t buf[512];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(nd_write(&w, m), 0);
	return world_written(&w);
}

struct bytes packet_rs(uint8_t n)
{
	return nd_packet(&(struct nd){ .type = ND_RS,
				       .src = in6_link_local_of(world_host(n)),
				       .dst = in6_all_routers,
				       .has_lla = true,
				       .lla = world_host(n) });
}

struct bytes packet_ns(uint8_t n)
{
	struct in6_addr target = in6_link_local_of(world_host(n));

	return nd_packet(&(struct nd){
		.type = ND_NS, .dst = in6_solicited_node(&target), .target = target });
}

struct bytes packet_mld(uint8_t n)
{
	struct in6_addr src = in6_link_local_of(world_host(n)), group = in6_solicited_node(&src);
	uint8_t buf[256];
	struct writer w = writer_new(buf, sizeof(buf));

	assert_int_equal(mld_write_report(&w, &src, &group, 1, false), 0);
	return world_written(&w);
}

struct bytes packet_data(uint8_t n, size_t length)
{
	struct in6_addr src = world_in6("2001:db8:1::"), dst = world_in6("2001:db8:ffff::1");
	uint8_t *buf = world_take(NULL, length);
	struct writer w = writer_new(buf, length);

	assert_true(length >= IP6_HEADER + 8 && length <= 65535);
	src.s6_addr[15] = n;
	write_u32(&w, 0x60000000);
	write_u16(&w, (uint16_t)(length - IP6_HEADER));
	write_u8(&w, 17); /* UDP */
	write_u8(&w, 64);
	write_in6(&w, &src);
	write_in6(&w, &dst);
	while (writer_length(&w) < length)
		write_u8(&w, (uint8_t)writer_length(&w));
	return writer_bytes(&w);
}

struct bytes packet_ra(struct mac_addr router)
{
	return nd_packet(&(struct nd){ .type = ND_RA,
				       .src = world_in6("fe80::1"),
				       .dst = in6_all_nodes,
				       .lifetime = 1800,
				       .hop_limit = 64,
				       .has_lla = !mac_is_zero(router),
				       .lla = router });
}

/* inputs */

void world_frame_on(struct world *w, uint32_t ifindex, uint8_t n, struct bytes packet)
{
	struct packet p = { .from = PACKET_ACCESS,
			    .ifindex = ifindex,
			    .source = world_host(n),
			    .payload = packet };

	STEP(w, an_role.packet(w->an, &p, w->now, &w->out));
}

void world_frame(struct world *w, uint8_t n, struct bytes packet)
{
	world_frame_on(w, WORLD_IF, n, packet);
}

void world_tunnel(struct world *w, struct in_addr care_of, struct bytes packet)
{
	struct packet p = { .from = PACKET_TUNNEL,
			    .local = care_of,
			    .remote = w->config.access.home_agent,
			    .payload = packet };

	STEP(w, an_role.packet(w->an, &p, w->now, &w->out));
}

void world_link(struct world *w, enum link_event e)
{
	STEP(w, an_role.link(w->an, &(struct link){ WORLD_IF, e }, w->now, &w->out));
}

static void move_clock(struct world *w, nsec_t to)
{
	uint64_t ns = (uint64_t)(to - w->now.mono);

	w->now.ntp += ((ns / NSEC_PER_SEC) << 32) + ((ns % NSEC_PER_SEC) << 32) / NSEC_PER_SEC;
	w->now.mono = to;
}

/* To the nearest nanosecond: not all processors round the products of doubles alike. */
void world_pass(struct world *w, double seconds)
{
	nsec_t end = w->now.mono + (nsec_t)(seconds * 1e9 + 0.5), due;

	while ((due = an_role.next_timeout(w->an)) <= end) {
		if (due > w->now.mono)
			move_clock(w, due);
		STEP(w, an_role.timeout(w->an, w->now, &w->out));
	}
	move_clock(w, end);
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

struct rrq world_request(struct world *w)
{
	const struct action *a = world_next(w, ACTION_SEND);
	struct rrq q = { .datagram = a->datagram };
	const struct mip4_sa *sa;

	assert_int_equal(q.datagram.local_port, MIP4_PORT);
	assert_int_equal(q.datagram.remote_port, MIP4_PORT);
	assert_int_equal(mip4_decode(q.datagram.payload, &w->config.access.numbers, &q.m), 0);
	assert_int_equal(q.m.type, MIP4_RRQ);
	sa = sa_find_nai(w->keys, q.m.nai, q.m.mhae.spi);
	assert_true(q.m.mhae.present && sa);
	assert_int_equal(mip4_verify(&q.m, &q.m.mhae, sa), 0);
	return q;
}

/* the home agent */

void world_send(struct world *w, const struct mip4_message *m, struct in_addr to)
{
	uint8_t buf[MIP4_MESSAGE_MAX];
	struct writer out = writer_new(buf, sizeof(buf));
	const enum mip4_auth auth = MIP4_MHAE;
	const struct mip4_sa *sa = sa_find_nai(w->keys, m->nai, 0);
	struct datagram d = { .local = to,
			      .remote = w->config.access.home_agent,
			      .local_port = MIP4_PORT,
			      .remote_port = MIP4_PORT };

	assert_non_null(sa);
	assert_int_equal(mip4_encode(m, &w->config.access.numbers, &auth, &sa, 1, &out), 0);
	d.payload = writer_bytes(&out);
	assert_true(an_role.takes(d.payload));
	STEP(w, an_role.receive(w->an, &d, w->now, &w->out));
}

void world_answer(struct world *w, const struct rrq *q, void (*change)(struct mip4_message *m))
{
	struct mip4_message m = { .type = MIP4_RRP,
				  .lifetime = q->m.lifetime,
				  .home_agent = q->m.home_agent,
				  .identification = q->m.identification,
				  .nai = q->m.nai,
				  .hoa = MIP4_EMPTY,
				  .revocation_support = true,
				  .support_inform = true,
				  .support_timestamp = w->timestamp++ };

	if (change)
		change(&m);
	world_send(w, &m, q->datagram.local);
}

struct rrq world_attach(struct world *w, uint8_t n)
{
	struct rrq q;

	world_skip(w);
	world_frame(w, n, packet_rs(n));
	q = world_request(w);
	world_answer(w, &q, NULL);
	world_next(w, ACTION_TUNNEL_SEND);
	world_next(w, ACTION_TUNNEL_SET);
	world_quiet(w);
	return q;
}

struct mip4_message world_revocation(struct world *w, const struct rrq *q, bool inform)
{
	return (struct mip4_message){ .type = MIP4_REVOCATION,
				      .home_agent = q->m.home_agent,
				      .care_of = q->m.care_of,
				      .revocation_id = w->timestamp++,
				      .revocation_from_home = true,
				      .revocation_inform = inform,
				      .nai = q->m.nai,
				      .hoa = MIP4_EMPTY };
}

void world_revoke(struct world *w, const struct rrq *q, bool inform)
{
	struct mip4_message m = world_revocation(w, q, inform);

	world_send(w, &m, q->m.care_of);
}

void world_acked(struct world *w, const struct mip4_message *m)
{
	const struct datagram *d = &world_next(w, ACTION_SEND)->datagram;
	struct mip4_message ack;

	assert_int_equal(mip4_decode(d->payload, &w->config.access.numbers, &ack), 0);
	assert_int_equal(ack.type, MIP4_REVOCATION_ACK);
	assert_int_equal(ack.revocation_id, m->revocation_id);
	assert_int_equal(ack.hoa, MIP4_EMPTY);
	assert_true(bytes_equal(ack.nai, m->nai));
	assert_int_equal(mip4_verify(&ack, &ack.mhae, sa_find_nai(w->keys, ack.nai, ack.mhae.spi)),
			 0);
	assert_true(in4_equal(d->local, m->care_of));
	assert_int_equal(d->local_port, MIP4_PORT);
}

/* what there is */

struct an_attachment_info world_info(struct world *w, uint8_t n)
{
	struct an_attachment_info i;
	uint32_t cursor = 0;

	while (an_attachment_next(w->an, &cursor, w->now, &i))
		if (i.tunnel.ifindex == WORLD_IF && mac_equal(i.tunnel.host, world_host(n)))
			return i;
	fail_msg("host %u is not there", n);
	return i;
}

int world_state(struct world *w, uint8_t n)
{
	struct an_attachment_info i;
	uint32_t cursor = 0;

	while (an_attachment_next(w->an, &cursor, w->now, &i))
		if (i.tunnel.ifindex == WORLD_IF && mac_equal(i.tunnel.host, world_host(n)))
			return (int)i.state;
	return -1;
}

int world_hosts(struct world *w)
{
	struct an_attachment_info i;
	uint32_t cursor = 0;
	int n = 0;

	while (an_attachment_next(w->an, &cursor, w->now, &i))
		n++;
	return n;
}

uint64_t world_drops(const struct world *w, enum drop d)
{
	return an_role.drops(w->an)[d];
}
