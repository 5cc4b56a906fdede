/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a Mobile IPv4 message; one that is accepted and good is written, read again and the
 * same. */
#include "fuzz.h"
#include "mip4_roundtrip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mip4_message m;

	if (mip4_decode(BYTES(data, size), &mip4_numbers_default, &m) == 0)
		mip4_roundtrip(&m, &mip4_numbers_default);
	return 0;
}
