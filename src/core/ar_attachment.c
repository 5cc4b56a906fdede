/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a host at an access router (draft 3.1.2, 5.4): what access.h asks of it. */
#include "core/ppp_internal.h"
#include "core/ra_interval.h"

#include <errno.h>
#include <string.h>

int ar_attachments_new(struct ar *ar, const struct memory *m)
{
	const uint32_t n = ar->config.access.attachments_max;
	const uint64_t seed[2] = { rng_next(&ar->access.rng), rng_next(&ar->access.rng) };

	ar->stored = memory_alloc(m, n * sizeof(*ar->stored));
	if (!ar->stored || hash_new(&ar->by_nai, m, n, seed) < 0 ||
	    hash_new(&ar->by_home, m, n, seed) < 0 || changes_new(&ar->changes, m, n) < 0)
		return -ENOMEM;
	return 0;
}

static struct in_addr care_of(struct access *n, struct attachment *a, nsec_t now)
{
	return ar_of(n)->config.care_of; /* req: AR-14 */
}

static void give_back(struct access *n, struct attachment *a, nsec_t now)
{
}

static void hold(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (in->asked)
		ar_dhcp6_wait(ar_of(n), ar_host(a), in);
	else
		ar_hold(ar_of(n), ar_host(a), in);
}

static void pass(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (in->asked)
		ar_dhcp6_answer(ar_of(n), ar_host(a), in);
	else
		ar_forward(ar_of(n), ar_host(a), in->packet->packet, in);
}

/* The home agent has given the address to somebody else meanwhile, so what it was is over. */
static void end_former_users(struct ar *ar, const struct in6_addr *home,
			     const struct access_input *in)
{
	struct ar_attachment *h;

	while ((h = ar_attachment_by_home(ar, home))) {
		client_done(&h->base.client, &ar->access.clients);
		access_dispatch(&ar->access, &h->base, ACCESS_ON_EXPIRED, in);
	}
}

static void send_held(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	uint8_t packet[HOLD_BYTES_MAX];

	for (size_t length; (length = hold_first(&h->base.held)) > 0;) {
		hold_take(&ar->access.hold, &h->base.held, packet);
		ar_forward(ar, h, BYTES(packet, length), in);
	}
}

/* What the host sent meanwhile goes first. */
static bool open(struct access *n, struct attachment *a, const struct access_input *in)
{
	const struct access_input other = { .now = in->now, .out = in->out };
	struct ar *ar = ar_of(n);
	struct ar_attachment *h = ar_host(a);

	if (!ar_serves(ar, a->link, a->client.unique) || !ar_home_fits(ar, h))
		return false;
	if (ar_is_ppp(ar, a->link) && !in6_identifier(&a->client.home))
		return false; /* zero means none in IPv6CP (RFC 5072 4.1) */
	end_former_users(ar, &a->client.home, &other);
	ar_home_add(ar, h);
	if (!in6_is_link_local(&h->neighbour) && !ar_has_home(h, &h->neighbour))
		h->neighbour = (struct in6_addr){ 0 }; /* anybody's: what it claimed before */
	send_held(ar, h, in);
	ar_home_write(ar, h, in->out);
	return true;
}

static void opened(struct access *n, struct attachment *a, const struct access_input *in)
{
	struct ar_attachment *h = ar_host(a);

	h->ra_initial = RA_INITIAL - 1; /* this is the first */
	if (h->session) {
		ppp_registered(ar_of(n), h->session, in);
		return;
	}
	ar_dhcp6_registered(ar_of(n), h, in);
	ar_advertise(ar_of(n), h, in); /* D7 */
}

static void renewed(struct access *n, struct attachment *a, const struct access_input *in)
{
	const struct ar *ar = ar_of(n);

	if (!ar_is_reachable(ar_host(a)))
		return;
	if (in->now.mono - ar_host(a)->ra_last >= ar->config.ra_min * NSEC_PER_SEC)
		ar_advertise(ar_of(n), ar_host(a), in); /* D7 */
}

/* A host that has gone without a word is not renewed (D5, RFC 5563 4). */
static void renew_due(struct access *n, struct attachment *a, const struct access_input *in)
{
	if (ar_host(a)->session) { /* Echo-Requests tell (D5) */
		client_renew(&a->client, &n->clients, in->now, in->out);
		return;
	}
	ar_host(a)->probes = 0;
	ar_probe(ar_of(n), ar_host(a), in);
}

/* The home agent has no registration with that address, or it is at another router (A19): asked
 * anew, once the host says something, it may give it again. */
static bool renewal_ends(const struct attachment *a)
{
	return a->code == MIP4_HA_PROHIBITED;
}

static void refused(struct access *n, struct attachment *a, const struct access_input *in)
{
	ar_dhcp6_refused(ar_of(n), ar_host(a), in);
}

void ar_unoffer(struct ar *ar, struct ar_attachment *h)
{
	if (h->offered)
		ar->links[h->base.link->index].offered--;
	h->offered = false;
	heap_clear(&ar->access.timers, &h->confirm);
}

static void forget(struct access *n, struct attachment *a)
{
	struct ar *ar = ar_of(n);
	struct ar_attachment *h = ar_host(a);

	ar_unoffer(ar, h);
	ar_dhcp6_forget(ar, h);
	hash_remove(&ar->by_nai, &h->by_nai);
}

static void shut(struct access *n, struct attachment *a, const struct access_input *in)
{
	struct ar *ar = ar_of(n);
	struct ar_attachment *h = ar_host(a);

	if (a->open) {
		/* in HOLD_DOWN the host is elsewhere, and goes on there */
		if (a->state != ACCESS_HOLD_DOWN && !ar_is_ppp(ar, a->link))
			ar_withdraw(ar, h, in);
		ar_home_remove(ar, h, in->out);
	}
	ppp_end_unregistered(ar, h, in);
	heap_clear(&n->timers, &h->ra);
	heap_clear(&n->timers, &h->probe);
	h->lease.given = false;
	ar_unoffer(ar, h);
	ar_dhcp6_forget(ar, h);
}

static void changed(struct access *n, const struct attachment *a)
{
	ar_stores(ar_of(n), a);
}

static void known(struct access *n, struct access_link *l, struct mac_addr host,
		  const struct access_input *in)
{
	const struct ar_frame f = { .link = l, .host = host };
	struct ar *ar = ar_of(n);
	struct ar_attachment *h;

	if (ar_by_duid(ar, l) || ar_is_ppp(ar, l) || ar_attachment_find(ar, &f, BYTES(NULL, 0)))
		return;
	h = ar_attachment_get(ar, &f, BYTES(NULL, 0), in);
	if (h && h->base.state == ACCESS_REGISTERING && h->base.client.state == CLIENT_IDLE)
		access_begin(n, &h->base, in);
}

static void timer(struct access *n, struct timer *t, const struct access_input *in)
{
	struct ar_attachment *h;

	switch ((enum ar_timer)t->kind) {
	case AR_TIMER_RA:
		ar_advertise(ar_of(n), container_of(t, struct ar_attachment, ra), in);
		break;
	case AR_TIMER_PROBE:
		ar_probe(ar_of(n), container_of(t, struct ar_attachment, probe), in);
		break;
	case AR_TIMER_CONFIRM:
		h = container_of(t, struct ar_attachment, confirm);
		access_dispatch(n, &h->base, ACCESS_ON_LEAVE, in);
		break;
	case AR_TIMER_PPP_LIMIT:
	case AR_TIMER_PPP:
	case AR_TIMER_LCP:
	case AR_TIMER_IP6CP:
	case AR_TIMER_PPP_STOP:
		ppp_timer(ar_of(n), t, in);
		break;
	}
}

/* restart */

static void repeat(struct access *n, struct attachment *a, const struct access_input *in)
{
	ar_home_write(ar_of(n), ar_host(a), in->out);
	if (ar_is_reachable(ar_host(a)))
		ar_advertise(ar_of(n), ar_host(a), in);
}

/* messages of the home agent */

static struct attachment *replied(struct access *n, const struct datagram *d,
				  const struct mip4_message *m)
{
	struct ar_attachment *h = m->nai.p ? ar_attachment_by_nai(ar_of(n), m->nai) : NULL;

	return h ? &h->base : NULL;
}

/* By NAI, care-of address, home agent and, if it says so, home address (A21). req: AR-29 */
static struct attachment *revoked(struct access *n, const struct mip4_message *m)
{
	struct ar_attachment *h = ar_attachment_by_nai(ar_of(n), m->nai);
	const struct client *c = h ? &h->base.client : NULL;

	if (!c || !in4_equal(c->care_of, m->care_of) || !in4_equal(c->home_agent, m->home_agent))
		return NULL;
	if (m->hoa == MIP4_FULL && ar_is_attached(h) && !in6_equal(&m->hoa_address, &c->home))
		return NULL;
	return &h->base;
}

const struct access_ops ar_access_ops = {
	.care_of = care_of,
	.give_back = give_back,
	.hold = hold,
	.pass = pass,
	.open = open,
	.opened = opened,
	.renewed = renewed,
	.renew_due = renew_due,
	.renewal_ends = renewal_ends,
	.refused = refused,
	.close = shut,
	.changed = changed,
	.forget = forget,
	.known = known,
	.timer = timer,
	.repeat = repeat,
	.replied = replied,
	.revoked = revoked,
};
