/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_home_address.h"
#include "core/dad.h"
#include "core/ha_pending.h"
#include "core/ha_state.h"

bool home_address_is(const struct request *q)
{
	const struct host *x = q->host;

	return x && x->home && in6_equal(&x->home->address, &q->m.hoa_address);
}

/* Renewals, and agents that have been told of the host by another (A19): what it has, or what is
 * its own by assignment. Who names none goes on with what it has (A16). */
static int named(struct ha *h, struct request *q, struct now now)
{
	const struct ha_static *s = static_find(&h->statics, q->m.nai);
	const struct pool_wish wish = { .unique = s && s->unique };
	struct host *x = q->host;
	uint8_t code;

	if (x->home)
		return (q->m.hoa == MIP4_ABSENT || home_address_is(q)) &&
				       pool_still_has(h, x->home, now)
			       ? HOME_GIVEN
			       : MIP4_HA_PROHIBITED;
	if (!s || !in6_equal(&s->address, &q->m.hoa_address))
		return MIP4_HA_PROHIBITED;
	return pool_take(h, x, &wish, now, &code) ? HOME_GIVEN : code;
}

/* What the host has already is what it gets: while it is bound, always (A17), be the identifier
 * another; afterwards, unless a /64 of its own is asked for and it had none (D12). req: HA-37 */
static bool serves(const struct ha *h, const struct request *q, const struct pool_wish *w,
		   struct now now)
{
	const struct host *x = q->host;
	const bool registered = x->binding && !x->binding->link;

	if (!x->home || !pool_still_has(h, x->home, now))
		return false;
	return registered || !w->unique || x->home->length == 64;
}

/* Of a pool that is not configured any more, nor was when we began: as long as it is registered the
 * host has its address, for which there is no other to be had that its agent would know of. */
static bool keeps(const struct ha *h, const struct host *x)
{
	return x->binding && !x->binding->link && x->home && x->home->pool == POOL_NONE &&
	       !static_find(&h->statics, host_nai(x));
}

/* req: HA-1 HA-3 HA-6 HA-37 HA-38 EXT-6 */
static int wished(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	const struct pool_wish w = { .unique = q->m.hoa_request_iid != 0,
				     .iid = q->m.hoa_request_iid,
				     .attempt = q->attempt };
	struct host_address former = { .state = HOST_ADDRESS_BOUND };
	struct host *x = q->host;
	uint8_t code;

	if (serves(h, q, &w, now))
		return HOME_GIVEN;
	if (keeps(h, x))
		return MIP4_HA_PROHIBITED;
	if (x->home) {
		if (pool_still_has(h, x->home, now))
			former = *x->home;
		address_remove(h, x->home, out);
	}
	if (pool_take(h, x, &w, now, &code))
		return HOME_GIVEN;
	if (former.state == HOST_ADDRESS_KEPT) /* for a request that it does serve */
		pool_again(h, x, &former);
	return code;
}

/* A home address among those of the home link's own hosts (D11). req: HA-4 HA-5 HA-7 */
static int after_dad(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	struct host_address *a = q->host->home;

	if (a->state == HOST_ADDRESS_BOUND || a->length != 128 ||
	    !address_is_on_home_link(h, &a->address) || dad_is_over(a))
		return HOME_GIVEN;
	if (q->attempt >= PENDING_ATTEMPTS) {
		address_remove(h, a, out);
		ha_drop(h, DROP_POOL_EXHAUSTED);
		return MIP4_HA_RESOURCES;
	}
	if (!a->proxy)
		dad_begin_home(h, a, now, out);
	return pending_keep(h, a->proxy, q->in, q->attempt, now) ? HOME_LATER : MIP4_HA_RESOURCES;
}

int home_address_assign(struct ha *h, struct request *q, struct now now, struct actions *out)
{
	int verdict;

	if (q->host->home)
		pool_adopt(h, q->host->home);
	verdict = q->m.hoa_request == MIP4_FULL ? wished(h, q, now, out) : named(h, q, now);
	return verdict == HOME_GIVEN ? after_dad(h, q, now, out) : verdict;
}

/* Asked for by those that do not decapsulate themselves and name none, but not by access routers
 * (A20, A22). req: FA-5 */
struct in_addr home_address_ipv4(struct ha *h, struct request *q, struct now now)
{
	struct host *x = q->host;

	if (q->m.flags & MIP4_D || request_about_address(q) || h->c.home4_size == 0)
		return (struct in_addr){ 0 };
	if (!x->home4.s_addr && care_of_take(&h->home4, x, now.mono, &x->home4))
		ha_drop(h, DROP_POOL_EXHAUSTED);
	return x->home4;
}
