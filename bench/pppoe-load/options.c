/* SPDX-License-Identifier: Apache-2.0 */
#include "dial.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
	"netmip4-pppoe-load: many hosts that dial in at an access router by PPPoE\n"
	"\n"
	"  netmip4-pppoe-load --interface NAME --secret SECRET [...]\n"
	"      --interface NAME where the access concentrator is\n"
	"      --sessions N     hosts (100)\n"
	"      --window N       hosts that dial, or hang up, at a time (64)\n"
	"      --user PATTERN   what they call themselves, %u is their number\n"
	"                       (user%u@lab.example)\n"
	"      --secret SECRET  of all of them\n"
	"      --service NAME   that they ask for (any)\n"
	"      --auth METHOD    the only one that they agree to: pap, chap or eap (any)\n"
	"      --identifiers    they ask for interface identifiers of their own, not for any\n"
	"      --mac ADDRESS    of the first host, the others' follow (02:50:50:00:00:00)\n"
	"      --one-mac        all have the address of the interface instead\n"
	"      --duration S     seconds that they stay (0)\n"
	"      --echoes N       Echo-Requests a second while they stay (0)\n"
	"      --leave          sessions are not ended\n"
	"      --timeout S      after which a host that dials gives up (60)\n"
	"      --json           the report as JSON\n"
	"      --version, --help\n"
	"\n"
	"Exit status: 0 all went well, 1 a session was lost, refused or ended, or something was\n"
	"wrong, 2 wrong command line or interface. See netmip4-pppoe-load(1).\n";

enum {
	INTERFACE = 256,
	SESSIONS,
	WINDOW,
	USER,
	SECRET,
	SERVICE,
	AUTH,
	IDENTIFIERS,
	MAC,
	ONE_MAC,
	DURATION,
	ECHOES,
	LEAVE,
	TIMEOUT,
	JSON,
	VERSION,
	HELP
};

static const struct option longs[] = { { "interface", required_argument, NULL, INTERFACE },
				       { "sessions", required_argument, NULL, SESSIONS },
				       { "window", required_argument, NULL, WINDOW },
				       { "user", required_argument, NULL, USER },
				       { "secret", required_argument, NULL, SECRET },
				       { "service", required_argument, NULL, SERVICE },
				       { "auth", required_argument, NULL, AUTH },
				       { "identifiers", no_argument, NULL, IDENTIFIERS },
				       { "mac", required_argument, NULL, MAC },
				       { "one-mac", no_argument, NULL, ONE_MAC },
				       { "duration", required_argument, NULL, DURATION },
				       { "echoes", required_argument, NULL, ECHOES },
				       { "leave", no_argument, NULL, LEAVE },
				       { "timeout", required_argument, NULL, TIMEOUT },
				       { "json", no_argument, NULL, JSON },
				       { "version", no_argument, NULL, VERSION },
				       { "help", no_argument, NULL, HELP },
				       { 0 } };

static bool read_number(const char *s, uint32_t max, uint32_t *ret)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || errno || v < 1 || v > max)
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool read_real(const char *s, double max, double *ret)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !isfinite(v) || v < 0 || v > max)
		return false;
	*ret = v;
	return true;
}

static bool read_name(const char *s, size_t max, char ret[TEXT_MAX + 1])
{
	if (strlen(s) > max)
		return false;
	strcpy(ret, s);
	return true;
}

static bool read_auth(const char *s, enum ppp_method *ret)
{
	static const char *const names[] = {
		[PPP_AUTH_PAP] = "pap", [PPP_AUTH_CHAP_MD5] = "chap", [PPP_AUTH_EAP] = "eap"
	};

	for (int i = PPP_AUTH_PAP; i <= PPP_AUTH_EAP; i++)
		if (strcmp(s, names[i]) == 0) {
			*ret = (enum ppp_method)i;
			return true;
		}
	return false;
}

/* Of a host, not a group. */
static bool read_mac(const char *s, struct mac_addr *ret)
{
	struct mac_addr m;
	int end = 0;

	if (sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &m.b[0], &m.b[1], &m.b[2], &m.b[3],
		   &m.b[4], &m.b[5], &end) != 6 ||
	    s[end] || m.b[0] & 1)
		return false;
	*ret = m;
	return true;
}

static bool read_seconds(const char *s, nsec_t *ret)
{
	double v;

	if (!read_real(s, 3600, &v))
		return false;
	*ret = (nsec_t)(v * (double)NSEC_PER_SEC);
	return true;
}

/* One option: NULL, or what should have been written. */
static const char *read_option(struct options *o, int option, const char *value)
{
	switch (option) {
	case INTERFACE:
		o->interface = value;
		return NULL;
	case SESSIONS:
		return read_number(value, SESSIONS_MAX, &o->sessions) ? NULL : "1 to 1048576";
	case WINDOW:
		return read_number(value, SESSIONS_MAX, &o->window) ? NULL : "1 to 1048576";
	case USER: /* with room for the number */
		return read_name(value, TEXT_MAX - 8, o->user) ? NULL : "at most 120 octets";
	case SECRET:
		return read_name(value, TEXT_MAX, o->secret) ? NULL : "at most 128 octets";
	case SERVICE:
		return read_name(value, TEXT_MAX, o->service) ? NULL : "at most 128 octets";
	case AUTH:
		return read_auth(value, &o->auth) ? NULL : "pap, chap or eap";
	case IDENTIFIERS:
		o->identifiers = true;
		return NULL;
	case MAC:
		return read_mac(value, &o->mac) ? NULL : "six octets, such as 02:50:50:00:00:00";
	case ONE_MAC:
		o->one_mac = true;
		return NULL;
	case DURATION:
		return read_real(value, 1e7, &o->duration) ? NULL : "0 to 10000000";
	case ECHOES:
		return read_real(value, 1e6, &o->echoes) ? NULL : "0 to 1000000";
	case LEAVE:
		o->leave = true;
		return NULL;
	case TIMEOUT:
		return read_seconds(value, &o->timeout) ? NULL : "0 to 3600";
	case JSON:
		o->json = true;
		return NULL;
	default:
		return "what --help lists";
	}
}

int options_read(int argc, char **argv, struct options *ret)
{
	struct options o = { .sessions = 100,
			     .window = 64,
			     .user = "user%u@lab.example",
			     .mac = { { 0x02, 0x50, 0x50 } },
			     .timeout = 60 * NSEC_PER_SEC };
	int which = 0;

	for (int c; (c = getopt_long(argc, argv, "", longs, &which)) != -1;) {
		const char *expected;

		if (c == '?') {
			fputs("netmip4-pppoe-load: netmip4-pppoe-load --help lists all options\n",
			      stderr);
			return 2;
		}
		if (c == HELP || c == VERSION) {
			fputs(c == HELP ? usage : "netmip4-pppoe-load " NETMIP4_VERSION "\n",
			      stdout);
			return 1;
		}
		expected = read_option(&o, c, optarg);
		if (expected) {
			fprintf(stderr, "netmip4-pppoe-load: --%s: \"%s\" is wrong; write %s\n",
				longs[which].name, optarg, expected);
			return 2;
		}
	}
	if (optind < argc || !o.interface || !*o.secret) {
		fprintf(stderr, "netmip4-pppoe-load: %s; netmip4-pppoe-load --help lists all\n",
			optind < argc  ? "there is something that is no option"
			: !o.interface ? "add --interface NAME"
				       : "add --secret SECRET");
		return 2;
	}
	if (o.one_mac && o.sessions > UINT16_MAX - 1) {
		fprintf(stderr, "netmip4-pppoe-load: one MAC address has 65534 sessions at most\n");
		return 2;
	}
	*ret = o;
	return 0;
}
