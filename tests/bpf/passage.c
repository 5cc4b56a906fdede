/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The BPF programs do what tests/vectors/passage.txt says, and what the simulator's model of them
 * (sim/plane.h) does with entries and packets that a seed makes.
 */
#include "bed.h"
#include "passage_model.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#define L2            14
#define OUTER         20
#define TOO_BIG       2
#define MAX           64 /* entries of each map */
#define FULL          8  /* where they are to be full at times */
#define NEVER_LIMITED 1000000000

static uint64_t drops[DROP_MAX]; /* that have been seen */

static void plane(uint32_t max, uint32_t punts_per_second)
{
	struct dataplane_config c = bed_config();

	c.tunnels_max = c.addresses_max = c.prefixes_max = c.neighbours_max = max;
	c.access_mac = mac(PASSAGE_ACCESS_MAC);
	c.access_address = in6(PASSAGE_ACCESS_6);
	c.core_mtu = PASSAGE_CORE_MTU;
	c.n_home_prefixes = 0;
	c.punts_per_second = punts_per_second;
	bed_new(c);
	memset(drops, 0, sizeof(drops));
}

static nsec_t mono(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

static const char *port_name(uint32_t index)
{
	return index == PASSAGE_PORT ? "port" : "port2";
}

static int set(const struct passage_entry *e)
{
	struct tunnel t = e->tunnel;
	struct address a = e->address;

	if (t.ifindex)
		t.ifindex = ifindex(port_name(t.ifindex));
	if (a.ifindex)
		a.ifindex = ifindex(port_name(a.ifindex));
	switch (e->what) {
	case PASSAGE_TUNNEL:
		return (e->gone ? dataplane_tunnel_del : dataplane_tunnel_set)(bed, &t);
	case PASSAGE_ADDRESS:
		return (e->gone ? dataplane_address_del : dataplane_address_set)(bed, &a);
	case PASSAGE_MTU:
		return dataplane_path_mtu(bed, t.remote, e->mtu);
	case PASSAGE_PREFIX:
		return dataplane_home_prefixes(bed, &e->address.prefix, 1);
	}
	return -1;
}

static struct frame frame_of(const struct passage_in *in, const struct mac_addr *destination)
{
	struct frame f;
	struct writer w = writer_new(f.b, sizeof(f.b));

	write_bytes(&w, BYTES(destination->b, 6));
	write_bytes(&w, BYTES(in->source.b, 6));
	write_u16(&w, 0x86dd);
	write_bytes(&w, BYTES(in->packet, in->n));
	f.n = writer_length(&w);
	return f;
}

static struct result send_in(const struct passage_in *in)
{
	const struct mac_addr group = mac("33:33:00:00:00:01"), router = mac(ROUTER_MAC),
			      access = mac(PASSAGE_ACCESS_MAC), home = mac(HOME_MAC),
			      up = mac(UP_MAC);
	struct passage_in beyond = *in;
	char local[INET_ADDRSTRLEN], remote[INET_ADDRSTRLEN];
	struct frame f;

	switch (in->from) {
	case PASSAGE_ACCESS:
		f = frame_of(in, in->to_group ? &group : &router);
		return run("nm4_access", "port", &f);
	case PASSAGE_CORE:
		inet_ntop(AF_INET, &in->local, local, sizeof(local));
		inet_ntop(AF_INET, &in->remote, remote, sizeof(remote));
		f.n = in->n;
		memcpy(f.b, in->packet, in->n);
		f = outer(remote, local, &f);
		f = V4(CORE_MAC, GATEWAY4_MAC, &f);
		return run("nm4_core", "core", &f);
	case PASSAGE_HOME:
		f = frame_of(in, &home);
		return run("nm4_home", "home", &f);
	case PASSAGE_NEIGHBOUR:
		f = frame_of(in, &access);
		return run("nm4_router", port_name(in->ifindex), &f);
	case PASSAGE_UPSTREAM:
		break;
	}
	beyond.source = mac(GATEWAY6_MAC);
	f = frame_of(&beyond, &up);
	return run("nm4_upstream", "beyond", &f);
}

/* Where the frame goes; returns the octets of it that are the packet. */
static struct bytes end_of(const struct passage_in *in, const struct result *r,
			   struct passage_out *ret)
{
	struct reader packet = reader_new(BYTES(r->out.b, r->out.n));
	struct mac_addr to, from;
	const struct mac_addr home = mac(HOME_MAC), router = mac(ROUTER_MAC),
			      access = mac(PASSAGE_ACCESS_MAC);
	uint16_t type;

	if (r->verdict == TC_ACT_SHOT)
		return (struct bytes){ 0 };
	read_copy(&packet, to.b, 6);
	read_copy(&packet, from.b, 6);
	type = read_u16(&packet);
	if (type == 0x0800) {
		read_bytes(&packet, 12);
		ret->local = read_in4(&packet);
		ret->remote = read_in4(&packet);
		ret->end = PASSAGE_INTO;
	} else if (in->from != PASSAGE_CORE) {
		ret->end = PASSAGE_BACK;
	} else if (mac_equal(to, home)) {
		ret->end = PASSAGE_TO_KERNEL;
	} else if (mac_equal(from, router) || mac_equal(from, access)) {
		ret->end = PASSAGE_TO_HOST;
		ret->host = to;
	} else {
		ret->end = PASSAGE_ROUTED;
	}
	if (r->verdict == TC_ACT_OK)
		ret->end = PASSAGE_PASSED;
	return read_bytes(&packet, reader_left(&packet));
}

/* What has been counted since the last time. */
static void note_drops(uint64_t last[DROP_MAX], struct passage_out *ret)
{
	uint64_t now[DROP_MAX];

	dataplane_drops(bed, now);
	for (int i = 0; i < DROP_MAX; i++) {
		if (now[i] == last[i])
			continue;
		assert_int_equal(now[i], ++last[i]);
		if (i == DROP_PUNT_LIMITED) {
			ret->limited = true;
			continue;
		}
		assert_false(ret->dropped);
		ret->dropped = true;
		ret->drop = (enum drop)i;
	}
}

static void note_punted(void *ctx, const struct packet *p)
{
	struct punted *u = ctx;

	assert_in_range(p->payload.n, 0, sizeof(u->bytes.b));
	memcpy(u->bytes.b, p->payload.p, p->payload.n);
	u->packet = *p;
	u->packet.payload = BYTES(u->bytes.b, p->payload.n);
}

/* What left is in *ret_left, which lives in *r. */
static struct passage_out out_of(const struct passage_in *in, const struct result *r,
				 struct bytes *ret_left)
{
	struct passage_out out = { 0 };
	struct punted u;

	*ret_left = end_of(in, r, &out);
	out.n = ret_left->n;
	note_drops(drops, &out);
	if (out.dropped && out.drop == DROP_TOO_BIG && out.n >= 48)
		out.mtu = (uint32_t)(ret_left->p[46] << 8 | ret_left->p[47]);
	if (dataplane_punt_read(bed, 2, note_punted, &u) == 0)
		return out;
	out.punted = true;
	out.why = u.packet.why;
	out.n = u.packet.payload.n;
	passage_assert_punted(in, &u.packet,
			      ifindex(in->from == PASSAGE_HOME ? "home" : port_name(in->ifindex)));
	return out;
}

static void assert_passage(const char *what, int number, const struct passage_in *in,
			   const struct passage_out *want)
{
	uint8_t buf[PASSAGE_BYTES];
	struct writer w = writer_new(buf, sizeof(buf));
	struct passage_out got;
	struct bytes left;
	struct result r;

	r = send_in(in);
	got = out_of(in, &r, &left);
	passage_assert_same(what, number, &got, want);
	if (!left.n)
		return;
	passage_packet(in, want, &w);
	assert_int_equal(writer_length(&w), left.n);
	assert_memory_equal(buf, left.p, left.n);
}

static void the_programs_do_what_the_vectors_say(void **state)
{
	static struct passage_file f;

	passage_read(&f);
	plane(MAX, NEVER_LIMITED);
	for (size_t i = 0; i < f.n_entries; i++)
		assert_int_equal(set(&f.entries[i]), 0);
	for (size_t i = 0; i < f.n_passages; i++)
		assert_passage("passage.txt", f.passages[i].line, &f.passages[i].in,
			       &f.passages[i].out);
	bed_free();
}

/* Both count the packets of each host alike. */
static void assert_traffic(struct plane *model)
{
	struct dataplane_counters c;
	struct tunnel t;
	uint64_t packets;

	for (uint32_t at = 0; plane_tunnel_next(model, &at, &t);) {
		assert_int_equal(plane_traffic(model, &t, 0, &packets), 0);
		assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
		assert_int_equal(c.in_packets, packets);
	}
}

/* n packets between which entries change, or as many as go into `time` */
static void agree(struct passage_maker *m, int n, uint32_t punts_per_second, nsec_t time)
{
	struct plane model;
	nsec_t end;

	plane(FULL, punts_per_second);
	passage_model_new(&model, FULL, NSEC_PER_SEC / punts_per_second);
	end = mono() + time;
	for (int i = 0; i < n && mono() < end; i++) {
		struct passage_entry e = passage_random_entry(m);
		struct passage_in in = passage_random(m);
		struct passage_out want;

		if (i % 2)
			assert_int_equal(set(&e), passage_model_set(&model, &e));
		want = passage_model_run(&model, &in);
		assert_passage("number", i, &in, &want);
	}
	assert_traffic(&model);
	passage_model_free();
	bed_free();
}

static void programs_and_model_agree_on_what_a_seed_makes(void **state)
{
	struct passage_maker m = { 0 };

	rng_seed(&m.rng, 1);
	agree(&m, 5000, NEVER_LIMITED, NSEC_NEVER / 2);
}

/* One a second of each source and kind: within a second, no time passes for the model. */
static void programs_and_model_agree_on_who_is_limited(void **state)
{
	struct passage_maker m = { 0 };

	for (uint64_t seed = 1; seed <= 10; seed++) {
		rng_seed(&m.rng, seed);
		agree(&m, 200, 1, NSEC_PER_SEC / 2);
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_programs_do_what_the_vectors_say, ""),
		TEST(programs_and_model_agree_on_what_a_seed_makes, ""),
		TEST(programs_and_model_agree_on_who_is_limited, ""),
	};

	if (!bed_namespace())
		return 77;
	bed_ip("link set port mtu 1400"); /* PASSAGE_PORT_MTU */
	bed_ip("link add port2 mtu 1400 type veth peer name port2-far");
	bed_ip("link set dev port2 up");
	return TESTS_RUN("bpf", tests);
}
