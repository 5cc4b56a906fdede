/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: YAML in, one validated struct per role out. A table names every key
 * (schema.c); up to CONFIG_MISTAKES_MAX mistakes are collected, each with file, line and what to
 * write instead. Lines stay known afterwards, so that what only the running system can check (does
 * this interface exist?) can name them too.
 */
#pragma once

#include "core/an_config.h"
#include "core/ar_config.h"
#include "core/ha_config.h"
#include "core/user_config.h"

#include <net/if.h>
#include <sys/un.h>

#define CONFIG_MISTAKES_MAX   20 /* more than a screen of them helps nobody */
#define CONFIG_INTERFACES_MAX 16 /* of one kind: core or upstream */
#define CONFIG_PATH_MAX       256
#define CONFIG_STATICS_MAX    100000 /* assignments: kept by hand, so not a million */

/* How soon what is stored is on the disk, too. */
enum config_sync {
	CONFIG_SYNC_INTERVAL, /* every store_interval */
	CONFIG_SYNC_BATCH,    /* before the replies go out */
	CONFIG_SYNC_NONE,     /* nothing is stored: memory only */
};

struct config_home_agent {
	struct ha_config role; /* all but what only the machine knows: indices, its own addresses;
				  addresses_max 0 = not written */
	char core[CONFIG_INTERFACES_MAX][IF_NAMESIZE];
	size_t n_core;
	char home[IF_NAMESIZE];
	char upstream[CONFIG_INTERFACES_MAX][IF_NAMESIZE];
	size_t n_upstream;
};

struct config_port {
	char interface[IF_NAMESIZE];
	struct access_port role;
	struct ar_port router; /* of an access router */
};

/* What access nodes and access routers are told alike. */
struct config_access {
	struct access_config role; /* without ports */
	char core[CONFIG_INTERFACES_MAX][IF_NAMESIZE];
	size_t n_core;
	struct config_port ports[ACCESS_PORTS_MAX];
	size_t n_ports;
};

struct config_access_node {
	struct config_access access;
	struct in_addr pool;
	uint32_t pool_size;
};

struct config_access_router {
	struct config_access access;
	struct ar_config role; /* without `access`, ports and pppoe.key; link_mtu 0 = not written */
	char users[CONFIG_PATH_MAX];
};

struct config_line {
	const void *field;
	unsigned line;
};

struct config {
	char file[CONFIG_PATH_MAX];
	char control[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char keys[CONFIG_PATH_MAX];
	struct mip4_numbers numbers;
	uint32_t punts_per_second;
	char store[CONFIG_PATH_MAX]; /* a folder */
	enum config_sync store_sync;
	uint32_t store_interval;    /* ms */
	char pins[CONFIG_PATH_MAX]; /* folder for all instances' */
	bool has_home_agent, has_access_node, has_access_router;
	struct config_home_agent home_agent;
	struct config_access_node access_node;
	struct config_access_router access_router;
	struct sa_config *sas; /* owned; wiped when freed */
	size_t n_sas;
	struct user_config *users; /* owned; wiped when freed; in the order of their names */
	size_t n_users;
	struct ha_static *statics; /* owned */
	size_t n_statics;
	struct config_line *lines; /* owned */
	size_t n_lines, lines_max;
};

/* What the configuration has to know of other folders. */
struct config_env {
	const struct mac_algorithm *const *algorithms; /* ends with NULL */
	bool (*extension_is_assigned)(uint8_t type);
};

struct config_mistake {
	bool in_keys; /* in the file of keys: listed after the others */
	unsigned line;
	char *text; /* "FILE:LINE: key: what is wrong; what to write" */
};

struct config_mistakes {
	struct config_mistake v[CONFIG_MISTAKES_MAX];
	size_t n;
	size_t more; /* found beyond CONFIG_MISTAKES_MAX */
};

/*
 * Reads and checks the file and the file of keys that it names. 0: *ret is to be freed with
 * config_free. -EINVAL: the mistakes say why. -ENOMEM. The mistakes are to be freed with
 * config_mistakes_done in any case.
 */
int config_read(const char *file, const struct config_env *env, struct config **ret,
		struct config_mistakes *ret_mistakes);
/* The same for a file of keys alone: only sas and n_sas of the result count. */
int config_read_keys(const char *file, const struct config_env *env, struct config **ret,
		     struct config_mistakes *ret_mistakes);
void config_free(struct config *c);
void config_mistakes_done(struct config_mistakes *m);

/* Whether hosts of any port speak PPP. */
bool config_has_pppoe(const struct config *c);

/* How many addresses the home agent may know: as written, or four for each binding. */
uint32_t config_addresses_max(const struct config *c);

/* The line on which a field of c was written; 0 if it has its default. */
unsigned config_line(const struct config *c, const void *field);

/*
 * For a reload: calls `each` with the full name of every key whose value differs. One that cannot
 * change while the daemon runs is `kept`: the old value is put back in its place. 0 or -ENOMEM.
 */
int config_keep(struct config *next, const struct config *old,
		void (*each)(void *ctx, const char *key, unsigned line, bool kept), void *ctx);
