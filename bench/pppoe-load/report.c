/* SPDX-License-Identifier: Apache-2.0 */
#include "dial.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
	const char *name;
	double fraction;
} percentiles[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 } };

#define PERCENTILES (sizeof(percentiles) / sizeof(percentiles[0]))

static uint64_t sum(const uint64_t v[PHASES])
{
	uint64_t all = 0;

	for (int i = 0; i < PHASES; i++)
		all += v[i];
	return all;
}

static double rate(uint64_t n, double seconds)
{
	return seconds > 0 ? (double)n / seconds : 0;
}

static double milliseconds(nsec_t t)
{
	return (double)t / 1e6;
}

void report_progress(const struct dialler *d, const char *what, double seconds)
{
	const struct counts *c = &d->counts;

	if (isatty(STDERR_FILENO))
		fprintf(stderr,
			"\r%s: %.0f s, %" PRIu64 " came up, %" PRIu64 " lost, %" PRIu64
			" refused, %" PRIu64 " hung up \x1b[K",
			what, seconds, c->up, sum(c->lost), sum(c->refused), c->hung_up);
}

static void print_histogram(const char *what, const struct histogram *h)
{
	if (!h->n)
		return;
	printf("  %s in ms:", what);
	for (size_t i = 0; i < PERCENTILES; i++)
		printf(" %s %.2f,", percentiles[i].name,
		       milliseconds(histogram_at(h, percentiles[i].fraction)));
	printf(" max %.2f\n", milliseconds(h->max));
}

static void print_phases(const char *what, const uint64_t v[PHASES])
{
	for (int i = 0; i < PHASES; i++)
		if (v[i])
			printf("  %s, waiting for %s: %" PRIu64 "\n", what, phase_names[i], v[i]);
}

static void print_text(const struct dialler *d)
{
	const struct counts *c = &d->counts;

	printf("dialling: %" PRIu64 " of %u up in %.3f s, %.0f/s; %" PRIu64 " lost, %" PRIu64
	       " refused, %" PRIu64 " ended, %" PRIu64 " repeated, %" PRIu64 " unexpected, %" PRIu64
	       " wrong, %" PRIu64 " unsent, %" PRIu64 " missed\n",
	       c->up, d->o->sessions, c->seconds, rate(c->up, c->seconds), sum(c->lost),
	       sum(c->refused), c->ended, c->repeated, c->unexpected, c->wrong, c->unsent,
	       c->missed);
	print_phases("lost", c->lost);
	print_phases("refused", c->refused);
	print_histogram("setup", &d->setup);
	if (c->echoes || c->echoes_answered)
		printf("echoes: %" PRIu64 " sent, %" PRIu64 " answered, %" PRIu64
		       " of the router's answered\n",
		       c->echoes, c->echo_replies, c->echoes_answered);
	print_histogram("round trip", &d->echo);
	if (!d->o->leave)
		printf("hanging up: %" PRIu64 " in %.3f s, %.0f/s\n", c->hung_up, c->end_seconds,
		       rate(c->hung_up, c->end_seconds));
}

static json_t *histogram_json(const struct histogram *h)
{
	json_t *j = json_object();

	for (size_t i = 0; i < PERCENTILES; i++)
		json_object_set_new(
			j, percentiles[i].name,
			json_real(milliseconds(histogram_at(h, percentiles[i].fraction))));
	json_object_set_new(j, "max", json_real(milliseconds(h->max)));
	return j;
}

static json_t *phases_json(const uint64_t v[PHASES])
{
	json_t *j = json_object();

	for (int i = 0; i < PHASES; i++)
		if (v[i])
			json_object_set_new(j, phase_names[i], json_integer((json_int_t)v[i]));
	return j;
}

static void print_json(const struct dialler *d)
{
	const struct counts *c = &d->counts;
	const struct {
		const char *name;
		uint64_t n;
	} numbers[] = { { "up", c->up },
			{ "ended", c->ended },
			{ "hung_up", c->hung_up },
			{ "repeated", c->repeated },
			{ "unexpected", c->unexpected },
			{ "wrong", c->wrong },
			{ "received", c->received },
			{ "unsent", c->unsent },
			{ "missed", c->missed },
			{ "echoes", c->echoes },
			{ "echo_replies", c->echo_replies },
			{ "echoes_answered", c->echoes_answered } };
	json_t *all =
		json_pack("{s:I, s:f, s:f, s:f, s:f}", "sessions", (json_int_t)d->o->sessions,
			  "seconds", c->seconds, "rate", rate(c->up, c->seconds), "end_seconds",
			  c->end_seconds, "end_rate", rate(c->hung_up, c->end_seconds));

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_object_set_new(all, numbers[i].name, json_integer((json_int_t)numbers[i].n));
	json_object_set_new(all, "lost", phases_json(c->lost));
	json_object_set_new(all, "refused", phases_json(c->refused));
	json_object_set_new(all, "setup_ms", histogram_json(&d->setup));
	json_object_set_new(all, "echo_ms", histogram_json(&d->echo));
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(all);
}

void report_print(const struct dialler *d)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\x1b[K");
	if (d->o->json)
		print_json(d);
	else
		print_text(d);
}
