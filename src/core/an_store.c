/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an access node keeps over a restart: who is attached, and which care-of addresses the home
 * agent may still tunnel to (D15). A host that is being registered, leaves or has no service is not
 * kept, only its care-of address is out of use for a while: its next frame attaches it anew.
 */
#include "core/an_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define RESTORE_MAX   16                 /* attachments repeated in one step: one action each */
#define RENEW_SPREAD  (5 * NSEC_PER_SEC) /* all renew within that time of a restart */
#define RETRY_SECONDS 1
#define NTP_SECOND    ((int64_t)1 << 32)

/* Stored times are wall-clock times; timers know the monotonic one. */
static uint64_t to_ntp(struct now now, nsec_t t)
{
	nsec_t d = t - now.mono;

	return now.ntp + (uint64_t)(d / NSEC_PER_SEC * NTP_SECOND) +
	       (uint64_t)(d % NSEC_PER_SEC * NTP_SECOND / NSEC_PER_SEC);
}

/* Between now and `max` s later, whatever has become of the wall clock meanwhile. */
static nsec_t from_ntp(struct now now, uint64_t ntp, uint32_t max)
{
	int64_t d = (int64_t)(ntp - now.ntp);

	if (d < 0)
		d = 0;
	if (d > max * NTP_SECOND)
		d = max * NTP_SECOND;
	return now.mono + d / NTP_SECOND * NSEC_PER_SEC +
	       d % NTP_SECOND * NSEC_PER_SEC / NTP_SECOND;
}

/* what is stored */

static struct bytes as_bytes(const char *text)
{
	return BYTES(text, strlen(text));
}

static struct an_record record_of(const struct an *an, const struct an_attachment *a,
				  struct now now)
{
	struct an_record r = { 0 };
	nsec_t ends;

	if (a->state != ACCESS_ATTACHED && a->state != ACCESS_LINK_LOST) {
		/* as long as the home agent may use what has been or will be asked for */
		r.until = to_ntp(now, now.mono + (a->client.exposed + CLIENT_ATTEMPT_MAX) *
							 NSEC_PER_SEC);
		return r;
	}
	r.attached = true;
	r.port = as_bytes(an->config.access.ports[a->link->index].name);
	r.nai = a->client.nai;
	r.host = a->tunnel.host;
	r.router = a->tunnel.router;
	r.router_address = a->tunnel.router_address;
	r.asked = an->config.access.home_agent;
	ends = client_save(&a->client, &r.registration);
	r.until = ends == NSEC_NEVER ? 0 : to_ntp(now, ends);
	return r;
}

/* After a failure nothing is told until the next try, which tells all: what is stored may be old,
 * but is what was so at one time. */
bool an_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value)
{
	struct an *an = self;
	struct writer key = writer_new(an->store.key, sizeof(an->store.key));
	struct writer value = writer_new(an->store.value, sizeof(an->store.value));
	const struct an_attachment *a;
	struct an_record r = { 0 };
	struct in_addr care_of;
	nsec_t until;

	if (timer_is_set(&an->store.retry) || !care_of_next_changed(&an->care_of, &care_of))
		return false;
	a = care_of_owner(&an->care_of, care_of);
	until = care_of_quarantined(&an->care_of, care_of);
	an_record_write_key(&key, care_of);
	*ret_key = writer_bytes(&key);
	*ret_value = (struct bytes){ NULL, 0 };
	if (!a && !until)
		return true;
	if (a)
		r = record_of(an, a, now);
	else
		r.until = to_ntp(now, until);
	an_record_write(&value, &r);
	assert(!key.failed && !value.failed);
	*ret_value = writer_bytes(&value);
	return true;
}

/* An access node promises nothing to anybody by what it stores: the home agent has the binding, and
 * a host that is forgotten attaches anew by its next frame. So without a store it carries on. */
bool an_batch_end(void *self, bool stored, struct now now)
{
	struct an *an = self;

	care_of_stored(&an->care_of, stored);
	if (!stored)
		heap_set(&an->timers, &an->store.retry, now.mono + RETRY_SECONDS * NSEC_PER_SEC);
	return true;
}

/* what was stored */

static struct an_link *find_port(struct an *an, struct bytes name)
{
	for (size_t i = 0; i < an->config.access.n_ports; i++)
		if (bytes_equal(as_bytes(an->config.access.ports[i].name), name))
			return &an->links[i];
	return NULL;
}

/* No longer than what we ask for now: a wall clock that was set back would else keep addresses out
 * of use for as long as it was set back, and with them hosts from service. Should more have been
 * asked for before, the home agent ends that registration when the address is used again (D15). */
static uint32_t quarantine_max(const struct an *an)
{
	return an->config.access.lifetime + CLIENT_ATTEMPT_MAX;
}

static int restore_quarantine(struct an *an, struct in_addr care_of, nsec_t until, struct now now)
{
	if (until <= now.mono) {
		care_of_changed(&an->care_of, care_of);
		return 0;
	}
	return care_of_restore(&an->care_of, care_of, NULL, until);
}

/* There is no place for the host any more: what of it lives is that the home agent tunnels to its
 * address. */
static int restore_no_host(struct an *an, const struct client_registration *r, struct now now)
{
	care_of_changed(&an->care_of, r->care_of);
	return restore_quarantine(an, r->care_of, now.mono + r->exposed * NSEC_PER_SEC, now);
}

/* A registration that has ended meanwhile, or that is with another home agent than the one
 * configured now, expires at once, by its timer, as it would have done. */
static void fill_attachment(struct an *an, struct an_attachment *a, const struct an_record *r,
			    struct now now)
{
	const struct client_registration *c = &r->registration;
	nsec_t ends = c->granted == UINT16_MAX ? NSEC_NEVER : from_ntp(now, r->until, c->granted);

	if (!in4_equal(r->asked, an->config.access.home_agent))
		ends = now.mono;
	memcpy(a->nai, r->nai.p, r->nai.n);
	a->client.nai = BYTES(a->nai, r->nai.n);
	client_restore(&a->client, &an->clients, c, ends);
	a->state = ACCESS_ATTACHED;
	a->tunnel.local = c->care_of;
	a->tunnel.remote = c->home_agent;
	a->tunnel.router = r->router;
	a->tunnel.router_address = r->router_address;
	a->open = true;
	a->restored = true;
	a->seen = true; /* who knows what it sent while we were away: it is renewed once (D5) */
	a->link->has_known = true;
	a->link->known = r->host;
	if (!in6_is_unspecified(&r->router_address))
		an->router = (struct an_router){ c->home_agent, r->router, r->router_address };
}

static int restore_host(struct an *an, const struct an_record *r, struct now now)
{
	struct an_link *l = find_port(an, r->port);
	struct an_attachment *a;

	if (!l)
		return restore_no_host(an, &r->registration, now);
	if (an_attachment_find(an, an->config.access.ports[l->index].ifindex, r->host))
		return -EBADMSG; /* a host is attached once */
	a = an_attachment_new(an, l, r->host);
	if (!a) {
		restore_no_host(an, &r->registration, now);
		return -ENOENT;
	}
	care_of_restore(&an->care_of, r->registration.care_of, a, 0);
	fill_attachment(an, a, r, now);
	return 0;
}

int an_restore(void *self, struct bytes key, struct bytes value, struct now now)
{
	struct an *an = self;
	struct in_addr care_of;
	struct an_record r;
	int err = an_record_read_key(key, &care_of);

	if (!err)
		err = an_record_read(value, care_of, &r);
	if (err)
		return err;
	if (!care_of_has(&an->care_of, care_of))
		return -ENOENT;
	if (care_of_owner(&an->care_of, care_of) || care_of_quarantined(&an->care_of, care_of))
		return -EBADMSG; /* an address has one record */
	if (r.attached)
		return restore_host(an, &r, now);
	return restore_quarantine(an, care_of, from_ntp(now, r.until, quarantine_max(an)), now);
}

/* All that is in use now is from before: the places from the first on. */
void an_restored(void *self, struct now now)
{
	struct an *an = self;

	an->store.restore_next = 0;
	an->store.restore_end = slab_used(&an->attachments);
	if (an->store.restore_end)
		heap_set(&an->timers, &an->store.restore, now.mono);
}

/* What the data plane has already it compares, so nobody's packets are interrupted. Renewed is soon
 * after: the home agent may have ended or moved a registration, or have lost it itself. */
void an_restore_step(struct an *an, const struct an_input *in)
{
	struct an_storing *s = &an->store;

	for (int i = 0; i < RESTORE_MAX && s->restore_next < s->restore_end; i++) {
		struct an_attachment *a = slab_at(&an->attachments, s->restore_next++);

		if (!a->used || !a->restored || !a->open)
			continue;
		a->restored = false;
		action_add(in->out, ACTION_TUNNEL_SET, a->client.id)->tunnel = a->tunnel;
		client_renew_within(&a->client, &an->clients, RENEW_SPREAD, in->now);
	}
	if (s->restore_next < s->restore_end)
		heap_set(&an->timers, &s->restore, in->now.mono);
}

bool an_restoring(const void *self)
{
	return timer_is_set(&((const struct an *)self)->store.restore);
}

bool an_has_tunnel(const void *self, const struct tunnel *t)
{
	const struct an *an = self;
	const struct an_attachment *a = care_of_owner(&an->care_of, t->local);

	return a && a->open && tunnel_same(&a->tunnel, t);
}

/* Addresses behind tunnels are the home agent's. */
bool an_has_address(const void *self, const struct address *a)
{
	return false;
}
