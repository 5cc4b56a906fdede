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

/* what is stored */

static struct bytes as_bytes(const char *text)
{
	return BYTES(text, strlen(text));
}

static struct an_record record_of(const struct an *an, const struct an_attachment *h,
				  struct now now)
{
	const struct attachment *a = &h->base;
	struct an_record r = { 0 };

	if (a->state != ACCESS_ATTACHED && a->state != ACCESS_LINK_LOST) {
		/* as long as the home agent may use what has been or will be asked for */
		r.until = ntp_of(now, now.mono + (a->client.exposed + CLIENT_ATTEMPT_MAX) *
							 NSEC_PER_SEC);
		return r;
	}
	r.attached = true;
	r.port = as_bytes(an->access.config.ports[a->link->index].name);
	r.nai = a->client.nai;
	r.host = a->host;
	r.router = h->tunnel.router;
	r.router_address = h->tunnel.router_address;
	r.asked = an->access.config.home_agent;
	r.until = access_ends(a, now, &r.registration);
	return r;
}

bool an_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value)
{
	struct an *an = self;
	struct writer key = writer_new(an->key, sizeof(an->key));
	struct writer value = writer_new(an->value, sizeof(an->value));
	struct attachment *a;
	struct an_record r = { 0 };
	struct in_addr care_of;
	nsec_t until;

	if (!access_may_store(&an->access) || !care_of_next_changed(&an->care_of, &care_of))
		return false;
	a = care_of_owner(&an->care_of, care_of);
	until = care_of_quarantined(&an->care_of, care_of);
	an_record_write_key(&key, care_of);
	*ret_key = writer_bytes(&key);
	*ret_value = (struct bytes){ NULL, 0 };
	if (!a && !until)
		return true;
	if (a)
		r = record_of(an, an_host(a), now);
	else
		r.until = ntp_of(now, until);
	an_record_write(&value, &r);
	assert(!key.failed && !value.failed);
	*ret_value = writer_bytes(&value);
	return true;
}

bool an_batch_end(void *self, bool stored, struct now now)
{
	struct an *an = self;

	care_of_stored(&an->care_of, stored);
	access_stored(&an->access, stored, now);
	return true;
}

/* what was stored */

/* No longer than what we ask for now: a wall clock that was set back would else keep addresses out
 * of use for as long as it was set back, and with them hosts from service. Should more have been
 * asked for before, the home agent ends that registration when the address is used again (D15). */
static uint32_t quarantine_max(const struct an *an)
{
	return an->access.config.lifetime + CLIENT_ATTEMPT_MAX;
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

static int restore_host(struct an *an, const struct an_record *r, struct now now)
{
	struct access_link *l = access_port_named(&an->access, r->port);
	struct an_attachment *h;
	struct attachment *a;

	if (!l)
		return restore_no_host(an, &r->registration, now);
	if (attachment_find(&an->access, an->access.config.ports[l->index].ifindex, r->host, 0))
		return -EBADMSG; /* a host is attached once */
	a = an_attachment_new(&an->access, l, r->host);
	if (!a) {
		restore_no_host(an, &r->registration, now);
		return -ENOENT;
	}
	care_of_restore(&an->care_of, r->registration.care_of, a, 0);
	attachment_rename(a, r->nai);
	access_restore(&an->access, a, &r->registration, r->until, r->asked, now);
	h = an_host(a);
	h->tunnel.local = r->registration.care_of;
	h->tunnel.remote = r->registration.home_agent;
	h->tunnel.router = r->router;
	h->tunnel.router_address = r->router_address;
	if (!in6_is_unspecified(&r->router_address))
		an->router = (struct an_router){ h->tunnel.remote, r->router, r->router_address };
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
	return restore_quarantine(an, care_of, access_deadline(now, r.until, quarantine_max(an)),
				  now);
}

bool an_has_tunnel(const void *self, const struct tunnel *t)
{
	const struct an *an = self;
	struct attachment *a = care_of_owner(&an->care_of, t->local);

	return a && a->open && tunnel_same(&an_host(a)->tunnel, t);
}

/* Addresses behind tunnels are the home agent's. */
bool an_has_address(const void *self, const struct address *a)
{
	return false;
}
