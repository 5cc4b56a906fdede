/* SPDX-License-Identifier: Apache-2.0 */
/* The only place where the time is asked for. */
#pragma once

#include "base/time.h"

struct now clock_now(void);
