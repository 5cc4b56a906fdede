/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <errno.h>
#include <string.h>

#include "memory_test.h"
#include "test.h"

#define N 1000

struct entry {
	struct hash_node node;
	uint32_t key;
};

static const uint64_t seed[2] = { 1, 2 };

static struct entry *find(const struct hash *h, uint32_t key)
{
	uint64_t k = hash_key(h, &key, sizeof(key));

	for (struct hash_node *n = hash_first(h, k); n; n = hash_next(n, k)) {
		struct entry *e = container_of(n, struct entry, node);
		if (e->key == key)
			return e;
	}
	return NULL;
}

static void siphash_gives_the_values_of_its_paper(void **state)
{
	/* key 00..0f; inputs of no octets, and 00..0e (appendix A); first of the reference vectors
	 */
	const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	uint8_t in[15];

	for (uint8_t i = 0; i < sizeof(in); i++)
		in[i] = i;
	assert_true(siphash24(key, in, 0) == 0x726fdb47dd0e0e31);
	assert_true(siphash24(key, in, 1) == 0x74f839c593dc67fd);
	assert_true(siphash24(key, in, 8) == 0x93f5f5799a932462);
	assert_true(siphash24(key, in, 15) == 0xa129ca6149be45e5);
}

static void what_was_inserted_is_found_until_it_is_removed(void **state)
{
	static struct entry entries[N];
	struct test_memory m;
	struct hash h;

	test_memory_init(&m, 1);
	/* far fewer buckets than entries: chains are walked */
	assert_int_equal(hash_new(&h, &m.memory, 16, seed), 0);
	for (uint32_t i = 0; i < N; i++) {
		entries[i].key = i;
		hash_insert(&h, &entries[i].node, hash_key(&h, &i, sizeof(i)));
	}
	assert_int_equal(h.n, N);
	for (uint32_t i = 0; i < N; i += 2)
		hash_remove(&h, &entries[i].node);
	assert_int_equal(h.n, N / 2);
	for (uint32_t i = 0; i < N; i++)
		assert_ptr_equal(find(&h, i), i % 2 ? &entries[i] : NULL);
	assert_null(find(&h, N));
	test_memory_done(&m);
}

static void equal_hashes_are_all_candidates(void **state)
{
	struct entry a = { .key = 1 }, b = { .key = 2 }, other = { .key = 3 };
	struct test_memory m;
	struct hash_node *n;
	struct hash h;

	test_memory_init(&m, 1);
	assert_int_equal(hash_new(&h, &m.memory, 1, seed), 0);
	hash_insert(&h, &a.node, 7);
	hash_insert(&h, &other.node, 8);
	hash_insert(&h, &b.node, 7);
	n = hash_first(&h, 7);
	assert_ptr_equal(n, &b.node);
	n = hash_next(n, 7);
	assert_ptr_equal(n, &a.node);
	assert_null(hash_next(n, 7));
	test_memory_done(&m);
}

static void another_seed_gives_another_hash(void **state)
{
	struct test_memory m;
	struct hash a, b;

	test_memory_init(&m, 2);
	assert_int_equal(hash_new(&a, &m.memory, 16, seed), 0);
	assert_int_equal(hash_new(&b, &m.memory, 16, (uint64_t[]){ 1, 3 }), 0);
	assert_true(hash_key(&a, "nai", 3) != hash_key(&b, "nai", 3));
	test_memory_done(&m);
}

static void no_memory_is_an_error(void **state)
{
	struct test_memory m;
	struct hash h;

	test_memory_init(&m, 0);
	assert_int_equal(hash_new(&h, &m.memory, 16, seed), -ENOMEM);
}

static const struct test tests[] = {
	TEST(siphash_gives_the_values_of_its_paper, ""),
	TEST(what_was_inserted_is_found_until_it_is_removed, ""),
	TEST(equal_hashes_are_all_candidates, ""),
	TEST(another_seed_gives_another_hash, ""),
	TEST(no_memory_is_an_error, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/base/hash", tests);
}
