/* SPDX-License-Identifier: Apache-2.0 */
#include "io/reentry.h"
#include "io/frame.h"
#include "io/link.h"
#include "io/netlink.h"
#include "io/sysctl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <stdlib.h>

#define MTU_MAX     65535 /* the largest that veth takes: packets come whole */
#define IPV4_HEADER 20
#define IPV4_TTL    64

struct reentry {
	struct netlink netlink;
	struct frames *frames;
	char names[2][IF_NAMESIZE];
	struct interface ends[2];
	uint8_t frame[ETH_HLEN + 65535];
};

static int make_pair(struct reentry *r)
{
	struct ifinfomsg *i, *peer;
	struct nlmsghdr *h = netlink_request(&r->netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
					     sizeof(*i), &i);

	mnl_attr_put_strz(h, IFLA_IFNAME, r->names[0]);
	mnl_attr_put_u32(h, IFLA_MTU, MTU_MAX);
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	struct nlattr *other = mnl_attr_nest_start(h, VETH_INFO_PEER);
	peer = mnl_nlmsg_put_extra_header(h, sizeof(*peer));
	(void)peer;
	mnl_attr_put_strz(h, IFLA_IFNAME, r->names[1]);
	mnl_attr_put_u32(h, IFLA_MTU, MTU_MAX);
	mnl_attr_nest_end(h, other);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	return netlink_ask(&r->netlink, h, NULL, NULL);
}

static int delete_pair(struct reentry *r)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(&r->netlink, RTM_DELLINK, 0, sizeof(*i), &i);

	mnl_attr_put_strz(h, IFLA_IFNAME, r->names[0]);
	return netlink_ask(&r->netlink, h, NULL, NULL);
}

static int set_up(struct reentry *r, int end)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(&r->netlink, RTM_NEWLINK, 0, sizeof(*i), &i);

	i->ifi_index = (int)r->ends[end].index;
	i->ifi_flags = i->ifi_change = IFF_UP;
	return netlink_ask(&r->netlink, h, NULL, NULL);
}

static int read_peer(const struct nlmsghdr *h, void *ctx)
{
	struct nlattr *a;

	mnl_attr_for_each(a, h, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(a) == IFLA_LINK)
			*(uint32_t *)ctx = mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == IFLA_LINK_NETNSID)
			*(uint32_t *)ctx = 0; /* it is somewhere else */
	}
	return MNL_CB_OK;
}

/* Whether the two names are a pair such as we make, of a predecessor: programs are attached to it
 * and what it holds need not be lost. */
static bool is_pair(struct reentry *r)
{
	struct interface ends[2];
	struct ifinfomsg *i;
	uint32_t peer = 0;

	if (interface_find(r->names[0], &ends[0]) || interface_find(r->names[1], &ends[1]))
		return false;
	struct nlmsghdr *h = netlink_request(&r->netlink, RTM_GETLINK, 0, sizeof(*i), &i);
	i->ifi_index = (int)ends[0].index;
	return !netlink_ask(&r->netlink, h, read_peer, &peer) && peer == ends[1].index &&
	       ends[0].mtu == MTU_MAX && ends[1].mtu == MTU_MAX;
}

static int build(struct reentry *r)
{
	int err = make_pair(r);

	if (err == -EEXIST && is_pair(r)) {
		err = 0;
	} else if (err == -EEXIST) {
		delete_pair(r);
		err = make_pair(r);
	}
	for (int end = 0; end < 2 && !err; end++) {
		/* No addresses and no solicitations of the kernel's own; without IPv6 it is silent
		 * anyway. */
		sysctl_write("ipv6", r->names[end], "disable_ipv6", "1");
		err = interface_find(r->names[end], &r->ends[end]);
		if (!err)
			err = set_up(r, end);
	}
	return err;
}

int reentry_new(const char *name, struct reentry **ret)
{
	struct reentry *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	for (int end = 0; end < 2; end++)
		snprintf(r->names[end], sizeof(r->names[end]), "%.13s%d", name, end);
	err = netlink_init(&r->netlink);
	if (!err)
		err = frames_new(&r->frames);
	if (!err)
		err = frames_send_directly(r->frames);
	if (!err)
		err = build(r);
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
	if (r->ends[0].index)
		delete_pair(r);
	frames_free(r->frames);
	netlink_done(&r->netlink);
	free(r);
}

uint32_t reentry_ifindex(const struct reentry *r)
{
	return r->ends[1].index;
}

const char *reentry_name(const struct reentry *r, int end)
{
	return r->names[end];
}

static struct writer begin(struct reentry *r)
{
	struct writer w = writer_new(r->frame, sizeof(r->frame));

	write_bytes(&w, BYTES(r->ends[1].mac.b, ETH_ALEN));
	write_bytes(&w, BYTES(r->ends[0].mac.b, ETH_ALEN));
	write_u16(&w, ETHERTYPE_IP);
	return w;
}

static int finish(struct reentry *r, const struct writer *w)
{
	if (w->failed)
		return -EMSGSIZE;
	return frames_send(r->frames, r->ends[0].index, writer_bytes(w));
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
