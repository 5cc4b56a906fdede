/* SPDX-License-Identifier: Apache-2.0 */
/* IP_PKTINFO (ip(7)) as ancillary data: which of our addresses a packet came to or leaves from. */
#pragma once

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PKTINFO_BUFFER (4 << 20) /* 10,000 registrations, or a TCP window in fragments */

struct pktinfo_control {
	_Alignas(struct cmsghdr) uint8_t data[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

/* A socket that receives with it and has room for a batch either way. `discover` is one of
 * IP_PMTUDISC (ip(7)): whether what is larger than a path's MTU may be fragmented. The descriptor
 * or a negative errno. */
static inline int pktinfo_socket(int type, int protocol, int discover)
{
	const int on = 1, buffer = PKTINFO_BUFFER;
	int err, fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) == 0 &&
	    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Of a received message; false if there is none. */
static inline bool pktinfo_get(struct msghdr *m, struct in_pktinfo *ret)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(ret, CMSG_DATA(c), sizeof(*ret));
			return true;
		}
	return false;
}

/* Lets m leave from `local`; `control` must live until it is sent. */
static inline void pktinfo_put(struct msghdr *m, struct pktinfo_control *control,
			       struct in_addr local)
{
	const struct in_pktinfo info = { .ipi_spec_dst = local };
	struct cmsghdr *c;

	*control = (struct pktinfo_control){ { 0 } };
	m->msg_control = control->data;
	m->msg_controllen = sizeof(control->data);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
}
