/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as what an access router has stored: what is accepted is written, read again and the
 * same. */
#include "core/ar_record.h"
#include "fuzz.h"

static void key(struct bytes b)
{
	uint8_t buf[AR_RECORD_KEY_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	uint32_t place;

	if (ar_record_read_key(b, &place) != 0)
		return;
	ar_record_write_key(&w, place);
	assert(bytes_equal(writer_bytes(&w), b));
}

static void value(struct bytes b)
{
	uint8_t first[AR_RECORD_MAX], second[AR_RECORD_MAX];
	struct writer w = writer_new(first, sizeof(first)), x = writer_new(second, sizeof(second));
	struct ar_record r;

	if (ar_record_read(b, &r) != 0)
		return;
	ar_record_write(&w, &r);
	assert(!w.failed && writer_length(&w) == b.n);
	assert(ar_record_read(writer_bytes(&w), &r) == 0);
	ar_record_write(&x, &r);
	assert(bytes_equal(writer_bytes(&w), writer_bytes(&x)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	key(BYTES(data, size));
	value(BYTES(data, size));
	return 0;
}
