/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/ip6.h"

#include <assert.h>
#include <errno.h>

#define ICMP6_TOO_BIG      2
#define ICMP6_PARAMETER    4
#define ICMP6_INFO         128 /* from here on no errors (RFC 4443 2.1) */
#define ICMP6_ECHO_REQUEST 128
#define ICMP6_ECHO_REPLY   129
#define ICMP6_REDIRECT     137
#define ICMP6_HEADER       8
#define ECHO_HOP_LIMIT     64
#define AT_HOP_LIMIT       7 /* in the header */

enum mld_type { /* RFC 2710 3, RFC 3810 5 */
		MLD_QUERY = 130,
		MLD_REPORT = 131,
		MLD_DONE = 132,
		MLD2_REPORT = 143,
};

/* Passes over hop-by-hop and destination options; false if they do not end in the packet. */
static bool skip_options(struct reader *r, uint8_t *next_header)
{
	uint8_t next = *next_header;

	while (next == IP6_HOP_BY_HOP || next == IP6_OPTIONS) {
		uint8_t after = read_u8(r), units = read_u8(r);

		read_bytes(r, 6 + 8 * (size_t)units);
		if (r->failed)
			return false;
		next = after;
	}
	*next_header = next;
	return true;
}

/* With `whole`, everything that the length field counts must be there. */
static int decode(struct bytes in, bool whole, struct ip6 *ret)
{
	struct reader r = reader_new(in), body;
	struct ip6 p = { 0 };
	size_t length;

	if (read_u32(&r) >> 28 != 6)
		return -EBADMSG;
	length = read_u16(&r);
	p.next_header = read_u8(&r);
	p.hop_limit = read_u8(&r);
	p.src = read_in6(&r);
	p.dst = read_in6(&r);
	if (!whole && length > reader_left(&r))
		length = reader_left(&r);
	body = read_sub(&r, length);
	if (r.failed || !skip_options(&body, &p.next_header))
		return -EBADMSG;
	p.packet = BYTES(in.p, IP6_HEADER + length);
	p.payload = read_bytes(&body, reader_left(&body));
	*ret = p;
	return 0;
}

int ip6_decode(struct bytes in, struct ip6 *ret)
{
	return decode(in, true, ret);
}

int ip6_icmp_type(const struct ip6 *p)
{
	struct reader r = reader_new(p->payload);
	uint8_t next = p->next_header;

	if (next == IP6_FRAGMENT) {
		next = read_u8(&r);
		read_u8(&r);
		if (read_u16(&r) >> 3 != 0)
			return -1;
		read_u32(&r);
		if (!skip_options(&r, &next))
			return -1;
	}
	if (next != IP6_ICMP || reader_left(&r) == 0)
		return -1;
	return read_u8(&r);
}

bool ip6_is_mld(const struct ip6 *p)
{
	int type = ip6_icmp_type(p);

	return type == MLD_QUERY || type == MLD_REPORT || type == MLD_DONE || type == MLD2_REPORT;
}

size_t ip6_begin(struct writer *w, const struct in6_addr *src, const struct in6_addr *dst,
		 uint8_t next_header, uint8_t hop_limit)
{
	size_t start = writer_length(w);

	write_u32(w, UINT32_C(6) << 28);
	write_u16(w, 0);
	write_u8(w, next_header);
	write_u8(w, hop_limit);
	write_in6(w, src);
	write_in6(w, dst);
	return start;
}

void icmp6_end(struct writer *w, size_t start, size_t icmp)
{
	struct bytes all = writer_bytes(w);
	struct reader r = reader_new(all);
	struct in6_addr src, dst;

	if (w->failed)
		return;
	read_bytes(&r, start + 8);
	src = read_in6(&r);
	dst = read_in6(&r);
	write_u16_at(w, start + 4, (uint16_t)(all.n - start - IP6_HEADER));
	write_u16_at(w, icmp + 2,
		     in6_checksum(&src, &dst, IP6_ICMP, BYTES(all.p + icmp, all.n - icmp)));
}

/* RFC 4443 2.4 (e) */
static bool error_forbidden(const struct ip6 *about, uint8_t type)
{
	int icmp = ip6_icmp_type(about);

	if ((icmp >= 0 && icmp < ICMP6_INFO) || icmp == ICMP6_REDIRECT)
		return true;
	if (in6_is_multicast(&about->dst) && type != ICMP6_TOO_BIG)
		return true;
	return in6_is_unspecified(&about->src) || in6_is_multicast(&about->src);
}

int icmp6_write_error(struct writer *w, uint8_t type, uint8_t code, uint32_t parameter,
		      const struct in6_addr *src, struct bytes about)
{
	size_t room = IP6_MTU_MIN - IP6_HEADER - ICMP6_HEADER, start, icmp;
	struct ip6 p;

	assert(type < ICMP6_PARAMETER);
	/* the start of a packet is enough to tell its sender what became of it */
	if (decode(about, false, &p) != 0 || error_forbidden(&p, type))
		return -EINVAL;
	start = ip6_begin(w, src, &p.src, IP6_ICMP, 255);
	icmp = writer_length(w);
	write_u8(w, type);
	write_u8(w, code);
	write_u16(w, 0);
	write_u32(w, parameter);
	write_bytes(w, BYTES(p.packet.p, p.packet.n < room ? p.packet.n : room));
	icmp6_end(w, start, icmp);
	return w->failed ? -ENOBUFS : 0;
}

int icmp6_write_echo_reply(struct writer *w, const struct ip6 *p)
{
	struct reader r = reader_new(p->payload);
	size_t start, icmp;

	if (p->next_header != IP6_ICMP || read_u8(&r) != ICMP6_ECHO_REQUEST || read_u8(&r) != 0)
		return -EINVAL;
	read_u16(&r);
	if (reader_left(&r) < 4 || in6_checksum(&p->src, &p->dst, IP6_ICMP, p->payload) != 0)
		return -EINVAL;
	if (in6_is_multicast(&p->dst) || in6_is_multicast(&p->src) || in6_is_unspecified(&p->src))
		return -EINVAL;
	start = ip6_begin(w, &p->dst, &p->src, IP6_ICMP, ECHO_HOP_LIMIT);
	icmp = writer_length(w);
	write_u8(w, ICMP6_ECHO_REPLY);
	write_zero(w, 3);
	write_bytes(w, read_bytes(&r, reader_left(&r)));
	icmp6_end(w, start, icmp);
	return w->failed ? -ENOBUFS : 0;
}

bool ip6_take_hop(uint8_t *packet)
{
	if (packet[AT_HOP_LIMIT] <= 1)
		return false;
	packet[AT_HOP_LIMIT]--;
	return true;
}
