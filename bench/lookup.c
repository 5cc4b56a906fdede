/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nanoseconds that each hop of the data plane takes per packet, with 1, 10^4 and 10^6 bindings and
 * random destinations among them. One CPU sends over a veth pair, whose other end runs the program
 * in the same go, and the frame leaves by another pair (by the same one, to a host), at whose end
 *it is dropped; less the same with a program that drops at once. BPF_PROG_TEST_RUN would not do: it
 *tunnels one packet again and again, and has its entry in the cache.
 *
 *	gen [drop] ==== in [program]    out ==== end [drop]
 */
#include "dataplane/dataplane.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZES        3
#define BINDINGS_MAX 1000000
#define BATCH        64
#define FRAME        (14 + 20 + 40 + 64)
#define PACKETS      (20 * BATCH) /* one measurement: less than a scheduler's time slice */
#define MEASUREMENTS 40           /* in one round */
#define ROUNDS       11

static const uint32_t sizes[SIZES] = { 1, 10000, BINDINGS_MAX };
static const char *const size_names[SIZES] = { "1", "1e4", "1e6" };

#define LOCAL     0x0a000001u /* 10.0.0.1: our end of every tunnel, and the access node's first */
#define FIRST     0x0b000000u /* 11.0.0.0: the far ends; at an access node its care-of addresses */
#define HOME      0x20010db8u /* 2001:db8::, with the number of the host in the last word */
#define ELSEWHERE 0x20010db9u

/* One hop: what a frame looks like and where the number of the binding goes. */
struct hop {
	const char *name, *program;
	void (*frame)(struct writer *w);
	size_t numbers[2]; /* offsets of the 32-bit words that get the binding's number added; 0:
			      none */
	bool outer;        /* the frame has an IPv4 header, whose checksum is to be made */
};

struct bench {
	struct dataplane *plane;
	int socket, drop;
	uint32_t in;
	uint32_t filled;
	uint64_t random;
};

static void fail(const char *what, int err)
{
	fprintf(stderr, "bench/lookup: %s: %s\n", what, strerror(err < 0 ? -err : err));
	exit(1);
}

static void shell(const char *line)
{
	if (system(line))
		fail(line, EINVAL);
}

static void ip6(struct writer *w, uint32_t src, uint32_t dst)
{
	write_u32(w, 0x60000000);
	write_u16(w, 64);
	write_u8(w, IPPROTO_UDP);
	write_u8(w, 64); /* hop limit */
	write_u32(w, src);
	write_zero(w, 12);
	write_u32(w, dst);
	write_zero(w, 12);
	write_zero(w, 64);
}

static void ether(struct writer *w, uint16_t type)
{
	static const uint8_t dst[6] = { 2, 0, 0, 0, 0, 1 }, src[6] = { 2, 2 };

	write_bytes(w, BYTES(dst, 6));
	write_bytes(w, BYTES(src, 6)); /* its last word: a host's number */
	write_u16(w, type);
}

static void ip4(struct writer *w, uint32_t src, uint32_t dst)
{
	write_u16(w, 0x4500);
	write_u16(w, 20 + 40 + 64);
	write_u32(w, 0x4000);
	write_u8(w, 64);
	write_u8(w, IPPROTO_IPV6);
	write_u16(w, 0); /* checksum: by set_number() */
	write_u32(w, src);
	write_u32(w, dst);
}

static void ha_down(struct writer *w)
{
	ether(w, ETHERTYPE_IPV6);
	ip6(w, ELSEWHERE, HOME);
}

static void ha_up(struct writer *w)
{
	ether(w, ETHERTYPE_IP);
	ip4(w, FIRST, LOCAL);
	ip6(w, HOME, ELSEWHERE);
}

static void an_up(struct writer *w)
{
	ether(w, ETHERTYPE_IPV6);
	ip6(w, HOME, ELSEWHERE);
}

static void an_down(struct writer *w)
{
	ether(w, ETHERTYPE_IP);
	ip4(w, LOCAL + 1, FIRST);
	ip6(w, ELSEWHERE, HOME);
}

static const struct hop ha_hops[] = {
	{ "ha_down", "nm4_upstream", ha_down, { 50 }, false },
	{ "ha_up", "nm4_core", ha_up, { 26, 54 }, true },
};
static const struct hop an_hops[] = {
	{ "an_up", "nm4_access", an_up, { 8 }, false },
	{ "an_down", "nm4_core", an_down, { 30 }, true },
};

static void fill_ha(struct bench *b, uint32_t i)
{
	struct tunnel t = { .local.s_addr = htonl(LOCAL), .remote.s_addr = htonl(FIRST + i) };
	struct address a = {
		.length = 128, .state = ADDRESS_BOUND, .local = t.local, .remote = t.remote
	};
	int err;

	a.prefix.s6_addr32[0] = htonl(HOME);
	a.prefix.s6_addr32[3] = htonl(i);
	err = dataplane_tunnel_set(b->plane, &t);
	if (!err)
		err = dataplane_address_set(b->plane, &a);
	if (err)
		fail("filling the maps", err);
}

static void fill_an(struct bench *b, uint32_t i)
{
	struct tunnel t = { .local.s_addr = htonl(FIRST + i),
			    .remote.s_addr = htonl(LOCAL + 1),
			    .ifindex = b->in,
			    .host = { { 2, 2, (uint8_t)(i >> 24), (uint8_t)(i >> 16),
					(uint8_t)(i >> 8), (uint8_t)i } },
			    .router = { { 2, 2, 2, 2, 2, 2 } } };
	int err;

	t.router_address.s6_addr[15] = 1;
	err = dataplane_tunnel_set(b->plane, &t);
	if (err)
		fail("filling the maps", err);
}

static void new_plane(struct bench *b)
{
	struct dataplane_config c = { .tunnels_max = BINDINGS_MAX,
				      .addresses_max = BINDINGS_MAX,
				      .prefixes_max = 1,
				      .core_mtu = 1500,
				      .home_ifindex = b->in,
				      .punts_per_second = 1 };
	const char *why;

	c.router_address.s6_addr[0] = c.error_address.s6_addr[0] = 0xfe;
	if (dataplane_new(&c, &b->plane, &why)) {
		fprintf(stderr, "bench/lookup: %s\n", why);
		exit(1);
	}
	b->filled = 0;
}

static void attach(uint32_t ifindex, int program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 1, .prog_fd = program,
		    .flags = BPF_TC_F_REPLACE);
	int err = bpf_tc_hook_create(&hook);

	if (!err || err == -EEXIST)
		err = bpf_tc_attach(&hook, &opts);
	if (err)
		fail("attaching", err);
}

static int drop_program(void)
{
	static const struct bpf_insn drop[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_0,
		  .imm = 2 }, /* TC_ACT_SHOT */
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "drop", "GPL", drop, 2, NULL);

	if (fd < 0)
		fail("loading a BPF program", fd);
	return fd;
}

static void set_up(struct bench *b)
{
	const int yes = 1;
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	cpu_set_t one;

	if (unshare(CLONE_NEWNET))
		fail("a network namespace", errno);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	shell("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	shell("ip link add gen type veth peer name in address 02:00:00:00:00:01");
	shell("ip link add out type veth peer name end address 02:00:00:00:00:02");
	shell("for i in gen in out end; do ip link set dev $i up; done");
	shell("ip addr add 10.0.0.1/24 dev out; ip neigh add 10.0.0.2 dev out lladdr "
	      "02:00:00:00:00:02 nud permanent");
	shell("ip route add 11.0.0.0/8 via 10.0.0.2");
	shell("ip -6 neigh add fe80::2 dev out lladdr 02:00:00:00:00:02 nud permanent");
	shell("ip -6 route add 2001:db9::/32 via fe80::2 dev out");
	b->in = if_nametoindex("in");
	b->random = 88172645463325252u;
	b->drop = drop_program();
	attach(if_nametoindex("end"), b->drop);
	attach(if_nametoindex("gen"), b->drop);
	b->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = (int)if_nametoindex("gen");
	if (b->socket < 0 || bind(b->socket, (struct sockaddr *)&to, sizeof(to)) ||
	    setsockopt(b->socket, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)))
		fail("a packet socket", errno);
}

static uint32_t random_below(struct bench *b, uint32_t n)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return (uint32_t)((b->random >> 32) * n >> 32);
}

static void add_number(uint8_t *frame, const uint8_t *model, size_t at, uint32_t n)
{
	uint32_t v;

	if (!at)
		return;
	memcpy(&v, model + at, 4);
	v = htonl(ntohl(v) + n);
	memcpy(frame + at, &v, 4);
}

static void set_number(const struct hop *h, uint8_t *frame, const uint8_t *model, uint32_t n)
{
	uint16_t sum;

	add_number(frame, model, h->numbers[0], n);
	add_number(frame, model, h->numbers[1], n);
	if (!h->outer)
		return;
	frame[24] = frame[25] = 0;
	sum = in4_checksum(BYTES(frame + 14, 20));
	frame[24] = (uint8_t)(sum >> 8);
	frame[25] = (uint8_t)sum;
}

/* By `in`, to a host of an access node, and by `out`. */
static uint64_t sent_out(void)
{
	unsigned long n, sum = 0;
	FILE *f = fopen("/proc/net/dev", "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " out: %*u %*u %*u %*u %*u %*u %*u %*u %*u %lu", &n) == 1 ||
		    sscanf(line, " in: %*u %*u %*u %*u %*u %*u %*u %*u %*u %lu", &n) == 1)
			sum += n;
	if (f)
		fclose(f);
	return sum;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ns per packet of sending to random bindings among the first n. */
static double measure(struct bench *b, const struct hop *h, uint32_t n)
{
	static uint8_t frames[BATCH][FRAME], model[FRAME];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec v[BATCH];
	struct writer w = writer_new(model, sizeof(model));
	double start;

	h->frame(&w);
	for (int i = 0; i < BATCH; i++) {
		memcpy(frames[i], model, sizeof(model));
		v[i] = (struct iovec){ frames[i], writer_length(&w) };
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
	}
	start = now_ns();
	for (int sent = 0; sent < PACKETS; sent += BATCH) {
		for (int i = 0; i < BATCH; i++)
			set_number(h, frames[i], model, random_below(b, n));
		if (sendmmsg(b->socket, m, BATCH, 0) != BATCH)
			fail("sending", errno);
	}
	return (now_ns() - start) / PACKETS;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The lower quartile of all rounds: what other processes have taken meanwhile is above it. */
static double quartile(double *v)
{
	qsort(v, ROUNDS * MEASUREMENTS, sizeof(*v), by_value);
	return v[ROUNDS * MEASUREMENTS / 4];
}

static void measure_round(struct bench *b, const struct hop *h, uint32_t n, int program,
			  double *ret)
{
	attach(b->in, program);
	measure(b, h, n); /* into the caches */
	for (int i = 0; i < MEASUREMENTS; i++)
		ret[i] = measure(b, h, n);
}

/* The program's ns per packet: rounds of it and of the empty program, taken in turn. */
static double cost(struct bench *b, const struct hop *h, uint32_t n)
{
	static double with[ROUNDS][MEASUREMENTS], without[ROUNDS][MEASUREMENTS];
	int program = dataplane_program_fd(b->plane, h->program);

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t before = sent_out();

		measure_round(b, h, n, program, with[i]);
		if (sent_out() - before < PACKETS * (MEASUREMENTS + 1))
			fail("packets were lost", EIO);
		measure_round(b, h, n, b->drop, without[i]);
	}
	return quartile(with[0]) - quartile(without[0]);
}

static void run(struct bench *b, const struct hop *hops, void (*fill)(struct bench *b, uint32_t i))
{
	double ns[2][SIZES];

	new_plane(b);
	for (int s = 0; s < SIZES; s++) {
		while (b->filled < sizes[s])
			fill(b, b->filled++);
		for (int i = 0; i < 2; i++) {
			ns[i][s] = cost(b, &hops[i], sizes[s]);
			printf("bench lookup.%s.%s %.0f ns\n", hops[i].name, size_names[s],
			       ns[i][s]);
			fflush(stdout);
		}
	}
	if (hops == ha_hops)
		printf("bench lookup.1e6_over_1.ratio %.2f ratio\n", ns[0][2] / ns[0][0]);
	dataplane_free(b->plane);
}

int main(void)
{
	struct bench b = { 0 };

	set_up(&b);
	printf("ns per packet of each hop's program, from the wire to the wire, among 1, 10^4 and\n"
	       "10^6 bindings at random; lower quartile of %d times %d packets, less that of a\n"
	       "program that drops at once.\n",
	       ROUNDS * MEASUREMENTS, PACKETS);
	run(&b, ha_hops, fill_ha);
	run(&b, an_hops, fill_an);
	return 0;
}
