/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of every packet of PPP that is read: written, it has the same octets again. */
#pragma once

#include <assert.h>

#include "proto/ppp_auth.h"

#define PPP_ROUNDTRIP_MAX 65535

static inline void same_octets(const struct writer *w, struct bytes b)
{
	assert(!w->failed && bytes_equal(writer_bytes(w), b));
}

/* Options that come back as they were, and those that are understood. */
static inline void options_roundtrip(struct bytes data, uint8_t *buf)
{
	struct reader r = reader_new(data);
	struct writer w = writer_new(buf, data.n);
	struct ppp_option o;

	while (ppp_option_next(&r, &o)) {
		struct writer x = w;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;

		if (ppp_option_u16(&o, &u16))
			ppp_option_write_u16(&x, o.type, u16);
		else if (ppp_option_u32(&o, &u32))
			ppp_option_write_u32(&x, o.type, u32);
		else if (ppp_option_u64(&o, &u64))
			ppp_option_write_u64(&x, o.type, u64);
		else if (o.type == PPP_LCP_AUTH && ppp_option_auth(&o) != PPP_AUTH_OTHER)
			ppp_option_write_auth(&x, ppp_option_auth(&o));
		else
			ppp_option_write(&x, o.type, o.value);
		ppp_option_write(&w, o.type, o.value);
		assert(bytes_equal(writer_bytes(&w), writer_bytes(&x)));
		same_octets(&w, BYTES(data.p, writer_length(&w)));
	}
	assert(r.failed || writer_length(&w) == data.n);
}

static inline void lcp_roundtrip(struct bytes data, uint8_t *buf)
{
	struct ppp_protocol_reject reject;
	struct ppp_echo echo;
	struct writer w = writer_new(buf, data.n);

	assert((ppp_echo_read(data, &echo) == 0) == (data.n >= 4));
	if (data.n >= 4) {
		ppp_echo_write(&w, &echo);
		same_octets(&w, data);
	}
	assert((ppp_protocol_reject_read(data, &reject) == 0) == (data.n >= 2));
	if (data.n >= 2) {
		w = writer_new(buf, PPP_PACKET_HEADER + data.n);
		ppp_protocol_reject_write(&w, 1, &reject, UINT16_MAX);
		assert(!w.failed);
		assert(bytes_equal(BYTES(buf + PPP_PACKET_HEADER, data.n), data));
	}
}

static inline void auth_roundtrip(const struct ppp_packet *p, uint8_t *buf)
{
	struct ppp_pap_request request;
	struct ppp_chap_value value;
	struct ppp_eap eap;
	struct bytes message;
	struct writer w = writer_new(buf, p->data.n);

	if (ppp_pap_request_read(p->data, &request) == 0) {
		ppp_pap_request_write(&w, &request);
		same_octets(&w, p->data);
	}
	w = writer_new(buf, p->data.n + 1);
	if (ppp_pap_message_read(p->data, &message) == 0) {
		ppp_pap_message_write(&w, message);
		same_octets(&w, p->data.n ? p->data : BYTES("", 1));
	}
	w = writer_new(buf, p->data.n);
	if (ppp_chap_value_read(p->data, &value) == 0) {
		ppp_chap_value_write(&w, &value);
		same_octets(&w, p->data);
	}
	w = writer_new(buf, p->data.n);
	if (ppp_eap_read(p, &eap) == 0) {
		ppp_eap_write(&w, &eap);
		same_octets(&w, p->data);
	}
}

static inline void ppp_roundtrip(const struct ppp_packet *p)
{
	static uint8_t buf[PPP_ROUNDTRIP_MAX];
	struct writer w = writer_new(buf, p->whole.n);

	assert(ppp_packet_write(&w, p) == 0);
	same_octets(&w, p->whole);
	options_roundtrip(p->data, buf);
	lcp_roundtrip(p->data, buf);
	auth_roundtrip(p, buf);
}
