/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a test has done to a home agent: all that its tables hold belongs to somebody, and what
 * belongs to somebody is in its table. Nothing leaks, nothing is counted twice. */
#include "core/ha_state.h"
#include "ha_bench.h"

#include <stdlib.h>

/* What the hosts, taken together, have of each table. */
struct sum {
	size_t bindings, links, addresses, proxies, pending, held, home4, resting;
	size_t taken[POOLS_MAX], kept[POOLS_MAX];
};

/* Which of a slab's places are in use; the caller frees it. */
static bool *used_places(const struct slab *s)
{
	bool *used = malloc(s->count);

	assert_non_null(used);
	for (uint32_t i = 0; i < s->count; i++)
		used[i] = i < s->next;
	for (uint32_t i = 0; i < s->n_free; i++)
		used[s->free[i]] = false;
	return used;
}

static void add_address(const struct ha *h, const struct host *x, const struct host_address *a,
			struct sum *sum)
{
	assert_ptr_equal(a->host, x);
	assert_ptr_equal(address_lookup(&h->addresses, &a->address, a->length), a);
	assert_ptr_equal(address_find_id(&h->addresses, a->id), a);
	sum->addresses++;
	if (a->pool != POOL_NONE) {
		sum->taken[a->pool]++;
		sum->kept[a->pool] += a->state == HOST_ADDRESS_KEPT;
	}
	if (!a->proxy)
		return;
	assert_ptr_equal(a->proxy->address, a);
	assert_int_not_equal(a->state, HOST_ADDRESS_KEPT);
	sum->proxies++;
	if (a->state != HOST_ADDRESS_TENTATIVE) {
		assert_null(a->proxy->pending);
		assert_null(a->proxy->held);
	}
	sum->pending += a->proxy->pending != NULL;
	for (const struct ha_held *p = a->proxy->held; p; p = p->next)
		sum->held++;
}

static void add_binding(const struct ha *h, const struct host *x, struct sum *sum)
{
	const struct binding *b = x->binding;

	if (!b)
		return;
	assert_ptr_equal(b->host, x);
	assert_ptr_equal(binding_find_id(&h->bindings, b->id), b);
	assert_ptr_equal(
		tunnel_find(&h->bindings, b->tunnel->local, b->tunnel->remote, b->tunnel->key),
		b->tunnel);
	sum->bindings++;
	sum->links += b->link != NULL;
	assert_int_equal(b->tunnel->link == b, b->link != NULL);
}

static void add_host(const struct ha *h, const struct host *x, struct sum *sum)
{
	size_t n = 0;

	assert_ptr_equal(host_find(&h->hosts, host_nai(x)), x);
	assert_int_equal(x->resting, !x->binding);
	sum->resting += x->resting;
	add_binding(h, x, sum);
	if (x->home)
		add_address(h, x, x->home, sum);
	for (const struct host_address *a = x->learnt; a; a = a->next, n++) {
		assert_non_null(a->proxy);
		add_address(h, x, a, sum);
	}
	assert_int_equal(x->n_learnt, n);
	if (!x->home4.s_addr)
		return;
	assert_ptr_equal(care_of_owner(&h->home4, x->home4), x);
	sum->home4++;
}

static void audit_hosts(const struct ha *h, struct sum *sum)
{
	const struct slab *s = &h->hosts.slab;
	bool *used = used_places(s);
	size_t names = 0, resting = 0;

	for (uint32_t i = 0; i < s->count; i++)
		if (used[i])
			add_host(h, slab_at(s, i), sum);
	free(used);
	for (size_t i = 0; i < NAI_MAX / HOST_NAME_STEP; i++)
		names += slab_used(&h->hosts.names[i]);
	assert_int_equal(names, slab_used(s));
	for (const struct host *x = h->hosts.oldest; x; x = x->newer, resting++)
		assert_ptr_equal(x->newer ? x->newer->older : h->hosts.newest, x);
	assert_int_equal(resting, sum->resting);
}

static void audit_tunnels(const struct ha *h, const struct sum *sum)
{
	const struct slab *s = &h->bindings.tunnels;
	bool *used = used_places(s);
	size_t users = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct ha_tunnel *t = slab_at(s, i);

		if (!used[i])
			continue;
		assert_int_not_equal(t->users, 0);
		assert_true(!t->link || (t->link->link && t->link->tunnel == t));
		users += t->users;
	}
	free(used);
	assert_int_equal(users, sum->bindings);
	assert_int_equal(slab_used(&h->bindings.slab), sum->bindings);
	assert_int_equal(slab_used(&h->bindings.links), sum->links);
}

/* A group without users is there until its leaving has been reported. */
static void audit_groups(const struct ha *h, const struct sum *sum)
{
	const struct slab *s = &h->groups.slab;
	bool *used = used_places(s);
	size_t users = 0, queued = 0, waiting = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct group *g = slab_at(s, i);

		if (!used[i])
			continue;
		users += g->users;
		queued += g->queued;
		assert_true(g->users || g->queued);
	}
	free(used);
	assert_true(users <= sum->proxies); /* those for which there was no room */
	for (const struct group *g = h->groups.first; g; g = g->next)
		waiting++;
	assert_int_equal(waiting, queued);
	assert_int_equal(timer_is_set(&h->groups.timer), h->groups.first || h->groups.answering);
}

static void audit_pools(const struct ha *h, const struct sum *sum)
{
	for (size_t i = 0; i < POOLS_MAX; i++) {
		const struct pool *p = &h->pools[i];
		size_t kept = 0;

		for (const struct host_address *a = p->oldest; a; a = a->newer, kept++)
			assert_ptr_equal(a->newer ? a->newer->older : p->newest, a);
		assert_int_equal(kept, p->kept);
		assert_int_equal(sum->kept[i], p->kept);
		assert_int_equal(sum->taken[i], p->taken);
	}
}

static size_t home4_in_use(const struct ha *h)
{
	size_t n = 0;

	for (uint32_t i = 0; i < h->home4.size; i++)
		n += h->home4.v[i].owner != NULL;
	return n;
}

void ha_audit(const struct ha *h)
{
	struct sum sum = { 0 };

	audit_hosts(h, &sum);
	audit_tunnels(h, &sum);
	assert_int_equal(slab_used(&h->addresses.slab), sum.addresses);
	assert_int_equal(slab_used(&h->addresses.proxies), sum.proxies);
	assert_int_equal(slab_used(&h->pending), sum.pending);
	assert_int_equal(slab_used(&h->held.slab), sum.held);
	assert_int_equal(slab_used(&h->revocations.slab), h->revocations.by_nai.n);
	assert_int_equal(slab_used(&h->path_mtu.slab), h->path_mtu.by_remote.n);
	assert_int_equal(slab_used(&h->groups.slab), h->groups.by_group.n);
	assert_int_equal(home4_in_use(h), sum.home4);
	audit_groups(h, &sum);
	audit_pools(h, &sum);
}

bool ha_store_fails(const struct ha *h)
{
	return h->batch.failing;
}
