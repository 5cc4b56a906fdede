/* SPDX-License-Identifier: Apache-2.0 */
#include "io/udp.h"
#include "io/pktinfo.h"
#include "io/send_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAYLOAD_MAX 2048 /* above MIP4_MESSAGE_MAX, so that what is too long looks too long */

struct slot {
	uint8_t payload[PAYLOAD_MAX];
	struct sockaddr_in peer;
	struct pktinfo_control control;
};

/* As the kernel wants them: what a message points to stays the same. */
struct receiving {
	struct slot slots[UDP_BATCH_MAX];
	struct iovec iov[UDP_BATCH_MAX];
	struct mmsghdr messages[UDP_BATCH_MAX];
};

struct udp {
	int fd;
	uint16_t port;
	unsigned batch; /* of the next read */
	struct receiving in;
	struct send_queue out, late;
};

static void init_messages(struct udp *u)
{
	for (size_t i = 0; i < UDP_BATCH_MAX; i++) {
		struct slot *s = &u->in.slots[i];

		u->in.iov[i] = (struct iovec){ s->payload, sizeof(s->payload) };
		u->in.messages[i].msg_hdr = (struct msghdr){ .msg_name = &s->peer,
							     .msg_iov = &u->in.iov[i],
							     .msg_iovlen = 1,
							     .msg_control = &s->control };
	}
}

int udp_new(uint16_t port, struct udp **ret)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct udp *u = calloc(1, sizeof(*u));
	int err;

	if (!u)
		return -ENOMEM;
	u->port = port;
	u->batch = UDP_BATCH;
	init_messages(u);
	/* Our messages have some 300 octets at most, less than any path carries whole that a tunnel
	 * is of use on: so they need no identification to tell fragments apart (RFC 6864 4). */
	u->fd = pktinfo_socket(SOCK_DGRAM, 0, IP_PMTUDISC_PROBE);
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

static void adapt_batch(struct udp *u, unsigned n)
{
	if (n == u->batch && u->batch < UDP_BATCH_MAX)
		u->batch *= 2;
	else if (n < u->batch / 4 && u->batch > UDP_BATCH)
		u->batch /= 2;
}

/* What came in a slot, if it says to which address. */
static bool datagram_of(struct udp *u, unsigned i, struct datagram *ret)
{
	struct mmsghdr *m = &u->in.messages[i];
	const struct slot *s = &u->in.slots[i];
	struct in_pktinfo info;

	if (!pktinfo_get(&m->msg_hdr, &info))
		return false;
	*ret = (struct datagram){ .local = info.ipi_spec_dst,
				  .remote = s->peer.sin_addr,
				  .local_port = u->port,
				  .remote_port = ntohs(s->peer.sin_port),
				  .payload = BYTES(s->payload, m->msg_len) };
	return true;
}

int udp_receive(struct udp *u, void (*each)(void *ctx, const struct datagram *v, size_t n),
		void *ctx)
{
	struct receiving *in = &u->in;
	struct datagram group[UDP_GROUP];
	size_t in_group = 0;

	for (unsigned i = 0; i < u->batch; i++) { /* the kernel writes what it has used of them */
		in->messages[i].msg_hdr.msg_namelen = sizeof(in->slots[i].peer);
		in->messages[i].msg_hdr.msg_controllen = sizeof(in->slots[i].control);
	}
	int n = recvmmsg(u->fd, in->messages, u->batch, 0, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		in_group += datagram_of(u, (unsigned)i, &group[in_group]);
		if (in_group == UDP_GROUP || (in_group && i + 1 == n)) {
			each(ctx, group, in_group);
			in_group = 0;
		}
	}
	adapt_batch(u, (unsigned)n);
	return n;
}

static int queue(struct udp *u, struct send_queue *q, const struct datagram *d)
{
	const struct sockaddr_in peer = { .sin_family = AF_INET,
					  .sin_port = htons(d->remote_port),
					  .sin_addr = d->remote };

	return send_queue_add(q, u->fd, d->local, &peer, d->payload);
}

int udp_send(struct udp *u, const struct datagram *d)
{
	return queue(u, &u->out, d);
}

int udp_send_late(struct udp *u, const struct datagram *d)
{
	return queue(u, &u->late, d);
}

unsigned udp_flush(struct udp *u)
{
	return send_queue_flush(&u->out, u->fd);
}

unsigned udp_flush_late(struct udp *u)
{
	return send_queue_flush(&u->late, u->fd);
}
