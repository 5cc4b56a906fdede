/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes frames of super-packets for hosts behind PPPoE, whose header says a length in each frame: a
 * bridge that takes none, so the kernel cuts them before it does anything else, and a veth pair as
 * its only port, where the data plane has each frame within the same call. Other ways, measured:
 * docs/performance.md.
 */
#pragma once

#include "io/veth.h"

struct segmenter {
	char name[IF_NAMESIZE];
	struct interface bridge;
	struct veth port; /* end 0 is the bridge's, to whose egress the program is attached */
};

/* `name` as for reentry_new. 0 or a negative errno: nothing is left then. */
int segmenter_new(const char *name, struct segmenter *ret);
/* One that is all zero is fine. */
void segmenter_done(struct segmenter *s);
