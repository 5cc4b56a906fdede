/* SPDX-License-Identifier: Apache-2.0 */
#include "core/path_mtu.h"

#include <errno.h>

#define PATH_MTU_AGE                (600 * NSEC_PER_SEC) /* RFC 1191 6.3: ten minutes */
#define PATH_MTU_FLOOR              68                   /* RFC 791: every link carries this much */
#define PATH_MTU_CHANGES_PER_SECOND 16
#define IPV4_DF                     0x4000
#define IPV4_OFFSET                 0x1fff
#define IPPROTO_IP6IN4              41

struct path_mtu {
	struct hash_node node;
	struct in_addr remote;
	uint16_t mtu;
	nsec_t expires;
	struct path_mtu *older, *newer;
};

int path_mtu_new(struct path_mtu_table *t, const struct memory *m, uint32_t max,
		 const uint64_t seed[2])
{
	*t = (struct path_mtu_table){ 0 };
	if (slab_new(&t->slab, m, sizeof(struct path_mtu), max))
		return -ENOMEM;
	return hash_new(&t->by_remote, m, max, seed);
}

struct ip4 {
	struct in_addr src, dst;
	uint16_t length, fragment;
	uint8_t protocol;
	struct bytes payload;
};

/* The start of an IPv4 packet; the payload may be cut short. 0 or -EBADMSG. */
static int ip4_decode(struct bytes in, struct ip4 *ret)
{
	struct reader r = reader_new(in);
	const uint8_t version = read_u8(&r);
	struct ip4 p;

	read_u8(&r);
	p.length = read_u16(&r);
	read_u16(&r);
	p.fragment = read_u16(&r);
	read_u8(&r);
	p.protocol = read_u8(&r);
	read_u16(&r);
	p.src = read_in4(&r);
	p.dst = read_in4(&r);
	if (version >> 4 != 4 || (version & 15) < 5)
		return -EBADMSG;
	read_bytes(&r, ((version & 15) - 5) * 4u);
	if (r.failed || p.length < in.n - reader_left(&r))
		return -EBADMSG;
	p.payload = read_bytes(&r, reader_left(&r));
	*ret = p;
	return 0;
}

/* RFC 792 as RFC 1191 4 extends it: the next hop's MTU and the packet that was too large. */
static int fragmentation_needed(struct bytes in, struct ip4 *ret_quoted, uint16_t *ret_mtu)
{
	struct ip4 p;
	struct reader r;
	uint16_t mtu;

	if (ip4_decode(in, &p) || p.protocol != IPPROTO_ICMP || p.fragment & IPV4_OFFSET)
		return -EBADMSG;
	r = reader_new(p.payload);
	if (read_u16(&r) != 0x0304 || in4_checksum(p.payload) != 0)
		return -EBADMSG;
	read_u32(&r);
	mtu = read_u16(&r);
	if (r.failed || ip4_decode(read_bytes(&r, reader_left(&r)), ret_quoted))
		return -EBADMSG;
	*ret_mtu = mtu < PATH_MTU_FLOOR ? PATH_MTU_FLOOR : mtu;
	return 0;
}

static struct path_mtu *find(const struct path_mtu_table *t, struct in_addr remote)
{
	const uint64_t key = hash_key(&t->by_remote, &remote, sizeof(remote));

	for (struct hash_node *n = hash_first(&t->by_remote, key); n; n = hash_next(n, key)) {
		struct path_mtu *p = container_of(n, struct path_mtu, node);

		if (in4_equal(p->remote, remote))
			return p;
	}
	return NULL;
}

static void unlink_queue(struct path_mtu_table *t, struct path_mtu *p)
{
	*(p->older ? &p->older->newer : &t->oldest) = p->newer;
	*(p->newer ? &p->newer->older : &t->newest) = p->older;
}

/* Beliefs last equally long, so the newest expires last. */
static void append_queue(struct path_mtu_table *t, struct path_mtu *p, struct now now)
{
	p->expires = now.mono + PATH_MTU_AGE;
	p->newer = NULL;
	p->older = t->newest;
	*(t->newest ? &t->newest->newer : &t->oldest) = p;
	t->newest = p;
}

static void say(struct actions *out, struct in_addr remote, uint16_t mtu)
{
	struct action *a = action_add(out, ACTION_PATH_MTU, 0);

	a->path_mtu.remote = remote;
	a->path_mtu.mtu = mtu;
}

static void believe(struct path_mtu_table *t, struct path_mtu *p, struct in_addr remote,
		    uint16_t mtu, struct now now, struct actions *out, uint64_t *drops)
{
	if (!bucket_take(&t->changes, now.mono, NSEC_PER_SEC / PATH_MTU_CHANGES_PER_SECOND,
			 PATH_MTU_CHANGES_PER_SECOND) ||
	    (!p && !(p = slab_take(&t->slab)))) {
		drops[DROP_RATE_LIMITED]++;
		return;
	}
	if (p->mtu) {
		unlink_queue(t, p);
	} else {
		p->remote = remote;
		hash_insert(&t->by_remote, &p->node,
			    hash_key(&t->by_remote, &remote, sizeof(remote)));
	}
	p->mtu = mtu;
	append_queue(t, p, now);
	say(out, remote, mtu);
}

struct in_addr path_mtu_receiver(const struct packet *in)
{
	struct ip4 p;

	return ip4_decode(in->payload, &p) ? (struct in_addr){ 0 } : p.dst;
}

void path_mtu_receive(struct path_mtu_table *t, const struct packet *in,
		      bool (*is_tunnel)(void *ctx, struct in_addr local, struct in_addr remote),
		      void *ctx, struct now now, struct actions *out, uint64_t *drops)
{
	struct ip4 quoted;
	struct path_mtu *p;
	uint16_t mtu;

	/* The quoted packet is one that we sent through a tunnel that lives, with DF set, and that
	 * was in fact too large (RFC 1191 8; D21). */
	if (fragmentation_needed(in->payload, &quoted, &mtu) || quoted.protocol != IPPROTO_IP6IN4 ||
	    !(quoted.fragment & IPV4_DF) || quoted.fragment & IPV4_OFFSET || quoted.length <= mtu ||
	    !is_tunnel(ctx, quoted.src, quoted.dst)) {
		drops[DROP_MTU_REPORT_BAD]++;
		return;
	}
	p = find(t, quoted.dst);
	if (!p || mtu < p->mtu) {
		believe(t, p, quoted.dst, mtu, now, out, drops);
	} else if (mtu == p->mtu) {
		unlink_queue(t, p);
		append_queue(t, p, now);
		say(out, p->remote, mtu); /* or the data plane would have known */
	} else {
		drops[DROP_MTU_REPORT_BAD]++; /* never upwards (RFC 1191 4) */
	}
}

nsec_t path_mtu_next(const struct path_mtu_table *t)
{
	return t->oldest ? t->oldest->expires : NSEC_NEVER;
}

void path_mtu_timeout(struct path_mtu_table *t, struct now now, struct actions *out)
{
	for (int i = 0; i < PATH_MTU_STEP_MAX && path_mtu_next(t) <= now.mono; i++) {
		struct path_mtu *p = t->oldest;

		say(out, p->remote, 0);
		unlink_queue(t, p);
		hash_remove(&t->by_remote, &p->node);
		slab_give(&t->slab, p);
	}
}
