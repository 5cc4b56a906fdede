/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_record.h"
#include "core/dad.h"
#include "core/ha_probe.h"
#include "core/ha_state.h"
#include "core/ra.h"

#include <assert.h>
#include <errno.h>

#define RECORD_VERSION 1

enum record_flag { /* of the host */
		   RECORD_DEREGISTRATION = 1,
		   RECORD_HOME = 2,
		   RECORD_BINDING = 4,
};

enum binding_flag {
	RECORD_REVOCABLE = 1,
	RECORD_INFORM = 2,
	RECORD_LINK = 4,
};

/* --- writing --- */

static void write_binding(struct writer *w, const struct binding *b, struct now now)
{
	const struct peer *p = &b->peer;

	write_in4(w, b->tunnel->remote);
	write_u32(w, b->tunnel->key);
	write_in4(w, b->left);
	write_in4(w, p->address);
	write_u16(w, p->port);
	write_u16(w, p->local_port);
	write_u32(w, p->mn_spi);
	write_u32(w, p->fa_spi);
	write_u64(w, ntp_of(now, b->accepted));
	write_u64(w, ntp_of(now, b->expires));
	write_u32(w, b->timestamp);
	write_u16(w, b->granted);
	write_u8(w, (uint8_t)((b->revocable ? RECORD_REVOCABLE : 0) |
			      (b->inform ? RECORD_INFORM : 0) | (b->link ? RECORD_LINK : 0)));
}

static void write_home(struct writer *w, const struct host_address *a)
{
	write_in6(w, &a->address);
	write_u8(w, a->length);
	write_u8(w, a->state);
}

static void write_learnt(struct writer *w, const struct host_address *a, struct now now)
{
	write_in6(w, &a->address);
	write_u8(w, a->state == HOST_ADDRESS_BOUND);
	write_u64(w, ntp_of(now, a->proxy->valid_until));
}

void host_record_write(const struct host *x, struct now now, struct writer *w)
{
	write_u8(w, RECORD_VERSION);
	write_u8(w, (uint8_t)((x->deregistration ? RECORD_DEREGISTRATION : 0) |
			      (x->home ? RECORD_HOME : 0) | (x->binding ? RECORD_BINDING : 0)));
	write_u64(w, x->last);
	write_u32(w, x->accepted);
	write_in4(w, x->care_of);
	write_u32(w, x->stamp);
	write_in4(w, x->home4);
	if (x->binding)
		write_binding(w, x->binding, now);
	if (x->home)
		write_home(w, x->home);
	write_u8(w, x->n_learnt);
	for (const struct host_address *a = x->learnt; a; a = a->next)
		write_learnt(w, a, now);
	assert(!w->failed);
}

/* --- reading --- */

struct home_record {
	struct in6_addr address;
	uint8_t length, state;
};

/* One in DAD goes on with it, so that it is known to be free when its request comes once more. */
static int take_home(struct ha *h, struct host *x, const struct home_record *r, struct now now)
{
	struct host_address *a;

	/* two hosts with one address, after a change of the configuration: the first has it */
	if (address_lookup(&h->addresses, &r->address, r->length))
		return 0;
	a = address_give(h, x, &r->address, r->length, pool_of(h, x, &r->address, r->length));
	if (!a)
		return -ENOSPC;
	pool_restored(h, a);
	if (r->state == HOST_ADDRESS_BOUND && x->binding) {
		address_use(h, a, HOST_ADDRESS_BOUND);
		dad_restored(h, a);
	} else if (r->state == HOST_ADDRESS_TENTATIVE && r->length == 128) {
		address_use(h, a, HOST_ADDRESS_TENTATIVE);
		address_stand_for(h, a);
		dad_again(h, a, now);
	}
	return 0;
}

static int read_home(struct ha *h, struct host *x, struct reader *r, struct now now)
{
	const struct home_record home = { .address = read_in6(r),
					  .length = read_u8(r),
					  .state = read_u8(r) };

	if (r->failed || (home.length != 64 && home.length != 128) ||
	    home.state > HOST_ADDRESS_BOUND)
		return -EBADMSG;
	return take_home(h, x, &home, now);
}

/* Also one whose lifetime is over: it ends as it would have, so that agent and data plane hear of
 * it. */
static int read_binding(struct ha *h, struct host *x, struct reader *r, struct now now)
{
	struct tunnel t = { .local = h->c.address, .remote = read_in4(r), .key = read_u32(r) };
	const struct in_addr left = read_in4(r);
	const struct peer peer = { .address = read_in4(r),
				   .port = read_u16(r),
				   .local_port = read_u16(r),
				   .mn_spi = read_u32(r),
				   .fa_spi = read_u32(r) };
	const nsec_t accepted = mono_of(now, read_u64(r)), expires = mono_of(now, read_u64(r));
	const uint32_t timestamp = read_u32(r);
	const uint16_t granted = read_u16(r);
	const uint8_t flags = read_u8(r);
	const struct ha_tunnel *other;
	struct binding *b;

	if (r->failed)
		return -EBADMSG;
	other = tunnel_find(&h->bindings, t.local, t.remote, t.key);
	if (other && (other->link || flags & RECORD_LINK))
		return -EBADMSG; /* such a tunnel has one host */
	b = binding_add(h, x, &t, flags & RECORD_LINK);
	if (!b)
		return -ENOSPC;
	b->left = left;
	b->peer = peer;
	/* not later than it was granted for, should the clock have been set back meanwhile */
	b->accepted = sooner(accepted, now.mono);
	b->expires = expires == NSEC_NEVER ? NSEC_NEVER
					   : sooner(expires, now.mono + granted * NSEC_PER_SEC);
	b->timestamp = timestamp;
	b->granted = granted;
	b->revocable = flags & RECORD_REVOCABLE;
	b->inform = flags & RECORD_INFORM;
	b->unsure = true;
	binding_arm(h, b);
	if (b->link) {
		probe_begin(h, b, now);
		ra_restored(h, b, now);
	}
	return 0;
}

static int read_learnt(struct ha *h, struct host *x, struct reader *r, struct now now)
{
	const struct in6_addr address = read_in6(r);
	const bool bound = read_u8(r);
	const nsec_t valid_until = mono_of(now, read_u64(r));
	struct host_address *a;

	if (r->failed)
		return -EBADMSG;
	if (!x->binding || !x->binding->link || address_find(&h->addresses, &address))
		return 0;
	a = address_learn(h, x, &address);
	if (!a)
		return -ENOSPC;
	address_set_valid(h, a, valid_until);
	if (bound) {
		a->state = HOST_ADDRESS_BOUND;
		dad_restored(h, a);
	} else {
		dad_again(h, a, now);
	}
	return 0;
}

/* They were written newest first, and each that is learnt becomes the first. */
static void reverse_learnt(struct host *x)
{
	struct host_address *done = NULL;

	for (struct host_address *a = x->learnt, *next; a; a = next) {
		next = a->next;
		a->next = done;
		done = a;
	}
	x->learnt = done;
}

static int read_version(struct reader *r)
{
	const uint8_t version = read_u8(r);

	if (r->failed || version == 0)
		return -EBADMSG;
	return version > RECORD_VERSION ? -ENOTSUP : 0;
}

int host_record_read(struct ha *h, struct host *x, struct bytes value, struct now now)
{
	struct reader r = reader_new(value);
	int err = read_version(&r);
	uint8_t flags, n;

	if (err)
		return err;
	flags = read_u8(&r);
	x->deregistration = flags & RECORD_DEREGISTRATION;
	x->last = read_u64(&r);
	x->accepted = read_u32(&r);
	x->care_of = read_in4(&r);
	x->stamp = read_u32(&r);
	x->home4 = read_in4(&r);
	if (r.failed)
		return -EBADMSG;
	if (x->home4.s_addr && care_of_restore(&h->home4, x->home4, x, 0))
		x->home4.s_addr = 0; /* no longer in the pool */
	if (flags & RECORD_BINDING)
		err = read_binding(h, x, &r, now);
	if (!err && flags & RECORD_HOME)
		err = read_home(h, x, &r, now);
	n = read_u8(&r);
	for (uint8_t i = 0; i < n && !err; i++)
		err = read_learnt(h, x, &r, now);
	reverse_learnt(x);
	if (!err && (r.failed || reader_left(&r)))
		err = -EBADMSG;
	return err;
}
