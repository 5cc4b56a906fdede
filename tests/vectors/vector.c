/* SPDX-License-Identifier: Apache-2.0 */
#include "vector.h"

#include <ctype.h>
#include <stdio.h>

#include "test.h"

static void read_line(char *line, struct vector *ret)
{
	for (char *p = line; *p && *p != '#'; p++) {
		unsigned int octet;

		if (isspace((unsigned char)*p))
			continue;
		assert_int_equal(sscanf(p++, "%2x", &octet), 1);
		assert_in_range(ret->n, 0, VECTOR_MAX - 1);
		ret->b[ret->n++] = (uint8_t)octet;
	}
}

struct vector vector_read(const char *name)
{
	struct vector v = { 0 };
	char path[512], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", VECTORS, name);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s: cannot be read", path);
	while (fgets(line, sizeof(line), f))
		read_line(line, &v);
	fclose(f);
	return v;
}
