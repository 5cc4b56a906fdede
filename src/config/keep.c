/* SPDX-License-Identifier: Apache-2.0 */
/* What a reload changes, and what it cannot: found by the same table that read it. */
#include "config/reader.h"

#include <errno.h>
#include <stdlib.h>

struct keep {
	struct config *next;
	void (*each)(void *ctx, const char *key, unsigned line, bool kept);
	void *ctx;
	char path[128];
};

enum difference { /* as bits */
		  SAME = 0,
		  LIVE = 1,
		  FIXED = 2,
};

static unsigned value_difference(const struct key *k, const char *a, const char *b);

static unsigned mapping_difference(const struct key *keys, const char *a, const char *b)
{
	unsigned found = SAME;

	for (const struct key *k = keys; k->name; k++)
		found |= value_difference(k, a, b);
	return found;
}

static unsigned entries_difference(const struct key *k, const char *a, const char *b,
				   unsigned of_this)
{
	size_t n = *(const size_t *)(const void *)(a + k->count);
	unsigned found = SAME;

	if (n != *(const size_t *)(const void *)(b + k->count))
		return of_this;
	for (size_t i = 0; i < n; i++) {
		const char *l = a + k->offset + i * k->size, *r = b + k->offset + i * k->size;

		if (k->entry->keys)
			found |= mapping_difference(k->entry->keys, l, r);
		else if (memcmp(l, r, k->size) != 0)
			found |= of_this;
	}
	/* A list that can change as a whole can change in its parts. */
	return found && of_this == LIVE ? LIVE : found;
}

static unsigned value_difference(const struct key *k, const char *a, const char *b)
{
	unsigned of_this = k->flags & KEY_LIVE ? LIVE : FIXED;

	if (k->entry)
		return entries_difference(k, a, b, of_this);
	if (k->keys)
		return mapping_difference(k->keys, a + k->offset, b + k->offset);
	return memcmp(a + k->offset, b + k->offset, k->size) != 0 ? of_this : SAME;
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
		unsigned difference = value_difference(k, next, old);
		size_t length = strlen(p->path);

		if (!difference)
			continue;
		snprintf(p->path + length, sizeof(p->path) - length, "%s%s", length ? "." : "",
			 k->name);
		if (k->keys) {
			keep_mapping(p, k->keys, next + k->offset, old + k->offset);
		} else {
			p->each(p->ctx, p->path, config_line(p->next, next + k->offset),
				difference & FIXED);
			if (difference & FIXED)
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
	p->each(p->ctx, name, config_line(p->next, role), true);
	*has = had;
	memcpy(role, former, size);
}

static bool same_keys(const struct config *a, const struct config *b)
{
	return a->n_sas == b->n_sas && memcmp(a->sas, b->sas, a->n_sas * sizeof(*a->sas)) == 0;
}

static bool same_users(const struct config *a, const struct config *b)
{
	return a->n_users == b->n_users &&
	       (!a->n_users || memcmp(a->users, b->users, a->n_users * sizeof(*a->users)) == 0);
}

/* A copy: whichever of the two configurations is freed first, the other one's remain. */
static int copy_of(const void *from, size_t size, void *ret)
{
	void *copy = NULL;

	if (size) {
		copy = malloc(size);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, from, size);
	}
	*(void **)ret = copy;
	return 0;
}

static int keep_statics(struct config *next, const struct config *old)
{
	struct ha_static *copy;
	int err = copy_of(old->statics, old->n_statics * sizeof(*old->statics), &copy);

	if (err)
		return err;
	free(next->statics);
	next->statics = copy;
	next->n_statics = old->n_statics;
	return 0;
}

static int keep_users(struct config *next, const struct config *old)
{
	struct user_config *copy;
	int err = copy_of(old->users, old->n_users * sizeof(*old->users), &copy);

	if (err)
		return err;
	users_free(next);
	next->users = copy;
	next->n_users = old->n_users;
	return 0;
}

static bool same_statics(const struct config *a, const struct config *b)
{
	return a->n_statics == b->n_statics &&
	       (!a->n_statics ||
		memcmp(a->statics, b->statics, a->n_statics * sizeof(*a->statics)) == 0);
}

int config_keep(struct config *next, const struct config *old,
		void (*each)(void *ctx, const char *key, unsigned line, bool kept), void *ctx)
{
	struct keep p = { .next = next, .each = each, .ctx = ctx };

	if (next->has_home_agent != old->has_home_agent && keep_statics(next, old))
		return -ENOMEM;
	if (next->has_access_router != old->has_access_router && keep_users(next, old))
		return -ENOMEM;

	if (!same_keys(next, old) && strcmp(next->keys, old->keys) == 0)
		each(ctx, "keys", config_line(next, next->keys), false);
	if (!same_users(next, old) &&
	    strcmp(next->access_router.users, old->access_router.users) == 0)
		each(ctx, "access-router.pppoe.users", config_line(next, next->access_router.users),
		     false);
	keep_role(&p, "home-agent", &next->has_home_agent, old->has_home_agent, &next->home_agent,
		  &old->home_agent, sizeof(old->home_agent));
	keep_role(&p, "access-node", &next->has_access_node, old->has_access_node,
		  &next->access_node, &old->access_node, sizeof(old->access_node));
	keep_role(&p, "access-router", &next->has_access_router, old->has_access_router,
		  &next->access_router, &old->access_router, sizeof(old->access_router));
	keep_mapping(&p, config_schema, (char *)next, (const char *)old);
	if (!same_statics(next, old))
		each(ctx, "home-agent.assignments", config_line(next, &next->statics), false);
	config_complete(next);
	return 0;
}
