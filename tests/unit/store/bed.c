/* SPDX-License-Identifier: Apache-2.0 */
#include "bed.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPERATIONS_MAX 16
#define VALUE_MIN      60
#define VALUE_MAX      700

/* What transaction n does in its i-th place. */
static uint32_t choose(uint32_t n, uint32_t i)
{
	uint32_t x = n * 2654435761u + i * 40503u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return x;
}

static uint32_t operations(uint32_t n)
{
	return choose(n, 0) % OPERATIONS_MAX;
}

static unsigned key_of(uint32_t n, uint32_t i)
{
	return i == 0 ? 0 : 1 + choose(n, i) % (BED_KEYS - 1);
}

static bool deletes(uint32_t n, uint32_t i)
{
	return i > 0 && choose(n, i) >> 16 & 1;
}

static struct bytes key_bytes(unsigned key, char room[32])
{
	return BYTES(room, (size_t)snprintf(room, 32, "bhost%u@example.net", key));
}

/* Begins with the version; the rest follows from both. */
static struct bytes value_bytes(unsigned key, uint32_t version, uint8_t room[VALUE_MAX])
{
	uint32_t x = choose(version, key + 1000);
	size_t n = VALUE_MIN + x % (VALUE_MAX - VALUE_MIN);

	memcpy(room, &version, sizeof(version));
	for (size_t i = sizeof(version); i < n; i++)
		room[i] = (uint8_t)(x >> i % 24) ^ (uint8_t)i;
	return BYTES(room, n);
}

int bed_commit(struct store *s, uint32_t n)
{
	for (uint32_t i = 0; i <= operations(n); i++) {
		char key[32];
		uint8_t value[VALUE_MAX];
		unsigned number = key_of(n, i);

		if (deletes(n, i))
			store_del(s, key_bytes(number, key));
		else
			store_put(s, key_bytes(number, key), value_bytes(number, n, value));
	}
	return store_commit(s);
}

void bed_after(uint32_t n, struct bed_state *ret)
{
	*ret = (struct bed_state){ 0 };
	for (uint32_t t = 1; t <= n; t++)
		for (uint32_t i = 0; i <= operations(t); i++)
			ret->version[key_of(t, i)] = deletes(t, i) ? 0 : t;
}

static int note(void *ctx, struct bytes key, struct bytes value)
{
	struct bed_state *s = ctx;
	char room[32];
	uint8_t same[VALUE_MAX];
	uint32_t version;

	if (value.n < sizeof(version))
		return 1;
	memcpy(&version, value.p, sizeof(version));
	for (unsigned i = 0; i < BED_KEYS; i++) {
		if (!bytes_equal(key, key_bytes(i, room)))
			continue;
		if (s->version[i] || !bytes_equal(value, value_bytes(i, version, same)))
			return 1;
		s->version[i] = version;
		return 0;
	}
	return 1;
}

bool bed_load(struct store *s, uint32_t *ret_n)
{
	struct bed_state is = { 0 }, should;

	if (store_load(s, note, &is))
		return false;
	*ret_n = is.version[0];
	bed_after(*ret_n, &should);
	return memcmp(&is, &should, sizeof(is)) == 0;
}

void bed_folder(char ret[64])
{
	snprintf(ret, 64, "%s/netmip4-store.XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(ret));
}

void bed_remove(const char *folder)
{
	char line[128];

	snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	assert_int_equal(system(line), 0);
}

struct store *bed_open(const char *path, enum store_sync sync)
{
	struct store *s = NULL;
	char why[512] = "";
	int err = store_open(path, sync, 1, &s, why, sizeof(why));

	if (err)
		fail_msg("%s (%d)", why, err);
	return s;
}

uint32_t bed_reopen(struct store **s, const char *path, enum store_sync sync)
{
	uint32_t n = 0;

	assert_int_equal(store_close(*s), 0);
	*s = bed_open(path, sync);
	assert_true(bed_load(*s, &n));
	return n;
}
