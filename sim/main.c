/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/many.h"
#include "sim/options.h"
#include "sim/run.h"
#include "sim/scale.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void print_line(void *ctx, const char *text)
{
	const struct run *r = ctx;

	printf("%10.3f %s\n", (double)(r->w.now - WORLD_START) / 1e9, text);
}

static void finish(const struct run *r)
{
	printf("%zu faults, %" PRIu64 " events, %.0f s of the world's time\n", r->faults,
	       r->w.events, (double)(r->w.now - WORLD_START) / 1e9);
	printf("%016" PRIx64 "\n", r->w.hash);
}

static void failed(void *ctx, const char *text)
{
	const struct run *r = ctx;

	printf("%.3f s: %s\n", (double)(r->w.now - WORLD_START) / 1e9, text);
	finish(r);
	exit(1);
}

static int one_run(const struct options *o)
{
	static struct run r;
	const struct run_options how = { .seed = o->seed,
					 .keep = o->faults,
					 .line = o->trace ? print_line : NULL,
					 .failed = failed,
					 .ctx = &r };

	if (run_new(&r, &how)) {
		fprintf(stderr,
			"netmip4-sim: --faults: \"%s\" is no list of this plan's faults; --plan "
			"shows them\n",
			o->faults);
		return 2;
	}
	for (size_t i = 0; o->plan && i < r.plan.n; i++)
		if (!r.plan.v[i].skipped)
			printf("%3zu  %s\n", i, fault_text(&r.w, &r.plan.v[i]));
	run_all(&r);
	finish(&r);
	run_done(&r);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o;
	const int status = options_read(&o, argc, argv);

	if (status)
		return status - 1;
	switch (o.mode) {
	case MODE_MANY:
		return many_run(&o);
	case MODE_ONE:
		return one_run(&o);
	case MODE_SCALE:
		return scale_run(&o);
	}
	return 2;
}
