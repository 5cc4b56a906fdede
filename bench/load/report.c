/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
	const char *name;
	double fraction;
} percentiles[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 } };

#define PERCENTILES (sizeof(percentiles) / sizeof(percentiles[0]))

static uint64_t sum(const uint64_t *v, size_t n)
{
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += v[i];
	return all;
}

static double rate(const struct counts *c)
{
	return c->seconds > 0 ? (double)c->rated / c->seconds : 0;
}

static double microseconds(nsec_t t)
{
	return (double)t / 1e3;
}

void report_progress(const struct load *l, const char *phase, double seconds)
{
	const struct counts *c = l->counts;

	if (isatty(STDERR_FILENO))
		fprintf(stderr,
			"\r%s: %.0f s, %" PRIu64 " accepted, %" PRIu64 " denied, %" PRIu64
			" lost \x1b[K",
			phase, seconds, sum(c->accepted, KINDS), sum(c->denied, 256), c->lost);
}

static void print_counts(const char *what, const struct counts *c)
{
	printf("%s: %" PRIu64 " accepted in %.3f s, %.0f/s; %" PRIu64 " sent, %" PRIu64
	       " denied, %" PRIu64 " lost, %" PRIu64 " late, %" PRIu64 " wrong, %" PRIu64
	       " unsent\n",
	       what, sum(c->accepted, KINDS), c->seconds, rate(c), c->sent, sum(c->denied, 256),
	       c->lost, c->late, c->wrong, c->unsent);
	for (int code = 0; code < 256; code++)
		if (c->denied[code]) {
			const char *name = mip4_code_name((uint8_t)code);

			printf("  denied with %d%s%s: %" PRIu64 "\n", code, name ? ", " : "",
			       name ? name : "", c->denied[code]);
		}
}

static void print_text(const struct load *l)
{
	print_counts("registering", &l->filled);
	if (!l->run.sent)
		return;
	print_counts("running", &l->run);
	printf(" ");
	for (int k = 0; k < KINDS; k++)
		printf(" %s %" PRIu64 ",", kind_names[k], l->run.accepted[k]);
	printf(" revocations acknowledged %" PRIu64 "\n  latency in us:", l->run.revoked);
	for (size_t i = 0; i < PERCENTILES; i++)
		printf(" %s %.1f,", percentiles[i].name,
		       microseconds(histogram_at(&l->latency.all, percentiles[i].fraction)));
	printf(" max %.1f\n", microseconds(l->latency.all.max));
	if (l->latency.p50s.n)
		printf("  in 20 ms, median: p50 %.1f, p99 %.1f\n",
		       microseconds(histogram_at(&l->latency.p50s, 0.5)),
		       microseconds(histogram_at(&l->latency.p99s, 0.5)));
}

static json_t *counts_json(const struct counts *c)
{
	json_t *accepted = json_object(), *denied = json_object();

	for (int k = 0; k < KINDS; k++)
		json_object_set_new(accepted, kind_names[k],
				    json_integer((json_int_t)c->accepted[k]));
	for (int code = 0; code < 256; code++)
		if (c->denied[code]) {
			char name[4];

			snprintf(name, sizeof(name), "%d", code);
			json_object_set_new(denied, name,
					    json_integer((json_int_t)c->denied[code]));
		}
	return json_pack("{s:f, s:f, s:f, s:I, s:o, s:o, s:I, s:I, s:I, s:I, s:I}", "began",
			 (double)c->began / (double)NSEC_PER_SEC, "seconds", c->seconds, "rate",
			 rate(c), "sent", (json_int_t)c->sent, "accepted", accepted, "denied",
			 denied, "lost", (json_int_t)c->lost, "late", (json_int_t)c->late, "wrong",
			 (json_int_t)c->wrong, "unsent", (json_int_t)c->unsent, "revoked",
			 (json_int_t)c->revoked);
}

static void print_json(const struct load *l)
{
	json_t *latency = json_object(), *all;

	for (size_t i = 0; i < PERCENTILES; i++)
		json_object_set_new(latency, percentiles[i].name,
				    json_real(microseconds(histogram_at(&l->latency.all,
									percentiles[i].fraction))));
	json_object_set_new(latency, "max", json_real(microseconds(l->latency.all.max)));
	if (l->latency.p50s.n)
		json_object_set_new(latency, "in_20_ms",
				    json_pack("{s:f, s:f}", "p50",
					      microseconds(histogram_at(&l->latency.p50s, 0.5)),
					      "p99",
					      microseconds(histogram_at(&l->latency.p99s, 0.5))));
	all = json_pack("{s:I, s:o, s:o, s:o}", "registered",
			(json_int_t)l->p.sets[HOST_REGISTERED].n, "registering",
			counts_json(&l->filled), "running", counts_json(&l->run), "latency_us",
			latency);
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(all);
}

void report_print(const struct load *l)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\x1b[K");
	if (l->o->json)
		print_json(l);
	else
		print_text(l);
}
