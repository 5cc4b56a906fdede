/* SPDX-License-Identifier: Apache-2.0 */
#include "access_world.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static void *kept[16384];
static size_t n_kept;

void *world_take(void *ctx, size_t n)
{
	void *p = calloc(1, n ? n : 1);

	assert_true(p && n_kept < sizeof(kept) / sizeof(kept[0]));
	return kept[n_kept++] = p;
}

void world_forget(void)
{
	while (n_kept)
		free(kept[--n_kept]);
}

struct bytes world_keep(struct bytes b)
{
	return (struct bytes){ memcpy(world_take(NULL, b.n), b.p, b.n), b.n };
}

struct bytes world_written(const struct writer *w)
{
	assert_false(w->failed);
	return world_keep(writer_bytes(w));
}

struct mac_addr world_host(uint8_t n)
{
	return (struct mac_addr){ { 2, 0, 0, 0, 0, n } };
}

struct in_addr world_in4(const char *s)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, s, &a), 1);
	return a;
}

struct in6_addr world_in6(const char *s)
{
	struct in6_addr a;

	assert_int_equal(inet_pton(AF_INET6, s, &a), 1);
	return a;
}

void deny_prohibited(struct mip4_message *m)
{
	m->code = MIP4_HA_PROHIBITED;
}
