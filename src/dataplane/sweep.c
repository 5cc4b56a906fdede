/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a predecessor left in the maps and nobody knows any more is removed, and copies in slots
 * that disagree with the hash map are put right. The maps are read by batches; what is right is not
 * written to, so its counters go on.
 */
#include "dataplane/private.h"

struct walk {
	size_t map; /* where in struct dataplane its file descriptor is */
	uint64_t flags;
	size_t key, value; /* octets */
	int (*each)(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
		    const void *key, const void *value);
};

static int sweep_tunnel(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
			const void *key, const void *value)
{
	const struct tunnel_key *k = key;
	const struct tunnel_value *v = value;
	struct tunnel t = { .local.s_addr = k->local,
			    .remote.s_addr = k->remote,
			    .key = k->key,
			    .access = v->ifindex == ABI_ROUTED,
			    .ifindex = v->ifindex == ABI_ROUTED ? 0 : v->ifindex };

	memcpy(t.host.b, v->host, sizeof(t.host.b));
	return w->tunnel(ctx, &t) ? 0 : dataplane_tunnel_del(d, &t);
}

/* A host is there because of its tunnel. */
static int sweep_host(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
		      const void *key, const void *value)
{
	const struct host_key *k = key;
	const struct host_value *v = value;
	struct tunnel_value t;
	int err = bpf_map_lookup_elem(d->tunnels, &v->tunnel, &t);

	if (!err && t.ifindex == k->ifindex && memcmp(t.host, k->mac, sizeof(k->mac)) == 0)
		return 0;
	return gone_is_fine(err) ? err : gone_is_fine(bpf_map_delete_elem(d->hosts, k));
}

static struct address address_of(const void *key, uint8_t length, const struct address_value *v)
{
	struct address a = { .length = length,
			     .state = v->tentative ? ADDRESS_TENTATIVE : ADDRESS_BOUND,
			     .local.s_addr = v->tunnel.local,
			     .remote.s_addr = v->tunnel.remote,
			     .key = v->tunnel.key };

	memcpy(&a.prefix, key, length / 8);
	return a;
}

static int sweep_address(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
			 const void *key, const void *value)
{
	struct address a = address_of(key, 128, value);

	return w->address(ctx, &a) ? 0 : dataplane_address_del(d, &a);
}

static int sweep_prefix(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
			const void *key, const void *value)
{
	struct address a = address_of(key, 64, value);

	return w->address(ctx, &a) ? 0 : dataplane_address_del(d, &a);
}

static int sweep_neighbour_of(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
			      const void *key, const struct neighbour_value *v, uint8_t length)
{
	struct address a = { .length = length,
			     .state = ADDRESS_BOUND,
			     .local.s_addr = v->tunnel.local,
			     .remote.s_addr = v->tunnel.remote,
			     .key = v->tunnel.key,
			     .ifindex = v->ifindex };

	memcpy(&a.prefix, key, length / 8);
	memcpy(a.host.b, v->mac, sizeof(a.host.b));
	return w->address(ctx, &a) ? 0 : dataplane_address_del(d, &a);
}

static int sweep_neighbour(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
			   const void *key, const void *value)
{
	return sweep_neighbour_of(d, w, ctx, key, value, 128);
}

static int sweep_neighbour64(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
			     const void *key, const void *value)
{
	return sweep_neighbour_of(d, w, ctx, key, value, 64);
}

/* The hash map is right: it is written before the slot. */
static int sweep_slot(struct dataplane *d, const struct dataplane_wanted *w, void *ctx,
		      const void *key, const void *value)
{
	const struct address_slot *s = value;
	struct address_value v;
	struct address a;
	int err;

	if (!s->tunnel.remote)
		return 0;
	err = bpf_map_lookup_elem(d->addresses, &s->address, &v);
	if (!err && !v.tentative && memcmp(&v.tunnel, &s->tunnel, sizeof(v.tunnel)) == 0)
		return 0;
	if (err && err != -ENOENT)
		return err;
	if (err) {
		a = (struct address){ .length = 128 };
		memcpy(&a.prefix, &s->address, sizeof(a.prefix));
		return dataplane_address_del(d, &a);
	}
	a = address_of(&s->address, 128, &v);
	return dataplane_address_set(d, &a);
}

#define MAP(name) offsetof(struct dataplane, name)

static const struct walk walks[] = {
	{ MAP(tunnels), 0, sizeof(struct tunnel_key), sizeof(struct tunnel_value), sweep_tunnel },
	{ MAP(hosts), 0, sizeof(struct host_key), sizeof(struct host_value), sweep_host },
	{ MAP(addresses), 0, sizeof(union addr6), sizeof(struct address_value), sweep_address },
	{ MAP(prefixes), 0, sizeof(uint64_t), sizeof(struct address_value), sweep_prefix },
	{ MAP(neighbours), 0, sizeof(union addr6), sizeof(struct neighbour_value),
	  sweep_neighbour },
	{ MAP(neighbour64), 0, sizeof(uint64_t), sizeof(struct neighbour_value),
	  sweep_neighbour64 },
	{ MAP(slots), BPF_F_LOCK, sizeof(uint32_t), sizeof(struct address_slot), sweep_slot },
};

#define WALKS (sizeof(walks) / sizeof(walks[0]))

/* One batch; *n counts its entries. */
static int portion(struct dataplane *d, const struct dataplane_wanted *w, void *ctx, uint32_t *n)
{
	struct sweep *s = &d->sweep;
	const struct walk *k = &walks[s->walk];
	int map = *(const int *)(const void *)((const char *)d + k->map);
	LIBBPF_OPTS(bpf_map_batch_opts, o, .elem_flags = k->flags);
	uint32_t count = SWEEP_BATCH;
	int read = bpf_map_lookup_batch(map, s->begun ? &s->at : NULL, &s->at, s->keys, s->values,
					&count, &o);
	int err = gone_is_fine(read); /* -ENOENT: that was the end */

	s->begun = true;
	for (uint32_t i = 0; i < count && !err; i++)
		err = k->each(d, w, ctx, s->keys + i * k->key, s->values + i * k->value);
	if (read == -ENOENT) {
		s->walk++;
		s->begun = false;
	}
	*n += count;
	return err;
}

int dataplane_sweep(struct dataplane *d, const struct dataplane_wanted *w, void *ctx, uint32_t max)
{
	int err = 0;

	for (uint32_t n = 0; n < max && d->sweep.walk < WALKS && !err;)
		err = portion(d, w, ctx, &n);
	d->swept = !err && d->sweep.walk == WALKS;
	return err ? err : !d->swept;
}
