/* SPDX-License-Identifier: Apache-2.0 */
/* nm4_core at an access node: what comes out of a host's tunnel, and what is none of ours. */
#include "bed.h"

#include <string.h>

#define CARE_OF "10.1.0.5" /* of the access node's pool */
#define HA      "10.9.0.2"

static void plane(void)
{
	bed_new(bed_config());
	set_access(CARE_OF, HA, HOST_MAC, ROUTER_MAC, ROUTER);
}

static struct result receive(const char *src, const char *dst, const struct frame *inner)
{
	struct frame o = outer(src, dst, inner), f = V4(CORE_MAC, GATEWAY4_MAC, &o);

	return run("nm4_core", "core", &f);
}

static void assert_passes(const struct frame *f)
{
	struct result r = run("nm4_core", "core", f);

	assert_int_equal(r.verdict, TC_ACT_OK);
	assert_same(&r.out, f);
	assert_nothing_punted();
	assert_no_drops();
}

static void the_inner_packet_reaches_the_host_bit_for_bit(void **state)
{
	static const size_t lengths[] = { 40, 41, 47, 60, 576, 1280, 1480 };
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4(HA) };
	struct dataplane_counters c;

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = udp6(CORRESPONDENT, HOST, lengths[i]);
		struct result r = receive(HA, CARE_OF, &p);

		assert_int_equal(r.verdict, TC_ACT_REDIRECT);
		assert_frame(&r.out, HOST_MAC, ROUTER_MAC, 0x86dd, BYTES(p.b, p.n));
	}
	assert_no_drops();
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.out_packets, 7);
	assert_int_equal(c.in_packets, 0);
	bed_free();
}

/* RFC 6085: to one host alone; there is no other for whom it could be. */
static void what_is_for_a_group_goes_to_the_hosts_own_link_layer_address(void **state)
{
	struct frame p = icmp6(ROUTER, "ff02::1", 136, HOST);
	struct result r;

	plane();
	r = receive(HA, CARE_OF, &p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	assert_frame(&r.out, HOST_MAC, ROUTER_MAC, 0x86dd, BYTES(p.b, p.n));
	bed_free();
}

static void before_the_routers_link_layer_address_is_known_the_ports_is_used(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100);
	struct result r;

	bed_new(bed_config());
	set_access(CARE_OF, HA, HOST_MAC, "00:00:00:00:00:00", "::");
	r = receive(HA, CARE_OF, &p);
	assert_frame(&r.out, HOST_MAC, PORT_MAC, 0x86dd, BYTES(p.b, p.n));
	bed_free();
}

static void a_router_advertisement_is_inspected_first(void **state)
{
	struct frame p = icmp6(ROUTER, "ff02::1", 134, "::");
	struct result r;
	struct punted u;

	plane();
	r = receive(HA, CARE_OF, &p);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	u = punted();
	assert_int_equal(u.packet.from, PACKET_TUNNEL);
	assert_int_equal(u.packet.why, PACKET_CONTROL);
	assert_true(in4_equal(u.packet.local, in4(CARE_OF)));
	assert_true(in4_equal(u.packet.remote, in4(HA)));
	assert_int_equal(u.packet.key, 0);
	assert_same(&u.bytes, &p);
	assert_no_drops();
	bed_free();
}

/* An access node that waits for its reply keeps an early RA. */
static void a_packet_from_no_tunnel_of_ours_is_the_daemons(void **state)
{
	struct frame p = icmp6(ROUTER, "ff02::1", 134, "::");
	struct result r;
	struct punted u;

	plane();
	r = receive("10.9.0.3", CARE_OF, &p);
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	u = punted();
	assert_int_equal(u.packet.from, PACKET_TUNNEL);
	assert_int_equal(u.packet.why, PACKET_UNKNOWN);
	assert_true(in4_equal(u.packet.local, in4(CARE_OF)));
	assert_true(in4_equal(u.packet.remote, in4("10.9.0.3")));
	assert_same(&u.bytes, &p);
	assert_no_drops();
	bed_free();
}

static void a_packet_through_us_passes_untouched(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), o = outer(HA, "10.9.0.77", &p);
	struct frame f = V4(CORE_MAC, GATEWAY4_MAC, &o), to_another;

	plane();
	assert_passes(&f);
	o = outer(HA, CARE_OF, &p); /* a frame of the link that is not for us */
	o.b[19] ^= 0x40;            /* to an address of the pool without a tunnel */
	o.b[10] = o.b[11] = 0;
	uint16_t sum = in4_checksum(BYTES(o.b, 20));
	o.b[10] = (uint8_t)(sum >> 8);
	o.b[11] = (uint8_t)sum;
	to_another = V4("02:00:00:00:00:ee", GATEWAY4_MAC, &o);
	assert_passes(&to_another);
	bed_free();
}

static void set_outer(struct frame *f, size_t at, uint16_t v)
{
	uint16_t sum;

	f->b[14 + at] = (uint8_t)(v >> 8);
	f->b[14 + at + 1] = (uint8_t)v;
	f->b[14 + 10] = f->b[14 + 11] = 0;
	sum = in4_checksum(BYTES(f->b + 14, (size_t)(f->b[14] & 15) * 4));
	f->b[14 + 10] = (uint8_t)(sum >> 8);
	f->b[14 + 11] = (uint8_t)sum;
}

static void fragments_and_options_are_the_stacks(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), o = outer(HA, CARE_OF, &p), f;

	plane();
	f = V4(CORE_MAC, GATEWAY4_MAC, &o);
	set_outer(&f, 6, 0x2000); /* the first fragment */
	assert_passes(&f);
	set_outer(&f, 6, 0x0010); /* the last */
	assert_passes(&f);
	set_outer(&f, 6, 0);
	set_outer(&f, 0, 0x4600); /* one word of options */
	assert_passes(&f);
	bed_free();
}

static void what_is_not_tunnelled_ipv6_passes_untouched(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), o = outer(HA, CARE_OF, &p), f;

	plane();
	f = V4(CORE_MAC, GATEWAY4_MAC, &o);
	set_outer(&f, 8, 63 << 8 | IPPROTO_UDP);
	assert_passes(&f);
	set_outer(&f, 8, 63 << 8 | IPPROTO_GRE);
	assert_passes(&f);
	f = V4(CORE_MAC, GATEWAY4_MAC, &o);
	f.b[14 + 10] ^= 1; /* a wrong header checksum: the kernel drops and counts it */
	assert_passes(&f);
	f = V6(CORE_MAC, GATEWAY4_MAC, &p);
	assert_passes(&f);
	bed_free();
}

static void fragmentation_needed_is_told_to_daemon_and_kernel(void **state)
{
	struct frame quote = ip6(HOST, CORRESPONDENT, IPPROTO_UDP, pattern(8));
	struct frame o = outer("10.0.0.2", LOCAL, &quote), f = V4(CORE_MAC, GATEWAY4_MAC, &o);
	struct result r;
	struct punted u;

	plane();
	set_outer(&f, 8, 63 << 8 | IPPROTO_ICMP);
	f.b[34] = 3; /* unreachable */
	f.b[35] = 1; /* host */
	assert_passes(&f);
	f.b[35] = 4; /* fragmentation needed */
	r = run("nm4_core", "core", &f);
	assert_int_equal(r.verdict, TC_ACT_OK);
	assert_same(&r.out, &f);
	u = punted();
	assert_int_equal(u.packet.from, PACKET_ERROR4);
	assert_true(in4_equal(u.packet.remote, in4("10.0.0.2")));
	assert_true(in4_equal(u.packet.local, in4(LOCAL)));
	assert_int_equal(u.bytes.n, f.n - 14);
	assert_memory_equal(u.bytes.b, f.b + 14, u.bytes.n);
	bed_free();
}

static void short_and_misnamed_packets_are_dropped(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100);

	plane();
	p.n--;
	assert_int_equal(receive(HA, CARE_OF, &p).verdict, TC_ACT_SHOT);
	p.n = 39;
	assert_int_equal(receive(HA, CARE_OF, &p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 2);
	bed_free();

	plane();
	p = udp6(CORRESPONDENT, HOST, 100);
	p.b[0] = 0x45;
	assert_int_equal(receive(HA, CARE_OF, &p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_FRAME_MALFORMED, 1);
	bed_free();
}

static void what_follows_the_inner_packet_is_cut_off(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 60), padded = p;
	struct result r;

	plane();
	memset(padded.b + padded.n, 0xaa, 6);
	padded.n += 6;
	r = receive(HA, CARE_OF, &padded);
	assert_frame(&r.out, HOST_MAC, ROUTER_MAC, 0x86dd, BYTES(p.b, p.n));
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_inner_packet_reaches_the_host_bit_for_bit, "AN-13 AN-30 AN-36 AN-37"),
		TEST(what_is_for_a_group_goes_to_the_hosts_own_link_layer_address, "AN-37"),
		TEST(before_the_routers_link_layer_address_is_known_the_ports_is_used, ""),
		TEST(a_router_advertisement_is_inspected_first, "AN-32"),
		TEST(a_packet_from_no_tunnel_of_ours_is_the_daemons, ""),
		TEST(a_packet_through_us_passes_untouched, ""),
		TEST(fragments_and_options_are_the_stacks, ""),
		TEST(what_is_not_tunnelled_ipv6_passes_untouched, ""),
		TEST(fragmentation_needed_is_told_to_daemon_and_kernel, ""),
		TEST(short_and_misnamed_packets_are_dropped, ""),
		TEST(what_follows_the_inner_packet_is_cut_off, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
