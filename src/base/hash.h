/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intrusive hash table with chains: buckets are sized once at _new, keys are hashed with
 * SipHash-2-4 under a secret seed because peers choose them.
 */
#pragma once

#include "base/bytes.h"
#include "base/memory.h"

struct hash_node {
	struct hash_node *next;
	uint64_t hash;
};

struct hash {
	struct hash_node **buckets;
	uint64_t mask, seed[2];
	uint32_t n;
};

/* Buckets for about `expected` entries; 0 or -ENOMEM. */
int hash_new(struct hash *h, const struct memory *m, uint32_t expected, const uint64_t seed[2]);
uint64_t hash_key(const struct hash *h, const void *key, size_t n);
void hash_insert(struct hash *h, struct hash_node *n, uint64_t key_hash);
void hash_remove(struct hash *h, struct hash_node *n);
/* Candidates for a key: compare the keys yourself.
 *   for (n = hash_first(h, k); n; n = hash_next(n, k)) ... */
struct hash_node *hash_first(const struct hash *h, uint64_t key_hash);
struct hash_node *hash_next(const struct hash_node *n, uint64_t key_hash);

/* A look-up waits for its bucket, then for the first entry there. Asked for beforehand, one after
 * the other, those of several keys come at the same time. */
static inline void hash_ask_bucket(const struct hash *h, uint64_t key_hash)
{
	__builtin_prefetch(&h->buckets[key_hash & h->mask]);
}
static inline void hash_ask_first(const struct hash *h, uint64_t key_hash)
{
	__builtin_prefetch(h->buckets[key_hash & h->mask]);
}

uint64_t siphash24(const uint64_t key[2], const void *in, size_t n);

#ifndef container_of
#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
#endif
