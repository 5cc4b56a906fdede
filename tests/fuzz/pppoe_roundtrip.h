/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of every decoded discovery packet: written, it is read as the same again. */
#pragma once

#include <assert.h>

#include "proto/pppoe.h"

static inline void same_tag(struct bytes a, struct bytes b)
{
	assert(bytes_equal(a, b) && !a.p == !b.p);
}

static inline void same_discovery(const struct pppoe_discovery *a, const struct pppoe_discovery *b)
{
	assert(a->code == b->code && a->session == b->session && a->n_services == b->n_services);
	for (size_t i = 0; i < a->n_services; i++)
		same_tag(a->services[i], b->services[i]);
	same_tag(a->ac_name, b->ac_name);
	same_tag(a->host_uniq, b->host_uniq);
	same_tag(a->ac_cookie, b->ac_cookie);
	same_tag(a->vendor, b->vendor);
	same_tag(a->relay_session_id, b->relay_session_id);
	same_tag(a->service_name_error, b->service_name_error);
	same_tag(a->ac_system_error, b->ac_system_error);
	same_tag(a->generic_error, b->generic_error);
}

/* What is written is never longer than what was read: nothing is added to it. */
static inline void pppoe_roundtrip(const struct pppoe_discovery *d, size_t length)
{
	uint8_t first[PPPOE_PACKET_MAX], second[PPPOE_PACKET_MAX];
	struct writer w = writer_new(first, length), x = writer_new(second, length);
	struct pppoe_discovery again;

	assert(pppoe_encode(d, &w) == 0);
	assert(pppoe_decode(writer_bytes(&w), &again) == 0);
	same_discovery(d, &again);
	assert(pppoe_encode(&again, &x) == 0);
	assert(bytes_equal(writer_bytes(&w), writer_bytes(&x)));
}
