/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a test has done to an access router: hosts are found by their names and addresses, the
 * tunnels have the hosts that use them, and what waits belongs to a host that waits. */
#include "access_audit.h"
#include "ar_world.h"
#include "core/ppp_internal.h"

static void audit_host(const struct ar *ar, const struct ar_attachment *h)
{
	assert_ptr_equal(ar_attachment_by_nai(ar, h->base.client.nai), h);
	if (h->session)
		assert_ptr_equal(h->session->host, h);
	else if (ar_is_ppp(ar, h->base.link))
		assert_false(h->base.open || h->base.state == ACCESS_REGISTERING);
	if (h->base.open)
		assert_ptr_equal(ar_home_find(ar, &h->base.client.home, h->base.client.unique), h);
	else
		assert_false(timer_is_set(&h->ra) || timer_is_set(&h->probe) || h->lease.given);
	if (h->base.state != ACCESS_REGISTERING)
		assert_int_equal(h->question.packets, 0);
}

/* A session and its host know each other; what is over asks for nothing. Returns what it holds. */
static size_t audit_session(const struct ar *ar, const struct ppp_session *s)
{
	const struct ppp_port *p = &ar->ppp.ports[s->link->index];

	assert_ptr_equal(ppp_find(ar, s->link, s->mac, s->number), s);
	assert_true(p->taken[s->number / 8] & 1 << s->number % 8);
	if (s->host)
		assert_ptr_equal(s->host->session, s);
	if (s->phase == AR_SESSION_OPEN && !s->terminating)
		assert_true(s->host && s->host->base.open && timer_is_set(&s->timer));
	else
		assert_true(timer_is_set(&s->limit) || timer_is_set(&s->lcp.fsm.timer));
	if (s->terminating)
		assert_true(!s->host && !s->auth.question && !timer_is_set(&s->ip6cp.fsm.timer));
	return s->auth.request.packets;
}

static size_t audit_sessions(const struct ar *ar)
{
	size_t used = 0, counted = 0, held = 0, taken = 0;

	for (uint32_t i = 0; i < ar->ppp.sessions.next; i++) {
		const struct ppp_session *s = slab_at(&ar->ppp.sessions, i);

		if (!s->used)
			continue;
		used++;
		held += audit_session(ar, s);
	}
	for (size_t i = 0; i < ar->access.config.n_ports; i++) {
		counted += ar->ppp.ports[i].n;
		for (size_t n = 0; ar->ppp.ports[i].taken && n < PPPOE_NUMBERS / 8; n++)
			taken += (size_t)__builtin_popcount(ar->ppp.ports[i].taken[n]);
	}
	assert_int_equal(used, taken);
	assert_int_equal(used, slab_used(&ar->ppp.sessions));
	assert_int_equal(used, counted);
	assert_int_equal(used, ar->ppp.by_place.n);
	assert_int_equal(used, ar->ppp.by_mac.n);
	return held;
}

void ar_audit(const struct ar *ar)
{
	size_t open = 0, users = 0, questions = audit_sessions(ar), offered = 0, counted = 0;

	for (uint32_t i = 0; i < ar->access.attachments.next; i++) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, i);

		if (!h->base.used)
			continue;
		audit_host(ar, h);
		open += h->base.open;
		questions += h->question.packets;
		offered += h->offered;
	}
	for (size_t i = 0; i < AR_HOME_AGENTS_MAX; i++)
		users += ar->tunnels[i].users;
	for (size_t i = 0; i < ar->access.config.n_ports; i++)
		counted += ar->links[i].offered;
	assert_int_equal(users, open);
	assert_int_equal(counted, offered);
	access_audit(&ar->access, questions);
}
