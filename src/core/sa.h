/* SPDX-License-Identifier: Apache-2.0 */
/* Security associations: who may speak for which NAI or node, found by (name, SPI). Node, NAI and
 * realm associations keep precomputed key state; states derived for NAIs of a realm live in a
 * bounded cache (D2). */
#pragma once

#include "core/env.h"
#include "core/sa_config.h"
#include "proto/mip4.h"

struct sa_table;

/* Copies what it needs from v. `cache` = how many derived associations to keep. 0 or -ENOMEM. */
int sa_table_new(const struct sa_config *v, size_t n, uint32_t cache, const struct core_env *env,
		 struct sa_table **ret);
/* Wipes all keys. */
void sa_table_done(struct sa_table *t);
/* The association of a mobile node (MN-HA) by NAI and SPI, an exact NAI before its realm; SPI 0 =
 * whichever comes first, to sign with. NULL if none. Valid until the next call. */
const struct mip4_sa *sa_find_nai(struct sa_table *t, struct bytes nai, uint32_t spi);
/* What sa_find_nai needs for a NAI of a realm is asked of the memory in three steps, between which
 * there is something else to do; the first returns what the others take. */
uint64_t sa_ask(const struct sa_table *t, struct bytes nai);
void sa_ask_first(const struct sa_table *t, uint64_t key);
void sa_ask_whole(const struct sa_table *t, uint64_t key);
/* The association of a peer agent (FA-HA) by address and SPI; SPI 0 = whichever comes first. */
const struct mip4_sa *sa_find_node(struct sa_table *t, struct in_addr node, uint32_t spi);
