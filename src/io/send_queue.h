/* SPDX-License-Identifier: Apache-2.0 */
/* What waits to leave by a socket, so that a whole batch costs one call to the kernel. Private to
 * this folder. */
#pragma once

#include "io/pktinfo.h"

#include "base/bytes.h"

#define SEND_QUEUE_MAX 1024 /* a reply, or an advertisement, for each datagram of a batch */
/* Payloads: replies with the longest NAI and two authenticators, or a few of the longest packets.
 */
#define SEND_QUEUE_BYTES (256 * SEND_QUEUE_MAX)
#define SEND_PAYLOAD_MAX 65536 /* the longest that IPv4 can say */

struct send_queue { /* as the kernel wants it */
	struct sockaddr_in peer[SEND_QUEUE_MAX];
	struct pktinfo_control control[SEND_QUEUE_MAX];
	struct iovec iov[SEND_QUEUE_MAX];
	struct mmsghdr messages[SEND_QUEUE_MAX];
	uint8_t payload[SEND_QUEUE_BYTES];
	size_t n, used;  /* messages, octets of payload */
	unsigned failed; /* since the last flush */
};

/* Copies a payload to the end; it leaves from `local` by `fd` at the next flush, or before if the
 * queue is full. 0 or -EMSGSIZE. */
int send_queue_add(struct send_queue *q, int fd, struct in_addr local,
		   const struct sockaddr_in *peer, struct bytes payload);
/* Sends what waits, in the order in which it came. How many could not be sent since the last
 * flush: each is gone. */
unsigned send_queue_flush(struct send_queue *q, int fd);
