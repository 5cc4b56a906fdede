/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/pppoe.h"

#include <errno.h>

static void read_tags(struct reader *r, struct pppoe_tags *t)
{
	while (reader_left(r) && !r->failed) {
		uint16_t type = read_u16(r), n = read_u16(r);
		struct bytes v = read_bytes(r, n);

		if (type == 0)
			return;
		if (type == PPPOE_SERVICE_NAME)
			t->service_name = v;
		if (type == PPPOE_AC_NAME)
			t->ac_name = v;
		if (type == PPPOE_HOST_UNIQ)
			t->host_uniq = v;
		if (type == PPPOE_AC_COOKIE)
			t->cookie = v;
		if (type == PPPOE_RELAY_SESSION_ID)
			t->relay_session_id = v;
		if (type >= PPPOE_SERVICE_NAME_ERROR && type <= PPPOE_GENERIC_ERROR)
			t->error = type;
	}
}

int pppoe_decode(struct bytes in, struct pppoe *ret)
{
	struct reader r = reader_new(in), tags;
	struct pppoe p = { 0 };
	uint8_t version = read_u8(&r);

	p.code = read_u8(&r);
	p.session = read_u16(&r);
	p.payload = read_bytes(&r, read_u16(&r));
	if (r.failed || version != 0x11)
		return -EBADMSG;
	tags = reader_new(p.payload);
	if (p.code != PPPOE_SESSION)
		read_tags(&tags, &p.tags);
	if (tags.failed)
		return -EBADMSG;
	*ret = p;
	return 0;
}

size_t pppoe_begin(struct writer *w, uint8_t code, uint16_t session)
{
	const size_t start = writer_length(w);

	write_u8(w, 0x11);
	write_u8(w, code);
	write_u16(w, session);
	write_u16(w, 0);
	return start;
}

void pppoe_write_tag(struct writer *w, uint16_t type, struct bytes value)
{
	write_u16(w, type);
	write_u16(w, (uint16_t)value.n);
	write_bytes(w, value);
}

void pppoe_end(struct writer *w, size_t start)
{
	if (!w->failed)
		write_u16_at(w, start + 4, (uint16_t)(writer_length(w) - start - PPPOE_HEADER));
}
