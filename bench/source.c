/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets one frame arrive at a tap interface again and again:
 *
 *	bench_source INTERFACE DESTINATION-MAC plain|tunnelled
 *
 * Prints how many and what one cost, in ns of the monotonic clock. plain is an IPv6 packet with 64
 * octets of UDP from CORRESPONDENT to HOST, tunnelled the same from HOST to CORRESPONDENT in IPv4
 * from AGENT to HOME. Run by bench/sit.sh, where the clock counts instructions; all that becomes of
 * a packet happens before the next one arrives.
 */
#include "base/bytes.h"
#include "base/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define CORRESPONDENT "2001:db8:2::9"
#define HOST          "2001:db8:1::5"
#define HOME          "10.9.0.1"
#define AGENT         "10.9.0.2"
#define PAYLOAD       64
#define WARM_UP       1000
#define PACKETS       16000

static void fail(const char *what, int err)
{
	fprintf(stderr, "bench_source: %s: %s\n", what, strerror(err));
	exit(1);
}

static void write_ip6(struct writer *w, const char *src, const char *dst)
{
	struct in6_addr a;

	write_u32(w, 0x60000000);
	write_u16(w, PAYLOAD);
	write_u8(w, IPPROTO_UDP);
	write_u8(w, 64); /* hop limit */
	inet_pton(AF_INET6, src, &a);
	write_in6(w, &a);
	inet_pton(AF_INET6, dst, &a);
	write_in6(w, &a);
	write_zero(w, PAYLOAD);
}

static void write_outer(struct writer *w)
{
	size_t begin = writer_length(w);

	write_u16(w, 0x4500); /* version 4, header of 5 words, no traffic class */
	write_u16(w, 20 + 40 + PAYLOAD);
	write_u32(w, 0x4000); /* identification 0, DF */
	write_u8(w, 64);
	write_u8(w, IPPROTO_IPV6);
	write_u16(w, 0);
	write_in4(w, (struct in_addr){ inet_addr(AGENT) });
	write_in4(w, (struct in_addr){ inet_addr(HOME) });
	write_u16_at(w, begin + 10, in4_checksum(BYTES(writer_bytes(w).p + begin, 20)));
}

static struct bytes frame(const char *mac, const char *kind)
{
	static uint8_t buf[ETH_HLEN + 20 + 40 + PAYLOAD];
	static const uint8_t source[ETH_ALEN] = { 2 };
	struct writer w = writer_new(buf, sizeof(buf));
	struct ether_addr to;

	if (!ether_aton_r(mac, &to))
		fail(mac, EINVAL);
	write_bytes(&w, BYTES(to.ether_addr_octet, ETH_ALEN));
	write_bytes(&w, BYTES(source, ETH_ALEN));
	if (!strcmp(kind, "plain")) {
		write_u16(&w, ETHERTYPE_IPV6);
		write_ip6(&w, CORRESPONDENT, HOST);
	} else {
		write_u16(&w, ETHERTYPE_IP);
		write_outer(&w);
		write_ip6(&w, HOST, CORRESPONDENT);
	}
	return writer_bytes(&w);
}

/* The far side of the tap, which must be there. */
static int open_tap(const char *interface)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", interface);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r))
		fail(interface, errno);
	return fd;
}

static void arrive(int fd, struct bytes f, int n)
{
	for (int i = 0; i < n; i++)
		if (write(fd, f.p, f.n) != (ssize_t)f.n)
			fail("a frame", errno);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
	double start;
	int fd;

	if (argc != 4)
		fail("usage: bench_source INTERFACE DESTINATION-MAC plain|tunnelled", EINVAL);
	fd = open_tap(argv[1]);
	struct bytes f = frame(argv[2], argv[3]);

	arrive(fd, f, WARM_UP);
	start = now_ns();
	arrive(fd, f, PACKETS);
	printf("%d %.1f\n", WARM_UP + PACKETS, (now_ns() - start) / PACKETS);
	return 0;
}
