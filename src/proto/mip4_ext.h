/* SPDX-License-Identifier: Apache-2.0 */
/* The extension table of the Mobile IPv4 codec; for mip4*.c only. */
#pragma once

#include "proto/mip4.h"

/* Messages as bits, to say in which ones an extension has a meaning. */
enum mip4_in {
	MIP4_IN_RRQ = 1,
	MIP4_IN_RRP = 2,
	MIP4_IN_REVOCATION = 4,
	MIP4_IN_ACK = 8,
	MIP4_IN_REGISTRATION = MIP4_IN_RRQ | MIP4_IN_RRP,
	MIP4_IN_ALL = 15,
};

enum mip4_framing {
	MIP4_SHORT, /* Type, Length, data (RFC 5944 1.8, 1.10) */
	MIP4_LONG,  /* Type, Sub-Type, 16-bit Length, data (RFC 5944 1.9) */
	MIP4_PAD,   /* one octet (RFC 5944 1.8) */
};

/* Where an extension may stand (RFC 5944 3.6.1.3, 3.7.2.2, 3.8.3.3). */
enum mip4_place {
	MIP4_ANYWHERE,  /* not read, so not judged */
	MIP4_FOR_HOME,  /* before every authenticator */
	MIP4_DRAFT,     /* the same; non-empty, before the FHAE is enough */
	MIP4_FOR_AGENT, /* before the authenticator that ends the message */
	MIP4_AUTH,      /* is an authenticator */
};

/* Octets of data: exactly a or b; or, with range, a to b. */
struct mip4_length {
	uint8_t a, b;
	bool range;
};

/* One extension as it stands in a message. */
struct mip4_ext {
	uint8_t type, sub_type; /* sub_type only of the long framing */
	uint16_t at;            /* offset of Type in the message */
	struct bytes data;      /* what Length counts */
};

/* One row of the table. `read` NULL: framed, but no role here takes it. `read` may rely on the
 * length rule and consumes the data. `has` tells that m holds it already, or has it to write. */
struct mip4_row {
	const char *name;
	enum mip4_framing framing;
	enum mip4_place place;
	enum mip4_in in;
	struct mip4_length length;
	void (*read)(struct reader *r, const struct mip4_ext *e, struct mip4_message *m);
	bool (*has)(const struct mip4_message *m);
	void (*write)(struct writer *w, const struct mip4_message *m);
};

/* The row for a type, never NULL; an unknown one has no name. */
const struct mip4_row *mip4_row_of(uint8_t type, const struct mip4_numbers *n);
/* Frames the next extension of the message `in`, of which r has read up to its Type. 0, or
 * -EBADMSG: it ends after the message. */
int mip4_ext_frame(struct reader *r, struct bytes in, const struct mip4_numbers *n,
		   struct mip4_ext *ret);
bool mip4_length_fits(const struct mip4_length *rule, size_t n);
/* Whether the message has, or may have, this extension's meaning for us: else the rule for unknown
 * ones holds (RFC 5944 1.8). */
bool mip4_row_is_read(const struct mip4_row *row, const struct mip4_ext *e, enum mip4_in in);
/* Write the extensions that m holds and that the message may carry: those that stand before the
 * MHAE, and those of agents. */
void mip4_ext_write_home(struct writer *w, const struct mip4_message *m,
			 const struct mip4_numbers *n, enum mip4_in in);
void mip4_ext_write_agent(struct writer *w, const struct mip4_message *m,
			  const struct mip4_numbers *n, enum mip4_in in);
