/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and packets that a seed makes. All take their addresses from one small set, so that most
 * packets meet an entry, and sizes and types from both sides of every limit. What needs two entries
 * that fit, a host's tunnel and its address, is made from the address that was set last. */
#include "passage.h"
#include "proto/ip6.h"
#include "test.h"

#include <arpa/inet.h>

#define PICK(r, v) (v)[rng_below(r, sizeof(v) / sizeof((v)[0]))]

static bool one_in(struct rng *r, uint64_t n)
{
	return rng_below(r, n) == 0;
}

/* Of hosts, of the home agent, of others, and of kinds that are no host's. */
static struct in6_addr random_in6(struct rng *r)
{
	static const char *const some[] = {
		"2001:db8:1::5",
		"2001:db8:1::6",
		"2001:db8:1::7",
		"2001:db8:1::8",
		"2001:db8:5::5",
		"2001:db8:5::6",
		"2001:db8:6::5",
		"2001:db8:6::6",
		"fe80::5",
		"fe80::6",
		PASSAGE_ROUTER,
		PASSAGE_OWN,
		"2001:db8:77::7",
		"::",
		"::1",
		"::10.0.0.1",
		"ff02::1",
		"ff0e::5",
		"::ffff:10.0.0.1",
		"2001:db8:1::9",
		"::1:10.0.0.1",
		"fec0::5",
		"febf::5",
		"ff02::1:ff00:5",
		"2001:db8:1:1::5",
	};
	/* Hosts more often than the rest. */
	size_t n = sizeof(some) / sizeof(some[0]), i = rng_below(r, one_in(r, 2) ? 8 : n);
	struct in6_addr a;

	assert_int_equal(inet_pton(AF_INET6, some[i], &a), 1);
	return a;
}

static struct in_addr random_remote(struct rng *r)
{
	return (struct in_addr){ htonl(0x0a090005 + (uint32_t)rng_below(r, 3)) };
}

static struct in_addr random_local(struct rng *r)
{
	return (struct in_addr){ htonl(one_in(r, 4) ? 0x0a010005 : 0x0a000001) };
}

static struct mac_addr random_mac(struct rng *r)
{
	return (struct mac_addr){ { 2, 0, 0, 0, 0, (uint8_t)(1 + rng_below(r, 3)) } };
}

static uint32_t random_key(struct rng *r)
{
	return one_in(r, 16) ? 7 : 0;
}

static void random_tunnel(struct passage_maker *m, struct tunnel *t)
{
	static const struct mac_addr router = { { 2, 0, 0x5e, 0, 4, 0x34 } };
	struct rng *r = &m->rng;

	*t = (struct tunnel){ random_local(r), random_remote(r), random_key(r) };
	if (!one_in(r, 4))
		*t = (struct tunnel){ m->last.local, m->last.remote, m->last.key };
	if (ntohl(t->local.s_addr) == 0x0a000001 && !one_in(r, 8))
		return;
	t->ifindex = PASSAGE_PORT;
	t->host = random_mac(r);
	t->router = router;
	if (!one_in(r, 3))
		assert_int_equal(inet_pton(AF_INET6, PASSAGE_ROUTER, &t->router_address), 1);
}

/* An access router's: its tunnel, or the host of it. */
static void random_router(struct passage_maker *m, struct passage_entry *e)
{
	struct rng *r = &m->rng;
	struct address *a = &e->address;

	if (one_in(r, 2)) {
		e->what = PASSAGE_TUNNEL;
		e->tunnel = (struct tunnel){ .local = m->neighbour.local,
					     .remote = m->neighbour.remote,
					     .access = true };
		return;
	}
	e->what = PASSAGE_ADDRESS;
	a->length = one_in(r, 4) ? 64 : 128;
	if (a->length == 64)
		memset(a->prefix.s6_addr + 8, 0, 8);
	a->state = ADDRESS_BOUND;
	a->local = random_local(r);
	a->remote = random_remote(r);
	a->ifindex = one_in(r, 4) ? PASSAGE_PORT_2 : PASSAGE_PORT;
	a->host = random_mac(r);
	m->neighbour = *a;
}

static void random_address(struct passage_maker *m, struct address *a)
{
	struct rng *r = &m->rng;

	a->length = one_in(r, 4) ? 64 : 128;
	if (a->length == 64)
		memset(a->prefix.s6_addr + 8, 0, 8);
	a->state = one_in(r, 4) ? ADDRESS_TENTATIVE : ADDRESS_BOUND;
	a->local = random_local(r);
	a->remote = random_remote(r);
	a->key = random_key(r);
	m->last = *a;
}

struct passage_entry passage_random_entry(struct passage_maker *m)
{
	static const uint16_t mtus[] = { 0, 1279, 1280, 1299, 1300, 1301, 1400, 1500, 9000 };
	struct rng *r = &m->rng;
	struct passage_entry e = { .gone = one_in(r, 4), .address.prefix = random_in6(r) };
	uint64_t what = rng_below(r, 22);

	if (what == 0) {
		e.what = PASSAGE_PREFIX;
		memset(e.address.prefix.s6_addr + 8, 0, 8);
	} else if (what == 1) {
		e.what = PASSAGE_MTU;
		e.tunnel.remote = random_remote(r);
		e.mtu = PICK(r, mtus);
	} else if (what < 9) {
		e.what = PASSAGE_TUNNEL;
		random_tunnel(m, &e.tunnel);
	} else if (what < 16) {
		e.what = PASSAGE_ADDRESS;
		random_address(m, &e.address);
	} else {
		random_router(m, &e);
	}
	return e;
}

static uint8_t random_type(struct rng *r)
{
	static const uint8_t types[] = { 0,   1,   2,   127, 128, 129, 130, 131, 132, 133,
					 134, 135, 136, 137, 138, 142, 143, 144, 255 };

	return one_in(r, 3) ? 135 /* neighbour solicitation */ : PICK(r, types);
}

static uint8_t random_next(struct rng *r)
{
	static const uint8_t some[] = { IPPROTO_UDP, IPPROTO_TCP, IP6_ICMP,     IP6_ICMP,
					IP6_ICMP,    IP6_OPTIONS, IP6_FRAGMENT, IP6_HOP_BY_HOP };

	return PICK(r, some);
}

static void write_payload(struct rng *r, uint8_t next, struct writer *w)
{
	struct in6_addr target = random_in6(r);

	for (int i = 0; i < 3 && (next == IP6_HOP_BY_HOP || next == IP6_OPTIONS); i++) {
		size_t units = rng_below(r, 3);

		next = random_next(r);
		write_u8(w, next);
		write_u8(w, one_in(r, 8) ? (uint8_t)rng_next(r) : (uint8_t)units);
		write_zero(w, 6 + 8 * units);
	}
	if (next == IP6_FRAGMENT) {
		write_u8(w, IP6_ICMP);
		write_u8(w, 0);
		write_u16(w, (uint16_t)(rng_below(r, 2) << 3));
		write_u32(w, 1);
	}
	write_u8(w, random_type(r));
	write_zero(w, 7);
	write_in6(w, &target);
}

static size_t random_length(struct rng *r)
{
	static const size_t limits[] = { 1259, 1280, 1281, 1380, 1460, 1499 };

	if (one_in(r, 3))
		return PICK(r, limits) - 1 + rng_below(r, 3);
	return IP6_HEADER + 1 + rng_below(r, 64);
}

static void random_packet(struct rng *r, const struct in6_addr *source,
			  const struct in6_addr *destination, struct passage_in *in)
{
	static const uint8_t hops[] = { 0, 1, 2, 64, 64, 64, 64, 255 };
	struct writer w = writer_new(in->packet, sizeof(in->packet));
	uint8_t next = random_next(r);
	size_t length = random_length(r);
	/* BPF_PROG_TEST_RUN takes no frame that has not got its header of layer 3. */
	size_t least = in->from == PASSAGE_CORE ? 1 : IP6_HEADER;

	for (size_t i = 0; i < sizeof(in->packet); i++)
		in->packet[i] = (uint8_t)(i * 7 + (i >> 8));
	in->n = length;
	if (one_in(r, 8))
		in->n = one_in(r, 2) ? length + 1 + rng_below(r, 30)
				     : least + rng_below(r, length - least);
	write_u32(&w, one_in(r, 32) ? (uint32_t)rng_next(r) : 0x60000000);
	write_u16(&w, (uint16_t)(length - IP6_HEADER));
	write_u8(&w, next);
	write_u8(&w, PICK(r, hops));
	write_in6(&w, source);
	write_in6(&w, destination);
	write_payload(r, next, &w);
}

struct passage_in passage_random(struct passage_maker *m)
{
	struct rng *r = &m->rng;
	struct passage_in in = { .from = (enum passage_from)rng_below(r, 5) };
	struct in6_addr source = random_in6(r), destination = random_in6(r);

	if (one_in(r, 2))
		in.from = PASSAGE_CORE; /* where most is asked */
	if (in.from != PASSAGE_CORE && in.from != PASSAGE_UPSTREAM)
		in.source = random_mac(r);
	if (in.from == PASSAGE_ACCESS || in.from == PASSAGE_NEIGHBOUR)
		in.ifindex = PASSAGE_PORT;
	if (in.from == PASSAGE_NEIGHBOUR && !one_in(r, 4)) {
		source = m->neighbour.prefix;
		in.source = m->neighbour.host;
		in.ifindex = m->neighbour.ifindex ? m->neighbour.ifindex : PASSAGE_PORT;
	}
	if (in.from == PASSAGE_HOME && one_in(r, 8))
		in.source.b[5] = 0x40; /* the home agent's own */
	in.to_group = in.from == PASSAGE_ACCESS && one_in(r, 4);
	if (in.from == PASSAGE_CORE) {
		in.local = random_local(r);
		in.remote = random_remote(r);
		if (!one_in(r, 4)) {
			source = m->last.prefix;
			in.local = m->last.local;
			in.remote = m->last.remote;
		}
	}
	if (in.from == PASSAGE_CORE && one_in(r, 3)) { /* for an access router's host, mostly */
		in.local = m->neighbour.local;
		in.remote = m->neighbour.remote;
		source = random_in6(r);
		if (!one_in(r, 8))
			destination = m->neighbour.prefix;
		if (m->neighbour.length == 64) /* not the anycast address of a link of ours */
			destination.s6_addr[15] |= 5;
	}
	random_packet(r, &source, &destination, &in);
	return in;
}
