/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net.h"

#include <assert.h>

bool in6_in_prefix(const struct in6_addr *a, const struct in6_addr *prefix, uint8_t length)
{
	size_t whole = length / 8;
	uint8_t mask = (uint8_t)(0xff00 >> length % 8);

	assert(length <= 128);
	if (memcmp(a->s6_addr, prefix->s6_addr, whole) != 0)
		return false;
	return mask == 0 || ((a->s6_addr[whole] ^ prefix->s6_addr[whole]) & mask) == 0;
}

bool in6_is_link_local(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xfe && (a->s6_addr[1] & 0xc0) == 0x80;
}

bool in6_is_multicast(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

bool in6_is_unspecified(const struct in6_addr *a)
{
	static const struct in6_addr unspecified;

	return in6_equal(a, &unspecified);
}

const struct in6_addr in6_all_nodes = { .s6_addr = { 0xff, 0x02, [15] = 1 } };
const struct in6_addr in6_all_routers = { .s6_addr = { 0xff, 0x02, [15] = 2 } };

struct in6_addr in6_solicited_node(const struct in6_addr *a)
{
	struct in6_addr g = { .s6_addr = { 0xff, 0x02, [11] = 1, [12] = 0xff } };

	memcpy(&g.s6_addr[13], &a->s6_addr[13], 3);
	return g;
}

struct in6_addr in6_link_local_of(struct mac_addr mac)
{
	struct in6_addr a = { .s6_addr = { 0xfe, 0x80, [11] = 0xff, [12] = 0xfe } };

	memcpy(&a.s6_addr[8], mac.b, 3);
	memcpy(&a.s6_addr[13], mac.b + 3, 3);
	a.s6_addr[8] ^= 0x02;
	return a;
}

struct mac_addr mac_of_group(const struct in6_addr *group)
{
	struct mac_addr m = { { 0x33, 0x33 } };

	memcpy(m.b + 2, &group->s6_addr[12], 4);
	return m;
}

static uint64_t sum16(uint64_t sum, struct bytes b)
{
	for (size_t i = 0; i + 1 < b.n; i += 2)
		sum += (uint32_t)b.p[i] << 8 | b.p[i + 1];
	if (b.n % 2)
		sum += (uint32_t)b.p[b.n - 1] << 8;
	return sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t in6_checksum(const struct in6_addr *src, const struct in6_addr *dst, uint8_t next_header,
		      struct bytes data)
{
	/* RFC 8200 8.1; the halves of the length sum up like the 32-bit field would */
	uint64_t sum = next_header + (data.n & 0xffff) + (data.n >> 16);

	sum = sum16(sum, BYTES(src, sizeof(*src)));
	sum = sum16(sum, BYTES(dst, sizeof(*dst)));
	return fold(sum16(sum, data));
}

uint16_t in4_checksum(struct bytes header)
{
	return fold(sum16(0, header));
}

struct in6_addr in6_link_local_with(uint64_t identifier)
{
	struct in6_addr a = { .s6_addr = { 0xfe, 0x80 } };

	for (int i = 0; i < 8; i++)
		a.s6_addr[8 + i] = (uint8_t)(identifier >> (56 - 8 * i));
	return a;
}

uint64_t in6_identifier(const struct in6_addr *a)
{
	uint64_t identifier = 0;

	for (int i = 0; i < 8; i++)
		identifier = identifier << 8 | a->s6_addr[8 + i];
	return identifier;
}
