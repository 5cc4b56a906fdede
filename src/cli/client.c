/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 10L /* s */

struct text {
	char *p;
	size_t n;
};

static size_t collect(char *data, size_t size, size_t n, void *ctx)
{
	struct text *t = ctx;
	char *p = realloc(t->p, t->n + size * n + 1);

	if (!p)
		return 0;
	memcpy(p + t->n, data, size * n);
	t->p = p;
	t->n += size * n;
	p[t->n] = 0;
	return size * n;
}

/* libcurl only says "could not connect": ask the system why. */
static void explain(const char *socket_path, const char *curl_says)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), why = 0;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", socket_path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		why = errno;
	if (fd >= 0)
		close(fd);
	if (why == EACCES)
		fprintf(stderr, "netmip4: you may not use %s; try as root\n", socket_path);
	else if (why == ENOENT || why == ECONNREFUSED)
		fprintf(stderr,
			"netmip4: no netmip4d listens on %s; start it, or name its "
			"\"control:\" path with --socket\n",
			socket_path);
	else
		fprintf(stderr, "netmip4: %s: %s\n", socket_path, why ? strerror(why) : curl_says);
}

static int perform(const char *socket_path, const char *path, const char *body, struct text *ret,
		   long *ret_status)
{
	CURL *c = curl_easy_init();
	CURLcode done = CURLE_FAILED_INIT;
	char url[128];

	snprintf(url, sizeof(url), "http://netmip4%s", path);
	if (c) {
		curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, socket_path);
		curl_easy_setopt(c, CURLOPT_URL, url);
		curl_easy_setopt(c, CURLOPT_PROXY, "");
		curl_easy_setopt(c, CURLOPT_TIMEOUT, PATIENCE);
		curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
		curl_easy_setopt(c, CURLOPT_WRITEDATA, ret);
		if (body)
			curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
		done = curl_easy_perform(c);
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, ret_status);
		curl_easy_cleanup(c);
	}
	if (done == CURLE_OK)
		return CLI_OK;
	explain(socket_path, curl_easy_strerror(done));
	return CLI_UNREACHABLE;
}

int client_ask(const char *socket, const char *path, const json_t *body, json_t **ret)
{
	char *sent = body ? json_dumps(body, JSON_COMPACT) : NULL;
	struct text t = { 0 };
	long status = 0;
	int code = perform(socket, path, sent, &t, &status);
	json_t *answer = t.p ? json_loadb(t.p, t.n, 0, NULL) : NULL;
	const char *error = json_string_value(json_object_get(answer, "error"));

	free(sent);
	free(t.p);
	if (code == CLI_OK && !json_is_object(answer)) {
		fprintf(stderr, "netmip4: what listens on %s is not netmip4d\n", socket);
		code = CLI_UNREACHABLE;
	} else if (code == CLI_OK && status != 200) {
		fprintf(stderr, "netmip4: %s\n", error ? error : "the daemon refused");
		code = CLI_REFUSED;
	}
	if (code == CLI_OK)
		*ret = answer;
	else
		json_decref(answer);
	return code;
}

int client_list(const char *socket, const char *path, const char *name, json_t **ret)
{
	json_t *all = NULL, *page, *next;
	char at[96];
	int code;

	snprintf(at, sizeof(at), "%s", path);
	for (;;) {
		code = client_ask(socket, at, NULL, &page);
		if (code) {
			json_decref(all);
			return code;
		}
		next = json_object_get(page, "next");
		if (next)
			snprintf(at, sizeof(at), "%s?cursor=%lld", path,
				 (long long)json_integer_value(next));
		bool more = next != NULL;
		json_object_del(page, "next");
		if (!all) {
			all = page;
		} else {
			json_array_extend(json_object_get(all, name), json_object_get(page, name));
			json_decref(page);
		}
		if (!more)
			break;
	}
	*ret = all;
	return CLI_OK;
}
