/* SPDX-License-Identifier: Apache-2.0 */
#include "io/raw.h"
#include "io/pktinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BUFFER (4 << 20) /* a TCP window of packets that all came in fragments */

struct raw {
	int fd;
	uint8_t packet[65536]; /* the longest that IPv4 can say */
};

/* The kernel makes the outer header, fragments where it must and takes the address we name: with
 * IP_HDRINCL it would refuse what is larger than the interface's MTU. */
static int set_options(int fd)
{
	const int on = 1, discover = IP_PMTUDISC_DONT, buffer = RECEIVE_BUFFER;

	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0)
		return -errno;
	return 0;
}

int raw_new(struct raw **ret)
{
	struct raw *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_IPV6);
	err = r->fd < 0 ? -errno : set_options(r->fd);
	if (err) {
		raw_free(r);
		return err;
	}
	*ret = r;
	return 0;
}

void raw_free(struct raw *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

int raw_fd(const struct raw *r)
{
	return r->fd;
}

int raw_receive(struct raw *r, uint32_t except, void (*each)(void *ctx, struct bytes packet),
		void *ctx)
{
	int n;

	for (n = 0; n < RAW_BATCH; n++) {
		struct pktinfo_control control;
		struct iovec iov = { r->packet, sizeof(r->packet) };
		struct msghdr m = { .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = &control,
				    .msg_controllen = sizeof(control) };
		ssize_t length = recvmsg(r->fd, &m, 0);
		struct in_pktinfo info;

		if (length < 0)
			return n || errno == EAGAIN || errno == EINTR ? n : -errno;
		if (pktinfo_get(&m, &info) && (uint32_t)info.ipi_ifindex != except)
			each(ctx, BYTES(r->packet, (size_t)length));
	}
	return n;
}

int raw_send(struct raw *r, struct in_addr local, struct in_addr remote, struct bytes packet)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = remote };
	struct iovec iov = { (void *)(uintptr_t)packet.p, packet.n };
	struct msghdr m = {
		.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1
	};
	struct pktinfo_control control;

	pktinfo_put(&m, &control, local);
	return sendmsg(r->fd, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}
