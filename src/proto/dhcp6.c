/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/dhcp6.h"

#include <assert.h>
#include <errno.h>

#include "base/drop.h"
#include "proto/dhcp6_option.h"

/* Whose DUID a message to a server has as Server Identifier (RFC 8415 16). */
enum server_id {
	NOT_TO_SERVERS, /* is discarded, whatever it has */
	NOBODYS,        /* to all servers: has none */
	OURS,
	OURS_IF_ANY,
};

/* RFC 8415 7.3 and 16, by message type. */
static const struct type_row {
	const char *name;
	enum server_id server_id;
	bool client_id; /* has one */
	bool without_ias;
} types[] = {
	[DHCP6_SOLICIT] = { "SOLICIT", NOBODYS, true },
	[DHCP6_ADVERTISE] = { "ADVERTISE" },
	[DHCP6_REQUEST] = { "REQUEST", OURS, true },
	[DHCP6_CONFIRM] = { "CONFIRM", NOBODYS, true },
	[DHCP6_RENEW] = { "RENEW", OURS, true },
	[DHCP6_REBIND] = { "REBIND", NOBODYS, true },
	[DHCP6_REPLY] = { "REPLY" },
	[DHCP6_RELEASE] = { "RELEASE", OURS, true },
	[DHCP6_DECLINE] = { "DECLINE", OURS, true },
	[DHCP6_RECONFIGURE] = { "RECONFIGURE" },
	[DHCP6_INFORMATION_REQUEST] = { "INFORMATION-REQUEST", OURS_IF_ANY, .without_ias = true },
	[DHCP6_RELAY_FORWARD] = { "RELAY-FORW" },
	[DHCP6_RELAY_REPLY] = { "RELAY-REPL" },
};

#define TYPES (sizeof(types) / sizeof(types[0]))

static const char *const statuses[] = {
	[DHCP6_SUCCESS] = "Success",
	[DHCP6_UNSPEC_FAIL] = "UnspecFail",
	[DHCP6_NO_ADDRS_AVAIL] = "NoAddrsAvail",
	[DHCP6_NO_BINDING] = "NoBinding",
	[DHCP6_NOT_ON_LINK] = "NotOnLink",
	[DHCP6_USE_MULTICAST] = "UseMulticast",
	[DHCP6_NO_PREFIX_AVAIL] = "NoPrefixAvail",
};

const char *dhcp6_type_name(enum dhcp6_type type)
{
	return types[type].name;
}

const char *dhcp6_status_name(uint16_t code)
{
	return code < sizeof(statuses) / sizeof(statuses[0]) ? statuses[code] : NULL;
}

bool dhcp6_requests(const struct dhcp6_message *m, enum dhcp6_code code)
{
	struct reader r = reader_new(m->oro);

	while (reader_left(&r))
		if (read_u16(&r) == (uint16_t)code)
			return true;
	return false;
}

/* --- reading --- */

static const struct dhcp6_level *relay_level(enum dhcp6_type type)
{
	return type == DHCP6_RELAY_FORWARD ? &dhcp6_in_relay_forward : &dhcp6_in_relay_reply;
}

static bool is_relay(uint8_t type)
{
	return type == DHCP6_RELAY_FORWARD || type == DHCP6_RELAY_REPLY;
}

/* RFC 8415 9, after the type. What is inside of one goes the same way. */
static int decode_relay(struct reader *r, enum dhcp6_type type, struct dhcp6_message *m)
{
	struct dhcp6_relay *relay = &m->relays[m->n_relays];

	if (m->n_relays == DHCP6_RELAYS_MAX || (m->n_relays && m->relay_type != type))
		return -EBADMSG;
	m->relay_type = type;
	m->n_relays++;
	relay->hop_count = read_u8(r);
	relay->link = read_in6(r);
	relay->peer = read_in6(r);
	dhcp6_options_read(relay_level(type), r, relay);
	return r->failed || !relay->message.p ? -EBADMSG : 0;
}

int dhcp6_decode(struct bytes in, struct dhcp6_message *ret)
{
	struct reader r = reader_new(in);
	uint8_t type = read_u8(&r);
	struct dhcp6_message m = { 0 };

	if (in.n == 0 || in.n > DHCP6_MESSAGE_MAX)
		return -EBADMSG;
	while (is_relay(type)) {
		int err = decode_relay(&r, (enum dhcp6_type)type, &m);

		if (err)
			return err;
		r = reader_new(m.relays[m.n_relays - 1].message);
		type = read_u8(&r);
	}
	if (type >= TYPES || !types[type].name)
		return -ENOMSG;
	m.type = (enum dhcp6_type)type;
	m.transaction_id = (uint32_t)read_u8(&r) << 16;
	m.transaction_id |= read_u16(&r);
	dhcp6_options_read(&dhcp6_in_message, &r, &m);
	if (r.failed)
		return -EBADMSG;
	*ret = m;
	return 0;
}

/* --- writing --- */

/* Writes the header of a relay agent and returns where the length of what it relays is to stand. */
static size_t write_relay(struct writer *w, enum dhcp6_type type, const struct dhcp6_relay *relay)
{
	write_u8(w, (uint8_t)type);
	write_u8(w, relay->hop_count);
	write_in6(w, &relay->link);
	write_in6(w, &relay->peer);
	dhcp6_options_write(relay_level(type), w, relay);
	write_u16(w, DHCP6_RELAY_MESSAGE);
	write_u16(w, 0);
	return writer_length(w) - 2;
}

int dhcp6_encode(const struct dhcp6_message *m, struct writer *w)
{
	size_t at[DHCP6_RELAYS_MAX];

	assert(m->n_relays <= DHCP6_RELAYS_MAX);
	assert(m->n_relays == 0 || is_relay((uint8_t)m->relay_type));
	for (size_t i = 0; i < m->n_relays; i++)
		at[i] = write_relay(w, m->relay_type, &m->relays[i]);
	write_u8(w, (uint8_t)m->type);
	write_u8(w, (uint8_t)(m->transaction_id >> 16));
	write_u16(w, (uint16_t)m->transaction_id);
	dhcp6_options_write(&dhcp6_in_message, w, m);
	if (w->failed)
		return -ENOBUFS;
	for (size_t i = 0; i < m->n_relays; i++)
		write_u16_at(w, at[i], (uint16_t)(writer_length(w) - at[i] - 2));
	return 0;
}

/* --- what a server discards --- */

static int wrong_server_id(enum server_id rule, struct bytes found, struct bytes ours)
{
	switch (rule) {
	case NOT_TO_SERVERS:
		return DROP_DHCP6_NOT_TO_SERVERS;
	case NOBODYS:
		return found.p ? DROP_DHCP6_SERVER_ID : -1;
	case OURS:
		if (!found.p)
			return DROP_DHCP6_SERVER_ID;
		return bytes_equal(found, ours) ? -1 : DROP_DHCP6_OTHER_SERVER;
	case OURS_IF_ANY:
		return !found.p || bytes_equal(found, ours) ? -1 : DROP_DHCP6_OTHER_SERVER;
	}
	return -1;
}

int dhcp6_server_discards(const struct dhcp6_message *m, struct bytes server_id, bool unicast)
{
	const struct type_row *row = &types[m->type];
	int wrong = wrong_server_id(row->server_id, m->server_id, server_id);

	if (m->n_relays && m->relay_type == DHCP6_RELAY_REPLY)
		return DROP_DHCP6_NOT_TO_SERVERS;
	if (wrong >= 0)
		return wrong;
	if (row->client_id && !m->client_id.p)
		return DROP_DHCP6_CLIENT_ID;
	if (row->without_ias && m->n_ias)
		return DROP_DHCP6_IA;
	if (unicast && m->n_relays == 0) /* no client was given the Server Unicast option */
		return row->server_id == OURS ? DROP_DHCP6_USE_MULTICAST : DROP_DHCP6_UNICAST;
	return -1;
}
