/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the kernel by rtnetlink, and its answer; shared by the files of this folder. */
#pragma once

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdint.h>

struct netlink {
	struct mnl_socket *socket;
	uint32_t sequence;
	_Alignas(struct nlmsghdr) char request[1024]; /* ours are a few attributes long */
};

/* 0 or a negative errno; netlink_done takes a zeroed or failed one too. */
int netlink_init(struct netlink *n);
void netlink_done(struct netlink *n);
/* A request of this type with `size` zeroed octets of header in *ret_header. */
struct nlmsghdr *netlink_request(struct netlink *n, uint16_t type, uint16_t flags, size_t size,
				 void *ret_header);
/* Sends it and feeds the answers to `each` (NULL if there are none) up to the acknowledgment or the
 * end of the dump. 0 or a negative errno, the kernel's or that of `each`. */
int netlink_ask(struct netlink *n, struct nlmsghdr *request, mnl_cb_t each, void *ctx);
