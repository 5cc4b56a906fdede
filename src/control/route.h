/* SPDX-License-Identifier: Apache-2.0 */
/* Which function answers which request. */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct control_request {
	uint32_t cursor;    /* of a list: where the last page ended, 0 at first */
	const json_t *body; /* of a POST: an object; else NULL */
};

struct control_route {
	const char *method; /* NULL ends a table */
	const char *path;
	/* HTTP status; *ret is a new reference, an object. For an error it has "error": a sentence.
	 */
	unsigned (*answer)(void *ctx, const struct control_request *q, json_t **ret);
};

/* Always has an answer: 404 and 405 are among them. */
unsigned control_answer(const struct control_route *routes, void *ctx, const char *method,
			const char *path, const struct control_request *q, json_t **ret);
/* {"error": ...} */
json_t *control_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
