/* SPDX-License-Identifier: Apache-2.0 */
/* Any source and groups as a listener report: what is written is sound, is seen as MLD, and says
 * what it was to say. */
#include <errno.h>

#include "fuzz.h"
#include "proto/nd.h"

#define GROUPS_MAX 64
#define HEADERS    (IP6_HEADER + 8 + 8) /* hop-by-hop options, fixed part of the report */
#define RECORD     20

static void check_report(struct bytes packet, const struct in6_addr *src,
			 const struct in6_addr *groups, size_t n, bool leave)
{
	struct reader r;
	struct ip6 p;

	assert(ip6_decode(packet, &p) == 0 && p.packet.n == packet.n);
	assert(ip6_is_mld(&p) && ip6_icmp_type(&p) == 143 && p.hop_limit == 1);
	assert(in6_equal(&p.src, src));
	assert(in6_checksum(&p.src, &p.dst, IP6_ICMP, p.payload) == 0);
	r = reader_new(p.payload);
	read_bytes(&r, 6);
	assert(read_u16(&r) == n);
	for (size_t i = 0; i < n; i++) {
		struct in6_addr group;

		assert(read_u8(&r) == (leave ? 3 : 4)); /* RFC 3810 5.2.12 */
		read_bytes(&r, 3);
		group = read_in6(&r);
		assert(in6_equal(&group, &groups[i]));
	}
	assert(!r.failed && reader_left(&r) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));
	uint8_t buf[HEADERS + GROUPS_MAX * RECORD];
	const bool leave = read_u8(&r) & 1;
	const struct in6_addr src = read_in6(&r);
	struct in6_addr groups[GROUPS_MAX];
	size_t n = 0, length;
	struct writer w;

	while (n < GROUPS_MAX && reader_left(&r) >= sizeof(groups[n]))
		groups[n++] = read_in6(&r);
	length = HEADERS + n * RECORD;
	w = writer_new(buf, length - 1);
	assert(mld_write_report(&w, &src, groups, n, leave) == -ENOBUFS);
	w = writer_new(buf, length);
	assert(mld_write_report(&w, &src, groups, n, leave) == 0);
	assert(writer_length(&w) == length);
	check_report(writer_bytes(&w), &src, groups, n, leave);
	return 0;
}
