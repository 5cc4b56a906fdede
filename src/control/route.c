/* SPDX-License-Identifier: Apache-2.0 */
#include "control/route.h"

#include <stdarg.h>
#include <string.h>

json_t *control_error(const char *format, ...)
{
	va_list args;
	json_t *text;

	va_start(args, format);
	text = json_vsprintf(format, args);
	va_end(args);
	return json_pack("{s:o?}", "error", text);
}

unsigned control_answer(const struct control_route *routes, void *ctx, const char *method,
			const char *path, const struct control_request *q, json_t **ret)
{
	const char *allowed = NULL;

	for (const struct control_route *r = routes; r->method; r++) {
		if (strcmp(r->path, path) != 0)
			continue;
		allowed = r->method;
		if (strcmp(r->method, method) != 0)
			continue;
		if (strcmp(method, "POST") == 0 && !json_is_object(q->body)) {
			*ret = control_error("the body is not a JSON object");
			return 400;
		}
		return r->answer(ctx, q, ret);
	}
	if (allowed) {
		*ret = control_error("%s takes %s, not %s", path, allowed, method);
		return 405;
	}
	*ret = control_error("there is no %s", path);
	return 404;
}
