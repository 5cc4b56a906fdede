/* SPDX-License-Identifier: Apache-2.0 */
/* ICMPv4 "fragmentation needed" (D21): what is believed, how long, how much of it. */
#include "core/path_mtu.h"
#include "ha_bench.h"

#define AN1 "198.51.100.2"
#define AN2 "198.51.100.3"

/* A report about a packet to `peer`, whose parts a test may spoil. */
struct report {
	uint8_t octets[20 + 8 + 28];
};
enum { ICMP = 20, MTU = 26, QUOTED = 28, QUOTED_FLAGS = 34, QUOTED_PROTOCOL = 37 };

static void set_checksum(struct report *r)
{
	uint16_t sum;

	r->octets[ICMP + 2] = r->octets[ICMP + 3] = 0;
	sum = in4_checksum(BYTES(r->octets + ICMP, sizeof(r->octets) - ICMP));
	r->octets[ICMP + 2] = (uint8_t)(sum >> 8);
	r->octets[ICMP + 3] = (uint8_t)sum;
}

static struct report report(const char *peer, uint16_t mtu)
{
	struct report r;
	struct writer w = writer_new(r.octets, sizeof(r.octets));

	write_u32(&w, 0x45000038); /* from a router to us */
	write_u32(&w, 0);
	write_u32(&w, 0x40010000);
	write_in4(&w, in4("10.9.9.9"));
	write_in4(&w, in4("192.0.2.1"));
	write_u32(&w, 0x03040000); /* fragmentation needed, next-hop MTU */
	write_u16(&w, 0);
	write_u16(&w, mtu);
	write_u32(&w, 0x450005dc); /* 1500 octets, DF, protocol 41 */
	write_u32(&w, 0x00004000);
	write_u32(&w, 0x40290000);
	write_in4(&w, in4("192.0.2.1"));
	write_in4(&w, in4(peer));
	write_u32(&w, 0x60000000);
	write_u32(&w, 0);
	set_checksum(&r);
	return r;
}

static void say_cut(struct bench *b, const struct report *r, size_t n)
{
	const struct packet p = { .from = PACKET_ERROR4,
				  .remote = in4("10.9.9.9"),
				  .payload = BYTES(r->octets, n) };

	ha_role.packet(b->ha, &p, b->now, &b->out);
}

static void say(struct bench *b, const struct report *r)
{
	const struct packet p = { .from = PACKET_ERROR4,
				  .payload = BYTES(r->octets, sizeof(r->octets)) };

	assert_true(ha_role.wants(b->ha, &p));
	say_cut(b, r, sizeof(r->octets));
}

static void report_about_a_live_tunnel_is_believed_for_ten_minutes(void **state)
{
	struct bench b;
	struct report r;

	bench_init(&b);
	b.config.lifetime_max = 9000;
	b.config.probes_max = 1000;
	bench_start(&b);
	bench_attach(&b, NAI, AN1);
	r = report(AN1, 1400);
	say(&b, &r);
	assert_int_equal(nth(&b, ACTION_PATH_MTU, 0)->path_mtu.mtu, 1400);
	assert_int_equal(nth(&b, ACTION_PATH_MTU, 0)->path_mtu.remote.s_addr, in4(AN1).s_addr);
	bench_forget(&b);
	bench_pass(&b, 300);
	say(&b, &r); /* still so: counts anew, and perhaps the first was lost on its way down */
	assert_int_equal(nth(&b, ACTION_PATH_MTU, 0)->path_mtu.mtu, 1400);
	bench_forget(&b);
	bench_pass(&b, 599);
	assert_int_equal(count(&b, ACTION_PATH_MTU), 0);
	bench_pass(&b, 2);
	assert_int_equal(nth(&b, ACTION_PATH_MTU, 0)->path_mtu.mtu, 0);
	for (enum drop d = 0; d < DROP_MAX; d++)
		assert_int_equal(drops(&b, d), 0);
	bench_done(&b);
}

static void path_mtu_only_goes_down_and_has_a_floor(void **state)
{
	struct bench b;
	struct report r;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	r = report(AN1, 1400);
	say(&b, &r);
	r = report(AN1, 1450);
	say(&b, &r);
	assert_int_equal(drops(&b, DROP_MTU_REPORT_BAD), 1);
	r = report(AN1, 1300);
	say(&b, &r);
	r = report(AN1, 0); /* a router older than RFC 1191 */
	say(&b, &r);
	assert_int_equal(count(&b, ACTION_PATH_MTU), 3);
	assert_int_equal(nth(&b, ACTION_PATH_MTU, 1)->path_mtu.mtu, 1300);
	assert_int_equal(nth(&b, ACTION_PATH_MTU, 2)->path_mtu.mtu, 68);
	bench_done(&b);
}

static void report_that_does_not_fit_a_packet_of_ours_is_not_believed(void **state)
{
	struct bench b;
	struct report r;
	uint64_t bad = 0;

	bench_new(&b);
	bench_attach(&b, NAI, AN1);
	r = report(AN2, 1400); /* no tunnel to there */
	say(&b, &r);
	assert_int_equal(drops(&b, DROP_MTU_REPORT_BAD), ++bad);
	r = report(AN1, 1500); /* 1500 would have fitted */
	say(&b, &r);
	assert_int_equal(drops(&b, DROP_MTU_REPORT_BAD), ++bad);
	static const struct {
		int at;
		uint8_t octet;
	} v[] = {
		{ QUOTED_PROTOCOL, 17 },
		{ QUOTED_FLAGS, 0 },
		{ QUOTED_FLAGS + 1, 1 },
		{ 0, 0x65 },
		{ 0, 0x44 },
		{ QUOTED, 0x65 },
		{ QUOTED, 0x44 },
		{ ICMP, 11 },
		{ ICMP + 1, 3 },
		{ QUOTED + 12, 193 /* src */ },
	};
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		r = report(AN1, 1400);
		r.octets[v[i].at] = v[i].octet;
		set_checksum(&r);
		say_cut(&b, &r, sizeof(r.octets));
		assert_int_equal(drops(&b, DROP_MTU_REPORT_BAD), ++bad);
	}
	for (size_t n = 0; n < QUOTED + 20; n++) {
		r = report(AN1, 1400);
		say_cut(&b, &r, n);
		assert_int_equal(drops(&b, DROP_MTU_REPORT_BAD), ++bad);
	}
	r = report(AN1, 1400);
	r.octets[MTU] ^= 1; /* checksum */
	say(&b, &r);
	assert_int_equal(drops(&b, DROP_MTU_REPORT_BAD), ++bad);
	assert_silent(&b);
	bench_done(&b);
}

static bool always(void *ctx, struct in_addr local, struct in_addr remote)
{
	return true;
}

static void beliefs_are_bounded_and_changes_limited(void **state)
{
	const uint64_t seed[2] = { 1, 2 };
	struct bench b;
	struct path_mtu_table t;
	uint64_t dropped[DROP_MAX] = { 0 };
	char peer[32] = "198.51.100.0";

	bench_init(&b);
	assert_int_equal(path_mtu_new(&t, &b.env.memory, 24, seed), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++) {
			peer[9] = (char)('0' + round);
			peer[11] = (char)('0' + i);
			const struct report r = report(peer, 1400);
			const struct packet p = { .from = PACKET_ERROR4,
						  .payload = BYTES(r.octets, sizeof(r.octets)) };

			path_mtu_receive(&t, &p, always, NULL, b.now, &b.out, dropped);
		}
		if (round == 1) /* 16 at once */
			assert_int_equal(dropped[DROP_RATE_LIMITED], 4);
		b.now.mono += round * NSEC_PER_SEC;
	}
	assert_int_equal(count(&b, ACTION_PATH_MTU), 24);
	assert_int_equal(dropped[DROP_RATE_LIMITED], 6);
	assert_true(path_mtu_next(&t) < NSEC_NEVER);
	b.now.mono = path_mtu_next(&t) + 10 * NSEC_PER_SEC;
	bench_forget(&b);
	path_mtu_timeout(&t, b.now, &b.out);
	assert_int_equal(b.out.n, PATH_MTU_STEP_MAX);
	path_mtu_timeout(&t, b.now, &b.out);
	assert_int_equal(b.out.n, 24);
	assert_int_equal(path_mtu_next(&t), NSEC_NEVER);
	bench_done(&b);
}

static const struct test tests[] = {
	TEST(report_about_a_live_tunnel_is_believed_for_ten_minutes, ""),
	TEST(path_mtu_only_goes_down_and_has_a_floor, ""),
	TEST(report_that_does_not_fit_a_packet_of_ours_is_not_believed, ""),
	TEST(beliefs_are_bounded_and_changes_limited, ""),
};

int main(void)
{
	return TESTS_RUN("core_ha_path_mtu", tests);
}
