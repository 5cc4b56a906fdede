/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table-driven reader behind config.h: a key is a row that says how its value is read, where it
 * goes and what bounds it has. Adding a key is adding a row.
 */
#pragma once

#include "base/time.h"
#include "config/config.h"

#include <yaml.h>

/* AdvValidLifetime and AdvPreferredLifetime (RFC 4861 6.2.1), s. */
#define VALID_DEFAULT     2592000
#define PREFERRED_DEFAULT 604800

struct context {
	const char *file;
	bool in_keys;
	yaml_document_t *document;
	struct config *config;
	struct config_mistakes *mistakes;
	const struct config_env *env;
	char path[128]; /* "home-agent.router": where we are, for messages */
};

enum key_flags {
	KEY_REQUIRED = 1,
	KEY_LIVE = 2,     /* may change on reload */
	KEY_INFINITE = 4, /* "infinite" is a value: all ones */
};

struct key {
	const char *name; /* NULL ends a table */
	/* Reads the value into `into`; on a mistake says so and leaves `into` alone. */
	void (*read)(struct context *x, const struct key *k, yaml_node_t *n, void *into);
	size_t offset, size; /* in the section's structure; size of one value */
	uint64_t min, max;   /* bounds of numbers, or in `unit`s of durations; entries of lists */
	nsec_t unit;         /* durations: what one of the field's units is */
	const char *const *words; /* of read_word: the value is the place in it; ends with NULL */
	unsigned flags;
	const struct key *keys;  /* of a section, or of a list's entries */
	const struct key *entry; /* of a list: how one is read */
	size_t count;            /* of a list: offset of its size_t */
};

extern const struct key config_schema[];      /* offsets in struct config */
extern const struct key config_keys_schema[]; /* one entry of the file of keys: struct sa_config */
extern const struct key config_static_schema[]; /* one assignment: struct ha_static */
extern const struct key config_users_schema[];  /* the file of users: struct config */

/* Adds a mistake: "FILE:LINE: PATH: ...". */
void mistake(struct context *x, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
unsigned node_line(const yaml_node_t *n);
void note_line(struct context *x, const void *field, unsigned line);
/* The text of a scalar, or NULL after a mistake that says what was expected. */
const char *scalar(struct context *x, yaml_node_t *n, const char *expected);

/* Splits "address/length"; false if there is no number behind the slash. */
bool split_prefix(const char *s, char *address, size_t size, uint64_t *ret_length);
/* Of one host, and routed: neither link-local nor a group, and not in ::/8 (RFC 4291 2.4). */
bool is_global6(const struct in6_addr *a);
/* The first half of an address as a number; base has the other. */
static inline uint64_t in6_prefix(const struct in6_addr *a)
{
	return (uint64_t)ntohl(a->s6_addr32[0]) << 32 | ntohl(a->s6_addr32[1]);
}

/* Reads a mapping by its table. `into` is the structure that the offsets are of. */
void read_mapping(struct context *x, const struct key *keys, yaml_node_t *n, void *into);
/* Extends x->path by ".name"; returns its former length for path_leave. */
size_t path_enter(struct context *x, const char *name);
void path_leave(struct context *x, size_t length);

/* Values: each a `read` of a row. */
void read_section(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_list(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_number(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_duration(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_bool(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_word(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_interface(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_path(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_nai(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_realm(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_address4(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_address6(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_prefix(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_mac(struct context *x, const struct key *k, yaml_node_t *n, void *into);
/* Two fields that lie together: the first address, struct in_addr, and how many, uint32_t. */
void read_pool(struct context *x, const struct key *k, yaml_node_t *n, void *into);
/* Fields of struct ha_pool_config (pools.c). */
void read_pool_prefixes(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_pool_shared(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_pool_addresses(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_pool_entry(struct context *x, const struct key *k, yaml_node_t *n, void *into);
/* A field of struct ha_static, and the list of them, which is x->config's. */
void read_static_address(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_statics(struct context *x, const struct key *k, yaml_node_t *n, void *into);
/* The server's DUID, and names of a search list: octets, then how many (access.c). */
void read_duid(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_domains(struct context *x, const struct key *k, yaml_node_t *n, void *into);
/* Fields of struct ar_pppoe, and the file of users (users.c). */
void read_label(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_users(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_user_secret(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_extension(struct context *x, const struct key *k, yaml_node_t *n, void *into);
/* Fields of struct sa_config. */
void read_sa_nai(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_sa_realm(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_sa_node(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_sa_algorithm(struct context *x, const struct key *k, yaml_node_t *n, void *into);
void read_sa_key(struct context *x, const struct key *k, yaml_node_t *n, void *into);

/*
 * Loads one YAML document of at most `max` octets from an open file and calls `use` with its root.
 * Mistakes of syntax go to x->mistakes.
 */
void with_document(struct context *x, FILE *f, size_t max,
		   void (*use)(struct context *x, yaml_node_t *root));
/* A file that nobody but its owner may read. */
struct secret_file {
	const char *path;       /* the field of the configuration that it is named in */
	const char *key, *what; /* the name of that, and of what is in the file, for mistakes */
	void (*use)(struct context *x, yaml_node_t *root);
};
void read_secret_file(const struct context *outer, const struct secret_file *s);
/* The file of users that the access router's section names, into x->config->users; sorted by
 * name after all checks. */
void read_users_file(const struct context *outer);
void sort_users(struct config *c);
void users_free(struct config *c);
/* The file of keys that x->config->keys names, into x->config->sas. */
void read_keys_file(const struct context *outer);
/* What no single value can say: relations between values; those of home addresses. */
void config_check(struct context *x);
void config_check_pools(struct context *x);
void config_check_access_node(struct context *x, const struct config_access_node *c);
void config_check_access_router(struct context *x, const struct config_access_router *c);
/* Is there an association for a NAI, or (nai NULL) for some NAI of a realm? */
bool has_key(const struct config *c, const char *nai, const char *realm);
/* What the next mistakes are about. */
void check_at(struct context *x, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What the router of a section may not say. */
void check_advertisements(struct context *x, const char *section, const uint16_t *ra_min,
			  const uint16_t *ra_max, const uint16_t *lifetime,
			  const struct in6_addr *address);
bool lies_in_pool(struct in_addr a, struct in_addr first, uint32_t size);
/* Gives the roles what they share. */
void config_complete(struct config *c);
