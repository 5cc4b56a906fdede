/* SPDX-License-Identifier: Apache-2.0 */
/* IPv6 packets as far as the programs look into them (src/bpf/parse.h). */
#include "sim/plane_internal.h"

#define ICMP6       58
#define HOP_BY_HOP  0
#define MLD_QUERY   130
#define ND_REDIRECT 137
#define MLD2_REPORT 143
#define UDP         17
#define DHCP6_HIGH  2 /* UDP port 547 */
#define DHCP6_LOW   35
#define UDP_TO_AT   42

enum drop inner_read(struct bytes in, struct inner *ret)
{
	struct reader r = reader_new(in);
	uint16_t length;

	if (in.n < 40)
		return DROP_TRUNCATED;
	if (read_u32(&r) >> 28 != 6)
		return DROP_FRAME_MALFORMED;
	length = read_u16(&r);
	ret->next = read_u8(&r);
	ret->hop_limit = read_u8(&r);
	ret->source = read_in6(&r);
	ret->destination = read_in6(&r);
	ret->packet = in;
	if (in.n >= 40u + length) /* else the caller's `trim` fails */
		ret->packet.n = 40u + length;
	return DROP_MAX;
}

bool inner_trim(struct inner *i)
{
	return i->packet.n == 40u + (size_t)(i->packet.p[4] << 8 | i->packet.p[5]);
}

int inner_icmp6_type(const struct inner *i)
{
	uint8_t next = i->next;
	size_t at = 40;

	if (next == HOP_BY_HOP) {
		if (i->packet.n < at + 2)
			return -1;
		next = i->packet.p[at];
		at += (i->packet.p[at + 1] + 1u) * 8;
	}
	return next == ICMP6 && at < i->packet.n ? i->packet.p[at] : -1;
}

bool inner_is_bogus_source(const struct in6_addr *a)
{
	static const uint8_t zero[8];

	if (in6_is_multicast(a))
		return true;
	if (memcmp(a, zero, 8) != 0 || in6_is_unspecified(a))
		return false;
	return a->s6_addr32[2] == 0 || a->s6_addr32[2] == htonl(0xffff);
}

bool inner_is_dhcp6(const struct inner *i)
{
	return (in6_is_multicast(&i->destination) || in6_is_link_local(&i->destination)) &&
	       i->next == UDP && i->packet.n >= UDP_TO_AT + 2 &&
	       i->packet.p[UDP_TO_AT] == DHCP6_HIGH && i->packet.p[UDP_TO_AT + 1] == DHCP6_LOW;
}

bool inner_is_nd_or_mld(const struct inner *i)
{
	const int type = inner_icmp6_type(i);

	return (type >= MLD_QUERY && type <= ND_REDIRECT) || type == MLD2_REPORT;
}

bool inner_stays_on_link(const struct inner *i)
{
	return in6_is_multicast(&i->destination) || in6_is_link_local(&i->destination) ||
	       in6_is_unspecified(&i->source) || in6_is_link_local(&i->source);
}
