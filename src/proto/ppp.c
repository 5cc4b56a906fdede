/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/ppp.h"

#include <errno.h>

int ppp_packet_read(struct bytes in, struct ppp_packet *ret)
{
	struct reader r = reader_new(in);
	struct ppp_packet p = { .code = read_u8(&r), .id = 0 };
	size_t n;

	p.id = read_u8(&r);
	n = read_u16(&r);
	if (r.failed || n < PPP_PACKET_HEADER)
		return -EBADMSG;
	p.data = read_bytes(&r, n - PPP_PACKET_HEADER);
	p.whole = (struct bytes){ in.p, n };
	if (r.failed)
		return -EBADMSG;
	*ret = p;
	return 0;
}

int ppp_packet_write(struct writer *w, const struct ppp_packet *p)
{
	write_u8(w, p->code);
	write_u8(w, p->id);
	write_u16(w, (uint16_t)(PPP_PACKET_HEADER + p->data.n));
	write_bytes(w, p->data);
	return w->failed ? -ENOBUFS : 0;
}

bool ppp_option_next(struct reader *r, struct ppp_option *ret)
{
	size_t n;

	if (r->failed || !reader_left(r))
		return false;
	ret->type = read_u8(r);
	n = read_u8(r);
	if (n < 2)
		r->failed = true;
	ret->value = read_bytes(r, n - 2);
	return !r->failed;
}

void ppp_option_write(struct writer *w, uint8_t type, struct bytes value)
{
	write_u8(w, type);
	write_u8(w, (uint8_t)(2 + value.n));
	write_bytes(w, value);
}

void ppp_option_write_u16(struct writer *w, uint8_t type, uint16_t v)
{
	write_u8(w, type);
	write_u8(w, 4);
	write_u16(w, v);
}

void ppp_option_write_u32(struct writer *w, uint8_t type, uint32_t v)
{
	write_u8(w, type);
	write_u8(w, 6);
	write_u32(w, v);
}

void ppp_option_write_u64(struct writer *w, uint8_t type, uint64_t v)
{
	write_u8(w, type);
	write_u8(w, 10);
	write_u64(w, v);
}
