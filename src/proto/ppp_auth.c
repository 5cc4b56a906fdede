/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/ppp_auth.h"

#include <assert.h>
#include <errno.h>

/* Octets after a length of 8 bits. */
static struct bytes read_counted(struct reader *r)
{
	return read_bytes(r, read_u8(r));
}

static void write_counted(struct writer *w, struct bytes b)
{
	assert(b.n <= UINT8_MAX);
	write_u8(w, (uint8_t)b.n);
	write_bytes(w, b);
}

int ppp_pap_request_read(struct bytes data, struct ppp_pap_request *ret)
{
	struct reader r = reader_new(data);
	struct ppp_pap_request p;

	p.peer_id = read_counted(&r);
	p.password = read_counted(&r);
	if (r.failed || reader_left(&r))
		return -EBADMSG;
	*ret = p;
	return 0;
}

void ppp_pap_request_write(struct writer *w, const struct ppp_pap_request *p)
{
	write_counted(w, p->peer_id);
	write_counted(w, p->password);
}

int ppp_pap_message_read(struct bytes data, struct bytes *ret)
{
	struct reader r = reader_new(data);
	struct bytes message = data.n ? read_counted(&r) : data;

	if (r.failed || reader_left(&r))
		return -EBADMSG;
	*ret = message;
	return 0;
}

void ppp_pap_message_write(struct writer *w, struct bytes message)
{
	write_counted(w, message);
}

int ppp_chap_value_read(struct bytes data, struct ppp_chap_value *ret)
{
	struct reader r = reader_new(data);
	struct ppp_chap_value v;

	v.value = read_counted(&r);
	v.name = read_bytes(&r, reader_left(&r));
	if (r.failed || v.value.n == 0)
		return -EBADMSG;
	*ret = v;
	return 0;
}

void ppp_chap_value_write(struct writer *w, const struct ppp_chap_value *v)
{
	write_counted(w, v->value);
	write_bytes(w, v->name);
}

int ppp_eap_read(const struct ppp_packet *p, struct ppp_eap *ret)
{
	struct reader r = reader_new(p->data);
	struct ppp_eap e = { 0 };

	switch (p->code) {
	case PPP_EAP_REQUEST:
	case PPP_EAP_RESPONSE:
		e.type = read_u8(&r);
		e.data = read_bytes(&r, reader_left(&r));
		if (e.type == 0 || (e.type == PPP_EAP_NAK && p->code == PPP_EAP_REQUEST))
			return -EBADMSG;
		break;
	case PPP_EAP_SUCCESS:
	case PPP_EAP_FAILURE:
		if (p->data.n)
			return -EBADMSG;
		break;
	default:
		return -ENOMSG;
	}
	*ret = e;
	return 0;
}

void ppp_eap_write(struct writer *w, const struct ppp_eap *e)
{
	if (e->type == 0)
		return;
	write_u8(w, e->type);
	write_bytes(w, e->data);
}
