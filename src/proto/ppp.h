/* SPDX-License-Identifier: Apache-2.0 */
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

enum { PPP_LCP_MRU = 1, PPP_LCP_AUTH = 3, PPP_LCP_MAGIC = 5, PPP_IPV6CP_IDENTIFIER = 1 };

#define PPP_PACKET_HEADER 4

struct ppp_packet {
	uint8_t code, id;
	struct bytes data, whole;
};
int ppp_packet_read(struct bytes in, struct ppp_packet *ret);
int ppp_packet_write(struct writer *w, const struct ppp_packet *p);

struct ppp_option {
	uint8_t type;
	struct bytes value;
};
bool ppp_option_next(struct reader *r, struct ppp_option *ret);
void ppp_option_write(struct writer *w, uint8_t type, struct bytes value);
void ppp_option_write_u16(struct writer *w, uint8_t type, uint16_t v);
void ppp_option_write_u32(struct writer *w, uint8_t type, uint32_t v);
void ppp_option_write_u64(struct writer *w, uint8_t type, uint64_t v);
