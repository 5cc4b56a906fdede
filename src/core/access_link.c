/* SPDX-License-Identifier: Apache-2.0 */
/* Link events of a port, told to its hosts in bounded steps. */
#include "core/access.h"

#define SWEEP_MAX 16 /* hosts of a port told in one step: at most four actions each */

/* The host that an eager port belongs to is registered before it says anything (draft 3.2.2): the
 * operator vouches that no other host is ever plugged in there, because this takes the binding from
 * wherever it is. req: AN-16 */
static void register_known(struct access *n, struct access_link *l, const struct access_input *in)
{
	if (l->up && n->config.ports[l->index].eager && l->has_known && !n->stopping)
		n->ops->known(n, l, l->known, in);
}

static enum access_event event_of(const struct access *n, const struct access_link *l)
{
	if (n->stopping)
		return ACCESS_ON_STOP;
	return l->up ? ACCESS_ON_LINK_UP : ACCESS_ON_LINK_DOWN;
}

/* Whoever has heard goes to the end of the list, so the first that has not is the first. */
void access_link_sweep(struct access *n, struct access_link *l, const struct access_input *in)
{
	for (int i = 0; i < SWEEP_MAX; i++) {
		struct attachment *a = l->first;

		if (!a || a->epoch == l->epoch) {
			heap_clear(&n->timers, &l->sweep);
			register_known(n, l, in);
			return;
		}
		attachment_requeue(a);
		access_dispatch(n, a, event_of(n, l), in);
	}
	heap_set(&n->timers, &l->sweep, in->now.mono);
}

void access_link_event(struct access *n, const struct link *in, struct now now, struct actions *out)
{
	struct access_link *l = access_link_find(n, in->ifindex);

	if (!l)
		return;
	l->up = in->event == LINK_UP;
	l->epoch++;
	access_link_sweep(n, l, &(struct access_input){ .now = now, .out = out });
}
