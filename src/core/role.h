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

struct role_ops {
	const char *name;
	/* A Mobile IPv4 message from UDP port 434. */
	void (*receive)(void *self, const struct datagram *in, struct now now, struct actions *out);
	/* Message types (RFC 5944 3, RFC 3543) that `receive` takes: how a process with several
	 * roles on one port tells them apart. */
	bool (*takes)(uint8_t mip4_type);
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
	const uint64_t *(*drops)(const void *self); /* DROP_MAX counters */
};
