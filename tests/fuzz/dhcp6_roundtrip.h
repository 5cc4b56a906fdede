/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of every decoded message: written, it is read as the same again. */
#pragma once

#include <assert.h>

#include "proto/dhcp6.h"

static inline void same_view(struct bytes a, struct bytes b)
{
	assert(bytes_equal(a, b) && !a.p == !b.p);
}

static inline void same_number(struct dhcp6_number a, struct dhcp6_number b)
{
	assert(a.present == b.present && a.value == b.value);
}

static inline void same_status(const struct dhcp6_status *a, const struct dhcp6_status *b)
{
	assert(a->present == b->present && a->code == b->code);
	same_view(a->text, b->text);
}

static inline void same_lease(const struct dhcp6_lease *a, const struct dhcp6_lease *b)
{
	assert(in6_equal(&a->address, &b->address) && a->length == b->length);
	assert(a->preferred == b->preferred && a->valid == b->valid);
	same_status(&a->status, &b->status);
}

static inline void same_ia(const struct dhcp6_ia *a, const struct dhcp6_ia *b)
{
	assert(a->type == b->type && a->iaid == b->iaid && a->t1 == b->t1 && a->t2 == b->t2);
	assert(a->n_leases == b->n_leases);
	for (size_t i = 0; i < a->n_leases; i++)
		same_lease(&a->leases[i], &b->leases[i]);
	same_status(&a->status, &b->status);
}

/* IAs of one type keep their order; the types do not. */
static inline void same_ias(const struct dhcp6_message *a, const struct dhcp6_message *b)
{
	static const enum dhcp6_code types[] = { DHCP6_IA_NA, DHCP6_IA_TA, DHCP6_IA_PD };
	size_t k = 0;

	assert(a->n_ias == b->n_ias);
	for (size_t t = 0; t < 3; t++)
		for (size_t i = 0; i < a->n_ias; i++)
			if (a->ias[i].type == types[t])
				same_ia(&a->ias[i], &b->ias[k++]);
	assert(k == a->n_ias);
}

static inline void same_relay(const struct dhcp6_relay *a, const struct dhcp6_relay *b)
{
	assert(a->hop_count == b->hop_count);
	assert(in6_equal(&a->link, &b->link) && in6_equal(&a->peer, &b->peer));
	same_view(a->interface_id, b->interface_id);
	assert(a->client_lla.hardware == b->client_lla.hardware);
	same_view(a->client_lla.address, b->client_lla.address);
}

static inline void same_message(const struct dhcp6_message *a, const struct dhcp6_message *b)
{
	assert(a->type == b->type && a->transaction_id == b->transaction_id);
	same_view(a->client_id, b->client_id);
	same_view(a->server_id, b->server_id);
	same_ias(a, b);
	same_view(a->oro, b->oro);
	same_number(a->preference, b->preference);
	same_number(a->elapsed, b->elapsed);
	assert(a->auth.protocol == b->auth.protocol && a->auth.algorithm == b->auth.algorithm);
	assert(a->auth.replay_method == b->auth.replay_method && a->auth.replay == b->auth.replay);
	same_view(a->auth.information, b->auth.information);
	same_view(a->unicast, b->unicast);
	same_status(&a->status, &b->status);
	assert(a->rapid_commit == b->rapid_commit);
	same_view(a->user_class, b->user_class);
	assert(a->vendor_class.enterprise == b->vendor_class.enterprise);
	same_view(a->vendor_class.data, b->vendor_class.data);
	same_number(a->reconfigure, b->reconfigure);
	assert(a->reconfigure_accept == b->reconfigure_accept);
	assert(a->dns.n == b->dns.n);
	for (size_t i = 0; i < a->dns.n; i++)
		assert(in6_equal(&a->dns.servers[i], &b->dns.servers[i]));
	same_view(a->domains, b->domains);
	same_number(a->refresh_time, b->refresh_time);
	same_number(a->sol_max_rt, b->sol_max_rt);
	same_number(a->inf_max_rt, b->inf_max_rt);
	assert(a->n_relays == b->n_relays && a->relay_type == b->relay_type);
	for (size_t i = 0; i < a->n_relays; i++)
		same_relay(&a->relays[i], &b->relays[i]);
}

/* What is written is never longer than what was read: nothing is added to it. */
static inline void dhcp6_roundtrip(const struct dhcp6_message *m, size_t length)
{
	uint8_t first[DHCP6_MESSAGE_MAX], second[DHCP6_MESSAGE_MAX];
	struct writer w = writer_new(first, length), x = writer_new(second, length);
	struct dhcp6_message again;

	assert(dhcp6_encode(m, &w) == 0);
	assert(dhcp6_decode(writer_bytes(&w), &again) == 0);
	same_message(m, &again);
	assert(dhcp6_encode(&again, &x) == 0);
	assert(bytes_equal(writer_bytes(&w), writer_bytes(&x)));
}
