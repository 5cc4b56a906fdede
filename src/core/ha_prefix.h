/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prefixes of the home link as they are advertised. One that a reload takes away is deprecated:
 * advertised as not preferred with what remains of the valid lifetime that hosts have heard of, and
 * ended by it (RFC 4862 5.5.4).
 */
#pragma once

#include "base/time.h"
#include "core/ha_config.h"

struct home_prefix {
	struct ha_prefix c;
	nsec_t ends; /* deprecated; 0 = not */
};

struct prefix_list {
	struct home_prefix v[ND_PREFIXES_MAX];
	size_t n;
};

static inline bool prefix_is_deprecated(const struct home_prefix *p)
{
	return p->ends != 0;
}
/* Takes over the configured ones; those no longer among them are deprecated, as far as there is
 * room. */
void prefix_configure(struct prefix_list *l, const struct ha_config *c, struct now now);
const struct home_prefix *prefix_find(const struct prefix_list *l, const struct in6_addr *a);
/* s as advertised at that time; 0xffffffff = infinite. */
uint32_t prefix_valid(const struct home_prefix *p, nsec_t at);
uint32_t prefix_preferred(const struct home_prefix *p);
