/* SPDX-License-Identifier: Apache-2.0 */
/* A veth pair of ours, both ends up, without addresses and silent. */
#pragma once

#include "io/link.h"

#include <net/if.h>

struct veth {
	char names[2][IF_NAMESIZE];
	struct interface ends[2];
};

/* NAME0 and NAME1. A pair that a dead instance left behind under these names is taken over, with
 * what is attached to it. 0 or a negative errno: nothing is left then. */
int veth_new(const char *name, struct veth *ret);
/* Removes the pair; one that is all zero is fine. */
void veth_done(struct veth *v);
