/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a configuration: it is read, or every mistake has its place; and read once more it is
 * the same, so that a reload of it changes nothing. */
#include "text.h"

static const char keys[] = "- {realm: lab.example, spi: 256, algorithm: hmac-sha256,"
			   " key: 000102030405060708090a0b0c0d0e0f}\n";

static void differs(void *ctx, const char *key, unsigned line, bool kept)
{
	assert(!"the same text makes another configuration");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool has_keys;
	struct config *first = NULL, *second = NULL;
	struct config_mistakes m;
	int err;

	if (!has_keys)
		text_write(KEYS_FD, keys, sizeof(keys) - 1);
	has_keys = true;
	text_write(CONFIG_FD, data, size);
	err = config_read(CONFIG_PATH, &text_env, &first, &m);
	text_check(err, &m);
	if (err)
		return 0;
	assert(config_read(CONFIG_PATH, &text_env, &second, &m) == 0);
	assert(config_keep(second, first, differs, NULL) == 0);
	config_mistakes_done(&m);
	config_free(second);
	config_free(first);
	return 0;
}
