/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ar_internal.h"

#define INFINITE 0xffffffff

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/*
 * As configured; but where the home agent has granted less than was asked, the prefix may end with
 * the registration (A24), and no host may have an address for longer than that. Renewals go on, and
 * with them what is advertised and leased.
 */
struct ar_terms ar_terms(const struct ar *ar, const struct ar_attachment *h, nsec_t now)
{
	const struct client *c = &h->base.client;
	struct ar_terms t = { ar->config.preferred, ar->config.valid };

	if (c->granted < ar->access.clients.lifetime)
		t.valid = least(t.valid, client_lifetime_left(c, now));
	t.preferred = least(t.preferred, t.valid);
	return t;
}
