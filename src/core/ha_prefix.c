/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_prefix.h"

#define INFINITE 0xffffffff
/* Of a prefix that was promised for ever: hosts take no less (RFC 4862 5.5.3 e). */
#define TWO_HOURS 7200

static bool is_configured(const struct ha_config *c, const struct in6_addr *prefix)
{
	for (size_t i = 0; i < c->n_prefixes; i++)
		if (in6_equal(&c->prefixes[i].prefix, prefix))
			return true;
	return false;
}

static void add(struct prefix_list *l, const struct home_prefix *p)
{
	if (l->n < ND_PREFIXES_MAX)
		l->v[l->n++] = *p;
}

static void deprecate(struct home_prefix *p, struct now now)
{
	const uint32_t left = p->c.valid == INFINITE ? TWO_HOURS : p->c.valid;

	if (!p->ends)
		p->ends = now.mono + left * NSEC_PER_SEC;
	p->c.preferred = 0;
}

void prefix_configure(struct prefix_list *l, const struct ha_config *c, struct now now)
{
	const struct prefix_list old = *l;

	l->n = 0;
	for (size_t i = 0; i < c->n_prefixes; i++)
		add(l, &(struct home_prefix){ .c = c->prefixes[i] });
	for (size_t i = 0; i < old.n; i++) {
		struct home_prefix p = old.v[i];

		if (is_configured(c, &p.c.prefix) || (p.ends && p.ends <= now.mono))
			continue;
		deprecate(&p, now);
		add(l, &p);
	}
}

const struct home_prefix *prefix_find(const struct prefix_list *l, const struct in6_addr *a)
{
	for (size_t i = 0; i < l->n; i++)
		if (in6_in_prefix(a, &l->v[i].c.prefix, 64))
			return &l->v[i];
	return NULL;
}

uint32_t prefix_valid(const struct home_prefix *p, nsec_t at)
{
	if (!p->ends)
		return p->c.valid;
	return p->ends > at ? (uint32_t)((p->ends - at) / NSEC_PER_SEC) : 0;
}

uint32_t prefix_preferred(const struct home_prefix *p)
{
	return p->ends ? 0 : p->c.preferred;
}
