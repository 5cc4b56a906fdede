/* SPDX-License-Identifier: Apache-2.0 */
/* The ring in which the programs hand packets up. */
#include "dataplane/private.h"
#include "netmip4.skel.h"

#include <errno.h>

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

/* A sender on the same machine leaves the checksum to a device that the packet never reached: only
 * the sum of the pseudo-header stands there. The daemon may send the packet on, so it is completed.
 * If it was right although it looks like that, the same value results. */
static struct bytes complete_checksum(struct dataplane *d, struct bytes packet)
{
	struct in6_addr src, dst;
	struct bytes payload;
	uint16_t sum;
	size_t at;

	if (packet.n < IP6_HEADER || packet.n > sizeof(d->completed))
		return packet;
	at = checksum_at(packet.p[6], packet.n - IP6_HEADER);
	if (!at ||
	    (packet.p[IP6_HEADER + at] << 8 | packet.p[IP6_HEADER + at + 1]) != pseudo_sum(packet))
		return packet;

	memcpy(d->completed, packet.p, packet.n);
	memcpy(&src, packet.p + 8, sizeof(src));
	memcpy(&dst, packet.p + 24, sizeof(dst));
	payload = (struct bytes){ d->completed + IP6_HEADER, packet.n - IP6_HEADER };
	memset(d->completed + IP6_HEADER + at, 0, 2);
	sum = in6_checksum(&src, &dst, packet.p[6], payload);
	if (!sum && packet.p[6] == IPPROTO_UDP)
		sum = 0xffff; /* RFC 8200 8.1: zero would say that there is none */
	d->completed[IP6_HEADER + at] = (uint8_t)(sum >> 8);
	d->completed[IP6_HEADER + at + 1] = (uint8_t)sum;
	return (struct bytes){ d->completed, packet.n };
}

static int one(void *ctx, void *data, size_t n)
{
	struct dataplane *d = ctx;
	const struct punt *h = data;
	struct packet p;

	if (n < sizeof(*h) || n - sizeof(*h) < h->length)
		return -EBADMSG; /* not by our programs */
	p = (struct packet){
		.from = (enum packet_from)h->from,
		.why = (enum packet_why)h->why,
		.ifindex = h->ifindex,
		.local.s_addr = h->tunnel.local,
		.remote.s_addr = h->tunnel.remote,
		.key = h->tunnel.key,
		.payload = BYTES(h + 1, h->length),
	};
	memcpy(p.source.b, h->source, sizeof(p.source.b));
	if (p.from != PACKET_ERROR4)
		p.payload = complete_checksum(d, p.payload);
	d->each(d->each_ctx, &p);
	return ++d->n_read == d->read_max ? -ECANCELED : 0;
}

int punt_new(struct dataplane *d)
{
	d->ring = ring_buffer__new(bpf_map__fd(d->bpf->maps.nm4_punts), one, d, NULL);
	return d->ring ? 0 : -errno;
}

int dataplane_punt_fd(struct dataplane *d)
{
	return ring_buffer__epoll_fd(d->ring);
}

/* libbpf reads until the ring is empty or one() fails, which has then taken its record. */
int dataplane_punt_read(struct dataplane *d, int max,
			void (*each)(void *ctx, const struct packet *p), void *ctx)
{
	int err;

	d->each = each;
	d->each_ctx = ctx;
	d->n_read = 0;
	d->read_max = max;
	if (max <= 0)
		return 0;
	err = ring_buffer__consume(d->ring);
	return err < 0 && err != -ECANCELED ? err : d->n_read;
}
