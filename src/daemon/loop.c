/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: file descriptors and timers in, one timestamp and one flush per batch. */
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "io/clock.h"

#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#define PUNT_BATCH     64
#define BATCHES_MAX    4       /* of one kind before the others get their turn */
#define STOP_PATIENCE  3000    /* ms for deregistrations to be answered */
#define TIMER_STEP_MAX 3600000 /* ms: clocks may jump; look again each hour at least */

enum poll_kind {
	POLL_UDP,
	POLL_RAW,
	POLL_PUNT,
	POLL_LINKS,
	POLL_CONTROL,
	POLL_KINDS,
};

struct loop {
	uv_loop_t uv;
	uv_poll_t polls[POLL_KINDS];
	uv_timer_t due, control, patience;
	uv_signal_t term, interrupt, hangup, hand_over;
	uv_idle_t restart; /* what belongs to the start, */
	bool started;      /* until it is done */
	bool stopping;
	int err;
};

/* What a batch has to say leaves together, each kind in its order. */
static void end_batch(struct daemon *d)
{
	runtime_flush(&d->runtime, d->now);
	while (d->n_verdicts) {
		auth_tell(d);
		runtime_flush(&d->runtime, d->now);
	}
	ops_flush(d);
	log_flush();
}

/* ---- inputs ---- */

_Static_assert(UDP_GROUP <= AHEAD_MAX, "a group is expected as a whole");

static void on_datagrams(void *ctx, const struct datagram *v, size_t n)
{
	struct daemon *d = ctx;

	runtime_ahead(&d->runtime, v, n);
	for (size_t i = 0; i < n; i++)
		runtime_receive(&d->runtime, &v[i], d->now);
}

static void read_udp(struct daemon *d)
{
	for (int i = 0; i < BATCHES_MAX; i++) {
		d->now = clock_now();
		int n = udp_receive(d->udp, on_datagrams, d);
		end_batch(d);
		if (n < UDP_BATCH)
			break;
	}
}

static void on_punted(void *ctx, const struct packet *p)
{
	struct daemon *d = ctx;

	runtime_packet(&d->runtime, p, d->now);
}

static void read_punts(struct daemon *d)
{
	for (int i = 0; i < BATCHES_MAX; i++) {
		d->now = clock_now();
		int n = dataplane_punt_read(d->dataplane, PUNT_BATCH, on_punted, d);
		end_batch(d);
		if (n < PUNT_BATCH)
			break;
	}
}

static void on_reassembled(void *ctx, struct bytes packet)
{
	struct daemon *d = ctx;

	if (reentry_send(d->reentry, packet))
		d->runtime.drops[DROP_SEND_FAILED]++;
}

static void on_link(void *ctx, const struct link *k, bool gone)
{
	struct daemon *d = ctx;
	struct log_line l =
		gone ? log_begin(LOG_LEVEL_ERROR, "interface-gone")
		     : log_begin(LOG_LEVEL_INFO, k->event == LINK_UP ? "link-up" : "link-down");

	log_text(&l, "interface", machine_interface_name(d, k->ifindex));
	if (gone)
		log_text(&l, "advice", "restart netmip4d when it is back");
	log_end(&l);
	if (gone)
		return; /* its hosts have heard that it is down */
	runtime_link(&d->runtime, k, d->now);
}

static void read_links(struct daemon *d)
{
	d->now = clock_now();
	int err = links_receive(d->links, on_link, d);
	end_batch(d);
	if (err)
		log_say(LOG_LEVEL_WARNING, "cannot read events of interfaces: %s", strerror(-err));
}

/* ---- timers ---- */

static void on_due(uv_timer_t *t);
static void on_control_timer(uv_timer_t *t);
static void on_restart_step(uv_idle_t *i);

/* In ms, rounded up: a timer that rings early only rings again. At least one: libuv would run a
 * timer of none again and again before it looks at a socket. */
static uint64_t until(nsec_t due, nsec_t now)
{
	nsec_t left = due > now ? due - now : 1;
	nsec_t ms = left / NSEC_PER_MSEC + (left % NSEC_PER_MSEC != 0);

	return ms < TIMER_STEP_MAX ? (uint64_t)ms : TIMER_STEP_MAX;
}

/* After whatever happened: when is the next thing due, and are we done? */
static void settle(struct daemon *d)
{
	struct loop *l = d->loop;
	int64_t control = control_timeout(d->control);
	nsec_t due;

	end_batch(d); /* also what an operator or a signal has set off */
	due = runtime_next_timeout(&d->runtime);
	uv_update_time(&l->uv);
	uv_timer_start(&l->due, on_due, until(due, clock_now().mono), 0);
	if (control >= 0)
		uv_timer_start(&l->control, on_control_timer, (uint64_t)control, 0);
	else
		uv_timer_stop(&l->control);
	if (!l->started && !restart_waits(d))
		uv_idle_start(&l->restart, on_restart_step);
	if (l->stopping && roles_have_left(d))
		uv_stop(&l->uv);
}

static void on_due(uv_timer_t *t)
{
	struct daemon *d = t->data;

	d->now = clock_now();
	runtime_timeout(&d->runtime, d->now);
	end_batch(d);
	settle(d);
}

static void on_control_timer(uv_timer_t *t)
{
	struct daemon *d = t->data;

	control_run(d->control);
	settle(d);
}

static void on_patience_over(uv_timer_t *t)
{
	struct daemon *d = t->data;

	log_say(LOG_LEVEL_WARNING, "not every deregistration was answered");
	uv_stop(&d->loop->uv);
}

static void on_readable(uv_poll_t *p, int status, int events)
{
	struct daemon *d = p->data;

	/* libuv gives up a socket that has an error, such as events of interfaces that were lost;
	 * reading it, as below, ends the error. */
	if (status < 0)
		uv_poll_start(p, UV_READABLE, on_readable);
	switch ((enum poll_kind)(p - d->loop->polls)) {
	case POLL_UDP:
		read_udp(d);
		break;
	case POLL_RAW:
		raw_receive(d->raw, reentry_ifindex(d->reentry), on_reassembled, d);
		break;
	case POLL_PUNT:
		read_punts(d);
		break;
	case POLL_LINKS:
		read_links(d);
		break;
	case POLL_CONTROL:
		control_run(d->control);
		break;
	case POLL_KINDS:
		break;
	}
	settle(d);
}

/* ---- signals ---- */

static void on_stop(uv_signal_t *s, int number)
{
	struct daemon *d = s->data;
	struct loop *l = d->loop;

	if (l->stopping || !roles_leave(d)) {
		uv_stop(&l->uv);
		return;
	}
	log_say(LOG_LEVEL_INFO, "deregistering hosts");
	l->stopping = true;
	uv_timer_start(&l->patience, on_patience_over, STOP_PATIENCE, 0);
	settle(d);
}

static void on_hand_over(uv_signal_t *s, int number)
{
	struct daemon *d = s->data;

	d->leaves = true;
	uv_stop(&d->loop->uv);
}

static void on_hangup(uv_signal_t *s, int number)
{
	struct daemon *d = s->data;

	roles_reload(d);
	settle(d);
}

/* ---- after the start ---- */

static void on_restart_step(uv_idle_t *i)
{
	struct daemon *d = i->data;
	int more = restart_step(d);

	log_flush();
	if (more > 0)
		return;
	uv_idle_stop(i);
	d->loop->started = true;
	if (more < 0) {
		d->loop->err = more;
		uv_stop(&d->loop->uv);
	}
}

/* ---- the loop itself ---- */

static int watch(struct daemon *d, enum poll_kind kind, int fd)
{
	uv_poll_t *p = &d->loop->polls[kind];
	int err = uv_poll_init(&d->loop->uv, p, fd);

	p->data = d;
	return err ? err : uv_poll_start(p, UV_READABLE, on_readable);
}

static int catch_signal(struct daemon *d, uv_signal_t *s, uv_signal_cb each, int number)
{
	int err = uv_signal_init(&d->loop->uv, s);

	s->data = d;
	return err ? err : uv_signal_start(s, each, number);
}

static int start(struct daemon *d)
{
	struct loop *l = d->loop;
	uv_timer_t *const timers[] = { &l->due, &l->control, &l->patience };
	const int fds[POLL_KINDS] = {
		[POLL_UDP] = udp_fd(d->udp),
		[POLL_RAW] = raw_fd(d->raw),
		[POLL_PUNT] = dataplane_punt_fd(d->dataplane),
		[POLL_LINKS] = links_fd(d->links),
		[POLL_CONTROL] = control_fd(d->control),
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		uv_timer_init(&l->uv, timers[i]);
		timers[i]->data = d;
	}
	for (int k = 0; k < POLL_KINDS && !err; k++)
		err = watch(d, (enum poll_kind)k, fds[k]);
	if (!err)
		err = catch_signal(d, &l->term, on_stop, SIGTERM);
	if (!err)
		err = catch_signal(d, &l->interrupt, on_stop, SIGINT);
	if (!err)
		err = catch_signal(d, &l->hangup, on_hangup, SIGHUP);
	if (!err)
		err = catch_signal(d, &l->hand_over, on_hand_over, SIGUSR1);
	uv_idle_init(&l->uv, &l->restart);
	l->restart.data = d;
	return err;
}

static void close_handle(uv_handle_t *h, void *arg)
{
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

void loop_hold_signals(bool hold)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, SIGTERM);
	sigaddset(&s, SIGINT);
	sigaddset(&s, SIGHUP);
	sigaddset(&s, SIGUSR1);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &s, NULL);
}

static void cannot_wait(int err)
{
	log_say(LOG_LEVEL_ERROR, "cannot wait for events: %s", strerror(-err));
}

int loop_run(struct daemon *d)
{
	struct loop l = { .stopping = false };
	int err = uv_loop_init(&l.uv);

	if (err) {
		cannot_wait(err);
		return err;
	}
	d->loop = &l;
	l.err = start(d);
	if (l.err) {
		cannot_wait(l.err);
	} else {
		log_hold(true);
		loop_hold_signals(false);
		settle(d);
		uv_run(&l.uv, UV_RUN_DEFAULT);
		loop_hold_signals(true);
		end_batch(d);
		log_hold(false);
	}
	uv_walk(&l.uv, close_handle, NULL);
	uv_run(&l.uv, UV_RUN_DEFAULT);
	uv_loop_close(&l.uv);
	d->loop = NULL;
	return l.err;
}
