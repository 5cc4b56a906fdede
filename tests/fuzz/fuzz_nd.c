/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as Neighbour Discovery, with the checksum made right; what is accepted is written,
 * read again and written the same. */
#include "fuzz.h"
#include "proto/nd.h"

#define PACKET_MAX 2048

/* Sets the checksum of an ICMPv6 message: no mutation finds it by chance. */
static void repair(uint8_t *packet, const struct ip6 *p)
{
	size_t at = (size_t)(p->payload.p - packet);
	uint16_t sum;

	if (p->next_header != IP6_ICMP || p->payload.n < 4)
		return;
	packet[at + 2] = packet[at + 3] = 0;
	sum = in6_checksum(&p->src, &p->dst, IP6_ICMP, p->payload);
	packet[at + 2] = (uint8_t)(sum >> 8);
	packet[at + 3] = (uint8_t)sum;
}

static void roundtrip(struct bytes packet)
{
	uint8_t first[PACKET_MAX], second[PACKET_MAX];
	struct writer w = writer_new(first, sizeof(first)), x = writer_new(second, sizeof(second));
	struct nd m, again;
	struct ip6 p;

	if (ip6_decode(packet, &p) != 0)
		return;
	repair((uint8_t *)(uintptr_t)packet.p, &p);
	if (nd_decode(&p, &m) != 0)
		return;
	assert(nd_write(&w, &m) == 0);
	assert(ip6_decode(writer_bytes(&w), &p) == 0);
	assert(nd_decode(&p, &again) == 0);
	assert(nd_is_dad(&m) == nd_is_dad(&again));
	assert(nd_write(&x, &again) == 0);
	assert(bytes_equal(writer_bytes(&w), writer_bytes(&x)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *packet = fuzz_copy(BYTES(data, size));

	roundtrip(BYTES(packet, size));
	free(packet);
	return 0;
}
