/* SPDX-License-Identifier: Apache-2.0 */
/* What scripts about access routers have in common: time, messages of home agents, restarts. */
#pragma once

#include <errno.h>

#include "ar_model.h"

#define HOSTS 5

static uint32_t home_clock;
static size_t arena_keys;
static struct sa_config associations[1 + HOME_AGENTS];
static const struct core_env env = { .memory = { .alloc = take }, .seed = 1, .derive = &cheap };

static void script_associations(void)
{
	associations[0] = (struct sa_config){
		.scope = SA_REALM, .name = "r", .spi = 256, .algorithm = &cheap, .key_length = 16
	};
	for (uint32_t i = 0; i < HOME_AGENTS; i++)
		associations[1 + i] = (struct sa_config){ .scope = SA_NODE,
							  .node = home_agent(i),
							  .spi = 257,
							  .algorithm = &cheap,
							  .key_length = 15 };
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

/* What all scripts begin with. */
static void script_configure(void)
{
	script_associations();
	config = (struct ar_config){ .access.lifetime = 100,
				     .access.detach_delay = 10,
				     .access.hold_down = 2,
				     .access.back_off = 5,
				     .access.numbers = mip4_numbers_default,
				     .access.home_agent = home_agent(0),
				     .access.sas = associations,
				     .access.n_sas = 1 + HOME_AGENTS,
				     .access.sa_cache = 2,
				     .access.n_ports = PORTS,
				     .access.attachments_max = PLACES,
				     .access.buffer_bytes = 8192,
				     .care_of = { htonl(0xc6336409) },
				     .router_mac = { { 2, 9 } },
				     .router_address = { { { 0xfe, 0x80, [15] = 1 } } },
				     .router_lifetime = 1800,
				     .ra_min = 3,
				     .ra_max = 10,
				     .link_mtu = 1480,
				     .dns = { { { { 0x20, 1, [15] = 53 } } } },
				     .n_dns = 1,
				     .domains = { 1, 'r', 0 },
				     .domains_length = 3,
				     .valid = 3600,
				     .preferred = 1800 };
	for (uint8_t i = 0; i < PORTS; i++)
		config.access.ports[i] = (struct access_port){ .name = { 'p', (char)('0' + i) },
							       .ifindex = IFINDEX + i,
							       .mac = { { 2, 1, i } },
							       .realm = "r",
							       .attachments_max = HOSTS };
}

/* As `config` says. */
static void script_begin(void)
{
	arena_used = arena_keys = 0;
	now = (struct now){ 1000 * NSEC_PER_SEC, (uint64_t)0xc9f4a500 << 32 };
	home_clock = 0xc9f4a500;
	model_begin();
	new_node();
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

static struct bytes octets(struct reader *r, size_t n)
{
	return read_bytes(r, reader_left(r) < n ? reader_left(r) : n);
}

static struct mac_addr mac(uint8_t which)
{
	return (struct mac_addr){ { 2, 0, 0, 0, 0, which % HOSTS } };
}

static uint32_t port(uint8_t which)
{
	return IFINDEX + (which >> 4) % PORTS;
}

static struct in6_addr home(uint8_t i)
{
	return (struct in6_addr){ { { 0x20, 1, 0xd, 0xb8, [7] = i & 3, [15] = i & 7 } } };
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

/* An authenticator over all that is written, whether mip4_encode would write it or not. */
static void sign(struct writer *w, enum mip4_auth auth, const struct mip4_sa *sa)
{
	uint8_t value[MAC_LENGTH_MAX];

	write_u8(w, (uint8_t)auth);
	write_u8(w, (uint8_t)(4 + sa->algorithm->length));
	write_u32(w, sa->spi);
	sa->algorithm->sign(sa->state, writer_bytes(w), BYTES(NULL, 0), value);
	write_bytes(w, BYTES(value, sa->algorithm->length));
}

/* A message of the home agent about one of the last requests: nearly right; or with the script's
 * octets for extensions, under right authenticators. */
static void message_in(struct reader *r, enum mip4_type type, bool extended)
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
		.home_agent = home_agent(bits & 0x80 ? code % HOME_AGENTS : 0),
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
	if (!extended) {
		assert(!mip4_encode(&m, &mip4_numbers_default, auths + first, sas + first,
				    2 - first, &w));
	} else {
		assert(!mip4_encode(&m, &mip4_numbers_default, auths, sas, 0, &w));
		write_bytes(&w, octets(r, code));
		for (size_t i = first; i < 2; i++)
			sign(&w, auths[i], sas[i]);
	}
	datagram_in(writer_bytes(&w));
}

/* It knows what it has stored; what the data plane has besides goes (dataplane_sweep). */
static void keep_what_is_known(bool all)
{
	for (int i = 0; i < PLACES; i++) {
		const bool open = addresses[i].length;
		const bool known = open && ar_role.has_address(ar, &addresses[i]);

		assert(known || !open || !all || store_wrong);
		if (!known)
			addresses[i].length = 0;
	}
	for (uint32_t i = 0; i < HOME_AGENTS; i++)
		tunnels[i] = ar_role.has_tunnel(
			ar, &(struct tunnel){ .local = config.care_of, .remote = home_agent(i) });
}

/* A session that has not come up is not there after a restart, so the sweep takes its address. */
static void forget_early_sessions(void)
{
	for (uint32_t i = 0; i < ar->access.attachments.next; i++) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, i);
		const struct address a = ar_address(ar, h);

		if (h->base.used && h->base.open && !ar_is_reachable(h) && find(&a) < PLACES)
			addresses[find(&a)].length = 0;
	}
}

static void restart(bool all)
{
	uint8_t key_octets[AR_RECORD_KEY_MAX];

	forget_early_sessions();
	ar_done(ar);
	new_node();
	for (uint32_t i = 0; i < PLACES; i++) {
		struct writer key = writer_new(key_octets, sizeof(key_octets));
		int err;

		if (store[i].n == 0)
			continue;
		ar_record_write_key(&key, i + 1);
		err = ar_role.restore(ar, writer_bytes(&key), BYTES(store[i].value, store[i].n),
				      now);
		assert(!err || !all ||
		       (store_wrong && (err == -EBADMSG || err == -ENOTSUP || err == -ENOENT)));
		if (err)
			store[i].n = 0;
	}
	ar_role.restored(ar, now);
	keep_what_is_known(all);
}

/* Nothing is left of a router that has stopped, in the data plane, in the store and of what is
 * held.
 */
static void script_end(void)
{
	ar_stop(ar, now);
	pass(60); /* deregistrations are given up after 15 s */
	assert(ar_stopped(ar));
	assert(slab_used(&ar->access.hold.blocks) == 0);
	for (int i = 0; i < PLACES; i++) {
		assert(!addresses[i].length);
		assert(store_full || !store[i].n);
	}
	for (int i = 0; i < HOME_AGENTS; i++)
		assert(!tunnels[i]);
	sa_table_done(keys);
	ar_done(ar);
}
