/* SPDX-License-Identifier: Apache-2.0 */
#include "io/frame.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct frames {
	int fd;
};

int frames_new(struct frames **ret)
{
	struct frames *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	/* Protocol 0: sends only. */
	f->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (f->fd < 0) {
		int err = -errno;

		free(f);
		return err;
	}
	*ret = f;
	return 0;
}

void frames_free(struct frames *f)
{
	if (!f)
		return;
	close(f->fd);
	free(f);
}

int frames_send(struct frames *f, uint32_t ifindex, struct bytes frame)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };

	if (frame.n < ETH_HLEN)
		return -EINVAL;
	memcpy(&to.sll_protocol, frame.p + 2 * ETH_ALEN, sizeof(to.sll_protocol));
	if (sendto(f->fd, frame.p, frame.n, MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int frames_send_directly(struct frames *f)
{
	const int on = 1;

	return setsockopt(f->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0 ? -errno : 0;
}

int frames_listen(struct frames *f, uint32_t ifindex)
{
	struct packet_mreq m = { .mr_ifindex = (int)ifindex, .mr_type = PACKET_MR_ALLMULTI };

	if (setsockopt(f->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)) < 0)
		return -errno;
	return 0;
}
