/* SPDX-License-Identifier: Apache-2.0 */
/* What is alike in the records of access nodes and access routers. Reading more than there is, or
 * what cannot be, fails the reader. */
#pragma once

#include "core/client.h"

/* 1 to 255 octets. */
void record_write_name(struct writer *w, struct bytes name);
/* A view; at most max octets. */
struct bytes record_read_name(struct reader *r, size_t max);
void record_write_registration(struct writer *w, const struct client_registration *c);
struct client_registration record_read_registration(struct reader *r, struct in_addr care_of);
