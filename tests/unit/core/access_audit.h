/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/access.h"

/* What access nodes and access routers have in common agrees; `others` packets are held by the
 * role. */
void access_audit(const struct access *n, size_t others);
