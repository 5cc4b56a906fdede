/* SPDX-License-Identifier: Apache-2.0 */
/* The adapters to the kernel, in a network namespace of their own; skipped without root. */
#include "test.h"

#include "io/clock.h"
#include "io/frame.h"
#include "io/link.h"
#include "io/pool.h"
#include "io/raw.h"
#include "io/reentry.h"
#include "io/sysctl.h"
#include "io/udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct in_addr in4(const char *s)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, s, &a), 1);
	return a;
}

static void set_flags(const char *name, short flags)
{
	struct ifreq r = { .ifr_flags = flags };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &r), 0);
	close(fd);
}

static int enter_namespace(void **state)
{
	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	set_flags("lo", IFF_UP);
	return 0;
}

static void need_namespace(void)
{
	static int entered;

	if (!entered)
		entered = enter_namespace(NULL) ? -1 : 1;
	if (entered < 0)
		skip();
}

static void wait_readable(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	assert_int_equal(poll(&p, 1, 5000), 1);
}

static void both_clocks_are_read(void **state)
{
	struct now a = clock_now(), b = clock_now();
	uint32_t unix_time = (uint32_t)time(NULL);

	assert_true(b.mono >= a.mono && a.mono > 0);
	assert_true(ntp_seconds(b.ntp) - 2208988800u - unix_time + 1 <= 2);
}

static void a_pool_is_local_to_its_last_address_and_no_further(void **state)
{
	need_namespace();
	/* 10 to 19 are five prefixes */
	assert_int_equal(pool_add(in4("198.51.100.10"), 10), 0);
	assert_int_equal(address_is_local(in4("198.51.100.9")), 0);
	assert_int_equal(address_is_local(in4("198.51.100.10")), 1);
	assert_int_equal(address_is_local(in4("198.51.100.16")), 1);
	assert_int_equal(address_is_local(in4("198.51.100.19")), 1);
	assert_int_equal(address_is_local(in4("198.51.100.20")), 0);
	/* what a dead daemon left is taken over */
	assert_int_equal(pool_add(in4("198.51.100.10"), 10), 0);
	pool_remove(in4("198.51.100.10"), 10);
	assert_int_equal(address_is_local(in4("198.51.100.10")), 0);
	pool_remove(in4("198.51.100.10"), 10);
}

static struct datagram last;
static uint8_t last_payload[2048];
static size_t datagrams;

static void keep_last(void *ctx, const struct datagram *v, size_t n)
{
	datagrams += n;
	last = v[n - 1];
	memcpy(last_payload, last.payload.p, last.payload.n);
	last.payload.p = last_payload;
}

static void a_datagram_leaves_from_the_address_it_names(void **state)
{
	struct udp *u = NULL, *v = NULL;
	struct datagram d = { .local = in4("203.0.113.7"),
			      .remote = in4("127.0.0.1"),
			      .remote_port = 4341,
			      .payload = BYTES("hello", 5) };

	need_namespace();
	assert_int_equal(pool_add(in4("203.0.113.0"), 16), 0);
	assert_int_equal(udp_new(4340, &u), 0);
	assert_int_equal(udp_new(4340, &v), -EADDRINUSE);
	assert_int_equal(udp_new(4341, &v), 0);
	assert_int_equal(udp_receive(v, keep_last, NULL), 0);
	assert_int_equal(udp_send(u, &d), 0);
	assert_int_equal(udp_send(u, &d), 0);
	assert_int_equal(udp_receive(v, keep_last, NULL), 0); /* they wait */
	assert_int_equal(udp_flush(u), 0);
	wait_readable(udp_fd(v));
	assert_int_equal(udp_receive(v, keep_last, NULL), 2);
	assert_int_equal(datagrams, 2);
	assert_true(in4_equal(last.remote, in4("203.0.113.7")));
	assert_true(in4_equal(last.local, in4("127.0.0.1")));
	assert_int_equal(last.remote_port, 4340);
	assert_int_equal(last.local_port, 4341);
	assert_true(bytes_equal(last.payload, BYTES("hello", 5)));
	udp_free(u);
	udp_free(v);
	pool_remove(in4("203.0.113.0"), 16);
}

static uint32_t next_number;

static void expect_numbers(void *ctx, const struct datagram *v, size_t n)
{
	assert_in_range(n, 1, UDP_GROUP);
	for (size_t i = 0; i < n; i++) {
		struct reader r = reader_new(v[i].payload);

		assert_int_equal(read_u32(&r), next_number++);
	}
}

/* More than a queue holds, in messages and in octets: none is lost, none overtakes another. */
static void datagrams_keep_their_order_and_batches_grow(void **state)
{
	struct udp *u = NULL, *v = NULL;
	uint8_t payload[500] = { 0 };
	struct datagram d = { .local = in4("127.0.0.1"),
			      .remote = in4("127.0.0.1"),
			      .remote_port = 4341,
			      .payload = BYTES(payload, sizeof(payload)) };
	int n, largest = 0;

	need_namespace();
	assert_int_equal(udp_new(4340, &u), 0);
	assert_int_equal(udp_new(4341, &v), 0);
	for (uint32_t i = 0; i < 3 * UDP_BATCH_MAX; i++) {
		struct writer w = writer_new(payload, sizeof(payload));

		write_u32(&w, i);
		d.payload.n = i < 2 * UDP_BATCH_MAX ? 4 : sizeof(payload);
		assert_int_equal(udp_send(u, &d), 0);
	}
	assert_int_equal(udp_flush(u), 0);
	next_number = 0;
	do {
		wait_readable(udp_fd(v));
		n = udp_receive(v, expect_numbers, NULL);
		assert_true(n > 0);
		largest = n > largest ? n : largest;
	} while (next_number < 3 * UDP_BATCH_MAX);
	assert_int_equal(largest, UDP_BATCH_MAX);
	assert_int_equal(udp_receive(v, expect_numbers, NULL), 0);
	udp_free(u);
	udp_free(v);
}

static void what_cannot_be_sent_is_counted_and_holds_up_nothing(void **state)
{
	struct udp *u = NULL, *v = NULL;
	struct datagram good = { .local = in4("127.0.0.1"),
				 .remote = in4("127.0.0.1"),
				 .remote_port = 4341,
				 .payload = BYTES("hello", 5) },
			bad = good;

	need_namespace();
	bad.local = in4("203.0.113.99"); /* nobody's */
	datagrams = 0;
	assert_int_equal(udp_new(4340, &u), 0);
	assert_int_equal(udp_new(4341, &v), 0);
	assert_int_equal(udp_send(u, &bad), 0);
	assert_int_equal(udp_send(u, &good), 0);
	assert_int_equal(udp_send(u, &bad), 0);
	assert_int_equal(udp_send(u, &bad), 0);
	assert_int_equal(udp_send(u, &good), 0);
	assert_int_equal(udp_flush(u), 3);
	assert_int_equal(udp_flush(u), 0);
	wait_readable(udp_fd(v));
	assert_int_equal(udp_receive(v, keep_last, NULL), 2);
	assert_int_equal(datagrams, 2);
	bad.payload = BYTES("x", 65537);
	assert_int_equal(udp_send(u, &bad), -EMSGSIZE);
	udp_free(u);
	udp_free(v);
}

static uint8_t packet[65536];
static size_t packet_length;

static void keep_packet(void *ctx, struct bytes p)
{
	memcpy(packet, p.p, p.n);
	packet_length = p.n;
}

static void a_large_packet_goes_in_fragments_and_comes_back_whole(void **state)
{
	static uint8_t inner[70];
	static uint8_t large[3000] = { 0x60 };
	struct raw *r = NULL;
	struct interface lo;

	need_namespace();
	assert_int_equal(interface_find("lo", &lo), 0);
	assert_int_equal(raw_new(&r), 0);
	assert_int_equal(
		raw_send(r, in4("127.0.0.2"), in4("127.0.0.3"), BYTES(inner, sizeof(inner))), 0);
	assert_int_equal(raw_receive(r, 0, keep_packet, NULL), 0); /* it waits */
	assert_int_equal(raw_flush(r), 0);
	wait_readable(raw_fd(r));
	/* not from where our own come in again */
	packet_length = 0;
	assert_int_equal(raw_receive(r, lo.index, keep_packet, NULL), 1);
	assert_int_equal(packet_length, 0);

	set_flags("lo", 0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq q = { .ifr_name = "lo", .ifr_mtu = 1500 };
	assert_int_equal(ioctl(fd, SIOCSIFMTU, &q), 0);
	close(fd);
	set_flags("lo", IFF_UP);
	assert_int_equal(
		raw_send(r, in4("127.0.0.2"), in4("127.0.0.3"), BYTES(large, sizeof(large))), 0);
	assert_int_equal(
		raw_send(r, in4("203.0.113.99"), in4("127.0.0.3"), BYTES(inner, sizeof(inner))), 0);
	assert_int_equal(raw_flush(r), 1); /* nobody's address */
	wait_readable(raw_fd(r));
	assert_int_equal(raw_receive(r, 0, keep_packet, NULL), 1);
	assert_int_equal(packet_length, 20 + sizeof(large));
	assert_int_equal(packet[6] & 0x40, 0); /* DF */
	assert_int_equal(packet[9], 41);
	assert_memory_equal(packet + 12, "\x7f\x00\x00\x02\x7f\x00\x00\x03", 8);
	assert_memory_equal(packet + 20, large, sizeof(large));
	raw_free(r);
}

static void what_goes_into_reentry_arrives_at_its_other_end(void **state)
{
	struct reentry *r = NULL, *again = NULL;
	struct interface i;
	uint8_t inner[48] = { 0x60, [39] = 1 };

	need_namespace();
	assert_int_equal(reentry_new("nmre", &r), 0);
	assert_string_equal(reentry_name(r, 1), "nmre1");
	assert_int_equal(interface_find("nmre1", &i), 0);
	assert_int_equal(i.index, reentry_ifindex(r));
	assert_int_equal(i.mtu, 65535);

	struct sockaddr_ll a = { .sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_IP),
				 .sll_ifindex = (int)i.index };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(reentry_forward(r, in4("192.0.2.1"), in4("198.51.100.1"),
					 BYTES(inner, sizeof(inner))),
			 0);
	wait_readable(fd);
	assert_int_equal(read(fd, packet, sizeof(packet)), 14 + 20 + sizeof(inner));
	assert_int_equal(in4_checksum(BYTES(packet + 14, 20)), 0);
	assert_memory_equal(packet, i.mac.b, 6);
	assert_memory_equal(packet + 14 + 12, "\xc6\x33\x64\x01\xc0\x00\x02\x01", 8);
	assert_memory_equal(packet + 34, inner, sizeof(inner));
	close(fd);

	/* another start under the same name takes over what a dead one left */
	assert_int_equal(reentry_new("nmre", &again), 0);
	assert_int_equal(reentry_ifindex(again), i.index);
	reentry_free(again);
	assert_int_equal(interface_find("nmre1", &i), -ENODEV);
	reentry_free(r);
}

static void what_is_no_pair_is_replaced(void **state)
{
	struct reentry *r = NULL;
	struct interface before, i;

	need_namespace();
	assert_int_equal(system("ip link add nmrd0 mtu 65535 type veth peer name nmrx mtu 65535; "
				"ip link add nmrd1 mtu 65535 type veth peer name nmry mtu 65535"),
			 0);
	assert_int_equal(interface_find("nmrd0", &before), 0);
	assert_int_equal(reentry_new("nmrd", &r), -EEXIST); /* nmrd1 is not ours to remove */
	assert_int_equal(system("ip link del nmrd1; ip link add nmrd0 type bridge"), 0);
	assert_int_equal(interface_find("nmrd0", &before), 0);
	assert_int_equal(reentry_new("nmrd", &r), 0);
	assert_int_equal(interface_find("nmrd0", &i), 0);
	assert_int_not_equal(i.index, before.index);
	reentry_free(r);
}

static struct link events[8];
static size_t n_events, n_gone;

static void keep_event(void *ctx, const struct link *k, bool gone)
{
	assert_true(n_events < 8);
	n_gone += gone;
	events[n_events++] = *k;
}

/* The kernel also tells of changes that are no news to us. */
static void wait_events(struct links *l, size_t n)
{
	for (int k = 0; k < 20 && n_events < n; k++) {
		wait_readable(links_fd(l));
		assert_int_equal(links_receive(l, keep_event, NULL), 0);
	}
	assert_int_equal(n_events, n);
}

static void links_that_go_up_and_down_are_told_once(void **state)
{
	struct reentry *r = NULL;
	struct links *l = NULL;
	struct interface i;

	need_namespace();
	assert_int_equal(reentry_new("nmlk", &r), 0);
	assert_int_equal(interface_find("nmlk1", &i), 0);
	assert_true(i.up && i.ethernet);
	assert_int_equal(links_new(&l), 0);
	assert_int_equal(links_watch(l, i.index, i.up), 0);

	set_flags("nmlk0", 0); /* the other end of the cable: carrier is lost */
	wait_events(l, 1);
	assert_int_equal(events[0].ifindex, i.index);
	assert_int_equal(events[0].event, LINK_DOWN);
	set_flags("nmlk0", IFF_UP);
	wait_events(l, 2);
	assert_int_equal(events[1].event, LINK_UP);
	assert_int_equal(n_gone, 0);
	reentry_free(r);
	wait_events(l, 4);
	assert_int_equal(events[2].event, LINK_DOWN);
	assert_int_equal(events[3].ifindex, i.index);
	assert_int_equal(n_gone, 1);
	links_free(l);
}

/* More events than a socket holds: afterwards everything is known again, also what has gone. */
static void a_flood_of_events_hides_nothing(void **state)
{
	struct reentry *r[3] = { NULL };
	struct links *l = NULL;
	struct interface a, b;

	need_namespace();
	n_events = n_gone = 0;
	assert_int_equal(reentry_new("nmfa", &r[0]), 0);
	assert_int_equal(reentry_new("nmfb", &r[1]), 0);
	assert_int_equal(reentry_new("nmfc", &r[2]), 0);
	assert_int_equal(interface_find("nmfa1", &a), 0);
	assert_int_equal(interface_find("nmfb1", &b), 0);
	assert_int_equal(links_new(&l), 0);
	assert_int_equal(links_watch(l, a.index, true), 0);
	assert_int_equal(links_watch(l, b.index, true), 0);
	for (int i = 0; i < 300; i++)
		set_flags("nmfc0", i % 2 ? IFF_UP : 0);
	set_flags("nmfa0", 0);
	reentry_free(r[1]);
	wait_events(l, 3);
	assert_int_equal(n_gone, 1);
	set_flags("nmfa0", IFF_UP);
	wait_events(l, 4);
	assert_int_equal(events[3].ifindex, a.index);
	assert_int_equal(events[3].event, LINK_UP);
	links_free(l);
	reentry_free(r[0]);
	reentry_free(r[2]);
}

static void an_own_address_inside_a_range_is_found(void **state)
{
	struct in_addr a;

	need_namespace();
	assert_int_equal(address_in_range(in4("127.0.0.0"), 2, &a), 1);
	assert_true(in4_equal(a, in4("127.0.0.1")));
	assert_int_equal(address_in_range(in4("127.0.0.2"), 255, &a), 0);
	assert_int_equal(address_in_range(in4("127.0.0.0"), 1, &a), 0);
}

static void an_interface_that_is_not_there_is_ENODEV(void **state)
{
	struct interface i;

	assert_int_equal(interface_find("netmip4none", &i), -ENODEV);
}

static void settings_come_back(void **state)
{
	struct sysctls s = { .n = 0 };
	bool changed;

	need_namespace();
	assert_int_equal(sysctl_set(&s, "ipv4", "lo", "forwarding", "1", &changed), 0);
	assert_true(changed);
	assert_int_equal(sysctl_set(&s, "ipv4", "lo", "forwarding", "1", &changed), 0);
	assert_false(changed);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.v[0].former, "0");
	assert_string_equal(s.v[0].path, "net/ipv4/conf/lo/forwarding");
	assert_true(sysctl_is("ipv4", "lo", "forwarding", "1"));
	sysctls_restore(&s);
	assert_true(sysctl_is("ipv4", "lo", "forwarding", "0"));
	assert_false(sysctl_is("ipv4", "none", "forwarding", "0"));
	assert_int_equal(sysctl_set(&s, "ipv4", "lo", "forwarding", "0", &changed), 0);
	assert_false(changed);
	assert_int_equal(sysctl_set(&s, "ipv4", "none", "forwarding", "0", &changed), -ENOENT);
}

static void an_interface_is_promiscuous_until_that_is_restored(void **state)
{
	struct sysctls s = { .n = 0 };
	bool changed;

	need_namespace();
	assert_int_equal(sysctl_set_promiscuous(&s, "lo", &changed), 0);
	assert_true(changed);
	assert_string_equal(s.v[0].path, "promisc/lo");
	assert_int_equal(system("ip link show lo | grep -q PROMISC"), 0);
	sysctls_restore(&s);
	assert_int_not_equal(system("ip link show lo | grep -q PROMISC"), 0);
	assert_int_equal(sysctl_set_promiscuous(&s, "none", &changed), -ENODEV);
}

static void what_a_killed_process_has_set_is_restored_by_the_next(void **state)
{
	struct sysctls killed = { .n = 0 }, next = { .n = 0 };
	FILE *f = tmpfile();
	bool changed;

	need_namespace();
	assert_non_null(f);
	assert_int_equal(sysctls_keep_in(&killed, fileno(f)), 0);
	assert_int_equal(sysctl_set(&killed, "ipv4", "lo", "forwarding", "1", &changed), 0);
	assert_int_equal(sysctl_set(&killed, "ipv4", "lo", "accept_local", "1", &changed), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);

	assert_int_equal(sysctls_keep_in(&next, fileno(f)), 0);
	assert_int_equal(sysctl_set(&next, "ipv4", "lo", "forwarding", "1", &changed), 0);
	assert_true(changed);
	assert_string_equal(next.v[0].former, "0");
	sysctls_restore(&next);
	assert_true(sysctl_is("ipv4", "lo", "forwarding", "0"));
	assert_true(sysctl_is("ipv4", "lo", "accept_local", "0")); /* not needed any more */
	assert_int_equal(lseek(fileno(f), 0, SEEK_END), 0);
	fclose(f);
}

static void a_short_frame_is_not_sent(void **state)
{
	struct frames *f = NULL;

	need_namespace();
	assert_int_equal(frames_new(&f), 0);
	assert_int_equal(frames_send(f, 1, BYTES("123456789abcd", 13)), -EINVAL);
	assert_int_equal(frames_listen(f, 9999), -ENODEV);
	frames_free(f);
}

static const struct test tests[] = {
	TEST(both_clocks_are_read, ""),
	TEST(a_pool_is_local_to_its_last_address_and_no_further, "AN-9"),
	TEST(a_datagram_leaves_from_the_address_it_names, "AN-10"),
	TEST(datagrams_keep_their_order_and_batches_grow, ""),
	TEST(what_cannot_be_sent_is_counted_and_holds_up_nothing, ""),
	TEST(a_large_packet_goes_in_fragments_and_comes_back_whole, ""),
	TEST(what_goes_into_reentry_arrives_at_its_other_end, ""),
	TEST(what_is_no_pair_is_replaced, ""),
	TEST(links_that_go_up_and_down_are_told_once, ""),
	TEST(a_flood_of_events_hides_nothing, ""),
	TEST(an_own_address_inside_a_range_is_found, ""),
	TEST(an_interface_that_is_not_there_is_ENODEV, ""),
	TEST(settings_come_back, ""),
	TEST(an_interface_is_promiscuous_until_that_is_restored, ""),
	TEST(what_a_killed_process_has_set_is_restored_by_the_next, ""),
	TEST(a_short_frame_is_not_sent, ""),
};

int main(void)
{
	return TESTS_RUN("unit/io-net", tests);
}
