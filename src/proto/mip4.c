/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/mip4.h"

#include <assert.h>
#include <errno.h>

#include "proto/mip4_ext.h"

#define REVOCATION_A 0x8000 /* RFC 3543 3.3 */
#define REVOCATION_I 0x4000
#define ACK_I        0x8000 /* RFC 3543 3.4: another bit than in the revocation */

/* What an authenticator covers of its own extension: Type, Length and SPI (RFC 5944 3.5.2). */
static size_t covered_header(const struct mac_algorithm *a)
{
	return a->without_spi ? 2 : 6;
}

static void read_request(struct reader *r, struct mip4_message *m)
{
	m->flags = read_u8(r);
	m->lifetime = read_u16(r);
	m->home = read_in4(r);
	m->home_agent = read_in4(r);
	m->care_of = read_in4(r);
	m->identification = read_u64(r);
}

static void write_request(struct writer *w, const struct mip4_message *m)
{
	write_u8(w, m->flags);
	write_u16(w, m->lifetime);
	write_in4(w, m->home);
	write_in4(w, m->home_agent);
	write_in4(w, m->care_of);
	write_u64(w, m->identification);
}

static void read_reply(struct reader *r, struct mip4_message *m)
{
	m->code = read_u8(r);
	m->lifetime = read_u16(r);
	m->home = read_in4(r);
	m->home_agent = read_in4(r);
	m->identification = read_u64(r);
}

static void write_reply(struct writer *w, const struct mip4_message *m)
{
	write_u8(w, m->code);
	write_u16(w, m->lifetime);
	write_in4(w, m->home);
	write_in4(w, m->home_agent);
	write_u64(w, m->identification);
}

static void read_revocation(struct reader *r, struct mip4_message *m)
{
	read_u8(r);
	uint16_t flags = read_u16(r);

	m->revocation_from_home = flags & REVOCATION_A;
	m->revocation_inform = flags & REVOCATION_I;
	m->home = read_in4(r);
	m->home_agent = read_in4(r);
	m->care_of = read_in4(r);
	m->revocation_id = read_u32(r);
}

static void write_revocation(struct writer *w, const struct mip4_message *m)
{
	write_u8(w, 0);
	write_u16(w, (uint16_t)((m->revocation_from_home ? REVOCATION_A : 0) |
				(m->revocation_inform ? REVOCATION_I : 0)));
	write_in4(w, m->home);
	write_in4(w, m->home_agent);
	write_in4(w, m->care_of);
	write_u32(w, m->revocation_id);
}

static void read_ack(struct reader *r, struct mip4_message *m)
{
	read_u8(r);
	m->revocation_inform = read_u16(r) & ACK_I;
	m->home = read_in4(r);
	m->revocation_id = read_u32(r);
}

static void write_ack(struct writer *w, const struct mip4_message *m)
{
	write_u8(w, 0);
	write_u16(w, m->revocation_inform ? ACK_I : 0);
	write_in4(w, m->home);
	write_u32(w, m->revocation_id);
}

/* What follows the Type, up to the extensions: RFC 5944 3.3, 3.4; RFC 3543 3.3, 3.4. */
static const struct message_row {
	enum mip4_type type;
	enum mip4_in in;
	void (*read)(struct reader *r, struct mip4_message *m);
	void (*write)(struct writer *w, const struct mip4_message *m);
} messages[] = {
	{ MIP4_RRQ, MIP4_IN_RRQ, read_request, write_request },
	{ MIP4_RRP, MIP4_IN_RRP, read_reply, write_reply },
	{ MIP4_REVOCATION, MIP4_IN_REVOCATION, read_revocation, write_revocation },
	{ MIP4_REVOCATION_ACK, MIP4_IN_ACK, read_ack, write_ack },
};

static const struct message_row *message_of(uint8_t type)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (messages[i].type == type)
			return &messages[i];
	return NULL;
}

struct bytes mip4_peek_nai(struct bytes in, const struct mip4_numbers *n)
{
	struct reader r = reader_new(in);
	const struct message_row *row = message_of(read_u8(&r));
	struct mip4_message fixed;
	struct mip4_ext e;

	if (row)
		row->read(&r, &fixed);
	while (row && !r.failed && reader_left(&r) && mip4_ext_frame(&r, in, n, &e) == 0)
		if (e.type == MIP4_NAI)
			return e.data;
	return BYTES(NULL, 0);
}

/* A message on its way in: what the order of the extensions depends on. */
struct decoding {
	struct mip4_message m;
	enum mip4_in in;
};

/*
 * RFC 5944 3.6.1.3, 3.7.2.2, 3.8.3.3: identity before every authenticator (RFC 2794 2), agents'
 * extensions before the FHAE; MHAE before the two others, none twice. What no checked authenticator
 * covers is anyone's. The draft's extensions stand with the identity; as one that is not empty
 * needs an FHAE (D14), its place may also be what the draft says to the letter: before the FHAE
 * (draft 4.3).
 */
static int check_order(struct decoding *d, const struct mip4_row *row, const struct mip4_ext *e)
{
	struct mip4_message *m = &d->m;
	bool hop = m->mfae.present || m->fhae.present;

	switch (row->place) {
	case MIP4_ANYWHERE:
		break;
	case MIP4_FOR_HOME:
		if (m->mhae.present || hop)
			return -EPROTO;
		break;
	case MIP4_DRAFT: /* req: EXT-9 EXT-11 */
		if (hop || (m->mhae.present && e->data.n == 1))
			return -EPROTO;
		m->beyond_mhae |= m->mhae.present;
		break;
	case MIP4_FOR_AGENT:
		if (hop)
			return -EPROTO;
		m->beyond_mhae |= m->mhae.present;
		break;
	case MIP4_AUTH:
		if (row->has(m) || (e->type == MIP4_MHAE && hop))
			return -EPROTO;
		break;
	}
	return 0;
}

static int decode_extension(struct decoding *d, const struct mip4_row *row,
			    const struct mip4_ext *e)
{
	struct reader r = reader_new(e->data);
	int err;

	if (!mip4_row_is_read(row, e, d->in))
		return e->type < 128 ? -ENOPROTOOPT : 0; /* RFC 5944 1.8 */
	err = check_order(d, row, e);
	if (err)
		return err;
	if (!mip4_length_fits(&row->length, e->data.n)) {
		if (row->place == MIP4_AUTH)
			return -EBADMSG;
		d->m.bad = true;
		return 0;
	}
	if (row->has(&d->m)) {
		d->m.bad = true;
		return 0;
	}
	row->read(&r, e, &d->m);
	assert(!r.failed && reader_left(&r) == 0);
	return 0;
}

static int decode_extensions(struct decoding *d, struct reader *r, const struct mip4_numbers *n)
{
	size_t count = 0;

	while (reader_left(r)) {
		struct mip4_ext e;
		int err = mip4_ext_frame(r, d->m.wire, n, &e);

		if (err)
			return err;

		const struct mip4_row *row = mip4_row_of(e.type, n);
		if (row->framing == MIP4_PAD)
			continue;
		if (++count > MIP4_EXTENSIONS_MAX)
			return -EBADMSG;
		err = decode_extension(d, row, &e);
		if (err)
			return err;
	}
	return d->m.beyond_mhae && !d->m.fhae.present ? -EPROTO : 0;
}

int mip4_decode(struct bytes in, const struct mip4_numbers *n, struct mip4_message *ret)
{
	struct reader r = reader_new(in);
	uint8_t type = read_u8(&r);
	const struct message_row *row = message_of(type);
	struct decoding d = { .m = { .wire = in } };
	int err;

	if (in.n == 0 || in.n > MIP4_MESSAGE_MAX)
		return -EBADMSG;
	if (!row)
		return -ENOMSG;
	d.m.type = row->type;
	d.in = row->in;
	row->read(&r, &d.m);
	if (r.failed)
		return -EBADMSG;
	err = decode_extensions(&d, &r, n);
	if (err)
		return err;
	/* a request for an address and a statement of one exclude each other (A19) */
	d.m.bad |= d.m.hoa_request != MIP4_ABSENT && d.m.hoa != MIP4_ABSENT;
	*ret = d.m;
	return 0;
}

static void write_auth(struct writer *w, size_t start, enum mip4_auth auth,
		       const struct mip4_sa *sa)
{
	size_t length = sa->algorithm->length, at = writer_length(w);
	struct bytes covered;
	uint8_t *value;

	write_u8(w, (uint8_t)auth);
	write_u8(w, (uint8_t)(4 + length));
	write_u32(w, sa->spi);
	covered = BYTES(w->start + start, at + covered_header(sa->algorithm) - start);
	value = write_reserve(w, length);
	if (value)
		sa->algorithm->sign(sa->state, covered, BYTES(NULL, 0), value);
}

int mip4_encode(const struct mip4_message *m, const struct mip4_numbers *n,
		const enum mip4_auth *auths, const struct mip4_sa *const *sas, size_t n_sas,
		struct writer *w)
{
	const struct message_row *row = message_of((uint8_t)m->type);
	size_t start = writer_length(w), agent = 0;

	assert(row);
	for (size_t i = 0; i < n_sas; i++)
		if (auths[i] == MIP4_FHAE)
			agent = auths[0] == MIP4_MHAE;

	write_u8(w, (uint8_t)m->type);
	row->write(w, m);
	mip4_ext_write_home(w, m, n, row->in);
	if (n_sas == 0)
		mip4_ext_write_agent(w, m, n, row->in);
	for (size_t i = 0; i < n_sas; i++) {
		if (i == agent)
			mip4_ext_write_agent(w, m, n, row->in);
		write_auth(w, start, auths[i], sas[i]);
	}
	return w->failed ? -ENOBUFS : 0;
}

int mip4_verify(const struct mip4_message *m, const struct mip4_authenticator *a,
		const struct mip4_sa *sa)
{
	uint8_t right[MAC_LENGTH_MAX];

	if (!a->present || a->spi != sa->spi || a->value.n != sa->algorithm->length)
		return -EACCES;
	sa->algorithm->sign(sa->state, BYTES(m->wire.p, a->at + covered_header(sa->algorithm)),
			    BYTES(NULL, 0), right);
	return bytes_equal_const(right, a->value.p, a->value.n) ? 0 : -EACCES;
}
