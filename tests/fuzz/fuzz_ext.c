/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions under numbers of the draft's two that the input chooses: the last four octets, each a
 * number to accept, of which the first and third are sent. */
#include "fuzz.h"
#include "mip4_roundtrip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mip4_numbers n = { 0 };
	struct mip4_message m;
	const uint8_t *last;

	if (size < 4)
		return 0;
	size -= 4;
	last = data + size;
	/* what the configuration refuses (D22) */
	for (int i = 0; i < 4; i++)
		if (mip4_extension_is_assigned(last[i]))
			return 0;
	for (int i = 0; i < 2; i++)
		if (last[i] == last[2] || last[i] == last[3])
			return 0;
	n.hoa_request.send = last[0];
	n.hoa.send = last[2];
	for (int i = 0; i < 2; i++) {
		mip4_number_accept(&n.hoa_request, last[i]);
		mip4_number_accept(&n.hoa, last[2 + i]);
	}
	if (mip4_decode(BYTES(data, size), &n, &m) == 0)
		mip4_roundtrip(&m, &n);
	return 0;
}
