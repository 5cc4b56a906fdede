/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"netmip4-load: many hosts at a home agent, by access routers and access nodes\n"
	"\n"
	"  netmip4-load --home-agent A --keys FILE --sources A/N (--routers N | --nodes N) [...]\n"
	"      --home-agent A   its IPv4 address\n"
	"      --keys FILE      file of keys, as the home agent has it\n"
	"      --sources A/N    addresses of the routers, then care-of addresses of the nodes;\n"
	"                       they must be local: ip route add local A/N dev lo\n"
	"      --routers N      access routers (0)\n"
	"      --nodes N        access nodes (0)\n"
	"      --hosts N        hosts of each router and node (100)\n"
	"      --realm NAME     hosts are loadN@NAME (the first realm in FILE)\n"
	"      --rate N         so many requests a second, come what may\n"
	"      --window N       so many requests on their way at a time (256)\n"
	"      --duration S     seconds; 0: only register every host once (10)\n"
	"      --pause S        seconds between that and the rest (0)\n"
	"      --mix R,I,M[,D]  shares of renewals, initial registrations, movements and\n"
	"                       deregistrations (80,10,10, and as many D as I)\n"
	"      --lifetime S     asked for (600)\n"
	"      --timeout S      after which a request counts as lost (2)\n"
	"      --identifiers    routers choose interface identifiers; else they ask for any\n"
	"      --port N         UDP port of ours (434, where revocations come)\n"
	"      --journal FILE   appends what the home agent acknowledges\n"
	"      --verify FILE    checks that all of a journal still holds, instead\n"
	"      --json           the report as JSON\n"
	"      --version, --help\n"
	"\n"
	"Exit status: 0 done, 1 no host was registered, a reply was wrong or something that was\n"
	"acknowledged does not hold, 2 wrong command line or file of keys. See netmip4-load(1).\n";

static int complain(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "netmip4-load: --%s: \"%s\" is wrong; write %s\n", option, value, expected);
	return 2;
}

static bool read_number32(const char *s, uint32_t min, uint32_t max, uint32_t *ret)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || errno || v < min || v > max)
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool read_number16(const char *s, uint32_t max, uint16_t *ret)
{
	uint32_t v;

	if (!read_number32(s, 1, max, &v))
		return false;
	*ret = (uint16_t)v;
	return true;
}

/* With room for "load16777215@" before it. */
static bool read_realm_name(const char *s, struct options *o)
{
	if (!*s || strlen(s) > NAI_MAX - 13)
		return false;
	strcpy(o->realm, s);
	return true;
}

static bool read_real(const char *s, double min, double max, double *ret)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !isfinite(v) || v < min || v > max)
		return false;
	*ret = v;
	return true;
}

static bool read_seconds(const char *s, nsec_t *ret)
{
	double v;

	if (!read_real(s, 0.001, 3600, &v))
		return false;
	*ret = (nsec_t)(v * (double)NSEC_PER_SEC);
	return true;
}

static bool read_sources(const char *s, struct options *o)
{
	char address[INET_ADDRSTRLEN];
	const char *slash = strchr(s, '/');
	uint32_t length;

	if (!slash || (size_t)(slash - s) >= sizeof(address) ||
	    !read_number32(slash + 1, 1, 32, &length))
		return false;
	memcpy(address, s, (size_t)(slash - s));
	address[slash - s] = 0;
	if (inet_pton(AF_INET, address, &o->sources) != 1)
		return false;
	o->n_sources = UINT64_C(1) << (32 - length);
	return (ntohl(o->sources.s_addr) & (o->n_sources - 1)) == 0;
}

static bool read_mix(const char *s, struct options *o)
{
	static const enum kind order[] = { RENEWAL, INITIAL, MOVEMENT, DEREGISTRATION };
	uint32_t sum = 0;
	int n = 0, end = 0;
	unsigned v[KINDS];

	n = sscanf(s, "%5u,%5u,%5u%n,%5u%n", &v[0], &v[1], &v[2], &end, &v[3], &end);
	if (n < 3 || s[end])
		return false;
	if (n == 3)
		v[3] = v[1];
	for (int i = 0; i < KINDS; i++)
		sum += o->mix[order[i]] = v[i];
	return sum > 0;
}

enum {
	HOME_AGENT = 256,
	KEYS,
	SOURCES,
	ROUTERS,
	NODES,
	HOSTS,
	REALM,
	RATE,
	WINDOW,
	DURATION,
	PAUSE,
	MIX,
	LIFETIME,
	TIMEOUT,
	IDENTIFIERS,
	PORT,
	JOURNAL,
	VERIFY,
	JSON,
	VERSION,
	HELP
};

static const struct option longs[] = { { "home-agent", required_argument, NULL, HOME_AGENT },
				       { "keys", required_argument, NULL, KEYS },
				       { "sources", required_argument, NULL, SOURCES },
				       { "routers", required_argument, NULL, ROUTERS },
				       { "nodes", required_argument, NULL, NODES },
				       { "hosts", required_argument, NULL, HOSTS },
				       { "realm", required_argument, NULL, REALM },
				       { "rate", required_argument, NULL, RATE },
				       { "window", required_argument, NULL, WINDOW },
				       { "duration", required_argument, NULL, DURATION },
				       { "pause", required_argument, NULL, PAUSE },
				       { "mix", required_argument, NULL, MIX },
				       { "lifetime", required_argument, NULL, LIFETIME },
				       { "timeout", required_argument, NULL, TIMEOUT },
				       { "identifiers", no_argument, NULL, IDENTIFIERS },
				       { "port", required_argument, NULL, PORT },
				       { "journal", required_argument, NULL, JOURNAL },
				       { "verify", required_argument, NULL, VERIFY },
				       { "json", no_argument, NULL, JSON },
				       { "version", no_argument, NULL, VERSION },
				       { "help", no_argument, NULL, HELP },
				       { 0 } };

/* One option: NULL, or what should have been written. */
static const char *read_option(struct options *o, int option, const char *value)
{
	switch (option) {
	case HOME_AGENT:
		return inet_pton(AF_INET, value, &o->home_agent) == 1 ? NULL : "an IPv4 address";
	case KEYS:
		o->keys = value;
		return NULL;
	case SOURCES:
		return read_sources(value, o) ? NULL
					      : "the first address and a length, such as "
						"10.1.0.0/16";
	case ROUTERS:
		return read_number32(value, 0, HOSTS_MAX, &o->routers) ? NULL : "a number";
	case NODES:
		return read_number32(value, 0, HOSTS_MAX, &o->nodes) ? NULL : "a number";
	case HOSTS:
		return read_number32(value, 1, HOSTS_MAX, &o->hosts) ? NULL : "a number";
	case REALM:
		return read_realm_name(value, o) ? NULL : "a name of 1 to 115 characters";
	case RATE:
		return read_real(value, 0.001, 1e7, &o->rate) ? NULL : "0.001 to 10000000";
	case WINDOW:
		return read_number32(value, 1, 1u << 20, &o->window) ? NULL : "1 to 1048576";
	case DURATION:
		return read_real(value, 0, 1e7, &o->duration) ? NULL : "0 to 10000000";
	case PAUSE:
		return read_real(value, 0, 1e7, &o->pause) ? NULL : "0 to 10000000";
	case MIX:
		return read_mix(value, o) ? NULL : "three or four shares, such as 80,10,10";
	case LIFETIME:
		return read_number16(value, UINT16_MAX - 1, &o->lifetime) ? NULL : "1 to 65534";
	case TIMEOUT:
		return read_seconds(value, &o->timeout) ? NULL : "0.001 to 3600";
	case IDENTIFIERS:
		o->identifiers = true;
		return NULL;
	case PORT:
		return read_number16(value, UINT16_MAX, &o->port) ? NULL : "1 to 65535";
	case JOURNAL:
		o->journal = value;
		return NULL;
	case VERIFY:
		o->verify = value;
		return NULL;
	case JSON:
		o->json = true;
		return NULL;
	default:
		return "what --help lists";
	}
}

/* What no single option can say. */
static int check(const struct options *o)
{
	const uint64_t hosts = ((uint64_t)o->routers + o->nodes) * o->hosts;
	const uint64_t needed = o->routers + 2ull * o->nodes * o->hosts;
	const char *missing = !o->home_agent.s_addr ? "--home-agent ADDRESS"
			      : !o->keys            ? "--keys FILE"
			      : !o->n_sources       ? "--sources ADDRESS/LENGTH"
			      : !hosts              ? "--routers N or --nodes N"
						    : NULL;

	if (missing) {
		fprintf(stderr, "netmip4-load: add %s; netmip4-load --help lists all options\n",
			missing);
		return 2;
	}
	if (hosts > HOSTS_MAX) {
		fprintf(stderr,
			"netmip4-load: %llu hosts are more than %u; write smaller numbers\n",
			(unsigned long long)hosts, HOSTS_MAX);
		return 2;
	}
	if (needed > o->n_sources) {
		fprintf(stderr,
			"netmip4-load: --sources has %llu addresses; %llu are needed: one a "
			"router, two for each host of a node\n",
			(unsigned long long)o->n_sources, (unsigned long long)needed);
		return 2;
	}
	if (o->routers == 1 && o->mix[MOVEMENT]) {
		fprintf(stderr, "netmip4-load: hosts of one router have nowhere to move; write "
				"--routers 2 or --mix 90,10,0\n");
		return 2;
	}
	if (o->journal && o->verify) {
		fprintf(stderr, "netmip4-load: write either --journal or --verify\n");
		return 2;
	}
	return 0;
}

int options_read(int argc, char **argv, struct options *ret)
{
	struct options o = {
		.hosts = 100,
		.window = 256,
		.duration = 10,
		.mix = { [RENEWAL] = 80, [INITIAL] = 10, [MOVEMENT] = 10, [DEREGISTRATION] = 10 },
		.lifetime = 600,
		.port = MIP4_PORT,
		.timeout = 2 * NSEC_PER_SEC
	};
	int which = 0, err;

	for (int c; (c = getopt_long(argc, argv, "", longs, &which)) != -1;) {
		const char *expected;

		if (c == '?') {
			fputs("netmip4-load: netmip4-load --help lists all options\n", stderr);
			return 2;
		}
		if (c == HELP || c == VERSION) {
			fputs(c == HELP ? usage : "netmip4-load " NETMIP4_VERSION "\n", stdout);
			return 1;
		}
		expected = read_option(&o, c, optarg);
		if (expected)
			return complain(longs[which].name, optarg, expected);
	}
	if (optind < argc) {
		fprintf(stderr,
			"netmip4-load: \"%s\" is no option; netmip4-load --help lists "
			"all\n",
			argv[optind]);
		return 2;
	}
	err = check(&o);
	if (!err)
		*ret = o;
	return err;
}
