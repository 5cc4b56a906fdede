/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of fields that DHCPv6 options fill (RFC 8415 21), without the options in options. */
#include "proto/dhcp6_option.h"

#include <assert.h>

#define LABEL_MAX 63 /* RFC 1035 2.3.4; larger values are compression, forbidden here */

static size_t flag_count(const void *field)
{
	return *(const bool *)field;
}

static void flag_read(struct reader *r, void *field)
{
	*(bool *)field = true;
}

static void flag_write(struct writer *w, const void *field, size_t i)
{
}

const struct dhcp6_kind dhcp6_kind_flag = { false, flag_count, flag_read, flag_write };

static size_t number_count(const void *field)
{
	return ((const struct dhcp6_number *)field)->present;
}

static uint32_t number_value(const void *field)
{
	return ((const struct dhcp6_number *)field)->value;
}

static void number8_read(struct reader *r, void *field)
{
	*(struct dhcp6_number *)field = (struct dhcp6_number){ true, read_u8(r) };
}

static void number8_write(struct writer *w, const void *field, size_t i)
{
	write_u8(w, (uint8_t)number_value(field));
}

static void number16_read(struct reader *r, void *field)
{
	*(struct dhcp6_number *)field = (struct dhcp6_number){ true, read_u16(r) };
}

static void number16_write(struct writer *w, const void *field, size_t i)
{
	write_u16(w, (uint16_t)number_value(field));
}

static void number32_read(struct reader *r, void *field)
{
	*(struct dhcp6_number *)field = (struct dhcp6_number){ true, read_u32(r) };
}

static void number32_write(struct writer *w, const void *field, size_t i)
{
	write_u32(w, number_value(field));
}

const struct dhcp6_kind dhcp6_kind_number8 = { false, number_count, number8_read, number8_write };
const struct dhcp6_kind dhcp6_kind_number16 = { false, number_count, number16_read,
						number16_write };
const struct dhcp6_kind dhcp6_kind_number32 = { false, number_count, number32_read,
						number32_write };

static size_t view_count(const void *field)
{
	return ((const struct bytes *)field)->p != NULL;
}

static void view_read(struct reader *r, void *field)
{
	*(struct bytes *)field = read_bytes(r, reader_left(r));
}

static void view_write(struct writer *w, const void *field, size_t i)
{
	write_bytes(w, *(const struct bytes *)field);
}

const struct dhcp6_kind dhcp6_kind_view = { false, view_count, view_read, view_write };

/* One name: labels up to an empty one. */
static void name_read(struct reader *r)
{
	size_t whole = reader_left(r), label;

	do {
		label = read_u8(r);
		if (label > LABEL_MAX)
			r->failed = true;
		read_bytes(r, label);
	} while (label && !r->failed);
	if (whole - reader_left(r) > DHCP6_NAME_MAX)
		r->failed = true;
}

static void names_read(struct reader *r, void *field)
{
	struct reader names = *r;

	view_read(r, field);
	while (reader_left(&names))
		name_read(&names);
	r->failed |= names.failed;
}

const struct dhcp6_kind dhcp6_kind_names = { false, view_count, names_read, view_write };

static size_t status_count(const void *field)
{
	return ((const struct dhcp6_status *)field)->present;
}

static void status_read(struct reader *r, void *field)
{
	struct dhcp6_status *s = field;

	s->present = true;
	s->code = read_u16(r);
	view_read(r, &s->text);
}

static void status_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_status *s = field;

	write_u16(w, s->code);
	write_bytes(w, s->text);
}

const struct dhcp6_kind dhcp6_kind_status = { false, status_count, status_read, status_write };

static size_t vendor_class_count(const void *field)
{
	return view_count(&((const struct dhcp6_vendor_class *)field)->data);
}

/* One for each enterprise; the first is kept, as nothing here reads any (RFC 8415 21.16). */
static void vendor_class_read(struct reader *r, void *field)
{
	struct dhcp6_vendor_class c = { .enterprise = read_u32(r) };

	view_read(r, &c.data);
	if (!vendor_class_count(field))
		*(struct dhcp6_vendor_class *)field = c;
}

static void vendor_class_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_vendor_class *c = field;

	write_u32(w, c->enterprise);
	write_bytes(w, c->data);
}

const struct dhcp6_kind dhcp6_kind_vendor_class = { true, vendor_class_count, vendor_class_read,
						    vendor_class_write };

static size_t auth_count(const void *field)
{
	return view_count(&((const struct dhcp6_auth *)field)->information);
}

static void auth_read(struct reader *r, void *field)
{
	struct dhcp6_auth *a = field;

	a->protocol = read_u8(r);
	a->algorithm = read_u8(r);
	a->replay_method = read_u8(r);
	a->replay = read_u64(r);
	view_read(r, &a->information);
}

static void auth_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_auth *a = field;

	write_u8(w, a->protocol);
	write_u8(w, a->algorithm);
	write_u8(w, a->replay_method);
	write_u64(w, a->replay);
	write_bytes(w, a->information);
}

const struct dhcp6_kind dhcp6_kind_auth = { false, auth_count, auth_read, auth_write };

static size_t dns_count(const void *field)
{
	return ((const struct dhcp6_dns *)field)->n > 0;
}

static void dns_read(struct reader *r, void *field)
{
	struct dhcp6_dns *d = field;

	while (reader_left(r) && d->n < DHCP6_DNS_MAX)
		d->servers[d->n++] = read_in6(r);
	read_bytes(r, reader_left(r));
}

static void dns_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_dns *d = field;

	assert(d->n <= DHCP6_DNS_MAX);
	for (size_t k = 0; k < d->n; k++)
		write_in6(w, &d->servers[k]);
}

const struct dhcp6_kind dhcp6_kind_dns = { false, dns_count, dns_read, dns_write };

static size_t lla_count(const void *field)
{
	return view_count(&((const struct dhcp6_lla *)field)->address);
}

static void lla_read(struct reader *r, void *field)
{
	struct dhcp6_lla *l = field;

	l->hardware = read_u16(r);
	view_read(r, &l->address);
}

static void lla_write(struct writer *w, const void *field, size_t i)
{
	const struct dhcp6_lla *l = field;

	write_u16(w, l->hardware);
	write_bytes(w, l->address);
}

const struct dhcp6_kind dhcp6_kind_lla = { false, lla_count, lla_read, lla_write };

/* Not written here: what it holds is not there before dhcp6_encode() has written it. */
const struct dhcp6_kind dhcp6_kind_nested = { false, view_count, view_read, NULL };
