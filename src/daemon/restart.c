/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a start, once the roles have repeated what they know: from now on the data plane is
 * this process's alone. What it took over from a predecessor and no role knows is removed, in
 * steps between other work; until then it forwards as the predecessor left it.
 */
#include "daemon/daemon.h"
#include "daemon/log.h"

#define STEP 2048 /* entries of the maps: about a millisecond */

static bool knows_tunnel(void *ctx, const struct tunnel *t)
{
	return true;
}

static bool knows_address(void *ctx, const struct address *a)
{
	return true;
}

static int make_ready(struct daemon *d)
{
	int err = dataplane_ready(d->dataplane);

	if (err)
		log_say(LOG_LEVEL_ERROR, "%s", dataplane_why(d->dataplane));
	d->ready = !err;
	return err;
}

int restart_step(struct daemon *d)
{
	static const struct dataplane_wanted wanted = { knows_tunnel, knows_address };
	int more = d->ready ? 0 : make_ready(d);

	if (more < 0 || !dataplane_taken_over(d->dataplane))
		return more;
	more = dataplane_sweep(d->dataplane, &wanted, d, STEP);
	if (more < 0) { /* what is left over is only not needed */
		log_say(LOG_LEVEL_WARNING, "cannot look through the data plane's maps: %s",
			strerror(-more));
		return 0;
	}
	if (!more)
		log_say(LOG_LEVEL_INFO, "the predecessor's data plane has been looked through");
	return more;
}
