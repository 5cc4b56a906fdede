/* SPDX-License-Identifier: Apache-2.0 */
#include "dataplane/punt_decode.h"

#include <errno.h>
#include <string.h>

#define IP6_HEADER 40

/* Where in a TCP or UDP header the checksum is; 0 for anything else. */
static size_t checksum_at(uint8_t next_header, size_t n)
{
	if (next_header == IPPROTO_TCP && n >= 20)
		return 16;
	if (next_header == IPPROTO_UDP && n >= 8)
		return 6;
	return 0;
}

/* The sum of the pseudo-header (RFC 8200 8.1) of a packet without extension headers. */
static uint16_t pseudo_sum(struct bytes packet)
{
	uint8_t buf[40];
	struct writer w = writer_new(buf, sizeof(buf));

	write_bytes(&w, (struct bytes){ packet.p + 8, 32 });
	write_u32(&w, (uint32_t)(packet.n - IP6_HEADER));
	write_u32(&w, packet.p[6]);
	return (uint16_t)~in4_checksum(writer_bytes(&w));
}

/* What is missing is seen by the sum of the pseudo-header that stands in its place. If the checksum
 * was right although it looks like that, the same value results. */
static struct bytes complete_checksum(struct bytes packet, struct completed *completed)
{
	struct in6_addr src, dst;
	struct bytes payload;
	uint16_t sum;
	size_t at;

	if (packet.n < IP6_HEADER || packet.n > sizeof(completed->b))
		return packet;
	at = checksum_at(packet.p[6], packet.n - IP6_HEADER);
	if (!at ||
	    (packet.p[IP6_HEADER + at] << 8 | packet.p[IP6_HEADER + at + 1]) != pseudo_sum(packet))
		return packet;

	memcpy(completed->b, packet.p, packet.n);
	memcpy(&src, packet.p + 8, sizeof(src));
	memcpy(&dst, packet.p + 24, sizeof(dst));
	payload = (struct bytes){ completed->b + IP6_HEADER, packet.n - IP6_HEADER };
	memset(completed->b + IP6_HEADER + at, 0, 2);
	sum = in6_checksum(&src, &dst, packet.p[6], payload);
	if (!sum && packet.p[6] == IPPROTO_UDP)
		sum = 0xffff; /* RFC 8200 8.1: zero would say that there is none */
	completed->b[IP6_HEADER + at] = (uint8_t)(sum >> 8);
	completed->b[IP6_HEADER + at + 1] = (uint8_t)sum;
	return (struct bytes){ completed->b, packet.n };
}

static bool is_ip6(enum packet_from from)
{
	return from == PACKET_ACCESS || from == PACKET_TUNNEL || from == PACKET_HOME;
}

int punt_decode(struct bytes record, struct completed *completed, struct packet *ret)
{
	struct packet p;
	struct punt h;

	if (record.n < sizeof(h))
		return -EBADMSG;
	memcpy(&h, record.p, sizeof(h));
	if (record.n - sizeof(h) < h.length)
		return -EBADMSG;
	p = (struct packet){
		.from = (enum packet_from)h.from,
		.why = (enum packet_why)h.why,
		.ifindex = h.ifindex,
		.local.s_addr = h.tunnel.local,
		.remote.s_addr = h.tunnel.remote,
		.key = h.tunnel.key,
		.payload = BYTES(record.p + sizeof(h), h.length),
	};
	memcpy(p.source.b, h.source, sizeof(p.source.b));
	if (is_ip6(p.from))
		p.payload = complete_checksum(p.payload, completed);
	*ret = p;
	return 0;
}
