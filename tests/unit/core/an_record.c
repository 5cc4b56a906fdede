/* SPDX-License-Identifier: Apache-2.0 */
/* The records of an access node as octets. */
#include "core/an_record.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define CARE_OF ((struct in_addr){ htonl(0xc6336409) }) /* 198.51.100.9 */
static uint8_t buf[AN_RECORD_MAX];

static struct an_record attached(void)
{
	return (struct an_record){ .attached = true,
				   .until = 0x0102030405060708,
				   .port = BYTES("eth1", 4),
				   .nai = BYTES("mn@r", 4),
				   .host = { { 2, 0, 0, 0, 0, 1 } },
				   .router = { { 2, 0, 0x5e, 0, 0, 1 } },
				   .router_address = { .s6_addr = { 0xfe, 0x80, [15] = 1 } },
				   .asked = { htonl(0xc0000201) },
				   .registration = { .care_of = CARE_OF,
						     .home_agent = { htonl(0xc0000202) },
						     .granted = 600,
						     .exposed = 700,
						     .offset = 0x1112131415161718,
						     .floor = 0x2122232425262728,
						     .accepted = 0x3132333435363738,
						     .revocable = true,
						     .peer_timestamp = 0x41424344 } };
}

static struct bytes written(const struct an_record *r)
{
	struct writer w = writer_new(buf, sizeof(buf));

	an_record_write(&w, r);
	assert_false(w.failed);
	return writer_bytes(&w);
}

static void check_same(const struct an_record *a, const struct an_record *b)
{
	const struct client_registration *c = &a->registration, *d = &b->registration;

	assert_int_equal(a->attached, b->attached);
	assert_int_equal(a->until, b->until);
	assert_true(bytes_equal(a->port, b->port));
	assert_true(bytes_equal(a->nai, b->nai));
	assert_true(mac_equal(a->host, b->host));
	assert_true(mac_equal(a->router, b->router));
	assert_true(in6_equal(&a->router_address, &b->router_address));
	assert_true(in4_equal(a->asked, b->asked));
	assert_true(in4_equal(c->care_of, d->care_of));
	assert_true(in4_equal(c->home_agent, d->home_agent));
	assert_int_equal(c->granted, d->granted);
	assert_int_equal(c->exposed, d->exposed);
	assert_int_equal(c->offset, d->offset);
	assert_int_equal(c->floor, d->floor);
	assert_int_equal(c->accepted, d->accepted);
	assert_int_equal(c->revocable, d->revocable);
	assert_int_equal(c->peer_timestamp, d->peer_timestamp);
}

static void an_attached_host_has_these_octets(void **state)
{
	static const uint8_t octets[] = {
		1,    1,                                        /* version, attached */
		1,    2,    3,    4,    5,    6,    7,    8,    /* until */
		4,    'e',  't',  'h',  '1',                    /* port */
		4,    'm',  'n',  '@',  'r',                    /* NAI */
		2,    0,    0,    0,    0,    1,                /* host */
		2,    0,    0x5e, 0,    0,    1,                /* router */
		0xfe, 0x80, 0,    0,    0,    0,    0,    0,    /* router's address */
		0,    0,    0,    0,    0,    0,    0,    1,    /* */
		192,  0,    2,    1,                            /* home agent asked */
		192,  0,    2,    2,                            /* home agent assigned */
		0x02, 0x58, 0x02, 0xbc,                         /* granted, exposed */
		0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, /* offset */
		0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, /* floor */
		0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, /* accepted */
		1,    0x41, 0x42, 0x43, 0x44,                   /* revocable since */
	};
	struct an_record a = attached(), b;

	assert_true(bytes_equal(written(&a), BYTES(octets, sizeof(octets))));
	assert_int_equal(an_record_read(BYTES(octets, sizeof(octets)), CARE_OF, &b), 0);
	check_same(&a, &b);
}

static void an_address_in_quarantine_has_these_octets(void **state)
{
	static const uint8_t octets[] = { 1, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct an_record a = { .until = 0x0102030405060708 };
	struct an_record b;

	assert_true(bytes_equal(written(&a), BYTES(octets, sizeof(octets))));
	assert_int_equal(an_record_read(BYTES(octets, sizeof(octets)), CARE_OF, &b), 0);
	check_same(&a, &b);
}

static void there_is_room_for_the_longest_names(void **state)
{
	char port[ACCESS_PORT_NAME_MAX], nai[NAI_MAX];
	struct an_record a = attached(), b;

	memset(port, 'p', sizeof(port));
	memset(nai, 'n', sizeof(nai));
	a.port = BYTES(port, sizeof(port));
	a.nai = BYTES(nai, sizeof(nai));
	assert_int_equal(an_record_read(written(&a), CARE_OF, &b), 0);
	check_same(&a, &b);
}

static void names_that_are_empty_or_too_long_are_malformed(void **state)
{
	char name[NAI_MAX + 1] = { 'n' };
	struct an_record a, untouched = { .until = 5 };

	for (int i = 0; i < 4; i++) {
		a = attached();
		*(i & 1 ? &a.port : &a.nai) =
			BYTES(name, i & 2 ? 0 : (i & 1 ? ACCESS_PORT_NAME_MAX : NAI_MAX) + 1);
		assert_int_equal(an_record_read(written(&a), CARE_OF, &untouched), -EBADMSG);
	}
	assert_int_equal(untouched.until, 5);
}

static void one_octet_less_or_more_is_malformed(void **state)
{
	struct an_record a = attached(), ret;

	for (int i = 0; i < 2; i++) {
		struct bytes b = written(&a);

		for (size_t n = 0; n < b.n; n++)
			assert_int_equal(an_record_read(BYTES(b.p, n), CARE_OF, &ret), -EBADMSG);
		assert_int_equal(an_record_read(BYTES(b.p, b.n + 1), CARE_OF, &ret), -EBADMSG);
		a.attached = false;
	}
}

static void another_kind_and_a_registration_of_no_lifetime_are_malformed(void **state)
{
	struct an_record a = attached(), ret;
	struct bytes b = written(&a);

	buf[1] = 2;
	assert_int_equal(an_record_read(b, CARE_OF, &ret), -EBADMSG);
	a.registration.granted = 0;
	assert_int_equal(an_record_read(written(&a), CARE_OF, &ret), -EBADMSG);
}

static void a_newer_version_is_told_from_a_malformed_record(void **state)
{
	struct an_record a = attached(), ret;
	struct bytes b = written(&a);

	buf[0] = 2;
	assert_int_equal(an_record_read(b, CARE_OF, &ret), -ENOTSUP);
	assert_int_equal(an_record_read(BYTES(b.p, 1), CARE_OF, &ret), -ENOTSUP);
	buf[0] = 0;
	assert_int_equal(an_record_read(b, CARE_OF, &ret), -EBADMSG);
}

static void a_key_is_the_tag_and_the_address(void **state)
{
	static const uint8_t key[] = { 'A', 198, 51, 100, 9, 0 };
	uint8_t other[AN_RECORD_KEY_MAX] = { 'B' };
	struct writer w = writer_new(buf, AN_RECORD_KEY_MAX);
	struct in_addr ret;

	an_record_write_key(&w, CARE_OF);
	assert_true(bytes_equal(writer_bytes(&w), BYTES(key, 5)));
	assert_int_equal(an_record_read_key(BYTES(key, 5), &ret), 0);
	assert_true(in4_equal(ret, CARE_OF));
	assert_int_equal(an_record_read_key(BYTES(key, 4), &ret), -EBADMSG);
	assert_int_equal(an_record_read_key(BYTES(key, 6), &ret), -EBADMSG);
	assert_int_equal(an_record_read_key(BYTES(other, 5), &ret), -EBADMSG);
}

static const struct test tests[] = {
	TEST(an_attached_host_has_these_octets, ""),
	TEST(an_address_in_quarantine_has_these_octets, ""),
	TEST(there_is_room_for_the_longest_names, ""),
	TEST(names_that_are_empty_or_too_long_are_malformed, ""),
	TEST(one_octet_less_or_more_is_malformed, ""),
	TEST(another_kind_and_a_registration_of_no_lifetime_are_malformed, ""),
	TEST(a_newer_version_is_told_from_a_malformed_record, ""),
	TEST(a_key_is_the_tag_and_the_address, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/an_record", tests);
}
