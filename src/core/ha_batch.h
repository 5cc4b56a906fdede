/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch as far as it has to be stored: which hosts it has changed, and how they were before, so
 * that a batch that could not be stored has never been. Whoever changes what a host's record holds
 * says so first.
 */
#pragma once

#include "core/ha_record.h"

struct batch {
	uint32_t serial;  /* never 0 */
	uint8_t *log;     /* of the hosts, in the order in which they were changed */
	size_t used, max; /* octets of it */
	nsec_t failed;    /* when one could last not be stored: what it was to send has not left */
	uint32_t n, n_max;
	struct reader at; /* how far `changed` has come */
	bool secret_told;
	bool failing; /* the last batch could not be stored */
	nsec_t retry; /* and until then it is not tried again */
	bool tries;   /* this one does */
	uint8_t key[1 + NAI_MAX], value[HOST_RECORD_MAX];
};

int batch_new(struct batch *b, const struct memory *m, uint32_t changes_max);
/* This host is going to be changed, or has just been made. */
void batch_changes(struct ha *h, struct host *x, struct now now);
void batch_adds(struct ha *h, struct host *x);
/* When a timer of what may not be changed now should look again: those of a store that fails for
 * hours are spread over a time in which they cost little. */
nsec_t batch_retry(struct ha *h);
/* May anything be changed now, or does the store fail? */
bool batch_may_change(struct ha *h, struct now now);

/* Doors of the role (core/role.h). */
bool batch_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value);
bool batch_end(void *self, bool stored, struct now now);
int batch_restore(void *self, struct bytes key, struct bytes value, struct now now);
void batch_restored(void *self, struct now now);
bool batch_restoring(const void *self);
/* Tells the data plane what it should have, some bindings at a time. */
void batch_repeat(struct ha *h, struct timer *t, struct now now, struct actions *out);
