/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share. */
#pragma once

#include "bpf/abi.h"
#include "dataplane/dataplane.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#define ATTACHED_MAX 160 /* 64 access ports, and core, home and upstream links in plenty */

struct attached {
	uint32_t ifindex;
	enum bpf_tc_attach_point point;
	uint32_t program; /* id */
	bool made_qdisc;  /* clsact goes when nothing is attached there any more */
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
	uint8_t completed[ABI_PUNT_BYTES_MAX]; /* a punted packet whose checksum was missing */
	struct attached attached[ATTACHED_MAX];
	size_t n_attached;
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
