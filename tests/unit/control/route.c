/* SPDX-License-Identifier: Apache-2.0 */
/* Which request is answered by what: every wrong one has a status and a sentence. */
#include "test.h"

#include "control/route.h"

#include <string.h>

static unsigned show(void *ctx, const struct control_request *q, json_t **ret)
{
	*ret = json_pack("{s:i, s:s}", "cursor", (int)q->cursor, "ctx", (const char *)ctx);
	return 200;
}

static unsigned change(void *ctx, const struct control_request *q, json_t **ret)
{
	*ret = json_pack("{s:O}", "got", json_object_get(q->body, "nai"));
	return 200;
}

static const struct control_route routes[] = {
	{ "GET", "/v1/things", show },
	{ "POST", "/v1/change", change },
	{ "GET", "/v1/both", show },
	{ "POST", "/v1/both", change },
	{ 0 },
};

static unsigned ask(const char *method, const char *path, const char *body, json_t **ret)
{
	json_t *json = body ? json_loads(body, JSON_DECODE_ANY, NULL) : NULL;
	struct control_request q = { .cursor = 7, .body = json };
	unsigned status = control_answer(routes, "x", method, path, &q, ret);

	json_decref(json);
	return status;
}

static void refused(const char *method, const char *path, const char *body, unsigned status,
		    const char *says)
{
	json_t *answer = NULL;

	assert_int_equal(ask(method, path, body, &answer), status);
	const char *error = json_string_value(json_object_get(answer, "error"));
	assert_non_null(error);
	assert_non_null(strstr(error, says));
	json_decref(answer);
}

static void a_request_reaches_its_function(void **state)
{
	json_t *answer = NULL;

	assert_int_equal(ask("GET", "/v1/things", NULL, &answer), 200);
	assert_int_equal(json_integer_value(json_object_get(answer, "cursor")), 7);
	assert_string_equal(json_string_value(json_object_get(answer, "ctx")), "x");
	json_decref(answer);
	assert_int_equal(ask("POST", "/v1/both", "{\"nai\": \"a@b\"}", &answer), 200);
	assert_string_equal(json_string_value(json_object_get(answer, "got")), "a@b");
	json_decref(answer);
}

static void an_unknown_path_is_404(void **state)
{
	refused("GET", "/", NULL, 404, "there is no /");
	refused("GET", "/v1/thing", NULL, 404, "there is no /v1/thing");
	refused("GET", "/v1/things/", NULL, 404, "there is no");
}

static void a_wrong_method_is_405(void **state)
{
	refused("POST", "/v1/things", "{}", 405, "takes GET, not POST");
	refused("DELETE", "/v1/change", NULL, 405, "takes POST, not DELETE");
}

static void a_body_that_is_no_object_is_400(void **state)
{
	refused("POST", "/v1/change", NULL, 400, "not a JSON object");
	refused("POST", "/v1/change", "[1]", 400, "not a JSON object");
	refused("POST", "/v1/change", "\"x\"", 400, "not a JSON object");
}

static const struct test tests[] = {
	TEST(a_request_reaches_its_function, ""),
	TEST(an_unknown_path_is_404, ""),
	TEST(a_wrong_method_is_405, ""),
	TEST(a_body_that_is_no_object_is_400, ""),
};

int main(void)
{
	return TESTS_RUN("unit/control-route", tests);
}
