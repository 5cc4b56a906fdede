/* SPDX-License-Identifier: Apache-2.0 */
#include "io/send_queue.h"

#include <assert.h>

static_assert(SEND_QUEUE_BYTES >= SEND_PAYLOAD_MAX, "an empty queue has room for every payload");

/* An error belongs to the first message that was not sent: that one is given up, the others are
 * not. */
static void transmit(struct send_queue *q, int fd)
{
	for (size_t i = 0; i < q->n;) {
		int n = sendmmsg(fd, q->messages + i, (unsigned)(q->n - i), MSG_NOSIGNAL);

		if (n > 0) {
			i += (size_t)n;
		} else if (errno != EINTR) {
			q->failed++;
			i++;
		}
	}
	q->n = q->used = 0;
}

int send_queue_add(struct send_queue *q, int fd, struct in_addr local,
		   const struct sockaddr_in *peer, struct bytes payload)
{
	size_t i;

	if (payload.n > SEND_PAYLOAD_MAX)
		return -EMSGSIZE;
	if (q->n == SEND_QUEUE_MAX || sizeof(q->payload) - q->used < payload.n)
		transmit(q, fd);
	i = q->n++;
	q->peer[i] = *peer;
	q->iov[i] = (struct iovec){ q->payload + q->used, payload.n };
	memcpy(q->payload + q->used, payload.p, payload.n);
	q->used += payload.n;
	q->messages[i].msg_hdr = (struct msghdr){ .msg_name = &q->peer[i],
						  .msg_namelen = sizeof(q->peer[i]),
						  .msg_iov = &q->iov[i],
						  .msg_iovlen = 1 };
	pktinfo_put(&q->messages[i].msg_hdr, &q->control[i], local);
	return 0;
}

unsigned send_queue_flush(struct send_queue *q, int fd)
{
	unsigned failed;

	transmit(q, fd);
	failed = q->failed;
	q->failed = 0;
	return failed;
}
