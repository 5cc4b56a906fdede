/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations as text, read as the daemon reads them, from a folder that goes away. */
#pragma once

#include "test.h"

#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of keys that is right, and the configurations that most tests begin with. */
#define GOOD_KEYS                                                                                  \
	"- {realm: lab.example, spi: 256, algorithm: hmac-sha256, "                                \
	"key: 000102030405060708090a0b0c0d0e0f}\n"

#define GOOD_HA                                                                                    \
	"keys: keys\n"                                                                             \
	"home-agent:\n"                                                                            \
	"  address: 192.0.2.1\n"                                                                   \
	"  core-interface: core0\n"                                                                \
	"  home-link:\n"                                                                           \
	"    interface: home0\n"                                                                   \
	"    prefixes: [{prefix: 2001:db8:1::/64}]\n"

#define GOOD_AN                                                                                    \
	"keys: keys\n"                                                                             \
	"access-node:\n"                                                                           \
	"  home-agent: 192.0.2.1\n"                                                                \
	"  core-interface: core0\n"                                                                \
	"  care-of: {pool: 198.51.100.0/24}\n"                                                     \
	"  ports:\n"                                                                               \
	"    - interface: acc0\n"                                                                  \
	"      realm: lab.example\n"

#define GOOD_AR                                                                                    \
	"keys: keys\n"                                                                             \
	"access-router:\n"                                                                         \
	"  home-agent: 192.0.2.1\n"                                                                \
	"  core-interface: core0\n"                                                                \
	"  care-of: {address: 198.51.100.1}\n"                                                     \
	"  ports:\n"                                                                               \
	"    - interface: acc0\n"                                                                  \
	"      realm: lab.example\n"

/* With the home agent's, which an access router needs. */
#define AR_KEYS                                                                                    \
	GOOD_KEYS "- {node: 192.0.2.1, spi: 300, algorithm: hmac-sha256, "                         \
		  "key: 000102030405060708090a0b0c0d0e0f}\n"

struct files {
	char folder[32];
	char config[64], keys[64], users[64];
};

static inline void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, mode);
}

static inline struct files files_new(const char *config, const char *keys)
{
	struct files f = { .folder = "/tmp/netmip4-XXXXXX" };

	assert_non_null(mkdtemp(f.folder));
	snprintf(f.config, sizeof(f.config), "%s/netmip4d.yaml", f.folder);
	snprintf(f.keys, sizeof(f.keys), "%s/keys", f.folder);
	snprintf(f.users, sizeof(f.users), "%s/users", f.folder);
	write_file(f.config, config, 0644);
	if (keys)
		write_file(f.keys, keys, 0600);
	return f;
}

static inline void files_remove(const struct files *f)
{
	unlink(f->config);
	unlink(f->keys);
	unlink(f->users);
	rmdir(f->folder);
}

static inline bool test_is_assigned(uint8_t type)
{
	return type == 32 || type == 131;
}

static inline const struct config_env *test_env(void)
{
	static const struct mac_algorithm md5 = { .name = "hmac-md5" };
	static const struct mac_algorithm sha256 = { .name = "hmac-sha256" };
	static const struct mac_algorithm *const algorithms[] = { &md5, &sha256, NULL };
	static const struct config_env env = { algorithms, test_is_assigned };

	return &env;
}
