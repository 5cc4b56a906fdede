/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/JSON over the control socket, driven by the caller's event loop. */
#pragma once

#include "control/route.h"

struct control;

/* `listening` stays the caller's; `routes` must live as long. 0 or a negative errno. */
int control_new(int listening, const struct control_route *routes, void *ctx, struct control **ret);
void control_free(struct control *c);
/* Readable when there is something to do: then, or after control_timeout ms, call control_run. */
int control_fd(const struct control *c);
int64_t control_timeout(const struct control *c); /* -1 = none */
void control_run(struct control *c);
