/* SPDX-License-Identifier: Apache-2.0 */
/* Tunnels and path MTUs in the maps; the counters of tunnels and of drops. */
#include "dataplane/private.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct tunnel_key key_of(struct in_addr local, struct in_addr remote, uint32_t key)
{
	return (struct tunnel_key){ local.s_addr, remote.s_addr, key };
}

static struct host_key host_of(uint32_t ifindex, const uint8_t mac[6])
{
	struct host_key k = { .ifindex = ifindex };

	memcpy(k.mac, mac, sizeof(k.mac));
	return k;
}

static int port_mac(uint32_t ifindex, uint8_t ret[6])
{
	struct ifreq r = { 0 };
	int err = 0, s;

	if (!if_indextoname(ifindex, r.ifr_name))
		return -errno;
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return -errno;
	if (ioctl(s, SIOCGIFHWADDR, &r))
		err = -errno;
	else
		memcpy(ret, r.ifr_hwaddr.sa_data, 6);
	close(s);
	return err;
}

/* The host's entry, unless it already leads into another tunnel. */
static int del_host(struct dataplane *d, const struct tunnel_key *k, const struct host_key *host)
{
	struct host_value v;
	int err = bpf_map_lookup_elem(d->hosts, host, &v);

	if (!err && memcmp(&v.tunnel, k, sizeof(*k)) == 0)
		err = bpf_map_delete_elem(d->hosts, host);
	return gone_is_fine(err);
}

static int set_host(struct dataplane *d, const struct tunnel *t, const struct tunnel_key *k)
{
	struct host_key host = host_of(t->ifindex, t->host.b);
	struct host_value before = { 0 }, v;
	bool known = !bpf_map_lookup_elem(d->hosts, &host, &before);

	v = before;
	if (memcmp(&v.tunnel, k, sizeof(*k)) != 0)
		v.packets = v.bytes = 0;
	v.tunnel = *k;
	memcpy(&v.router, &t->router_address, sizeof(v.router));
	if (known && !memcmp(&v, &before, sizeof(v)))
		return 0;
	return bpf_map_update_elem(d->hosts, &host, &v, BPF_ANY);
}

static uint32_t ifindex_of(const struct tunnel *t)
{
	return t->access ? ABI_ROUTED : t->ifindex;
}

/* One that does not end at a host of an access link, and that is not there yet: -EEXIST if it is.
 */
static int add_tunnel(struct dataplane *d, const struct tunnel *t, const struct tunnel_key *k)
{
	const struct tunnel_value v = { .ifindex = ifindex_of(t) };

	return bpf_map_update_elem(d->tunnels, k, &v, BPF_NOEXIST);
}

static bool ends_at_host(const struct tunnel_value *v)
{
	return v->ifindex && v->ifindex != ABI_ROUTED;
}

static int change_tunnel(struct dataplane *d, const struct tunnel *t)
{
	struct tunnel_key k = key_of(t->local, t->remote, t->key);
	struct tunnel_value before = { 0 }, v;
	bool known = !bpf_map_lookup_elem(d->tunnels, &k, &before);
	struct host_key host = host_of(before.ifindex, before.host);
	int err = 0;

	v = before;
	v.ifindex = ifindex_of(t);
	memcpy(v.host, t->host.b, sizeof(v.host));
	memcpy(v.router, t->router.b, sizeof(v.router));
	if (t->ifindex && mac_is_zero(t->router))
		err = port_mac(t->ifindex, v.router);
	if (!err && (!known || memcmp(&v, &before, sizeof(v)) != 0))
		err = bpf_map_update_elem(d->tunnels, &k, &v, BPF_ANY);
	if (!err && t->ifindex)
		err = set_host(d, t, &k);
	if (!err && ends_at_host(&before) &&
	    (host.ifindex != t->ifindex || memcmp(host.mac, t->host.b, 6) != 0))
		err = del_host(d, &k, &host);
	return err;
}

int dataplane_tunnel_set(struct dataplane *d, const struct tunnel *t)
{
	const struct tunnel_key k = key_of(t->local, t->remote, t->key);
	const bool is_old = t->ifindex || (d->taken_over && !d->swept);
	int err = is_old ? -EEXIST : add_tunnel(d, t, &k);

	return full_is_nospc(err == -EEXIST ? change_tunnel(d, t) : err);
}

int dataplane_tunnel_del(struct dataplane *d, const struct tunnel *t)
{
	struct tunnel_key k = key_of(t->local, t->remote, t->key);
	struct tunnel_value v;
	int err = bpf_map_lookup_and_delete_elem(d->tunnels, &k, &v);

	if (!err && ends_at_host(&v)) {
		struct host_key host = host_of(v.ifindex, v.host);

		err = del_host(d, &k, &host);
	}
	return gone_is_fine(err);
}

int dataplane_path_mtu(struct dataplane *d, struct in_addr remote, uint16_t mtu)
{
	uint32_t v = mtu;

	if (!mtu)
		return gone_is_fine(bpf_map_delete_elem(d->path_mtus, &remote));
	d->state->path_mtus = 1; /* from now on: the map forgets by itself, so nobody can count */
	return bpf_map_update_elem(d->path_mtus, &remote, &v, BPF_ANY);
}

int dataplane_tunnel_counters(struct dataplane *d, const struct tunnel *t,
			      struct dataplane_counters *ret)
{
	struct tunnel_key k = key_of(t->local, t->remote, t->key);
	struct dataplane_counters c = { 0 };
	struct tunnel_value v;
	int err = bpf_map_lookup_elem(d->tunnels, &k, &v);

	if (err)
		return err;
	if (v.ifindex) {
		struct host_key host = host_of(v.ifindex, v.host);
		struct host_value h;

		c.out_packets = v.packets;
		c.out_bytes = v.bytes;
		if (ends_at_host(&v) && !bpf_map_lookup_elem(d->hosts, &host, &h)) {
			c.in_packets = h.packets;
			c.in_bytes = h.bytes;
		}
	} else {
		c.in_packets = v.packets;
		c.in_bytes = v.bytes;
	}
	*ret = c;
	return 0;
}

void dataplane_drops(struct dataplane *d, uint64_t ret[DROP_MAX])
{
	uint64_t *v = calloc((size_t)d->cpus, sizeof(*v));

	for (uint32_t i = 0; i < DROP_MAX; i++) {
		ret[i] = 0;
		if (!v || bpf_map_lookup_elem(d->drops, &i, v))
			continue;
		for (int cpu = 0; cpu < d->cpus; cpu++)
			ret[i] += v[cpu];
	}
	free(v);
}
