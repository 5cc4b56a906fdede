/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a record of the ring of punts, or a right header before any packet, to which, if
 * the input asks for it, a sender has left the checksum out: then it is right afterwards, and
 * nothing else has changed. */
#include "dataplane/punt_decode.h"
#include "fuzz.h"

#define IP6_HEADER 40
#define HOW_FRAMED 1
#define HOW_LEFT   2 /* the sum of the pseudo-header stands in the checksum's place */

static struct completed completed;

static size_t checksum_at(struct bytes packet)
{
	if (packet.n >= IP6_HEADER + 20 && packet.p[6] == IPPROTO_TCP)
		return IP6_HEADER + 16;
	if (packet.n >= IP6_HEADER + 8 && packet.p[6] == IPPROTO_UDP)
		return IP6_HEADER + 6;
	return 0;
}

static uint16_t sum_of(struct bytes packet, size_t from)
{
	struct in6_addr src, dst;

	memcpy(&src, packet.p + 8, sizeof(src));
	memcpy(&dst, packet.p + 24, sizeof(dst));
	return in6_checksum(&src, &dst, packet.p[6], BYTES(packet.p + from, packet.n - from));
}

/* As senders do: of addresses, length and protocol alone. */
static void leave_checksum(uint8_t *packet, size_t n)
{
	size_t at = checksum_at(BYTES(packet, n));
	uint16_t sum;

	if (!at)
		return;
	uint8_t header[IP6_HEADER];
	struct writer w = writer_new(header, sizeof(header));

	write_bytes(&w, BYTES(packet + 8, 32));
	write_u32(&w, (uint32_t)(n - IP6_HEADER));
	write_u32(&w, packet[6]);
	sum = (uint16_t)~in4_checksum(writer_bytes(&w));
	packet[at] = (uint8_t)(sum >> 8);
	packet[at + 1] = (uint8_t)sum;
}

static void check_packet(struct bytes before, struct bytes after, bool left)
{
	size_t at = checksum_at(before);

	assert(after.n == before.n);
	for (size_t i = 0; i < after.n; i++)
		assert(after.p[i] == before.p[i] || (at && i - at < 2));
	if (at && left)
		assert(sum_of(after, IP6_HEADER) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size ? data[0] : 0, *record;
	struct punt *h;
	struct packet p;
	size_t n;

	if (size < 1 || size - 1 > sizeof(completed.b))
		return 0;
	n = size - 1;
	record = fuzz_copy(BYTES(data + 1, n));
	h = (struct punt *)(void *)record;
	if (how & HOW_FRAMED && n >= sizeof(*h)) {
		h->length = (uint32_t)(n - sizeof(*h));
		if (how & HOW_LEFT)
			leave_checksum(record + sizeof(*h), h->length);
	}
	if (punt_decode(BYTES(record, n), &completed, &p) == 0) {
		const bool ip6 =
			p.from == PACKET_ACCESS || p.from == PACKET_TUNNEL || p.from == PACKET_HOME;
		const bool left = how & HOW_FRAMED && how & HOW_LEFT && ip6;

		check_packet(BYTES(record + sizeof(*h), h->length), p.payload, left);
	} else {
		assert(!(how & HOW_FRAMED) || n < sizeof(*h));
	}
	free(record);
	return 0;
}
