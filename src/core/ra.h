/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Router advertisements: to every host on its virtual link (draft 3.2.2, D6, D7, D8) and, if told
 * to, on the home link itself. Timing by RFC 4861 6.2.4 to 6.2.6.
 */
#pragma once

#include "core/binding.h"

/* A registration has been accepted: one at once (draft 3.2.2 step 6), more if the host may be at a
 * new place; none if it is renewed sooner than MinRtrAdvInterval after the last (D7). */
void ra_registered(struct ha *h, struct binding *b, bool at_new_place, struct now now,
		   struct actions *out);
/* A binding was restored: the next at its usual time. */
void ra_restored(struct ha *h, struct binding *b, struct now now);
/* A router solicitation came through the tunnel. */
void ra_solicited(struct ha *h, struct binding *b, struct now now, struct actions *out);
void ra_timeout(struct ha *h, struct binding *b, struct now now, struct actions *out);

/* On the home link (draft 5.5.4): from the first timeout on. */
void ra_home_begin(struct ha *h);
void ra_home_solicited(struct ha *h, struct now now);
void ra_home_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);

/* The configuration has changed: everybody hears of it soon. */
void ra_reload(struct ha *h, struct now now);
void ra_reload_timeout(struct ha *h, struct timer *t, struct now now, struct actions *out);
