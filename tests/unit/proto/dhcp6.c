/* SPDX-License-Identifier: Apache-2.0 */
/* DHCPv6: golden messages both ways, those of real clients among them, and what a server discards.
 */
#include "proto/dhcp6.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/dhcp6_roundtrip.h"
#include "test.h"
#include "vector.h"

#define REPLY "dhcp6/reply.hex"
#define ALL   "dhcp6/all-options.hex"

/* As peers sent them: options in an order of their own. */
static const char *const captured[] = {
	"dhcp6/advertise-dhcpd.hex",
	"dhcp6/confirm-dhclient.hex",
	"dhcp6/decline.hex",
	"dhcp6/information-request-dhclient.hex",
	"dhcp6/rebind-dhclient.hex",
	"dhcp6/relay-forward-dhcrelay.hex",
	"dhcp6/relay-reply-dhcpd.hex",
	"dhcp6/release-dhclient.hex",
	"dhcp6/renew-dhclient.hex",
	"dhcp6/renew-dibbler.hex",
	"dhcp6/request-dhclient.hex",
	"dhcp6/request-wide.hex",
	"dhcp6/solicit-dhclient.hex",
	"dhcp6/solicit-dhcpcd.hex",
	"dhcp6/solicit-dibbler.hex",
	REPLY,
	ALL,
};
#define CAPTURED (sizeof(captured) / sizeof(captured[0]))

static struct vector v;
static struct dhcp6_message m;

static void decode(const char *name)
{
	v = vector_read(name);
	assert_int_equal(dhcp6_decode(vector_bytes(&v), &m), 0);
}

static bool address_is(const struct in6_addr *a, const char *text)
{
	struct in6_addr b;

	assert_int_equal(inet_pton(AF_INET6, text, &b), 1);
	return in6_equal(a, &b);
}

static bool view_is(struct bytes a, const char *octets, size_t n)
{
	return bytes_equal(a, BYTES(octets, n));
}

static bool text_is(struct bytes a, const char *text)
{
	return view_is(a, text, strlen(text));
}

static bool number_is(struct dhcp6_number a, uint32_t value)
{
	return a.present && a.value == value;
}

static bool status_is(const struct dhcp6_status *s, enum dhcp6_status_code code, const char *text)
{
	return s->present && s->code == code && text_is(s->text, text);
}

/* --- both ways --- */

static void our_messages_are_written_byte_for_byte(void **state)
{
	static const char *const ours[] = { REPLY, ALL };

	for (size_t i = 0; i < 2; i++) {
		uint8_t buf[DHCP6_MESSAGE_MAX];
		struct writer w = writer_new(buf, sizeof(buf));

		decode(ours[i]);
		assert_int_equal(dhcp6_encode(&m, &w), 0);
		assert_true(bytes_equal(writer_bytes(&w), vector_bytes(&v)));
		for (size_t n = 0; n < v.n; n++) {
			w = writer_new(buf, n);
			assert_int_equal(dhcp6_encode(&m, &w), -ENOBUFS);
		}
	}
}

static void every_message_is_the_same_after_writing_and_reading(void **state)
{
	for (size_t i = 0; i < CAPTURED; i++) {
		decode(captured[i]);
		dhcp6_roundtrip(&m, v.n);
	}
}

/* Where the options of the outermost message start. */
static size_t options_at(const struct vector *x)
{
	return x->b[0] == DHCP6_RELAY_FORWARD || x->b[0] == DHCP6_RELAY_REPLY ? 34 : 4;
}

/* Whether it would be whole if it ended after n octets: between two options, and what it relays is
 * there. */
static bool may_end_at(const struct vector *x, size_t n)
{
	size_t at = options_at(x);
	bool relays = at == 4;

	while (at < n) {
		relays |= x->b[at] == 0 && x->b[at + 1] == DHCP6_RELAY_MESSAGE;
		at += 4 + (size_t)(x->b[at + 2] << 8 | x->b[at + 3]);
	}
	return at == n && relays;
}

static void a_message_that_ends_early_is_refused_at_every_octet(void **state)
{
	uint8_t buf[VECTOR_MAX];

	for (size_t i = 0; i < CAPTURED; i++) {
		size_t whole = 0;

		decode(captured[i]);
		for (size_t n = 0; n <= v.n; n++) {
			/* at the end, so that a sanitizer sees what is read after it */
			uint8_t *p = buf + sizeof(buf) - n;
			int err;

			memcpy(p, v.b, n);
			err = dhcp6_decode(BYTES(p, n), &m);
			assert_int_equal(err, may_end_at(&v, n) ? 0 : -EBADMSG);
			whole += err == 0;
		}
		assert_true(whole >= 1);
	}
}

/* Options are known by their codes, so those of a captured message can be put in our order. */
static size_t take_option(struct vector *from, int code, uint8_t *ret)
{
	for (size_t at = options_at(from); at < from->n;) {
		size_t n = 4 + (size_t)(from->b[at + 2] << 8 | from->b[at + 3]);

		if ((from->b[at] << 8 | from->b[at + 1]) == code) {
			memcpy(ret, from->b + at, n);
			return n;
		}
		at += n;
	}
	return 0;
}

static void captured_options_are_written_octet_for_octet(void **state)
{
	for (size_t i = 0; i < CAPTURED; i++) {
		uint8_t expected[VECTOR_MAX], buf[DHCP6_MESSAGE_MAX];
		struct writer w = writer_new(buf, sizeof(buf));
		size_t n;

		decode(captured[i]);
		if (m.n_relays || strcmp(captured[i], "dhcp6/decline.hex") == 0)
			continue; /* in our order already; of what is not known nothing is left */
		n = options_at(&v);
		memcpy(expected, v.b, n);
		for (int code = 0; code < 100; code++)
			n += take_option(&v, code, expected + n);
		assert_int_equal(n, v.n);
		assert_int_equal(dhcp6_encode(&m, &w), 0);
		assert_true(bytes_equal(writer_bytes(&w), BYTES(expected, n)));
	}
}

/* --- fields --- */

static void a_dhclient_solicit_has_its_fields(void **state)
{
	decode("dhcp6/solicit-dhclient.hex");
	assert_int_equal(m.type, DHCP6_SOLICIT);
	assert_int_equal(m.transaction_id, 0x9e69ca);
	assert_true(view_is(m.client_id, "\0\1\0\1\x32\x99\x0c\xc2\2\0\x5e\x10\0\x0a", 14));
	assert_null(m.server_id.p);
	assert_true(dhcp6_requests(&m, DHCP6_DNS_SERVERS));
	assert_true(dhcp6_requests(&m, DHCP6_DOMAIN_LIST));
	assert_false(dhcp6_requests(&m, DHCP6_SOL_MAX_RT));
	assert_true(number_is(m.elapsed, 0));
	assert_int_equal(m.n_ias, 2);
	assert_int_equal(m.ias[0].type, DHCP6_IA_NA);
	assert_int_equal(m.ias[0].iaid, 0x5e10000a);
	assert_int_equal(m.ias[0].t1, 3600);
	assert_int_equal(m.ias[0].t2, 5400);
	assert_int_equal(m.ias[0].n_leases, 0);
	assert_int_equal(m.ias[1].type, DHCP6_IA_PD);
	assert_int_equal(m.ias[1].iaid, 0x5e10000a);
	assert_false(m.rapid_commit);
	assert_false(m.preference.present);
	assert_int_equal(m.n_relays, 0);
}

static void a_dhclient_request_has_its_leases(void **state)
{
	decode("dhcp6/request-dhclient.hex");
	assert_int_equal(m.type, DHCP6_REQUEST);
	assert_true(view_is(m.server_id, "\0\1\0\1\x32\x99\x0c\xc1\xfa\xf9\xb6\x95\1\x4b", 14));
	assert_int_equal(m.n_ias, 2);
	assert_int_equal(m.ias[0].n_leases, 1);
	assert_true(address_is(&m.ias[0].leases[0].address, "2001:db8:1::110c"));
	assert_int_equal(m.ias[0].leases[0].preferred, 7200);
	assert_int_equal(m.ias[0].leases[0].valid, 7500);
	assert_int_equal(m.ias[1].n_leases, 1);
	assert_true(address_is(&m.ias[1].leases[0].address, "2001:db8:2:f::"));
	assert_int_equal(m.ias[1].leases[0].length, 64);
	assert_int_equal(m.ias[1].leases[0].preferred, 7200);
	assert_int_equal(m.ias[1].leases[0].valid, 7500);
}

static void other_clients_solicits_have_their_fields(void **state)
{
	decode("dhcp6/solicit-dhcpcd.hex");
	assert_true(m.rapid_commit);
	assert_true(dhcp6_requests(&m, DHCP6_SOL_MAX_RT) && dhcp6_requests(&m, DHCP6_INF_MAX_RT));
	assert_int_equal(m.vendor_class.enterprise, 40712);
	assert_int_equal(m.vendor_class.data.n, 2 + 54);
	assert_int_equal(m.ias[1].iaid, 2);
	decode("dhcp6/solicit-dibbler.hex");
	assert_true(m.rapid_commit);
	assert_int_equal(m.n_ias, 2);
	assert_int_equal(m.ias[0].t1, DHCP6_INFINITE);
	assert_int_equal(m.ias[1].type, DHCP6_IA_TA);
	assert_int_equal(m.ias[1].iaid, 1);
}

static void every_client_message_has_its_type(void **state)
{
	static const struct {
		const char *name;
		enum dhcp6_type type;
	} of[] = {
		{ "dhcp6/renew-dhclient.hex", DHCP6_RENEW },
		{ "dhcp6/renew-dibbler.hex", DHCP6_RENEW },
		{ "dhcp6/rebind-dhclient.hex", DHCP6_REBIND },
		{ "dhcp6/confirm-dhclient.hex", DHCP6_CONFIRM },
		{ "dhcp6/release-dhclient.hex", DHCP6_RELEASE },
		{ "dhcp6/decline.hex", DHCP6_DECLINE },
		{ "dhcp6/request-wide.hex", DHCP6_REQUEST },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		decode(of[i].name);
		assert_int_equal(m.type, of[i].type);
		assert_int_equal(m.ias[0].type, DHCP6_IA_NA);
		assert_int_equal(m.ias[0].n_leases, 1);
	}
	decode("dhcp6/information-request-dhclient.hex");
	assert_int_equal(m.type, DHCP6_INFORMATION_REQUEST);
	assert_int_equal(m.n_ias, 0);
}

static void a_server_s_advertise_has_its_fields(void **state)
{
	decode("dhcp6/advertise-dhcpd.hex");
	assert_int_equal(m.type, DHCP6_ADVERTISE);
	assert_true(number_is(m.preference, 255));
	assert_int_equal(m.n_ias, 2);
	assert_true(address_is(&m.ias[0].leases[0].address, "2001:db8:1::1e12"));
	assert_int_equal(m.ias[0].leases[0].valid, 60);
	assert_true(status_is(&m.ias[1].status, DHCP6_NO_ADDRS_AVAIL,
			      "No addresses available for this interface."));
	assert_int_equal(m.dns.n, 2);
	assert_true(address_is(&m.dns.servers[1], "2001:db8::54"));
	assert_true(view_is(m.domains, "\7example\3net\0\3lab\7example\3net\0", 30));
}

static void a_relayed_message_has_its_relay_agent(void **state)
{
	decode("dhcp6/relay-forward-dhcrelay.hex");
	assert_int_equal(m.type, DHCP6_SOLICIT);
	assert_int_equal(m.n_relays, 1);
	assert_int_equal(m.relay_type, DHCP6_RELAY_FORWARD);
	assert_int_equal(m.relays[0].hop_count, 0);
	assert_true(address_is(&m.relays[0].link, "2001:db8:3::1"));
	assert_true(address_is(&m.relays[0].peer, "fe80::5eff:fe10:a"));
	assert_true(view_is(m.relays[0].interface_id, "\1\0\0\0", 4));
	assert_int_equal(m.relays[0].message.n, 52);
	decode("dhcp6/relay-reply-dhcpd.hex");
	assert_int_equal(m.type, DHCP6_ADVERTISE);
	assert_int_equal(m.relay_type, DHCP6_RELAY_REPLY);
	assert_true(view_is(m.relays[0].interface_id, "\1\0\0\0", 4));
}

static void relay_agents_stand_from_the_server_to_the_client(void **state)
{
	decode(ALL);
	assert_int_equal(m.n_relays, 2);
	assert_int_equal(m.relays[0].hop_count, 1);
	assert_true(m.relays[0].interface_id.p && m.relays[0].interface_id.n == 0);
	assert_null(m.relays[0].client_lla.address.p);
	assert_true(in6_is_unspecified(&m.relays[1].link));
	assert_true(text_is(m.relays[1].interface_id, "port 7"));
	assert_int_equal(m.relays[1].client_lla.hardware, 6);
	assert_true(view_is(m.relays[1].client_lla.address, "\2\0\x5e\x10\0\x0a", 6));
}

/* RFC 6939 5: the option is not sent in a Relay-reply. */
static void a_reply_goes_back_through_the_relay_agents_of_its_request(void **state)
{
	uint8_t buf[DHCP6_MESSAGE_MAX];
	struct writer w = writer_new(buf, sizeof(buf));
	struct dhcp6_message reply = { .type = DHCP6_REPLY }, again;

	decode(ALL);
	reply.relay_type = DHCP6_RELAY_REPLY;
	reply.n_relays = m.n_relays;
	memcpy(reply.relays, m.relays, sizeof(m.relays));
	assert_int_equal(dhcp6_encode(&reply, &w), 0);
	assert_int_equal(dhcp6_decode(writer_bytes(&w), &again), 0);
	assert_int_equal(again.relay_type, DHCP6_RELAY_REPLY);
	assert_int_equal(again.n_relays, 2);
	assert_int_equal(again.relays[0].hop_count, 1);
	assert_true(in6_equal(&again.relays[1].peer, &m.relays[1].peer));
	assert_true(text_is(again.relays[1].interface_id, "port 7"));
	assert_null(again.relays[1].client_lla.address.p);
}

static void every_option_has_its_field(void **state)
{
	const struct dhcp6_ia *na = &m.ias[0], *ta = &m.ias[1], *pd = &m.ias[2];

	decode(ALL);
	assert_int_equal(m.type, DHCP6_RECONFIGURE);
	assert_int_equal(m.transaction_id, 0x123456);
	assert_int_equal(m.client_id.n, 18);
	assert_true(view_is(m.server_id, "\0\2\0\0\0\x09router", 12));
	assert_int_equal(m.n_ias, 3);
	assert_true(na->t1 == 50 && na->t2 == 80 && na->n_leases == 2);
	assert_true(status_is(&na->leases[0].status, DHCP6_NOT_ON_LINK, "moved"));
	assert_false(na->leases[1].status.present);
	assert_true(address_is(&na->leases[1].address, "2001:db8:1::2"));
	assert_true(status_is(&na->status, DHCP6_SUCCESS, ""));
	assert_true(ta->n_leases == 1 && ta->leases[0].preferred == 7 && ta->leases[0].valid == 8);
	assert_true(status_is(&ta->status, DHCP6_NO_ADDRS_AVAIL, ""));
	assert_true(pd->t1 == DHCP6_INFINITE && pd->leases[0].valid == DHCP6_INFINITE);
	assert_true(pd->leases[0].length == 56);
	assert_true(address_is(&pd->leases[0].address, "2001:db8:2::"));
	assert_true(status_is(&pd->leases[0].status, DHCP6_NO_BINDING, ""));
	assert_true(number_is(m.preference, 255) && number_is(m.elapsed, 0xffff));
	assert_true(m.auth.protocol == 3 && m.auth.algorithm == 1 && m.auth.replay_method == 0);
	assert_true(m.auth.replay == 0x0102030405060708);
	assert_int_equal(m.auth.information.n, 17);
	assert_int_equal(m.unicast.n, 16);
	assert_true(status_is(&m.status, DHCP6_UNSPEC_FAIL, "all"));
	assert_true(m.rapid_commit && m.reconfigure_accept);
	assert_true(view_is(m.user_class, "\0\3lab\0\4host", 11));
	assert_int_equal(m.vendor_class.enterprise, 9);
	assert_true(view_is(m.vendor_class.data, "\0\6switch", 8));
	assert_true(number_is(m.reconfigure, DHCP6_RENEW));
	assert_int_equal(m.dns.n, 1);
	assert_true(view_is(m.domains, "\7example\3net\0", 13));
	assert_true(number_is(m.refresh_time, 86400) && number_is(m.sol_max_rt, 60));
	assert_true(number_is(m.inf_max_rt, 86400));
}

/* --- types --- */

static void unknown_message_types_are_told_apart(void **state)
{
	for (int type = 0; type < 256; type++) {
		uint8_t alone[4] = { (uint8_t)type };
		uint8_t relayed[34 + 4 + 4] = { DHCP6_RELAY_FORWARD, [35] = DHCP6_RELAY_MESSAGE,
						[37] = 4, [38] = (uint8_t)type };
		bool relay = type == DHCP6_RELAY_FORWARD || type == DHCP6_RELAY_REPLY;
		int expected = 1 <= type && type <= 13 ? 0 : -ENOMSG;

		if (relay) /* too short to be one */
			expected = -EBADMSG;
		assert_int_equal(dhcp6_decode(BYTES(alone, 4), &m), expected);
		assert_int_equal(dhcp6_decode(BYTES(relayed, sizeof(relayed)), &m), expected);
	}
	assert_int_equal(dhcp6_decode(BYTES(NULL, 0), &m), -EBADMSG);
}

static void types_and_statuses_have_names(void **state)
{
	for (int type = DHCP6_SOLICIT; type <= DHCP6_RELAY_REPLY; type++)
		assert_non_null(dhcp6_type_name((enum dhcp6_type)type));
	assert_string_equal(dhcp6_type_name(DHCP6_INFORMATION_REQUEST), "INFORMATION-REQUEST");
	for (uint16_t code = 0; code <= DHCP6_NO_PREFIX_AVAIL; code++)
		assert_non_null(dhcp6_status_name(code));
	assert_string_equal(dhcp6_status_name(DHCP6_NO_PREFIX_AVAIL), "NoPrefixAvail");
	assert_null(dhcp6_status_name(DHCP6_NO_PREFIX_AVAIL + 1));
	assert_null(dhcp6_status_name(0xffff));
}

/* RFC 8415 16; in full in dhcp6_discard.c */
static void real_clients_are_not_discarded(void **state)
{
	for (size_t i = 0; i < CAPTURED; i++) {
		decode(captured[i]);
		if (dhcp6_server_discards(&m, m.server_id, m.n_relays != 0) == -1)
			continue;
		assert_true(m.type == DHCP6_ADVERTISE || m.type == DHCP6_REPLY ||
			    m.type == DHCP6_RECONFIGURE);
	}
}

static const struct test tests[] = {
	TEST(our_messages_are_written_byte_for_byte, ""),
	TEST(every_message_is_the_same_after_writing_and_reading, ""),
	TEST(a_message_that_ends_early_is_refused_at_every_octet, ""),
	TEST(captured_options_are_written_octet_for_octet, ""),
	TEST(a_dhclient_solicit_has_its_fields, ""),
	TEST(a_dhclient_request_has_its_leases, ""),
	TEST(other_clients_solicits_have_their_fields, ""),
	TEST(every_client_message_has_its_type, ""),
	TEST(a_server_s_advertise_has_its_fields, ""),
	TEST(a_relayed_message_has_its_relay_agent, ""),
	TEST(relay_agents_stand_from_the_server_to_the_client, ""),
	TEST(a_reply_goes_back_through_the_relay_agents_of_its_request, ""),
	TEST(every_option_has_its_field, ""),
	TEST(unknown_message_types_are_told_apart, ""),
	TEST(types_and_statuses_have_names, ""),
	TEST(real_clients_are_not_discarded, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/dhcp6", tests);
}
