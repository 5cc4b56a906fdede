/* SPDX-License-Identifier: Apache-2.0 */
/* Any words as a request to the control socket, "METHOD PATH BODY": it has an answer, an object
 * that can be written, and what is to be posted reaches its function only as an object. */
#include "control/route.h"
#include "fuzz.h"

static unsigned show(void *ctx, const struct control_request *q, json_t **ret)
{
	*ret = json_pack("{s:i}", "next", (int)q->cursor);
	return 200;
}

static unsigned revoke(void *ctx, const struct control_request *q, json_t **ret)
{
	assert(json_is_object(q->body));
	*ret = json_pack("{s:O?}", "nai", json_object_get(q->body, "nai"));
	return 200;
}

static const struct control_route routes[] = {
	{ "GET", "/bindings", show },
	{ "POST", "/revoke", revoke },
	{ "GET", "/revoke", show },
	{ 0 },
};

static char *word(struct reader *r, char end)
{
	const size_t left = reader_left(r);
	size_t n = 0;
	char *s;

	while (n < left && r->p[n] != (uint8_t)end)
		n++;
	s = strndup(n ? (const char *)read_bytes(r, n).p : "", n);
	assert(s);
	read_u8(r);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_new(BYTES(data, size));
	char *method = word(&r, ' '), *path = word(&r, ' '), *text;
	json_t *body = json_loadb((const char *)r.p, reader_left(&r), 0, NULL), *answer = NULL;
	const struct control_request q = { 7, body };
	unsigned status = control_answer(routes, NULL, method, path, &q, &answer);

	assert(status == 200 || status == 400 || status == 404 || status == 405);
	assert(json_is_object(answer) && (status == 200 || json_object_size(answer) <= 1));
	text = json_dumps(answer, JSON_COMPACT);
	assert(text);
	free(text);
	json_decref(answer);
	json_decref(body);
	free(method);
	free(path);
	return 0;
}
