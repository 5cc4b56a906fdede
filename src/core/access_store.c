/* SPDX-License-Identifier: Apache-2.0 */
/* What access nodes and access routers keep over a restart: who is attached. A host that is being
 * registered, leaves or has no service is not kept: its next frame attaches it anew. */
#include "core/access.h"

#include <assert.h>
#include <string.h>

#define RESTORE_MAX   16                 /* attachments repeated in one step: three actions each */
#define RENEW_SPREAD  (5 * NSEC_PER_SEC) /* all renew within that time of a restart */
#define RETRY_SECONDS 1

struct access_link *access_port_named(struct access *n, struct bytes name)
{
	for (size_t i = 0; i < n->config.n_ports; i++) {
		const char *own = n->config.ports[i].name;

		if (bytes_equal(BYTES(own, strlen(own)), name))
			return &n->links[i];
	}
	return NULL;
}

bool access_may_store(const struct access *n)
{
	return !timer_is_set(&n->store.retry);
}

void access_stored(struct access *n, bool stored, struct now now)
{
	if (!stored)
		heap_set(&n->timers, &n->store.retry, now.mono + RETRY_SECONDS * NSEC_PER_SEC);
}

uint64_t access_ends(const struct attachment *a, struct now now, struct client_registration *ret)
{
	return ntp_of(now, client_save(&a->client, ret));
}

nsec_t access_deadline(struct now now, uint64_t ntp, uint32_t max)
{
	const int64_t d = (int64_t)(ntp - now.ntp);

	if (d <= 0)
		return now.mono;
	return sooner(mono_of(now, ntp), now.mono + max * NSEC_PER_SEC);
}

/* A registration that has ended meanwhile, or that is with another home agent than the one
 * configured now, expires at once, by its timer, as it would have done. */
void access_restore(struct access *n, struct attachment *a, const struct client_registration *r,
		    uint64_t until, struct in_addr asked, struct now now)
{
	nsec_t ends =
		r->granted == UINT16_MAX ? NSEC_NEVER : access_deadline(now, until, r->granted);

	if (!in4_equal(asked, n->config.home_agent))
		ends = now.mono;
	client_restore(&a->client, &n->clients, r, ends);
	a->state = ACCESS_ATTACHED;
	a->open = true;
	a->restored = true;
	a->seen = true; /* who knows what it sent while we were away: it is renewed once (D5) */
	a->link->has_known = true;
	a->link->known = a->host;
}

/* All that is in use now is from before: the places from the first on. */
void access_restored(struct access *n, struct now now)
{
	n->store.restore_next = 0;
	n->store.restore_end = slab_used(&n->attachments);
	if (n->store.restore_end)
		heap_set(&n->timers, &n->store.restore, now.mono);
}

/* What the data plane has already it compares, so nobody's packets are interrupted. Renewed is soon
 * after: the home agent may have ended or moved a registration, or have lost it itself. */
void access_restore_step(struct access *n, const struct access_input *in)
{
	struct access_storing *s = &n->store;

	for (int i = 0; i < RESTORE_MAX && s->restore_next < s->restore_end; i++) {
		struct attachment *a = slab_at(&n->attachments, s->restore_next++);

		if (!a->used || !a->restored || !a->open)
			continue;
		a->restored = false;
		if (a->client.expiry.due <= in->now.mono && timer_is_set(&a->client.expiry))
			continue; /* over while we were away: hosts are not told of it again */
		n->ops->repeat(n, a, in);
		client_renew_within(&a->client, &n->clients, RENEW_SPREAD, in->now);
	}
	if (s->restore_next < s->restore_end)
		heap_set(&n->timers, &s->restore, in->now.mono);
}

bool access_restoring(const struct access *n)
{
	return timer_is_set(&n->store.restore);
}
