/* SPDX-License-Identifier: Apache-2.0 */
/* Run by the power-loss test under its trace: workload FOLDER interval|batch TRANSACTIONS
 * close|die. Goes on where the store is. */
#include "bed.h"
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAUSE_EVERY 3 /* transactions: so that some are synced together and some are not */

int main(int argc, char **argv)
{
	enum store_sync sync =
		strcmp(argv[2], "batch") == 0 ? STORE_SYNC_BATCH : STORE_SYNC_INTERVAL;
	struct timespec pause = { .tv_nsec = 300000 };
	struct store *s;
	char why[512];
	uint32_t first, n;

	if (store_open(argv[1], sync, 1, &s, why, sizeof(why))) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	if (!bed_load(s, &first))
		return 2;
	for (n = first + 1; n <= first + (uint32_t)atoi(argv[3]); n++) {
		if (bed_commit(s, n))
			return 3;
		trace_ack(n);
		if (sync == STORE_SYNC_INTERVAL && n % PAUSE_EVERY == 0)
			nanosleep(&pause, NULL);
	}
	if (strcmp(argv[4], "die") == 0)
		trace_die();
	return store_close(s) ? 4 : 0;
}
