/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "io/clock.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
	"netmip4d: home agent, access node and access router for IPv6 hosts that move across\n"
	"IPv4 networks\n"
	"\n"
	"  netmip4d -c FILE          run in the foreground; the log goes to stderr\n"
	"  netmip4d --check -c FILE  say whether FILE is right, and what to write instead\n"
	"  netmip4d --reset-store -c FILE  moves a store that is damaged, or of a newer\n"
	"                            version, aside: its bindings are given up\n"
	"  netmip4d --version\n"
	"  netmip4d --help\n"
	"\n"
	"Signals: TERM and INT deregister all hosts and stop, HUP reads FILE again,\n"
	"USR1 stops and leaves all hosts served, until the next start goes on with them.\n"
	"docs/operations.md describes FILE.\n";

enum { EXIT_USAGE = 2 };

struct options {
	const char *file;
	bool check, reset;
};

/* Says what is wrong with the file; the configuration or NULL. */
static struct config *read_config(const char *file)
{
	struct config_mistakes m;
	struct config *c = NULL;
	int err = config_read(file, &roles_config_env, &c, &m);

	for (size_t i = 0; i < m.n; i++)
		log_plain(LOG_LEVEL_ERROR, m.v[i].text ? m.v[i].text : "out of memory");
	if (err == -ENOMEM)
		log_plain(LOG_LEVEL_ERROR, "out of memory");
	if (m.n) {
		char text[96];

		snprintf(text, sizeof(text), "%s: %zu mistake%s%s", file, m.n + m.more,
			 m.n + m.more == 1 ? "" : "s", m.more ? "; the first are listed" : "");
		log_plain(LOG_LEVEL_ERROR, text);
	}
	config_mistakes_done(&m);
	return c;
}

static int check(const char *file)
{
	struct config *c = read_config(file);

	if (!c)
		return EXIT_FAILURE;
	printf("%s: no mistakes\n", file);
	config_free(c);
	return EXIT_SUCCESS;
}

static int reset_store(const char *file)
{
	struct config *c = read_config(file);
	int err = c ? keep_reset(c) : -EINVAL;

	config_free(c);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int start(struct daemon *d)
{
	int err = setup_start(d);

	if (!err)
		err = roles_start(d);
	if (!err)
		err = keep_start(d);
	if (!err)
		roles_begin(d);
	if (!err) {
		err = control_new(d->socket.fd, show_routes, d, &d->control);
		if (err)
			log_say(LOG_LEVEL_ERROR, "cannot serve the control socket: %s",
				strerror(-err));
	}
	return err;
}

static int run(const char *file)
{
	struct daemon *d = calloc(1, sizeof(*d));
	int err = -ENOMEM;

	if (!d)
		return EXIT_FAILURE;
	d->config = read_config(file);
	if (!d->config) {
		free(d);
		return EXIT_FAILURE;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit of the size of files is an error of the store */
	signal(SIGHUP, SIG_IGN);  /* until the loop runs: the file has just been read */
	d->started = clock_now().mono;
	err = start(d);
	if (!err) {
		log_say(LOG_LEVEL_INFO, "netmip4d %s runs with %s", NETMIP4_VERSION, file);
		err = loop_run(d);
		log_say(LOG_LEVEL_INFO, d->leaves ? "stopping, to be continued" : "stopping");
	}
	if (err && setup_found_predecessor(d))
		d->leaves = true; /* its hosts are served until a start succeeds */
	control_free(d->control);
	keep_stop(d);
	if (!d->leaves)
		setup_stop(d);
	roles_stop(d);
	config_free(d->config);
	free(d);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' }, { "check", no_argument, NULL, 'k' },
		{ "reset-store", no_argument, NULL, 'r' },  { "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },         { 0 }
	};

	for (int o; (o = getopt_long(argc, argv, "c:h", longs, NULL)) != -1;) {
		switch (o) {
		case 'c':
			ret->file = optarg;
			break;
		case 'k':
			ret->check = true;
			break;
		case 'r':
			ret->reset = true;
			break;
		case 'v':
			printf("netmip4d %s\n", NETMIP4_VERSION);
			exit(EXIT_SUCCESS);
		case 'h':
			fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		default:
			return -EINVAL;
		}
	}
	if (optind < argc)
		fprintf(stderr, "netmip4d: \"%s\" is no option\n", argv[optind]);
	else if (!ret->file)
		fputs("netmip4d: no configuration; write -c FILE\n", stderr);
	else if (ret->check && ret->reset)
		fputs("netmip4d: write either --check or --reset-store\n", stderr);
	else
		return 0;
	return -EINVAL;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };

	if (read_options(argc, argv, &o)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	log_init();
	if (o.reset)
		return reset_store(o.file);
	return o.check ? check(o.file) : run(o.file);
}
