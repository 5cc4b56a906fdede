/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets as what a home agent has stored of a host: what is accepted is written, and home
 * agents that start with that write the same. The first writing leaves out what has no place in
 * this configuration, and each turns the order of the addresses that were learnt, which means
 * nothing.
 */
#include "ha_world.h"

#include "core/ha_record.h"

#define WRITINGS 4

static const struct core_env env = {
	.memory = { .alloc = take }, .seed = 1, .changes_max = 64, .derive = &cheap
};

/* In a home agent of its own; false: it is refused. */
static bool restore(struct bytes value, struct writer *w)
{
	struct ha *ha;
	struct host *x;
	int err;

	arena_used = 0;
	assert(ha_new(&config, &env, &ha) == 0);
	err = ha_role.restore(ha, BYTES("Ha@r", 4), value, now);
	x = host_find(&ha->hosts, BYTES("a@r", 3));
	assert(err ? !x : x != NULL);
	if (!err)
		host_record_write(x, now, w);
	assert(!w->failed);
	ha_done(ha);
	return !err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t octets[WRITINGS][HOST_RECORD_MAX];
	struct bytes value = { data, size };
	struct writer w[WRITINGS];

	now = (struct now){ 1000 * NSEC_PER_SEC, 0xc9f4a50000000000 };
	configure();
	for (int i = 0; i < WRITINGS; i++) {
		w[i] = writer_new(octets[i], sizeof(octets[i]));
		if (!restore(value, &w[i])) {
			assert(i == 0);
			return 0;
		}
		value = writer_bytes(&w[i]);
	}
	assert(bytes_equal(writer_bytes(&w[1]), writer_bytes(&w[3])));
	return 0;
}
