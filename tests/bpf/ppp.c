/* SPDX-License-Identifier: Apache-2.0 */
/* An access router's port with PPPoE: nm4_ppp, what its hosts send, nm4_core, what comes for them,
 * and nm4_segments, what has been made of super-packets for them. */
#include "bed.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define CARE_OF      "10.0.0.1"
#define HA           "10.9.0.2"
#define HOST2_MAC    "02:00:00:00:00:02"
#define STRANGER_MAC "02:00:00:00:00:99"
#define ACCESS_MAC   "02:4e:4d:34:00:02"
#define ACCESS       "fe80::a"
#define UNIQUE       "2001:db8:5::" /* HOST2's /64 */
#define IN_UNIQUE    "2001:db8:5::7:7"
#define BROADCAST    "ff:ff:ff:ff:ff:ff"
#define SESSION      0x1234 /* HOST's */
#define SESSION2     0x0001 /* HOST2's */
#define DISC         0x8863
#define SES          0x8864
#define IPV6         0x0057
#define LCP          0xc021

static struct address in_session(const char *address, uint8_t length, const char *host,
				 uint16_t session)
{
	return (struct address){ .prefix = in6(address),
				 .length = length,
				 .state = ADDRESS_BOUND,
				 .local = in4(CARE_OF),
				 .remote = in4(HA),
				 .ifindex = ifindex("port"),
				 .host = mac(host),
				 .session = session };
}

static void set(const struct address *a)
{
	assert_int_equal(dataplane_address_set(bed, a), 0);
}

/* HOST has one address, HOST2 a /64 of its own. */
static void plane(void)
{
	struct dataplane_config c = bed_config();
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4(HA), .access = true };
	struct address host = in_session(HOST, 128, HOST_MAC, SESSION);
	struct address host2 = in_session(UNIQUE, 64, HOST2_MAC, SESSION2);

	c.access_mac = mac(ACCESS_MAC);
	c.access_address = in6(ACCESS);
	c.neighbours_max = 8;
	bed_new(c);
	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	set(&host);
	set(&host2);
}

/* From the PPPoE header on (RFC 2516 4): `length` in the header, and what follows the protocol. */
static struct frame pppoe_of(uint8_t code, uint16_t session, size_t length, uint16_t protocol,
			     const struct frame *packet)
{
	struct frame f;
	struct writer w = writer_new(f.b, sizeof(f.b));

	write_u8(&w, 0x11); /* version 1, type 1 */
	write_u8(&w, code);
	write_u16(&w, session);
	write_u16(&w, (uint16_t)length);
	write_u16(&w, protocol);
	write_bytes(&w, BYTES(packet->b, packet->n));
	assert_false(w.failed);
	f.n = writer_length(&w);
	return f;
}

static struct frame pppoe(uint16_t session, uint16_t protocol, const struct frame *packet)
{
	return pppoe_of(0, session, 2 + packet->n, protocol, packet);
}

static struct result send_frame(const char *host, const char *to, uint16_t type,
				const struct frame *payload)
{
	struct frame f = in_ether(to, host, type, payload);

	return run("nm4_ppp", "port", &f);
}

static struct result send_v6(const struct frame *packet)
{
	struct frame p = pppoe(SESSION, IPV6, packet);

	return send_frame(HOST_MAC, ACCESS_MAC, SES, &p);
}

static struct result receive_gso(const struct frame *inner, uint32_t gso_size)
{
	struct frame o = outer(HA, CARE_OF, inner), f = V4(CORE_MAC, GATEWAY4_MAC, &o);

	return run_gso("nm4_core", "core", &f, gso_size);
}

static struct result receive(const struct frame *inner)
{
	return receive_gso(inner, 0);
}

/* A router has forwarded it (RFC 8200 3). */
static struct frame forwarded(const struct frame *packet)
{
	struct frame f = *packet;

	f.b[7]--;
	return f;
}

static void assert_tunnelled(const struct result *r, const struct frame *packet)
{
	struct frame want = forwarded(packet);
	struct bytes inner;

	assert_int_equal(r->verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r->out, CARE_OF, HA, true);
	assert_int_equal(inner.n, want.n);
	assert_memory_equal(inner.p, want.b, inner.n);
}

static void assert_in_session(const struct frame *f, const char *host, uint16_t session,
			      const struct frame *packet)
{
	struct frame want = pppoe(session, IPV6, packet);

	assert_frame(f, host, ACCESS_MAC, SES, BYTES(want.b, want.n));
}

static void assert_delivered(const struct result *r, const char *host, uint16_t session,
			     const struct frame *packet)
{
	struct frame want = forwarded(packet);

	assert_int_equal(r->verdict, TC_ACT_REDIRECT);
	assert_in_session(&r->out, host, session, &want);
}

/* From HOST unless said; what the daemon gets begins with the PPPoE header. */
static void assert_punted_of(const struct result *r, const char *host, enum packet_from from,
			     enum packet_why why, const struct frame *payload)
{
	struct punted u = punted();

	assert_int_equal(r->verdict, TC_ACT_SHOT);
	assert_int_equal(u.packet.from, from);
	assert_int_equal(u.packet.why, why);
	assert_int_equal(u.packet.ifindex, ifindex("port"));
	assert_true(mac_equal(u.packet.source, mac(host)));
	assert_same(&u.bytes, payload);
	assert_nothing_punted();
}

static void assert_punted(const struct result *r, enum packet_from from, enum packet_why why,
			  const struct frame *payload)
{
	assert_punted_of(r, HOST_MAC, from, why, payload);
}

/* ---- from hosts ---- */

static void a_sessions_packet_goes_into_the_tunnel_with_one_hop_less(void **state)
{
	static const size_t lengths[] = { 40, 41, 47, 60, 576, 1280, 1480 };
	struct address a = in_session(HOST, 128, HOST_MAC, SESSION);
	struct dataplane_counters c;
	uint64_t octets = 0;

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = udp6(HOST, CORRESPONDENT, lengths[i]);
		struct result r = send_v6(&p);

		assert_tunnelled(&r, &p);
		octets += lengths[i];
	}
	assert_no_drops();
	assert_nothing_punted();
	assert_int_equal(dataplane_neighbour_counters(bed, &a, &c), 0);
	assert_int_equal(c.in_packets, 7);
	assert_int_equal(c.in_bytes, octets);
	assert_int_equal(c.out_packets, 0);
	bed_free();
}

static void every_source_of_a_hosts_own_prefix_is_right(void **state)
{
	struct frame p = udp6(IN_UNIQUE, CORRESPONDENT, 100), f = pppoe(SESSION2, IPV6, &p);
	struct result r;

	plane();
	r = send_frame(HOST2_MAC, ACCESS_MAC, SES, &f);
	assert_tunnelled(&r, &p);
	assert_no_drops();
	bed_free();
}

static void a_source_of_another_host_or_session_is_dropped_counted_and_told(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);
	struct frame right = pppoe(SESSION, IPV6, &p), wrong = pppoe(SESSION + 1, IPV6, &p);
	struct frame none = pppoe(0, IPV6, &p), f = in_ether(ACCESS_MAC, HOST_MAC, SES, &right);
	struct result r;

	plane();
	r = send_frame(HOST2_MAC, ACCESS_MAC, SES, &right);
	assert_punted_of(&r, HOST2_MAC, PACKET_SESSION, PACKET_REFUSED, &right);
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &wrong);
	assert_punted(&r, PACKET_SESSION, PACKET_REFUSED, &wrong);
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &none);
	assert_punted(&r, PACKET_SESSION, PACKET_REFUSED, &none);
	assert_dropped(DROP_SOURCE_WRONG, 3);
	r = run("nm4_ppp", "beyond", &f); /* nor from another port */
	assert_int_equal(r.verdict, TC_ACT_SHOT);
	assert_int_equal(punted().packet.why, PACKET_REFUSED);
	assert_dropped(DROP_SOURCE_WRONG, 4);
	bed_free();
}

static void plain_frames_and_sessions_do_not_know_each_other(void **state)
{
	struct address a = in_session(HOST, 128, HOST_MAC, 0);
	struct frame p = udp6(HOST, CORRESPONDENT, 100), f = V6(ACCESS_MAC, HOST_MAC, &p);
	struct frame none = pppoe(0, IPV6, &p);
	struct result r;

	plane();
	r = run("nm4_router", "port", &f);
	assert_punted(&r, PACKET_ACCESS, PACKET_REFUSED, &p);
	assert_dropped(DROP_SOURCE_WRONG, 1);
	set(&a);
	r = run("nm4_router", "port", &f);
	assert_tunnelled(&r, &p);
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &none);
	assert_punted(&r, PACKET_SESSION, PACKET_REFUSED, &none);
	bed_free();
}

static void a_source_that_nobody_has_is_the_daemons(void **state)
{
	struct frame p = udp6("2001:db8:1::77", CORRESPONDENT, 100);
	struct frame f = pppoe(SESSION, IPV6, &p);
	struct result r;

	plane();
	r = send_v6(&p);
	assert_punted(&r, PACKET_SESSION, PACKET_UNKNOWN, &f);
	assert_no_drops();
	bed_free();
}

static void what_does_not_leave_the_link_is_the_daemons(void **state)
{
	struct frame dhcp6 = udp6(HOST, "2001:db8:1::1", 100);
	struct frame v[] = {
		icmp6("fe80::5", "ff02::2", 133, HOST),
		icmp6(HOST, ACCESS, 136, HOST),
		icmp6("fe80::5", "ff02::16", 143, HOST),
		udp6(HOST, ACCESS, 100),
		udp6("fe80::5", CORRESPONDENT, 100),
		udp6("::", CORRESPONDENT, 100),
		dhcp6,
	};

	v[6].b[42] = 547 >> 8;
	v[6].b[43] = 547 & 255;
	plane();
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct frame f = pppoe(SESSION, IPV6, &v[i]);
		struct result r = send_v6(&v[i]);

		assert_punted(&r, PACKET_SESSION, PACKET_CONTROL, &f);
	}
	assert_no_drops();
	bed_free();
}

static void control_of_ppp_is_the_daemons_with_its_padding(void **state)
{
	struct frame echo = { .b = { 9, 1, 0, 8, 1, 2, 3, 4 }, .n = 8 };
	struct frame padded = pppoe(SESSION, LCP, &echo), f;
	struct frame p = udp6(HOST, CORRESPONDENT, 100);
	struct result r;

	plane();
	padded.n = 46;
	memset(padded.b + 16, 0, 30);
	r = send_frame(STRANGER_MAC, ACCESS_MAC, SES, &padded);
	assert_punted_of(&r, STRANGER_MAC, PACKET_SESSION, PACKET_CONTROL, &padded);
	f = pppoe_of(1, SESSION, 2 + p.n, IPV6, &p); /* no code of a session */
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &f);
	assert_punted(&r, PACKET_SESSION, PACKET_CONTROL, &f);
	f = pppoe(SESSION, IPV6, &p);
	f.b[0] = 0x21;
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &f);
	assert_punted(&r, PACKET_SESSION, PACKET_CONTROL, &f);
	assert_no_drops();
	bed_free();
}

static void discovery_is_the_daemons(void **state)
{
	struct frame none = { .n = 0 }, padi = pppoe_of(9, 0, 4, 0x0101, &none);
	struct result r;

	plane();
	r = send_frame(STRANGER_MAC, BROADCAST, DISC, &padi);
	assert_punted_of(&r, STRANGER_MAC, PACKET_DISCOVERY, PACKET_CONTROL, &padi);
	r = send_frame(HOST_MAC, ACCESS_MAC, DISC, &padi);
	assert_punted(&r, PACKET_DISCOVERY, PACKET_CONTROL, &padi);
	assert_no_drops();
	bed_free();
}

static void what_is_for_others_and_not_ppp_is_let_through(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100), f = pppoe(SESSION, IPV6, &p);

	plane();
	assert_int_equal(send_frame(HOST_MAC, HOST2_MAC, SES, &f).verdict, TC_ACT_OK);
	assert_int_equal(send_frame(HOST_MAC, HOST2_MAC, DISC, &f).verdict, TC_ACT_OK);
	assert_int_equal(send_frame(HOST_MAC, HOST2_MAC, 0x86dd, &p).verdict, TC_ACT_OK);
	assert_int_equal(send_frame(HOST_MAC, ACCESS_MAC, 0x0806, &p).verdict, TC_ACT_OK);
	assert_nothing_punted();
	assert_no_drops();
	bed_free();
}

static void ipv6_outside_of_a_session_is_ignored(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100),
		     rs = icmp6("fe80::5", "ff02::2", 133, HOST);

	plane();
	assert_int_equal(send_frame(HOST_MAC, ACCESS_MAC, 0x86dd, &p).verdict, TC_ACT_SHOT);
	assert_int_equal(send_frame(HOST_MAC, "33:33:00:00:00:02", 0x86dd, &rs).verdict,
			 TC_ACT_SHOT);
	assert_nothing_punted();
	assert_dropped(DROP_NOT_PPP, 2);
	bed_free();
}

/* The length that PPPoE says counts, and within it that of IPv6. */
static void padding_is_cut_off_and_short_frames_are_dropped(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 41), more = udp6(HOST, CORRESPONDENT, 50), f;
	struct result r;

	plane();
	f = pppoe(SESSION, IPV6, &p);
	memset(f.b + f.n, 0xee, 9);
	f.n += 9;
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &f);
	assert_tunnelled(&r, &p);
	f = pppoe_of(0, SESSION, 2 + 50, IPV6, &more); /* padded inside of PPP */
	f.b[8 + 5] = 1;
	more.b[5] = 1;
	more.n = 41;
	r = send_frame(HOST_MAC, ACCESS_MAC, SES, &f);
	assert_tunnelled(&r, &more);
	assert_no_drops();

	f = pppoe(SESSION, IPV6, &p);
	f.n--; /* shorter than PPPoE says */
	assert_int_equal(send_frame(HOST_MAC, ACCESS_MAC, SES, &f).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 1);
	f = pppoe_of(0, SESSION, 2 + 40, IPV6, &p); /* shorter than IPv6 says */
	assert_int_equal(send_frame(HOST_MAC, ACCESS_MAC, SES, &f).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 2);
	f = pppoe(SESSION, IPV6, &p);
	f.b[4] = 0;
	f.b[5] = 41; /* no room for an IPv6 header */
	f.n = 6 + 41;
	assert_int_equal(send_frame(HOST_MAC, ACCESS_MAC, SES, &f).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 3);
	f.n = 7; /* nor for a protocol */
	assert_int_equal(send_frame(HOST_MAC, ACCESS_MAC, SES, &f).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_TRUNCATED, 4);
	assert_nothing_punted();
	bed_free();
}

static void what_is_not_ipv6_and_bogus_sources_are_dropped(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100);

	plane();
	p.b[0] = 0x45;
	assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_FRAME_MALFORMED, 1);
	bed_free();
	plane();
	p = udp6("::1", CORRESPONDENT, 100);
	assert_int_equal(send_v6(&p).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_SOURCE_BOGUS, 1);
	assert_nothing_punted();
	bed_free();
}

static void a_hop_limit_that_ends_here_is_told(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100), f;
	struct result r;

	plane();
	p.b[7] = 1;
	f = pppoe(SESSION, IPV6, &p);
	r = send_v6(&p);
	assert_punted(&r, PACKET_SESSION, PACKET_EXPIRED, &f);
	assert_dropped(DROP_HOP_LIMIT, 1);
	bed_free();
}

static void a_packet_too_big_is_answered_within_the_session(void **state)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 1481), told = { .n = 1280 };
	struct result r;

	plane();
	r = send_v6(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	memcpy(told.b, r.out.b + 22, 1280);
	assert_in_session(&r.out, HOST_MAC, SESSION, &told);
	assert_too_big(BYTES(told.b, told.n), ACCESS, HOST, 1480, &p);
	assert_dropped(DROP_TOO_BIG, 1);
	bed_free();
}

static int punts_from(const char *host, enum packet_from from)
{
	struct punted u;
	int n = 0;

	for (u = punted(); mac_equal(u.packet.source, mac(host)); u = punted()) {
		assert_int_equal(u.packet.from, from);
		n++;
	}
	return n;
}

static void discovery_and_sessions_are_limited_apart_and_per_host(void **state)
{
	struct frame none = { .n = 0 }, padi = pppoe_of(9, 0, 4, 0x0101, &none);
	struct frame lcp = pppoe(SESSION, LCP, &none);

	plane();
	for (int i = 0; i < 40; i++)
		send_frame(STRANGER_MAC, BROADCAST, DISC, &padi);
	send_frame(HOST_MAC, BROADCAST, DISC, &padi);
	assert_in_range(punts_from(STRANGER_MAC, PACKET_DISCOVERY), 10, 12);
	for (int i = 0; i < 40; i++) {
		lcp.b[2] = (uint8_t)i; /* sessions that it makes up do not help it */
		send_frame(STRANGER_MAC, ACCESS_MAC, SES, &lcp);
	}
	send_frame(HOST_MAC, ACCESS_MAC, SES, &lcp);
	assert_in_range(punts_from(STRANGER_MAC, PACKET_SESSION), 10, 12);
	bed_free();
}

/* However many hosts say that they want to dial in, sessions are heard. */
static void discovery_of_all_hosts_is_limited_together(void **state)
{
	struct frame none = { .n = 0 }, padi = pppoe_of(9, 0, 4, 0x0101, &none);
	struct frame lcp = pppoe(SESSION, LCP, &none);
	int n = 0;

	plane();
	for (int i = 0; i < 30000; i++) {
		char source[32];

		snprintf(source, sizeof(source), "02:01:00:00:%02x:%02x", i >> 8, i & 255);
		send_frame(source, BROADCAST, DISC, &padi);
	}
	send_frame(HOST_MAC, ACCESS_MAC, SES, &lcp);
	while (punted().packet.from == PACKET_DISCOVERY)
		n++;
	assert_in_range(n, 10000, 29000);
	assert_dropped(DROP_PUNT_LIMITED, 30000 - (uint64_t)n);
	bed_free();
}

/* ---- to hosts ---- */

static void a_packet_reaches_the_session_that_has_its_destination(void **state)
{
	static const size_t lengths[] = { 40, 41, 47, 60, 576, 1280, 1480 };
	struct address a = in_session(UNIQUE, 64, HOST2_MAC, SESSION2);
	struct dataplane_counters c;

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = udp6(CORRESPONDENT, HOST, lengths[i]);
		struct frame q = udp6(CORRESPONDENT, IN_UNIQUE, lengths[i]);
		struct result r = receive(&p);

		assert_delivered(&r, HOST_MAC, SESSION, &p);
		r = receive(&q);
		assert_delivered(&r, HOST2_MAC, SESSION2, &q);
	}
	assert_no_drops();
	assert_nothing_punted();
	assert_int_equal(dataplane_neighbour_counters(bed, &a, &c), 0);
	assert_int_equal(c.out_packets, 7);
	bed_free();
}

static void a_new_session_takes_over(void **state)
{
	struct address a = in_session(HOST, 128, HOST_MAC, SESSION + 1);
	struct frame p = udp6(CORRESPONDENT, HOST, 100);
	struct result r;

	plane();
	set(&a);
	r = receive(&p);
	assert_delivered(&r, HOST_MAC, SESSION + 1, &p);
	bed_free();
}

static void refused_with(const char *port_mtu, size_t length, uint32_t mtu)
{
	struct frame p = udp6(CORRESPONDENT, HOST, length);
	struct result r;
	struct bytes inner;

	plane();
	bed_ip(port_mtu);
	r = receive(&p);
	assert_int_equal(r.verdict, TC_ACT_REDIRECT);
	inner = assert_outer(&r.out, CARE_OF, HA, true);
	assert_too_big(inner, HOST, CORRESPONDENT, mtu, &p);
	assert_dropped(DROP_TOO_BIG, 1);
	p = udp6(CORRESPONDENT, HOST, mtu);
	r = receive(&p);
	assert_delivered(&r, HOST_MAC, SESSION, &p);
	bed_free();
}

/* RFC 2516 7: 1492, however much the port takes. */
static void what_the_session_cannot_carry_is_answered_through_the_tunnel(void **state)
{
	refused_with("link set port mtu 1400", 1393, 1392);
	refused_with("link set port mtu 9000", 1493, 1492);
	bed_ip("link set port mtu 1500");
}

static struct frame tcp6(size_t length)
{
	struct frame p = ip6(CORRESPONDENT, HOST, IPPROTO_TCP, pattern(length - 40));

	p.b[40 + 12] = 0x50; /* data offset: 5 words */
	return p;
}

/* Test runs have no super-packets that come out of a tunnel; ppp.sh has them. */
static void without_a_segmenter_super_packets_are_dropped(void **state)
{
	struct frame p = tcp6(1900);

	plane();
	assert_int_equal(receive_gso(&p, 1000).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_NO_ROUTE, 1);
	bed_free();
}

/* Its source says where to: the interface's index, the session. */
static void what_comes_out_of_the_segmenter_goes_to_its_session(void **state)
{
	static const size_t lengths[] = { 60, 61, 1060, 1480 };
	uint32_t port = ifindex("port");
	uint16_t session = htons(SESSION);

	plane();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct frame p = tcp6(lengths[i]), f = V6(HOST_MAC, ACCESS_MAC, &p);
		struct result r;

		memcpy(f.b + 6, &port, sizeof(port));
		memcpy(f.b + 10, &session, sizeof(session));
		r = run("nm4_segments", "beyond", &f);
		assert_int_equal(r.verdict, TC_ACT_REDIRECT);
		assert_in_session(&r.out, HOST_MAC, SESSION, &p);
	}
	assert_no_drops();
	bed_free();
}

static void nothing_else_comes_out_of_the_segmenter(void **state)
{
	struct frame p = tcp6(1900), f = V6(HOST_MAC, ACCESS_MAC, &p);
	struct frame o = V4(HOST_MAC, ACCESS_MAC, &p), g = V6("33:33:00:00:00:16", ACCESS_MAC, &p);

	plane();
	assert_int_equal(run("nm4_segments", "port", &o).verdict, TC_ACT_SHOT);
	assert_int_equal(run("nm4_segments", "port", &g).verdict, TC_ACT_SHOT);
	assert_no_drops();
	assert_int_equal(run_gso("nm4_segments", "port", &f, 1000).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_ADJUST, 1);
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_sessions_packet_goes_into_the_tunnel_with_one_hop_less, "AR-8 AR-9 AR-36"),
		TEST(every_source_of_a_hosts_own_prefix_is_right, "AR-36"),
		TEST(a_source_of_another_host_or_session_is_dropped_counted_and_told, ""),
		TEST(plain_frames_and_sessions_do_not_know_each_other, ""),
		TEST(a_source_that_nobody_has_is_the_daemons, ""),
		TEST(what_does_not_leave_the_link_is_the_daemons, ""),
		TEST(control_of_ppp_is_the_daemons_with_its_padding, ""),
		TEST(discovery_is_the_daemons, ""),
		TEST(what_is_for_others_and_not_ppp_is_let_through, ""),
		TEST(ipv6_outside_of_a_session_is_ignored, ""),
		TEST(padding_is_cut_off_and_short_frames_are_dropped, ""),
		TEST(what_is_not_ipv6_and_bogus_sources_are_dropped, ""),
		TEST(a_hop_limit_that_ends_here_is_told, ""),
		TEST(a_packet_too_big_is_answered_within_the_session, ""),
		TEST(discovery_and_sessions_are_limited_apart_and_per_host, ""),
		TEST(discovery_of_all_hosts_is_limited_together, ""),
		TEST(a_packet_reaches_the_session_that_has_its_destination, "AR-8 AR-37"),
		TEST(a_new_session_takes_over, "AR-37"),
		TEST(what_the_session_cannot_carry_is_answered_through_the_tunnel, ""),
		TEST(without_a_segmenter_super_packets_are_dropped, ""),
		TEST(what_comes_out_of_the_segmenter_goes_to_its_session, ""),
		TEST(nothing_else_comes_out_of_the_segmenter, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
