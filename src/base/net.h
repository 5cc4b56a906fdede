/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and checksums that every layer shares. */
#pragma once

#include "base/bytes.h"
#include <string.h>

struct mac_addr {
	uint8_t b[6];
};

static inline bool mac_equal(struct mac_addr a, struct mac_addr b)
{
	return memcmp(a.b, b.b, 6) == 0;
}
static inline bool mac_is_zero(struct mac_addr a)
{
	return mac_equal(a, (struct mac_addr){ { 0 } });
}
static inline bool in6_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, 16) == 0;
}
static inline bool in4_equal(struct in_addr a, struct in_addr b)
{
	return a.s_addr == b.s_addr;
}
bool in6_in_prefix(const struct in6_addr *a, const struct in6_addr *prefix, uint8_t length);
bool in6_is_link_local(const struct in6_addr *a); /* fe80::/10 */
bool in6_is_multicast(const struct in6_addr *a);
bool in6_is_unspecified(const struct in6_addr *a);
extern const struct in6_addr in6_all_nodes;   /* ff02::1 */
extern const struct in6_addr in6_all_routers; /* ff02::2 */
/* ff02::1:ffXX:XXXX (RFC 4291 2.7.1) */
struct in6_addr in6_solicited_node(const struct in6_addr *a);
/* fe80:: with the modified EUI-64 identifier of a MAC (RFC 4291 appendix A) */
struct in6_addr in6_link_local_of(struct mac_addr mac);
/* The address of an interface identifier, and the other way round (RFC 4291 2.5.1). */
struct in6_addr in6_link_local_with(uint64_t identifier);
uint64_t in6_identifier(const struct in6_addr *a);
/* The 33:33 address of a multicast group (RFC 2464 7) */
struct mac_addr mac_of_group(const struct in6_addr *group);
/* Internet checksum (RFC 1071) of the IPv6 pseudo-header and data: the value for the field when
 * the field in `data` is zero, 0 when `data` holds a right one. Host byte order. */
uint16_t in6_checksum(const struct in6_addr *src, const struct in6_addr *dst, uint8_t next_header,
		      struct bytes data);
uint16_t in4_checksum(struct bytes header);
