/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ar_record.h"

#include "core/access_record.h"

#include <errno.h>

#define VERSION 1 /* raised when the form changes: who knows only the old one says -ENOTSUP */

void ar_record_write_key(struct writer *w, uint32_t place)
{
	write_u8(w, AR_STORE_TAG);
	write_u32(w, place);
}

int ar_record_read_key(struct bytes key, uint32_t *ret)
{
	struct reader r = reader_new(key);
	uint8_t tag = read_u8(&r);
	uint32_t place = read_u32(&r);

	if (r.failed || reader_left(&r) || tag != AR_STORE_TAG || place == 0)
		return -EBADMSG;
	*ret = place;
	return 0;
}

static void write_session(struct writer *w, const struct ar_record *r)
{
	write_u8(w, r->dialled);
	if (!r->dialled)
		return;
	write_u32(w, r->magic);
	write_u32(w, r->peer_magic);
	write_u64(w, r->identifier);
	write_u64(w, r->peer_identifier);
}

static void write_lease(struct writer *w, const struct ar_record *r)
{
	write_u8(w, r->leased);
	if (!r->leased)
		return;
	record_write_name(w, r->duid);
	write_u32(w, r->iaid);
	write_u64(w, r->preferred);
	write_u64(w, r->valid);
}

void ar_record_write(struct writer *w, const struct ar_record *r)
{
	write_u8(w, VERSION);
	record_write_name(w, r->port);
	record_write_name(w, r->nai);
	write_bytes(w, BYTES(r->host.b, sizeof(r->host.b)));
	write_u64(w, r->tag);
	write_in4(w, r->care_of);
	write_in4(w, r->asked);
	write_u64(w, r->until);
	record_write_registration(w, &r->registration);
	write_in6(w, &r->registration.home);
	write_u8(w, r->registration.unique);
	write_in6(w, &r->neighbour);
	write_session(w, r);
	write_lease(w, r);
}

static void read_session(struct reader *r, struct ar_record *a)
{
	a->dialled = read_u8(r) != 0;
	if (!a->dialled)
		return;
	a->magic = read_u32(r);
	a->peer_magic = read_u32(r);
	a->identifier = read_u64(r);
	a->peer_identifier = read_u64(r);
	if (a->tag == 0 || a->tag >= UINT16_MAX) /* RFC 2516 4 */
		r->failed = true;
}

static void read_lease(struct reader *r, struct ar_record *a)
{
	a->leased = read_u8(r) != 0;
	if (!a->leased)
		return;
	a->duid = record_read_name(r, AR_DUID_MAX);
	a->iaid = read_u32(r);
	a->preferred = read_u64(r);
	a->valid = read_u64(r);
}

int ar_record_read(struct bytes value, struct ar_record *ret)
{
	struct reader r = reader_new(value);
	struct ar_record a = { 0 };
	uint8_t version = read_u8(&r);

	if (version > VERSION)
		return -ENOTSUP;
	a.port = record_read_name(&r, ACCESS_PORT_NAME_MAX);
	a.nai = record_read_name(&r, NAI_MAX);
	read_copy(&r, a.host.b, sizeof(a.host.b));
	a.tag = read_u64(&r);
	a.care_of = read_in4(&r);
	a.asked = read_in4(&r);
	a.until = read_u64(&r);
	a.registration = record_read_registration(&r, a.care_of);
	a.registration.home = read_in6(&r);
	a.registration.unique = read_u8(&r) != 0;
	a.neighbour = read_in6(&r);
	read_session(&r, &a);
	read_lease(&r, &a);
	if (r.failed || reader_left(&r) || version != VERSION || a.host.b[0] & 1 ||
	    in6_is_unspecified(&a.registration.home))
		return -EBADMSG;
	*ret = a;
	return 0;
}
