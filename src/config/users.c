/* SPDX-License-Identifier: Apache-2.0 */
/* The file of users, who may dial in (draft 3.1.1.1 step 1): `users:`, a list of names and
 * secrets. Nobody but its owner may read it. */
#include "config/reader.h"

#include <stdlib.h>

#define USERS_MAX 100000 /* kept by hand; more are RADIUS' */

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

/* A name that goes over the wire as it is, such as a user's or a service's. */
void read_label(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "a name");

	if (!s)
		return;
	if (strlen(s) >= k->size || !is_printable(s)) {
		mistake(x, node_line(n),
			"this is not a name; write at most %zu printable characters", k->size - 1);
		return;
	}
	snprintf(into, k->size, "%s", s);
}

void read_user_secret(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct user_config *u =
		(struct user_config *)(void *)((char *)into - offsetof(struct user_config, secret));
	const char *s = scalar(x, n, "a secret");
	size_t length = s ? strlen(s) : 0;

	if (!s)
		return;
	/* Never quote a secret: it would end in a log. */
	if (length > k->size) {
		mistake(x, node_line(n), "the secret has %zu octets; write at most %zu", length,
			k->size);
		return;
	}
	memcpy(u->secret, s, length);
	u->secret_length = length;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct user_config *)a)->name, ((const struct user_config *)b)->name);
}

static int by_name_at(const void *a, const void *b)
{
	return by_name(*(const struct user_config *const *)a,
		       *(const struct user_config *const *)b);
}

static int by_name_of(const void *a, const void *b)
{
	const struct user_config *const *l = a, *const *r = b;
	int order = by_name(*l, *r);

	return order ? order : (*l > *r) - (*l < *r); /* then in the order of the file */
}

/* To the home agent a name without a realm is one with that of its port. */
static void check_completed(struct context *x, const struct user_config *const *v,
			    const struct user_config *u)
{
	const struct config_access *c = &x->config->access_router.access;
	struct user_config full, *const key = &full;

	for (size_t i = 0; i < c->n_ports; i++) {
		const struct user_config *const *same;

		if (c->ports[i].router.addressing != AR_PPP)
			continue;
		if (snprintf(full.name, sizeof(full.name), "%s@%s", u->name,
			     c->ports[i].role.realm) >= (int)sizeof(full.name))
			continue; /* nobody can be called so */
		same = bsearch(&key, v, x->config->n_users, sizeof(*v), by_name_at);
		if (!same)
			continue;
		mistake(x, config_line(x->config, u),
			"with the realm of its port this is \"%s\", which stands on line %u; write "
			"each user once",
			full.name, config_line(x->config, *same));
		return;
	}
}

/* What it is called at the home agent has to be a NAI (RFC 4282), of which there is a key. */
static void check_name(struct context *x, const struct user_config *const *v,
		       const struct user_config *u)
{
	const char *at_sign = strrchr(u->name, '@');

	if (strchr(u->name, ' '))
		mistake(x, config_line(x->config, u),
			"\"%s\" cannot be the name of a host; write one without spaces", u->name);
	else if (!at_sign)
		check_completed(x, v, u);
	else if (!has_key(x->config, u->name, at_sign + 1))
		mistake(x, config_line(x->config, u),
			"there is no key for the realm \"%s\"; write one in %s", at_sign + 1,
			x->config->keys);
}

static void check_users(struct context *x)
{
	struct config *c = x->config;
	const struct user_config **v = calloc(c->n_users ? c->n_users : 1, sizeof(*v));

	if (!v) {
		mistake(x, 1, "cannot be read: out of memory");
		return;
	}
	for (size_t i = 0; i < c->n_users; i++)
		v[i] = &c->users[i];
	qsort(v, c->n_users, sizeof(*v), by_name_of);
	for (size_t i = 1; i < c->n_users; i++)
		if (by_name(v[i - 1], v[i]) == 0 && *v[i]->name)
			mistake(x, config_line(c, v[i]),
				"\"%s\" stands on line %u already; write each user once",
				v[i]->name, config_line(c, v[i - 1]));
	for (size_t i = 0; i < c->n_users; i++)
		check_name(x, v, &c->users[i]);
	free(v);
}

void read_users(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct config *c = x->config;
	yaml_node_item_t *items;
	size_t count;

	if (n->type != YAML_SEQUENCE_NODE) {
		mistake(x, node_line(n),
			"this is not a list; write one user a line: - {name: anna, secret: ...}");
		return;
	}
	items = n->data.sequence.items.start;
	count = (size_t)(n->data.sequence.items.top - items);
	if (count > USERS_MAX) {
		mistake(x, node_line(n), "there are %zu users; write at most %d", count, USERS_MAX);
		return;
	}
	c->users = calloc(count ? count : 1, sizeof(*c->users));
	if (!c->users) {
		mistake(x, 1, "cannot be read: out of memory");
		return;
	}
	c->n_users = count;
	for (size_t i = 0; i < count; i++) {
		yaml_node_t *item = yaml_document_get_node(x->document, items[i]);
		size_t length;
		char name[32];

		snprintf(name, sizeof(name), "[%zu]", i);
		length = path_enter(x, name);
		read_mapping(x, k->keys, item, &c->users[i]);
		path_leave(x, length);
		note_line(x, &c->users[i], node_line(item));
	}
	check_users(x);
}

static void read_root(struct context *x, yaml_node_t *root)
{
	read_mapping(x, config_users_schema, root, x->config);
}

void read_users_file(const struct context *outer)
{
	read_secret_file(outer, &(struct secret_file){ .path = outer->config->access_router.users,
						       .key = "access-router.pppoe.users",
						       .what = "users",
						       .use = read_root });
}

void sort_users(struct config *c)
{
	if (c->n_users)
		qsort(c->users, c->n_users, sizeof(*c->users), by_name);
}

void users_free(struct config *c)
{
	if (c->users)
		bytes_wipe(c->users, c->n_users * sizeof(*c->users));
	free(c->users);
	c->users = NULL;
	c->n_users = 0;
}
