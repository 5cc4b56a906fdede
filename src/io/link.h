/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces: what they are and have (asked once), and when they go up or down (told as events). */
#pragma once

#include "base/packet.h"

struct interface {
	uint32_t index;
	struct mac_addr mac;
	uint32_t mtu;
	bool up;       /* has carrier and is not shut down: IFF_LOWER_UP */
	bool ethernet; /* has 6-octet link-layer addresses */
};

/* 0; -ENODEV: there is none of that name; another negative errno. */
int interface_find(const char *name, struct interface *ret);
/* The kernel's IPv6 addresses on an interface: its link-local one (:: if none) and up to `max`
 * global ones. 0 or a negative errno. */
int interface_addresses(uint32_t ifindex, struct in6_addr *ret_link_local,
			struct in6_addr *ret_global, size_t max, size_t *ret_n);
/* Whether one of the IPv4 addresses of this machine's interfaces is in a range (1, *ret is it; 0),
 * or a negative errno. */
int address_in_range(struct in_addr first, uint32_t count, struct in_addr *ret);
/* Whether an IPv4 address is one of this machine's; or a negative errno. */
int address_is_local(struct in_addr a);

struct links;

#define LINKS_MAX 192 /* interfaces watched at once: all ports and some */

/* 0 or a negative errno. */
int links_new(struct links **ret);
void links_free(struct links *l);
/* Reports changes of this interface from now on, each interface once. 0 or -ENOSPC. */
int links_watch(struct links *l, uint32_t ifindex, bool up);
int links_fd(const struct links *l);
/* A watched interface went up or down; or, having gone down, is `gone` altogether, which is the
 * last that is heard of it. */
typedef void (*links_each)(void *ctx, const struct link *k, bool gone);
/* 0 or a negative errno. */
int links_receive(struct links *l, links_each each, void *ctx);
