/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static inline uint64_t rotl(uint64_t v, int n)
{
	return v << n | v >> (64 - n);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

/* Little-endian, as the function is defined (Aumasson, Bernstein: SipHash, 2012). */
static inline uint64_t load_le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = n; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

uint64_t siphash24(const uint64_t key[2], const void *in, size_t n)
{
	const uint8_t *p = in;
	uint64_t v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
			  key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };
	uint64_t m;

	for (size_t i = 0; i + 8 <= n; i += 8) {
		m = load_le(p + i, 8);
		v[3] ^= m;
		sip_round(v);
		sip_round(v);
		v[0] ^= m;
	}
	m = (uint64_t)(n & 0xff) << 56;
	if (n % 8)
		m |= load_le(p + n - n % 8, n % 8);
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

int hash_new(struct hash *h, const struct memory *m, uint32_t expected, const uint64_t seed[2])
{
	uint64_t buckets = 1;
	struct hash_node **v;

	while (buckets < expected)
		buckets *= 2;
	v = memory_alloc(m, buckets * sizeof(*v));
	if (!v)
		return -ENOMEM;
	*h = (struct hash){ .buckets = v, .mask = buckets - 1, .seed = { seed[0], seed[1] } };
	return 0;
}

uint64_t hash_key(const struct hash *h, const void *key, size_t n)
{
	return siphash24(h->seed, key, n);
}

void hash_insert(struct hash *h, struct hash_node *n, uint64_t key_hash)
{
	struct hash_node **bucket = &h->buckets[key_hash & h->mask];

	n->hash = key_hash;
	n->next = *bucket;
	*bucket = n;
	h->n++;
}

void hash_remove(struct hash *h, struct hash_node *n)
{
	struct hash_node **at = &h->buckets[n->hash & h->mask];

	while (*at != n) {
		assert(*at);
		at = &(*at)->next;
	}
	*at = n->next;
	n->next = NULL;
	h->n--;
}

static struct hash_node *same_hash(struct hash_node *n, uint64_t key_hash)
{
	while (n && n->hash != key_hash)
		n = n->next;
	return n;
}

struct hash_node *hash_first(const struct hash *h, uint64_t key_hash)
{
	return same_hash(h->buckets[key_hash & h->mask], key_hash);
}

struct hash_node *hash_next(const struct hash_node *n, uint64_t key_hash)
{
	return same_hash(n->next, key_hash);
}
