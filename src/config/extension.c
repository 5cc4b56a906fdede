/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of the draft's extensions (D22): one, or one to send and a set to accept. */
#include "config/reader.h"

#define EXTENSION_NUMBERS_MAX 8 /* more generations of numbers than anyone has to bridge */

struct extension {
	uint8_t send;
	uint8_t accept[EXTENSION_NUMBERS_MAX];
	size_t n_accept;
};

/* req: EXT-12 */
static void read_type(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	static const struct key number = { .read = read_number, .size = 1, .min = 1, .max = 255 };
	uint8_t type = 0;

	number.read(x, &number, n, &type);
	if (type && x->env->extension_is_assigned(type)) {
		mistake(x, node_line(n),
			"extension type %u has another meaning already; write one that "
			"is free, such as 127 or 255",
			type);
		return;
	}
	if (type)
		*(uint8_t *)into = type;
}

static const struct key type_entry = { .read = read_type };
static const struct key extension_schema[] = {
	{ .name = "send",
	  .read = read_type,
	  .offset = offsetof(struct extension, send),
	  .flags = KEY_REQUIRED },
	{ .name = "accept",
	  .read = read_list,
	  .offset = offsetof(struct extension, accept),
	  .size = 1,
	  .min = 1,
	  .max = EXTENSION_NUMBERS_MAX,
	  .entry = &type_entry,
	  .count = offsetof(struct extension, n_accept) },
	{ 0 },
};

void read_extension(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	size_t lines = x->config->n_lines;
	struct extension e = { 0 };
	struct mip4_number number = { 0 };

	if (n->type == YAML_SCALAR_NODE)
		read_type(x, k, n, &e.send);
	else
		read_mapping(x, extension_schema, n, &e);
	x->config->n_lines = lines; /* of e, which goes away */
	if (!e.send)
		return;
	number.send = e.send;
	mip4_number_accept(&number, e.send);
	for (size_t i = 0; i < e.n_accept; i++)
		if (e.accept[i])
			mip4_number_accept(&number, e.accept[i]);
	*(struct mip4_number *)into = number;
}
