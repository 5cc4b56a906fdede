/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions one by one: framing, the skip rule, lengths, order, numbers. */
#include "proto/mip4.h"

#include <errno.h>
#include <string.h>

#include "test.h"

/* A message under construction: the fixed part, then what a test appends. */
static uint8_t buf[MIP4_MESSAGE_MAX];
static struct writer w;
static struct mip4_message m;

static void begin(enum mip4_type type)
{
	struct mip4_message fixed = { .type = type };

	w = writer_new(buf, sizeof(buf));
	assert_int_equal(mip4_encode(&fixed, &mip4_numbers_default, NULL, NULL, 0, &w), 0);
}

/* Type, Length and `length` octets of `fill`. */
static void put(uint8_t type, uint8_t length, uint8_t fill)
{
	write_u8(&w, type);
	write_u8(&w, length);
	for (int i = 0; i < length; i++)
		write_u8(&w, fill);
}

static void put_long(uint8_t type, uint8_t sub_type, uint16_t length)
{
	write_u8(&w, type);
	write_u8(&w, sub_type);
	write_u16(&w, length);
	write_zero(&w, length);
}

static void put_nai(void)
{
	write_u16(&w, 131 << 8 | 5);
	write_bytes(&w, BYTES("a@b.c", 5));
}

static void put_auth(enum mip4_auth auth)
{
	put((uint8_t)auth, 20, 7);
}

static int decode_as(const struct mip4_numbers *n)
{
	assert_false(w.failed);
	return mip4_decode(writer_bytes(&w), n, &m);
}

static int decode(void)
{
	return decode_as(&mip4_numbers_default);
}

static bool has_nai(void)
{
	return bytes_equal(m.nai, BYTES("a@b.c", 5));
}

/* --- framing and the skip rule (RFC 5944 1.8-1.11) --- */

static bool is_read(int type)
{
	return type == 127 || type == 255 || (type >= 32 && type <= 34) || type == 48 ||
	       type == 131 || type == 137;
}

static void unknown_types_below_128_refuse_the_message(void **state)
{
	for (int type = 1; type < 128; type++) {
		if (is_read(type))
			continue;
		begin(MIP4_RRQ);
		/* four zero octets after the type are well framed short and long */
		write_u8(&w, (uint8_t)type);
		write_zero(&w, 4);
		put_nai();
		assert_int_equal(decode(), -ENOPROTOOPT);
	}
}

static void unknown_types_from_128_are_skipped_by_their_length(void **state)
{
	for (int type = 128; type < 256; type++) {
		if (is_read(type) || type == 139 || type == 154)
			continue;
		begin(MIP4_RRQ);
		put((uint8_t)type, 9, 0);
		put_nai();
		assert_int_equal(decode(), 0);
		assert_true(has_nai());
		assert_false(m.bad);
	}
}

static void dynamic_home_agent_and_multipath_are_skipped_as_long(void **state)
{
	static const uint8_t types[] = { 139, 154 };

	for (size_t i = 0; i < sizeof(types); i++) {
		begin(MIP4_RRQ);
		put_long(types[i], 1, 4);
		put_nai();
		assert_int_equal(decode(), 0);
		assert_true(has_nai());
	}
}

static void padding_is_one_octet(void **state)
{
	begin(MIP4_RRQ);
	write_zero(&w, 3);
	put_nai();
	write_zero(&w, 1);
	assert_int_equal(decode(), 0);
	assert_true(has_nai());
}

static void an_extension_that_ends_after_the_message_refuses_it(void **state)
{
	static const uint8_t types[] = { 32, 127, 131, 137, 200, 255 };

	for (size_t i = 0; i < sizeof(types); i++) {
		begin(MIP4_RRQ);
		put(types[i], 9, 0);
		w.p--;
		assert_int_equal(decode(), -EBADMSG);
		begin(MIP4_RRQ);
		write_u8(&w, types[i]);
		assert_int_equal(decode(), -EBADMSG);
	}
	begin(MIP4_RRQ);
	put_long(48, 0, 4);
	w.p--;
	assert_int_equal(decode(), -EBADMSG);
	begin(MIP4_RRQ);
	write_u8(&w, 139);
	write_u8(&w, 1);
	write_u8(&w, 0);
	assert_int_equal(decode(), -EBADMSG);
}

static void more_extensions_than_any_message_has_refuse_it(void **state)
{
	begin(MIP4_RRQ);
	for (int i = 0; i < MIP4_EXTENSIONS_MAX; i++)
		put(200, 0, 0);
	assert_int_equal(decode(), 0);
	put(200, 0, 0);
	assert_int_equal(decode(), -EBADMSG);
}

static void an_extension_out_of_its_message_is_like_an_unknown_one(void **state)
{
	struct mip4_numbers n = mip4_numbers_default;

	begin(MIP4_RRP); /* TBD-1 is for requests only */
	put(127, 1, 0);
	assert_int_equal(decode(), -ENOPROTOOPT);

	n.hoa_request = (struct mip4_number){ .send = 254 };
	mip4_number_accept(&n.hoa_request, 254);
	begin(MIP4_RRP);
	put(254, 1, 0);
	assert_int_equal(decode_as(&n), 0);
	assert_int_equal(m.hoa_request, MIP4_ABSENT);

	begin(MIP4_REVOCATION); /* revocation support is agreed when registering */
	put(137, 6, 0xff);
	assert_int_equal(decode(), 0);
	assert_false(m.revocation_support);
}

static void a_gre_key_of_unknown_sub_type_refuses_the_message(void **state)
{
	begin(MIP4_RRQ);
	put_long(48, 1, 4);
	assert_int_equal(decode(), -ENOPROTOOPT);
}

/* --- the draft's extensions (draft 4.1, 4.2) --- */

static void a_home_address_request_has_length_1_or_9(void **state)
{
	for (int length = 0; length < 256; length++) {
		begin(MIP4_RRQ);
		put(127, (uint8_t)length, 0);
		assert_int_equal(decode(), 0);
		assert_int_equal(m.bad, length != 1 && length != 9);
		assert_int_equal(m.hoa_request, length == 1   ? MIP4_EMPTY
						: length == 9 ? MIP4_FULL
							      : MIP4_ABSENT);
	}
}

static void a_home_address_has_length_1_or_17(void **state)
{
	for (int length = 0; length < 256; length++) {
		begin(MIP4_RRQ);
		put(255, (uint8_t)length, 0);
		assert_int_equal(decode(), 0);
		assert_int_equal(m.bad, length != 1 && length != 17);
		assert_int_equal(m.hoa, length == 1    ? MIP4_EMPTY
					: length == 17 ? MIP4_FULL
						       : MIP4_ABSENT);
	}
}

static void a_zero_interface_identifier_is_not_an_empty_request(void **state)
{
	begin(MIP4_RRQ);
	put(127, 9, 0);
	assert_int_equal(decode(), 0);
	assert_int_equal(m.hoa_request, MIP4_FULL);
	assert_true(m.hoa_request_iid == 0);

	begin(MIP4_RRQ);
	put(127, 9, 0x5a);
	assert_int_equal(decode(), 0);
	assert_true(m.hoa_request_iid == 0x5a5a5a5a5a5a5a5a);
}

static void only_the_u_bit_of_a_home_address_counts(void **state)
{
	begin(MIP4_RRP);
	put(255, 17, 0x7f); /* Reserved all ones */
	assert_int_equal(decode(), 0);
	assert_false(m.hoa_unique);
	begin(MIP4_RRP);
	put(255, 17, 0x80);
	assert_int_equal(decode(), 0);
	assert_true(m.hoa_unique);
	begin(MIP4_RRP);
	put(255, 1, 0x80); /* nothing that could be unique */
	assert_int_equal(decode(), 0);
	assert_false(m.hoa_unique);
}

static void a_home_address_may_stand_in_all_four_messages(void **state)
{
	static const enum mip4_type types[] = { MIP4_RRQ, MIP4_RRP, MIP4_REVOCATION,
						MIP4_REVOCATION_ACK };

	for (size_t i = 0; i < 4; i++) {
		struct mip4_message sent = { .type = types[i],
					     .hoa = MIP4_FULL,
					     .hoa_address = { .s6_addr = { 0x20, 1 } } };

		w = writer_new(buf, sizeof(buf));
		assert_int_equal(mip4_encode(&sent, &mip4_numbers_default, NULL, NULL, 0, &w), 0);
		assert_int_equal(decode(), 0);
		assert_int_equal(m.hoa, MIP4_FULL);
		assert_true(in6_equal(&m.hoa_address, &sent.hoa_address));
	}
}

static void an_empty_home_address_has_no_u_bit(void **state)
{
	struct mip4_message sent = { .type = MIP4_RRP, .hoa = MIP4_EMPTY, .hoa_unique = true };

	w = writer_new(buf, sizeof(buf));
	assert_int_equal(mip4_encode(&sent, &mip4_numbers_default, NULL, NULL, 0, &w), 0);
	assert_memory_equal(buf + 20, ((uint8_t[]){ 255, 1, 0 }), 3);
}

static void the_defaults_are_the_numbers_for_experiments(void **state)
{
	assert_int_equal(mip4_numbers_default.hoa_request.send, 127);
	assert_true(mip4_numbers_default.hoa_request.send < 128); /* not skippable: draft 4.1 */
	assert_int_equal(mip4_numbers_default.hoa.send, 255);
}

static void configured_numbers_are_sent_and_accepted(void **state)
{
	struct mip4_numbers n = { .hoa_request = { .send = 254 }, .hoa = { .send = 253 } };
	struct mip4_message sent = { .type = MIP4_RRQ, .hoa_request = MIP4_EMPTY };

	mip4_number_accept(&n.hoa_request, 254);
	mip4_number_accept(&n.hoa_request, 60);
	mip4_number_accept(&n.hoa, 253);
	w = writer_new(buf, sizeof(buf));
	assert_int_equal(mip4_encode(&sent, &n, NULL, NULL, 0, &w), 0);
	assert_int_equal(buf[24], 254);
	assert_int_equal(decode_as(&n), 0);
	assert_int_equal(m.hoa_request, MIP4_EMPTY);

	begin(MIP4_RRQ); /* another number of the set */
	put(60, 9, 1);
	assert_int_equal(decode_as(&n), 0);
	assert_int_equal(m.hoa_request, MIP4_FULL);

	begin(MIP4_RRQ); /* 127 is no longer ours: RFC 4064 draws it long */
	put_long(127, 0, 8);
	assert_int_equal(decode_as(&n), -ENOPROTOOPT);
	begin(MIP4_RRQ);
	put(255, 17, 0);
	assert_int_equal(decode_as(&n), 0);
	assert_int_equal(m.hoa, MIP4_ABSENT);
}

static void numbers_with_another_meaning_are_known(void **state)
{
	static const uint8_t assigned[] = { 0,   32,  33,  34,  36,  37,  38,  40,  41,  42,  43,
					    44,  45,  46,  47,  48,  49,  50,  128, 129, 130, 131,
					    132, 133, 134, 136, 137, 138, 139, 140, 141, 142, 144,
					    145, 147, 148, 149, 150, 151, 152, 153, 154 };
	size_t next = 0;

	for (int type = 0; type < 256; type++) {
		bool is = next < sizeof(assigned) && assigned[next] == type;

		assert_int_equal(mip4_extension_is_assigned((uint8_t)type), is);
		next += is;
	}
}

/* --- present twice, both, wrong lengths: framed well, so denied and not dropped --- */

static void what_is_present_twice_is_bad(void **state)
{
	begin(MIP4_RRQ);
	put_nai();
	put_nai();
	put_auth(MIP4_MHAE);
	assert_int_equal(decode(), 0);
	assert_true(m.bad && m.mhae.present);

	begin(MIP4_RRQ);
	put(127, 1, 0);
	put(127, 9, 0);
	assert_int_equal(decode(), 0);
	assert_true(m.bad);
	assert_int_equal(m.hoa_request, MIP4_EMPTY);

	begin(MIP4_RRQ);
	put(255, 1, 0);
	put(255, 1, 0);
	assert_int_equal(decode(), 0);
	assert_true(m.bad);

	begin(MIP4_RRQ);
	put_long(48, 0, 4);
	put_long(48, 0, 4);
	assert_int_equal(decode(), 0);
	assert_true(m.bad);
}

static void a_request_and_a_statement_of_an_address_together_are_bad(void **state)
{
	begin(MIP4_RRQ);
	put(127, 1, 0);
	put(255, 1, 0);
	put_auth(MIP4_MHAE);
	assert_int_equal(decode(), 0);
	assert_true(m.bad);
}

static void wrong_lengths_of_what_is_read_are_bad(void **state)
{
	begin(MIP4_RRQ);
	put(131, 0, 0);
	assert_int_equal(decode(), 0);
	assert_true(m.bad && !m.nai.p);
	begin(MIP4_RRQ);
	put(137, 5, 0);
	assert_int_equal(decode(), 0);
	assert_true(m.bad && !m.revocation_support);
	begin(MIP4_RRQ);
	put_long(48, 0, 5);
	assert_int_equal(decode(), 0);
	assert_true(m.bad && !m.gre);
}

static void an_authenticator_without_value_refuses_the_message(void **state)
{
	for (uint8_t length = 0; length < 5; length++) {
		begin(MIP4_RRQ);
		put(32, length, 0);
		assert_int_equal(decode(), -EBADMSG);
	}
}

/* --- order (RFC 5944 3.6.1.3, 3.8.3.3) --- */

/* One letter an extension: n NAI; r, R empty and full request; h, H empty and full address; g GRE
 * key; s revocation support; m, f, a MHAE, MFAE, FHAE; u unknown skippable. */
static int decode_order(const char *order)
{
	static const struct {
		char letter;
		uint8_t type, length;
	} rows[] = {
		{ 'r', 127, 1 },  { 'R', 127, 9 }, { 'h', 255, 1 },
		{ 'H', 255, 17 }, { 's', 137, 6 }, { 'm', 32, 20 },
		{ 'f', 33, 20 },  { 'a', 34, 20 }, { 'u', 200, 3 },
	};

	begin(MIP4_RRQ);
	for (const char *p = order; *p; p++) {
		if (*p == 'n')
			put_nai();
		else if (*p == 'g')
			put_long(48, 0, 4);
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].letter == *p)
				put(rows[i].type, rows[i].length, 0);
	}
	return decode();
}

static void the_orders_of_the_rfcs_are_taken(void **state)
{
	static const char *const orders[] = {
		"",       "n",   "nrm",     "nRma",     "nHmgsa", "nrgsm",  "nHa",
		"rngsmf", "nmf", "unurumu", "nmugusua", "nma",    "gsnRma", "nHgsa",
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		assert_int_equal(decode_order(orders[i]), 0);
}

static void identity_after_an_authenticator_is_refused(void **state)
{
	assert_int_equal(decode_order("mn"), -EPROTO);
	assert_int_equal(decode_order("an"), -EPROTO);
	assert_int_equal(decode_order("fn"), -EPROTO);
	assert_int_equal(decode_order("mna"), -EPROTO);
}

static void a_draft_extension_after_what_must_cover_it_is_refused(void **state)
{
	static const char *const orders[] = {
		"nmr",  "nmR",  "nmh",  "nmH",  "nar",  "naR", "nah",   "naH",
		"nmra", "nmha", "nmar", "nmaR", "nmaH", "nfR", "nmaRf", "nmRf",
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		assert_int_equal(decode_order(orders[i]), -EPROTO);
}

static void a_full_draft_extension_before_the_fhae_is_taken(void **state)
{
	assert_int_equal(decode_order("nmRa"), 0);
	assert_int_equal(m.hoa_request, MIP4_FULL);
	assert_int_equal(decode_order("nmHa"), 0);
	assert_int_equal(m.hoa, MIP4_FULL);
}

static void agents_extensions_that_nothing_covers_are_refused(void **state)
{
	static const char *const orders[] = { "nmg", "nms", "nag", "nas", "nmgf", "nmagf", "nmsf" };

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		assert_int_equal(decode_order(orders[i]), -EPROTO);
}

static void authenticators_in_another_order_or_twice_are_refused(void **state)
{
	static const char *const orders[] = { "am", "fm", "mm", "aa", "ff", "mama" };

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		assert_int_equal(decode_order(orders[i]), -EPROTO);
}

static void zero_sign(const void *state, struct bytes a, struct bytes b, uint8_t *ret)
{
	memset(ret, 0, 16);
}

static void agents_extensions_are_written_before_the_fhae_or_else_the_mhae(void **state)
{
	static const struct mac_algorithm zero = { .length = 16, .sign = zero_sign };
	struct mip4_sa sa = { .spi = 256, .algorithm = &zero };
	const struct mip4_sa *const sas[] = { &sa, &sa };
	const enum mip4_auth both[] = { MIP4_MHAE, MIP4_FHAE };
	struct mip4_message sent = { .type = MIP4_RRQ,
				     .nai = BYTES("a@b.c", 5),
				     .hoa_request = MIP4_EMPTY,
				     .gre = true,
				     .revocation_support = true };
	/* fixed 24, NAI 7, request 3, GRE 8, support 8, authenticators 22 */
	static const uint8_t with[] = { 24, 131, 31, 127, 34, 32, 56, 48, 64, 137, 72, 34 };
	static const uint8_t without[] = { 24, 131, 31, 127, 34, 48, 42, 137, 50, 32 };

	w = writer_new(buf, sizeof(buf));
	assert_int_equal(mip4_encode(&sent, &mip4_numbers_default, both, sas, 2, &w), 0);
	for (size_t i = 0; i < sizeof(with); i += 2)
		assert_int_equal(buf[with[i]], with[i + 1]);
	assert_int_equal(writer_length(&w), 94);

	w = writer_new(buf, sizeof(buf));
	assert_int_equal(mip4_encode(&sent, &mip4_numbers_default, both, sas, 1, &w), 0);
	for (size_t i = 0; i < sizeof(without); i += 2)
		assert_int_equal(buf[without[i]], without[i + 1]);
	assert_int_equal(writer_length(&w), 72);
}

static const struct test tests[] = {
	TEST(unknown_types_below_128_refuse_the_message, "EXT-3"),
	TEST(unknown_types_from_128_are_skipped_by_their_length, ""),
	TEST(dynamic_home_agent_and_multipath_are_skipped_as_long, ""),
	TEST(padding_is_one_octet, ""),
	TEST(an_extension_that_ends_after_the_message_refuses_it, ""),
	TEST(more_extensions_than_any_message_has_refuse_it, ""),
	TEST(an_extension_out_of_its_message_is_like_an_unknown_one, "EXT-3"),
	TEST(a_gre_key_of_unknown_sub_type_refuses_the_message, ""),
	TEST(a_home_address_request_has_length_1_or_9, "EXT-3 EXT-4"),
	TEST(a_home_address_has_length_1_or_17, "EXT-7"),
	TEST(a_zero_interface_identifier_is_not_an_empty_request, "EXT-4 EXT-6"),
	TEST(only_the_u_bit_of_a_home_address_counts, "EXT-7"),
	TEST(a_home_address_may_stand_in_all_four_messages, "EXT-8"),
	TEST(an_empty_home_address_has_no_u_bit, "EXT-7"),
	TEST(the_defaults_are_the_numbers_for_experiments, "EXT-3 EXT-12"),
	TEST(configured_numbers_are_sent_and_accepted, "EXT-12"),
	TEST(numbers_with_another_meaning_are_known, "EXT-12"),
	TEST(what_is_present_twice_is_bad, ""),
	TEST(a_request_and_a_statement_of_an_address_together_are_bad, ""),
	TEST(wrong_lengths_of_what_is_read_are_bad, ""),
	TEST(an_authenticator_without_value_refuses_the_message, ""),
	TEST(the_orders_of_the_rfcs_are_taken, "EXT-9"),
	TEST(identity_after_an_authenticator_is_refused, ""),
	TEST(a_draft_extension_after_what_must_cover_it_is_refused, "EXT-9 EXT-11"),
	TEST(a_full_draft_extension_before_the_fhae_is_taken, "EXT-9"),
	TEST(agents_extensions_that_nothing_covers_are_refused, ""),
	TEST(authenticators_in_another_order_or_twice_are_refused, ""),
	TEST(agents_extensions_are_written_before_the_fhae_or_else_the_mhae, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/mip4_ext", tests);
}
