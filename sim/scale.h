/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/options.h"

/*
 * A day of many hosts: registered for 1,800 s at a time, each moves about once an hour, the network
 * loses one packet in a hundred, and every hour a node is killed and started again. Prints what it
 * took. Returns the exit status.
 */
int scale_run(const struct options *o);
