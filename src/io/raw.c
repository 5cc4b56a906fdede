/* SPDX-License-Identifier: Apache-2.0 */
#include "io/raw.h"
#include "io/pktinfo.h"
#include "io/send_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct raw {
	int fd;
	uint8_t packet[SEND_PAYLOAD_MAX]; /* the one being received */
	struct send_queue out;
};

int raw_new(struct raw **ret)
{
	struct raw *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	/* The kernel makes the outer header, fragments where it must and takes the address we name:
	 * with IP_HDRINCL it would refuse what is larger than the interface's MTU. */
	r->fd = pktinfo_socket(SOCK_RAW, IPPROTO_IPV6, IP_PMTUDISC_DONT);
	if (r->fd < 0) {
		int err = r->fd;

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
	const struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr = remote };

	return send_queue_add(&r->out, r->fd, local, &peer, packet);
}

bool raw_waits(const struct raw *r)
{
	return r->out.n;
}

unsigned raw_flush(struct raw *r)
{
	return send_queue_flush(&r->out, r->fd);
}
