/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PPP over Ethernet (RFC 2516): discovery packets with their tags, and what stands before a PPP
 * packet of a session. Packets are what follows the Ethernet header; octets after their Length are
 * Ethernet's padding. The codec allocates nothing and keeps no state; what is decoded is views into
 * the packet.
 */
#pragma once

#include "base/bytes.h"

#define PPPOE_ETHERTYPE_DISCOVERY 0x8863
#define PPPOE_ETHERTYPE_SESSION   0x8864
#define PPPOE_HEADER              6
#define PPPOE_SESSION_HEADER      8    /* with the PPP protocol */
#define PPPOE_PACKET_MAX          1500 /* of an Ethernet frame */
#define PPPOE_PADI_MAX            1484 /* so that a relay can add its tag (RFC 2516 5.1) */
#define PPPOE_MRU_MAX             1492 /* of PPP (RFC 2516 7) */
#define PPPOE_SERVICES_MAX        8    /* of one offer; others are passed over */

enum pppoe_code {
	PPPOE_PADO = 0x07,
	PPPOE_PADI = 0x09,
	PPPOE_PADR = 0x19,
	PPPOE_PADS = 0x65,
	PPPOE_PADT = 0xa7,
};

enum pppoe_tag {
	PPPOE_END_OF_LIST = 0x0000,
	PPPOE_SERVICE_NAME = 0x0101,
	PPPOE_AC_NAME = 0x0102,
	PPPOE_HOST_UNIQ = 0x0103,
	PPPOE_AC_COOKIE = 0x0104,
	PPPOE_VENDOR_SPECIFIC = 0x0105,
	PPPOE_RELAY_SESSION_ID = 0x0110,
	PPPOE_SERVICE_NAME_ERROR = 0x0201,
	PPPOE_AC_SYSTEM_ERROR = 0x0202,
	PPPOE_GENERIC_ERROR = 0x0203,
};

/* Tags that are absent have no address; empty ones have one. Each may be there once, but for
 * Service-Name in an offer and Vendor-Specific, of which the first is kept. */
struct pppoe_discovery {
	enum pppoe_code code;
	uint16_t session; /* PADS, PADT; of a PADS that says no, 0 */
	struct bytes services[PPPOE_SERVICES_MAX];
	size_t n_services;      /* Service-Name: an offer has several, an empty one asks for any */
	struct bytes ac_name;   /* of the access concentrator */
	struct bytes host_uniq; /* comes back to the host as it was */
	struct bytes ac_cookie; /* comes back to the access concentrator as it was */
	struct bytes vendor;    /* a 32-bit number of the vendor, and what it likes */
	struct bytes relay_session_id; /* comes back as it was, by way of both */
	struct bytes service_name_error, ac_system_error, generic_error; /* UTF-8, or nothing */
};

/*
 * Reads a discovery packet. 0; -ENOMSG: version, type or code not known; -EBADMSG: truncated,
 * lengths wrong, a tag twice that may be there once; -EPROTO: without what its code must have, with
 * more than one service, or with a session where there is none yet (RFC 2516 5). Unknown tags are
 * passed over. On error ret is untouched.
 */
int pppoe_decode(struct bytes in, struct pppoe_discovery *ret);
/* Writes header and tags. 0 or -ENOBUFS. */
int pppoe_encode(const struct pppoe_discovery *d, struct writer *w);

/* A frame of a session. */
struct pppoe_session {
	uint16_t session;
	uint16_t protocol; /* of PPP, as of enum ppp_protocol; never compressed on Ethernet */
	struct bytes payload;
};

/* 0; -ENOMSG: version, type or code is not that of a session; -EBADMSG: truncated, or a session
 * number that cannot be (RFC 2516 4). On error ret is untouched. */
int pppoe_session_decode(struct bytes in, struct pppoe_session *ret);
/* Puts the PPPOE_SESSION_HEADER octets before n octets that are written next; w fails if these are
 * more than PPPOE_MRU_MAX. */
void pppoe_session_write(struct writer *w, uint16_t session, uint16_t protocol, size_t n);
