/* SPDX-License-Identifier: Apache-2.0 */
#include "io/segmenter.h"
#include "io/netlink.h"
#include "io/sysctl.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int make_bridge(struct netlink *n, const char *name)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h =
		netlink_request(n, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*i), &i);

	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "bridge");
	mnl_attr_nest_end(h, info);
	return netlink_ask(n, h, NULL, NULL);
}

static int delete_bridge(struct netlink *n, const char *name)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(n, RTM_DELLINK, 0, sizeof(*i), &i);

	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	return netlink_ask(n, h, NULL, NULL);
}

static int join_bridge(struct netlink *n, const struct segmenter *s)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(n, RTM_NEWLINK, 0, sizeof(*i), &i);

	i->ifi_index = (int)s->port.ends[0].index;
	mnl_attr_put_u32(h, IFLA_MASTER, s->bridge.index);
	return netlink_ask(n, h, NULL, NULL);
}

static int set_up(struct netlink *n, const struct segmenter *s)
{
	struct ifinfomsg *i;
	struct nlmsghdr *h = netlink_request(n, RTM_NEWLINK, 0, sizeof(*i), &i);

	i->ifi_index = (int)s->bridge.index;
	i->ifi_flags = i->ifi_change = IFF_UP;
	return netlink_ask(n, h, NULL, NULL);
}

/* What makes a bridge a segmenter: TCP segmentation is not left to its ports. */
static int refuse_super_packets(const char *name)
{
	struct ethtool_value off = { .cmd = ETHTOOL_STSO, .data = 0 };
	struct ifreq r = { .ifr_data = (void *)&off };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = s < 0 ? -errno : 0;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (!err && ioctl(s, SIOCETHTOOL, &r) < 0)
		err = -errno;
	if (s >= 0)
		close(s);
	return err;
}

static int build(struct netlink *n, struct segmenter *s)
{
	int err = make_bridge(n, s->name);

	if (err == -EEXIST)
		err = 0; /* a predecessor's */
	sysctl_write("ipv6", s->name, "disable_ipv6", "1");
	if (!err)
		err = interface_find(s->name, &s->bridge);
	if (!err)
		err = veth_new(s->name, &s->port);
	if (!err)
		err = join_bridge(n, s);
	if (!err)
		err = refuse_super_packets(s->name);
	return err ? err : set_up(n, s);
}

int segmenter_new(const char *name, struct segmenter *ret)
{
	struct segmenter s = { 0 };
	struct netlink n;
	int err = netlink_init(&n);

	snprintf(s.name, sizeof(s.name), "%s", name);
	if (!err)
		err = build(&n, &s);
	netlink_done(&n);
	if (err)
		segmenter_done(&s);
	else
		*ret = s;
	return err;
}

void segmenter_done(struct segmenter *s)
{
	struct netlink n;

	veth_done(&s->port);
	if (!s->bridge.index)
		return;
	if (!netlink_init(&n))
		delete_bridge(&n, s->name);
	netlink_done(&n);
	s->bridge.index = 0;
}
