/* SPDX-License-Identifier: Apache-2.0 */
/* Whole Ethernet frames out of an interface, and what an interface must listen to besides its own
 * address. */
#pragma once

#include "base/net.h"

struct frames;

/* 0 or a negative errno. */
int frames_new(struct frames **ret);
/* Also ends what frames_listen asked for. */
void frames_free(struct frames *f);
int frames_send(struct frames *f, uint32_t ifindex, struct bytes frame);

/* Sends past the queueing discipline, which swallows everything for a moment after an interface has
 * been set up. 0 or a negative errno. */
int frames_send_directly(struct frames *f);

/* To every group (ALLMULTI): D16, D18. 0 or a negative errno. */
int frames_listen(struct frames *f, uint32_t ifindex);
