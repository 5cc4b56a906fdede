/* SPDX-License-Identifier: Apache-2.0 */
#include "io/link.h"
#include "io/netlink.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <stdlib.h>

static bool is_up(const struct ifinfomsg *i)
{
	return i->ifi_flags & IFF_UP && i->ifi_flags & IFF_LOWER_UP;
}

static int read_interface(const struct nlmsghdr *h, void *ctx)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	struct interface *ret = ctx;
	struct nlattr *a;

	ret->index = (uint32_t)i->ifi_index;
	ret->up = is_up(i);
	ret->ethernet = i->ifi_type == ARPHRD_ETHER;
	mnl_attr_for_each(a, h, sizeof(*i))
	{
		if (mnl_attr_get_type(a) == IFLA_MTU)
			ret->mtu = mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == IFLA_ADDRESS &&
		    mnl_attr_get_payload_len(a) == sizeof(ret->mac))
			memcpy(&ret->mac, mnl_attr_get_payload(a), sizeof(ret->mac));
	}
	return MNL_CB_OK;
}

int interface_find(const char *name, struct interface *ret)
{
	struct interface found = { 0 };
	struct ifinfomsg *i;
	struct netlink n;
	int err = netlink_init(&n);

	if (!err) {
		struct nlmsghdr *h = netlink_request(&n, RTM_GETLINK, 0, sizeof(*i), &i);

		mnl_attr_put_strz(h, IFLA_IFNAME, name);
		err = netlink_ask(&n, h, read_interface, &found);
	}
	netlink_done(&n);
	if (!err)
		*ret = found;
	return err;
}

#define DUMPS_MAX 8

/* Everything of a type and family. What changes meanwhile has the kernel begin again
 * (NLM_F_DUMP_INTR): `each` may be told something twice. */
static int ask_all(uint16_t type, uint8_t family, mnl_cb_t each, void *ctx)
{
	struct rtgenmsg *g;
	struct netlink n;
	int err = netlink_init(&n);

	for (int k = 0; !err && k < DUMPS_MAX; k++) {
		struct nlmsghdr *h = netlink_request(&n, type, NLM_F_DUMP, sizeof(*g), &g);

		g->rtgen_family = family;
		err = netlink_ask(&n, h, each, ctx);
		if (err != -EINTR)
			break;
		err = k + 1 < DUMPS_MAX ? 0 : err;
	}
	netlink_done(&n);
	return err;
}

struct wanted {
	uint32_t ifindex;
	struct in6_addr *link_local, *global;
	size_t max, n;
};

static bool is_known(const struct wanted *w, const struct in6_addr *a)
{
	for (size_t i = 0; i < w->n; i++)
		if (in6_equal(&w->global[i], a))
			return true;
	return false;
}

static int read_address(const struct nlmsghdr *h, void *ctx)
{
	const struct ifaddrmsg *i = mnl_nlmsg_get_payload(h);
	struct wanted *w = ctx;
	struct nlattr *a;

	if (i->ifa_index != w->ifindex)
		return MNL_CB_OK;
	mnl_attr_for_each(a, h, sizeof(*i))
	{
		struct in6_addr address;

		if (mnl_attr_get_type(a) != IFA_ADDRESS ||
		    mnl_attr_get_payload_len(a) != sizeof(address))
			continue;
		memcpy(&address, mnl_attr_get_payload(a), sizeof(address));
		if (in6_is_link_local(&address))
			*w->link_local = address;
		else if (w->n < w->max && !is_known(w, &address))
			w->global[w->n++] = address;
	}
	return MNL_CB_OK;
}

int interface_addresses(uint32_t ifindex, struct in6_addr *ret_link_local,
			struct in6_addr *ret_global, size_t max, size_t *ret_n)
{
	struct wanted w = { ifindex, ret_link_local, ret_global, max, 0 };
	int err;

	*ret_link_local = in6addr_any;
	err = ask_all(RTM_GETADDR, AF_INET6, read_address, &w);
	*ret_n = w.n;
	return err;
}

struct range {
	uint32_t first, count;
	struct in_addr *ret;
	bool found;
};

static int read_address4(const struct nlmsghdr *h, void *ctx)
{
	struct range *r = ctx;
	struct in_addr address;
	struct nlattr *a;

	/* IFA_LOCAL is ours; IFA_ADDRESS is the peer's on a point-to-point link. */
	mnl_attr_for_each(a, h, sizeof(struct ifaddrmsg))
	{
		if (mnl_attr_get_type(a) != IFA_LOCAL ||
		    mnl_attr_get_payload_len(a) != sizeof(address))
			continue;
		memcpy(&address, mnl_attr_get_payload(a), sizeof(address));
		if (ntohl(address.s_addr) - r->first >= r->count)
			continue;
		*r->ret = address;
		r->found = true;
	}
	return MNL_CB_OK;
}

int address_in_range(struct in_addr first, uint32_t count, struct in_addr *ret)
{
	struct range r = { ntohl(first.s_addr), count, ret, false };
	int err = ask_all(RTM_GETADDR, AF_INET, read_address4, &r);

	return err ? err : r.found;
}

static int read_route_type(const struct nlmsghdr *h, void *ctx)
{
	const struct rtmsg *r = mnl_nlmsg_get_payload(h);

	*(int *)ctx = r->rtm_type == RTN_LOCAL;
	return MNL_CB_OK;
}

int address_is_local(struct in_addr a)
{
	struct netlink n;
	struct rtmsg *r;
	int local = 0, err = netlink_init(&n);

	if (!err) {
		struct nlmsghdr *h = netlink_request(&n, RTM_GETROUTE, 0, sizeof(*r), &r);

		r->rtm_family = AF_INET;
		r->rtm_dst_len = 32;
		mnl_attr_put_u32(h, RTA_DST, a.s_addr);
		err = netlink_ask(&n, h, read_route_type, &local);
	}
	netlink_done(&n);
	if (err == -ENETUNREACH || err == -EHOSTUNREACH)
		return 0;
	return err ? err : local;
}

struct watched {
	uint32_t ifindex;
	bool up, seen;
};

struct links {
	struct mnl_socket *events;
	struct watched v[LINKS_MAX];
	size_t n;
	links_each each;
	void *ctx;
};

int links_new(struct links **ret)
{
	struct links *l = calloc(1, sizeof(*l));
	int err = 0;

	if (!l)
		return -ENOMEM;
	l->events = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!l->events || mnl_socket_bind(l->events, RTMGRP_LINK, MNL_SOCKET_AUTOPID) < 0)
		err = -errno;
	if (err) {
		links_free(l);
		return err;
	}
	*ret = l;
	return 0;
}

void links_free(struct links *l)
{
	if (!l)
		return;
	if (l->events)
		mnl_socket_close(l->events);
	free(l);
}

int links_watch(struct links *l, uint32_t ifindex, bool up)
{
	if (l->n == LINKS_MAX)
		return -ENOSPC;
	l->v[l->n++] = (struct watched){ ifindex, up, false };
	return 0;
}

int links_fd(const struct links *l)
{
	return mnl_socket_get_fd(l->events);
}

static void tell(struct links *l, struct watched *w, bool up)
{
	if (w->up == up)
		return;
	w->up = up;
	l->each(l->ctx, &(struct link){ w->ifindex, up ? LINK_UP : LINK_DOWN }, false);
}

/* Its number is never used again: if it comes back it is another one. */
static void tell_gone(struct links *l, struct watched *w)
{
	tell(l, w, false);
	l->each(l->ctx, &(struct link){ w->ifindex, LINK_DOWN }, true);
	*w = l->v[--l->n];
}

static int read_event(const struct nlmsghdr *h, void *ctx)
{
	const struct ifinfomsg *i = mnl_nlmsg_get_payload(h);
	struct links *l = ctx;

	if (h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK)
		return MNL_CB_OK;
	/* Bridges tell of their ports in a family of their own; a port that leaves its bridge is no
	 * interface that leaves. */
	if (i->ifi_family != AF_UNSPEC)
		return MNL_CB_OK;
	for (struct watched *w = l->v; w < l->v + l->n; w++) {
		if (w->ifindex != (uint32_t)i->ifi_index)
			continue;
		w->seen = true;
		if (h->nlmsg_type == RTM_NEWLINK)
			tell(l, w, is_up(i));
		else
			tell_gone(l, w);
		break;
	}
	return MNL_CB_OK;
}

/* Events were lost: ask for the present state of everything instead. */
static int catch_up(struct links *l)
{
	int err;

	for (size_t i = 0; i < l->n; i++)
		l->v[i].seen = false;
	err = ask_all(RTM_GETLINK, AF_UNSPEC, read_event, l);
	for (size_t i = l->n; i-- > 0 && !err;)
		if (!l->v[i].seen)
			tell_gone(l, &l->v[i]);
	return err;
}

int links_receive(struct links *l, links_each each, void *ctx)
{
	_Alignas(struct nlmsghdr) char
		buf[16384]; /* events come one by one, a few hundred octets each */

	bool lost = false;

	l->each = each;
	l->ctx = ctx;
	for (;;) {
		ssize_t n = mnl_socket_recvfrom(l->events, buf, sizeof(buf));

		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno == ENOBUFS)
			lost = true; /* and until it is read empty, all that follow are, too */
		else if (n < 0 && errno != EINTR)
			return -errno;
		else if (n >= 0 && mnl_cb_run(buf, (size_t)n, 0, 0, read_event, l) == MNL_CB_ERROR)
			return -errno;
	}
	return lost ? catch_up(l) : 0;
}
