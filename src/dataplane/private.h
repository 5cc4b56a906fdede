/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share. */
#pragma once

#include "bpf/abi.h"
#include "dataplane/dataplane.h"
#include "dataplane/punt_decode.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#define ATTACHED_MAX  160 /* 64 access ports, and core, home and upstream links in plenty */
#define PINS_PATH_MAX 384 /* a path of the configuration, an instance, a map */
#define SWEEP_BATCH   256 /* entries read at once; more than any bucket of a hash map has */

struct attached {
	struct abi_attached at;
	uint32_t program; /* id */
};

struct waiting {
	uint32_t ifindex;
	enum dataplane_hook hook;
};

struct sweep {
	size_t walk; /* which map */
	bool begun;
	uint32_t at; /* the kernel's own idea of how far */
	uint8_t keys[SWEEP_BATCH * sizeof(union addr6)];
	uint8_t values[SWEEP_BATCH * sizeof(struct address_slot)];
};

struct netmip4_bpf;

struct dataplane {
	struct netmip4_bpf *bpf;
	/* map file descriptors */
	int hosts, tunnels, addresses, slots, prefixes, path_mtus, drops;
	uint64_t hash_seed; /* of the slots */
	uint32_t bucket_mask;
	struct abi_state *state; /* the programs' memory */
	int cpus;
	struct ring_buffer *ring;
	void (*each)(void *ctx, const struct packet *p);
	void *each_ctx;
	int n_read, read_max;
	struct completed completed;
	struct attached attached[ATTACHED_MAX];
	size_t n_attached;
	char pins[PINS_PATH_MAX - 32]; /* folder; empty = none */
	struct abi_state left;         /* of a predecessor of this version */
	bool taken_over;               /* its maps are ours now */
	bool ready;
	struct waiting waiting[ATTACHED_MAX]; /* until then */
	size_t n_waiting;
	struct sweep sweep;
	bool swept; /* what is set now is mostly new, before mostly a predecessor's */
	char why[256];
};

/* One sentence for a person about what failed; the last line libbpf had to say, if any, ends it. */
void dataplane_explain(struct dataplane *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct tunnel_key key_of(struct in_addr local, struct in_addr remote, uint32_t key);

/* A full hash map says E2BIG. */
static inline int full_is_nospc(int err)
{
	return err == -E2BIG ? -ENOSPC : err;
}

static inline int gone_is_fine(int err)
{
	return err == -ENOENT ? 0 : err;
}

int punt_new(struct dataplane *d);
void dataplane_detach(struct dataplane *d);

/* Makes the folder and gives the opened BPF object a predecessor's maps, if they are of this
 * version and of its sizes (d->taken_over). These explain their errors. */
int pins_take_over(struct dataplane *d);
/* Pins the maps at the side, */
int pins_make(struct dataplane *d);
/* and in the place of what was there. */
int pins_replace(struct dataplane *d);
/* Those of ours; a predecessor's stay until dataplane_ready. */
void pins_remove(struct dataplane *d);
