/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a file of keys: every association that is read can be used, or every mistake has its
 * place. */
#include "text.h"

static void check_association(const struct sa_config *sa)
{
	const size_t n = strnlen(sa->name, sizeof(sa->name));

	assert(sa->algorithm == &text_md5 || sa->algorithm == &text_sha256);
	assert(sa->spi >= SPI_MIN && sa->key_length >= 16 && sa->key_length <= MAC_KEY_MAX);
	assert(n <= NAI_MAX);
	assert(sa->scope == SA_NODE ? sa->node.s_addr && n == 0 : !sa->node.s_addr && n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_mistakes m;
	struct config *c = NULL;
	int err;

	text_write(KEYS_FD, data, size);
	err = config_read_keys(KEYS_PATH, &text_env, &c, &m);
	text_check(err, &m);
	for (size_t i = 0; !err && i < c->n_sas; i++)
		check_association(&c->sas[i]);
	config_free(c);
	return 0;
}
