/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ar_record.h"
#include "test.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static struct ar_record full(void)
{
	static const char duid[130] = "\0\1";

	return (struct ar_record){ .port = BYTES("acc0", 4),
				   .nai = BYTES("mn@example.net", 14),
				   .host = { { 2, 0, 0, 0, 0, 1 } },
				   .tag = 0x1122334455667788,
				   .care_of.s_addr = htonl(0xc6336409),
				   .asked.s_addr = htonl(0xc0000201),
				   .until = 7,
				   .registration = { .care_of.s_addr = htonl(0xc6336409),
						     .home_agent.s_addr = htonl(0xc0000202),
						     .granted = 600,
						     .exposed = 601,
						     .offset = 1,
						     .floor = 2,
						     .accepted = 3,
						     .revocable = true,
						     .peer_timestamp = 4,
						     .home = { { { 0x20, 1, [15] = 9 } } },
						     .unique = true },
				   .neighbour = { { { 0xfe, 0x80, [15] = 5 } } },
				   .leased = true,
				   .duid = BYTES(duid, sizeof(duid)),
				   .iaid = 5,
				   .preferred = 8,
				   .valid = 9 };
}

static struct bytes write(const struct ar_record *r, uint8_t *buf)
{
	struct writer w = writer_new(buf, AR_RECORD_MAX);

	ar_record_write(&w, r);
	assert_false(w.failed);
	return writer_bytes(&w);
}

static void what_is_written_is_read_again(void **state)
{
	const struct ar_record r = full();
	uint8_t buf[AR_RECORD_MAX];
	struct ar_record back;

	assert_int_equal(ar_record_read(write(&r, buf), &back), 0);
	assert_true(bytes_equal(back.port, r.port) && bytes_equal(back.nai, r.nai));
	assert_true(bytes_equal(back.duid, r.duid));
	back.port = r.port;
	back.nai = r.nai;
	back.duid = r.duid;
	assert_memory_equal(&back.registration, &r.registration, sizeof(r.registration));
	assert_true(mac_equal(back.host, r.host) && back.tag == r.tag && back.leased);
	assert_true(in4_equal(back.care_of, r.care_of) && in4_equal(back.asked, r.asked));
	assert_true(back.until == 7 && back.iaid == 5 && back.preferred == 8 && back.valid == 9);
	assert_true(in6_equal(&back.neighbour, &r.neighbour));
}

static struct ar_record dialled(void)
{
	struct ar_record r = full();

	r.tag = 0x1234;
	r.dialled = true;
	r.magic = 10;
	r.peer_magic = 11;
	r.identifier = 12;
	r.peer_identifier = 13;
	return r;
}

static void a_session_is_read_again_if_its_number_can_be(void **state)
{
	struct ar_record r = dialled(), back;
	uint8_t buf[AR_RECORD_MAX];

	assert_int_equal(ar_record_read(write(&r, buf), &back), 0);
	assert_true(back.dialled && back.tag == 0x1234 && back.magic == 10);
	assert_true(back.peer_magic == 11 && back.identifier == 12 && back.peer_identifier == 13);
	assert_true(back.leased && back.valid == 9);
	r.tag = 0xffff;
	assert_int_equal(ar_record_read(write(&r, buf), &back), -EBADMSG);
	r.tag = 0;
	assert_int_equal(ar_record_read(write(&r, buf), &back), -EBADMSG);
}

static void the_longest_record_has_room(void **state)
{
	struct ar_record r = dialled();
	char port[ACCESS_PORT_NAME_MAX] = "p", nai[NAI_MAX] = "n";
	uint8_t buf[AR_RECORD_MAX];

	r.port = BYTES(port, sizeof(port));
	r.nai = BYTES(nai, sizeof(nai));
	assert_true(write(&r, buf).n <= AR_RECORD_MAX);
}

static void what_is_cut_or_longer_is_none_of_ours(void **state)
{
	struct ar_record r = full(), back;
	uint8_t buf[AR_RECORD_MAX + 1];
	struct bytes b = write(&r, buf);

	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(ar_record_read(BYTES(buf, n), &back), -EBADMSG);
	assert_int_equal(ar_record_read(BYTES(buf, b.n + 1), &back), -EBADMSG);
	buf[0] = 2;
	assert_int_equal(ar_record_read(b, &back), -ENOTSUP);
	buf[0] = 0;
	assert_int_equal(ar_record_read(b, &back), -EBADMSG);
	r.host.b[0] = 3; /* a group of hosts */
	assert_int_equal(ar_record_read(write(&r, buf), &back), -EBADMSG);
	r.host.b[0] = 2;
	r.registration.home = (struct in6_addr){ 0 };
	assert_int_equal(ar_record_read(write(&r, buf), &back), -EBADMSG);
}

/* There would be no room for them. */
static void names_that_are_too_long_or_none_are_refused(void **state)
{
	static const struct {
		size_t at, max;
	} v[] = {
		{ offsetof(struct ar_record, port), ACCESS_PORT_NAME_MAX },
		{ offsetof(struct ar_record, nai), NAI_MAX },
		{ offsetof(struct ar_record, duid), AR_DUID_MAX },
	};
	char name[AR_DUID_MAX + 1] = "x";
	uint8_t buf[AR_RECORD_MAX];
	struct ar_record back;

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct ar_record r = full();
		struct bytes *b = (struct bytes *)((uint8_t *)&r + v[i].at);

		*b = BYTES(name, v[i].max);
		assert_int_equal(ar_record_read(write(&r, buf), &back), 0);
		*b = BYTES(name, v[i].max + 1);
		assert_int_equal(ar_record_read(write(&r, buf), &back), -EBADMSG);
		*b = BYTES(name, 0);
		assert_int_equal(ar_record_read(write(&r, buf), &back), -EBADMSG);
	}
}

static void a_key_is_a_place(void **state)
{
	uint8_t buf[AR_RECORD_KEY_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	uint32_t place = 0;

	ar_record_write_key(&w, 77);
	assert_int_equal(ar_record_read_key(writer_bytes(&w), &place), 0);
	assert_int_equal(place, 77);
	assert_int_equal(ar_record_read_key(BYTES("R\0\0\0\0", 5), &place), -EBADMSG);
	assert_int_equal(ar_record_read_key(BYTES("A\0\0\0\1", 5), &place), -EBADMSG);
	assert_int_equal(ar_record_read_key(BYTES("R\0\0\0", 4), &place), -EBADMSG);
}

static const struct test tests[] = {
	TEST(what_is_written_is_read_again, ""),
	TEST(a_session_is_read_again_if_its_number_can_be, ""),
	TEST(the_longest_record_has_room, ""),
	TEST(what_is_cut_or_longer_is_none_of_ours, ""),
	TEST(names_that_are_too_long_or_none_are_refused, ""),
	TEST(a_key_is_a_place, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_record", tests);
}
