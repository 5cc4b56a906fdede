/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sa.h"
#include "test.h"
#include "../base/memory_test.h"
#include "../../../src/io/mac.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define CACHE 4

static struct test_memory memory;

static struct sa_config config[] = {
	{ .scope = SA_REALM,
	  .name = "example.net",
	  .spi = 0x200,
	  .key = "realm key",
	  .key_length = 9 },
	{ .scope = SA_NAI,
	  .name = "bob@example.net",
	  .spi = 0x300,
	  .key = "bob's",
	  .key_length = 5 },
	{ .scope = SA_NAI,
	  .name = "bob@example.net",
	  .spi = 0x301,
	  .key = "bob's 2",
	  .key_length = 7 },
	{ .scope = SA_NODE, .spi = 0x400, .key = "node", .key_length = 4 },
	{ .scope = SA_REALM, .name = "example.net", .spi = 0x201, .key = "other", .key_length = 5 },
};
#define N (sizeof(config) / sizeof(config[0]))

static int table_try(size_t blocks, struct sa_table **ret)
{
	struct core_env env = { .seed = 7, .derive = &mac_hmac_sha256 };

	test_memory_init(&memory, blocks);
	env.memory = memory.memory;
	return sa_table_new(config, N, CACHE, &env, ret);
}

static struct sa_table *table_new(void)
{
	struct sa_table *t;

	for (size_t i = 0; i < N; i++)
		config[i].algorithm = i == 2 ? &mac_hmac_sha256 : &mac_hmac_md5;
	config[3].node.s_addr = htonl(0xc0000201);
	assert_int_equal(table_try(TEST_BLOCKS_MAX, &t), 0);
	return t;
}

static void table_done(struct sa_table *t)
{
	sa_table_done(t);
	test_memory_done(&memory);
}

static struct bytes name(const char *s)
{
	return BYTES(s, strlen(s));
}

/* That sa signs like `key` under its algorithm. */
static void expect_key(const struct mip4_sa *sa, struct bytes key)
{
	_Alignas(16) uint8_t state[MAC_STATE_MAX];
	uint8_t a[MAC_LENGTH_MAX], b[MAC_LENGTH_MAX];

	assert_non_null(sa);
	sa->algorithm->set_key(state, key);
	sa->algorithm->sign(state, name("message"), name(""), a);
	sa->algorithm->sign(sa->state, name("message"), name(""), b);
	assert_memory_equal(a, b, sa->algorithm->length);
}

static void expect_derived(const struct mip4_sa *sa, const char *realm_key, const char *nai)
{
	_Alignas(16) uint8_t state[MAC_STATE_MAX];
	uint8_t key[32];

	mac_hmac_sha256.set_key(state, name(realm_key));
	mac_hmac_sha256.sign(state, name(nai), name(""), key);
	expect_key(sa, BYTES(key, 32));
}

static void an_exact_nai_comes_before_its_realm_and_the_first_configured_signs(void **state)
{
	struct sa_table *t = table_new();
	const struct mip4_sa *sa = sa_find_nai(t, name("bob@example.net"), 0);

	assert_int_equal(sa->spi, 0x300);
	expect_key(sa, name("bob's"));
	sa = sa_find_nai(t, name("bob@example.net"), 0x301);
	assert_ptr_equal(sa->algorithm, &mac_hmac_sha256);
	expect_key(sa, name("bob's 2"));
	table_done(t);
}

static void a_realms_key_is_derived_for_each_nai(void **state)
{
	struct sa_table *t = table_new();

	expect_derived(sa_find_nai(t, name("amy@example.net"), 0), "realm key", "amy@example.net");
	expect_derived(sa_find_nai(t, name("amy@example.net"), 0x201), "other", "amy@example.net");
	expect_derived(sa_find_nai(t, name("bob@example.net"), 0x200), "realm key",
		       "bob@example.net");
	table_done(t);
}

static void what_is_not_configured_is_not_found(void **state)
{
	struct sa_table *t = table_new();
	char longest[NAI_MAX + 2];

	assert_null(sa_find_nai(t, name("amy@example.net"), 0x999));
	assert_null(sa_find_nai(t, name("amy@example.com"), 0));
	assert_null(sa_find_nai(t, name("amy@sub.example.net"), 0));
	assert_null(sa_find_nai(t, name("example.net"), 0));
	assert_null(sa_find_nai(t, name("AMY@EXAMPLE.NET"), 0));
	assert_null(sa_find_nai(t, name("amy@"), 0));
	assert_null(sa_find_nai(t, BYTES(NULL, 0), 0));
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + sizeof(longest) - 12, "@example.net", 12);
	assert_null(sa_find_nai(t, BYTES(longest, NAI_MAX + 1), 0));
	assert_non_null(sa_find_nai(t, BYTES(longest + 2, NAI_MAX), 0));
	table_done(t);
}

static void a_node_is_found_by_its_address(void **state)
{
	struct sa_table *t = table_new();
	struct in_addr node = { htonl(0xc0000201) }, other = { htonl(0xc0000202) };

	expect_key(sa_find_node(t, node, 0), name("node"));
	expect_key(sa_find_node(t, node, 0x400), name("node"));
	assert_null(sa_find_node(t, node, 0x200));
	assert_null(sa_find_node(t, other, 0));
	table_done(t);
}

static void more_hosts_than_the_cache_holds_are_served_all_the_same(void **state)
{
	struct sa_table *t = table_new();
	const struct mip4_sa *often = sa_find_nai(t, name("host0@example.net"), 0);
	char nai[32];

	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 3 * CACHE; i++) {
			snprintf(nai, sizeof(nai), "host%d@example.net", i);
			expect_derived(sa_find_nai(t, name(nai), 0), "realm key", nai);
			/* one that is used again and again stays */
			assert_ptr_equal(sa_find_nai(t, name("host0@example.net"), 0), often);
			expect_derived(often, "realm key", "host0@example.net");
		}
	table_done(t);
}

/* Every request of a host asks for it. */
static void what_has_been_derived_is_kept(void **state)
{
	struct sa_table *t = table_new();
	const struct mip4_sa *first = sa_find_nai(t, name("alice@example.net"), 0);

	sa_find_nai(t, name("carol@example.net"), 0);
	assert_ptr_equal(sa_find_nai(t, name("alice@example.net"), 0), first);
	table_done(t);
}

static void done_leaves_no_key_behind(void **state)
{
	struct sa_table *t = table_new();

	assert_non_null(sa_find_nai(t, name("amy@example.net"), 0));
	sa_table_done(t);
	assert_null(sa_find_nai(t, name("amy@example.net"), 0));
	assert_null(sa_find_nai(t, name("bob@example.net"), 0));
	sa_table_done(NULL);
	test_memory_done(&memory);
}

static void without_memory_there_is_no_table(void **state)
{
	struct sa_table *t = NULL;
	size_t blocks = 0;

	while (table_try(blocks, &t) < 0) {
		assert_null(t);
		test_memory_done(&memory);
		blocks++;
	}
	assert_int_equal(blocks, memory.n);
	table_done(t);
}

static const struct test tests[] = {
	TEST(an_exact_nai_comes_before_its_realm_and_the_first_configured_signs, ""),
	TEST(a_realms_key_is_derived_for_each_nai, ""),
	TEST(what_is_not_configured_is_not_found, ""),
	TEST(a_node_is_found_by_its_address, ""),
	TEST(more_hosts_than_the_cache_holds_are_served_all_the_same, ""),
	TEST(what_has_been_derived_is_kept, ""),
	TEST(done_leaves_no_key_behind, ""),
	TEST(without_memory_there_is_no_table, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/sa", tests);
}
