/* SPDX-License-Identifier: Apache-2.0 */
/* Of the plan of a run that failed: the shortest beginning that still fails, then without each
 * fault that is not needed. */
#include "sim/child.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define LIST_MAX    2048
#define SECONDS_MAX 60 /* then with what there is */

static bool is_late(void)
{
	static time_t began;

	if (!began)
		began = time(NULL);
	return time(NULL) - began > SECONDS_MAX;
}

static bool still_fails(struct child *c, uint64_t seed, const struct plan *p)
{
	char list[LIST_MAX];

	plan_list(p, list, sizeof(list));
	return !child_run(c, seed, list, false);
}

static void keep_first(struct plan *p, size_t n)
{
	for (size_t i = 0; i < p->n; i++)
		p->v[i].skipped = i >= n;
}

/* By halves, as if what fails with some faults failed with more, too: nearly always so. */
static void shorten(struct child *c, uint64_t seed, struct plan *p)
{
	size_t good = 0, bad = p->n;

	while (bad - good > 1 && !is_late()) {
		const size_t middle = good + (bad - good) / 2;

		keep_first(p, middle);
		if (still_fails(c, seed, p))
			bad = middle;
		else
			good = middle;
	}
	keep_first(p, bad);
}

static void drop_each(struct child *c, uint64_t seed, struct plan *p)
{
	for (size_t i = p->n; i-- > 0 && !is_late();) {
		if (p->v[i].skipped)
			continue;
		p->v[i].skipped = true;
		if (!still_fails(c, seed, p))
			p->v[i].skipped = false;
	}
}

static void print_lines(const struct child *c)
{
	const uint64_t n = c->n_lines < CHILD_LINES ? c->n_lines : CHILD_LINES;

	for (uint64_t i = c->n_lines - n; i < c->n_lines; i++)
		printf("  %s\n", c->lines[i % CHILD_LINES]);
}

void shrink_and_report(struct child *c, uint64_t seed)
{
	static struct run r;
	struct run_options o = child_options(c, &r, seed, NULL, false);
	char list[LIST_MAX];
	size_t n = 0;

	if (run_new(&r, &o))
		return;
	shorten(c, seed, &r.plan);
	drop_each(c, seed, &r.plan);
	plan_list(&r.plan, list, sizeof(list));
	child_run(c, seed, list, true);
	printf("\nseed %" PRIu64 " fails. %s\n", seed,
	       c->text[0] ? c->text : "It ended by a signal or an assertion.");
	for (size_t i = 0; i < r.plan.n; i++)
		n += !r.plan.v[i].skipped;
	printf("\nThe last that happened:\n\n");
	print_lines(c);
	printf("\nOf %zu faults, %zu make it fail:\n\n", r.plan.n, n);
	for (size_t i = 0; i < r.plan.n; i++)
		if (!r.plan.v[i].skipped)
			printf("  %3zu  %s\n", i, fault_text(&r.w, &r.plan.v[i]));
	printf("\nAgain: netmip4-sim --seed %" PRIu64 " --faults '%s' --trace\n", seed, list);
	run_done(&r);
}
