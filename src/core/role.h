/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doors of a role: bytes or time in, actions out. Every role has the same ones, so that the
 * runtime and the simulator drive any of them. All are bounded by ACTIONS_STEP_MAX and
 * ACTIONS_STEP_BYTES; none blocks, allocates or asks the time.
 */
#pragma once

#include "base/drop.h"
#include "base/time.h"
#include "core/actions.h"

#define AHEAD_MAX 16 /* about as many places as a processor waits for at once */

struct role_ops {
	const char *name;
	/* `receive` is going to get these next, at most AHEAD_MAX: what they need can be asked of
	 * the memory. Changes nothing. NULL if the role has no use for it. */
	void (*ahead)(const void *self, const struct datagram *in, size_t n);
	/* A Mobile IPv4 message from UDP port 434. */
	void (*receive)(void *self, const struct datagram *in, struct now now, struct actions *out);
	/* Whether `receive` takes a message, by its type (RFC 5944 3, RFC 3543): how a process with
	 * several roles on one port tells theirs apart. */
	bool (*takes)(struct bytes message);
	/* A packet that the data plane handed up, and whether it is this role's: by where it came
	 * from, or, out of a tunnel, by whose the outer addresses are. */
	bool (*wants)(const void *self, const struct packet *in);
	void (*packet)(void *self, const struct packet *in, struct now now, struct actions *out);
	/* An interface went up or down; NULL if the role does not care. */
	void (*link)(void *self, const struct link *in, struct now now, struct actions *out);
	/* One bounded step of what is due; call again while next_timeout() <= now. */
	void (*timeout)(void *self, struct now now, struct actions *out);
	nsec_t (*next_timeout)(const void *self); /* NSEC_NEVER when idle */
	/* A data-plane action of `id` failed: take back what it promised. Like `traffic`, emits no
	 * *_SET and no TRAFFIC: a batch ends. */
	void (*failed)(void *self, uint32_t id, struct now now, struct actions *out);
	/* Answer to ACTION_TRAFFIC: packets that the host has sent through this tunnel so far. */
	void (*traffic)(void *self, uint32_t id, uint64_t packets, struct now now,
			struct actions *out);
	/* Answer to ACTION_AUTHENTICATE, some time later; NULL: the role never asks. */
	void (*verdict)(void *self, uint32_t id, const struct auth_verdict *in, struct now now,
			struct actions *out);
	const uint64_t *(*drops)(const void *self); /* DROP_MAX counters */

	/* What outlives the process: a record for each host, whose key begins with `store_tag`.
	 *
	 * The records that the batch has changed, one at a time, each once; false when there are no
	 * more. ret_value->p NULL: it is to be deleted. Views live until the next call. */
	bool (*changed)(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value);
	/* The batch ends: all its records are stored, or none is. Then a role that has promised
	 * them takes back all that the batch has changed, and says so: its actions are discarded
	 * whole. True: they are carried out. */
	bool (*batch_end)(void *self, bool stored, struct now now);
	/* One record of the store, before anything else comes in. 0; -EBADMSG: not one of ours;
	 * -ENOTSUP: of a newer version; -ENOSPC: more than this configuration has room for, and it
	 * has been promised; -ENOENT: not served by this configuration, it stays where it is. */
	int (*restore)(void *self, struct bytes key, struct bytes value, struct now now);
	/* All have been restored: from now on timeouts repeat to the data plane what it should
	 * have, in steps, until `restoring` is false. */
	void (*restored)(void *self, struct now now);
	bool (*restoring)(const void *self);
	/* What the data plane has from before: is it known? */
	bool (*has_tunnel)(const void *self, const struct tunnel *t);
	bool (*has_address)(const void *self, const struct address *a);
	uint8_t store_tag;
};
