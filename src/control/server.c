/* SPDX-License-Identifier: Apache-2.0 */
#include "control/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX        4096 /* a NAI and some words around it */
#define CONNECTIONS_MAX 32
#define CONNECTION_IDLE 10 /* s */
#define JSON_STYLE      (JSON_COMPACT | JSON_PRESERVE_ORDER)

struct control {
	struct MHD_Daemon *http;
	int fd;
	const struct control_route *routes;
	void *ctx;
};

struct body {
	size_t n;
	bool too_long;
	char text[BODY_MAX];
};

static enum MHD_Result respond(struct MHD_Connection *to, unsigned status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_STYLE) : NULL;
	struct MHD_Response *r;
	enum MHD_Result done;

	json_decref(json);
	if (!text)
		return MHD_NO; /* out of memory: the connection is closed */
	r = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
	if (!r) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	done = MHD_queue_response(to, status, r);
	MHD_destroy_response(r);
	return done;
}

static uint32_t cursor_of(struct MHD_Connection *from)
{
	const char *s = MHD_lookup_connection_value(from, MHD_GET_ARGUMENT_KIND, "cursor");

	return s ? (uint32_t)strtoul(s, NULL, 10) : 0;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *from, const char *path,
				  const char *method, const char *version, const char *data,
				  size_t *n, void **state)
{
	struct control *c = ctx;
	struct body *body = *state;

	if (!body) { /* only the headers are here yet */
		*state = calloc(1, sizeof(*body));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*n) {
		if (*n <= sizeof(body->text) - body->n) {
			memcpy(body->text + body->n, data, *n);
			body->n += *n;
		} else {
			body->too_long = true;
		}
		*n = 0;
		return MHD_YES;
	}
	if (body->too_long)
		return respond(from, 413,
			       control_error("the body is longer than %d octets", BODY_MAX));

	json_t *json = json_loadb(body->text, body->n, 0, NULL), *answer = NULL;
	struct control_request q = { cursor_of(from), json };
	unsigned status = control_answer(c->routes, c->ctx, method, path, &q, &answer);

	json_decref(json);
	return respond(from, status, answer);
}

static void on_completed(void *ctx, struct MHD_Connection *from, void **state,
			 enum MHD_RequestTerminationCode why)
{
	free(*state);
	*state = NULL;
}

int control_new(int listening, const struct control_route *routes, void *ctx, struct control **ret)
{
	struct control *c = calloc(1, sizeof(*c));
	const union MHD_DaemonInfo *info;

	if (!c)
		return -ENOMEM;
	c->routes = routes;
	c->ctx = ctx;
	c->http = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, c,
				   MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
				   (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
				   (unsigned)CONNECTION_IDLE, MHD_OPTION_NOTIFY_COMPLETED,
				   on_completed, NULL, MHD_OPTION_END);
	info = c->http ? MHD_get_daemon_info(c->http, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info) {
		control_free(c);
		return -EIO;
	}
	c->fd = info->epoll_fd;
	*ret = c;
	return 0;
}

void control_free(struct control *c)
{
	if (!c)
		return;
	if (c->http) {
		MHD_quiesce_daemon(c->http); /* else it would close the caller's socket */
		MHD_stop_daemon(c->http);
	}
	free(c);
}

int control_fd(const struct control *c)
{
	return c->fd;
}

int64_t control_timeout(const struct control *c)
{
	MHD_UNSIGNED_LONG_LONG ms;

	return MHD_get_timeout(c->http, &ms) == MHD_YES ? (int64_t)ms : -1;
}

void control_run(struct control *c)
{
	MHD_run(c->http);
}
