/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registration of one host among octets: each input is a script of what its node may ask,
 * replies and revocations (any octets, or signed), time, and restarts. Whatever happens, a request
 * is signed and newer than what was accepted, its timers are those of its state, an attempt ends in
 * time, what is not from the home agent changes nothing, and in the end it is idle.
 */
#include "core/client.h"
#include "core/client_message.h"
#include "machine.h"

#define NAI      "a@r"
#define OPS_MAX  400
#define ID       5
#define REQUESTS (5 + 2) /* of one attempt: tries and resynchronisations */

static struct heap timers;
static struct rng rng;
static uint64_t drops[DROP_MAX];
static struct client_group group;
static struct client client;
static struct mip4_message request; /* the last one */
static uint32_t home_clock;
static uint32_t n_requests; /* since the state began */
static nsec_t began;
static uint8_t choice; /* what the node does when it is asked whether to renew */

static const struct mip4_numbers *const numbers = &mip4_numbers_default;

static void begin(void)
{
	static const struct sa_config sa = {
		.scope = SA_NAI, .name = NAI, .spi = 256, .algorithm = &cheap, .key_length = 16
	};
	const struct core_env env = { .memory = { .alloc = take }, .seed = 1, .derive = &cheap };

	arena_used = 0;
	out.n = out.used = 0;
	now = (struct now){ NSEC_PER_SEC, 0xc9f4a50000000000 };
	memset(drops, 0, sizeof(drops));
	memset(&request, 0, sizeof(request));
	home_clock = ntp_seconds(now.ntp);
	n_requests = choice = 0;
	rng_seed(&rng, 3);
	group = (struct client_group){ .home_agent = { htonl(0xc0000201) },
				       .lifetime = 100,
				       .numbers = *numbers,
				       .timers = &timers,
				       .rng = &rng,
				       .drops = drops };
	assert(heap_new(&timers, &env.memory, 2) == 0);
	assert(sa_table_new(&sa, 1, 1, &env, &group.sas) == 0);
	client_init(&client, &group, ID, BYTES(NAI, 3));
}

/* --- what must hold --- */

static bool is_registered(void)
{
	return client.state == CLIENT_REGISTERED || client.state == CLIENT_RENEWING;
}

static void see_message(const struct action *a)
{
	struct mip4_message m;

	assert(a->type == ACTION_SEND);
	assert(mip4_decode(a->datagram.payload, numbers, &m) == 0 && !m.bad);
	assert(mip4_verify(&m, &m.mhae, sa_find_nai(group.sas, m.nai, m.mhae.spi)) == 0);
	assert(bytes_equal(m.nai, client.nai));
	if (m.type != MIP4_RRQ)
		return;
	assert(a->id == ID && in4_equal(m.care_of, client.care_of));
	assert(m.identification == client.latest);
	assert((uint32_t)m.identification != (uint32_t)request.identification);
	assert(!client.accepted || ntp_later(m.identification, client.accepted));
	assert((m.lifetime == 0) == (client.state == CLIENT_DEREGISTERING));
	assert(m.lifetime <= client.exposed);
	request = m;
	request.nai = client.nai;
	n_requests++;
}

static void see_timers(void)
{
	const bool retry = timer_is_set(&client.retry), expiry = timer_is_set(&client.expiry);
	const bool infinite = client.granted == UINT16_MAX;

	switch (client.state) {
	case CLIENT_IDLE:
		assert(!retry && !expiry);
		break;
	case CLIENT_REGISTERING:
	case CLIENT_DEREGISTERING:
		assert(retry && !expiry);
		assert(n_requests <= REQUESTS);
		assert(now.mono - began <= CLIENT_ATTEMPT_MAX * NSEC_PER_SEC);
		break;
	case CLIENT_REGISTERED:
		assert((retry || infinite) && expiry != infinite);
		break;
	case CLIENT_RENEWING:
		assert(retry && expiry != infinite);
		break;
	case CLIENT_STATE_MAX:
		assert(false);
	}
}

static void see_outcome(enum client_outcome o)
{
	switch (o) {
	case CLIENT_NOTHING:
		break;
	case CLIENT_UP:
	case CLIENT_RENEWED:
	case CLIENT_RENEW_DUE:
		assert(client.state == CLIENT_REGISTERED);
		break;
	case CLIENT_REFUSED:
		assert(client.state == CLIENT_IDLE || client.state == CLIENT_RENEWING);
		break;
	case CLIENT_NO_SERVICE:
		assert(client.state == CLIENT_DEREGISTERING);
		break;
	case CLIENT_MOVED:
	case CLIENT_DETACHED:
		assert(client.exposed == 0);
		/* fall through */
	case CLIENT_UNREACHABLE:
	case CLIENT_EXPIRED:
	case CLIENT_DEREGISTERED:
		assert(client.state == CLIENT_IDLE);
		break;
	}
}

/* Ends a step, which has begun in `former`. */
static void look(enum client_state former, enum client_outcome o)
{
	uint32_t left = client_lifetime_left(&client, now.mono);

	if (client.state != former) {
		n_requests = 0;
		began = now.mono;
	}
	assert(out.n <= 1);
	if (out.n)
		see_message(&out.v[0]);
	out.n = out.used = 0;
	see_outcome(o);
	assert(is_registered() ? client.granted <= client.exposed : left == 0);
	assert(left <= client.granted);
}

static void renew_or_not(void)
{
	if (choice & 1)
		client_renew(&client, &group, now, &out);
	else
		client_defer(&client, &group, now);
	look(CLIENT_REGISTERED, CLIENT_NOTHING);
	choice = (uint8_t)(choice >> 1 | choice << 7);
}

static void pass(uint32_t seconds)
{
	nsec_t end = now.mono + seconds * NSEC_PER_SEC;

	while (heap_due(&timers) <= end) {
		struct timer *t = heap_first(&timers);
		const enum client_state former = client.state;
		enum client_outcome o;

		if (t->due > now.mono)
			move_clock(t->due);
		heap_clear(&timers, t);
		o = client_timeout(&client, &group, t, now, &out);
		look(former, o);
		if (o == CLIENT_RENEW_DUE)
			renew_or_not();
		see_timers();
	}
	move_clock(end);
}

/* --- what goes in --- */

static void message_in(struct bytes b, bool authentic)
{
	const struct datagram d = { .payload = b };
	const struct client before = client;
	const enum client_state former = client.state;
	enum client_outcome o = CLIENT_NOTHING;
	struct mip4_message m;
	bool acknowledged = false;

	if (mip4_decode(b, numbers, &m) != 0)
		return;
	if (m.type == MIP4_RRP) {
		o = client_reply(&client, &group, &m, now, &out);
	} else if (m.type == MIP4_REVOCATION && client_revocation_valid(&group, client.nai, &m) &&
		   client_revoked(&client, &group, &m, &o)) {
		client_acknowledge(&group, client.nai, &d, &m, &out);
		acknowledged = true;
	}
	if (!authentic)
		assert(memcmp(&before, &client, sizeof(client)) == 0 && !o && !acknowledged);
	look(former, o);
}

/* Signed by the home agent; `bits` say how it is not quite right. */
static void signed_in(struct reader *r, enum mip4_type type)
{
	uint8_t buf[512], bits = read_u8(r), more = read_u8(r);
	const uint64_t shift = (uint64_t)more << 40; /* up to 18 hours */
	const struct mip4_sa *sa = sa_find_nai(group.sas, client.nai, 0);
	const enum mip4_auth auth = MIP4_MHAE;
	struct writer w = writer_new(buf, sizeof(buf));
	struct mip4_message m = { .type = type,
				  .code = bits & 1 ? more : MIP4_ACCEPTED,
				  .lifetime = bits & 2 ? more : request.lifetime,
				  .home_agent = request.home_agent,
				  .care_of = request.care_of,
				  .identification = request.identification,
				  .revocation_id = home_clock,
				  .revocation_from_home = !(bits & 0x40),
				  .revocation_inform = bits & 1,
				  .nai = client.nai,
				  .hoa = bits & 8 ? MIP4_ABSENT : MIP4_EMPTY,
				  .revocation_support = !(bits & 16),
				  .support_timestamp = home_clock };

	if (bits & 4)
		m.identification += bits & 2 ? shift : -shift;
	if ((bits & 3) == 3 && more >= 128) {
		m.code = MIP4_ACCEPTED;
		m.lifetime = UINT16_MAX;
	}
	home_clock += !(bits & 32);
	assert(mip4_encode(&m, numbers, &auth, &sa, 1, &w) == 0);
	if (bits & 128) /* or was */
		buf[more * writer_length(&w) / 256] ^= 1;
	message_in(writer_bytes(&w), !(bits & 128));
}

static void restart(uint8_t how)
{
	struct client_registration saved;
	nsec_t ends;

	if (!is_registered())
		return;
	ends = client_save(&client, &saved);
	client_done(&client, &group);
	client_init(&client, &group, ID, BYTES(NAI, 3));
	group.heard = false;
	client_restore(&client, &group, &saved, ends);
	client_renew_within(&client, &group, how * NSEC_PER_SEC, now);
}

static void ask(uint8_t what, uint8_t more)
{
	const enum client_state former = client.state;
	enum client_outcome o = CLIENT_NOTHING;

	switch (what % 5) {
	case 0:
		if (former == CLIENT_IDLE || former == CLIENT_DEREGISTERING)
			o = client_register(&client, &group,
					    (struct in_addr){ htonl(0xc6336400 + more) }, now,
					    &out);
		break;
	case 1:
		client_renew(&client, &group, now, &out);
		break;
	case 2:
		client_renew_within(&client, &group, more * NSEC_PER_SEC, now);
		break;
	case 3:
		if (former == CLIENT_REGISTERED)
			client_defer(&client, &group, now);
		break;
	case 4:
		o = client_deregister(&client, &group, now, &out);
		break;
	}
	look(former, o);
}

static void step(struct reader *r)
{
	const uint8_t op = read_u8(r), more = read_u8(r);

	switch (op % 9) {
	case 0:
	case 1:
		ask(op / 9, more);
		break;
	case 2:
	case 3:
		signed_in(r, MIP4_RRP);
		break;
	case 4:
		signed_in(r, MIP4_REVOCATION);
		break;
	case 5:
		message_in(read_bytes(r, reader_left(r) < more ? reader_left(r) : more), false);
		break;
	case 6:
		pass(more);
		break;
	case 7:
		choice = more;
		now.ntp += (uint64_t)more << (op & 16 ? 24 : 36); /* to 1 s, to 1 h */
		if (op & 32)
			now.ntp -= (uint64_t)120 << 32;
		break;
	case 8:
		restart(more);
		break;
	}
	see_timers();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));

	begin();
	for (int i = 0; i < OPS_MAX && reader_left(&r); i++)
		step(&r);
	ask(4, 0);
	pass(CLIENT_ATTEMPT_MAX);
	assert(client.state == CLIENT_IDLE);
	client_done(&client, &group);
	sa_table_done(group.sas);
	return 0;
}
