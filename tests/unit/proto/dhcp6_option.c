/* SPDX-License-Identifier: Apache-2.0 */
/* DHCPv6 options one by one: every length, options twice, out of their place and not known, and
 * how many of what a message may hold. */
#include "proto/dhcp6.h"

#include <errno.h>
#include <string.h>

#include "../../fuzz/dhcp6_roundtrip.h"
#include "test.h"

/* A message under construction. What is written between the begin and the end of an option is in
 * it. */
static uint8_t buf[2 * DHCP6_MESSAGE_MAX];
static struct writer w;
static struct dhcp6_message m;

static void begin(void)
{
	w = writer_new(buf, sizeof(buf));
	write_u32(&w, (uint32_t)DHCP6_REQUEST << 24);
}

static size_t begin_option(int code)
{
	write_u16(&w, (uint16_t)code);
	write_u16(&w, 0);
	return writer_length(&w);
}

static void end_option(size_t at)
{
	write_u16_at(&w, at - 2, (uint16_t)(writer_length(&w) - at));
}

/* An option of n zero octets. */
static void put(int code, size_t n)
{
	size_t at = begin_option(code);

	write_zero(&w, n);
	end_option(at);
}

static size_t open_ia(enum dhcp6_code type, uint32_t iaid)
{
	size_t at = begin_option(type);

	write_u32(&w, iaid);
	if (type != DHCP6_IA_TA)
		write_zero(&w, 8);
	return at;
}

static size_t open_relay(enum dhcp6_type type)
{
	write_u8(&w, (uint8_t)type);
	write_zero(&w, 33);
	return begin_option(DHCP6_RELAY_MESSAGE);
}

static int decode(void)
{
	assert_false(w.failed);
	return dhcp6_decode(writer_bytes(&w), &m);
}

/* --- lengths --- */

/* Where an option stands. */
enum place { MESSAGE, IN_NA, IN_TA, IN_PD, IN_IAADDR, IN_IAPREFIX, IN_FORWARD, IN_REPLY };

static const enum dhcp6_code ia_of[] = { [IN_NA] = DHCP6_IA_NA,
					 [IN_TA] = DHCP6_IA_TA,
					 [IN_PD] = DHCP6_IA_PD,
					 [IN_IAADDR] = DHCP6_IA_NA,
					 [IN_IAPREFIX] = DHCP6_IA_PD };

/* Octets: min to max in steps. Options that hold options are as here with zero octets in them, as
 * four of them are an option. */
static const struct {
	enum place place;
	enum dhcp6_code code;
	size_t min, max, step;
} rules[] = {
	{ MESSAGE, DHCP6_CLIENT_ID, 3, 130, 1 },
	{ MESSAGE, DHCP6_SERVER_ID, 3, 130, 1 },
	{ MESSAGE, DHCP6_IA_NA, 12, 1000, 4 },
	{ MESSAGE, DHCP6_IA_TA, 4, 1000, 4 },
	{ MESSAGE, DHCP6_ORO, 0, 1000, 2 },
	{ MESSAGE, DHCP6_PREFERENCE, 1, 1, 1 },
	{ MESSAGE, DHCP6_ELAPSED_TIME, 2, 2, 1 },
	{ MESSAGE, DHCP6_AUTH, 11, 1000, 1 },
	{ MESSAGE, DHCP6_UNICAST, 16, 16, 1 },
	{ MESSAGE, DHCP6_STATUS_CODE, 2, 1000, 1 },
	{ MESSAGE, DHCP6_RAPID_COMMIT, 0, 0, 1 },
	{ MESSAGE, DHCP6_USER_CLASS, 2, 1000, 1 },
	{ MESSAGE, DHCP6_VENDOR_CLASS, 4, 1000, 1 },
	{ MESSAGE, DHCP6_RECONFIGURE_MESSAGE, 1, 1, 1 },
	{ MESSAGE, DHCP6_RECONFIGURE_ACCEPT, 0, 0, 1 },
	{ MESSAGE, DHCP6_DNS_SERVERS, 16, 1000, 16 },
	{ MESSAGE, DHCP6_DOMAIN_LIST, 1, 1000, 1 },
	{ MESSAGE, DHCP6_IA_PD, 12, 1000, 4 },
	{ MESSAGE, DHCP6_REFRESH_TIME, 4, 4, 1 },
	{ MESSAGE, DHCP6_SOL_MAX_RT, 4, 4, 1 },
	{ MESSAGE, DHCP6_INF_MAX_RT, 4, 4, 1 },
	{ IN_NA, DHCP6_IAADDR, 24, 1000, 4 },
	{ IN_NA, DHCP6_STATUS_CODE, 2, 1000, 1 },
	{ IN_TA, DHCP6_IAADDR, 24, 1000, 4 },
	{ IN_TA, DHCP6_STATUS_CODE, 2, 1000, 1 },
	{ IN_PD, DHCP6_IAPREFIX, 25, 1000, 4 },
	{ IN_PD, DHCP6_STATUS_CODE, 2, 1000, 1 },
	{ IN_IAADDR, DHCP6_STATUS_CODE, 2, 1000, 1 },
	{ IN_IAPREFIX, DHCP6_STATUS_CODE, 2, 1000, 1 },
	{ IN_FORWARD, DHCP6_INTERFACE_ID, 0, 1000, 1 },
	{ IN_FORWARD, DHCP6_CLIENT_LLA, 3, 1000, 1 },
	{ IN_REPLY, DHCP6_INTERFACE_ID, 0, 1000, 1 },
};
#define RULES      (sizeof(rules) / sizeof(rules[0]))
#define LENGTH_MAX 140 /* of those tried */

/* A message whose option of n octets stands there, `times` times. */
static int decode_at(enum place place, enum dhcp6_code code, size_t n, int times)
{
	bool in_lease = place == IN_IAADDR || place == IN_IAPREFIX;
	bool relay = place == IN_FORWARD || place == IN_REPLY;
	size_t outer = 0, lease = 0;

	begin();
	if (relay) {
		w.p = w.start;
		outer = open_relay(place == IN_FORWARD ? DHCP6_RELAY_FORWARD : DHCP6_RELAY_REPLY);
		write_u32(&w, (uint32_t)DHCP6_REQUEST << 24);
		end_option(outer);
	} else if (place != MESSAGE) {
		outer = open_ia(ia_of[place], 7);
	}
	if (in_lease) {
		lease = begin_option(place == IN_IAADDR ? DHCP6_IAADDR : DHCP6_IAPREFIX);
		write_zero(&w, place == IN_IAADDR ? 24 : 25);
	}
	while (times-- > 0)
		put(code, n);
	if (in_lease)
		end_option(lease);
	if (place != MESSAGE && !relay)
		end_option(outer);
	return decode();
}

static void every_option_has_its_lengths_and_no_others(void **state)
{
	for (size_t i = 0; i < RULES; i++) {
		for (size_t n = 0; n <= LENGTH_MAX; n++) {
			bool right = rules[i].min <= n && n <= rules[i].max &&
				     (n - rules[i].min) % rules[i].step == 0;
			int err = decode_at(rules[i].place, rules[i].code, n, 1);

			if (err != (right ? 0 : -EBADMSG))
				fail_msg("option %d in %d, length %zu: %d", rules[i].code,
					 rules[i].place, n, err);
		}
	}
}

static void an_option_that_ends_after_what_it_is_in_refuses_the_message(void **state)
{
	for (size_t i = 0; i < RULES; i++) {
		assert_int_equal(decode_at(rules[i].place, rules[i].code, rules[i].min, 1), 0);
		for (size_t left = 1; left < 4 + rules[i].min; left++) {
			assert_int_equal(decode_at(rules[i].place, rules[i].code, rules[i].min, 1),
					 0);
			w.p -= left;
			assert_int_equal(decode(), -EBADMSG);
		}
	}
}

static void options_inside_end_with_what_they_are_in(void **state)
{
	size_t ia, lease;

	/* the status code is longer than what is left of the IA, not of the message */
	begin();
	ia = open_ia(DHCP6_IA_NA, 1);
	put(DHCP6_STATUS_CODE, 2);
	end_option(ia);
	put(DHCP6_USER_CLASS, 10);
	assert_int_equal(decode(), 0);
	buf[ia + 12 + 3]++;
	assert_int_equal(decode(), -EBADMSG);
	begin();
	ia = open_ia(DHCP6_IA_NA, 1);
	lease = begin_option(DHCP6_IAADDR);
	write_zero(&w, 24);
	put(DHCP6_STATUS_CODE, 2);
	end_option(lease);
	put(DHCP6_USER_CLASS, 10);
	end_option(ia);
	assert_int_equal(decode(), 0);
	buf[lease + 24 + 3]++;
	assert_int_equal(decode(), -EBADMSG);
}

/* --- twice --- */

static bool repeats(enum dhcp6_code code)
{
	return code == DHCP6_IAADDR || code == DHCP6_IAPREFIX || code == DHCP6_VENDOR_CLASS;
}

/* IAs with the same IAID too, which these are. */
static void an_option_twice_refuses_the_message(void **state)
{
	for (size_t i = 0; i < RULES; i++)
		assert_int_equal(decode_at(rules[i].place, rules[i].code, rules[i].min, 2),
				 repeats(rules[i].code) ? 0 : -EBADMSG);
}

static void what_a_relay_agent_relays_is_one_message(void **state)
{
	begin();
	w.p = w.start;
	end_option(open_relay(DHCP6_RELAY_FORWARD));
	assert_int_equal(decode(), -EBADMSG);
	begin();
	w.p = w.start;
	for (int i = 0; i < 2; i++) {
		size_t at = i == 0 ? open_relay(DHCP6_RELAY_FORWARD)
				   : begin_option(DHCP6_RELAY_MESSAGE);

		write_u32(&w, (uint32_t)DHCP6_REQUEST << 24);
		end_option(at);
		assert_int_equal(decode(), i == 0 ? 0 : -EBADMSG);
	}
	begin();
	w.p = w.start;
	write_u8(&w, DHCP6_RELAY_FORWARD);
	write_zero(&w, 33);
	put(DHCP6_INTERFACE_ID, 4);
	assert_int_equal(decode(), -EBADMSG);
}

static void an_iaid_names_one_ia_of_a_type(void **state)
{
	static const enum dhcp6_code types[] = { DHCP6_IA_NA, DHCP6_IA_TA, DHCP6_IA_PD };

	begin();
	for (size_t i = 0; i < 3; i++) {
		end_option(open_ia(types[i], 5));
		end_option(open_ia(types[i], 6));
	}
	assert_int_equal(decode(), 0);
	assert_int_equal(m.n_ias, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(m.ias[i].type, types[i / 2]);
		assert_int_equal(m.ias[i].iaid, 5 + i % 2);
	}
	dhcp6_roundtrip(&m, writer_length(&w));
	end_option(open_ia(DHCP6_IA_TA, 6));
	assert_int_equal(decode(), -EBADMSG);
}

static void of_vendor_classes_the_first_is_kept(void **state)
{
	begin();
	for (uint32_t enterprise = 1; enterprise <= 3; enterprise++) {
		size_t at = begin_option(DHCP6_VENDOR_CLASS);

		write_u32(&w, enterprise);
		write_zero(&w, enterprise);
		end_option(at);
	}
	assert_int_equal(decode(), 0);
	assert_int_equal(m.vendor_class.enterprise, 1);
	assert_int_equal(m.vendor_class.data.n, 1);
}

/* --- how many --- */

static void an_ia_more_than_there_is_room_for_refuses_the_message(void **state)
{
	begin();
	for (uint32_t i = 0; i < DHCP6_IAS_MAX; i++)
		end_option(open_ia(DHCP6_IA_NA, i));
	assert_int_equal(decode(), 0);
	assert_int_equal(m.n_ias, DHCP6_IAS_MAX);
	end_option(open_ia(DHCP6_IA_PD, 0));
	assert_int_equal(decode(), -EBADMSG);
}

static void a_lease_more_than_there_is_room_for_refuses_the_message(void **state)
{
	static const struct {
		enum dhcp6_code ia, lease;
		size_t n;
	} of[] = { { DHCP6_IA_NA, DHCP6_IAADDR, 24 },
		   { DHCP6_IA_TA, DHCP6_IAADDR, 24 },
		   { DHCP6_IA_PD, DHCP6_IAPREFIX, 25 } };

	for (size_t k = 0; k < 3; k++) {
		for (size_t n = 0; n <= DHCP6_LEASES_MAX + 1; n++) {
			size_t ia;

			begin();
			ia = open_ia(of[k].ia, 1);
			for (size_t i = 0; i < n; i++)
				put(of[k].lease, of[k].n);
			end_option(ia);
			assert_int_equal(decode(), n <= DHCP6_LEASES_MAX ? 0 : -EBADMSG);
			if (n <= DHCP6_LEASES_MAX)
				assert_int_equal(m.ias[0].n_leases, n);
		}
	}
}

static int decode_relayed(size_t n, enum dhcp6_type first, enum dhcp6_type others)
{
	size_t at[DHCP6_RELAYS_MAX + 1];

	w = writer_new(buf, sizeof(buf));
	for (size_t i = 0; i < n; i++)
		at[i] = open_relay(i == 0 ? first : others);
	write_u32(&w, (uint32_t)DHCP6_REQUEST << 24);
	for (size_t i = 0; i < n; i++)
		end_option(at[i]);
	return decode();
}

/* RFC 8415 7.6, 19.1.2: HOP_COUNT_LIMIT is 8, the first relay agent says 0. */
static void a_relay_agent_more_than_may_be_refuses_the_message(void **state)
{
	static const enum dhcp6_type types[] = { DHCP6_RELAY_FORWARD, DHCP6_RELAY_REPLY };

	for (size_t k = 0; k < 2; k++) {
		for (size_t n = 0; n <= DHCP6_RELAYS_MAX; n++) {
			assert_int_equal(decode_relayed(n, types[k], types[k]), 0);
			assert_int_equal(m.n_relays, n);
		}
		assert_int_equal(decode_relayed(DHCP6_RELAYS_MAX + 1, types[k], types[k]),
				 -EBADMSG);
		assert_int_equal(decode_relayed(2, types[k], types[1 - k]), -EBADMSG);
	}
}

static void of_name_servers_the_first_are_kept(void **state)
{
	size_t at;

	begin();
	at = begin_option(DHCP6_DNS_SERVERS);
	for (uint8_t i = 0; i < DHCP6_DNS_MAX + 2; i++) {
		write_zero(&w, 15);
		write_u8(&w, i);
	}
	end_option(at);
	put(DHCP6_RAPID_COMMIT, 0);
	assert_int_equal(decode(), 0);
	assert_int_equal(m.dns.n, DHCP6_DNS_MAX);
	assert_int_equal(m.dns.servers[DHCP6_DNS_MAX - 1].s6_addr[15], DHCP6_DNS_MAX - 1);
	assert_true(m.rapid_commit);
}

static void a_message_larger_than_a_frame_is_refused(void **state)
{
	begin();
	put(DHCP6_USER_CLASS, DHCP6_MESSAGE_MAX - 8);
	assert_int_equal(writer_length(&w), DHCP6_MESSAGE_MAX);
	assert_int_equal(decode(), 0);
	begin();
	put(DHCP6_USER_CLASS, DHCP6_MESSAGE_MAX - 7);
	assert_int_equal(decode(), -EBADMSG);
}

/* --- not known, out of place --- */

/* The code is one that stands in a message and so has a length. */
static bool is_known(int code)
{
	for (size_t i = 0; i < RULES; i++)
		if (rules[i].place == MESSAGE && (int)rules[i].code == code)
			return true;
	return false;
}

static void options_that_are_not_known_are_passed_over(void **state)
{
	for (int code = 0; code <= 0xffff; code++) {
		if (is_known(code))
			continue;
		begin();
		put(code, 3);
		put(code, 0);
		put(DHCP6_RAPID_COMMIT, 0);
		assert_int_equal(decode(), 0);
		assert_true(m.rapid_commit);
		w.p -= 5;
		assert_int_equal(decode(), -EBADMSG);
	}
}

static void options_out_of_their_place_are_passed_over(void **state)
{
	size_t ia;

	/* of these lengths they would be refused where they belong */
	begin();
	put(DHCP6_IAADDR, 1);
	put(DHCP6_IAPREFIX, 1);
	put(DHCP6_CLIENT_LLA, 1);
	ia = open_ia(DHCP6_IA_NA, 1);
	put(DHCP6_IAPREFIX, 1);
	put(DHCP6_IA_TA, 1);
	put(DHCP6_CLIENT_ID, 1);
	end_option(ia);
	ia = open_ia(DHCP6_IA_PD, 1);
	put(DHCP6_IAADDR, 1);
	end_option(ia);
	assert_int_equal(decode(), 0);
	assert_int_equal(m.n_ias, 2);
	assert_int_equal(m.ias[0].n_leases, 0);
	assert_int_equal(m.ias[1].n_leases, 0);
	assert_null(m.client_id.p);
	/* RFC 6939 5 */
	assert_int_equal(decode_at(IN_REPLY, DHCP6_CLIENT_LLA, 8, 1), 0);
	assert_null(m.relays[0].client_lla.address.p);
}

/* --- contents --- */

static void a_prefix_is_no_longer_than_an_address(void **state)
{
	for (int length = 0; length < 256; length++) {
		size_t ia, prefix;

		begin();
		ia = open_ia(DHCP6_IA_PD, 1);
		prefix = begin_option(DHCP6_IAPREFIX);
		write_zero(&w, 8);
		write_u8(&w, (uint8_t)length);
		write_zero(&w, 16);
		end_option(prefix);
		end_option(ia);
		assert_int_equal(decode(), length <= 128 ? 0 : -EBADMSG);
	}
}

static int decode_domains(const char *octets, size_t n)
{
	size_t at;

	begin();
	at = begin_option(DHCP6_DOMAIN_LIST);
	write_bytes(&w, BYTES(octets, n));
	end_option(at);
	return decode();
}

/* RFC 8415 10: uncompressed. */
static void domain_lists_are_whole_names(void **state)
{
	static char name[DHCP6_NAME_MAX + 1];

	assert_int_equal(decode_domains("\1a\0\1b\2cd\0", 9), 0);
	assert_int_equal(m.domains.n, 9);
	for (size_t n = 1; n < 9; n++)
		assert_int_equal(decode_domains("\1a\0\1b\2cd\0", n), n == 3 ? 0 : -EBADMSG);
	assert_int_equal(decode_domains("\1a\0\xc0\0", 5), -EBADMSG);
	/* 127 labels of one octet and the end: 255 */
	for (size_t i = 0; i < 254; i += 2)
		name[i] = 1;
	assert_int_equal(decode_domains(name, 255), 0);
	name[252] = 2;
	assert_int_equal(decode_domains(name, 256), -EBADMSG);
}

static void a_label_has_at_most_63_octets(void **state)
{
	static char name[1 + 64 + 1];

	name[0] = 63;
	assert_int_equal(decode_domains(name, 1 + 63 + 1), 0);
	name[0] = 64;
	assert_int_equal(decode_domains(name, 1 + 64 + 1), -EBADMSG);
}

static void an_option_request_is_a_list_of_codes(void **state)
{
	size_t at;

	begin();
	assert_int_equal(decode(), 0);
	assert_false(dhcp6_requests(&m, DHCP6_DNS_SERVERS));
	at = begin_option(DHCP6_ORO);
	write_u16(&w, DHCP6_DNS_SERVERS << 8); /* in the wrong octet */
	write_u16(&w, 0xff00 | DHCP6_DNS_SERVERS);
	write_u16(&w, DHCP6_INF_MAX_RT);
	end_option(at);
	assert_int_equal(decode(), 0);
	assert_true(dhcp6_requests(&m, DHCP6_INF_MAX_RT));
	assert_false(dhcp6_requests(&m, DHCP6_DNS_SERVERS));
}

static void nothing_is_written_to_the_result_on_failure(void **state)
{
	static struct dhcp6_message before;

	begin();
	put(DHCP6_CLIENT_ID, 10);
	put(DHCP6_ELAPSED_TIME, 3);
	memset(&m, 0x5a, sizeof(m));
	before = m;
	assert_int_equal(decode(), -EBADMSG);
	assert_memory_equal(&m, &before, sizeof(m));
}

static const struct test tests[] = {
	TEST(every_option_has_its_lengths_and_no_others, ""),
	TEST(an_option_that_ends_after_what_it_is_in_refuses_the_message, ""),
	TEST(options_inside_end_with_what_they_are_in, ""),
	TEST(an_option_twice_refuses_the_message, ""),
	TEST(what_a_relay_agent_relays_is_one_message, ""),
	TEST(an_iaid_names_one_ia_of_a_type, ""),
	TEST(of_vendor_classes_the_first_is_kept, ""),
	TEST(an_ia_more_than_there_is_room_for_refuses_the_message, ""),
	TEST(a_lease_more_than_there_is_room_for_refuses_the_message, ""),
	TEST(a_relay_agent_more_than_may_be_refuses_the_message, ""),
	TEST(of_name_servers_the_first_are_kept, ""),
	TEST(a_message_larger_than_a_frame_is_refused, ""),
	TEST(options_that_are_not_known_are_passed_over, ""),
	TEST(options_out_of_their_place_are_passed_over, ""),
	TEST(a_prefix_is_no_longer_than_an_address, ""),
	TEST(domain_lists_are_whole_names, ""),
	TEST(a_label_has_at_most_63_octets, ""),
	TEST(an_option_request_is_a_list_of_codes, ""),
	TEST(nothing_is_written_to_the_result_on_failure, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/dhcp6_option", tests);
}
