/* SPDX-License-Identifier: Apache-2.0 */
/* A packet as the programs put it into the ring, whose octets are a host's. */
#pragma once

#include "base/packet.h"
#include "bpf/abi.h"

/* A packet whose checksum was missing, completed. */
struct completed {
	uint8_t b[ABI_PUNT_BYTES_MAX];
};

/*
 * Reads one record: struct punt and the packet. A sender on the same machine leaves the checksum of
 * TCP or UDP to a device that the packet never reached; the daemon may send it on, so that it is
 * completed in a copy. The packet is a view into `record` or `completed`. 0, or -EBADMSG: not by
 * our programs.
 */
int punt_decode(struct bytes record, struct completed *completed, struct packet *ret);
