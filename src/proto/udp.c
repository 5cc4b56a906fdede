/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/udp.h"

#include <errno.h>

#define HEADER    8
#define HOP_LIMIT 64

int udp_decode(const struct ip6 *p, struct udp *ret)
{
	struct reader r = reader_new(p->payload);
	struct udp u;
	size_t length;

	if (p->next_header != IP6_UDP)
		return -ENOMSG;
	u.source = read_u16(&r);
	u.destination = read_u16(&r);
	length = read_u16(&r);
	if (read_u16(&r) == 0 || length < HEADER || length > p->payload.n)
		return -EBADMSG; /* with IPv6 there is always a checksum */
	u.payload = read_bytes(&r, length - HEADER);
	if (r.failed || in6_checksum(&p->src, &p->dst, IP6_UDP, BYTES(p->payload.p, length)) != 0)
		return -EBADMSG;
	*ret = u;
	return 0;
}

size_t udp_begin(struct writer *w, const struct in6_addr *src, const struct in6_addr *dst,
		 uint16_t source, uint16_t destination)
{
	size_t start = ip6_begin(w, src, dst, IP6_UDP, HOP_LIMIT);

	write_u16(w, source);
	write_u16(w, destination);
	write_zero(w, 4);
	return start;
}

void udp_end(struct writer *w, size_t start)
{
	struct bytes all = writer_bytes(w), datagram;
	struct reader r = reader_new(all);
	struct in6_addr src, dst;
	uint16_t sum;

	if (w->failed)
		return;
	read_bytes(&r, start + 8);
	src = read_in6(&r);
	dst = read_in6(&r);
	datagram = read_bytes(&r, reader_left(&r));
	write_u16_at(w, start + 4, (uint16_t)datagram.n);
	write_u16_at(w, start + IP6_HEADER + 4, (uint16_t)datagram.n);
	sum = in6_checksum(&src, &dst, IP6_UDP, datagram);
	write_u16_at(w, start + IP6_HEADER + 6, sum ? sum : 0xffff); /* 0 = none (RFC 768) */
}
