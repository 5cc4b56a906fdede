/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every extension of the registration messages, one row each: RFC 2356, 2794, 3024, 3115, 3519,
 * 3543, 3846, 3957, 4064, 4433, 4636, 4721, 4857, 4881, 4917, 5177, 5265, 5446, 5454, 5563, 5944,
 * 6245, 6521, 7629. An extension that a role comes to use gets its functions here; the loop that
 * reads messages does not change.
 */
#include "proto/mip4_ext.h"

#include <assert.h>
#include <errno.h>

#define EXACTLY(n)                                                                                 \
	{                                                                                          \
		(n), (n), false                                                                    \
	}
#define EITHER(n, m)                                                                               \
	{                                                                                          \
		(n), (m), false                                                                    \
	}
#define BETWEEN(n, m)                                                                              \
	{                                                                                          \
		(n), (m), true                                                                     \
	}

#define HOA_UNIQUE     0x80   /* U, draft 4.2 */
#define SUPPORT_INFORM 0x8000 /* I, RFC 3543 3.2 */

/* --- 32, 33, 34: authentication extensions (RFC 5944 3.5) --- */

static struct mip4_authenticator *authenticator_of(struct mip4_message *m, enum mip4_auth auth)
{
	switch (auth) {
	case MIP4_MHAE:
		return &m->mhae;
	case MIP4_MFAE:
		return &m->mfae;
	case MIP4_FHAE:
		return &m->fhae;
	}
	return NULL;
}

static void read_auth(struct reader *r, const struct mip4_ext *e, struct mip4_message *m)
{
	struct mip4_authenticator *a = authenticator_of(m, (enum mip4_auth)e->type);

	a->present = true;
	a->at = e->at;
	a->spi = read_u32(r);
	a->value = read_bytes(r, reader_left(r));
}

static bool has_mhae(const struct mip4_message *m)
{
	return m->mhae.present;
}

static bool has_mfae(const struct mip4_message *m)
{
	return m->mfae.present;
}

static bool has_fhae(const struct mip4_message *m)
{
	return m->fhae.present;
}

/* --- 131: Mobile Node NAI (RFC 2794 2) --- */

static void read_nai(struct reader *r, const struct mip4_ext *e, struct mip4_message *m)
{
	m->nai = read_bytes(r, e->data.n);
}

static bool has_nai(const struct mip4_message *m)
{
	return m->nai.p != NULL;
}

static void write_nai(struct writer *w, const struct mip4_message *m)
{
	write_bytes(w, m->nai);
}

/* --- IPv6 Home Address Request (draft 4.1)  req: EXT-4 EXT-6 HA-45 --- */

static void read_hoa_request(struct reader *r, const struct mip4_ext *e, struct mip4_message *m)
{
	read_u8(r); /* Sub-Type: "not used in this extension" */
	m->hoa_request = e->data.n == 1 ? MIP4_EMPTY : MIP4_FULL;
	if (m->hoa_request == MIP4_FULL)
		m->hoa_request_iid = read_u64(r);
}

static bool has_hoa_request(const struct mip4_message *m)
{
	return m->hoa_request != MIP4_ABSENT;
}

static void write_hoa_request(struct writer *w, const struct mip4_message *m)
{
	write_u8(w, 0);
	if (m->hoa_request == MIP4_FULL)
		write_u64(w, m->hoa_request_iid);
}

/* --- IPv6 Home Address (draft 4.2)  req: EXT-7 EXT-8 HA-45 --- */

static void read_hoa(struct reader *r, const struct mip4_ext *e, struct mip4_message *m)
{
	uint8_t flags = read_u8(r);

	m->hoa = e->data.n == 1 ? MIP4_EMPTY : MIP4_FULL;
	if (m->hoa == MIP4_FULL) {
		m->hoa_unique = flags & HOA_UNIQUE;
		m->hoa_address = read_in6(r);
	}
}

static bool has_hoa(const struct mip4_message *m)
{
	return m->hoa != MIP4_ABSENT;
}

static void write_hoa(struct writer *w, const struct mip4_message *m)
{
	bool full = m->hoa == MIP4_FULL;

	write_u8(w, full && m->hoa_unique ? HOA_UNIQUE : 0);
	if (full)
		write_in6(w, &m->hoa_address);
}

/* --- 48: GRE Key (RFC 6245 5) --- */

static void read_gre(struct reader *r, const struct mip4_ext *e, struct mip4_message *m)
{
	m->gre = true;
	m->gre_key = read_u32(r);
}

static bool has_gre(const struct mip4_message *m)
{
	return m->gre;
}

static void write_gre(struct writer *w, const struct mip4_message *m)
{
	write_u32(w, m->gre_key);
}

/* --- 137: Revocation Support (RFC 3543 3.2) --- */

static void read_support(struct reader *r, const struct mip4_ext *e, struct mip4_message *m)
{
	m->revocation_support = true;
	m->support_inform = read_u16(r) & SUPPORT_INFORM;
	m->support_timestamp = read_u32(r);
}

static bool has_support(const struct mip4_message *m)
{
	return m->revocation_support;
}

static void write_support(struct writer *w, const struct mip4_message *m)
{
	write_u16(w, m->support_inform ? SUPPORT_INFORM : 0);
	write_u32(w, m->support_timestamp);
}

/* --- the table --- */

/* clang-format off */
#define AUTH_LENGTH BETWEEN(5, 255)

static const struct mip4_row row_hoa_request = {
	"hoa-request", MIP4_SHORT, MIP4_DRAFT, MIP4_IN_RRQ, EITHER(1, 9),
	read_hoa_request, has_hoa_request, write_hoa_request
};
static const struct mip4_row row_hoa = {
	"hoa", MIP4_SHORT, MIP4_DRAFT, MIP4_IN_ALL, EITHER(1, 17),
	read_hoa, has_hoa, write_hoa
};

/* By type. Those that no role takes are here because their framing must be known, and because their
 * numbers may not be given to the draft's extensions (D22). */
static const struct mip4_row rows[256] = {
	[0]   = { "pad", MIP4_PAD },
	[32]  = { "mobile-home-auth", MIP4_SHORT, MIP4_AUTH, MIP4_IN_ALL, AUTH_LENGTH,
		  read_auth, has_mhae },
	[33]  = { "mobile-foreign-auth", MIP4_SHORT, MIP4_AUTH, MIP4_IN_REGISTRATION, AUTH_LENGTH,
		  read_auth, has_mfae },
	[34]  = { "foreign-home-auth", MIP4_SHORT, MIP4_AUTH, MIP4_IN_ALL, AUTH_LENGTH,
		  read_auth, has_fhae },
	[36]  = { "generalized-auth", MIP4_LONG },
	[37]  = { "old-cvse" },
	[38]  = { "cvse", MIP4_LONG },
	[40]  = { "mn-fa-key-request", MIP4_LONG },
	[41]  = { "mn-fa-key-reply", MIP4_LONG },
	[42]  = { "mn-ha-key-request", MIP4_LONG },
	[43]  = { "mn-ha-key-reply", MIP4_LONG },
	[44]  = { "udp-tunnel-reply" },
	[45]  = { "fa-error" },
	[46]  = { "gfa-address" },
	[47]  = { "pmip-non-skippable", MIP4_LONG },
	[48]  = { "gre-key", MIP4_LONG, MIP4_FOR_AGENT, MIP4_IN_REGISTRATION, EXACTLY(4),
		  read_gre, has_gre, write_gre },
	[49]  = { "route-optimization" },
	[50]  = { "route-optimization-data", MIP4_LONG },
	[127] = { "experimental-non-skippable", MIP4_LONG },
	[128] = { "deprecated" },
	[129] = { "skip-traversal" },
	[130] = { "encapsulating-delivery" },
	[MIP4_NAI] = { "nai", MIP4_SHORT, MIP4_FOR_HOME, MIP4_IN_ALL, BETWEEN(1, 255),
		  read_nai, has_nai, write_nai },
	[132] = { "challenge" },
	[133] = { "old-nvse" },
	[134] = { "nvse" },
	[136] = { "nai-carrying" },
	[137] = { "revocation-support", MIP4_SHORT, MIP4_FOR_AGENT, MIP4_IN_REGISTRATION,
		  EXACTLY(6), read_support, has_support, write_support },
	[138] = { "link-layer-address" },
	[139] = { "dynamic-ha", MIP4_LONG }, /* drawn long in RFC 4433 3, though skippable */
	[140] = { "hfa-address" },
	[141] = { "replay-style" },
	[142] = { "regional-lifetime" },
	[144] = { "udp-tunnel-request" },
	[145] = { "message-string" },
	[147] = { "pmip-skippable" },
	[148] = { "mobile-network" },
	[149] = { "trusted-networks" },
	[150] = { "reserved" },
	[151] = { "service-selection" },
	[152] = { "dual-stack" },
	[153] = { "route-optimization-indication" },
	[154] = { "multipath", MIP4_LONG }, /* drawn long in RFC 7629 4, though skippable */
	[255] = { "experimental-skippable" },
};

/* In the order in which they are written. */
static const struct {
	const struct mip4_row *row;
	uint8_t type; /* of the draft's two: replaced by the number to send */
} written[] = {
	{ &rows[MIP4_NAI], MIP4_NAI },
	{ &row_hoa_request, 0 },
	{ &row_hoa, 0 },
	{ &rows[48], 48 },
	{ &rows[137], 137 },
};
/* clang-format on */

/* RFC 4064 gives these to experiments, and the draft's extensions are one; the request's is not a
 * skippable one (draft 4.1).  req: EXT-3 EXT-12 */
#define EXPERIMENT_NON_SKIPPABLE 127
#define EXPERIMENT_SKIPPABLE     255

const struct mip4_numbers mip4_numbers_default = {
	.hoa_request = { .send = EXPERIMENT_NON_SKIPPABLE,
			 .accept = { [EXPERIMENT_NON_SKIPPABLE / 64] =
					     UINT64_C(1) << EXPERIMENT_NON_SKIPPABLE % 64 } },
	.hoa = { .send = EXPERIMENT_SKIPPABLE,
		 .accept = { [EXPERIMENT_SKIPPABLE / 64] = UINT64_C(1)
							   << EXPERIMENT_SKIPPABLE % 64 } },
};

static bool accepts(const struct mip4_number *n, uint8_t type)
{
	return n->accept[type / 64] >> type % 64 & 1;
}

bool mip4_extension_is_assigned(uint8_t type)
{
	return rows[type].name && type != EXPERIMENT_NON_SKIPPABLE && type != EXPERIMENT_SKIPPABLE;
}

const struct mip4_row *mip4_row_of(uint8_t type, const struct mip4_numbers *n)
{
	if (accepts(&n->hoa_request, type))
		return &row_hoa_request;
	if (accepts(&n->hoa, type))
		return &row_hoa;
	return &rows[type];
}

int mip4_ext_frame(struct reader *r, struct bytes in, const struct mip4_numbers *n,
		   struct mip4_ext *ret)
{
	struct mip4_ext e = { .at = (uint16_t)(in.n - reader_left(r)) };

	e.type = read_u8(r);
	switch (mip4_row_of(e.type, n)->framing) {
	case MIP4_PAD:
		break;
	case MIP4_SHORT:
		e.data = read_bytes(r, read_u8(r));
		break;
	case MIP4_LONG:
		e.sub_type = read_u8(r);
		e.data = read_bytes(r, read_u16(r));
		break;
	}
	if (r->failed)
		return -EBADMSG;
	*ret = e;
	return 0;
}

bool mip4_length_fits(const struct mip4_length *rule, size_t n)
{
	return rule->range ? rule->a <= n && n <= rule->b : n == rule->a || n == rule->b;
}

bool mip4_row_is_read(const struct mip4_row *row, const struct mip4_ext *e, enum mip4_in in)
{
	return row->read && (row->in & in) && e->sub_type == 0;
}

static void write_one(struct writer *w, const struct mip4_message *m, const struct mip4_row *row,
		      uint8_t type)
{
	size_t start = writer_length(w), data;
	bool is_long = row->framing == MIP4_LONG;

	write_u8(w, type);
	write_zero(w, is_long ? 3 : 1);
	data = writer_length(w);
	row->write(w, m);
	if (w->failed)
		return;
	data = writer_length(w) - data;
	assert(mip4_length_fits(&row->length, data));
	if (is_long)
		write_u16_at(w, start + 2, (uint16_t)data);
	else
		write_u16_at(w, start, (uint16_t)(type << 8 | data));
}

static void write_all(struct writer *w, const struct mip4_message *m, const struct mip4_numbers *n,
		      enum mip4_in in, bool agent)
{
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		const struct mip4_row *row = written[i].row;
		uint8_t type = written[i].type;

		if (row == &row_hoa_request)
			type = n->hoa_request.send;
		else if (row == &row_hoa)
			type = n->hoa.send;
		if ((row->place == MIP4_FOR_AGENT) == agent && (row->in & in) && row->has(m))
			write_one(w, m, row, type);
	}
}

void mip4_ext_write_home(struct writer *w, const struct mip4_message *m,
			 const struct mip4_numbers *n, enum mip4_in in)
{
	write_all(w, m, n, in, false);
}

void mip4_ext_write_agent(struct writer *w, const struct mip4_message *m,
			  const struct mip4_numbers *n, enum mip4_in in)
{
	write_all(w, m, n, in, true);
}
