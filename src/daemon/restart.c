/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a start, once the roles have repeated what they know: from now on the data plane is
 * this process's alone. What it took over from a predecessor and no role knows is removed, in
 * steps between other work; until then it forwards as the predecessor left it.
 */
#include "daemon/daemon.h"
#include "daemon/log.h"

#define STEP 2048 /* entries of the maps: one or two milliseconds */

bool restart_waits(const struct daemon *d)
{
	for (size_t i = 0; i < d->runtime.n_roles; i++)
		if (d->runtime.roles[i].ops->restoring(d->runtime.roles[i].self))
			return true;
	return false;
}

static bool knows_tunnel(void *ctx, const struct tunnel *t)
{
	struct daemon *d = ctx;

	for (size_t i = 0; i < d->runtime.n_roles; i++)
		if (d->runtime.roles[i].ops->has_tunnel(d->runtime.roles[i].self, t))
			return true;
	d->strangers++;
	return false;
}

static bool knows_address(void *ctx, const struct address *a)
{
	struct daemon *d = ctx;

	for (size_t i = 0; i < d->runtime.n_roles; i++)
		if (d->runtime.roles[i].ops->has_address(d->runtime.roles[i].self, a))
			return true;
	d->strangers++;
	return false;
}

static int make_ready(struct daemon *d)
{
	int err = dataplane_ready(d->dataplane);

	if (err)
		log_say(LOG_LEVEL_ERROR, "%s", dataplane_why(d->dataplane));
	d->ready = !err;
	return err;
}

static void say_done(const struct daemon *d)
{
	struct log_line l = log_begin(LOG_LEVEL_INFO, "what the predecessor left is sorted");

	log_number(&l, "removed", d->strangers);
	log_end(&l);
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
		say_done(d);
	return more;
}
