/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"netmip4: asks and tells a running netmip4d\n"
	"\n"
	"  netmip4 [--socket PATH] show WHAT [--json]\n"
	"      bindings     hosts of a home agent, where they are, their addresses\n"
	"      attachments  hosts at an access node or router, and how far they have come\n"
	"      leases       addresses that an access router has given by DHCPv6\n"
	"      sessions     hosts that dial in at an access router, and why sessions ended\n"
	"      tunnels      tunnels and what has gone through them\n"
	"      drops        what was dropped, and why\n"
	"      dhcp6        messages of DHCPv6 at an access router, and what became of them\n"
	"      pppoe        what became of hosts that dialled in, counted\n"
	"      pools        home addresses of a home agent, given out and free\n"
	"      store        where bindings survive a restart, and whether they can\n"
	"      version      of the daemon, and its roles\n"
	"  netmip4 [--socket PATH] revoke NAI   end a host's binding (at the home agent)\n"
	"  netmip4 --version\n"
	"  netmip4 --help\n"
	"\n"
	"PATH is what \"control:\" says in the daemon's configuration, " CLI_SOCKET_DEFAULT
	" by default.\n"
	"Exit status: 0 done, 1 refused by the daemon, 2 wrong command line, 3 no daemon.\n";

static int show(const char *socket, const char *what, bool json)
{
	const struct show *s = shows;
	char path[64];
	json_t *answer;
	int code;

	while (s->name && strcmp(s->name, what) != 0)
		s++;
	if (!s->name) {
		fprintf(stderr,
			"netmip4: there is no \"show %s\"; write bindings, attachments, "
			"leases, sessions, tunnels, drops, dhcp6, pppoe, pools, store or version\n",
			what);
		return CLI_USAGE;
	}
	snprintf(path, sizeof(path), "/v1/%s", s->name);
	code = s->list ? client_list(socket, path, s->name, &answer)
		       : client_ask(socket, path, NULL, &answer);
	if (code)
		return code;
	if (json) {
		json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		putchar('\n');
	} else {
		s->print(answer);
	}
	json_decref(answer);
	return CLI_OK;
}

static int revoke(const char *socket, const char *nai)
{
	json_t *body = json_pack("{s:s}", "nai", nai), *answer = NULL;
	int code;

	if (!body) {
		fprintf(stderr, "netmip4: \"%s\" is not a network access identifier\n", nai);
		return CLI_USAGE;
	}
	code = client_ask(socket, "/v1/revoke", body, &answer);
	json_decref(body);
	json_decref(answer);
	if (!code)
		printf("revoked %s\n", nai);
	return code;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = { { "socket", required_argument, NULL, 's' },
					       { "json", no_argument, NULL, 'j' },
					       { "version", no_argument, NULL, 'v' },
					       { "help", no_argument, NULL, 'h' },
					       { 0 } };
	const char *socket = CLI_SOCKET_DEFAULT;
	bool json = false;

	for (int o; (o = getopt_long(argc, argv, "s:jh", longs, NULL)) != -1;) {
		switch (o) {
		case 's':
			socket = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'v':
			printf("netmip4 %s\n", NETMIP4_VERSION);
			return CLI_OK;
		case 'h':
			fputs(usage, stdout);
			return CLI_OK;
		default:
			fputs(usage, stderr);
			return CLI_USAGE;
		}
	}
	if (argc - optind == 2 && strcmp(argv[optind], "show") == 0)
		return show(socket, argv[optind + 1], json);
	if (argc - optind == 2 && strcmp(argv[optind], "revoke") == 0 && !json)
		return revoke(socket, argv[optind + 1]);
	if (optind < argc && strcmp(argv[optind], "show") != 0 &&
	    strcmp(argv[optind], "revoke") != 0)
		fprintf(stderr,
			"netmip4: there is no command \"%s\"; write show WHAT or revoke NAI\n\n",
			argv[optind]);
	fputs(usage, stderr);
	return CLI_USAGE;
}
