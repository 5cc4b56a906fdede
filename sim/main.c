/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void failed(void *ctx, const char *text)
{
	struct run *r = ctx;

	fprintf(stderr, "%.3f s: %s\n", (double)(r->w.now - WORLD_START) / 1e9, text);
	exit(1);
}
static void line(void *ctx, const char *text)
{
	struct run *r = ctx;

	printf("%10.3f %s\n", (double)(r->w.now - WORLD_START) / 1e9, text);
}

int main(int argc, char **argv)
{
	static struct run r;
	struct run_options o = { .seed = strtoull(argv[1], NULL, 10),
				 .failed = failed,
				 .ctx = &r,
				 .line = argc > 2 && !strcmp(argv[2], "-v") ? line : NULL,
				 .keep = argc > 3 ? argv[3] : NULL };

	if (run_new(&r, &o))
		return 2;
	run_all(&r);
	printf("%zu faults, %" PRIu64 " events, %.0f s\n", r.faults, r.w.events,
	       (double)(r.w.now - WORLD_START) / 1e9);
	printf("%016" PRIx64 "\n", r.w.hash);
	run_done(&r);
	return 0;
}
