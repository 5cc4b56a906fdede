/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What routers say about path MTUs: each input is a script of ICMPv4 messages (any octets, the
 * checksum made right if it asks for that) and time. A belief is about the peer of a tunnel, never
 * goes upwards, is never below what every link carries, and ends after ten minutes.
 */
#include "core/path_mtu.h"
#include "fuzz.h"

#define PEERS     4 /* more than there is room for */
#define ROOM      3
#define STEPS_MAX 64
#define LOCAL     0xc0000201u
#define REMOTE    0xc6336400u

static _Alignas(16) uint8_t arena[4096];
static size_t arena_used;
static struct now now;
static struct action v[ACTIONS_STEP_MAX];
static struct actions out = { v, 0, ACTIONS_STEP_MAX, NULL, 0, 0 };
static uint16_t believed[PEERS];

static void *take(void *ctx, size_t n)
{
	uint8_t *p = arena + arena_used;

	arena_used += (n + 15) & ~(size_t)15;
	assert(arena_used <= sizeof(arena));
	return memset(p, 0, n);
}

static bool is_tunnel(void *ctx, struct in_addr local, struct in_addr remote)
{
	return local.s_addr == htonl(LOCAL) && ntohl(remote.s_addr) - REMOTE < PEERS;
}

static void look(bool ends)
{
	size_t n = 0;

	for (size_t i = 0; i < out.n; i++) {
		uint32_t peer = ntohl(v[i].path_mtu.remote.s_addr) - REMOTE;
		uint16_t mtu = v[i].path_mtu.mtu;

		assert(v[i].type == ACTION_PATH_MTU && peer < PEERS);
		if (ends)
			assert(mtu == 0 && believed[peer]);
		else
			assert(mtu >= 68 && (!believed[peer] || mtu <= believed[peer]));
		believed[peer] = mtu;
	}
	out.n = 0;
	for (int i = 0; i < PEERS; i++)
		n += believed[i] != 0;
	assert(n <= ROOM);
}

static void pass(struct path_mtu_table *t, nsec_t time)
{
	now.mono += time;
	while (path_mtu_next(t) <= now.mono) {
		path_mtu_timeout(t, now, &out);
		look(true);
	}
}

/* No mutation finds the checksum of the ICMP message by chance. */
static void repair(uint8_t *p, size_t n)
{
	const size_t header = n ? (p[0] & 15) * 4u : 0;
	uint16_t sum;

	if (n < header + 4)
		return;
	p[header + 2] = p[header + 3] = 0;
	sum = in4_checksum(BYTES(p + header, n - header));
	p[header + 2] = (uint8_t)(sum >> 8);
	p[header + 3] = (uint8_t)sum;
}

static void receive(struct path_mtu_table *t, struct bytes b, bool right)
{
	uint8_t *octets = fuzz_copy(b);
	const struct packet in = { .from = PACKET_ERROR4, .payload = { octets, b.n } };
	uint64_t drops[DROP_MAX] = { 0 }, n = 0;

	if (right)
		repair(octets, b.n);
	path_mtu_receiver(&in);
	path_mtu_receive(t, &in, is_tunnel, NULL, now, &out, drops);
	for (int i = 0; i < DROP_MAX; i++)
		n += drops[i];
	assert(n + out.n == 1); /* it is believed, or dropped with a reason */
	look(false);
	free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct memory memory = { .alloc = take };
	static const uint64_t seed[2] = { 1, 2 };
	struct reader r = reader_new(BYTES(data, size));
	struct path_mtu_table t;

	arena_used = 0;
	now = (struct now){ NSEC_PER_SEC, 0 };
	memset(believed, 0, sizeof(believed));
	assert(path_mtu_new(&t, &memory, ROOM, seed) == 0);
	for (int i = 0; i < STEPS_MAX && reader_left(&r); i++) {
		uint8_t how = read_u8(&r), n = read_u8(&r);

		if (how & 2)
			pass(&t, (nsec_t)n << (how >> 5) << 22); /* to 1 s, to 137 s */
		else
			receive(&t, read_bytes(&r, n < reader_left(&r) ? n : reader_left(&r)),
				how & 1);
	}
	pass(&t, 600 * NSEC_PER_SEC);
	for (int i = 0; i < PEERS; i++)
		assert(!believed[i]);
	assert(slab_used(&t.slab) == 0);
	return 0;
}
