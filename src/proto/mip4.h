/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mobile IPv4 messages: Registration Request and Reply (RFC 5944 3.3, 3.4), Revocation and its
 * Acknowledgment (RFC 3543), with their extensions, among them the draft's two (draft 4.1, 4.2).
 * The codec allocates nothing and keeps no state; a decoded message is views into its octets.
 */
#pragma once

#include "base/mac.h"
#include "base/net.h"

#define MIP4_PORT           434
#define MIP4_MESSAGE_MAX    1472 /* fits one Ethernet frame; larger ones are refused */
#define MIP4_EXTENSIONS_MAX 24   /* twice what any specified message carries */

enum mip4_type {
	MIP4_RRQ = 1,
	MIP4_RRP = 3,
	MIP4_REVOCATION = 7,
	MIP4_REVOCATION_ACK = 15,
};

/* Flags of the Registration Request. */
enum mip4_flag {
	MIP4_S = 0x80,
	MIP4_B = 0x40,
	MIP4_D = 0x20,
	MIP4_M = 0x10,
	MIP4_G = 0x08,
	MIP4_R = 0x04,
	MIP4_T = 0x02,
	MIP4_X = 0x01,
};

/* Those that our roles send or act on (RFC 5944 3.4, IANA). */
enum mip4_code {
	MIP4_ACCEPTED = 0,
	MIP4_ACCEPTED_NO_SIMULTANEOUS = 1,
	MIP4_HA_UNSPECIFIED = 128,
	MIP4_HA_PROHIBITED = 129,
	MIP4_HA_RESOURCES = 130,
	MIP4_HA_MN_AUTH = 131,
	MIP4_HA_FA_AUTH = 132,
	MIP4_HA_IDENTIFICATION = 133,
	MIP4_HA_MALFORMED = 134,
	MIP4_HA_UNKNOWN_HA = 136,
	MIP4_HA_NO_REVERSE_TUNNEL = 137,
	MIP4_HA_REVERSE_TUNNEL_MANDATORY = 138,
	MIP4_HA_ENCAPSULATION = 139,
};
/* A word for a code, for people; NULL if unknown ("code N" is the caller's). */
const char *mip4_code_name(uint8_t code);

/* Numbers of the draft's extensions (TBD-1, TBD-2; D22): which are accepted, which is
 * sent. */
struct mip4_number {
	uint8_t send;
	uint64_t accept[4]; /* bit n%64 of word n/64 */
};
struct mip4_numbers {
	struct mip4_number hoa_request; /* TBD-1, default 127 */
	struct mip4_number hoa;         /* TBD-2, default 255 */
};
extern const struct mip4_numbers mip4_numbers_default;
static inline void mip4_number_accept(struct mip4_number *n, uint8_t type)
{
	n->accept[type / 64] |= UINT64_C(1) << type % 64;
}
/* True if `type` is that of an extension with another meaning: a configuration error (D22). */
bool mip4_extension_is_assigned(uint8_t type);

#define MIP4_NAI 131 /* Mobile Node NAI extension (RFC 2794 2) */

enum mip4_auth {
	MIP4_MHAE = 32,
	MIP4_MFAE = 33,
	MIP4_FHAE = 34,
};

/* The NAI of a message of which nothing else has been looked at: a guess, to fetch what belongs to
 * it; p NULL if none can be seen. A view into `in`. */
struct bytes mip4_peek_nai(struct bytes in, const struct mip4_numbers *n);

struct mip4_sa {
	uint32_t spi;
	const struct mac_algorithm *algorithm;
	_Alignas(16) uint8_t state[MAC_STATE_MAX];
};

/* One authentication extension in a decoded message; at = offset of its Type octet. */
struct mip4_authenticator {
	bool present;
	uint16_t at;
	uint32_t spi;
	struct bytes value;
};

/* Forms of the draft's extensions. */
enum mip4_form {
	MIP4_ABSENT = 0,
	MIP4_EMPTY, /* Length 1: tunnelling mode */
	MIP4_FULL,
};

struct mip4_message {
	enum mip4_type type;
	/* fixed part; which fields count depends on the type */
	uint8_t flags;             /* RRQ */
	uint8_t code;              /* RRP */
	uint16_t lifetime;         /* RRQ, RRP; s, 0xffff = infinite */
	struct in_addr home;       /* all */
	struct in_addr home_agent; /* RRQ, RRP; Revocation: Home Domain Address */
	struct in_addr care_of;    /* RRQ; Revocation: Foreign Domain Address */
	uint64_t identification;   /* RRQ, RRP */
	uint32_t revocation_id;    /* Revocation, Ack */
	bool revocation_from_home; /* A bit */
	bool revocation_inform;    /* I bit of types 7 and 15 */

	/* extensions; absent = zero */
	struct bytes nai; /* 131; .p NULL if absent */
	enum mip4_form hoa_request;
	uint64_t hoa_request_iid; /* MIP4_FULL; 0 = HA assigns all */
	enum mip4_form hoa;
	bool hoa_unique; /* U */
	struct in6_addr hoa_address;
	bool revocation_support; /* 137 */
	bool support_inform;
	uint32_t support_timestamp;
	bool gre; /* 48 */
	uint32_t gre_key;

	/* decoding only */
	struct bytes wire;
	struct mip4_authenticator mhae, mfae, fhae;
	/* framed well, so it can be authenticated, but not acceptable: deny with 134 (RFC
	 * 5944 3.8.2.1; wrong Length of what is read, one present twice, both draft extensions
	 * present) */
	bool bad;
	/* has extensions that come after the MHAE: nobody's word without a right FHAE */
	bool beyond_mhae;
};

/*
 * Reads a whole UDP payload. 0; -ENOMSG: message type not known; -EBADMSG: truncated or lengths
 * wrong; -ENOPROTOOPT: unknown non-skippable extension (RFC 5944 1.8); -EPROTO: order of RFC 5944
 * 3.6.1.3 violated (identity or draft extension after the authenticator that must cover it, ...).
 * On error ret is untouched. Views point into `in`.
 */
int mip4_decode(struct bytes in, const struct mip4_numbers *n, struct mip4_message *ret);
/*
 * Writes m with its extensions in the order of RFC 5944 3.6.1.3 and 3.8.3.3: the
 * caller names the authenticators in wire order, each computed over all before it. With an FHAE,
 * 48 and 137 stand between MHAE and FHAE, else before the MHAE. 0 or -ENOBUFS.
 */
int mip4_encode(const struct mip4_message *m, const struct mip4_numbers *n,
		const enum mip4_auth *auths, const struct mip4_sa *const *sas, size_t n_sas,
		struct writer *w);
/* Checks one authenticator in constant time: 0 or -EACCES. */
int mip4_verify(const struct mip4_message *m, const struct mip4_authenticator *a,
		const struct mip4_sa *sa);
