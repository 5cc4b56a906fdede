/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* The maps, the frozen configuration, and the counters of dropped packets. Sizes marked 1 are set
 * by src/dataplane before loading. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "base/drop.h"
#include "bpf/abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct host_key);
	__type(value, struct host_value);
} nm4_hosts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct tunnel_key);
	__type(value, struct tunnel_value);
} nm4_tunnels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, union addr6);
	__type(value, struct address_value);
} nm4_addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct address_slot);
} nm4_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct address_value);
} nm4_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, union addr6);
	__type(value, struct neighbour_value);
} nm4_neighbours SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct neighbour_value);
} nm4_neighbour64 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ABI_PATH_MTUS_MAX);
	__type(key, __be32);
	__type(value, __u32);
} nm4_path_mtus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ABI_LIMITS_MAX);
	__type(key, struct limit_key);
	__type(value, __u64);
} nm4_limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DROP_MAX);
	__type(key, __u32);
	__type(value, __u64);
} nm4_drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, ABI_PUNT_RING_BYTES);
} nm4_punts SEC(".maps");

/* Where a packet is put together for the ring: a program runs to its end on one CPU. */
struct scratch {
	struct punt head;
	__u8 packet[ABI_PUNT_BYTES_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} nm4_scratch SEC(".maps");

/* Read through the volatile qualifier everywhere: clang would fold the zeros that stand here. */
const volatile struct abi_config config = {};
struct abi_state state = {}; /* the only variable: its map outlives the process */

#define ALWAYS static __always_inline

ALWAYS void count_drop(__u32 reason)
{
	__u64 *n = bpf_map_lookup_elem(&nm4_drops, &reason);

	if (n)
		(*n)++;
}

ALWAYS int drop(__u32 reason)
{
	count_drop(reason);
	return 2; /* TC_ACT_SHOT */
}

#define COUNT(value, octets)                                                                       \
	do {                                                                                       \
		__sync_fetch_and_add(&(value)->packets, 1);                                        \
		__sync_fetch_and_add(&(value)->bytes, (octets));                                   \
	} while (0)
