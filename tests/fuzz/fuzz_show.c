/* SPDX-License-Identifier: Apache-2.0 */
/* Any JSON as what answers `netmip4 show`: every table can be printed, and nothing in it commands
 * the terminal. */
#include <stdio.h>

#include "cli/cli.h"
#include "fuzz.h"

static void print(const struct show *s, const json_t *answer)
{
	FILE *terminal = stdout;
	char *text = NULL;
	size_t n = 0;

	stdout = open_memstream(&text, &n);
	assert(stdout);
	s->print(answer);
	fclose(stdout);
	stdout = terminal;
	assert(n && text[n - 1] == '\n');
	for (size_t i = 0; s->list && i < n; i++)
		assert(text[i] == '\n' || ((unsigned char)text[i] >= ' ' && text[i] != 0x7f));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *answer = json_loadb((const char *)data, size, 0, NULL);

	if (json_is_object(answer)) /* client.c */
		for (const struct show *s = shows; s->name; s++)
			print(s, answer);
	json_decref(answer);
	return 0;
}
