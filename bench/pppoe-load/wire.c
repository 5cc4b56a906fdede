/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of PPPoE, in and out of an interface, many with one call to the kernel. */
#include "dial.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 64
#define RECEIVE_BYTES                                                                              \
	(64 << 20) /* what all routers' answers to a window may be, many times over                \
		    */

struct slots {
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	uint8_t frames[BATCH][FRAME_MAX];
};

struct wire {
	int fd;
	size_t n; /* that wait to be sent */
	uint64_t unsent, missed;
	struct slots in, out;
};

static void join(struct slots *s)
{
	for (size_t i = 0; i < BATCH; i++) {
		s->vectors[i] = (struct iovec){ s->frames[i], FRAME_MAX };
		s->messages[i].msg_hdr =
			(struct msghdr){ .msg_iov = &s->vectors[i], .msg_iovlen = 1 };
	}
}

/* Only PPPoE, and nothing of ours. */
static int choose(int fd)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PPPOE_ETHERTYPE_DISCOVERY, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PPPOE_ETHERTYPE_SESSION, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

static int attach(int fd, const char *interface, struct mac_addr *ret_mac)
{
	const int room = RECEIVE_BYTES;
	struct packet_mreq everything = { .mr_type = PACKET_MR_PROMISC };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq r = { 0 };

	to.sll_ifindex = everything.mr_ifindex = (int)if_nametoindex(interface);
	if (!to.sll_ifindex)
		return -errno;
	strncpy(r.ifr_name, interface, sizeof(r.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &r) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof(everything)) <
		    0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0 ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	memcpy(ret_mac->b, r.ifr_hwaddr.sa_data, sizeof(ret_mac->b));
	return 0;
}

int wire_new(const char *interface, struct mac_addr *ret_mac, struct wire **ret)
{
	struct wire *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	join(&w->in);
	join(&w->out);
	/* Protocol 0: nothing comes before the filter is there. */
	w->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = w->fd < 0 ? -errno : choose(w->fd);
	if (!err)
		err = attach(w->fd, interface, ret_mac);
	if (err) {
		wire_free(w);
		return err;
	}
	*ret = w;
	return 0;
}

void wire_free(struct wire *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

void wire_flush(struct wire *w)
{
	size_t sent = 0;

	while (sent < w->n) {
		const int n = sendmmsg(w->fd, w->out.messages + sent, (unsigned)(w->n - sent), 0);

		if (n > 0) {
			sent += (size_t)n;
		} else if (errno != EINTR) {
			w->unsent++;
			sent++;
		}
	}
	w->n = 0;
}

void wire_send(void *wire, struct bytes frame)
{
	struct wire *w = wire;

	if (w->n == BATCH)
		wire_flush(w);
	memcpy(w->out.frames[w->n], frame.p, frame.n);
	w->out.vectors[w->n++].iov_len = frame.n;
}

int wire_receive(struct wire *w, void (*on_frame)(void *ctx, struct bytes frame), void *ctx)
{
	const int n = recvmmsg(w->fd, w->in.messages, BATCH, 0, NULL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? 0 : -errno;
	for (int i = 0; i < n; i++)
		on_frame(ctx, BYTES(w->in.frames[i], w->in.messages[i].msg_len));
	return n;
}

int wire_fd(const struct wire *w)
{
	return w->fd;
}

void wire_counts(struct wire *w, uint64_t *ret_unsent, uint64_t *ret_missed)
{
	struct tpacket_stats s = { 0 };
	socklen_t n = sizeof(s);

	if (getsockopt(w->fd, SOL_PACKET, PACKET_STATISTICS, &s, &n) == 0)
		w->missed += s.tp_drops; /* since the last time */
	*ret_unsent = w->unsent;
	*ret_missed = w->missed;
}
