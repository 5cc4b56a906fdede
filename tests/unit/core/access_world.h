/* SPDX-License-Identifier: Apache-2.0 */
/* What the worlds of an access node and of an access router have in common. */
#pragma once

#include "proto/mip4.h"
#include "test.h"

/* Memory, zeroed, until the test ends. */
void *world_take(void *ctx, size_t n);
void world_forget(void); /* and it ends */
/* Octets that live as long. */
struct bytes world_keep(struct bytes b);
struct bytes world_written(const struct writer *w); /* which has not failed */

struct mac_addr world_host(uint8_t n); /* 02:00:00:00:00:n */
struct in_addr world_in4(const char *s);
struct in6_addr world_in6(const char *s);

/* Changes a reply. */
void deny_prohibited(struct mip4_message *m);
