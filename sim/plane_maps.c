/* SPDX-License-Identifier: Apache-2.0 */
/* The maps: what src/dataplane writes into those of the kernel. */
#include "sim/plane_internal.h"

#include <errno.h>

#define LIMITS_MAX 16384
#define MTUS_MAX   16384

int plane_new(struct plane *p, const struct plane_config *c, const struct memory *m)
{
	const uint64_t seed[2] = { 1, 2 };
	const uint32_t addresses = c->addresses_max + c->prefixes_max + 2 * c->neighbours_max;

	*p = (struct plane){ .c = *c };
	p->mtus = memory_alloc(m, MTUS_MAX * sizeof(*p->mtus));
	if (!p->mtus || slab_new(&p->tunnels, m, sizeof(struct plane_tunnel), c->tunnels_max) ||
	    slab_new(&p->hosts, m, sizeof(struct plane_host), c->tunnels_max) ||
	    slab_new(&p->addresses, m, sizeof(struct plane_address), addresses) ||
	    slab_new(&p->limits, m, sizeof(struct plane_limit), LIMITS_MAX) ||
	    hash_new(&p->by_ends, m, c->tunnels_max, seed) ||
	    hash_new(&p->by_host, m, c->tunnels_max, seed) ||
	    hash_new(&p->by_address, m, addresses, seed) ||
	    hash_new(&p->by_source, m, LIMITS_MAX, seed))
		return -ENOMEM;
	return 0;
}

/* Of an entry, so that adding and removing it are the same operation on the sum of all. */
static uint64_t digest_of(const void *p, size_t n)
{
	static const uint64_t seed[2] = { 3, 4 };

	return siphash24(seed, p, n);
}

static bool same_ends(const struct plane_ends *a, const struct plane_ends *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static struct plane_ends ends_of(const struct tunnel *t)
{
	return (struct plane_ends){ t->local, t->remote, t->key };
}

struct plane_tunnel *plane_find_tunnel(const struct plane *p, const struct plane_ends *k)
{
	const uint64_t key = hash_key(&p->by_ends, k, sizeof(*k));

	for (struct hash_node *n = hash_first(&p->by_ends, key); n; n = hash_next(n, key)) {
		struct plane_tunnel *t = container_of(n, struct plane_tunnel, by_ends);

		if (same_ends(&t->v.ends, k))
			return t;
	}
	return NULL;
}

struct plane_host *plane_find_host(const struct plane *p, uint32_t ifindex, struct mac_addr mac)
{
	const struct plane_host_key k = { ifindex, mac, { 0 } };
	const uint64_t key = hash_key(&p->by_host, &k, sizeof(k));

	for (struct hash_node *n = hash_first(&p->by_host, key); n; n = hash_next(n, key)) {
		struct plane_host *h = container_of(n, struct plane_host, by_host);

		if (memcmp(&h->v.key, &k, sizeof(k)) == 0)
			return h;
	}
	return NULL;
}

/* Those of an access router, which have a place, are another map. */
static uint64_t address_key(const struct plane *p, const struct in6_addr *a, uint8_t length,
			    bool neighbour)
{
	return hash_key(&p->by_address, a, length / 8) ^ neighbour;
}

static struct plane_address *find_in(const struct plane *p, const struct in6_addr *a,
				     uint8_t length, bool neighbour)
{
	const uint64_t key = address_key(p, a, length, neighbour);

	for (struct hash_node *n = hash_first(&p->by_address, key); n; n = hash_next(n, key)) {
		struct plane_address *found = container_of(n, struct plane_address, by_address);

		if (!found->v.ifindex == !neighbour && found->v.length == length &&
		    memcmp(&found->v.prefix, a, length / 8) == 0)
			return found;
	}
	return NULL;
}

static struct plane_address *find_entry(const struct plane *p, const struct address *a)
{
	return find_in(p, &a->prefix, a->length, a->ifindex != 0);
}

struct plane_address *plane_find_exact(const struct plane *p, const struct in6_addr *a,
				       uint8_t length)
{
	return find_in(p, a, length, false);
}

struct plane_address *plane_find_address(const struct plane *p, const struct in6_addr *a)
{
	struct plane_address *found = plane_find_exact(p, a, 128);

	return !found && p->n_prefixes ? plane_find_exact(p, a, 64) : found;
}

struct plane_address *plane_find_neighbour(const struct plane *p, const struct in6_addr *a)
{
	struct plane_address *found = find_in(p, a, 128, true);

	return found ? found : find_in(p, a, 64, true);
}

/* The host's entry, unless it already leads into another tunnel. */
static void del_host(struct plane *p, const struct plane_ends *k, uint32_t ifindex,
		     struct mac_addr mac)
{
	struct plane_host *h = plane_find_host(p, ifindex, mac);

	if (!h || !same_ends(&h->v.tunnel, k))
		return;
	p->digest ^= digest_of(&h->v, sizeof(h->v));
	hash_remove(&p->by_host, &h->by_host);
	slab_give(&p->hosts, h);
}

static int set_host(struct plane *p, const struct tunnel *t, const struct plane_ends *k)
{
	const struct plane_host_key key = { t->ifindex, t->host, { 0 } };
	struct plane_host *h = plane_find_host(p, t->ifindex, t->host);

	if (h) {
		p->digest ^= digest_of(&h->v, sizeof(h->v));
	} else {
		h = slab_take(&p->hosts);
		if (!h)
			return -ENOSPC;
		hash_insert(&p->by_host, &h->by_host, hash_key(&p->by_host, &key, sizeof(key)));
	}
	if (!same_ends(&h->v.tunnel, k))
		h->packets = 0;
	h->v.key = key;
	h->v.tunnel = *k;
	h->v.router = t->router_address;
	p->digest ^= digest_of(&h->v, sizeof(h->v));
	return 0;
}

int plane_tunnel_set(struct plane *p, const struct tunnel *t)
{
	const struct plane_ends k = ends_of(t);
	struct plane_tunnel *old = plane_find_tunnel(p, &k);
	struct plane_tunnel_value before = { 0 };
	int err = 0;

	if (old) {
		before = old->v;
		p->digest ^= digest_of(&old->v, sizeof(old->v));
	} else {
		old = slab_take(&p->tunnels);
		if (!old)
			return -ENOSPC;
		hash_insert(&p->by_ends, &old->by_ends, hash_key(&p->by_ends, &k, sizeof(k)));
	}
	old->v = (struct plane_tunnel_value){ k, t->ifindex, t->host, t->router, t->access };
	p->digest ^= digest_of(&old->v, sizeof(old->v));
	if (t->ifindex)
		err = set_host(p, t, &k);
	if (!err && before.ifindex &&
	    (before.ifindex != t->ifindex || !mac_equal(before.host, t->host)))
		del_host(p, &k, before.ifindex, before.host);
	return err;
}

int plane_tunnel_del(struct plane *p, const struct tunnel *t)
{
	const struct plane_ends k = ends_of(t);
	struct plane_tunnel *old = plane_find_tunnel(p, &k);

	if (!old)
		return 0;
	p->digest ^= digest_of(&old->v, sizeof(old->v));
	if (old->v.ifindex)
		del_host(p, &k, old->v.ifindex, old->v.host);
	hash_remove(&p->by_ends, &old->by_ends);
	slab_give(&p->tunnels, old);
	return 0;
}

/* Four maps: addresses and prefixes, the home agent's and an access router's. */
static uint32_t *number_of(struct plane *p, const struct address *a)
{
	if (a->ifindex)
		return a->length == 64 ? &p->n_neighbour64 : &p->n_neighbours;
	return a->length == 64 ? &p->n_prefixes : &p->n_addresses;
}

static uint32_t room_for(const struct plane *p, const struct address *a)
{
	if (a->ifindex)
		return p->c.neighbours_max;
	return a->length == 64 ? p->c.prefixes_max : p->c.addresses_max;
}

int plane_address_set(struct plane *p, const struct address *a)
{
	struct plane_address *old = find_entry(p, a);

	if (a->length != 128 && a->length != 64)
		return -EINVAL;
	if (old) {
		p->digest ^= digest_of(&old->v, sizeof(old->v));
	} else {
		old = *number_of(p, a) < room_for(p, a) ? slab_take(&p->addresses) : NULL;
		if (!old)
			return -ENOSPC;
		hash_insert(&p->by_address, &old->by_address,
			    address_key(p, &a->prefix, a->length, a->ifindex != 0));
		++*number_of(p, a);
	}
	old->v = (struct plane_address_value){ .prefix = a->prefix,
					       .tunnel = { a->local, a->remote, a->key },
					       .length = a->length,
					       .tentative = a->state == ADDRESS_TENTATIVE,
					       .ifindex = a->ifindex,
					       .host = a->host,
					       .session = a->session };
	p->digest ^= digest_of(&old->v, sizeof(old->v));
	return 0;
}

int plane_address_del(struct plane *p, const struct address *a)
{
	struct plane_address *old = find_entry(p, a);

	if (!old)
		return 0;
	p->digest ^= digest_of(&old->v, sizeof(old->v));
	--*number_of(p, a);
	hash_remove(&p->by_address, &old->by_address);
	slab_give(&p->addresses, old);
	return 0;
}

int plane_path_mtu(struct plane *p, struct in_addr remote, uint16_t mtu)
{
	uint32_t i = 0;

	while (i < p->n_mtus && !in4_equal(p->mtus[i].remote, remote))
		i++;
	if (mtu && i < MTUS_MAX) {
		p->mtus[i] = (struct path_entry){ remote, mtu };
		p->n_mtus += i == p->n_mtus;
	} else if (!mtu && i < p->n_mtus) {
		p->mtus[i] = p->mtus[--p->n_mtus];
	}
	return 0;
}

int plane_home_prefixes(struct plane *p, const struct in6_addr *v, size_t n)
{
	if (n > PLANE_PREFIXES_MAX)
		return -ENOSPC;
	memcpy(p->c.home_prefixes, v, n * sizeof(*v));
	p->c.n_home_prefixes = n;
	return 0;
}

int plane_traffic(struct plane *p, const struct tunnel *t, uint64_t more, uint64_t *ret)
{
	const struct plane_ends k = ends_of(t);
	struct plane_tunnel *found = plane_find_tunnel(p, &k);
	struct plane_host *h;

	if (!found)
		return -ENOENT;
	if (found->v.access) { /* counted by addresses */
		*ret = 0;
		return 0;
	}
	if (!found->v.ifindex) {
		*ret = found->packets += more;
		return 0;
	}
	h = plane_find_host(p, found->v.ifindex, found->v.host);
	*ret = h ? h->packets += more : 0;
	return 0;
}

bool plane_tunnel_get(const struct plane *p, const struct tunnel *t, struct tunnel *ret)
{
	const struct plane_ends k = ends_of(t);
	const struct plane_tunnel *found = plane_find_tunnel(p, &k);

	if (found)
		*ret = plane_tunnel_of(found);
	return found;
}

static struct address address_of(const struct plane_address *a)
{
	return (struct address){ .prefix = a->v.prefix,
				 .length = (uint8_t)a->v.length,
				 .state = a->v.tentative ? ADDRESS_TENTATIVE : ADDRESS_BOUND,
				 .local = a->v.tunnel.local,
				 .remote = a->v.tunnel.remote,
				 .key = a->v.tunnel.key,
				 .ifindex = a->v.ifindex,
				 .host = a->v.host,
				 .session = a->v.session };
}

bool plane_address_get(const struct plane *p, const struct address *a, struct address *ret)
{
	const struct plane_address *found = find_entry(p, a);

	if (found)
		*ret = address_of(found);
	return found;
}

bool plane_tunnel_next(const struct plane *p, uint32_t *cursor, struct tunnel *ret)
{
	while (*cursor < p->tunnels.next) {
		const struct plane_tunnel *t = slab_at(&p->tunnels, (*cursor)++);

		if (plane_find_tunnel(p, &t->v.ends) != t)
			continue;
		*ret = plane_tunnel_of(t);
		return true;
	}
	return false;
}

bool plane_address_next(const struct plane *p, uint32_t *cursor, struct address *ret)
{
	while (*cursor < p->addresses.next) {
		const struct plane_address *a = slab_at(&p->addresses, (*cursor)++);

		*ret = address_of(a);
		if (!a->v.length || find_entry(p, ret) != a)
			continue;
		return true;
	}
	return false;
}
