/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: one daemon each, stale ones taken over, requests answered as HTTP. */
#include "test.h"

#include "control/server.h"
#include "control/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/netmip4-XXXXXX";
static char path[64], lock[80];

static void make_paths(void)
{
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/run/sock", folder);
	snprintf(lock, sizeof(lock), "%s.lock", path);
}

static void remove_paths(void)
{
	unlink(path);
	unlink(lock);
	snprintf(path, sizeof(path), "%s/run", folder);
	rmdir(path);
	rmdir(folder);
}

static int connect_to(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", name);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void a_second_daemon_is_refused(void **state)
{
	struct control_socket first, second;
	struct stat st;
	char why[256] = "";

	assert_int_equal(control_socket_open(path, &first, why, sizeof(why)), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(control_socket_open(path, &second, why, sizeof(why)), -EADDRINUSE);
	assert_non_null(strstr(why, "another netmip4d is running"));
	/* and the first is none the worse for it */
	int fd = connect_to(path);
	assert_true(fd >= 0);
	close(fd);
	control_socket_close(&first);
	assert_int_equal(stat(path, &st), -1);
}

static void the_socket_of_a_dead_daemon_is_taken_over(void **state)
{
	struct control_socket s;
	char why[256] = "";
	pid_t pid = fork();

	if (pid == 0) /* dies with the socket's name left behind */
		_exit(control_socket_open(path, &s, why, sizeof(why)) ? 1 : 0);
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(connect_to(path), -1);
	assert_int_equal(control_socket_open(path, &s, why, sizeof(why)), 0);
	int fd = connect_to(path);
	assert_true(fd >= 0);
	close(fd);
	control_socket_close(&s);
}

static void a_file_that_is_no_socket_is_left_alone(void **state)
{
	struct control_socket s;
	char why[256] = "";
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fclose(f);
	assert_int_equal(control_socket_open(path, &s, why, sizeof(why)), -EEXIST);
	assert_non_null(strstr(why, "is not a socket"));
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
}

static void a_folder_that_is_not_there_is_said(void **state)
{
	struct control_socket s;
	char why[256] = "";

	assert_true(control_socket_open("/nonexistent/a/b/sock", &s, why, sizeof(why)) < 0);
	assert_non_null(strstr(why, "cannot make the control socket"));
}

static unsigned echo(void *ctx, const struct control_request *q, json_t **ret)
{
	*ret = json_pack("{s:i, s:O?}", "cursor", (int)q->cursor, "body", q->body);
	return 200;
}

static const struct control_route routes[] = {
	{ "GET", "/v1/echo", echo },
	{ "POST", "/v1/echo", echo },
	{ 0 },
};

/* Sends a request and drives the server until it has closed the connection. */
static const char *ask(const char *request)
{
	static char answer[8192];
	struct control_socket s;
	struct control *c = NULL;
	char why[256];
	size_t n = 0;

	assert_int_equal(control_socket_open(path, &s, why, sizeof(why)), 0);
	assert_int_equal(control_new(s.fd, routes, NULL, &c), 0);
	int fd = connect_to(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, request, strlen(request)), strlen(request));
	for (int i = 0; i < 1000; i++) {
		struct pollfd p[2] = { { control_fd(c), POLLIN, 0 }, { fd, POLLIN, 0 } };
		int64_t left = control_timeout(c);

		poll(p, 2, left >= 0 && left < 100 ? (int)left : 100);
		control_run(c);
		if (!p[1].revents)
			continue;
		ssize_t got = read(fd, answer + n, sizeof(answer) - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	answer[n] = 0;
	close(fd);
	control_free(c);
	control_socket_close(&s);
	return answer;
}

static void answers(const char *request, const char *status, const char *body)
{
	const char *answer = ask(request);

	assert_int_equal(strncmp(answer, "HTTP/1.1 ", 9), 0);
	assert_int_equal(strncmp(answer + 9, status, 3), 0);
	assert_non_null(strstr(answer, "Content-Type: application/json"));
	assert_non_null(strstr(answer, body));
}

#define HEADERS "Host: x\r\nConnection: close\r\n"

static void requests_are_answered_as_json_over_http(void **state)
{
	answers("GET /v1/echo?cursor=12 HTTP/1.1\r\n" HEADERS "\r\n", "200", "\"cursor\":12");
	answers("POST /v1/echo HTTP/1.1\r\n" HEADERS "Content-Length: 13\r\n\r\n{\"nai\":\"a@b\"}",
		"200", "\"body\":{\"nai\":\"a@b\"}");
	answers("GET /nothing HTTP/1.1\r\n" HEADERS "\r\n", "404", "{\"error\":");
	answers("POST /v1/echo HTTP/1.1\r\n" HEADERS "Content-Length: 5\r\n\r\n{nai}", "400",
		"not a JSON object");
}

static void a_body_that_is_too_long_is_refused(void **state)
{
	static char request[8192];
	int n = snprintf(request, sizeof(request),
			 "POST /v1/echo HTTP/1.1\r\n" HEADERS "Content-Length: 5000\r\n\r\n");

	memset(request + n, ' ', 5000);
	request[n + 5000] = 0;
	answers(request, "413", "longer than 4096 octets");
}

static const struct test tests[] = {
	TEST(a_second_daemon_is_refused, ""),
	TEST(the_socket_of_a_dead_daemon_is_taken_over, ""),
	TEST(a_file_that_is_no_socket_is_left_alone, ""),
	TEST(a_folder_that_is_not_there_is_said, ""),
	TEST(requests_are_answered_as_json_over_http, ""),
	TEST(a_body_that_is_too_long_is_refused, ""),
};

int main(void)
{
	int failed;

	make_paths();
	failed = TESTS_RUN("unit/control-server", tests);
	remove_paths();
	return failed;
}
