/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What PPP negotiates with: control packets and their options (RFC 1661 5, 6), of LCP and of IPv6CP
 * (RFC 5072). Packets are what follows the PPP protocol; octets after their Length are padding. The
 * codec allocates nothing and keeps no state; what is read is views into the packet.
 */
#pragma once

#include "base/bytes.h"

enum ppp_protocol {
	PPP_PROTOCOL_IPV6 = 0x0057,
	PPP_PROTOCOL_IPV6CP = 0x8057,
	PPP_PROTOCOL_LCP = 0xc021,
	PPP_PROTOCOL_PAP = 0xc023,
	PPP_PROTOCOL_CHAP = 0xc223,
	PPP_PROTOCOL_EAP = 0xc227,
};

/* LCP has all, IPv6CP those up to Code-Reject. */
enum ppp_code {
	PPP_CODE_CONFIGURE_REQUEST = 1,
	PPP_CODE_CONFIGURE_ACK,
	PPP_CODE_CONFIGURE_NAK,
	PPP_CODE_CONFIGURE_REJECT,
	PPP_CODE_TERMINATE_REQUEST,
	PPP_CODE_TERMINATE_ACK,
	PPP_CODE_CODE_REJECT,
	PPP_CODE_PROTOCOL_REJECT,
	PPP_CODE_ECHO_REQUEST,
	PPP_CODE_ECHO_REPLY,
	PPP_CODE_DISCARD_REQUEST,
};

#define PPP_PACKET_HEADER 4

/* A packet of LCP, IPv6CP, PAP, CHAP or EAP: they have the same form. */
struct ppp_packet {
	uint8_t code, id;
	struct bytes data;  /* what Length counts after the header */
	struct bytes whole; /* reading only: the same with the header */
};

/* 0; -EBADMSG: truncated, or Length is less than the header. On error ret is untouched. */
int ppp_packet_read(struct bytes in, struct ppp_packet *ret);
/* 0 or -ENOBUFS. */
int ppp_packet_write(struct writer *w, const struct ppp_packet *p);
/* The same when the data is not at hand: ppp_packet_begin writes the header and returns where the
 * packet starts; ppp_packet_end, when the data is written, sets its length. */
size_t ppp_packet_begin(struct writer *w, uint8_t code, uint8_t id);
void ppp_packet_end(struct writer *w, size_t start);

/* --- options of Configure-Request, -Ack, -Nak and -Reject --- */

enum ppp_lcp_option {
	PPP_LCP_MRU = 1,     /* 16 bits */
	PPP_LCP_ACCM = 2,    /* 32 bits */
	PPP_LCP_AUTH = 3,    /* 16 bits of protocol; CHAP: and its algorithm */
	PPP_LCP_QUALITY = 4, /* 16 bits of protocol, and what that needs */
	PPP_LCP_MAGIC = 5,   /* 32 bits */
	PPP_LCP_PFC = 7,     /* nothing */
	PPP_LCP_ACFC = 8,    /* nothing */
};
enum ppp_ipv6cp_option {
	PPP_IPV6CP_IDENTIFIER = 1, /* of the interface, 64 bits */
};

/* As it stands in the packet, whether known or not: written with type and value it is the same
 * again, octet for octet. */
struct ppp_option {
	uint8_t type;
	struct bytes value;
};

/* The next option of a packet's data; false: there is none, or r has failed, and the packet is
 * malformed (RFC 1661 6). */
bool ppp_option_next(struct reader *r, struct ppp_option *ret);
/* The number that is the whole value; false: it is not that long, and *ret is untouched. */
bool ppp_option_u16(const struct ppp_option *o, uint16_t *ret);
bool ppp_option_u32(const struct ppp_option *o, uint32_t *ret);
bool ppp_option_u64(const struct ppp_option *o, uint64_t *ret);
void ppp_option_write(struct writer *w, uint8_t type, struct bytes value);
void ppp_option_write_u16(struct writer *w, uint8_t type, uint16_t v);
void ppp_option_write_u32(struct writer *w, uint8_t type, uint32_t v);
void ppp_option_write_u64(struct writer *w, uint8_t type, uint64_t v);

/* What a host is authenticated with (RFC 1334, RFC 1994, RFC 3748). */
enum ppp_method {
	PPP_AUTH_OTHER, /* reading only */
	PPP_AUTH_PAP,
	PPP_AUTH_CHAP_MD5,
	PPP_AUTH_EAP,
};
/* The value of an Authentication-Protocol option. */
enum ppp_method ppp_option_auth(const struct ppp_option *o);
void ppp_option_write_auth(struct writer *w, enum ppp_method auth);

/* --- data of other packets of LCP --- */

/* Echo-Request, Echo-Reply, Discard-Request (RFC 1661 5.8, 5.9). */
struct ppp_echo {
	uint32_t magic; /* of the sender; 0 = it has none */
	struct bytes data;
};
/* 0 or -EBADMSG. */
int ppp_echo_read(struct bytes data, struct ppp_echo *ret);
void ppp_echo_write(struct writer *w, const struct ppp_echo *e);

/* Protocol-Reject (RFC 1661 5.7); the information may have been truncated. */
struct ppp_protocol_reject {
	uint16_t protocol;
	struct bytes information;
};
/* 0 or -EBADMSG. */
int ppp_protocol_reject_read(struct bytes data, struct ppp_protocol_reject *ret);
/* Whole packets, the last field truncated so that they are `mru` octets at most, which are the
 * header and 2 at least (RFC 1661 5.6, 5.7). */
void ppp_protocol_reject_write(struct writer *w, uint8_t id, const struct ppp_protocol_reject *p,
			       uint16_t mru);
void ppp_code_reject_write(struct writer *w, uint8_t id, struct bytes rejected, uint16_t mru);
