/* SPDX-License-Identifier: Apache-2.0 */
/* Documents, mappings and mistakes: everything of the reader that knows no particular key. */
#include "config/reader.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

/* More than this far apart, a guess at what was meant is no help. */
#define GUESS_DISTANCE_MAX 2
#define NAME_LENGTH_MAX    63 /* no key of ours is longer; what is, is not compared */

void mistake(struct context *x, unsigned line, const char *format, ...)
{
	struct config_mistakes *m = x->mistakes;
	char *text = NULL, *all = NULL;
	va_list args;

	if (m->n == CONFIG_MISTAKES_MAX) {
		m->more++;
		return;
	}
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text &&
	    asprintf(&all, "%s:%u: %s%s%s", x->file, line, x->path, *x->path ? ": " : "", text) < 0)
		all = NULL;
	free(text);
	/* Out of memory it still counts, without words. */
	m->v[m->n++] = (struct config_mistake){ x->in_keys, line, all };
}

unsigned node_line(const yaml_node_t *n)
{
	return (unsigned)n->start_mark.line + 1;
}

void note_line(struct context *x, const void *field, unsigned line)
{
	struct config *c = x->config;

	if (c->n_lines == c->lines_max) {
		size_t max = c->lines_max ? 2 * c->lines_max : 64;
		struct config_line *v = realloc(c->lines, max * sizeof(*v));

		if (!v)
			return; /* a later message lacks its line: better than no service */
		c->lines = v;
		c->lines_max = max;
	}
	c->lines[c->n_lines++] = (struct config_line){ field, line };
}

const char *scalar(struct context *x, yaml_node_t *n, const char *expected)
{
	if (n->type != YAML_SCALAR_NODE) {
		mistake(x, node_line(n), "a %s stands here; write %s",
			n->type == YAML_MAPPING_NODE ? "mapping" : "list", expected);
		return NULL;
	}
	const char *s = (const char *)n->data.scalar.value;
	if (strlen(s) != n->data.scalar.length || !*s) {
		mistake(x, node_line(n), "there is no value; write %s", expected);
		return NULL;
	}
	return s;
}

size_t path_enter(struct context *x, const char *name)
{
	size_t length = strlen(x->path), room = sizeof(x->path) - length;

	snprintf(x->path + length, room, "%s%s", length && *name && *name != '[' ? "." : "", name);
	return length;
}

void path_leave(struct context *x, size_t length)
{
	x->path[length] = 0;
}

/* Edit distance (Levenshtein), one row at a time. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_LENGTH_MAX + 1], la = strlen(a), lb = strlen(b);

	if (la > NAME_LENGTH_MAX || lb > NAME_LENGTH_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = corner + (a[i - 1] != b[j - 1]);
			size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			corner = row[j];
			row[j] = change < step ? change : step;
		}
	}
	return row[lb];
}

/* A name that begins with what was written, or is begun by it, is a good guess too. */
static bool resembles(const char *written, const char *name)
{
	size_t n = strlen(written), m = strlen(name), shorter = n < m ? n : m;

	return distance(written, name) <= GUESS_DISTANCE_MAX ||
	       (shorter >= 3 && strncmp(written, name, shorter) == 0);
}

static void unknown_key(struct context *x, const struct key *keys, unsigned line,
			const char *written)
{
	char names[512] = "";
	size_t used = 0;

	for (const struct key *k = keys; k->name; k++) {
		if (resembles(written, k->name)) {
			mistake(x, line, "there is no key \"%s\"; did you mean \"%s\"?", written,
				k->name);
			return;
		}
		used += (size_t)snprintf(names + used,
					 used < sizeof(names) ? sizeof(names) - used : 0, "%s%s",
					 used ? ", " : "", k->name);
	}
	mistake(x, line, "there is no key \"%s\"; write one of: %s", written, names);
}

static const struct key *find_key(const struct key *keys, const char *name)
{
	for (const struct key *k = keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static void read_pair(struct context *x, const struct key *keys, const yaml_node_pair_t *pair,
		      uint64_t *seen, void *into)
{
	yaml_node_t *name = yaml_document_get_node(x->document, pair->key);
	yaml_node_t *value = yaml_document_get_node(x->document, pair->value);
	const char *s = scalar(x, name, "the name of a key");

	if (!s)
		return;
	const struct key *k = find_key(keys, s);
	if (!k) {
		unknown_key(x, keys, node_line(name), s);
		return;
	}
	if (*seen & UINT64_C(1) << (k - keys)) {
		mistake(x, node_line(name), "\"%s\" stands here a second time; write it once", s);
		return;
	}
	*seen |= UINT64_C(1) << (k - keys);
	size_t length = path_enter(x, s);
	if (k->size) /* a section is where its first field is, whose line it must not hide */
		note_line(x, (char *)into + k->offset, node_line(name));
	k->read(x, k, value, (char *)into + k->offset);
	path_leave(x, length);
}

void read_mapping(struct context *x, const struct key *keys, yaml_node_t *n, void *into)
{
	uint64_t seen = 0; /* one bit a row */

	if (n->type != YAML_MAPPING_NODE) {
		mistake(x, node_line(n),
			"a single value or a list stands here; write keys, such as "
			"\"%s: ...\"",
			keys->name);
		return;
	}
	for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top; p++)
		read_pair(x, keys, p, &seen, into);
	for (const struct key *k = keys; k->name; k++) {
		assert(k - keys < 64);
		if (k->flags & KEY_REQUIRED && !(seen & UINT64_C(1) << (k - keys)))
			mistake(x, node_line(n), "\"%s\" is missing; write \"%s: ...\"", k->name,
				k->name);
	}
}

void read_section(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	read_mapping(x, k->keys, n, into);
}

/* A list; a single value counts as a list of one. `into` is the list's first entry. */
void read_list(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	size_t *count = (size_t *)(void *)((char *)into - k->offset + k->count);
	bool single = n->type != YAML_SEQUENCE_NODE;
	yaml_node_item_t *items = single ? NULL : n->data.sequence.items.start;
	size_t entries = single ? 1 : (size_t)(n->data.sequence.items.top - items);

	if (entries < k->min || entries > k->max) {
		mistake(x, node_line(n), "there are %zu entries; write %llu to %llu", entries,
			(unsigned long long)k->min, (unsigned long long)k->max);
		return;
	}
	for (size_t i = 0; i < entries; i++) {
		yaml_node_t *item = single ? n : yaml_document_get_node(x->document, items[i]);
		void *at = (char *)into + i * k->size;
		char name[24];

		snprintf(name, sizeof(name), "[%zu]", i);
		size_t length = path_enter(x, single ? "" : name);
		note_line(x, at, node_line(item));
		k->entry->read(x, k->entry, item, at);
		path_leave(x, length);
	}
	*count = entries;
}

static void syntax_mistake(struct context *x, const yaml_parser_t *p)
{
	unsigned line = (unsigned)p->problem_mark.line + 1;

	mistake(x, line,
		"this is not YAML: %s%s%s; correct the indentation or quoting here or above",
		p->context ? p->context : "", p->context ? ", " : "",
		p->problem ? p->problem : "unreadable");
}

static void use_root(struct context *x, yaml_parser_t *p,
		     void (*use)(struct context *x, yaml_node_t *root))
{
	yaml_document_t document, second;
	yaml_node_t *root;

	if (!yaml_parser_load(p, &document)) {
		syntax_mistake(x, p);
		return;
	}
	x->document = &document;
	root = yaml_document_get_root_node(&document);
	if (!root) {
		mistake(x, 1, "the file is empty");
		goto out;
	}
	use(x, root);
	if (!yaml_parser_load(p, &second)) {
		syntax_mistake(x, p);
		goto out;
	}
	root = yaml_document_get_root_node(&second);
	if (root)
		mistake(x, node_line(root), "a second document begins here; write only one");
	yaml_document_delete(&second);
out:
	yaml_document_delete(&document);
	x->document = NULL;
}

void with_document(struct context *x, FILE *f, size_t max,
		   void (*use)(struct context *x, yaml_node_t *root))
{
	unsigned char *text = malloc(max + 1);
	size_t n = text ? fread(text, 1, max + 1, f) : 0;
	yaml_parser_t parser;

	if (!text || ferror(f))
		mistake(x, 1, "cannot be read: %s", strerror(text ? errno : ENOMEM));
	else if (n > max)
		mistake(x, 1, "larger than %zu octets: not a file of ours", max);
	else if (!yaml_parser_initialize(&parser))
		mistake(x, 1, "cannot be read: out of memory");
	else {
		yaml_parser_set_input_string(&parser, text, n);
		use_root(x, &parser, use);
		yaml_parser_delete(&parser);
	}
	if (text)
		bytes_wipe(text, n);
	free(text);
}
