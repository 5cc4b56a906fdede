/* SPDX-License-Identifier: Apache-2.0 */
#include "core/an_record.h"

#include <errno.h>

#define VERSION 1 /* raised when the form changes: who knows only the old one says -ENOTSUP */

enum kind { KIND_QUARANTINE, KIND_ATTACHED };

void an_record_write_key(struct writer *w, struct in_addr care_of)
{
	write_u8(w, AN_STORE_TAG);
	write_in4(w, care_of);
}

int an_record_read_key(struct bytes key, struct in_addr *ret)
{
	struct reader r = reader_new(key);
	uint8_t tag = read_u8(&r);
	struct in_addr care_of = read_in4(&r);

	if (r.failed || reader_left(&r) || tag != AN_STORE_TAG)
		return -EBADMSG;
	*ret = care_of;
	return 0;
}

static void write_name(struct writer *w, struct bytes name)
{
	write_u8(w, (uint8_t)name.n);
	write_bytes(w, name);
}

static struct bytes read_name(struct reader *r, size_t max)
{
	size_t n = read_u8(r);

	if (n == 0 || n > max)
		r->failed = true;
	return read_bytes(r, n);
}

static void write_registration(struct writer *w, const struct client_registration *c)
{
	write_in4(w, c->home_agent);
	write_u16(w, c->granted);
	write_u16(w, c->exposed);
	write_u64(w, c->offset);
	write_u64(w, c->floor);
	write_u64(w, c->accepted);
	write_u8(w, c->revocable);
	write_u32(w, c->peer_timestamp);
}

static struct client_registration read_registration(struct reader *r, struct in_addr care_of)
{
	struct client_registration c = { .care_of = care_of };

	c.home_agent = read_in4(r);
	c.granted = read_u16(r);
	c.exposed = read_u16(r);
	c.offset = read_u64(r);
	c.floor = read_u64(r);
	c.accepted = read_u64(r);
	c.revocable = read_u8(r) != 0;
	c.peer_timestamp = read_u32(r);
	if (c.granted == 0)
		r->failed = true;
	return c;
}

void an_record_write(struct writer *w, const struct an_record *r)
{
	write_u8(w, VERSION);
	write_u8(w, r->attached ? KIND_ATTACHED : KIND_QUARANTINE);
	write_u64(w, r->until);
	if (!r->attached)
		return;
	write_name(w, r->port);
	write_name(w, r->nai);
	write_bytes(w, BYTES(r->host.b, sizeof(r->host.b)));
	write_bytes(w, BYTES(r->router.b, sizeof(r->router.b)));
	write_in6(w, &r->router_address);
	write_in4(w, r->asked);
	write_registration(w, &r->registration);
}

static void read_attached(struct reader *r, struct in_addr care_of, struct an_record *a)
{
	a->port = read_name(r, ACCESS_PORT_NAME_MAX);
	a->nai = read_name(r, NAI_MAX);
	read_copy(r, a->host.b, sizeof(a->host.b));
	read_copy(r, a->router.b, sizeof(a->router.b));
	a->router_address = read_in6(r);
	a->asked = read_in4(r);
	a->registration = read_registration(r, care_of);
}

int an_record_read(struct bytes value, struct in_addr care_of, struct an_record *ret)
{
	struct reader r = reader_new(value);
	struct an_record a = { 0 };
	uint8_t version = read_u8(&r), kind;

	if (version > VERSION)
		return -ENOTSUP;
	kind = read_u8(&r);
	a.attached = kind == KIND_ATTACHED;
	a.until = read_u64(&r);
	if (a.attached)
		read_attached(&r, care_of, &a);
	if (r.failed || reader_left(&r) || version != VERSION || kind > KIND_ATTACHED)
		return -EBADMSG;
	*ret = a;
	return 0;
}
