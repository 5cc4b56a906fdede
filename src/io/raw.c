/* SPDX-License-Identifier: Apache-2.0 */
#include "io/raw.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct raw {
	int fd;
	uint8_t packet[65536]; /* the longest that IPv4 can say */
};

/* The kernel makes the outer header, fragments where it must and takes the address we name: with
 * IP_HDRINCL it would refuse what is larger than the interface's MTU. */
static int set_options(int fd)
{
	const int on = 1, discover = IP_PMTUDISC_DONT;

	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)) < 0)
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

static int interface_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			return info.ipi_ifindex;
		}
	return 0;
}

int raw_receive(struct raw *r, uint32_t except, void (*each)(void *ctx, struct bytes packet),
		void *ctx)
{
	int n;

	for (n = 0; n < RAW_BATCH; n++) {
		_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct iovec iov = { r->packet, sizeof(r->packet) };
		struct msghdr m = { .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = control,
				    .msg_controllen = sizeof(control) };
		ssize_t length = recvmsg(r->fd, &m, 0);

		if (length < 0)
			return n || errno == EAGAIN || errno == EINTR ? n : -errno;
		if ((uint32_t)interface_of(&m) != except)
			each(ctx, BYTES(r->packet, (size_t)length));
	}
	return n;
}

int raw_send(struct raw *r, struct in_addr local, struct in_addr remote, struct bytes packet)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = remote };
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 };
	struct iovec iov = { (void *)(uintptr_t)packet.p, packet.n };
	struct msghdr m = { .msg_name = &to,
			    .msg_namelen = sizeof(to),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct in_pktinfo info = { .ipi_spec_dst = local };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	return sendmsg(r->fd, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}
