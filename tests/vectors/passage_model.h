/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's model as one that runs vectors. */
#pragma once

#include "passage.h"
#include "sim/plane.h"

/* With so many tunnels, addresses and prefixes; 0 for `punt_interval` = no limit. */
void passage_model_new(struct plane *p, uint32_t max, nsec_t punt_interval);
void passage_model_free(void);
int passage_model_set(struct plane *p, const struct passage_entry *e);
struct passage_out passage_model_run(struct plane *p, const struct passage_in *in);
