/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses and /64s of a home agent's hosts in the maps. The hash maps hold all of them; of a
 * bound address there is a copy in a slot (bpf/abi.h), if one of its two is free.
 */
#include "dataplane/private.h"

#include <errno.h>

/* The map an address belongs into; its key is as much of the address as the length says. */
static int map_of(struct dataplane *d, const struct address *a)
{
	return a->length == 128 ? d->addresses : a->length == 64 ? d->prefixes : -EINVAL;
}

static bool slot_free(const struct address_slot *s)
{
	return !s->tunnel.remote;
}

static int read_slot(struct dataplane *d, uint32_t at, struct address_slot *ret)
{
	return bpf_map_lookup_elem_flags(d->slots, &at, ret, BPF_F_LOCK);
}

/* The slot that has the address, or a free one that it may take (*ret_at); *ret is what is there.
 * -ENOENT if neither. */
static int find_slot(struct dataplane *d, const struct in6_addr *address, uint32_t *ret_at,
		     struct address_slot *ret)
{
	union addr6 key;
	uint32_t first;
	int found = -ENOENT;

	memcpy(&key, address, sizeof(key));
	first = address_slot_of(&key, d->hash_seed, d->bucket_mask);
	for (uint32_t i = 0; i < ABI_SLOTS; i++) {
		struct address_slot s;
		int err = read_slot(d, first + i, &s);
		bool has = !err && !slot_free(&s) && !memcmp(&s.address, &key, sizeof(key));

		if (err)
			return err;
		if (!has && (!slot_free(&s) || !found))
			continue;
		*ret_at = first + i;
		*ret = s;
		found = 0;
		if (has)
			break;
	}
	return found;
}

/* *ret gets what the slot counted. */
static int clear_slot(struct dataplane *d, const struct in6_addr *address, struct counters *ret)
{
	struct address_slot s;
	uint32_t at;
	int err = find_slot(d, address, &at, &s);

	*ret = (struct counters){ 0 };
	if (err || slot_free(&s))
		return gone_is_fine(err);
	*ret = s.counters;
	memset(&s, 0, sizeof(s));
	return bpf_map_update_elem(d->slots, &at, &s, BPF_F_LOCK);
}

static int set_slot(struct dataplane *d, const struct address *a)
{
	const struct tunnel_key k = key_of(a->local, a->remote, a->key);
	struct address_slot s;
	uint32_t at;
	int err = find_slot(d, &a->prefix, &at, &s);

	if (err)
		return gone_is_fine(err); /* the hash map has it */
	if (slot_free(&s))
		memset(&s, 0, sizeof(s));
	else if (!memcmp(&s.tunnel, &k, sizeof(k)))
		return 0;
	memcpy(&s.address, &a->prefix, sizeof(s.address));
	s.tunnel = k;
	return bpf_map_update_elem(d->slots, &at, &s, BPF_F_LOCK);
}

static int set_entry(struct dataplane *d, int map, const struct address *a,
		     const struct counters *counted)
{
	struct address_value before = { 0 }, v;
	bool known = !bpf_map_lookup_elem(map, &a->prefix, &before), prefix = a->length == 64;
	int err;

	v = before;
	v.tunnel = key_of(a->local, a->remote, a->key);
	v.tentative = a->state == ADDRESS_TENTATIVE;
	v.counters.packets += counted->packets;
	v.counters.bytes += counted->bytes;
	if (known && !memcmp(&v, &before, sizeof(v)))
		return 0;
	if (!known && prefix) /* before the entry: the programs skip the map while it is 0 */
		d->state->prefixes++;
	err = bpf_map_update_elem(map, &a->prefix, &v, BPF_ANY);
	if (err && !known && prefix)
		d->state->prefixes--;
	return full_is_nospc(err);
}

int dataplane_address_set(struct dataplane *d, const struct address *a)
{
	struct counters counted = { 0 };
	int map = map_of(d, a), err = map < 0 ? map : 0;

	if (a->ifindex)
		return neighbour_set(d, a);
	if (!err && a->length == 128 && a->state == ADDRESS_TENTATIVE)
		err = clear_slot(d, &a->prefix, &counted);
	if (!err)
		err = set_entry(d, map, a, &counted);
	if (!err && a->length == 128 && a->state == ADDRESS_BOUND)
		err = set_slot(d, a);
	return err;
}

int dataplane_address_del(struct dataplane *d, const struct address *a)
{
	struct counters counted;
	int map = map_of(d, a), err = map < 0 ? map : 0;

	if (a->ifindex)
		return neighbour_del(d, a);
	if (!err && a->length == 128)
		err = clear_slot(d, &a->prefix, &counted);
	if (err)
		return err;
	err = bpf_map_delete_elem(map, &a->prefix);
	if (!err && a->length == 64)
		d->state->prefixes--;
	return gone_is_fine(err);
}

/* Each word is written at once; while one takes another's place, the worst is that a host's first
 * packet from there is refused. */
int dataplane_home_prefixes(struct dataplane *d, const struct in6_addr *v, uint32_t n)
{
	if (n > ABI_HOME_PREFIXES_MAX)
		return -ENOSPC;
	for (uint32_t i = 0; i < n; i++) {
		__u64 prefix;

		memcpy(&prefix, &v[i], sizeof(prefix));
		__atomic_store_n(&d->state->home_prefixes[i], prefix, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&d->state->n_home_prefixes, n, __ATOMIC_RELEASE);
	return 0;
}

int dataplane_address_counters(struct dataplane *d, const struct address *a, uint64_t *ret_packets,
			       uint64_t *ret_bytes)
{
	struct address_value v;
	struct address_slot s;
	uint32_t at;
	int map = map_of(d, a);
	int err = map < 0 ? map : bpf_map_lookup_elem(map, &a->prefix, &v);

	if (err)
		return err;
	if (a->length == 128 && !find_slot(d, &a->prefix, &at, &s) && !slot_free(&s)) {
		v.counters.packets += s.counters.packets;
		v.counters.bytes += s.counters.bytes;
	}
	*ret_packets = v.counters.packets;
	*ret_bytes = v.counters.bytes;
	return 0;
}
