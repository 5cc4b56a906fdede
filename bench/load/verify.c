/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what a journal says still holds: every registration that was acknowledged and has not
 * expired can be renewed with the same home address, and no old request, sent again octet by octet,
 * changes anything (RFC 5944 5.7.1): it is denied with 133, or answered as the duplicate of the
 * last accepted one.
 */
#include "load.h"

#include "io/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GROUP_MAX 256 /* hosts that are asked at a time */
#define TRIES     3

enum last { NOTHING, ACCEPTED, ENDED };

struct entry { /* what the journal says of a host in the end */
	enum last last;
	bool asked;   /* something whose outcome is not known followed, */
	bool lets_go; /* which may have ended the registration, and with it the home address */
	double until; /* the registration, s since 1970 */
	uint16_t lifetime;
	uint64_t identification; /* of `request`, the last that was accepted and is no
				    deregistration */
	uint64_t newest;         /* of the last that we sent */
	struct in6_addr home;
	uint8_t request[REQUEST_MAX];
	size_t n;
};

/* Each is done for a whole group before the next begins. */
enum step {
	REPLAY_FIRST, /* may be a duplicate of the last accepted one */
	ASK,
	REPLAY, /* is older than the last accepted one by now */
	ASK_AGAIN,
	STEPS,
};

struct verify {
	struct load *l;
	struct entry *entries;
	enum step step;
	uint32_t group[GROUP_MAX];
	bool answered[GROUP_MAX];
	size_t n, n_answered;
	uint64_t holding, expired, asked, ended, wrong;
};

/* ---- the journal ---- */

static bool read_hex(const char *s, struct entry *e)
{
	const size_t n = strlen(s) / 2;

	if (strlen(s) % 2 || n == 0 || n > sizeof(e->request))
		return false;
	for (size_t i = 0; i < n; i++)
		if (sscanf(s + 2 * i, "%2hhx", &e->request[i]) != 1)
			return false;
	e->n = n;
	return true;
}

/* Where the host was: its place with this care-of address. */
static bool read_place(struct verify *v, uint32_t host, const char *s)
{
	const struct population *p = &v->l->p;
	const uint32_t places = is_routed(p, host) ? v->l->o->routers : 2;
	struct in_addr a;

	if (inet_pton(AF_INET, s, &a) != 1)
		return false;
	for (uint32_t i = 0; i < places; i++)
		if (in4_equal(a, population_care_of(v->l->o, p, host, i))) {
			p->hosts[host].place = i;
			return true;
		}
	return false;
}

static const char *read_line(struct verify *v, const char *line)
{
	char word[16], nai[NAI_MAX + 1], care_of[INET_ADDRSTRLEN], home[INET6_ADDRSTRLEN],
		request[2 * REQUEST_MAX + 1];
	uint64_t identification;
	struct entry *e;
	uint32_t host;
	double at;
	unsigned lifetime;
	int n = sscanf(line, "%15s %128s %15s %45s %u %" SCNx64 " %lf %512s", word, nai, care_of,
		       home, &lifetime, &identification, &at, request);

	if (n < 3)
		return "is no line of a journal";
	host = host_of_nai(v->l, BYTES(nai, strlen(nai)));
	if (host == NOBODY)
		return "names a host of other --realm, --routers, --nodes or --hosts than these";
	e = &v->entries[host];
	if (strcmp(word, "asked") == 0) {
		e->lets_go |= strcmp(care_of, kind_names[MOVEMENT]) != 0 &&
			      strcmp(care_of, kind_names[INITIAL]) != 0;
		e->asked = true;
		return NULL;
	}
	if (n < 8 || (strcmp(word, "accepted") != 0 && strcmp(word, "ended") != 0))
		return "is no line of a journal";
	if (!read_place(v, host, care_of))
		return "has a care-of address of other --sources, --routers, --nodes or --hosts "
		       "than these";
	e->asked = e->lets_go = false;
	e->newest = identification;
	e->last = *word == 'a' ? ACCEPTED : ENDED;
	if (e->last == ENDED)
		return NULL;
	e->lifetime = (uint16_t)lifetime;
	e->until = at + lifetime;
	e->identification = identification;
	e->home = in6addr_any;
	if (*home != '-' && inet_pton(AF_INET6, home, &e->home) != 1)
		return "has a home address that is none";
	return read_hex(request, e) ? NULL : "has a request that is not hexadecimal";
}

static int read_journal(struct verify *v)
{
	FILE *f = fopen(v->l->o->verify, "re");
	const char *wrong = NULL;
	unsigned number = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (!f) {
		fprintf(stderr, "netmip4-load: %s: %s\n", v->l->o->verify, strerror(errno));
		return -EIO;
	}
	/* A last line without its end was being written when the writer was killed. */
	while (!wrong && (n = getline(&line, &room, f)) > 0 && line[n - 1] == '\n') {
		number++;
		wrong = read_line(v, line);
	}
	if (wrong)
		fprintf(stderr, "netmip4-load: %s:%u: this line %s\n", v->l->o->verify, number,
			wrong);
	free(line);
	fclose(f);
	return wrong ? -EIO : 0;
}

/* ---- what is asked ---- */

static void complain(struct verify *v, uint32_t host, const char *what)
{
	char nai[NAI_MAX + 1];

	host_nai(v->l, host, nai);
	v->wrong++;
	fprintf(stderr, "netmip4-load: %s: %s\n", nai, what);
}

static bool is_replay(enum step s)
{
	return s == REPLAY_FIRST || s == REPLAY;
}

/* A host that has gone, or whose registration has expired, only sees its old request sent again. */
static bool takes_part(const struct verify *v, uint32_t host, double now)
{
	const struct entry *e = &v->entries[host];

	if (e->last == NOTHING || e->n == 0)
		return false;
	if (e->last == ENDED || e->until <= now)
		return v->step == REPLAY;
	return true;
}

static void send_one(struct verify *v, uint32_t host)
{
	struct entry *e = &v->entries[host];
	struct load *l = v->l;
	struct host *h = &l->p.hosts[host];
	struct datagram d = { .remote = l->o->home_agent, .remote_port = MIP4_PORT };
	struct now now = clock_now();
	uint8_t buf[REQUEST_MAX];

	h->next_place = h->place;
	h->sent = now.mono;
	h->home = e->home;
	/* Only a deregistration that may have happened lets the home address go. */
	h->expires = e->lets_go && !is_replay(v->step) ? 0 : INT64_MAX;
	if (is_replay(v->step)) {
		h->kind = RENEWAL;
		h->identification = e->identification;
		d.payload = BYTES(e->request, e->n);
	} else {
		/* Nobody knows where it is: it arrives anew. */
		h->kind = e->asked ? INITIAL : RENEWAL;
		h->identification = e->newest;
		h->identification = e->newest = request_identification(l, h, now.ntp);
		d.payload = BYTES(buf, request_write(l, host, buf));
	}
	d.local = population_care_of(l->o, &l->p, host, h->place);
	udp_send(l->udp, &d);
}

/* NULL, or what is wrong with the answer to this step. */
static const char *judge(struct verify *v, uint32_t host, const struct datagram *d,
			 const struct mip4_message *m)
{
	const struct entry *e = &v->entries[host];
	const char *wrong = reply_check(v->l, host, d, m);
	const bool accepted = m->code == MIP4_ACCEPTED || m->code == MIP4_ACCEPTED_NO_SIMULTANEOUS;

	if (wrong)
		return wrong;
	if (!is_replay(v->step))
		return accepted ? NULL : "its registration is denied, although it was acknowledged";
	if (m->code == MIP4_HA_IDENTIFICATION)
		return NULL;
	if (!accepted)
		return "an old request is denied, but not with 133";
	if (v->step == REPLAY)
		return "an old request is accepted";
	return m->lifetime <= e->lifetime ? NULL : "a duplicate is granted a longer lifetime";
}

static void on_reply(struct verify *v, const struct datagram *d, const struct mip4_message *m)
{
	const uint32_t host = m->nai.p ? host_of_nai(v->l, m->nai) : NOBODY;

	for (size_t i = 0; i < v->n; i++) {
		const char *wrong;

		if (v->group[i] != host || v->answered[i] ||
		    (uint32_t)m->identification != (uint32_t)v->l->p.hosts[host].identification)
			continue;
		wrong = judge(v, host, d, m);
		if (wrong)
			complain(v, host, wrong);
		else if (v->step == ASK) /* the home address holds from here on */
			v->entries[host].home = m->hoa_address;
		if (v->step == ASK && !wrong)
			v->entries[host].asked = v->entries[host].lets_go = false;
		v->answered[i] = true;
		v->n_answered++;
		return;
	}
}

static void on_datagram(struct verify *v, const struct datagram *d)
{
	struct mip4_message m;
	uint32_t host;

	if (mip4_decode(d->payload, &v->l->numbers, &m) < 0)
		return;
	if (m.type == MIP4_REVOCATION)
		revocation_acknowledge(v->l, d, &m, &host);
	else if (m.type == MIP4_RRP)
		on_reply(v, d, &m);
}

static void on_datagrams(void *ctx, const struct datagram *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		on_datagram(ctx, &v[i]);
}

/* ---- in groups ---- */

static void wait_for_answers(struct verify *v)
{
	const nsec_t end = clock_now().mono + v->l->o->timeout;
	struct pollfd p = { udp_fd(v->l->udp), POLLIN, 0 };

	for (nsec_t now; v->n_answered < v->n && !stopped && (now = clock_now().mono) < end;) {
		poll(&p, 1, (int)((end - now) / NSEC_PER_MSEC) + 1);
		udp_receive(v->l->udp, on_datagrams, v);
		udp_flush(v->l->udp);
	}
}

static void ask_group(struct verify *v)
{
	memset(v->answered, 0, sizeof(v->answered));
	v->n_answered = 0;
	for (int t = 0; t < TRIES && v->n_answered < v->n && !stopped; t++) {
		for (size_t i = 0; i < v->n; i++)
			if (!v->answered[i])
				send_one(v, v->group[i]);
		udp_flush(v->l->udp);
		wait_for_answers(v);
	}
	for (size_t i = 0; i < v->n && !stopped; i++)
		if (!v->answered[i])
			complain(v, v->group[i], "is not answered");
}

static void check_all(struct verify *v)
{
	for (uint32_t begin = 0; begin < v->l->p.n && !stopped; begin += GROUP_MAX)
		for (v->step = 0; v->step < STEPS; v->step++) {
			const double now = (double)time(NULL);

			v->n = 0;
			for (uint32_t i = begin; i < v->l->p.n && i < begin + GROUP_MAX; i++)
				if (takes_part(v, i, now))
					v->group[v->n++] = i;
			ask_group(v);
		}
}

static int by_home(const void *a, const void *b)
{
	const struct entry *const *l = a, *const *r = b;

	return memcmp(&(*l)->home, &(*r)->home, sizeof((*l)->home));
}

/* Counts what there is, and finds addresses that two hosts have. 0 or -EIO: out of memory. */
static int count(struct verify *v)
{
	const struct entry **held = calloc(v->l->p.n, sizeof(*held));
	const double now = (double)time(NULL);
	size_t n = 0;

	if (!held) {
		fprintf(stderr, "netmip4-load: out of memory\n");
		return -EIO;
	}
	for (uint32_t i = 0; i < v->l->p.n; i++) {
		const struct entry *e = &v->entries[i];

		v->ended += e->last == ENDED;
		v->expired += e->last == ACCEPTED && e->until <= now;
		if (e->last != ACCEPTED || e->until <= now)
			continue;
		v->holding++;
		v->asked += e->asked;
		if (!in6_is_unspecified(&e->home) && !e->asked)
			held[n++] = e;
	}
	qsort(held, n, sizeof(*held), by_home);
	for (size_t i = 1; i < n; i++)
		if (by_home(&held[i - 1], &held[i]) == 0)
			complain(v, (uint32_t)(held[i] - v->entries),
				 "has a home address that another host has, too");
	free(held);
	return 0;
}

int verify_run(struct load *l)
{
	struct verify *v = calloc(1, sizeof(*v));
	int err = 0;

	if (v) {
		v->l = l;
		v->entries = calloc(l->p.n, sizeof(*v->entries));
	}
	if (!v || !v->entries) {
		fprintf(stderr, "netmip4-load: out of memory\n");
		err = -EIO;
	}
	if (!err)
		err = read_journal(v);
	if (!err)
		err = count(v);
	if (!err) {
		check_all(v);
		printf(l->o->json ? "{\"registrations\": %" PRIu64 ", \"unanswered\": %" PRIu64
				    ", \"expired\": %" PRIu64 ", \"ended\": %" PRIu64
				    ", \"wrong\": %" PRIu64 "}\n"
				  : "%" PRIu64 " registrations (after the last of %" PRIu64
				    " something unanswered was sent), %" PRIu64 " expired, %" PRIu64
				    " ended: %" PRIu64 " wrong\n",
		       v->holding, v->asked, v->expired, v->ended, v->wrong);
		err = v->wrong || stopped ? -EIO : 0;
	}
	if (v)
		free(v->entries);
	free(v);
	return err;
}
