/* SPDX-License-Identifier: Apache-2.0 */
/* What an access router keeps over a restart: who is attached, with its home address and its lease.
 * A record is that of a place, whoever is there. */
#include "core/ppp_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static uint32_t place_of(const struct ar *ar, const struct attachment *a)
{
	return slab_index(&ar->access.attachments, container_of(a, struct ar_attachment, base)) + 1;
}

void ar_stores(struct ar *ar, const struct attachment *a)
{
	changes_add(&ar->changes, place_of(ar, a));
}

static struct bytes as_bytes(const char *text)
{
	return BYTES(text, strlen(text));
}

static struct ar_record record_of(const struct ar *ar, const struct ar_attachment *h,
				  struct now now)
{
	const struct attachment *a = &h->base;
	struct ar_record r = { .port = as_bytes(ar->access.config.ports[a->link->index].name),
			       .nai = a->client.nai,
			       .host = a->host,
			       .tag = a->tag,
			       .care_of = ar->config.care_of,
			       .asked = ar->access.config.home_agent,
			       .neighbour = h->neighbour,
			       .leased = h->lease.given,
			       .duid = BYTES(h->lease.duid, h->lease.duid_length),
			       .iaid = h->lease.iaid,
			       .preferred = ntp_of(now, h->lease.preferred),
			       .valid = ntp_of(now, h->lease.valid) };

	if (h->session)
		ppp_record(h->session, &r);
	r.until = access_ends(a, now, &r.registration);
	return r;
}

/* A host whose IPv6CP is not through would not know that it has an address. */
static bool is_kept(const struct ar_attachment *h)
{
	return h->base.used && h->base.open && ar_is_attached(h) && ar_is_reachable(h);
}

bool ar_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value)
{
	struct ar *ar = self;
	struct writer key = writer_new(ar->key, sizeof(ar->key));
	struct writer value = writer_new(ar->value, sizeof(ar->value));
	const struct ar_attachment *h;
	struct ar_record r;
	uint32_t place;
	bool live;

	if (!access_may_store(&ar->access))
		return false;
	do {
		place = changes_next(&ar->changes);
		if (!place)
			return false;
		h = slab_at(&ar->access.attachments, place - 1);
		live = is_kept(h);
	} while (!live && !ar->stored[place - 1] && !ar->unsure);
	ar->stored[place - 1] = live;
	ar_record_write_key(&key, place);
	*ret_key = writer_bytes(&key);
	*ret_value = (struct bytes){ NULL, 0 };
	if (live) {
		r = record_of(ar, h, now);
		ar_record_write(&value, &r);
		*ret_value = writer_bytes(&value);
	}
	assert(!key.failed && !value.failed);
	return true;
}

/* What a batch has said is all said again if it was not stored. */
bool ar_batch_end(void *self, bool stored, struct now now)
{
	struct ar *ar = self;

	if (access_may_store(&ar->access))
		ar->unsure = !stored;
	changes_stored(&ar->changes, stored);
	access_stored(&ar->access, stored, now);
	return true;
}

/* what was stored */

static void restore_lease(struct ar_attachment *h, const struct ar_record *r, struct now now)
{
	struct ar_lease *l = &h->lease;

	l->given = r->leased;
	l->iaid = r->iaid;
	l->preferred = mono_of(now, r->preferred);
	l->valid = mono_of(now, r->valid);
	l->duid_length = (uint8_t)r->duid.n;
	if (r->duid.n)
		memcpy(l->duid, r->duid.p, r->duid.n);
}

static int restore_host(struct ar *ar, struct access_link *l, const struct ar_record *r,
			struct now now, uint32_t *ret_place)
{
	struct ar_attachment *h;
	char nai[NAI_MAX + 1] = "";

	if (ar_attachment_by_nai(ar, r->nai) ||
	    attachment_find(&ar->access, ar->access.config.ports[l->index].ifindex, r->host,
			    r->tag))
		return -EBADMSG; /* a host is at one place */
	memcpy(nai, r->nai.p, r->nai.n);
	h = ar_attachment_new(ar, l, r->host, r->tag, nai);
	if (!h)
		return -ENOENT;
	*ret_place = place_of(ar, &h->base);
	access_restore(&ar->access, &h->base, &r->registration, r->until, r->asked, now);
	h->neighbour = r->neighbour;
	restore_lease(h, r, now);
	if (!ar_home_find(ar, &h->base.client.home, h->base.client.unique) && ar_home_fits(ar, h) &&
	    (!r->dialled || ppp_restore(ar, h, r, now))) {
		ar_home_add(ar, h);
		return 0;
	}
	ppp_unrestore(ar, h);
	h->base.open = false;
	attachment_free(&ar->access, &h->base, now.mono);
	return -EBADMSG; /* an address has one host */
}

/* What is not as the configuration says now has no host any more: its record goes. */
int ar_restore(void *self, struct bytes key, struct bytes value, struct now now)
{
	struct ar *ar = self;
	uint32_t place, now_at = 0;
	struct access_link *l;
	struct ar_record r;
	int err = ar_record_read_key(key, &place);

	if (!err)
		err = ar_record_read(value, &r);
	if (err)
		return err;
	if (place > ar->access.attachments.count)
		return -ENOENT;
	ar->stored[place - 1] = true;
	changes_add(&ar->changes, place);
	l = access_port_named(&ar->access, r.port);
	if (!l || !in4_equal(r.care_of, ar->config.care_of) ||
	    !ar_serves(ar, l, r.registration.unique) || r.dialled != ar_is_ppp(ar, l))
		return 0;
	err = restore_host(ar, l, &r, now, &now_at);
	if (now_at)
		changes_add(&ar->changes, now_at);
	return err;
}
