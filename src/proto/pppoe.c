/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/pppoe.h"

#include <assert.h>
#include <errno.h>

#define VERSION_TYPE 0x11
#define CODE_SESSION 0x00
#define NO_SESSION   0xffff /* reserved (RFC 2516 4) */

/* Tags that are there at most once, but for `repeats`, of which the first counts. */
static const struct tag {
	uint16_t type;
	uint16_t min; /* octets */
	bool repeats;
	size_t field;
} tags[] = {
#define FIELD(name) offsetof(struct pppoe_discovery, name)
	/* clang-format off */
	{ PPPOE_AC_NAME,            0, false, FIELD(ac_name) },
	{ PPPOE_HOST_UNIQ,          0, false, FIELD(host_uniq) },
	{ PPPOE_AC_COOKIE,          0, false, FIELD(ac_cookie) },
	{ PPPOE_VENDOR_SPECIFIC,    4, true,  FIELD(vendor) },
	{ PPPOE_RELAY_SESSION_ID,   0, false, FIELD(relay_session_id) },
	{ PPPOE_SERVICE_NAME_ERROR, 0, false, FIELD(service_name_error) },
	{ PPPOE_AC_SYSTEM_ERROR,    0, false, FIELD(ac_system_error) },
	{ PPPOE_GENERIC_ERROR,      0, false, FIELD(generic_error) },
	/* clang-format on */
};
#define TAGS (sizeof(tags) / sizeof(tags[0]))

/* Length is of what follows the header. */
static struct reader read_header(struct reader *r, uint8_t *ret_version, uint8_t *ret_code,
				 uint16_t *ret_session)
{
	*ret_version = read_u8(r);
	*ret_code = read_u8(r);
	*ret_session = read_u16(r);
	return read_sub(r, read_u16(r));
}

static void write_header(struct writer *w, uint8_t code, uint16_t session, size_t length)
{
	write_u8(w, VERSION_TYPE);
	write_u8(w, code);
	write_u16(w, session);
	write_u16(w, (uint16_t)length);
}

/* --- discovery --- */

static void take_tag(struct pppoe_discovery *d, uint16_t type, struct bytes value, bool *failed)
{
	if (type == PPPOE_SERVICE_NAME && d->n_services < PPPOE_SERVICES_MAX)
		d->services[d->n_services++] = value;
	for (size_t i = 0; i < TAGS; i++) {
		struct bytes *field = (struct bytes *)((char *)d + tags[i].field);

		if (tags[i].type != type)
			continue;
		if (value.n < tags[i].min || (field->p && !tags[i].repeats))
			*failed = true;
		if (!field->p)
			*field = value;
	}
}

/* Up to the end, or what says that it is the end: the rest is nothing to look at (RFC 2516
 * appendix A). */
static void read_tags(struct reader *r, struct pppoe_discovery *d)
{
	bool failed = false;

	while (reader_left(r)) {
		uint16_t type = read_u16(r);
		struct bytes value = read_bytes(r, read_u16(r));

		if (r->failed || type == PPPOE_END_OF_LIST)
			break;
		take_tag(d, type, value, &failed);
	}
	r->failed |= failed;
}

/* RFC 2516 5.1 to 5.5. */
static bool is_sound(const struct pppoe_discovery *d)
{
	bool says_no = d->service_name_error.p || d->ac_system_error.p || d->generic_error.p;

	switch (d->code) {
	case PPPOE_PADI:
	case PPPOE_PADR:
		return d->session == 0 && d->n_services == 1;
	case PPPOE_PADO:
		return d->session == 0 && d->n_services >= 1 && d->ac_name.p;
	case PPPOE_PADS: /* with a session, of one service */
		return d->session ? d->n_services == 1 && d->session != NO_SESSION : says_no;
	case PPPOE_PADT:
		return d->session != 0 && d->session != NO_SESSION;
	}
	return false;
}

static bool is_discovery(uint8_t code)
{
	return code == PPPOE_PADI || code == PPPOE_PADO || code == PPPOE_PADR ||
	       code == PPPOE_PADS || code == PPPOE_PADT;
}

int pppoe_decode(struct bytes in, struct pppoe_discovery *ret)
{
	struct reader r = reader_new(in), list;
	struct pppoe_discovery d = { 0 };
	uint8_t version, code;

	list = read_header(&r, &version, &code, &d.session);
	if (r.failed || in.n > PPPOE_PACKET_MAX)
		return -EBADMSG;
	if (version != VERSION_TYPE || !is_discovery(code))
		return -ENOMSG;
	d.code = (enum pppoe_code)code;
	read_tags(&list, &d);
	if (list.failed)
		return -EBADMSG;
	if (!is_sound(&d))
		return -EPROTO;
	*ret = d;
	return 0;
}

static void write_tag(struct writer *w, uint16_t type, struct bytes value)
{
	if (!value.p)
		return;
	write_u16(w, type);
	write_u16(w, (uint16_t)value.n);
	write_bytes(w, value);
}

int pppoe_encode(const struct pppoe_discovery *d, struct writer *w)
{
	size_t start = writer_length(w);

	assert(d->n_services <= PPPOE_SERVICES_MAX);
	write_header(w, (uint8_t)d->code, d->session, 0);
	for (size_t i = 0; i < d->n_services; i++)
		write_tag(w, PPPOE_SERVICE_NAME, d->services[i]);
	for (size_t i = 0; i < TAGS; i++)
		write_tag(w, tags[i].type,
			  *(const struct bytes *)((const char *)d + tags[i].field));
	if (w->failed)
		return -ENOBUFS;
	write_u16_at(w, start + 4, (uint16_t)(writer_length(w) - start - PPPOE_HEADER));
	return 0;
}

/* --- sessions --- */

int pppoe_session_decode(struct bytes in, struct pppoe_session *ret)
{
	struct reader r = reader_new(in), ppp;
	struct pppoe_session s;
	uint8_t version, code;

	ppp = read_header(&r, &version, &code, &s.session);
	s.protocol = read_u16(&ppp);
	s.payload = read_bytes(&ppp, reader_left(&ppp));
	if (!r.failed && (version != VERSION_TYPE || code != CODE_SESSION))
		return -ENOMSG;
	if (ppp.failed || s.session == 0 || s.session == NO_SESSION)
		return -EBADMSG;
	*ret = s;
	return 0;
}

void pppoe_session_write(struct writer *w, uint16_t session, uint16_t protocol, size_t n)
{
	w->failed |= n > PPPOE_MRU_MAX;
	write_header(w, CODE_SESSION, session, n + 2);
	write_u16(w, protocol);
}
