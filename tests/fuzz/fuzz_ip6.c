/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an IPv6 packet, and what may be answered to it. */
#include "fuzz.h"
#include "proto/ip6.h"

/* An answer of ours is a whole, sound ICMPv6 packet. */
static void check_answer(const struct writer *w, size_t max)
{
	struct ip6 p;

	assert(writer_length(w) <= max);
	assert(ip6_decode(writer_bytes(w), &p) == 0);
	assert(p.packet.n == writer_length(w));
	assert(ip6_icmp_type(&p) >= 0);
	assert(in6_checksum(&p.src, &p.dst, IP6_ICMP, p.payload) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct in6_addr router = { .s6_addr = { 0xfe, 0x80, [15] = 1 } };
	static uint8_t buf[1 << 16];
	struct writer w;
	struct ip6 p;

	for (uint8_t type = 1; type <= 3; type++) {
		w = writer_new(buf, sizeof(buf));
		if (icmp6_write_error(&w, type, 0, 1280, &router, BYTES(data, size)) == 0)
			check_answer(&w, IP6_MTU_MIN);
	}
	if (ip6_decode(BYTES(data, size), &p) != 0)
		return 0;
	assert(p.packet.n <= size && p.payload.n <= p.packet.n - IP6_HEADER);
	assert(!ip6_is_mld(&p) || ip6_icmp_type(&p) >= 130);
	w = writer_new(buf, sizeof(buf));
	if (icmp6_write_echo_reply(&w, &p) == 0)
		check_answer(&w, size);
	return 0;
}
