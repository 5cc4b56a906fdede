/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

#define PPPOE_ETHERTYPE_DISCOVERY 0x8863
#define PPPOE_ETHERTYPE_SESSION   0x8864
#define PPPOE_HEADER              6

enum pppoe_code {
	PPPOE_SESSION = 0,
	PPPOE_PADO = 7,
	PPPOE_PADI = 9,
	PPPOE_PADR = 0x19,
	PPPOE_PADS = 0x65,
	PPPOE_PADT = 0xa7
};
enum pppoe_tag {
	PPPOE_SERVICE_NAME = 0x0101,
	PPPOE_AC_NAME = 0x0102,
	PPPOE_HOST_UNIQ = 0x0103,
	PPPOE_AC_COOKIE = 0x0104,
	PPPOE_RELAY_SESSION_ID = 0x0110,
	PPPOE_SERVICE_NAME_ERROR = 0x0201,
	PPPOE_AC_SYSTEM_ERROR = 0x0202,
	PPPOE_GENERIC_ERROR = 0x0203,
};
struct pppoe_tags {
	struct bytes service_name, ac_name, host_uniq, cookie, relay_session_id;
	uint16_t error;
};
struct pppoe {
	uint8_t code;
	uint16_t session;
	struct bytes payload;
	struct pppoe_tags tags;
};
int pppoe_decode(struct bytes in, struct pppoe *ret);
size_t pppoe_begin(struct writer *w, uint8_t code, uint16_t session);
void pppoe_write_tag(struct writer *w, uint16_t type, struct bytes value);
void pppoe_end(struct writer *w, size_t start);
