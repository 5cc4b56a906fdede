/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters add up. An access node is a wire: of the packets handed up to it, each has been sent on,
 * is held, or is counted as dropped. A home agent and an access router answer some packets and
 * learn from others, so there it is each UDP datagram that must have been sent, be held, or be
 * counted; those of DHCPv6 have counters of their own.
 */
#include "sim/check_internal.h"

#include "core/ar_internal.h"

#include <inttypes.h>

void check_verdict(struct node *n, const struct plane_verdict *v)
{
	if (n->w->check && v->what == PLANE_DROP && v->reason == DROP_MAX && !v->punted &&
	    !v->limited)
		check_fail(n->w, CHECK_COUNTED, "%s: the data plane drops without a reason",
			   n->name);
}

static uint64_t dropped(const struct node *n)
{
	const uint64_t *drops = n->role->drops(n->self);
	uint64_t sum = 0;

	for (int i = 0; i < DROP_MAX; i++)
		sum += drops[i] + n->runtime.drops[i];
	return sum;
}

static uint64_t held_or_answered(const struct node *n)
{
	const ar_dhcp6_counters *c;
	uint64_t sum = 0;

	if (n->ha)
		return slab_used(&n->ha->held.slab);
	c = ar_dhcp6(n->ar);
	for (int i = 0; i < AR_DHCP6_TYPES; i++)
		for (int j = 0; j < AR_DHCP6_OUTCOMES; j++)
			sum += (*c)[i][j];
	for (uint32_t i = 0; i < n->ar->access.attachments.next; i++) {
		const struct attachment *a = slab_at(&n->ar->access.attachments, i);

		sum += a->used ? a->held.packets : 0;
	}
	return sum;
}

static uint64_t accounted(const struct node *n)
{
	return n->forwarded + n->tunnelled + n->linked + dropped(n) + held_or_answered(n);
}

void check_punt(struct node *n, const struct packet *p)
{
	struct ledger *l = n->w->check ? &n->w->check->ledgers[n->index] : NULL;

	if (!l || p->from == PACKET_ERROR4 || p->from == PACKET_DISCOVERY ||
	    p->from == PACKET_SESSION)
		return;
	l->in++;
	/* UDP; what is refused has been counted by the data plane */
	if (n->an || p->payload.n <= 6 || p->payload.p[6] != 17 || p->why == PACKET_REFUSED)
		return;
	if (l->data++ == 0)
		l->seen = accounted(n);
}

static uint64_t dropped_packets(const struct node *n)
{
	static const enum drop reasons[] = {
		DROP_LINK_UNKNOWN,     DROP_FRAME_MALFORMED,   DROP_TOO_BIG,
		DROP_ATTACHMENTS_FULL, DROP_CARE_OF_EXHAUSTED, DROP_HOLD_DOWN,
		DROP_BUFFER_FULL,      DROP_NOT_REGISTERED,    DROP_TUNNEL_UNKNOWN,
		DROP_ND_MALFORMED,
	};
	const uint64_t *drops = n->role->drops(n->self);
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		sum += drops[reasons[i]] + n->runtime.drops[reasons[i]];
	return sum;
}

static uint64_t held(const struct node *n)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n->an->access.attachments.next; i++) {
		const struct an_attachment *a = slab_at(&n->an->access.attachments, i);

		if (a->base.used)
			sum += a->base.held.packets + a->early.packets;
	}
	return sum;
}

static bool has_eager_port(const struct node *n)
{
	for (size_t i = 0; i < n->an_config->access.n_ports; i++)
		if (n->an_config->access.ports[i].eager)
			return true;
	return false;
}

static void count_access_node(struct node *n, const struct ledger *l)
{
	const uint64_t out = n->tunnelled + n->linked, lost = dropped_packets(n), waits = held(n);

	/* an eager port may find no room for a host that has sent nothing */
	if (l->in > out + lost + waits || (l->in < out + lost + waits && !has_eager_port(n)))
		check_fail(n->w, CHECK_COUNTED,
			   "%s: %" PRIu64 " came, %" PRIu64 " sent on, %" PRIu64
			   " dropped, %" PRIu64 " held",
			   n->name, l->in, out, lost, waits);
}

static void count_datagrams(struct node *n, struct ledger *l)
{
	const uint64_t now = l->data ? accounted(n) : 0;

	if (l->data && !l->undone && now < l->seen + l->data)
		check_fail(n->w, CHECK_COUNTED,
			   "%s: %" PRIu64 " datagrams, of which %" PRIu64 " are accounted for",
			   n->name, l->data, now - l->seen);
	l->data = 0;
	l->undone = false;
}

void check_counts(struct node *n)
{
	struct check *c = n->w->check;
	struct ledger *l = &c->ledgers[n->index];

	if (!n->an)
		count_datagrams(n, l);
	else if (l->batches % check_every(n) == 0)
		count_access_node(n, l);
}

void check_receives(struct node *n, const struct in_flight *e)
{
}
