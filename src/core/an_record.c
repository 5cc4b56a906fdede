/* SPDX-License-Identifier: Apache-2.0 */
#include "core/an_record.h"

#include "core/access_record.h"

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

void an_record_write(struct writer *w, const struct an_record *r)
{
	write_u8(w, VERSION);
	write_u8(w, r->attached ? KIND_ATTACHED : KIND_QUARANTINE);
	write_u64(w, r->until);
	if (!r->attached)
		return;
	record_write_name(w, r->port);
	record_write_name(w, r->nai);
	write_bytes(w, BYTES(r->host.b, sizeof(r->host.b)));
	write_bytes(w, BYTES(r->router.b, sizeof(r->router.b)));
	write_in6(w, &r->router_address);
	write_in4(w, r->asked);
	record_write_registration(w, &r->registration);
}

static void read_attached(struct reader *r, struct in_addr care_of, struct an_record *a)
{
	a->port = record_read_name(r, ACCESS_PORT_NAME_MAX);
	a->nai = record_read_name(r, NAI_MAX);
	read_copy(r, a->host.b, sizeof(a->host.b));
	read_copy(r, a->router.b, sizeof(a->router.b));
	a->router_address = read_in6(r);
	a->asked = read_in4(r);
	a->registration = record_read_registration(r, care_of);
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
