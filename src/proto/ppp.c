/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/ppp.h"

#include <assert.h>
#include <errno.h>

#define OPTION_HEADER 2
#define CHAP_MD5      5 /* algorithm (RFC 1994 3) */

int ppp_packet_read(struct bytes in, struct ppp_packet *ret)
{
	struct reader r = reader_new(in);
	struct ppp_packet p;
	size_t n;

	p.code = read_u8(&r);
	p.id = read_u8(&r);
	n = read_u16(&r);
	if (r.failed || n < PPP_PACKET_HEADER || n > in.n)
		return -EBADMSG;
	p.data = read_bytes(&r, n - PPP_PACKET_HEADER);
	p.whole = BYTES(in.p, n);
	*ret = p;
	return 0;
}

size_t ppp_packet_begin(struct writer *w, uint8_t code, uint8_t id)
{
	size_t start = writer_length(w);

	write_u8(w, code);
	write_u8(w, id);
	write_u16(w, 0);
	return start;
}

void ppp_packet_end(struct writer *w, size_t start)
{
	if (!w->failed)
		write_u16_at(w, start + 2, (uint16_t)(writer_length(w) - start));
}

int ppp_packet_write(struct writer *w, const struct ppp_packet *p)
{
	size_t start = ppp_packet_begin(w, p->code, p->id);

	write_bytes(w, p->data);
	ppp_packet_end(w, start);
	return w->failed ? -ENOBUFS : 0;
}

/* --- options --- */

bool ppp_option_next(struct reader *r, struct ppp_option *ret)
{
	struct ppp_option o;
	size_t n;

	if (!reader_left(r))
		return false;
	o.type = read_u8(r);
	n = read_u8(r);
	if (n < OPTION_HEADER) {
		r->failed = true;
		return false;
	}
	o.value = read_bytes(r, n - OPTION_HEADER);
	if (r->failed)
		return false;
	*ret = o;
	return true;
}

bool ppp_option_u16(const struct ppp_option *o, uint16_t *ret)
{
	struct reader r = reader_new(o->value);

	if (o->value.n != 2)
		return false;
	*ret = read_u16(&r);
	return true;
}

bool ppp_option_u32(const struct ppp_option *o, uint32_t *ret)
{
	struct reader r = reader_new(o->value);

	if (o->value.n != 4)
		return false;
	*ret = read_u32(&r);
	return true;
}

bool ppp_option_u64(const struct ppp_option *o, uint64_t *ret)
{
	struct reader r = reader_new(o->value);

	if (o->value.n != 8)
		return false;
	*ret = read_u64(&r);
	return true;
}

static void write_option_header(struct writer *w, uint8_t type, size_t n)
{
	assert(n <= UINT8_MAX - OPTION_HEADER);
	write_u8(w, type);
	write_u8(w, (uint8_t)(OPTION_HEADER + n));
}

void ppp_option_write(struct writer *w, uint8_t type, struct bytes value)
{
	write_option_header(w, type, value.n);
	write_bytes(w, value);
}

void ppp_option_write_u16(struct writer *w, uint8_t type, uint16_t v)
{
	write_option_header(w, type, 2);
	write_u16(w, v);
}

void ppp_option_write_u32(struct writer *w, uint8_t type, uint32_t v)
{
	write_option_header(w, type, 4);
	write_u32(w, v);
}

void ppp_option_write_u64(struct writer *w, uint8_t type, uint64_t v)
{
	write_option_header(w, type, 8);
	write_u64(w, v);
}

enum ppp_method ppp_option_auth(const struct ppp_option *o)
{
	struct reader r = reader_new(o->value);
	uint16_t protocol = read_u16(&r);

	if (protocol == PPP_PROTOCOL_PAP && o->value.n == 2)
		return PPP_AUTH_PAP;
	if (protocol == PPP_PROTOCOL_CHAP && o->value.n == 3 && read_u8(&r) == CHAP_MD5)
		return PPP_AUTH_CHAP_MD5;
	if (protocol == PPP_PROTOCOL_EAP && o->value.n == 2)
		return PPP_AUTH_EAP;
	return PPP_AUTH_OTHER;
}

void ppp_option_write_auth(struct writer *w, enum ppp_method auth)
{
	static const uint16_t protocols[] = { [PPP_AUTH_PAP] = PPP_PROTOCOL_PAP,
					      [PPP_AUTH_CHAP_MD5] = PPP_PROTOCOL_CHAP,
					      [PPP_AUTH_EAP] = PPP_PROTOCOL_EAP };

	assert(auth != PPP_AUTH_OTHER);
	write_option_header(w, PPP_LCP_AUTH, auth == PPP_AUTH_CHAP_MD5 ? 3 : 2);
	write_u16(w, protocols[auth]);
	if (auth == PPP_AUTH_CHAP_MD5)
		write_u8(w, CHAP_MD5);
}

/* --- LCP --- */

int ppp_echo_read(struct bytes data, struct ppp_echo *ret)
{
	struct reader r = reader_new(data);
	struct ppp_echo e;

	e.magic = read_u32(&r);
	e.data = read_bytes(&r, reader_left(&r));
	if (r.failed)
		return -EBADMSG;
	*ret = e;
	return 0;
}

void ppp_echo_write(struct writer *w, const struct ppp_echo *e)
{
	write_u32(w, e->magic);
	write_bytes(w, e->data);
}

int ppp_protocol_reject_read(struct bytes data, struct ppp_protocol_reject *ret)
{
	struct reader r = reader_new(data);
	struct ppp_protocol_reject p;

	p.protocol = read_u16(&r);
	p.information = read_bytes(&r, reader_left(&r));
	if (r.failed)
		return -EBADMSG;
	*ret = p;
	return 0;
}

static struct bytes truncated(struct bytes b, size_t max)
{
	return BYTES(b.p, b.n < max ? b.n : max);
}

void ppp_protocol_reject_write(struct writer *w, uint8_t id, const struct ppp_protocol_reject *p,
			       uint16_t mru)
{
	size_t start = ppp_packet_begin(w, PPP_CODE_PROTOCOL_REJECT, id);

	assert(mru >= PPP_PACKET_HEADER + 2);
	write_u16(w, p->protocol);
	write_bytes(w, truncated(p->information, mru - PPP_PACKET_HEADER - 2u));
	ppp_packet_end(w, start);
}

void ppp_code_reject_write(struct writer *w, uint8_t id, struct bytes rejected, uint16_t mru)
{
	size_t start = ppp_packet_begin(w, PPP_CODE_CODE_REJECT, id);

	assert(mru >= PPP_PACKET_HEADER + 2);
	write_bytes(w, truncated(rejected, mru - PPP_PACKET_HEADER));
	ppp_packet_end(w, start);
}
