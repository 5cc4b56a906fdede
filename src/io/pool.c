/* SPDX-License-Identifier: Apache-2.0 */
#include "io/pool.h"
#include "io/netlink.h"

#include <errno.h>
#include <net/if.h>

#define LENGTH_MAX 32

static int change_route(struct netlink *n, bool add, uint32_t first, uint8_t length)
{
	struct rtmsg *r;
	struct nlmsghdr *h =
		netlink_request(n, add ? RTM_NEWROUTE : RTM_DELROUTE,
				add ? NLM_F_CREATE | NLM_F_REPLACE : 0, sizeof(*r), &r);

	r->rtm_family = AF_INET;
	r->rtm_dst_len = length;
	r->rtm_table = RT_TABLE_LOCAL;
	r->rtm_protocol = RTPROT_STATIC;
	r->rtm_scope = RT_SCOPE_HOST;
	r->rtm_type = RTN_LOCAL;
	mnl_attr_put_u32(h, RTA_DST, htonl(first));
	mnl_attr_put_u32(h, RTA_OIF, if_nametoindex("lo"));
	return netlink_ask(n, h, NULL, NULL);
}

/* The longest prefix that begins at `first` and stays inside the range. */
static uint8_t prefix_at(uint32_t first, uint64_t count)
{
	uint8_t length = LENGTH_MAX;

	while (length > 0) {
		uint64_t larger = UINT64_C(1) << (LENGTH_MAX - length + 1);

		if (first & (larger - 1) || larger > count)
			break;
		length--;
	}
	return length;
}

static int change_range(bool add, uint32_t first, uint64_t count)
{
	struct netlink n;
	int err = netlink_init(&n);

	while (!err && count) {
		uint8_t length = prefix_at(first, count);
		uint64_t size = UINT64_C(1) << (LENGTH_MAX - length);

		err = change_route(&n, add, first, length);
		if (err == -ESRCH)
			err = 0;
		first += (uint32_t)size;
		count -= size;
	}
	netlink_done(&n);
	return err;
}

int pool_add(struct in_addr first, uint32_t count)
{
	int err = change_range(true, ntohl(first.s_addr), count);

	if (err)
		pool_remove(first, count);
	return err;
}

void pool_remove(struct in_addr first, uint32_t count)
{
	change_range(false, ntohl(first.s_addr), count);
}
