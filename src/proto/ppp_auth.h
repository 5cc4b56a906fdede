/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who dials in: PAP (RFC 1334), CHAP (RFC 1994) and EAP (RFC 3748) on PPP. Their packets are framed
 * as those of LCP (proto/ppp.h); this is what they hold. Digests are not the codec's.
 */
#pragma once

#include "proto/ppp.h"

enum ppp_pap_code {
	PPP_PAP_REQUEST = 1,
	PPP_PAP_ACK,
	PPP_PAP_NAK,
};
struct ppp_pap_request {
	struct bytes peer_id, password;
};
/* 0 or -EBADMSG. On error ret is untouched, as of all here. */
int ppp_pap_request_read(struct bytes data, struct ppp_pap_request *ret);
/* Both are 255 octets at most. */
void ppp_pap_request_write(struct writer *w, const struct ppp_pap_request *p);
/* The message of an Ack or Nak, which some leave out with its length. 0 or -EBADMSG. */
int ppp_pap_message_read(struct bytes data, struct bytes *ret);
void ppp_pap_message_write(struct writer *w, struct bytes message);

/* Data of Success and Failure is a message. */
enum ppp_chap_code {
	PPP_CHAP_CHALLENGE = 1,
	PPP_CHAP_RESPONSE,
	PPP_CHAP_SUCCESS,
	PPP_CHAP_FAILURE,
};
/* Challenge or Response, also those of EAP's MD5-Challenge, whose name may be empty. */
struct ppp_chap_value {
	struct bytes value; /* 1 to 255 octets; a response of MD5 has 16 */
	struct bytes name;
};
/* 0 or -EBADMSG. */
int ppp_chap_value_read(struct bytes data, struct ppp_chap_value *ret);
void ppp_chap_value_write(struct writer *w, const struct ppp_chap_value *v);

enum ppp_eap_code {
	PPP_EAP_REQUEST = 1,
	PPP_EAP_RESPONSE,
	PPP_EAP_SUCCESS,
	PPP_EAP_FAILURE,
};
enum ppp_eap_type {
	PPP_EAP_IDENTITY = 1,
	PPP_EAP_NOTIFICATION,
	PPP_EAP_NAK, /* in a response: the types that the host would rather have, an octet each */
	PPP_EAP_MD5, /* struct ppp_chap_value */
};
/* Types that are not known here are read as well: what they hold is for others. */
struct ppp_eap {
	uint8_t type;      /* 0: Success, Failure */
	struct bytes data; /* after the type */
};
/* 0; -ENOMSG: code not known; -EBADMSG: a request or response without a type, or a Nak as a
 * request, or data where there is none (RFC 3748 4). */
int ppp_eap_read(const struct ppp_packet *p, struct ppp_eap *ret);
/* The packet's data: of a Success or Failure, nothing. */
void ppp_eap_write(struct writer *w, const struct ppp_eap *e);
