/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of keys (D2): one format for every role. A list of security associations,
 * each for a NAI, for a whole realm or for a peer node. Nobody but its owner may read it.
 */
#include "config/reader.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* 100,000 associations of 160 octets. The fuzzers have a smaller one. */
#ifndef KEYS_FILE_MAX
#define KEYS_FILE_MAX (16u << 20)
#endif
#define KEY_LENGTH_MIN 16 /* RFC 5944 5.2: at least 128 bits */

static void set_scope(struct context *x, struct sa_config *sa, enum sa_scope scope, yaml_node_t *n)
{
	if (*sa->name || sa->node.s_addr)
		mistake(x, node_line(n),
			"this association already has a peer; write one of nai, realm "
			"and node");
	sa->scope = scope;
}

void read_sa_nai(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct sa_config *sa = into;

	set_scope(x, sa, SA_NAI, n);
	read_nai(x, k, n, sa->name);
}

void read_sa_realm(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct sa_config *sa = into;

	set_scope(x, sa, SA_REALM, n);
	read_realm(x, k, n, sa->name);
}

void read_sa_node(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct sa_config *sa = into;

	set_scope(x, sa, SA_NODE, n);
	read_address4(x, k, n, &sa->node);
}

void read_sa_algorithm(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "the name of an algorithm");
	char names[128] = "";
	size_t used = 0;

	if (!s)
		return;
	for (const struct mac_algorithm *const *a = x->env->algorithms; *a; a++) {
		if (strcmp((*a)->name, s) == 0) {
			*(const struct mac_algorithm **)into = *a;
			return;
		}
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					 used ? " or " : "", (*a)->name);
	}
	mistake(x, node_line(n), "\"%s\" is not an algorithm that we have; write %s", s, names);
}

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	if (isxdigit((unsigned char)c))
		return tolower((unsigned char)c) - 'a' + 10;
	return -1;
}

void read_sa_key(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct sa_config *sa =
		(struct sa_config *)(void *)((char *)into - offsetof(struct sa_config, key));
	const char *s = scalar(x, n, "the key in hexadecimal digits");
	size_t digits = s ? strlen(s) : 0;

	if (!s)
		return;
	for (size_t i = 0; i < digits; i++)
		if (hex_digit(s[i]) < 0) {
			/* Never quote a key: it would end in a log. */
			mistake(x, node_line(n),
				"character %zu is not a hexadecimal digit; write only "
				"0-9 and a-f",
				i + 1);
			return;
		}
	if (digits % 2 || digits < 2 * KEY_LENGTH_MIN || digits > 2 * MAC_KEY_MAX) {
		mistake(x, node_line(n),
			"there are %zu hexadecimal digits; write an even number from "
			"%d to %d (openssl rand -hex 16)",
			digits, 2 * KEY_LENGTH_MIN, 2 * MAC_KEY_MAX);
		return;
	}
	for (size_t i = 0; i < digits / 2; i++)
		sa->key[i] = (uint8_t)(hex_digit(s[2 * i]) << 4 | hex_digit(s[2 * i + 1]));
	sa->key_length = digits / 2;
}

static bool same_peer(const struct sa_config *a, const struct sa_config *b)
{
	return a->scope == b->scope && a->spi == b->spi && strcmp(a->name, b->name) == 0 &&
	       in4_equal(a->node, b->node);
}

static int by_peer(const void *a, const void *b)
{
	const struct sa_config *const *l = a, *const *r = b;
	int order = strcmp((*l)->name, (*r)->name);

	if (!order)
		order = memcmp(&(*l)->node, &(*r)->node, sizeof((*l)->node));
	if (!order)
		order = ((*l)->scope > (*r)->scope) - ((*l)->scope < (*r)->scope);
	if (!order)
		order = ((*l)->spi > (*r)->spi) - ((*l)->spi < (*r)->spi);
	return order ? order : (*l > *r) - (*l < *r); /* then in the order of the file */
}

static void check_duplicates(struct context *x)
{
	struct config *c = x->config;
	struct sa_config **v = calloc(c->n_sas, sizeof(*v));

	if (!v) {
		mistake(x, 1, "cannot be read: out of memory");
		return;
	}
	for (size_t i = 0; i < c->n_sas; i++)
		v[i] = &c->sas[i];
	qsort(v, c->n_sas, sizeof(*v), by_peer);
	for (size_t i = 1; i < c->n_sas; i++)
		if (same_peer(v[i - 1], v[i]) && v[i]->spi)
			mistake(x, config_line(c, v[i]),
				"this peer has SPI %u on line %u already; write "
				"another spi or remove one",
				v[i]->spi, config_line(c, v[i - 1]));
	free(v);
}

static void read_associations(struct context *x, yaml_node_t *root)
{
	struct config *c = x->config;

	if (root->type != YAML_SEQUENCE_NODE) {
		mistake(x, node_line(root),
			"this is not a list; write one association a line: "
			"- {nai: name@example.net, spi: 256, algorithm: "
			"hmac-sha256, key: ...}");
		return;
	}
	yaml_node_item_t *items = root->data.sequence.items.start;
	size_t n = (size_t)(root->data.sequence.items.top - items);
	c->sas = calloc(n ? n : 1, sizeof(*c->sas));
	if (!c->sas) {
		mistake(x, 1, "cannot be read: out of memory");
		return;
	}
	c->n_sas = n;
	for (size_t i = 0; i < n; i++) {
		yaml_node_t *item = yaml_document_get_node(x->document, items[i]);
		size_t before = x->mistakes->n + x->mistakes->more;

		read_mapping(x, config_keys_schema, item, &c->sas[i]);
		if (x->mistakes->n + x->mistakes->more == before && !*c->sas[i].name &&
		    !c->sas[i].node.s_addr)
			mistake(x, node_line(item),
				"this association has no peer; write nai, realm or "
				"node");
		note_line(x, &c->sas[i], node_line(item));
	}
	check_duplicates(x);
}

/* 0600 or 0400, ours or root's: else another user of the machine could have read the keys.
 * req: SEC-1 */
static bool is_private(struct context *x, const struct secret_file *s, unsigned line, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		mistake(x, line, "\"%s\" is not a file; write the path of the file of %s", s->path,
			s->what);
		return false;
	}
	if (st.st_mode & 077) {
		mistake(x, line,
			"\"%s\" has mode %04o, so others can use the %s; change it: chmod "
			"0600 %s",
			s->path, st.st_mode & 07777, s->what, s->path);
		return false;
	}
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		mistake(x, line, "\"%s\" belongs to user %u; change it: chown root %s", s->path,
			st.st_uid, s->path);
		return false;
	}
	return true;
}

void read_secret_file(const struct context *outer, const struct secret_file *s)
{
	struct context at = *outer, x = *outer;
	unsigned line = config_line(outer->config, s->path);
	FILE *f = NULL;
	int fd;

	check_at(&at, "%s", s->key);
	x.file = s->path;
	x.in_keys = true;
	fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		mistake(&at, line, "\"%s\": %s; %s%s", s->path, strerror(errno),
			errno == EACCES ? "start netmip4d as root or as its owner"
					: "write the path of the file of ",
			errno == EACCES ? "" : s->what);
		return;
	}
	if (is_private(&at, s, line, fd) && (f = fdopen(fd, "r"))) {
		with_document(&x, f, KEYS_FILE_MAX, s->use);
		fclose(f);
		return;
	}
	close(fd);
}

void read_keys_file(const struct context *outer)
{
	read_secret_file(outer, &(struct secret_file){ .path = outer->config->keys,
						       .key = "keys",
						       .what = "keys",
						       .use = read_associations });
}

int config_read_keys(const char *file, const struct config_env *env, struct config **ret,
		     struct config_mistakes *ret_mistakes)
{
	struct config *c = calloc(1, sizeof(*c));
	struct context x = { .file = file, .config = c, .mistakes = ret_mistakes, .env = env };

	*ret_mistakes = (struct config_mistakes){ 0 };
	if (!c)
		return -ENOMEM;
	if ((size_t)snprintf(c->keys, sizeof(c->keys), "%s", file) < sizeof(c->keys))
		read_keys_file(&x);
	else
		mistake(&x, 1, "this path is longer than %zu octets", sizeof(c->keys) - 1);
	if (ret_mistakes->n) {
		config_free(c);
		return -EINVAL;
	}
	*ret = c;
	return 0;
}
