/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick of registrations: a bare UDP echo that verifies the authenticator at the end of
 * each request and signs a reply of the same size as a home agent's, with recvmmsg and sendmmsg in
 * batches of 64, and keeps no state. `bench_echo serve ADDRESS PORT` answers, `bench_echo ask
 * ADDRESS PORT SECONDS WINDOW` asks, checks every reply and prints how many came in a second.
 */
#include "io/mac.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
/* Octets of a renewal of load12345@lab.example and of its reply, both with HMAC-SHA-256: fixed
 * part, NAI, draft extension, revocation support, MHAE. */
#define REQUEST       (24 + 23 + 3 + 8 + 38)
#define REPLY         (20 + 23 + 3 + 8 + 38)
#define BUFFER        2048
#define SOCKET_BUFFER (4 << 20)

static const uint8_t key[] = "one key for all of the datagrams";
static uint8_t state[MAC_STATE_MAX] __attribute__((aligned(16)));

static struct {
	uint8_t payload[BATCH][BUFFER];
	struct sockaddr_in peer[BATCH];
	struct iovec iov[BATCH];
	struct mmsghdr messages[BATCH];
} in, out;

static void sign(uint8_t *message, size_t n)
{
	const size_t tail = mac_hmac_sha256.length;

	mac_hmac_sha256.sign(state, BYTES(message, n - tail), BYTES(NULL, 0), message + n - tail);
}

static bool verify(const uint8_t *message, size_t n)
{
	const size_t tail = mac_hmac_sha256.length;
	uint8_t expected[MAC_LENGTH_MAX];

	if (n < tail)
		return false;
	mac_hmac_sha256.sign(state, BYTES(message, n - tail), BYTES(NULL, 0), expected);
	return bytes_equal_const(expected, message + n - tail, tail);
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "bench_echo: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int receive_batch(int fd, int flags)
{
	int n;

	for (int i = 0; i < BATCH; i++) {
		in.iov[i] = (struct iovec){ in.payload[i], BUFFER };
		in.messages[i].msg_hdr = (struct msghdr){ .msg_name = &in.peer[i],
							  .msg_namelen = sizeof(in.peer[i]),
							  .msg_iov = &in.iov[i],
							  .msg_iovlen = 1 };
	}
	n = recvmmsg(fd, in.messages, BATCH, flags, NULL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		fail("cannot receive");
	return n < 0 ? 0 : n;
}

static void queue(int i, size_t length, const struct sockaddr_in *peer)
{
	out.peer[i] = *peer;
	out.iov[i] = (struct iovec){ out.payload[i], length };
	out.messages[i].msg_hdr = (struct msghdr){ .msg_name = &out.peer[i],
						   .msg_namelen = sizeof(out.peer[i]),
						   .msg_iov = &out.iov[i],
						   .msg_iovlen = 1 };
}

static void send_batch(int fd, int n)
{
	for (int done = 0; done < n;) {
		int k = sendmmsg(fd, out.messages + done, (unsigned)(n - done), 0);

		if (k < 0)
			fail("cannot send");
		done += k;
	}
}

static void serve(int fd)
{
	for (;;) {
		const int n = receive_batch(fd, MSG_WAITFORONE);
		int replies = 0;

		for (int i = 0; i < n; i++) {
			if (!verify(in.payload[i], in.messages[i].msg_len))
				continue;
			memcpy(out.payload[replies], in.payload[i], REPLY);
			sign(out.payload[replies], REPLY);
			queue(replies++, REPLY, &in.peer[i]);
		}
		send_batch(fd, replies);
	}
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Made once: asking must cost less than answering, or it would be what is measured. */
static void make_requests(const struct sockaddr_in *to)
{
	for (int i = 0; i < BATCH; i++) {
		struct writer w = writer_new(out.payload[i], REQUEST);

		write_u64(&w, (uint64_t)i);
		sign(out.payload[i], REQUEST);
		queue(i, REQUEST, to);
	}
}

/* Like the load generator: as many on their way as the window says. One reply of a batch is
 * verified, of the others the length. */
static int ask(int fd, const struct sockaddr_in *to, double seconds, int window)
{
	const double begin = seconds_now();
	uint64_t replies = 0;
	int waiting = 0;
	double now;

	make_requests(to);
	while ((now = seconds_now()) < begin + seconds) {
		struct pollfd p = { fd, POLLIN, 0 };
		int n = window - waiting < BATCH ? window - waiting : BATCH;

		send_batch(fd, n);
		waiting += n;
		n = receive_batch(fd, MSG_DONTWAIT);
		if (!n && poll(&p, 1, 1000) == 0) {
			fprintf(stderr, "bench_echo: %d were not answered\n", waiting);
			return 1;
		}
		for (int i = 0; i < n; i++)
			if (in.messages[i].msg_len != REPLY ||
			    (i == 0 && !verify(in.payload[i], REPLY))) {
				fprintf(stderr, "bench_echo: a reply is wrong\n");
				return 1;
			}
		waiting -= n;
		replies += (uint64_t)n;
	}
	printf("%.0f\n", (double)replies / (now - begin));
	return 0;
}

int main(int argc, char **argv)
{
	const bool server = argc == 4 && strcmp(argv[1], "serve") == 0;
	const bool client = argc == 6 && strcmp(argv[1], "ask") == 0;
	const int buffer = SOCKET_BUFFER;
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if ((!server && !client) || inet_pton(AF_INET, argv[2], &a.sin_addr) != 1) {
		fprintf(stderr, "bench_echo serve ADDRESS PORT\n"
				"bench_echo ask ADDRESS PORT SECONDS WINDOW\n");
		return 2;
	}
	a.sin_port = htons((uint16_t)atoi(argv[3]));
	mac_hmac_sha256.set_key(state, BYTES(key, sizeof(key) - 1));
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer)) < 0)
		fail("cannot make a socket");
	if (client)
		return ask(fd, &a, atof(argv[4]), atoi(argv[5]));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		fail("cannot bind");
	serve(fd);
}
