/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a packet of LCP, IPv6CP, PAP, CHAP and EAP, after the protocol; one that is
 * accepted, and what it holds, is written and has the same octets. Rejects of any octets are
 * sound, and as long as they may be. */
#include "fuzz.h"
#include "ppp_roundtrip.h"

#define REJECT_MAX 64

static void reject(struct bytes in)
{
	uint16_t mru = (uint16_t)(6 + in.p[0] % (REJECT_MAX - 6));
	uint8_t buf[REJECT_MAX];
	struct ppp_packet p;

	for (int i = 0; i < 2; i++) {
		struct ppp_protocol_reject r = { .protocol = in.p[0], .information = in };
		struct writer w = writer_new(buf, mru);

		if (i == 0)
			ppp_code_reject_write(&w, 1, in, mru);
		else
			ppp_protocol_reject_write(&w, 1, &r, mru);
		assert(!w.failed && ppp_packet_read(writer_bytes(&w), &p) == 0);
		assert(p.whole.n == writer_length(&w) && p.whole.n <= mru);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ppp_packet p;

	if (size < 2)
		return 0;
	reject(BYTES(data, size));
	if (ppp_packet_read(BYTES(data + 2, size - 2), &p) == 0)
		ppp_roundtrip(&p);
	return 0;
}
