/* SPDX-License-Identifier: Apache-2.0 */
/* What an access router has stored, as a test sees it. */
#pragma once

#include "ar_world.h"

#define DISK_MAX 32

struct disk {
	struct {
		uint8_t key[8], value[600];
		size_t key_length, length; /* key_length 0: a free place */
	} v[DISK_MAX];
};

size_t disk_records(const struct disk *d);
/* The place of that key, or a free one. */
size_t disk_find(struct disk *d, struct bytes key);
/* The end of a batch: how many records it has told. */
int disk_store(struct world *w, struct disk *d, bool works);
/* The process is another one, on the same disk. */
void disk_restart(struct world *w, const struct disk *d);
