/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses and /64s of an access router's hosts in the maps. */
#include "dataplane/private.h"

#include <errno.h>

static int map_of(struct dataplane *d, const struct address *a)
{
	return a->length == 128 ? d->neighbours : a->length == 64 ? d->neighbour64 : -EINVAL;
}

/* Its counters go on wherever the host is. */
int neighbour_set(struct dataplane *d, const struct address *a)
{
	struct neighbour_value before = { 0 }, v;
	int map = map_of(d, a);
	bool known = map >= 0 && !bpf_map_lookup_elem(map, &a->prefix, &before);

	if (map < 0)
		return map;
	v = before;
	v.tunnel = key_of(a->local, a->remote, a->key);
	v.ifindex = a->ifindex;
	memcpy(v.mac, a->host.b, sizeof(v.mac));
	v.session = htons(a->session);
	if (known && !memcmp(&v, &before, sizeof(v)))
		return 0;
	return full_is_nospc(bpf_map_update_elem(map, &a->prefix, &v, BPF_ANY));
}

int neighbour_del(struct dataplane *d, const struct address *a)
{
	int map = map_of(d, a);

	return map < 0 ? map : gone_is_fine(bpf_map_delete_elem(map, &a->prefix));
}

int dataplane_neighbour_counters(struct dataplane *d, const struct address *a,
				 struct dataplane_counters *ret)
{
	struct neighbour_value v;
	int map = map_of(d, a);
	int err = map < 0 ? map : bpf_map_lookup_elem(map, &a->prefix, &v);

	if (err)
		return err;
	*ret = (struct dataplane_counters){ v.in.packets, v.in.bytes, v.out.packets, v.out.bytes };
	return 0;
}
