/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS 60
#define DAY     24

static const char usage[] =
	"netmip4-sim: home agent, access nodes, hosts and a hostile network in one process\n"
	"\n"
	"  netmip4-sim [--seconds S | --last N] [--seed N] [--jobs N]\n"
	"  netmip4-sim --seed N [--faults LIST] [--plan] [--trace]\n"
	"  netmip4-sim --hosts N [--nodes N] [--hours N] [--seed N]\n"
	"\n"
	"Many seeds, each a world of its own, until an invariant does not hold:\n"
	"      --seconds S      for so long (60)\n"
	"      --seed N         the first seed (1)\n"
	"      --last N         up to this seed, however long that takes\n"
	"      --jobs N         so many at a time (one for each processor)\n"
	"\n"
	"One of them once more; the last line is the hash of its trace:\n"
	"      --seed N         this one\n"
	"      --faults LIST    of its plan only these, such as 0-3,17; \"\" for none\n"
	"      --plan           prints the plan\n"
	"      --trace          prints everything that happens\n"
	"\n"
	"Many hosts at once:\n"
	"      --hosts N        so many hosts, each of which moves about once an hour\n"
	"      --nodes N        access nodes (a thousandth of the hosts)\n"
	"      --hours N        how long (24)\n"
	"      --version, --help\n"
	"\n"
	"Exit status: 0 everything holds, 1 something does not, 2 wrong command line. See\n"
	"netmip4-sim(1).\n";

static int complain(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "netmip4-sim: --%s: \"%s\" is wrong; write %s\n", option, value, expected);
	return 3;
}

static bool number(const char *s, uint64_t min, uint64_t max, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && !errno && *ret >= min && *ret <= max;
}

static int number32(const char *option, const char *s, uint32_t max, uint32_t *ret)
{
	char expected[60];
	uint64_t v;

	if (number(s, 1, max, &v)) {
		*ret = (uint32_t)v;
		return 0;
	}
	snprintf(expected, sizeof(expected), "a number from 1 to %" PRIu32, max);
	return complain(option, s, expected);
}

enum {
	OPT_SECONDS,
	OPT_SEED,
	OPT_LAST,
	OPT_JOBS,
	OPT_FAULTS,
	OPT_PLAN,
	OPT_TRACE,
	OPT_HOSTS,
	OPT_NODES,
	OPT_HOURS,
	OPT_VERSION,
	OPT_HELP,
	OPT_MAX
};

static const struct option table[] = {
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "last", required_argument, NULL, OPT_LAST },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "faults", required_argument, NULL, OPT_FAULTS },
	{ "plan", no_argument, NULL, OPT_PLAN },
	{ "trace", no_argument, NULL, OPT_TRACE },
	{ "hosts", required_argument, NULL, OPT_HOSTS },
	{ "nodes", required_argument, NULL, OPT_NODES },
	{ "hours", required_argument, NULL, OPT_HOURS },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static int take(struct options *o, int which)
{
	switch (which) {
	case OPT_SECONDS:
		return number32("seconds", optarg, 1000000, &o->seconds);
	case OPT_SEED:
		return number(optarg, 0, UINT64_MAX, &o->seed)
			       ? 0
			       : complain("seed", optarg, "a number");
	case OPT_LAST:
		return number(optarg, 0, UINT64_MAX, &o->last)
			       ? 0
			       : complain("last", optarg, "a number");
	case OPT_JOBS:
		return number32("jobs", optarg, 1024, &o->jobs);
	case OPT_FAULTS:
		o->faults = optarg;
		return 0;
	case OPT_PLAN:
		o->plan = true;
		return 0;
	case OPT_TRACE:
		o->trace = true;
		return 0;
	case OPT_HOSTS:
		return number32("hosts", optarg, 4000000, &o->hosts);
	case OPT_NODES:
		return number32("nodes", optarg, 10000, &o->nodes);
	case OPT_HOURS:
		return number32("hours", optarg, 10000, &o->hours);
	case OPT_VERSION:
		puts("netmip4-sim " NETMIP4_VERSION);
		return 1;
	case OPT_HELP:
		fputs(usage, stdout);
		return 1;
	}
	fputs("Try netmip4-sim --help.\n", stderr);
	return 3;
}

/* What the options given together mean. */
static int decide(struct options *o, const bool *given)
{
	const bool many = given[OPT_SECONDS] || given[OPT_LAST] || given[OPT_JOBS];
	const bool one = given[OPT_FAULTS] || o->plan || o->trace;
	const bool scale = given[OPT_HOSTS] || given[OPT_NODES] || given[OPT_HOURS];

	if (many + one + scale > 1 || (given[OPT_SECONDS] && given[OPT_LAST]) ||
	    (one && !given[OPT_SEED]) || (scale && !given[OPT_HOSTS])) {
		fputs("netmip4-sim: these options do not go together; see netmip4-sim --help\n",
		      stderr);
		return 3;
	}
	if (given[OPT_LAST] && o->last < o->seed)
		return complain("last", "", "a number that is not below --seed");
	o->mode = scale ? MODE_SCALE : many || !given[OPT_SEED] ? MODE_MANY : MODE_ONE;
	if (!given[OPT_SECONDS] && !given[OPT_LAST])
		o->seconds = SECONDS;
	if (!given[OPT_LAST])
		o->last = UINT64_MAX;
	if (!given[OPT_NODES])
		o->nodes = o->hosts / 1000 + 1;
	return 0;
}

int options_read(struct options *o, int argc, char **argv)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	bool given[OPT_MAX] = { false };
	int which, err;

	*o = (struct options){ .seed = 1,
			       .jobs = processors > 0 ? (uint32_t)processors : 1,
			       .hours = DAY };
	while ((which = getopt_long(argc, argv, "", table, NULL)) != -1) {
		err = take(o, which);
		if (err)
			return err;
		given[which] = true;
	}
	if (optind < argc) {
		fprintf(stderr, "netmip4-sim: what is \"%s\"? See netmip4-sim --help\n",
			argv[optind]);
		return 3;
	}
	return decide(o, given);
}
