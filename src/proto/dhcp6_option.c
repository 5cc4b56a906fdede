/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every option, one row each: RFC 8415 21, RFC 3646, RFC 6939. An option more is a row and a field;
 * the loops that read and write do not change.
 */
#include "proto/dhcp6_option.h"

#include <assert.h>

/* --- the loops --- */

static const struct dhcp6_row *row_of(const struct dhcp6_level *level, uint16_t code)
{
	for (size_t i = 0; i < level->n; i++)
		if (level->rows[i].code == code)
			return &level->rows[i];
	return NULL;
}

static bool fits(const struct dhcp6_length *rule, size_t n)
{
	return rule->min <= n && n <= rule->max && (n - rule->min) % rule->step == 0;
}

static void read_option(const struct dhcp6_row *row, struct reader *data, void *field)
{
	if (!fits(&row->length, reader_left(data)) ||
	    (!row->kind->repeats && row->kind->count(field))) {
		data->failed = true;
		return;
	}
	row->kind->read(data, field);
	assert(reader_left(data) == 0);
}

void dhcp6_options_read(const struct dhcp6_level *level, struct reader *r, void *into)
{
	while (reader_left(r)) {
		const struct dhcp6_row *row = row_of(level, read_u16(r));
		struct reader data = read_sub(r, read_u16(r));

		if (!row || data.failed)
			continue;
		read_option(row, &data, (uint8_t *)into + row->field);
		r->failed = data.failed;
	}
}

static void write_option(const struct dhcp6_row *row, struct writer *w, const void *field, size_t i)
{
	size_t start = writer_length(w) + 4;

	write_u16(w, (uint16_t)row->code);
	write_u16(w, 0);
	row->kind->write(w, field, i);
	if (w->failed)
		return;
	assert(fits(&row->length, writer_length(w) - start));
	write_u16_at(w, start - 2, (uint16_t)(writer_length(w) - start));
}

void dhcp6_options_write(const struct dhcp6_level *level, struct writer *w, const void *from)
{
	for (size_t k = 0; k < level->n; k++) {
		const struct dhcp6_row *row = &level->rows[k];
		const void *field = (const uint8_t *)from + row->field;
		size_t n = row->kind->write ? row->kind->count(field) : 0;

		for (size_t i = 0; i < n; i++)
			write_option(row, w, field, i);
	}
}

/* --- the levels inside of each other: status in lease, lease in IA, IA in message --- */

#define LEVEL(rows)                                                                                \
	{                                                                                          \
		rows, sizeof(rows) / sizeof(rows[0])                                               \
	}
#define LEASE(f)   offsetof(struct dhcp6_lease, f)
#define IA(f)      offsetof(struct dhcp6_ia, f)
#define MESSAGE(f) offsetof(struct dhcp6_message, f)
#define RELAY(f)   offsetof(struct dhcp6_relay, f)

/* clang-format off */
#define EXACTLY(n)    { (n), (n), 1 }
#define AT_LEAST(n)   { (n), UINT16_MAX, 1 }
#define UNITS(n, of)  { (n) * (of), UINT16_MAX, (of) } /* n or more */
#define DUID_LENGTH   { DHCP6_DUID_MIN, DHCP6_DUID_MAX, 1 }
#define KIND(name)    &dhcp6_kind_##name

static const struct dhcp6_row lease_rows[] = {
	{ DHCP6_STATUS_CODE, AT_LEAST(2), KIND(status), LEASE(status) },
};
/* clang-format on */

static const struct dhcp6_level in_lease = LEVEL(lease_rows);

static size_t leases_count(const void *field)
{
	return ((const struct dhcp6_ia *)field)->n_leases;
}

/* Room for another lease, or NULL and r fails. */
static struct dhcp6_lease *lease_add(struct reader *r, struct dhcp6_ia *ia)
{
	if (ia->n_leases < DHCP6_LEASES_MAX)
		return &ia->leases[ia->n_leases++];
	r->failed = true;
	return NULL;
}

static void address_read(struct reader *r, void *field)
{
	struct dhcp6_lease *l = lease_add(r, field);

	if (!l)
		return;
	l->address = read_in6(r);
	l->preferred = read_u32(r);
	l->valid = read_u32(r);
	dhcp6_options_read(&in_lease, r, l);
}

static void address_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_lease *l = &((const struct dhcp6_ia *)field)->leases[i];

	write_in6(w, &l->address);
	write_u32(w, l->preferred);
	write_u32(w, l->valid);
	dhcp6_options_write(&in_lease, w, l);
}

static void prefix_read(struct reader *r, void *field)
{
	struct dhcp6_lease *l = lease_add(r, field);

	if (!l)
		return;
	l->preferred = read_u32(r);
	l->valid = read_u32(r);
	l->length = read_u8(r);
	if (l->length > 128)
		r->failed = true;
	l->address = read_in6(r);
	dhcp6_options_read(&in_lease, r, l);
}

static void prefix_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_lease *l = &((const struct dhcp6_ia *)field)->leases[i];

	write_u32(w, l->preferred);
	write_u32(w, l->valid);
	write_u8(w, l->length);
	write_in6(w, &l->address);
	dhcp6_options_write(&in_lease, w, l);
}

static const struct dhcp6_kind address = { true, leases_count, address_read, address_write };
static const struct dhcp6_kind prefix = { true, leases_count, prefix_read, prefix_write };

/* clang-format off */
static const struct dhcp6_row address_rows[] = {
	{ DHCP6_IAADDR,      AT_LEAST(24), &address,     0 },
	{ DHCP6_STATUS_CODE, AT_LEAST(2),  KIND(status), IA(status) },
};
static const struct dhcp6_row prefix_rows[] = {
	{ DHCP6_STATUS_CODE, AT_LEAST(2),  KIND(status), IA(status) },
	{ DHCP6_IAPREFIX,    AT_LEAST(25), &prefix,      0 },
};
/* clang-format on */

static const struct dhcp6_level in_addresses = LEVEL(address_rows);
static const struct dhcp6_level in_prefixes = LEVEL(prefix_rows);

static const struct dhcp6_level *in_ia(enum dhcp6_code type)
{
	return type == DHCP6_IA_PD ? &in_prefixes : &in_addresses;
}

static size_t ias_count(const struct dhcp6_message *m, enum dhcp6_code type)
{
	size_t n = 0;

	assert(m->n_ias <= DHCP6_IAS_MAX);
	for (size_t i = 0; i < m->n_ias; i++)
		n += m->ias[i].type == type;
	return n;
}

/* The i-th of its type, which is there. */
static const struct dhcp6_ia *ia_at(const struct dhcp6_message *m, enum dhcp6_code type, size_t i)
{
	const struct dhcp6_ia *ia = m->ias;

	while (ia->type != type || i-- > 0)
		ia++;
	return ia;
}

static bool has_ia(const struct dhcp6_message *m, enum dhcp6_code type, uint32_t iaid)
{
	for (size_t i = 0; i < m->n_ias; i++)
		if (m->ias[i].type == type && m->ias[i].iaid == iaid)
			return true;
	return false;
}

static void ia_read(struct reader *r, struct dhcp6_message *m, enum dhcp6_code type)
{
	uint32_t iaid = read_u32(r);
	struct dhcp6_ia *ia;

	if (m->n_ias == DHCP6_IAS_MAX || has_ia(m, type, iaid)) {
		r->failed = true;
		return;
	}
	ia = &m->ias[m->n_ias++];
	ia->type = type;
	ia->iaid = iaid;
	if (type != DHCP6_IA_TA) {
		ia->t1 = read_u32(r);
		ia->t2 = read_u32(r);
	}
	dhcp6_options_read(in_ia(type), r, ia);
}

static void ia_write(struct writer *w, const struct dhcp6_ia *ia)
{
	assert(ia->n_leases <= DHCP6_LEASES_MAX);
	write_u32(w, ia->iaid);
	if (ia->type != DHCP6_IA_TA) {
		write_u32(w, ia->t1);
		write_u32(w, ia->t2);
	}
	dhcp6_options_write(in_ia(ia->type), w, ia);
}

#define IA_KIND(name, type)                                                                        \
	static size_t name##_count(const void *field)                                              \
	{                                                                                          \
		return ias_count(field, type);                                                     \
	}                                                                                          \
	static void name##_read(struct reader *r, void *field)                                     \
	{                                                                                          \
		ia_read(r, field, type);                                                           \
	}                                                                                          \
	static void name##_write(struct writer *w, const void *field, size_t i)                    \
	{                                                                                          \
		ia_write(w, ia_at(field, type, i));                                                \
	}                                                                                          \
	static const struct dhcp6_kind name = { true, name##_count, name##_read, name##_write }

IA_KIND(ia_na, DHCP6_IA_NA);
IA_KIND(ia_ta, DHCP6_IA_TA);
IA_KIND(ia_pd, DHCP6_IA_PD);

/* --- the tables --- */

/* clang-format off */
static const struct dhcp6_row message_rows[] = {
	{ DHCP6_CLIENT_ID,           DUID_LENGTH,  KIND(view),         MESSAGE(client_id) },
	{ DHCP6_SERVER_ID,           DUID_LENGTH,  KIND(view),         MESSAGE(server_id) },
	{ DHCP6_IA_NA,               AT_LEAST(12), &ia_na,             0 },
	{ DHCP6_IA_TA,               AT_LEAST(4),  &ia_ta,             0 },
	{ DHCP6_ORO,                 UNITS(0, 2),  KIND(view),         MESSAGE(oro) },
	{ DHCP6_PREFERENCE,          EXACTLY(1),   KIND(number8),      MESSAGE(preference) },
	{ DHCP6_ELAPSED_TIME,        EXACTLY(2),   KIND(number16),     MESSAGE(elapsed) },
	{ DHCP6_AUTH,                AT_LEAST(11), KIND(auth),         MESSAGE(auth) },
	{ DHCP6_UNICAST,             EXACTLY(16),  KIND(view),         MESSAGE(unicast) },
	{ DHCP6_STATUS_CODE,         AT_LEAST(2),  KIND(status),       MESSAGE(status) },
	{ DHCP6_RAPID_COMMIT,        EXACTLY(0),   KIND(flag),         MESSAGE(rapid_commit) },
	{ DHCP6_USER_CLASS,          AT_LEAST(2),  KIND(view),         MESSAGE(user_class) },
	{ DHCP6_VENDOR_CLASS,        AT_LEAST(4),  KIND(vendor_class), MESSAGE(vendor_class) },
	{ DHCP6_RECONFIGURE_MESSAGE, EXACTLY(1),   KIND(number8),      MESSAGE(reconfigure) },
	{ DHCP6_RECONFIGURE_ACCEPT,  EXACTLY(0),   KIND(flag),         MESSAGE(reconfigure_accept) },
	{ DHCP6_DNS_SERVERS,         UNITS(1, 16), KIND(dns),          MESSAGE(dns) },
	{ DHCP6_DOMAIN_LIST,         AT_LEAST(1),  KIND(names),        MESSAGE(domains) },
	{ DHCP6_IA_PD,               AT_LEAST(12), &ia_pd,             0 },
	{ DHCP6_REFRESH_TIME,        EXACTLY(4),   KIND(number32),     MESSAGE(refresh_time) },
	{ DHCP6_SOL_MAX_RT,          EXACTLY(4),   KIND(number32),     MESSAGE(sol_max_rt) },
	{ DHCP6_INF_MAX_RT,          EXACTLY(4),   KIND(number32),     MESSAGE(inf_max_rt) },
};

static const struct dhcp6_row relay_forward_rows[] = {
	{ DHCP6_RELAY_MESSAGE, AT_LEAST(1), KIND(nested), RELAY(message) },
	{ DHCP6_INTERFACE_ID,  AT_LEAST(0), KIND(view),   RELAY(interface_id) },
	{ DHCP6_CLIENT_LLA,    AT_LEAST(3), KIND(lla),    RELAY(client_lla) },
};
static const struct dhcp6_row relay_reply_rows[] = {
	{ DHCP6_RELAY_MESSAGE, AT_LEAST(1), KIND(nested), RELAY(message) },
	{ DHCP6_INTERFACE_ID,  AT_LEAST(0), KIND(view),   RELAY(interface_id) },
};
/* clang-format on */

const struct dhcp6_level dhcp6_in_message = LEVEL(message_rows);
const struct dhcp6_level dhcp6_in_relay_forward = LEVEL(relay_forward_rows);
const struct dhcp6_level dhcp6_in_relay_reply = LEVEL(relay_reply_rows);
