/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one scenario file. Its lines, after '#' comments and a `rows` line with the requirement rows
 * that the scenario shows:
 *
 *   config KEY VALUE            before the first `at`: see config() below
 *   at SECONDS COMMAND ...      in order of time: see command() below
 *   until SECONDS               how long the world runs
 *   + [<S] PATTERN              the trace has this line (fnmatch) after the one matched before,
 *                               at most S seconds later
 *   - PATTERN                   the trace has no such line
 *   = N PATTERN                 the trace has it N times
 *
 * Lines of the trace: "an1>ha RRQ ..." signalling, "an1=>ha NS ..." through the tunnel, "mn-an1
 * ..." and "an1-mn ..." on the access link, "ha-home ..." and "home-ha ..." on the home link, "NODE
 * event
 * ..." and "NODE tunnel-set" and the like.
 */
#include "scenario.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 8
#define TRACE_MAX 20000

struct scenario {
	struct world w;
	char *trace[TRACE_MAX];
	nsec_t trace_at[TRACE_MAX];
	size_t n_trace;
	const char *file;
	unsigned line;
	nsec_t start;
	bool started;
	size_t matched; /* trace lines up to here are behind us */
	nsec_t matched_at;
	unsigned checks, failures;
	char rows[512];
};

static void keep_line(void *ctx, const char *text)
{
	struct scenario *s = ctx;

	assert(s->n_trace < TRACE_MAX);
	s->trace[s->n_trace] = strdup(text);
	s->trace_at[s->n_trace++] = s->w.now;
}

static void fail(struct scenario *s, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", s->file, s->line, what);
	s->failures++;
}

static struct in6_addr address(struct scenario *s, const char *text)
{
	struct in6_addr a = { 0 };
	const struct mobile *mn = &s->w.hosts[0];

	if (strcmp(text, "mn.own") == 0) /* that it has made itself */
		return mn->global;

	if (strcmp(text, "mn.link-local") == 0)
		return mn->link_local;
	if (strcmp(text, "mn.global") == 0) {
		a = s->w.ha_config.prefixes[0].prefix;
		memcpy(&a.s6_addr[8], &mn->link_local.s6_addr[8], 8);
	} else if (inet_pton(AF_INET6, text, &a) != 1) {
		fail(s, "not an address");
	}
	return a;
}

/* prefixes FIRST SIZE, shared PREFIX (sequential identifiers), addresses FIRST SIZE; none: those so
 * far are no longer there. */
static void pool(struct scenario *s, const char *value)
{
	struct ha_config *h = &s->w.ha_config;
	struct ha_pool_config *p = &h->pools[h->n_pools];
	char kind[16], first[64];
	unsigned long size = 0;
	const int n = sscanf(value, "%15s %63s %lu", kind, first, &size);

	if (strcmp(value, "none") == 0) {
		h->n_pools = 0;
		return;
	}
	*p = (struct ha_pool_config){ .kind = *kind == 'p'   ? HA_POOL_PREFIXES
					      : *kind == 's' ? HA_POOL_SHARED
							     : HA_POOL_ADDRESSES,
				      .identifiers = HA_IDENTIFIERS_SEQUENTIAL,
				      .size = size,
				      .valid = h->prefixes[0].valid,
				      .preferred = h->prefixes[0].preferred };
	if (n < 2 || !in6_parse(first, &p->first) || ++h->n_pools == HA_POOLS_MAX)
		fail(s, "not a pool");
}

/* Of both access routers. */
static bool config_router(struct scenario *s, const char *key, const char *value)
{
	for (uint32_t i = 0; i < s->w.n_nodes; i++) {
		struct ar_config *c = s->w.nodes[i].ar_config;

		if (!c)
			continue;
		if (strcmp(key, "addressing") == 0 && strcmp(value, "slaac") == 0)
			c->ports[0].addressing = AR_SLAAC;
		else if (strcmp(key, "addressing") == 0 && strcmp(value, "ppp") == 0)
			c->ports[0].addressing = AR_PPP, config_pppoe(&c->pppoe);
		else if (strcmp(key, "ppp-shared") == 0)
			c->pppoe.realms[0].shared = true;
		else if (strcmp(key, "ppp-accept-peer") == 0)
			c->pppoe.realms[0].iid_policy = AR_IID_ACCEPT_PEER;
		else if (strcmp(key, "trigger") == 0 && strcmp(value, "solicit") == 0)
			c->trigger = AR_TRIGGER_SOLICIT;
		else if (strcmp(key, "router-ra-max") == 0)
			c->ra_min = c->ra_max = (uint16_t)strtoul(value, NULL, 10);
		else
			return false;
	}
	return true;
}

static void config(struct scenario *s, const char *key, const char *value)
{
	struct ha_config *h = &s->w.ha_config;
	struct an_config *a = &s->w.an_configs[1];
	uint32_t n = (uint32_t)strtoul(value, NULL, 10);

	if (strcmp(key, "lifetime") == 0)
		a[0].access.lifetime = a[1].access.lifetime = (uint16_t)n;
	else if (strcmp(key, "lifetime-max") == 0)
		h->lifetime_max = (uint16_t)n;
	else if (strcmp(key, "prefix-valid") == 0)
		h->prefixes[0].valid = n;
	else if (strcmp(key, "prefix-preferred") == 0)
		h->prefixes[0].preferred = n;
	else if (strcmp(key, "router-lifetime") == 0)
		h->router_lifetime = (uint16_t)n;
	else if (strcmp(key, "ra-max") == 0)
		h->ra_max = (uint16_t)n, h->ra_min = (uint16_t)(n / 3);
	else if (strcmp(key, "tunnelling") == 0)
		h->tunnelling = n;
	else if (strcmp(key, "managed") == 0)
		h->managed = n;
	else if (strcmp(key, "other") == 0)
		h->other = n;
	else if (strcmp(key, "autonomous") == 0)
		h->autonomous = n;
	else if (strcmp(key, "advertise") == 0)
		h->advertise = n;
	else if (strcmp(key, "bindings-max") == 0)
		h->bindings_max = n;
	else if (strcmp(key, "link-mtu") == 0)
		h->link_mtu = (uint16_t)n;
	else if (strcmp(key, "pool-size") == 0)
		a[0].pool_size = a[1].pool_size = n;
	else if (strcmp(key, "eager") == 0)
		a[0].access.ports[0].eager = a[1].access.ports[0].eager = n;
	else if (strcmp(key, "pool") == 0)
		pool(s, value);
	else if (strcmp(key, "home-prefixes") == 0)
		h->n_prefixes = n;
	else if (strcmp(key, "nai") == 0)
		strncpy(a[0].access.ports[0].nai, value, NAI_MAX),
			strncpy(a[1].access.ports[0].nai, value, NAI_MAX);
	else if (strcmp(key, "realm") == 0)
		strncpy(a[0].access.ports[0].realm, value, ACCESS_REALM_MAX);
	else if (!config_router(s, key, value))
		fail(s, "no such configuration");
}

/* send HOST TYPE [ADDRESS]: a DHCPv6 message; false if it is something else. */
static bool send_dhcp6(struct scenario *s, struct mobile *h, char **v)
{
	static const enum dhcp6_type types[] = { DHCP6_SOLICIT, DHCP6_REQUEST, DHCP6_CONFIRM,
						 DHCP6_RENEW,   DHCP6_REBIND,  DHCP6_RELEASE,
						 DHCP6_DECLINE };
	const struct in6_addr a = address(s, v[3] ? v[3] : "::");

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(v[2], dhcp6_type_name(types[i])) == 0) {
			mobile_dhcp6(&s->w, h, types[i], v[3] ? &a : NULL);
			return true;
		}
	return false;
}

/* send HOST dial NAME [PASSWORD [IDENTIFIER]], send HOST terminate or padt: likewise. */
static bool send_ppp(struct scenario *s, struct mobile *h, char **v)
{
	if (strcmp(v[2], "dial") == 0 && v[3])
		dial_begin(&s->w, h, v[3], v[4] ? v[4] : "secret",
			   v[4] && v[5] ? strtoull(v[5], NULL, 16) : 0);
	else if (strcmp(v[2], "terminate") == 0 || strcmp(v[2], "padt") == 0)
		dial_hang_up(&s->w, h, v[2][0] == 'p');
	else
		return false;
	return true;
}

static void send_by_host(struct scenario *s, struct mobile *h, char **v)
{
	struct in6_addr a, dst;

	if (send_ppp(s, h, v))
		return;
	a = address(s, v[3] ? v[3] : "::");
	dst = address(s, v[3] && v[4] ? v[4] : "::");
	if (strcmp(v[2], "dad") == 0) {
		mobile_dad(&s->w, h, &a);
	} else if (strcmp(v[2], "rs") == 0) {
		mobile_rs(&s->w, h);
	} else if (strcmp(v[2], "mld") == 0) {
		mobile_mld(&s->w, h);
	} else if (strcmp(v[2], "ns") == 0) { /* send HOST ns SRC TARGET */
		mobile_ns(&s->w, h, &a, &dst);
	} else if (strcmp(v[2], "data") == 0) { /* send HOST data SRC DST */
		mobile_data(&s->w, h, &a, &dst);
	} else if (!send_dhcp6(s, h, v)) {
		fail(s, "cannot send that");
	}
}

static void revoke(struct scenario *s, const char *nai)
{
	struct node *n = &s->w.nodes[WORLD_HA];
	struct now now = world_now(&s->w, n);
	struct actions *out = runtime_begin(&n->runtime, 0, now);

	if (ha_revoke(n->ha, BYTES(nai, strlen(nai)), now, out))
		fail(s, "no binding to revoke");
	node_flush(n);
}

/* What the other host of the home link does. */
static void home_command(struct scenario *s, const char *what, struct in6_addr a)
{
	struct world *w = &s->w;

	if (strcmp(what, "owns") == 0 && w->n_home_owner < WORLD_OWNERS)
		w->home_owner[w->n_home_owner++] = a;
	else if (strcmp(what, "ns") == 0)
		home_ns(w, &a);
	else if (strcmp(what, "dad") == 0)
		home_dad(w, &a);
	else
		fail(s, "no such command");
}

/* The home agent takes over another configuration. */
static void reload(struct scenario *s, const char *key, char **words)
{
	char value[128] = "";

	for (size_t n = 0; *words && n < sizeof(value); words++)
		n += (size_t)snprintf(value + n, sizeof(value) - n, "%s%s", n ? " " : "", *words);
	config(s, key, value);
	world_reload(&s->w);
}

/* request NAI IDENTIFIER (hexadecimal), renew NAI [ADDRESS], end NAI [ADDRESS]; false if it is
 * something else. */
static bool router_does(struct scenario *s, struct node *n, char **v)
{
	const enum router_request what = strcmp(v[0], "request") == 0 ? ROUTER_REQUEST
					 : strcmp(v[0], "renew") == 0 ? ROUTER_RENEW
								      : ROUTER_END;
	struct in6_addr address;

	if (!v[1] || (what == ROUTER_REQUEST && !v[2]) ||
	    (what == ROUTER_END && strcmp(v[0], "end") != 0) ||
	    (what != ROUTER_REQUEST && v[2] && !in6_parse(v[2], &address)))
		return false;
	router_send(&s->w, n, what, BYTES(v[1], strlen(v[1])),
		    what == ROUTER_REQUEST ? strtoull(v[2], NULL, 16) : 0,
		    what != ROUTER_REQUEST && v[2] ? &address : NULL, 600);
	return true;
}

/* router NAME data SRC DST: a packet of a host; otherwise as above. */
static bool router_command(struct scenario *s, struct node *n, char **v)
{
	struct in6_addr src, dst;

	if (strcmp(v[0], "router") != 0 || !v[2])
		return false;
	if (strcmp(v[2], "data") != 0 || !v[3] || !v[4])
		return router_does(s, n, v + 2);
	src = address(s, v[3]);
	dst = address(s, v[4]);
	router_data(&s->w, n, &src, &dst);
	return true;
}

/* v[0] is the command. */
static void command(struct scenario *s, char **v)
{
	struct world *w = &s->w;
	const char *arg = v[1] ? v[1] : "";
	struct node *n = world_node(w, arg);
	struct mobile *h = mobile_find(w, arg);

	if (strcmp(v[0], "place") == 0 && h) /* place HOST NODE: plug in, no link event */
		h->at = world_node(w, v[2] ? v[2] : "");
	else if (strcmp(v[0], "deaf") == 0 && h) /* stops reacting */
		h->answers = false;
	else if (strcmp(v[0], "send") == 0 && h && v[2])
		send_by_host(s, h, v);
	else if (strcmp(v[0], "link-up") == 0 && n)
		node_link(n, 0, LINK_UP);
	else if (strcmp(v[0], "link-down") == 0 && n)
		node_link(n, 0, LINK_DOWN);
	else if (strcmp(v[0], "block") == 0 && n)
		n->blocked = true;
	else if (strcmp(v[0], "unblock") == 0 && n)
		n->blocked = false;
	else if (strcmp(v[0], "plane-fails") == 0 && n)
		n->plane_fails = true;
	else if (strcmp(v[0], "plane-works") == 0 && n)
		n->plane_fails = false;
	else if (strcmp(v[0], "disk-full") == 0 && n)
		n->disk.full = true;
	else if (strcmp(v[0], "disk-works") == 0 && n)
		n->disk.full = false;
	else if (strcmp(v[0], "forget") == 0 && n) /* what it has stored, before a restart */
		world_forget(w, n->index);
	else if (strcmp(v[0], "boot") == 0 && n) /* the machine: its data plane is empty */
		world_boot(w, n->index);
	else if (strcmp(v[0], "kill") == 0 && n) /* until its restart */
		n->down = true;
	else if (strcmp(v[0], "restart") == 0 && n)
		world_start_node(w, n->index);
	else if (strcmp(v[0], "reload") == 0 && v[1] && v[2]) /* reload KEY VALUE ... */
		reload(s, v[1], v + 2);
	else if (strcmp(v[0], "too-big") == 0 && n && v[2])
		node_too_big(n, (uint16_t)atoi(v[2]));
	else if (strcmp(v[0], "skew") == 0 && n && v[2])
		n->skew = strtol(v[2], NULL, 10) * NSEC_PER_SEC;
	else if (strcmp(v[0], "lose") == 0)
		w->lose = atoi(arg);
	else if (strcmp(v[0], "stop") == 0 && n && n->an)
		an_stop(n->an, world_now(w, n)), node_flush(n);
	else if (strcmp(v[0], "stop") == 0 && n && n->ar)
		ar_stop(n->ar, world_now(w, n)), node_flush(n);
	else if (strcmp(v[0], "revoke") == 0)
		revoke(s, arg);
	else if (strcmp(v[0], "replay") == 0 && w->last_rrq)
		world_post(w, ARRIVE_DATAGRAM, w->last_rrq->to, w->last_rrq->local,
			   w->last_rrq->remote, BYTES(w->last_rrq->data, w->last_rrq->n), 0);
	else if (strncmp(v[0], "home-", 5) == 0)
		home_command(s, v[0] + 5, address(s, arg));
	else if (n && router_command(s, n, v))
		return;
	else if (strcmp(v[0], "note") == 0)
		trace_line(w, "note %s", arg);
	else
		fail(s, "no such command");
}

static void print_trace(const struct scenario *s)
{
	for (size_t i = 0; i < s->n_trace; i++)
		fprintf(stderr, "%10.3f %s\n",
			(double)(s->trace_at[i] - s->start) / (double)NSEC_PER_SEC, s->trace[i]);
}

/* What the simulator holds to, a scenario does, too (sim/check.h). */
static void broken(void *ctx, const char *text)
{
	const struct scenario *s = ctx;

	fprintf(stderr, "%s:%u: %s\n", s->file, s->line, text);
	print_trace(s);
	exit(1);
}

static void start(struct scenario *s)
{
	s->started = true;
	world_begin(&s->w);
	check_new(&s->w, 1, broken, s);
	for (uint32_t i = 0; i < SCENARIO_NODES; i++)
		world_start_node(&s->w, i);
}

static void at(struct scenario *s, char *rest)
{
	char *v[WORDS_MAX + 1] = { NULL };
	size_t n = 0;
	char *word;
	nsec_t t = (nsec_t)(strtod(rest, &rest) * (double)NSEC_PER_SEC);

	if (!s->started)
		start(s);
	world_until(&s->w, s->start + t);
	while (n < WORDS_MAX && (word = strsep(&rest, " ")))
		if (*word)
			v[n++] = word;
	if (n)
		command(s, v);
}

static void expect(struct scenario *s, char *pattern)
{
	double within = 0;

	s->checks++;
	if (*pattern == '<') {
		within = strtod(pattern + 1, &pattern);
		pattern += strspn(pattern, " ");
	}
	for (size_t i = s->matched; i < s->n_trace; i++) {
		if (fnmatch(pattern, s->trace[i], 0))
			continue;
		if (within > 0 &&
		    s->trace_at[i] - s->matched_at > (nsec_t)(within * (double)NSEC_PER_SEC))
			break;
		s->matched = i + 1;
		s->matched_at = s->trace_at[i];
		return;
	}
	fail(s, pattern);
}

static size_t count(const struct scenario *s, const char *pattern)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_trace; i++)
		n += fnmatch(pattern, s->trace[i], 0) == 0;
	return n;
}

static void do_line(struct scenario *s, char *line)
{
	char *rest = line + strcspn(line, " ");

	if (*rest)
		*rest++ = 0;
	if (*line == 0 || *line == '#')
		return;
	if (strcmp(line, "rows") == 0) {
		snprintf(s->rows, sizeof(s->rows), "%s", rest);
	} else if (strcmp(line, "config") == 0) {
		char *value = rest + strcspn(rest, " ");

		if (*value)
			*value++ = 0;
		config(s, rest, value);
	} else if (strcmp(line, "at") == 0) {
		at(s, rest);
	} else if (strcmp(line, "until") == 0) {
		world_until(&s->w, s->start + (nsec_t)(strtod(rest, NULL) * (double)NSEC_PER_SEC));
	} else if (strcmp(line, "+") == 0) {
		expect(s, rest);
	} else if (strcmp(line, "-") == 0) {
		s->checks++;
		if (count(s, rest))
			fail(s, rest);
	} else if (strcmp(line, "=") == 0) {
		size_t n = strtoul(rest, &rest, 10);

		s->checks++;
		rest += strspn(rest, " ");
		if (count(s, rest) != n)
			fail(s, rest);
	} else {
		fail(s, "not a scenario line");
	}
}

/* As tests/test.c does for tests in C. */
static void record_rows(const struct scenario *s)
{
	const char *path = getenv("NETMIP4_REQS"), *name = strrchr(s->file, '/');
	FILE *f = path ? fopen(path, "a") : NULL;
	char rows[512], *at = rows;

	if (!f)
		return;
	memcpy(rows, s->rows, sizeof(rows));
	for (char *row; (row = strsep(&at, " "));)
		if (*row)
			fprintf(f, "%s tests/scenario%s\n", row, name ? name : s->file);
	fclose(f);
}

int main(int argc, char **argv)
{
	static struct scenario s;
	FILE *f = argc >= 2 ? fopen(argv[1], "r") : NULL;
	char line[512];

	if (!f) {
		fprintf(stderr, "usage: scenario FILE [-v]: %s\n", strerror(errno));
		return 2;
	}
	s.file = argv[1];
	setup_world(&s.w);
	s.w.line = keep_line;
	s.w.line_ctx = &s;
	s.start = s.w.now;
	s.matched_at = s.start;
	while (fgets(line, sizeof(line), f)) {
		s.line++;
		line[strcspn(line, "\n")] = 0;
		do_line(&s, line);
	}
	fclose(f);
	if (s.failures || !s.checks || argc > 2)
		print_trace(&s);
	if (!s.failures && s.checks)
		record_rows(&s);
	printf("%s: %u checks, %u failed\n", s.file, s.checks, s.failures);
	world_done(&s.w);
	while (s.n_trace)
		free(s.trace[--s.n_trace]);
	return s.failures || !s.checks;
}
