/* SPDX-License-Identifier: Apache-2.0 */
/* Opens, sizes, configures and loads the BPF object that is inside the program. */
#include "dataplane/private.h"
#include "netmip4.skel.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static char failed_new[256]; /* why, when there is no data plane left to ask */
static char last_words[160];

/* libbpf's warnings are not printed: the last one says why, and ends the one sentence. */
static int listen_to_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN) {
		vsnprintf(last_words, sizeof(last_words), format, args);
		last_words[strcspn(last_words, "\n")] = 0;
	}
	return 0;
}

void dataplane_explain(struct dataplane *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(d->why, sizeof(d->why), format, args);
	va_end(args);
}

/* As many buckets as addresses, at least, and a power of two. */
static void choose_buckets(struct dataplane *d, const struct dataplane_config *c)
{
	uint32_t buckets = 1;

	while (buckets < c->addresses_max && buckets < 1u << 30)
		buckets *= 2;
	d->bucket_mask = buckets - 1;
}

static int choose_seed(struct dataplane *d)
{
	if (d->taken_over) {
		d->hash_seed = d->left.hash_seed;
		return 0;
	}
	if (getrandom(&d->hash_seed, sizeof(d->hash_seed), 0) != sizeof(d->hash_seed))
		return -errno;
	return 0;
}

static void configure(struct abi_config *to, const struct dataplane *d,
		      const struct dataplane_config *c)
{
	*to = (struct abi_config){
		.home_ifindex = c->home_ifindex,
		.core_mtu = c->core_mtu,
		.bucket_mask = d->bucket_mask,
		.hash_seed = d->hash_seed,
		.segmenter = c->segmenter,
		.punt_interval = 1000000000 / (c->punts_per_second ? c->punts_per_second : 1),
	};
	memcpy(to->home_mac, c->home_mac.b, sizeof(to->home_mac));
	memcpy(&to->router, &c->router_address, sizeof(to->router));
	memcpy(&to->error, &c->error_address, sizeof(to->error));
	memcpy(&to->access, &c->access_address, sizeof(to->access));
	memcpy(to->access_mac, c->access_mac.b, sizeof(to->access_mac));
}

static uint32_t at_least_one(uint32_t n)
{
	return n ? n : 1;
}

static int size_maps(const struct dataplane *d, const struct dataplane_config *c)
{
	const struct netmip4_bpf *b = d->bpf;
	const struct {
		struct bpf_map *map;
		uint32_t entries;
	} v[] = {
		{ b->maps.nm4_hosts, c->tunnels_max },
		{ b->maps.nm4_tunnels, c->tunnels_max },
		{ b->maps.nm4_addresses, c->addresses_max },
		{ b->maps.nm4_slots, (d->bucket_mask + 1) * ABI_SLOTS },
		{ b->maps.nm4_prefixes, c->prefixes_max },
		{ b->maps.nm4_neighbours, c->neighbours_max },
		{ b->maps.nm4_neighbour64, c->neighbours_max },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		int err = bpf_map__set_max_entries(v[i].map, at_least_one(v[i].entries));

		if (err)
			return err;
	}
	return 0;
}

/* A privilege, a kernel that lacks something, or memory: what a person can do about it. */
static void explain_load(struct dataplane *d, int err)
{
	if (err == -EPERM)
		dataplane_explain(d, "loading the BPF programs needs the capabilities CAP_BPF, "
				     "CAP_NET_ADMIN and CAP_PERFMON (or root) outside of "
				     "user namespaces");
	else if (err == -ENOMEM || err == -E2BIG)
		dataplane_explain(d, "not enough memory for the data plane's maps; lower the "
				     "limits in the configuration");
	else
		dataplane_explain(
			d,
			"this kernel does not take the BPF programs (6.1 or newer with "
			"CONFIG_BPF_SYSCALL, CONFIG_NET_CLS_BPF and CONFIG_NET_SCH_INGRESS "
			"is needed): %s: %.120s",
			strerror(-err), last_words);
}

static int load(struct dataplane *d, const struct dataplane_config *c)
{
	int err;

	d->bpf = netmip4_bpf__open();
	if (!d->bpf)
		return -errno;
	choose_buckets(d, c);
	err = size_maps(d, c);
	if (!err && *d->pins)
		err = pins_take_over(d);
	if (!err)
		err = choose_seed(d);
	if (err)
		return err;
	configure((struct abi_config *)&d->bpf->rodata->config, d, c);
	return netmip4_bpf__load(d->bpf);
}

static void remember(struct dataplane *d)
{
	d->hosts = bpf_map__fd(d->bpf->maps.nm4_hosts);
	d->tunnels = bpf_map__fd(d->bpf->maps.nm4_tunnels);
	d->addresses = bpf_map__fd(d->bpf->maps.nm4_addresses);
	d->slots = bpf_map__fd(d->bpf->maps.nm4_slots);
	d->prefixes = bpf_map__fd(d->bpf->maps.nm4_prefixes);
	d->neighbours = bpf_map__fd(d->bpf->maps.nm4_neighbours);
	d->neighbour64 = bpf_map__fd(d->bpf->maps.nm4_neighbour64);
	d->path_mtus = bpf_map__fd(d->bpf->maps.nm4_path_mtus);
	d->drops = bpf_map__fd(d->bpf->maps.nm4_drops);
	d->state = (struct abi_state *)&d->bpf->bss->state;
	/* Of a predecessor's maps it is what it was. */
	d->state->version = ABI_VERSION;
	d->state->bucket_mask = d->bucket_mask;
	d->state->hash_seed = d->hash_seed;
	d->state->n_attached = d->left.n_attached;
	memcpy(d->state->attached, d->left.attached, sizeof(d->left.attached));
}

int dataplane_new(const struct dataplane_config *c, struct dataplane **ret, const char **why)
{
	struct dataplane *d = calloc(1, sizeof(*d));
	int err;

	if (!d) {
		*why = "not enough memory";
		return -ENOMEM;
	}
	libbpf_set_print(listen_to_libbpf);
	last_words[0] = 0;
	d->cpus = libbpf_num_possible_cpus();
	snprintf(d->pins, sizeof(d->pins), "%s", c->pins ? c->pins : "");
	err = d->cpus < 0 ? d->cpus : load(d, c);
	if (err) {
		if (!*d->why)
			explain_load(d, err);
		goto out;
	}
	remember(d);
	err = dataplane_home_prefixes(d, c->home_prefixes, c->n_home_prefixes);
	if (err) {
		dataplane_explain(d, "there are more than %d prefixes on the home link",
				  ABI_HOME_PREFIXES_MAX);
		goto out;
	}
	err = punt_new(d);
	if (err) {
		dataplane_explain(d, "the ring of packets for the daemon could not be mapped: %s",
				  strerror(-err));
		goto out;
	}
	d->ready = !*d->pins || d->taken_over;
	*ret = d;
	return 0;
out:
	memcpy(failed_new, d->why, sizeof(failed_new));
	*why = failed_new;
	dataplane_free(d);
	return err;
}

void dataplane_free(struct dataplane *d)
{
	if (!d)
		return;
	dataplane_detach(d);
	if (*d->pins)
		pins_remove(d);
	ring_buffer__free(d->ring);
	netmip4_bpf__destroy(d->bpf);
	free(d);
}

bool dataplane_taken_over(const struct dataplane *d)
{
	return d->taken_over;
}

const char *dataplane_why(const struct dataplane *d)
{
	return d->why;
}

int dataplane_program_fd(const struct dataplane *d, const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(d->bpf->obj, name);

	return p ? bpf_program__fd(p) : -ENOENT;
}
