/* SPDX-License-Identifier: Apache-2.0 */
/* What a server discards: every rule of RFC 8415 16, and the reason that is counted. */
#include <string.h>

#include "base/drop.h"
#include "proto/dhcp6.h"
#include "test.h"

static struct dhcp6_message m;

#define US   "us!"
#define THEM "not"

/* Every message that a client may send, without a mistake. */
static const struct {
	enum dhcp6_type type;
	const char *server; /* as Server Identifier */
} right[] = {
	{ DHCP6_SOLICIT, NULL }, { DHCP6_REQUEST, US },  { DHCP6_CONFIRM, NULL },
	{ DHCP6_RENEW, US },     { DHCP6_REBIND, NULL }, { DHCP6_RELEASE, US },
	{ DHCP6_DECLINE, US },
};
#define RIGHT (sizeof(right) / sizeof(right[0]))

static void begin(enum dhcp6_type type, const char *client, const char *server)
{
	m = (struct dhcp6_message){ .type = type };
	m.client_id = BYTES(client, client ? strlen(client) : 0);
	m.server_id = BYTES(server, server ? strlen(server) : 0);
}

static int discards(bool unicast)
{
	return dhcp6_server_discards(&m, BYTES(US, 3), unicast);
}

static void relay_forward(void)
{
	m.relay_type = DHCP6_RELAY_FORWARD;
	m.n_relays = 1;
}

static void a_server_takes_what_is_right(void **state)
{
	for (size_t i = 0; i < RIGHT; i++) {
		begin(right[i].type, "cli", right[i].server);
		m.n_ias = 1;
		assert_int_equal(discards(false), -1);
		relay_forward();
		assert_int_equal(discards(false), -1);
	}
}

static void a_server_discards_messages_without_client_identifier(void **state)
{
	for (size_t i = 0; i < RIGHT; i++) {
		begin(right[i].type, NULL, right[i].server);
		assert_int_equal(discards(false), DROP_DHCP6_CLIENT_ID);
		relay_forward();
		assert_int_equal(discards(false), DROP_DHCP6_CLIENT_ID);
	}
}

static void a_server_identifier_must_be_there_or_must_not(void **state)
{
	for (size_t i = 0; i < RIGHT; i++) {
		begin(right[i].type, "cli", right[i].server ? NULL : US);
		assert_int_equal(discards(false), DROP_DHCP6_SERVER_ID);
	}
}

static void what_is_for_another_server_is_discarded(void **state)
{
	for (size_t i = 0; i < RIGHT; i++) {
		if (!right[i].server)
			continue;
		begin(right[i].type, "cli", THEM);
		assert_int_equal(discards(false), DROP_DHCP6_OTHER_SERVER);
		assert_int_equal(discards(true), DROP_DHCP6_OTHER_SERVER);
		begin(right[i].type, "cli", "us");
		assert_int_equal(discards(false), DROP_DHCP6_OTHER_SERVER);
		begin(right[i].type, "cli", "us!!");
		assert_int_equal(discards(false), DROP_DHCP6_OTHER_SERVER);
	}
}

/* RFC 8415 16.12: both identifiers may be absent. */
static void an_information_request_asks_for_no_addresses(void **state)
{
	begin(DHCP6_INFORMATION_REQUEST, NULL, NULL);
	assert_int_equal(discards(false), -1);
	begin(DHCP6_INFORMATION_REQUEST, "cli", US);
	assert_int_equal(discards(false), -1);
	begin(DHCP6_INFORMATION_REQUEST, "cli", THEM);
	assert_int_equal(discards(false), DROP_DHCP6_OTHER_SERVER);
	begin(DHCP6_INFORMATION_REQUEST, "cli", NULL);
	m.n_ias = 1;
	assert_int_equal(discards(false), DROP_DHCP6_IA);
}

/* RFC 8415 16, 18.4 */
static void unicast_is_discarded_or_told_to_use_multicast(void **state)
{
	for (size_t i = 0; i < RIGHT; i++) {
		begin(right[i].type, "cli", right[i].server);
		assert_int_equal(discards(true),
				 right[i].server ? DROP_DHCP6_USE_MULTICAST : DROP_DHCP6_UNICAST);
		relay_forward(); /* which send by unicast */
		assert_int_equal(discards(true), -1);
	}
	begin(DHCP6_INFORMATION_REQUEST, "cli", NULL);
	assert_int_equal(discards(true), DROP_DHCP6_UNICAST);
}

static void what_servers_say_is_not_for_servers(void **state)
{
	static const enum dhcp6_type types[] = { DHCP6_ADVERTISE, DHCP6_REPLY, DHCP6_RECONFIGURE };

	for (size_t i = 0; i < 3; i++) {
		begin(types[i], "cli", US);
		assert_int_equal(discards(false), DROP_DHCP6_NOT_TO_SERVERS);
		relay_forward();
		assert_int_equal(discards(false), DROP_DHCP6_NOT_TO_SERVERS);
	}
	begin(DHCP6_SOLICIT, "cli", NULL);
	relay_forward();
	m.relay_type = DHCP6_RELAY_REPLY;
	assert_int_equal(discards(false), DROP_DHCP6_NOT_TO_SERVERS);
}

static const struct test tests[] = {
	TEST(a_server_takes_what_is_right, ""),
	TEST(a_server_discards_messages_without_client_identifier, ""),
	TEST(a_server_identifier_must_be_there_or_must_not, ""),
	TEST(what_is_for_another_server_is_discarded, ""),
	TEST(an_information_request_asks_for_no_addresses, ""),
	TEST(unicast_is_discarded_or_told_to_use_multicast, ""),
	TEST(what_servers_say_is_not_for_servers, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/proto/dhcp6_discard", tests);
}
