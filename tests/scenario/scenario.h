/* SPDX-License-Identifier: Apache-2.0 */
/* What the runner's files share: a world of the simulator (sim/world.h) with a home agent, two
 * access nodes, two access routers (r1, r2), two that only do what the script says (ar1, ar2), and
 * two hosts that do so, too; its trace is kept.
 */
#pragma once

#include "sim/check.h"
#include "sim/config.h"
#include "sim/mobile.h"
#include "sim/router.h"
#include "sim/world.h"

#define SCENARIO_NODES 7 /* ha, an1, an2, ar1, ar2, r1, r2 */
#define SCENARIO_HOSTS 2

/* Configurations and names; change them, then world_begin and world_start_node. */
void setup_world(struct world *w);
