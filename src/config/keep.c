/* SPDX-License-Identifier: Apache-2.0 */
/* What a reload cannot change: found by the same table that read it. */
#include "config/reader.h"

struct keep {
	struct config *next;
	void (*each)(void *ctx, const char *key, unsigned line);
	void *ctx;
	size_t found;
	char path[128];
};

static bool values_differ(const struct key *k, const char *a, const char *b);

static bool mappings_differ(const struct key *keys, const char *a, const char *b)
{
	for (const struct key *k = keys; k->name; k++)
		if (values_differ(k, a, b))
			return true;
	return false;
}

static bool lists_differ(const struct key *k, const char *a, const char *b)
{
	size_t n = *(const size_t *)(const void *)(a + k->count);

	if (n != *(const size_t *)(const void *)(b + k->count))
		return true;
	for (size_t i = 0; i < n; i++) {
		const char *l = a + k->offset + i * k->size, *r = b + k->offset + i * k->size;

		if (k->entry->keys ? mappings_differ(k->entry->keys, l, r)
				   : memcmp(l, r, k->size) != 0)
			return true;
	}
	return false;
}

static bool values_differ(const struct key *k, const char *a, const char *b)
{
	if (k->flags & KEY_LIVE)
		return false;
	if (k->entry)
		return lists_differ(k, a, b);
	if (k->keys)
		return mappings_differ(k->keys, a + k->offset, b + k->offset);
	return memcmp(a + k->offset, b + k->offset, k->size) != 0;
}

static void keep_value(const struct key *k, char *next, const char *old)
{
	size_t n = k->entry ? *(const size_t *)(const void *)(old + k->count) : 1;

	memcpy(next + k->offset, old + k->offset, n * k->size);
	if (k->entry)
		memcpy(next + k->count, old + k->count, sizeof(size_t));
}

static void keep_mapping(struct keep *p, const struct key *keys, char *next, const char *old)
{
	for (const struct key *k = keys; k->name; k++) {
		size_t length = strlen(p->path);

		if (!values_differ(k, next, old))
			continue;
		snprintf(p->path + length, sizeof(p->path) - length, "%s%s", length ? "." : "",
			 k->name);
		if (k->keys) {
			keep_mapping(p, k->keys, next + k->offset, old + k->offset);
		} else {
			p->each(p->ctx, p->path, config_line(p->next, next + k->offset));
			p->found++;
			keep_value(k, next, old);
		}
		p->path[length] = 0;
	}
}

static void keep_role(struct keep *p, const char *name, bool *has, bool had, void *role,
		      const void *former, size_t size)
{
	if (*has == had)
		return;
	p->each(p->ctx, name, config_line(p->next, role));
	p->found++;
	*has = had;
	memcpy(role, former, size);
}

size_t config_keep(struct config *next, const struct config *old,
		   void (*each)(void *ctx, const char *key, unsigned line), void *ctx)
{
	struct keep p = { .next = next, .each = each, .ctx = ctx };

	keep_role(&p, "home-agent", &next->has_home_agent, old->has_home_agent, &next->home_agent,
		  &old->home_agent, sizeof(old->home_agent));
	keep_role(&p, "access-node", &next->has_access_node, old->has_access_node,
		  &next->access_node, &old->access_node, sizeof(old->access_node));
	keep_mapping(&p, config_schema, (char *)next, (const char *)old);
	config_complete(next);
	return p.found;
}
