/* SPDX-License-Identifier: Apache-2.0 */
/* The run: requests out, replies in, by one thread that waits for either or for the time. */
#include "load.h"

#include "io/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILL_ROUNDS     3 /* times that a host is tried before the run goes on without it */
#define SPIN            (NSEC_PER_MSEC / 5) /* shorter waits are not worth sleeping */
#define PROGRESS_PERIOD NSEC_PER_SEC
#define WAIT_MAX        (100 * NSEC_PER_MSEC)

volatile sig_atomic_t stopped;

static bool is_accepted(const struct mip4_message *m)
{
	return m->code == MIP4_ACCEPTED || m->code == MIP4_ACCEPTED_NO_SIMULTANEOUS;
}

void explain(struct load *l, const struct datagram *d, const char *what)
{
	char peer[INET_ADDRSTRLEN], local[INET_ADDRSTRLEN];

	l->counts->wrong++;
	if (l->explained++ < EXPLANATIONS_MAX)
		fprintf(stderr, "netmip4-load: from %s to %s: %s\n",
			inet_ntop(AF_INET, &d->remote, peer, sizeof(peer)),
			inet_ntop(AF_INET, &d->local, local, sizeof(local)), what);
}

/* ---- replies ---- */

static void add_latency(struct latency *y, nsec_t received, nsec_t took)
{
	if (received >= y->ends) {
		if (y->stretch.n >= STRETCH_LEAST) {
			histogram_add(&y->p50s, histogram_at(&y->stretch, 0.5));
			histogram_add(&y->p99s, histogram_at(&y->stretch, 0.99));
		}
		y->stretch = (struct histogram){ .n = 0 };
		y->ends = received + STRETCH;
	}
	histogram_add(&y->stretch, took);
	histogram_add(&y->all, took);
}

static void accept_reply(struct load *l, uint32_t host, const struct mip4_message *m)
{
	struct host *h = &l->p.hosts[host];
	const bool ended = h->kind == DEREGISTRATION;

	h->place = h->next_place;
	h->home = ended ? in6addr_any : m->hoa_address;
	h->expires = h->sent + m->lifetime * NSEC_PER_SEC;
	l->counts->accepted[h->kind]++;
	add_latency(&l->latency, l->received, l->received - h->due);
	journal_accepted(l, host, m->lifetime);
	population_settle(&l->p, host, ended ? HOST_FREE : HOST_REGISTERED);
}

static void on_reply(struct load *l, const struct datagram *d, const struct mip4_message *m)
{
	const uint32_t host = m->nai.p ? host_of_nai(l, m->nai) : NOBODY;
	struct host *h = &l->p.hosts[host];
	const char *wrong;

	if (host == NOBODY) {
		explain(l, d, "reply to nobody that we know");
		return;
	}
	if (h->state != HOST_WAITING ||
	    (uint32_t)m->identification != (uint32_t)h->identification) {
		l->counts->late++;
		return;
	}
	wrong = reply_check(l, host, d, m);
	if (wrong) {
		explain(l, d, wrong);
	} else if (is_accepted(m)) {
		accept_reply(l, host, m);
	} else {
		l->counts->denied[m->code]++;
		population_settle(&l->p, host, h->former);
	}
}

/* Revocations of where a host has been are all that a movement leaves; of where it is, they end its
 * registration. */
static void on_revocation(struct load *l, const struct datagram *d, const struct mip4_message *m)
{
	uint32_t host = NOBODY;
	const char *wrong = revocation_acknowledge(l, d, m, &host);
	const struct host *h = &l->p.hosts[host];

	if (wrong) {
		explain(l, d, wrong);
		return;
	}
	l->counts->revoked++;
	if (h->state == HOST_REGISTERED &&
	    in4_equal(m->care_of, population_care_of(l->o, &l->p, host, h->place))) {
		journal_revoked(l, host);
		population_settle(&l->p, host, HOST_FREE);
	}
}

static void on_datagram(struct load *l, const struct datagram *d)
{
	struct mip4_message m;

	if (mip4_decode(d->payload, &l->numbers, &m) < 0)
		explain(l, d, "what came cannot be decoded");
	else if (m.type == MIP4_RRP)
		on_reply(l, d, &m);
	else if (m.type == MIP4_REVOCATION)
		on_revocation(l, d, &m);
	else
		explain(l, d, "a message that no home agent sends");
}

static void on_datagrams(void *ctx, const struct datagram *v, size_t n)
{
	struct load *l = ctx;

	if (!l->received)
		l->received = clock_now().mono;
	for (size_t i = 0; i < n; i++)
		on_datagram(l, &v[i]);
}

/* ---- requests ---- */

static void ask(struct load *l, uint32_t host, enum kind k, nsec_t due)
{
	struct host *h = &l->p.hosts[host];
	const struct now now = clock_now();
	uint8_t own[REQUEST_MAX], *buf = l->requests ? l->requests[host] : own;
	struct datagram d = { .remote = l->o->home_agent,
			      .local_port = l->o->port,
			      .remote_port = MIP4_PORT };
	size_t n;

	h->kind = (uint8_t)k;
	h->next_place = k == MOVEMENT ? population_elsewhere(l->o, &l->p, host, &l->rng) : h->place;
	h->identification = request_identification(l, h, now.ntp);
	h->due = due ? due : now.mono;
	h->sent = now.mono;
	n = request_write(l, host, buf);
	if (l->requests)
		l->request_lengths[host] = (uint16_t)n;
	journal_asked(l, host);
	d.local = population_care_of(l->o, &l->p, host, h->next_place);
	d.payload = BYTES(buf, n);
	udp_send(l->udp, &d);
	l->counts->sent++;
	population_wait(&l->p, host);
}

/* A request of the mix. Where no host is in the state for it, its opposite makes one so. */
static bool ask_any(struct load *l, nsec_t due)
{
	static const enum kind instead[KINDS] = { [INITIAL] = DEREGISTRATION,
						  [RENEWAL] = INITIAL,
						  [MOVEMENT] = INITIAL,
						  [DEREGISTRATION] = INITIAL };
	const uint32_t *mix = l->o->mix;
	uint64_t at = rng_below(&l->rng,
				mix[INITIAL] + mix[RENEWAL] + mix[MOVEMENT] + mix[DEREGISTRATION]);
	enum kind k = INITIAL;
	uint32_t host;

	while (at >= mix[k])
		at -= mix[k++];
	host = population_pick(&l->p, k, &l->rng);
	if (host == NOBODY) {
		k = instead[k];
		host = population_pick(&l->p, k, &l->rng);
	}
	if (host == NOBODY)
		return false;
	ask(l, host, k, due);
	return true;
}

/* A host whose request was lost may be in either state: only a lost renewal says nothing new. */
static void give_up_late(struct load *l, nsec_t now)
{
	while (l->p.oldest != NOBODY) {
		const uint32_t host = l->p.oldest;
		struct host *h = &l->p.hosts[host];

		if (now - h->sent < l->o->timeout)
			return;
		l->counts->lost++;
		if (h->kind != RENEWAL)
			h->home = in6addr_any;
		population_settle(&l->p, host, h->kind == RENEWAL ? HOST_REGISTERED : HOST_FREE);
	}
}

/* ---- the loop ---- */

/* Everything that waits leaves, the journal first. */
static int leave(struct load *l)
{
	int err = l->journal ? journal_flush(l->journal) : 0;

	if (err) {
		fprintf(stderr, "netmip4-load: %s: %s; make room and run again\n", l->o->journal,
			strerror(-err));
		stopped = true;
		return err;
	}
	l->counts->unsent += udp_flush(l->udp);
	return 0;
}

static void wait_until(const struct load *l, nsec_t until)
{
	struct pollfd p = { udp_fd(l->udp), POLLIN, 0 };
	nsec_t left = until - clock_now().mono;

	if (left > WAIT_MAX)
		left = WAIT_MAX;
	if (left >= SPIN)
		ppoll(&p, 1, &(struct timespec){ .tv_nsec = left }, NULL);
}

/* Replies, time-outs and progress; then, if there was nothing to read, waits till `until`. */
static int turn(struct load *l, const char *phase, nsec_t begin, nsec_t *progress, nsec_t until)
{
	int n;

	l->received = 0;
	n = udp_receive(l->udp, on_datagrams, l);
	if (n < 0) {
		fprintf(stderr, "netmip4-load: cannot receive: %s\n", strerror(-n));
		stopped = true;
		return n;
	}
	const nsec_t now = clock_now().mono;
	give_up_late(l, now);
	if (now >= *progress) {
		report_progress(l, phase, (double)(now - begin) / (double)NSEC_PER_SEC);
		*progress = now + PROGRESS_PERIOD;
	}
	n = n ? leave(l) : 0;
	if (!n && !l->received)
		wait_until(l, until);
	return n;
}

static void settle_all(struct load *l, const char *phase, nsec_t begin, nsec_t *progress)
{
	while (l->p.n_waiting && !stopped)
		turn(l, phase, begin, progress, INT64_MAX);
}

static uint64_t accepted(const struct counts *c)
{
	uint64_t sum = 0;

	for (int k = 0; k < KINDS; k++)
		sum += c->accepted[k];
	return sum;
}

static void fill(struct load *l)
{
	const nsec_t begin = clock_now().mono;
	nsec_t progress = begin + PROGRESS_PERIOD;

	l->counts = &l->filled;
	for (int round = 0; round < FILL_ROUNDS && l->p.sets[HOST_FREE].n && !stopped; round++) {
		uint32_t host = 0;

		/* a home agent that has answered nobody will not answer the others */
		while (host < l->p.n && !stopped &&
		       (accepted(l->counts) || l->counts->lost <= l->o->window)) {
			for (int k = 0;
			     k < SEND_BATCH && host < l->p.n && l->p.n_waiting < l->o->window;
			     host++)
				if (l->p.hosts[host].state == HOST_FREE) {
					ask(l, host, INITIAL, 0);
					k++;
				}
			leave(l);
			turn(l, "registering", begin, &progress,
			     l->p.n_waiting < l->o->window ? 0 : INT64_MAX);
		}
		settle_all(l, "registering", begin, &progress);
	}
	l->filled.began = begin;
	l->filled.seconds = (double)(clock_now().mono - begin) / (double)NSEC_PER_SEC;
	l->filled.rated = accepted(&l->filled);
}

/* Revocations are acknowledged meanwhile. */
static void wait_a_while(struct load *l)
{
	const nsec_t begin = clock_now().mono;
	const nsec_t end = begin + (nsec_t)(l->o->pause * (double)NSEC_PER_SEC);
	nsec_t progress = begin + PROGRESS_PERIOD;

	while (clock_now().mono < end && !stopped)
		turn(l, "waiting", begin, &progress, end);
}

/* Revocations follow the reply to a movement: those to the last ones, until there are no
 * more. */
static void linger(struct load *l)
{
	nsec_t begin = clock_now().mono, heard = begin, progress = INT64_MAX;

	while (clock_now().mono < heard + WAIT_MAX && heard < begin + l->o->timeout && !stopped) {
		turn(l, "", begin, &progress, heard + WAIT_MAX);
		if (l->received)
			heard = l->received;
	}
}

/* How many requests should have left by now. */
static uint64_t due_by(const struct load *l, nsec_t passed)
{
	return (uint64_t)((double)passed / (double)NSEC_PER_SEC * l->o->rate);
}

static nsec_t due_time(const struct load *l, nsec_t begin, uint64_t number)
{
	return begin + (nsec_t)((double)number / l->o->rate * (double)NSEC_PER_SEC);
}

/* The requests that are due by now, or as many of them as go into a batch. */
static uint64_t ask_due(struct load *l, nsec_t begin, nsec_t now, uint64_t asked)
{
	const uint64_t due = due_by(l, now - begin);

	for (int k = 0; k < SEND_BATCH && asked < due; k++, asked++)
		if (!ask_any(l, due_time(l, begin, asked + 1)))
			l->run.unsent++;
	return asked;
}

static void ask_window(struct load *l)
{
	for (int k = 0; k < SEND_BATCH && l->p.n_waiting < l->o->window; k++)
		if (!ask_any(l, 0))
			return;
}

static void measure(struct load *l)
{
	const nsec_t begin = clock_now().mono;
	const nsec_t end = begin + (nsec_t)(l->o->duration * (double)NSEC_PER_SEC);
	const uint64_t total = due_by(l, end - begin); /* of an open loop: 0 in a closed one */
	nsec_t progress = begin + PROGRESS_PERIOD, now;
	uint64_t asked = 0;

	l->counts = &l->run;
	l->latency = (struct latency){ .ends = 0 };
	while (!stopped && ((now = clock_now().mono) < end || asked < total)) {
		nsec_t until = end;

		if (l->o->rate > 0) {
			asked = ask_due(l, begin, now < end ? now : end, asked);
			if (asked < total)
				until = due_time(l, begin, asked + 1);
		} else {
			ask_window(l);
		}
		leave(l);
		turn(l, "running", begin, &progress, until);
	}
	l->run.began = begin;
	l->run.seconds = (double)(clock_now().mono - begin) / (double)NSEC_PER_SEC;
	l->run.rated = accepted(&l->run);
	settle_all(l, "waiting for the last replies", begin, &progress);
}

int load_run(struct load *l)
{
	fill(l);
	if (!accepted(&l->filled))
		return -EIO;
	if (l->o->duration > 0) {
		wait_a_while(l);
		measure(l);
	}
	linger(l);
	return 0;
}
