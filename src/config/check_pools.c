/* SPDX-License-Identifier: Apache-2.0 */
/* Home addresses that exclude each other: an address, and a /64 that is one host's, once only. */
#include "config/reader.h"

#include <stdlib.h>

/* Whole /64s, or some identifiers of one /64. */
struct extent {
	uint64_t prefix, prefix_last;
	uint64_t identifier, identifier_last;
};

static struct extent extent_of(const struct ha_pool_config *p)
{
	uint64_t prefix = in6_prefix(&p->first), identifier = in6_identifier(&p->first);

	switch (p->kind) {
	case HA_POOL_PREFIXES:
		return (struct extent){ prefix, prefix + (p->size - 1), 0, UINT64_MAX };
	case HA_POOL_SHARED:
		return (struct extent){ prefix, prefix, 0, UINT64_MAX };
	case HA_POOL_ADDRESSES:
		return (struct extent){ prefix, prefix, identifier, identifier + (p->size - 1) };
	}
	return (struct extent){ 0 };
}

static struct extent extent_of_64(const struct in6_addr *prefix)
{
	return (struct extent){ in6_prefix(prefix), in6_prefix(prefix), 0, UINT64_MAX };
}

static bool overlap(struct extent a, struct extent b)
{
	return a.prefix <= b.prefix_last && b.prefix <= a.prefix_last &&
	       a.identifier <= b.identifier_last && b.identifier <= a.identifier_last;
}

static bool is_read(const struct ha_pool_config *p)
{
	return !in6_is_unspecified(&p->first); /* otherwise its mistake has been told */
}

static void check_pool(struct context *x, const struct ha_config *h, size_t i)
{
	const struct ha_pool_config *p = &h->pools[i];
	unsigned line = config_line(x->config, p);

	snprintf(x->path, sizeof(x->path), "home-agent.pools[%zu]", i);
	if (p->preferred > p->valid)
		mistake(x, line,
			"the preferred lifetime is longer than the valid one; write preferred: at "
			"most %us",
			p->valid);
	for (size_t j = 0; j < i; j++)
		if (is_read(&h->pools[j]) && overlap(extent_of(p), extent_of(&h->pools[j])))
			mistake(x, line,
				"the pool on line %u has some of these addresses already; write "
				"each in one pool",
				config_line(x->config, &h->pools[j]));
	/* Others live there, so no /64 of it can be one host's (D11). */
	for (size_t j = 0; j < h->n_prefixes && p->kind == HA_POOL_PREFIXES; j++)
		if (overlap(extent_of(p), extent_of_64(&h->prefixes[j].prefix)))
			mistake(x, line,
				"the home link's prefix on line %u lies in it, which cannot be one "
				"host's alone; write prefixes that lie on no link",
				config_line(x->config, &h->prefixes[j]));
}

/* What else may give out what is assigned to this host. */
static void check_static(struct context *x, const struct ha_config *h, const struct ha_static *s)
{
	for (size_t i = 0; i < h->n_pools; i++) {
		const struct ha_pool_config *p = &h->pools[i];

		if (!is_read(p) || s->unique == (p->kind == HA_POOL_PREFIXES))
			continue;
		if (s->unique && overlap(extent_of(p), extent_of_64(&s->address)))
			mistake(x, config_line(x->config, s),
				"its /64 is shared with the pool on line %u, so it cannot be "
				"unique; write an address of a /64 of its own",
				config_line(x->config, p));
		else if (!s->unique && overlap(extent_of(p), extent_of_64(&s->address)))
			mistake(x, config_line(x->config, s),
				"it lies in the pool of prefixes on line %u, which gives out whole "
				"/64s; write unique: true, or another address",
				config_line(x->config, p));
	}
	for (size_t i = 0; i < h->n_prefixes && s->unique; i++)
		if (in6_prefix(&s->address) == in6_prefix(&h->prefixes[i].prefix))
			mistake(x, config_line(x->config, s),
				"its /64 is the home link's on line %u, so it cannot be unique; "
				"write an address of a /64 of its own",
				config_line(x->config, &h->prefixes[i]));
}

static int by_nai(const void *a, const void *b)
{
	const struct ha_static *const *l = a, *const *r = b;
	int order = strcmp((*l)->nai, (*r)->nai);

	return order ? order : (*l > *r) - (*l < *r); /* then in the order of the file */
}

static int by_address(const void *a, const void *b)
{
	const struct ha_static *const *l = a, *const *r = b;
	int order = memcmp(&(*l)->address, &(*r)->address, sizeof((*l)->address));

	return order ? order : (*l > *r) - (*l < *r);
}

/* Of two neighbours in the order of addresses; unspecified ones have been told. */
static void check_addresses(struct context *x, const struct ha_static *a, const struct ha_static *b)
{
	const struct config *c = x->config;

	if (in6_is_unspecified(&a->address))
		return;
	if (in6_equal(&a->address, &b->address))
		mistake(x, config_line(c, b),
			"this address is assigned on line %u already; write another",
			config_line(c, a));
	else if (in6_prefix(&a->address) == in6_prefix(&b->address) && (a->unique || b->unique))
		mistake(x, config_line(c, b),
			"its /64 is that of the address on line %u, and one of the two is unique; "
			"write an address of another /64",
			config_line(c, a));
}

static void check_statics(struct context *x, const struct ha_config *h)
{
	struct config *c = x->config;
	const struct ha_static **v = calloc(c->n_statics ? c->n_statics : 1, sizeof(*v));

	snprintf(x->path, sizeof(x->path), "home-agent.assignments");
	if (!v) {
		mistake(x, config_line(c, &c->statics), "cannot be checked: out of memory");
		return;
	}
	for (size_t i = 0; i < c->n_statics; i++) {
		v[i] = &c->statics[i];
		if (!in6_is_unspecified(&v[i]->address))
			check_static(x, h, v[i]);
	}
	qsort(v, c->n_statics, sizeof(*v), by_address);
	for (size_t i = 1; i < c->n_statics; i++)
		check_addresses(x, v[i - 1], v[i]);
	qsort(v, c->n_statics, sizeof(*v), by_nai);
	for (size_t i = 1; i < c->n_statics; i++)
		if (*v[i]->nai && strcmp(v[i - 1]->nai, v[i]->nai) == 0)
			mistake(x, config_line(c, v[i]),
				"this nai has an address on line %u already; write one for each",
				config_line(c, v[i - 1]));
	free(v);
}

void config_check_pools(struct context *x)
{
	const struct ha_config *h = &x->config->home_agent.role;

	for (size_t i = 0; i < h->n_pools; i++)
		if (is_read(&h->pools[i]))
			check_pool(x, h, i);
	check_statics(x, h);
}
