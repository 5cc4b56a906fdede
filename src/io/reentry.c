/* SPDX-License-Identifier: Apache-2.0 */
#include "io/reentry.h"
#include "io/frame.h"
#include "io/veth.h"

#include <errno.h>
#include <net/ethernet.h>
#include <stdlib.h>

#define IPV4_HEADER 20
#define IPV4_TTL    64

struct reentry {
	struct frames *frames;
	struct veth pair;
	uint8_t frame[ETH_HLEN + 65535];
};

int reentry_new(const char *name, struct reentry **ret)
{
	struct reentry *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	err = frames_new(&r->frames);
	if (!err)
		err = frames_send_directly(r->frames);
	if (!err)
		err = veth_new(name, &r->pair);
	if (err) {
		reentry_free(r);
		return err;
	}
	*ret = r;
	return 0;
}

void reentry_free(struct reentry *r)
{
	if (!r)
		return;
	veth_done(&r->pair);
	frames_free(r->frames);
	free(r);
}

uint32_t reentry_ifindex(const struct reentry *r)
{
	return r->pair.ends[1].index;
}

const char *reentry_name(const struct reentry *r, int end)
{
	return r->pair.names[end];
}

static struct writer begin(struct reentry *r)
{
	struct writer w = writer_new(r->frame, sizeof(r->frame));

	write_bytes(&w, BYTES(r->pair.ends[1].mac.b, ETH_ALEN));
	write_bytes(&w, BYTES(r->pair.ends[0].mac.b, ETH_ALEN));
	write_u16(&w, ETHERTYPE_IP);
	return w;
}

static int finish(struct reentry *r, const struct writer *w)
{
	if (w->failed)
		return -EMSGSIZE;
	return frames_send(r->frames, r->pair.ends[0].index, writer_bytes(w));
}

int reentry_send(struct reentry *r, struct bytes packet)
{
	struct writer w = begin(r);

	write_bytes(&w, packet);
	return finish(r, &w);
}

int reentry_forward(struct reentry *r, struct in_addr local, struct in_addr remote,
		    struct bytes packet)
{
	struct writer w = begin(r);

	if (packet.n > UINT16_MAX - IPV4_HEADER)
		return -EMSGSIZE;
	write_u16(&w, 0x4500); /* version 4, header of 5 words, no traffic class */
	write_u16(&w, (uint16_t)(IPV4_HEADER + packet.n));
	write_u32(&w, 0); /* identification, no flags, first fragment */
	write_u8(&w, IPV4_TTL);
	write_u8(&w, IPPROTO_IPV6);
	write_u16(&w, 0); /* checksum: below */
	write_in4(&w, remote);
	write_in4(&w, local);
	write_u16_at(&w, ETH_HLEN + 10, in4_checksum(BYTES(r->frame + ETH_HLEN, IPV4_HEADER)));
	write_bytes(&w, packet);
	return finish(r, &w);
}
