/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a packet of PPPoE, discovery or session; one that is accepted is written, read
 * again and the same. */
#include "fuzz.h"
#include "pppoe_roundtrip.h"

static void session(struct bytes in)
{
	uint8_t buf[PPPOE_PACKET_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	struct pppoe_session s;

	if (pppoe_session_decode(in, &s) != 0 || s.payload.n > PPPOE_MRU_MAX)
		return;
	pppoe_session_write(&w, s.session, s.protocol, s.payload.n);
	assert(writer_length(&w) == PPPOE_SESSION_HEADER);
	write_bytes(&w, s.payload);
	assert(!w.failed && bytes_equal(writer_bytes(&w), BYTES(in.p, writer_length(&w))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pppoe_discovery d;

	if (pppoe_decode(BYTES(data, size), &d) == 0)
		pppoe_roundtrip(&d, size);
	session(BYTES(data, size));
	return 0;
}
