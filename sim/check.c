/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: of roles, of data planes, of the store, and where hosts are. */
#include "sim/check_internal.h"

#include "sim/mobile.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX 50000

const char *const check_sentences[CHECK_MAX] = {
	[CHECK_OWNER] = "an address belongs to one host alone",
	[CHECK_PREFIX] = "in a /64 that a host has for itself no other host has an address",
	[CHECK_SOURCE] =
		"a packet accepted from a tunnel has a source that is bound to that tunnel",
	[CHECK_PLANE] = "after each batch the data plane has the tunnels and addresses that the "
			"role knows, and no others",
	[CHECK_DELIVERED] = "what is for one host is never delivered to another",
	[CHECK_REPLAY] = "a message that is replayed or forged changes nothing, in tables or in "
			 "what is stored",
	[CHECK_ACKNOWLEDGED] = "a registration that was acknowledged stands until it has ended, "
			       "also over a crash",
	[CHECK_STABLE] = "a host's address does not change while its binding lives",
	[CHECK_GIVEN] = "an access router gives a host no address but the one that the home agent "
			"has acknowledged to it, and no longer than that lasts",
	[CHECK_BOUND] = "when faults have stopped, a host's address is soon its home address",
	[CHECK_SERVED] = "when faults have stopped, a host that goes on with its home address is "
			 "soon registered, whatever it sends",
	[CHECK_RELEASED] = "what a host has given back its router does not keep for it",
	[CHECK_PASSED] = "an access router passes nothing on that is not from a home address there",
	[CHECK_KNOWN] = "an access router that was killed knows its hosts and their leases again",
	[CHECK_COUNTED] = "every packet is sent on, held, or dropped and counted with a reason",
	[CHECK_RESTORED] = "what has been stored can be read again",
	[CHECK_REST] = "no node is busy without end",
	[CHECK_REACHABLE] = "when faults have stopped, every host is soon reached at its address, "
			    "and reaches others",
	[CHECK_NOTHING_LEFT] = "when faults have stopped, no binding, tunnel, address or record is "
			       "soon left that belongs to nobody",
};

void check_new(struct world *w, uint32_t every, void (*failed)(void *ctx, const char *text),
	       void *ctx)
{
	const struct memory m = { .alloc = blocks_take, .ctx = &w->memory };
	struct check *c = blocks_take(&w->memory, sizeof(*c));

	c->every = every;
	c->failed = failed;
	c->failed_ctx = ctx;
	c->ledgers = blocks_take(&w->memory, w->n_nodes * sizeof(*c->ledgers));
	check_ack_new(c, w, &m);
	check_lease_new(c, w);
	w->check = c;
}

void check_fail(struct world *w, enum invariant i, const char *format, ...)
{
	char text[1024];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s: ", check_sentences[i]);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + n, sizeof(text) - n, format, ap);
	va_end(ap);
	w->check->failed(w->check->failed_ctx, text);
	abort();
}

uint64_t check_digest(const struct node *n)
{
	return n->plane.digest ^ n->disk.digest * 3;
}

void check_replayed(struct node *n, uint64_t before, const struct in_flight *e)
{
	struct world *w = n->w;

	/* a node may repeat to its data plane what that may have lost; refused, it is taken back */
	if (!w->check || n->down || n->plane_fails || check_digest(n) == before)
		return;
	check_fail(w, CHECK_REPLAY, "%s changed by %s", n->name,
		   text_message(BYTES(e->data, e->n)));
}

void check_lied(struct node *n, uint64_t before)
{
	if (n->w->check && !n->down && !n->plane_fails && check_digest(n) != before)
		check_fail(n->w, CHECK_REPLAY, "%s believes a lie of a host's", n->name);
}

/* --- what a batch touched --- */

static void touch(struct node *n, const struct touched *t)
{
	struct check *c = n->w->check;

	if (c && c->n_touched < TOUCHED_MAX)
		c->touched[c->n_touched++] = *t;
}

void check_tunnel(struct node *n, const struct tunnel *t)
{
	touch(n, &(struct touched){ .tunnel = *t });
}

void check_address(struct node *n, const struct address *a)
{
	touch(n, &(struct touched){ .address = *a, .is_address = true });
}

/* While the store fails, what the data plane refused cannot be taken back: the role knows that it
 * may not be there, and writes it again with the host's next request, and an address in DAD before
 * it is solicited again. */
static bool is_unsure(const struct node *n, const struct host_address *a)
{
	const struct batch *batch = &n->ha->batch;
	const struct binding *b = a->host->binding;

	return (b && b->unsure) ||
	       (a->state == HOST_ADDRESS_TENTATIVE && a->proxy &&
		(!a->proxy->sent || batch->failing || a->proxy->solicited <= batch->failed));
}

static void compare_tunnel(struct node *n, const struct tunnel *t)
{
	struct tunnel found;
	const struct ha_tunnel *known =
		n->ha ? tunnel_find(&n->ha->bindings, t->local, t->remote, t->key) : NULL;
	const bool has = plane_tunnel_get(&n->plane, t, &found);

	if (has != n->role->has_tunnel(n->self, t) &&
	    !(known && known->link && known->link->unsure))
		check_fail(n->w, CHECK_PLANE, "%s, tunnel %s - %s: %s in the data plane", n->name,
			   text_in4(t->local), text_in4(t->remote), has ? "only" : "not");
}

/* Of an access router. */
static void compare_place(struct node *n, const struct address *a)
{
	struct address found;
	const bool has = plane_address_get(&n->plane, a, &found);

	if (has != n->role->has_address(n->self, has ? &found : a))
		check_fail(n->w, CHECK_PLANE, "%s, address %s/%u: %s in the data plane", n->name,
			   text_in6(&a->prefix), a->length, has ? "only" : "not");
}

static void compare_home_address(struct node *n, const struct address *a)
{
	const struct host_address *x = address_lookup(&n->ha->addresses, &a->prefix, a->length);
	struct address found;
	const bool has = plane_address_get(&n->plane, a, &found);
	const struct binding *b = x ? x->host->binding : NULL;

	if (x && is_unsure(n, x))
		return;
	if (has != n->role->has_address(n->self, a))
		check_fail(n->w, CHECK_PLANE, "address %s/%u: %s in the data plane",
			   text_in6(&a->prefix), a->length, has ? "only" : "not");
	if (!has)
		return;
	if ((found.state == ADDRESS_BOUND) != (x->state == HOST_ADDRESS_BOUND) ||
	    (b && !in4_equal(found.remote, b->tunnel->remote)))
		check_fail(n->w, CHECK_PLANE, "address %s/%u leads to %s, its host is at %s",
			   text_in6(&a->prefix), a->length, text_in4(found.remote),
			   b ? text_in4(b->tunnel->remote) : "none");
}

static void compare_address(struct node *n, const struct address *a)
{
	if (n->ha)
		compare_home_address(n, a);
	else
		compare_place(n, a);
}

/* --- whole tables --- */

static void check_home(struct node *n, const struct ha_binding_info *b)
{
	struct in6_addr prefix = b->home;
	struct ha_binding_info other;

	if (!b->has_home || !b->unique)
		return;
	memset(&prefix.s6_addr[8], 0, 8);
	for (uint32_t i = 0; ha_binding_next(n->ha, &i, world_now(n->w, n), &other);) {
		if (bytes_equal(other.nai, b->nai))
			continue;
		for (size_t j = 0; j < other.n_addresses; j++)
			if (in6_in_prefix(&other.addresses[j].address, &prefix, 64))
				check_fail(n->w, CHECK_PREFIX, "%.*s has %s in the prefix of %.*s",
					   (int)other.nai.n, (const char *)other.nai.p,
					   text_in6(&other.addresses[j].address), (int)b->nai.n,
					   (const char *)b->nai.p);
	}
}

static void check_owners(struct node *n, const struct ha_binding_info *b)
{
	for (size_t i = 0; i < b->n_addresses; i++) {
		const uint8_t length = i == 0 && b->has_home && b->unique ? 64 : 128;
		const struct host_address *x =
			address_lookup(&n->ha->addresses, &b->addresses[i].address, length);

		if (!x || !bytes_equal(host_nai(x->host), b->nai))
			check_fail(n->w, CHECK_OWNER, "%s of %.*s is of %.*s, too",
				   text_in6(&b->addresses[i].address), (int)b->nai.n,
				   (const char *)b->nai.p, x ? (int)x->host->nai_length : 0,
				   x ? (const char *)x->host->nai : "");
	}
}

static void check_home_agent(struct node *n)
{
	struct ha_binding_info b;
	struct tunnel t;
	struct address a;
	uint32_t known = 0;
	bool unsure = false;

	for (uint32_t i = 0; ha_binding_next(n->ha, &i, world_now(n->w, n), &b);) {
		check_owners(n, &b);
		check_home(n, &b);
	}
	for (uint32_t i = 0; plane_tunnel_next(&n->plane, &i, &t);)
		compare_tunnel(n, &t);
	for (uint32_t i = 0; plane_address_next(&n->plane, &i, &a);)
		compare_address(n, &a);
	for (uint32_t i = 0; i < n->ha->addresses.slab.next; i++) {
		const struct host_address *x = slab_at(&n->ha->addresses.slab, i);

		known += x->id && x->state != HOST_ADDRESS_KEPT;
		unsure |= x->id && is_unsure(n, x);
	}
	if (!unsure && (n->ha->bindings.by_ends.n != plane_tunnels(&n->plane) ||
			known != plane_addresses(&n->plane)))
		check_fail(n->w, CHECK_PLANE, "%u of %u tunnels, %u of %u addresses",
			   plane_tunnels(&n->plane), n->ha->bindings.by_ends.n,
			   plane_addresses(&n->plane), known);
	check_acks(n);
}

/* Hosts that are registered: their tunnels, or their addresses in one. */
static void check_access(struct node *n)
{
	const struct access *access = node_access(n);
	const uint32_t entries = n->ar ? plane_addresses(&n->plane) : plane_tunnels(&n->plane);
	uint32_t open = 0;
	struct tunnel t;
	struct address x;

	for (uint32_t i = 0; plane_address_next(&n->plane, &i, &x);)
		compare_address(n, &x);

	for (uint32_t i = 0; plane_tunnel_next(&n->plane, &i, &t);)
		compare_tunnel(n, &t);
	for (uint32_t i = 0; i < access->attachments.next; i++) {
		const struct attachment *a = slab_at(&access->attachments, i);

		open += a->used && a->open;
	}
	if (open != entries)
		check_fail(n->w, CHECK_PLANE, "%s: %u of %u hosts", n->name, entries, open);
	check_counts(n);
}

static void check_node(struct node *n)
{
	if (n->down || n->restoring || n->unflushed || n->kind == NODE_ROUTER)
		return;
	if (n->kind == NODE_HOME_AGENT)
		check_home_agent(n);
	else
		check_access(n);
}

void check_tables(struct world *w)
{
	for (uint32_t i = 0; i < w->n_nodes; i++)
		check_node(&w->nodes[i]);
}

void check_swept(struct node *n)
{
	if (n->w->check)
		n->w->check->n_touched = 0;
}

/* An access node has a thousandth of the batches, and of the table. */
uint32_t check_every(const struct node *n)
{
	const uint32_t every = n->w->check->every;

	return n->kind == NODE_ACCESS ? every / 1000 + 1 : every;
}

void check_batch(struct node *n)
{
	struct check *c = n->w->check;

	if (!c)
		return;
	for (size_t i = 0; i < c->n_touched && !n->restoring; i++) {
		const struct touched *t = &c->touched[i];

		if (t->is_address)
			compare_address(n, &t->address);
		else
			compare_tunnel(n, &t->tunnel);
	}
	c->n_touched = c->n_storing = 0;
	c->committed = false;
	check_early(n);
	check_counts(n);
	if (++c->ledgers[n->index].batches % check_every(n) == 0)
		check_node(n);
}

void check_source(struct node *n, struct in_addr local, struct in_addr remote, struct bytes packet)
{
	const struct host_address *a;
	struct ip6 p;

	if (!n->w->check || n->down || n->restoring || n->unflushed || ip6_decode(packet, &p))
		return;
	a = address_owner(&n->ha->addresses, &p.src);
	if (!a || a->state != HOST_ADDRESS_BOUND || !a->host->binding ||
	    !in4_equal(a->host->binding->tunnel->remote, remote))
		check_fail(n->w, CHECK_SOURCE, "%s from %s", text_packet(packet), text_in4(remote));
}

/* Whose is the address now? Once somebody has used another's, the home agent may have given it to
 * the wrong one, and has no way to know. And an access node that could not store which care-of
 * addresses are in use, or whose clock was set, may use one again while the home agent still does.
 */
void check_delivered(struct world *w, const struct mobile *h, struct bytes packet)
{
	const struct host_address *a;
	const struct mobile *owner;
	char buf[MOBILE_NAI_MAX];
	struct ip6 p;

	if (!w->check || w->mixed || w->steady || ip6_decode(packet, &p) ||
	    in6_is_multicast(&p.dst))
		return;
	a = address_owner(&w->nodes[WORLD_HA].ha->addresses, &p.dst);
	if (a && bytes_equal(host_nai(a->host), mobile_nai(h, buf)))
		return; /* who had it before has not heard of it */
	owner = mobile_owner(w, &p.dst);
	if (owner && owner != h && !in6_is_link_local(&p.dst))
		check_fail(w, CHECK_DELIVERED, "%s got %s", mobile_name(w, h), text_packet(packet));
}

/* A small world has hundreds of events a second. */
void check_event(struct world *w)
{
	struct check *c = w->check;

	if (w->now >= c->second + NSEC_PER_SEC) {
		c->second = w->now;
		c->events = w->events;
	}
	if (w->events - c->events > EVENTS_MAX + 10 * (uint64_t)w->n_hosts)
		check_fail(w, CHECK_REST, "%" PRIu64 " events within a second",
			   w->events - c->events);
}

void check_restored(struct node *n, int err)
{
	struct world *w = n->w;

	if (!w->check)
		return;
	w->check->ledgers[n->index] = (struct ledger){ 0 };
	n->tunnelled = n->linked = n->forwarded = 0;
	if (err)
		check_fail(w, CHECK_RESTORED, "%s: %s", n->name, strerror(-err));
	if (n->kind == NODE_HOME_AGENT)
		check_acks(n);
	check_remembered(n);
}

/* --- nothing left --- */

void check_detached(struct world *w)
{
	for (uint32_t i = 1; i < w->n_nodes; i++) {
		const struct node *n = &w->nodes[i];
		const struct access *access = node_access(n);

		for (uint32_t j = 0; access && j < access->attachments.next; j++) {
			const struct attachment *a = slab_at(&access->attachments, j);

			if (a->used && !n->carrier[a->link->index] &&
			    (a->state == ACCESS_ATTACHED || a->state == ACCESS_LINK_LOST))
				check_fail(w, CHECK_NOTHING_LEFT, "%s keeps %s, whose link is down",
					   n->name, a->nai);
		}
	}
}

static int record_is_of_a_host(void *ctx, struct bytes key, struct bytes value)
{
	struct node *n = ctx;

	if (key.n > 1 && !host_find(&n->ha->hosts, (struct bytes){ key.p + 1, key.n - 1 }))
		check_fail(n->w, CHECK_NOTHING_LEFT, "record of %.*s", (int)key.n - 1,
			   (const char *)key.p + 1);
	return 0;
}

void check_nothing_left(struct world *w)
{
	for (uint32_t i = 0; i < w->n_nodes; i++) {
		struct node *n = &w->nodes[i];

		if (n->kind == NODE_ROUTER)
			continue;
		if (plane_tunnels(&n->plane) || plane_addresses(&n->plane))
			check_fail(w, CHECK_NOTHING_LEFT, "%s has %u tunnels, %u addresses",
				   n->name, plane_tunnels(&n->plane), plane_addresses(&n->plane));
		if (node_access(n) && slab_used(&node_access(n)->attachments))
			check_fail(w, CHECK_NOTHING_LEFT, "%s has %u attachments", n->name,
				   slab_used(&node_access(n)->attachments));
		if (n->ha && slab_used(&n->ha->bindings.slab))
			check_fail(w, CHECK_NOTHING_LEFT, "%u bindings",
				   slab_used(&n->ha->bindings.slab));
		if (n->ha)
			disk_each(&n->disk, record_is_of_a_host, n);
	}
}
