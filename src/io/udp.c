/* SPDX-License-Identifier: Apache-2.0 */
#include "io/udp.h"
#include "io/pktinfo.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAYLOAD_MAX 2048 /* above MIP4_MESSAGE_MAX, so that what is too long looks too long */

struct slot {
	uint8_t payload[PAYLOAD_MAX];
	struct sockaddr_in from;
	struct pktinfo_control control;
};

struct udp {
	int fd;
	uint16_t port;
	struct slot slots[UDP_BATCH];
	struct iovec iov[UDP_BATCH];
	struct mmsghdr messages[UDP_BATCH];
};

int udp_new(uint16_t port, struct udp **ret)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct udp *u = calloc(1, sizeof(*u));
	int err;

	if (!u)
		return -ENOMEM;
	u->port = port;
	u->fd = pktinfo_socket(SOCK_DGRAM, 0);
	err = u->fd < 0 ? u->fd : 0;
	if (!err && bind(u->fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
		err = -errno;
	if (err) {
		udp_free(u);
		return err;
	}
	*ret = u;
	return 0;
}

void udp_free(struct udp *u)
{
	if (!u)
		return;
	if (u->fd >= 0)
		close(u->fd);
	free(u);
}

int udp_fd(const struct udp *u)
{
	return u->fd;
}

int udp_receive(struct udp *u, void (*each)(void *ctx, const struct datagram *d), void *ctx)
{
	for (int i = 0; i < UDP_BATCH; i++) {
		struct slot *s = &u->slots[i];

		u->iov[i] = (struct iovec){ s->payload, sizeof(s->payload) };
		u->messages[i].msg_hdr = (struct msghdr){ .msg_name = &s->from,
							  .msg_namelen = sizeof(s->from),
							  .msg_iov = &u->iov[i],
							  .msg_iovlen = 1,
							  .msg_control = &s->control,
							  .msg_controllen = sizeof(s->control) };
	}
	int n = recvmmsg(u->fd, u->messages, UDP_BATCH, 0, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		const struct slot *s = &u->slots[i];
		struct in_pktinfo info;
		struct datagram d = { .remote = s->from.sin_addr,
				      .local_port = u->port,
				      .remote_port = ntohs(s->from.sin_port),
				      .payload = BYTES(s->payload, u->messages[i].msg_len) };

		if (!pktinfo_get(&u->messages[i].msg_hdr, &info))
			continue;
		d.local = info.ipi_spec_dst;
		each(ctx, &d);
	}
	return n;
}

int udp_send(struct udp *u, const struct datagram *d)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(d->remote_port),
				  .sin_addr = d->remote };
	struct iovec iov = { (void *)(uintptr_t)d->payload.p, d->payload.n };
	struct msghdr m = {
		.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1
	};
	struct pktinfo_control control;

	pktinfo_put(&m, &control, d->local);
	return sendmsg(u->fd, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}
