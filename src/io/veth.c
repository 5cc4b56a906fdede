/* SPDX-License-Identifier: Apache-2.0 */
#include "io/veth.h"
#include "io/netlink.h"
#include "io/sysctl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <stdio.h>

#define MTU_MAX 65535 /* the largest that veth takes: packets come whole */

static int make_pair(struct netlink *n, const struct veth *v)
{
	struct ifinfomsg *i, *peer;
	struct nlmsghdr *h =
		netlink_request(n, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*i), &i);

	mnl_attr_put_strz(h, IFLA_IFNAME, v->names[0]);
	mnl_attr_put_u32(h, IFLA_MTU, MTU_MAX);
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	struct nlattr *data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	struct nlattr *other = mnl_attr_nest_start(h, VETH_INFO_PEER);
	peer = mnl_nlmsg_put_extra_header(h, sizeof(*peer));
	(void)peer;
	mnl_attr_put_strz(h, IFLA_IFNAME, v->names[1]);
	mnl_attr_put_u32(h, IFLA_MTU, MTU_MAX);
	mnl_attr_nest_end(h, other);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	return netlink_ask(n, h, NULL, NULL);
}

static int delete_pair(struct netlink *n, const struct veth *v)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(n, RTM_DELLINK, 0, sizeof(*i), &i);

	mnl_attr_put_strz(h, IFLA_IFNAME, v->names[0]);
	return netlink_ask(n, h, NULL, NULL);
}

static int set_up(struct netlink *n, const struct veth *v, int end)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(n, RTM_NEWLINK, 0, sizeof(*i), &i);

	i->ifi_index = (int)v->ends[end].index;
	i->ifi_flags = i->ifi_change = IFF_UP;
	return netlink_ask(n, h, NULL, NULL);
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
static bool is_pair(struct netlink *n, const struct veth *v)
{
	struct interface ends[2];
	struct ifinfomsg *i;
	uint32_t peer = 0;

	if (interface_find(v->names[0], &ends[0]) || interface_find(v->names[1], &ends[1]))
		return false;
	struct nlmsghdr *h = netlink_request(n, RTM_GETLINK, 0, sizeof(*i), &i);
	i->ifi_index = (int)ends[0].index;
	return !netlink_ask(n, h, read_peer, &peer) && peer == ends[1].index &&
	       ends[0].mtu == MTU_MAX && ends[1].mtu == MTU_MAX;
}

static int build(struct netlink *n, struct veth *v)
{
	int err = make_pair(n, v);

	if (err == -EEXIST && is_pair(n, v)) {
		err = 0;
	} else if (err == -EEXIST) {
		delete_pair(n, v);
		err = make_pair(n, v);
	}
	for (int end = 0; end < 2 && !err; end++) {
		/* No addresses and no solicitations of the kernel's own; without IPv6 it is silent
		 * anyway. */
		sysctl_write("ipv6", v->names[end], "disable_ipv6", "1");
		err = interface_find(v->names[end], &v->ends[end]);
		if (!err)
			err = set_up(n, v, end);
	}
	return err;
}

int veth_new(const char *name, struct veth *ret)
{
	struct veth v;
	struct netlink n;
	int err = netlink_init(&n);

	for (int end = 0; end < 2; end++)
		snprintf(v.names[end], sizeof(v.names[end]), "%.13s%d", name, end);
	if (!err)
		err = build(&n, &v);
	if (!err)
		*ret = v;
	else
		delete_pair(&n, &v);
	netlink_done(&n);
	return err;
}

void veth_done(struct veth *v)
{
	struct netlink n;

	if (!v->ends[0].index)
		return;
	if (!netlink_init(&n))
		delete_pair(&n, v);
	netlink_done(&n);
	v->ends[0].index = 0;
}
