/* SPDX-License-Identifier: Apache-2.0 */
/* The run, by one thread that waits for frames or for the time: all dial, stay, hang up. */
#include "dial.h"

#include "io/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#define PROGRESS_PERIOD NSEC_PER_SEC
#define WAIT_MAX        (100 * NSEC_PER_MSEC)

volatile sig_atomic_t stopped;

struct loop {
	struct dialler *d;
	struct wire *w;
	const char *what;
	nsec_t begin, progress;
};

static double seconds(nsec_t t)
{
	return (double)t / (double)NSEC_PER_SEC;
}

static void on_frame(void *ctx, struct bytes frame)
{
	dial_receive(ctx, frame);
}

static void wait_until(const struct loop *l, nsec_t until)
{
	struct pollfd p = { wire_fd(l->w), POLLIN, 0 };
	nsec_t left = sooner(sooner(until, dial_due(l->d)) - clock_now().mono, WAIT_MAX);

	if (left > 0)
		ppoll(&p, 1, &(struct timespec){ .tv_nsec = left }, NULL);
}

/* What is there to be read, timers, progress; then, if there was nothing, waits till `until`. 0 or
 * a negative errno. */
static int turn(struct loop *l, nsec_t until)
{
	struct dialler *d = l->d;
	int n;

	wire_flush(l->w);
	d->now = clock_now().mono;
	n = wire_receive(l->w, on_frame, d);
	if (n < 0)
		return n;
	dial_time(d);
	wire_flush(l->w);
	if (d->now >= l->progress) {
		report_progress(d, l->what, seconds(d->now - l->begin));
		l->progress = d->now + PROGRESS_PERIOD;
	}
	if (!n)
		wait_until(l, until);
	d->now = clock_now().mono;
	return 0;
}

static struct loop loop_begin(struct dialler *d, struct wire *w, const char *what)
{
	d->now = clock_now().mono;
	return (struct loop){ d, w, what, d->now, d->now + PROGRESS_PERIOD };
}

static int dial_all(struct dialler *d, struct wire *w)
{
	struct loop l = loop_begin(d, w, "dialling");
	uint32_t next = 0;
	int err = 0;

	while (!err && !stopped && (next < d->o->sessions || d->n_dialling)) {
		const uint64_t up = d->counts.up;

		while (next < d->o->sessions && d->n_dialling < d->o->window)
			dial_begin(d, next++);
		err = turn(&l, NSEC_NEVER);
		if (d->counts.up != up)
			d->counts.seconds = seconds(d->now - l.begin);
	}
	return err;
}

/* Of one that is up, in turns; SESSIONS_MAX: none is. */
static uint32_t next_up(const struct dialler *d, uint32_t host)
{
	for (uint32_t i = 0; i < d->o->sessions; i++) {
		host = host + 1 < d->o->sessions ? host + 1 : 0;
		if (d->hosts[host].phase == UP)
			return host;
	}
	return SESSIONS_MAX;
}

static int stay(struct dialler *d, struct wire *w)
{
	struct loop l = loop_begin(d, w, "up");
	const nsec_t end = l.begin + (nsec_t)(d->o->duration * (double)NSEC_PER_SEC);
	uint32_t host = 0;
	uint64_t asked = 0;
	int err = 0;

	while (!err && !stopped && d->now < end) {
		const uint64_t due = (uint64_t)(seconds(d->now - l.begin) * d->o->echoes);
		nsec_t until = end;

		for (; asked < due; asked++) {
			host = next_up(d, host);
			if (host == SESSIONS_MAX)
				return 0; /* nobody is left */
			dial_echo(d, host);
		}
		if (d->o->echoes > 0)
			until = l.begin +
				(nsec_t)((double)(asked + 1) / d->o->echoes * (double)NSEC_PER_SEC);
		err = turn(&l, sooner(until, end));
	}
	return err;
}

static int hang_up_all(struct dialler *d, struct wire *w)
{
	struct loop l = loop_begin(d, w, "hanging up");
	uint32_t next = 0;
	int err = 0;

	while (!err && (next < d->o->sessions || d->n_dialling)) {
		for (; next < d->o->sessions && d->n_dialling < d->o->window; next++)
			if (d->hosts[next].phase == UP)
				dial_hang_up(d, next);
		err = turn(&l, NSEC_NEVER);
	}
	d->counts.end_seconds = seconds(d->now - l.begin);
	return err;
}

int run(struct dialler *d, struct wire *w)
{
	int err = dial_all(d, w);

	if (!err && !d->counts.up)
		err = -EIO;
	if (!err)
		err = stay(d, w);
	if (!err && !d->o->leave)
		err = hang_up_all(d, w);
	wire_counts(w, &d->counts.unsent, &d->counts.missed);
	return err;
}
