/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as what an access node has stored: what is accepted is written, read again and the
 * same. */
#include "core/an_record.h"
#include "fuzz.h"

static void key(struct bytes b)
{
	uint8_t buf[AN_RECORD_KEY_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	struct in_addr care_of;

	if (an_record_read_key(b, &care_of) != 0)
		return;
	an_record_write_key(&w, care_of);
	assert(bytes_equal(writer_bytes(&w), b));
}

static void value(struct bytes b)
{
	static const struct in_addr care_of = { 7 };
	uint8_t first[AN_RECORD_MAX], second[AN_RECORD_MAX];
	struct writer w = writer_new(first, sizeof(first)), x = writer_new(second, sizeof(second));
	struct an_record r;

	if (an_record_read(b, care_of, &r) != 0)
		return;
	an_record_write(&w, &r);
	assert(!w.failed && writer_length(&w) == b.n);
	assert(an_record_read(writer_bytes(&w), care_of, &r) == 0);
	assert(!r.attached || in4_equal(r.registration.care_of, care_of));
	an_record_write(&x, &r);
	assert(bytes_equal(writer_bytes(&w), writer_bytes(&x)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	key(BYTES(data, size));
	value(BYTES(data, size));
	return 0;
}
